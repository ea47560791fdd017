#pragma once

#include "runner.h"

#include <tatum/forms/fields.h>
#include <tatum/forms/widgets.h>

namespace tatum::conformance {

/// The field of {"field": "CharField", "kwargs": {...}}; other keys are not looked at. Throws
/// Exception for a name or an argument that no case has.
Owned<forms::Field> make_form_field(const Dict& spec);
/// The widget of {"widget": "Textarea", "kwargs": {...}}.
Owned<forms::Widget> make_form_widget(const Dict& spec);
/// What a ValidationError says, as an outcome.
Outcome validation_failure(const ValidationError& error);

}  // namespace tatum::conformance
