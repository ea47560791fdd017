#pragma once

#include <tatum/base/value.h>

namespace tatum::template_::impl {

/// Django's `floatformat`: rounded half up to some places, or fewer for a round number.
/// Django docs: ref/templates/builtins#floatformat.
Value float_format(const Value& number, const Value& argument);

}  // namespace tatum::template_::impl
