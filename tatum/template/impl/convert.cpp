#include <tatum/template/impl/convert.h>

#include <tatum/base/text.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace tatum::template_::impl {
namespace {

/// Python reads no longer integers (sys.set_int_max_str_digits), since what follows is quadratic.
constexpr std::size_t kIntegerDigitsMax = 4300;

/// Digits of any script as ASCII, single underscores between digits dropped; nullopt where Python's
/// int() would not accept the text.
std::optional<std::string> integer_digits(std::string_view text) {
    text = strings::strip(text);
    std::string digits;
    std::size_t position = 0;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        if (text[0] == '-') digits += '-';
        position = 1;
    }
    bool after_digit = false;
    while (position < text.size()) {
        if (text[position] == '_' && after_digit) {
            after_digit = false;
            ++position;
            continue;
        }
        const int digit = strings::decimal_digit(strings::next_code_point(text, position));
        if (digit < 0) return std::nullopt;
        digits += static_cast<char>('0' + digit);
        after_digit = true;
    }
    if (!after_digit || digits.size() > kIntegerDigitsMax) return std::nullopt;
    return digits;
}

Value integer_value(const std::string& digits) {
    std::int64_t number = 0;
    const char* end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, number).ec == std::errc()) return Value(number);
    std::string_view rest = digits;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of('0'), rest.size()));
    return Value::big_int((negative ? "-" : "") + std::string(rest));
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
    std::string digits = number.fixed();
    digits.resize(std::min(digits.find('.'), digits.size()));
    if (digits == "-0") digits = "0";
    return {Conversion::Done, integer_value(digits)};
}

/// Python's float(text): underscores between digits, "nan", "inf", "infinity".
std::optional<double> parse_float(std::string_view text) {
    text = strings::strip(text);
    std::string plain;
    std::size_t position = 0;
    char before = '\0';
    while (position < text.size()) {
        const std::size_t start = position;
        const char32_t c = strings::next_code_point(text, position);
        if (c == '_') {
            const bool between = before >= '0' && before <= '9' && position < text.size() &&
                                 text[position] >= '0' && text[position] <= '9';
            if (!between) return std::nullopt;
            before = '_';
            continue;
        }
        const int digit = strings::decimal_digit(c);
        if (digit < 0 && position - start > 1) return std::nullopt;
        before = digit >= 0 ? static_cast<char>('0' + digit) : static_cast<char>(c);
        plain += before;
    }
    std::string_view rest = plain;
    if (rest.starts_with('+')) rest.remove_prefix(1);
    if (rest.empty() || rest.front() == '+') return std::nullopt;
    double number = 0;
    const auto [stop, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (stop != rest.data() + rest.size()) return std::nullopt;
    if (rest.find('(') != std::string_view::npos) return std::nullopt;  // C's nan(...)
    if (fault == std::errc::result_out_of_range) {
        // Python rounds to infinity or zero.
        const bool tiny =
            rest.find("e-") != std::string_view::npos || rest.find("E-") != std::string_view::npos;
        const double limit = tiny ? 0.0 : std::numeric_limits<double>::infinity();
        return rest.front() == '-' ? -limit : limit;
    }
    if (fault != std::errc()) return std::nullopt;
    return number;
}

/// Compares magnitudes of digits without sign or leading zeros.
bool magnitude_less(std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string add_magnitudes(std::string_view a, std::string_view b) {
    std::string sum;
    int carry = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
        int digit = carry;
        if (i < a.size()) digit += a[a.size() - 1 - i] - '0';
        if (i < b.size()) digit += b[b.size() - 1 - i] - '0';
        sum += static_cast<char>('0' + digit % 10);
        carry = digit / 10;
    }
    std::reverse(sum.begin(), sum.end());
    return sum;
}

/// `a` - `b` where `a` is not less.
std::string subtract_magnitudes(std::string_view a, std::string_view b) {
    std::string difference;
    int borrow = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        int digit = a[a.size() - 1 - i] - '0' - borrow;
        if (i < b.size()) digit -= b[b.size() - 1 - i] - '0';
        borrow = digit < 0 ? 1 : 0;
        difference += static_cast<char>('0' + digit + borrow * 10);
    }
    while (difference.size() > 1 && difference.back() == '0') difference.pop_back();
    std::reverse(difference.begin(), difference.end());
    return difference;
}

}  // namespace

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
            const auto digits = integer_digits(value.as_string());
            if (!digits) return {Conversion::ValueError, {}};
            return {Conversion::Done, integer_value(*digits)};
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
            const double number = parse_float(value.as_string()).value_or(0);
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

std::optional<Value> parse_number(std::string_view text) {
    if (text.find_first_of(".eE") != std::string_view::npos) {
        if (text.ends_with('.')) return std::nullopt;
        const auto number = parse_float(text);
        return number ? std::optional<Value>(*number) : std::nullopt;
    }
    const auto digits = integer_digits(text);
    return digits ? std::optional<Value>(integer_value(*digits)) : std::nullopt;
}

std::string add_integers(std::string_view a, std::string_view b) {
    const bool negative_a = a.starts_with('-'), negative_b = b.starts_with('-');
    if (negative_a) a.remove_prefix(1);
    if (negative_b) b.remove_prefix(1);
    if (negative_a == negative_b) return (negative_a ? "-" : "") + add_magnitudes(a, b);
    if (a == b) return "0";
    const bool a_less = magnitude_less(a, b);
    const std::string difference = a_less ? subtract_magnitudes(b, a) : subtract_magnitudes(a, b);
    return ((a_less ? negative_b : negative_a) ? "-" : "") + difference;
}

std::int64_t modulo(std::string_view digits, std::int64_t divisor) {
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    __extension__ unsigned __int128 rest = 0;
    for (const char c : digits) {
        rest = (rest * 10 + static_cast<unsigned>(c - '0')) % static_cast<std::uint64_t>(divisor);
    }
    const auto remainder = static_cast<std::int64_t>(rest);
    return negative && remainder != 0 ? divisor - remainder : remainder;
}

std::string python_type_name(const Value& value) {
    switch (value.kind()) {
        case Kind::None:
            return "NoneType";
        case Kind::Bool:
            return "bool";
        case Kind::Int:
        case Kind::BigInt:
            return "int";
        case Kind::Float:
            return "float";
        case Kind::Decimal:
            return "decimal.Decimal";
        case Kind::String:
            return value.is_safe() ? "SafeString" : "str";
        case Kind::Bytes:
            return "bytes";
        case Kind::Date:
            return "datetime.date";
        case Kind::Time:
            return "datetime.time";
        case Kind::DateTime:
            return "datetime.datetime";
        case Kind::Duration:
            return "datetime.timedelta";
        case Kind::Uuid:
            return "UUID";
        case Kind::List:
            return "list";
        case Kind::Tuple:
            return "tuple";
        case Kind::Set:
            return "set";
        case Kind::Dict:
            return "dict";
        case Kind::Range:
            return "range";
        case Kind::Object:
            return std::string(value.as_object().type_name(value.self()));
    }
    return "object";
}

}  // namespace tatum::template_::impl
