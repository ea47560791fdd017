#pragma once

/// All of Django's widgets: see the headers below.
#include <tatum/forms/choice_widgets.h>
#include <tatum/forms/inputs.h>
#include <tatum/forms/multi_widgets.h>
#include <tatum/forms/widget.h>
