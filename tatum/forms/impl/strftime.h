#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/value.h>

#include <string>
#include <string_view>

namespace tatum::forms::impl {

/// Python's strftime() in the C locale. What a value lacks counts as in Python: a date is at
/// midnight, a time is on 1900-01-01. An unknown directive stays.
std::string strftime(const DateTime& value, std::string_view format);

/// Django's localize_input(): numbers as the current language writes them, dates and times by
/// `format`, or without one by the first input format of the language; anything else unchanged.
Value localize_input(const Value& value, std::string_view format);

}  // namespace tatum::forms::impl
