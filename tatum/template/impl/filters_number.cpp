#include <tatum/base/formats.h>
#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/float_format.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace tatum::template_::impl {
namespace {

Value floatformat(const void*, const FilterCall& call) {
    return float_format(call.value, call.argument != nullptr ? *call.argument : Value(-1));
}

/// Python's value + argument for what is no integer; nothing where Python cannot add.
std::optional<Value> python_sum(const Value& a, const Value& b) {
    if (a.is_string() && b.is_string()) {
        std::string text(a.as_string());
        text += b.as_string();
        return a.is_safe() && b.is_safe() ? Value(text).mark_safe() : Value(text);
    }
    if (a.kind() == b.kind() && (a.kind() == Kind::List || a.kind() == Kind::Tuple)) {
        List items = a.as_list();
        items.insert(items.end(), b.as_list().begin(), b.as_list().end());
        return a.kind() == Kind::List ? Value(std::move(items)) : Value::tuple(std::move(items));
    }
    if (a.kind() == Kind::Bytes && b.kind() == Kind::Bytes) {
        return Value::bytes(std::string(a.as_string()) + std::string(b.as_string()));
    }
    if (a.kind() == Kind::Duration && b.kind() == Kind::Duration) {
        return Value(a.as_duration() + b.as_duration());
    }
    if (a.kind() == Kind::Duration && (b.kind() == Kind::Date || b.kind() == Kind::DateTime)) {
        return python_sum(b, a);
    }
    if (b.kind() == Kind::Duration) {
        if (a.kind() == Kind::DateTime) return Value(a.as_datetime() + b.as_duration());
        if (a.kind() != Kind::Date) return std::nullopt;
        const std::int64_t day = Duration::days(1).microseconds;
        const std::int64_t micros = b.as_duration().microseconds;
        const std::int64_t days = micros / day - (micros % day < 0 ? 1 : 0);
        return Value(a.as_date() + static_cast<int>(days));
    }
    if (a.is_number() && b.is_number()) {
        const bool decimal = a.kind() == Kind::Decimal || b.kind() == Kind::Decimal;
        const bool real = a.kind() == Kind::Float || b.kind() == Kind::Float;
        if (decimal && real) return std::nullopt;
        if (decimal) {
            return Value(impl::decimal_argument(a) + impl::decimal_argument(b));
        }
        return Value(to_float(a).value + to_float(b).value);
    }
    return std::nullopt;
}

Value add(const void*, const FilterCall& call) {
    const ToInt a = to_int(call.value), b = to_int(*call.argument);
    if (a.outcome == Conversion::OverflowError) fail_conversion(a, call.value);
    if (a && b.outcome == Conversion::OverflowError) fail_conversion(b, *call.argument);
    if (!a || !b) return python_sum(call.value, *call.argument).value_or(Value(""));
    std::int64_t sum = 0;
    if (a.value.kind() == Kind::Int && b.value.kind() == Kind::Int &&
        !__builtin_add_overflow(a.value.as_int(), b.value.as_int(), &sum)) {
        return Value(sum);
    }
    const std::string digits = add_integers(a.value.str(), b.value.str());
    return to_int(Value(digits)).value;
}

Value get_digit(const void*, const FilterCall& call) {
    std::int64_t place = 0;
    if (!read_integer(*call.argument, place)) return call.value;
    const ToInt number = to_int(call.value);
    if (number.outcome == Conversion::ValueError) return call.value;
    if (!number) fail_conversion(number, call.value);
    if (place < 1) return number.value;
    const std::string digits = number.value.str();
    if (place > static_cast<std::int64_t>(digits.size())) return Value(0);
    const char digit = digits[digits.size() - static_cast<std::size_t>(place)];
    if (digit == '-') fail("template.E101", "invalid literal for int() with base 10: '-'");
    return Value(digit - '0');
}

Value divisibleby(const void*, const FilterCall& call) {
    const ToInt number = to_int(call.value);
    if (!number) fail_conversion(number, call.value);
    const std::int64_t divisor = integer_of(*call.argument);
    if (divisor == 0) fail("template.E112", "integer division or modulo by zero");
    if (number.value.kind() == Kind::BigInt) {
        return Value(modulo(number.value.as_string(), std::abs(divisor)) == 0);
    }
    // -1 apart, since the smallest integer has no opposite.
    return Value(divisor == -1 || number.value.as_int() % divisor == 0);
}

/// bytes / unit, rounded to one place as Python rounds, in the current language.
std::string scaled(double bytes, double unit) {
    double number = bytes / unit;
    if (number < 1e15) {  // greater ones have no places to round
        std::array<char, 64> digits;
        std::snprintf(digits.data(), digits.size(), "%.1f", number);
        number = std::strtod(digits.data(), nullptr);
    }
    NumberOptions options;
    options.decimal_pos = 1;
    return number_format(Value(number), options);
}

std::string with_number(std::string_view message, std::string_view field, std::string_view number) {
    return strings::replace(message, field, number);
}

Value filesizeformat(const void*, const FilterCall& call) {
    const ToInt size = to_int(call.value);
    if (size.outcome == Conversion::OverflowError) fail_conversion(size, call.value);
    std::string digits = size ? size.value.str() : "0";
    const bool negative = digits.starts_with('-');
    if (negative) digits.erase(0, 1);
    const double bytes = to_float(Value(digits)).value;
    constexpr double kUnit = 1024;
    static constexpr std::string_view kMessages[] = {"%s KB", "%s MB", "%s GB", "%s TB", "%s PB"};
    std::string text;
    if (bytes < kUnit) {
        text = with_number(
            ngettext("%(size)d byte", "%(size)d bytes", static_cast<std::int64_t>(bytes)),
            "%(size)d", digits);
    } else {
        double unit = kUnit;
        std::size_t power = 0;
        while (power + 1 < std::size(kMessages) && bytes >= unit * kUnit) {
            unit *= kUnit;
            ++power;
        }
        text = with_number(gettext(kMessages[power]), "%s", scaled(bytes, unit));
    }
    return Value(html::avoid_wrapping(negative ? "-" + text : text));
}

}  // namespace

void add_number_filters(Library& library) {
    const auto one = ArgumentRule::Required;
    add_filter(library, "floatformat", &floatformat, ArgumentRule::Optional, kSafe);
    add_filter(library, "add", &add, one);
    add_filter(library, "get_digit", &get_digit, one);
    add_filter(library, "divisibleby", &divisibleby, one);
    add_filter(library, "filesizeformat", &filesizeformat, ArgumentRule::None, kSafe);
}

}  // namespace tatum::template_::impl
