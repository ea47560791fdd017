#pragma once

#include <tatum/forms/choice_fields.h>
#include <tatum/forms/field.h>
#include <tatum/forms/file_fields.h>
#include <tatum/forms/multi_fields.h>
#include <tatum/forms/text_fields.h>
#include <tatum/forms/value_fields.h>
