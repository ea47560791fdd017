#pragma once

#include <tatum/base/value.h>

#include <cstdint>
#include <optional>
#include <string_view>

/// Numbers as Python's int() and float() make them.
namespace tatum::numbers {

/// A text of more digits is no integer, as in Python (sys.set_int_max_str_digits), since reading it
/// would take quadratic time there. Signs and underscores do not count.
inline constexpr std::size_t kIntegerDigitsMax = 4300;

/// An Int or BigInt; nullopt where int(text) would raise. White space around the number, a sign,
/// digits of any script and single underscores between digits are taken.
std::optional<Value> parse_int(std::string_view text);
/// nullopt where float(text) would raise. As above, and "nan", "inf" and "infinity"; what is too
/// large or too small is infinite or zero.
std::optional<double> parse_float(std::string_view text);

/// Why int() or float() would raise.
enum class Conversion : std::uint8_t { Done, TypeError, ValueError, OverflowError };

/// int(value): an Int or BigInt.
struct ToInt {
    Conversion outcome = Conversion::Done;
    Value value;

    explicit operator bool() const { return outcome == Conversion::Done; }
    /// The number cut to the range of 64 bits.
    std::int64_t clamped() const;
};
ToInt to_int(const Value& value);

/// float(value).
struct ToFloat {
    Conversion outcome = Conversion::Done;
    double value = 0;

    explicit operator bool() const { return outcome == Conversion::Done; }
};
ToFloat to_float(const Value& value);

}  // namespace tatum::numbers
