#include <tatum/template/impl/convert.h>

#include <algorithm>

namespace tatum::template_::impl {
namespace {

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

std::optional<Value> parse_number(std::string_view text) {
    if (text.find_first_of(".eE") != std::string_view::npos) {
        if (text.ends_with('.')) return std::nullopt;
        const auto number = numbers::parse_float(text);
        return number ? std::optional<Value>(*number) : std::nullopt;
    }
    return numbers::parse_int(text);
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
