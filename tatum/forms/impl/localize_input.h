#pragma once

#include <tatum/base/value.h>

#include <string_view>

namespace tatum::forms::impl {

/// Django's localize_input(): numbers as the current language writes them, dates and times by
/// `format`, or without one by the first input format of the language; anything else unchanged.
Value localize_input(const Value& value, std::string_view format);

}  // namespace tatum::forms::impl
