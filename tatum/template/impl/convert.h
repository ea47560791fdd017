#pragma once

#include <tatum/base/value.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tatum::template_::impl {

/// Why Python's int() or float() would raise.
enum class Conversion : std::uint8_t { Done, TypeError, ValueError, OverflowError };

/// Python's int(value): an Int or BigInt.
struct ToInt {
    Conversion outcome = Conversion::Done;
    Value value;

    explicit operator bool() const { return outcome == Conversion::Done; }
    /// The number cut to the range of 64 bits.
    std::int64_t clamped() const;
};
ToInt to_int(const Value& value);

/// Python's float(value).
struct ToFloat {
    Conversion outcome = Conversion::Done;
    double value = 0;

    explicit operator bool() const { return outcome == Conversion::Done; }
};
ToFloat to_float(const Value& value);

/// A number as a template writes it: an Int, BigInt or Float; nullopt for anything else.
std::optional<Value> parse_number(std::string_view text);

/// a + b of integers of any size, as digits with an optional '-'.
std::string add_integers(std::string_view a, std::string_view b);
/// Python's `number % divisor` for integers of any size, `divisor` > 0.
std::int64_t modulo(std::string_view digits, std::int64_t divisor);

/// The message of Python's TypeError for an operation on a value: "'int' object is not iterable".
std::string python_type_name(const Value& value);

}  // namespace tatum::template_::impl
