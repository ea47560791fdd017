#pragma once

#include <tatum/base/numbers.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tatum::template_::impl {

using numbers::Conversion, numbers::to_float, numbers::to_int, numbers::ToFloat, numbers::ToInt;

/// A number as a template writes it: an Int, BigInt or Float; nullopt for anything else.
std::optional<Value> parse_number(std::string_view text);

/// a + b of integers of any size, as digits with an optional '-'.
std::string add_integers(std::string_view a, std::string_view b);
/// Python's `number % divisor` for integers of any size, `divisor` > 0.
std::int64_t modulo(std::string_view digits, std::int64_t divisor);

/// The message of Python's TypeError for an operation on a value: "'int' object is not iterable".
std::string python_type_name(const Value& value);

}  // namespace tatum::template_::impl
