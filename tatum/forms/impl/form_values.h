#pragma once

#include <tatum/forms/bound_field.h>

#include <string>
#include <string_view>

namespace tatum::forms::impl {

/// The help text of a field in an element of that name, or nothing.
void append_help_text(std::string& out, const BoundField& field, std::string_view element);

Value bound_field_value(const BoundField& field);

}  // namespace tatum::forms::impl
