#pragma once

#include <tatum/base/datetime.h>

#include <string>
#include <string_view>

namespace tatum {

/// Python's strftime() in the C locale. What a value lacks counts as in Python: a date is at
/// midnight, a time is on 1900-01-01. An unknown directive stays.
std::string strftime(const DateTime& value, std::string_view format);

}  // namespace tatum
