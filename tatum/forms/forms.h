#pragma once

/// Everything about forms but model forms (models.h).
#include <tatum/forms/fields.h>
#include <tatum/forms/form.h>
#include <tatum/forms/form_definition.h>
#include <tatum/forms/formsets.h>
#include <tatum/forms/multiple_file_field.h>
#include <tatum/forms/widgets.h>
