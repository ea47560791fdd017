#pragma once

#include <tatum/base/value.h>

#include <string>

namespace tatum::template_::impl {

/// Python's pprint.pformat(): like repr(), but long containers have an item on each line and
/// mappings are in the order of their keys.
std::string pretty_print(const Value& value);

}  // namespace tatum::template_::impl
