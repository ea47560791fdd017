#pragma once

#include <tatum/base/value.h>

#include <optional>
#include <string_view>

/// Numbers as Python reads them from text: white space around them, single underscores between
/// digits, digits of any script.
namespace tatum::forms::impl {

/// More digits than this are no number, as in Python.
inline constexpr std::size_t kIntegerDigitsMax = 4300;
/// A longer text is no floating-point number.
inline constexpr std::size_t kFloatBytesMax = 4300;

/// An Int or BigInt.
std::optional<Value> read_integer(std::string_view text);
/// Also "nan" and "inf".
std::optional<double> read_float(std::string_view text);

}  // namespace tatum::forms::impl
