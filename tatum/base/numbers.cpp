#include <tatum/base/numbers.h>

#include <tatum/base/text.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

namespace tatum::numbers {

namespace {

/// Stripped, in ASCII digits and without the underscores; nullopt where one of these stands wrongly
/// or something that no number has.
std::optional<std::string> plain_number(std::string_view text) {
    text = strings::strip(text);
    std::string plain;
    plain.reserve(text.size());
    bool after_digit = false, after_underscore = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = strings::next_code_point(text, at);
        if (c == U'_') {
            if (!after_digit) return std::nullopt;
            after_digit = false;
            after_underscore = true;
            continue;
        }
        const int digit = strings::decimal_digit(c);
        if (digit < 0 && (after_underscore || c >= 0x80)) return std::nullopt;
        plain += digit < 0 ? static_cast<char>(c) : static_cast<char>('0' + digit);
        after_digit = digit >= 0;
        after_underscore = false;
    }
    if (after_underscore) return std::nullopt;
    return plain;
}

ToInt int_of_double(double number) {
    if (std::isnan(number)) return {Conversion::ValueError, {}};
    if (std::isinf(number)) return {Conversion::OverflowError, {}};
    number = std::trunc(number);
    if (std::fabs(number) < 9.2e18)
        return {Conversion::Done, Value(static_cast<long long>(number))};
    std::array<char, 400> text;
    const int size = std::snprintf(text.data(), text.size(), "%.0f", number);
    return {Conversion::Done, Value::big_int({text.data(), static_cast<std::size_t>(size)})};
}

ToInt int_of_decimal(const Decimal& number) {
    if (number.is_nan()) return {Conversion::ValueError, {}};
    if (number.is_infinite()) return {Conversion::OverflowError, {}};
    const std::string digits = number.fixed();
    return {Conversion::Done, Value::big_int(std::string_view(digits).substr(0, digits.find('.')))};
}

}  // namespace

std::optional<Value> parse_int(std::string_view text) {
    const std::optional<std::string> plain = plain_number(text);
    if (!plain) return std::nullopt;
    std::string_view number = *plain;
    if (number.starts_with('+')) number.remove_prefix(1);
    const std::string_view digits = number.substr(plain->starts_with('-') ? 1 : 0);
    if (digits.empty() || digits.size() > kIntegerDigitsMax ||
        digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    return Value::big_int(number);
}

std::optional<double> parse_float(std::string_view text) {
    const std::optional<std::string> plain = plain_number(text);
    // What C and from_chars would take besides: nan(...), 0x1p3.
    if (!plain || plain->find_first_of("()xXpP") != std::string::npos) return std::nullopt;
    std::string_view number = *plain;
    if (number.starts_with('+')) {
        number.remove_prefix(1);
        if (number.starts_with('-')) return std::nullopt;
    }
    double value = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (read.ptr != number.data() + number.size() || read.ec == std::errc::invalid_argument)
        return std::nullopt;
    if (read.ec == std::errc::result_out_of_range)
        return std::strtod(std::string(number).c_str(), nullptr);
    return value;
}

std::int64_t ToInt::clamped() const {
    if (value.kind() != Kind::BigInt) return value.as_int();
    return value.as_string().starts_with('-') ? std::numeric_limits<std::int64_t>::min()
                                              : std::numeric_limits<std::int64_t>::max();
}

ToInt to_int(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
        case Kind::Int:
            return {Conversion::Done, Value(value.as_int())};
        case Kind::BigInt:
            return {Conversion::Done, value};
        case Kind::Float:
            return int_of_double(value.as_float());
        case Kind::Decimal:
            return int_of_decimal(value.as_decimal());
        case Kind::String:
        case Kind::Bytes: {
            std::optional<Value> number = parse_int(value.as_string());
            if (!number) return {Conversion::ValueError, {}};
            return {Conversion::Done, *std::move(number)};
        }
        default:
            return {Conversion::TypeError, {}};
    }
}

ToFloat to_float(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
        case Kind::Int:
            return {Conversion::Done, static_cast<double>(value.as_int())};
        case Kind::Float:
            return {Conversion::Done, value.as_float()};
        case Kind::Decimal:
            return {Conversion::Done, value.as_decimal().to_double()};
        case Kind::BigInt: {
            const double number = *parse_float(value.as_string());
            if (std::isinf(number)) return {Conversion::OverflowError, 0};
            return {Conversion::Done, number};
        }
        case Kind::String:
        case Kind::Bytes: {
            const auto number = parse_float(value.as_string());
            if (!number) return {Conversion::ValueError, 0};
            return {Conversion::Done, *number};
        }
        default:
            return {Conversion::TypeError, 0};
    }
}

}  // namespace tatum::numbers
