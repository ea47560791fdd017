#include <tatum/base/humanize.h>

#include <tatum/base/dateformat.h>
#include <tatum/base/locals.h>
#include <tatum/base/numbers.h>
#include <tatum/base/text.h>
#include <tatum/base/timesince.h>
#include <tatum/base/timezone.h>
#include <tatum/base/unicode.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace tatum::humanize {

namespace {

/// Python's int(x) as digits: of numbers by cutting, of strings by reading; nullopt where it raises
/// TypeError or ValueError.
std::optional<std::string> integer_digits(const Value& value) {
    const numbers::ToInt number = numbers::to_int(value);
    if (number.outcome == numbers::Conversion::OverflowError)
        throw Exception("cannot convert infinity to an integer");
    if (!number) return std::nullopt;
    return number.value.str();
}

/// `text` with "%(name)s" or "%(name)d" replaced.
std::string fill(std::string_view text, std::string_view name, std::string_view value) {
    const std::size_t begin = text.find("%(" + std::string(name) + ")");
    if (begin == std::string_view::npos) return std::string(text);
    std::string out(text.substr(0, begin));
    out += value;
    out += text.substr(begin + name.size() + 4);
    return out;
}

}  // namespace

Value ordinal(const Value& value) {
    const auto digits = integer_digits(value);
    if (!digits) return value;
    if (digits->starts_with('-')) return Value(*digits);
    int rest = 0;
    for (const char c : digits->substr(digits->size() - std::min<std::size_t>(2, digits->size()))) {
        rest = rest * 10 + (c - '0');
    }
    struct Form {
        std::string_view context, text;
    };
    constexpr std::array<Form, 11> kForms = {{{"ordinal 0", "{}th"},
                                              {"ordinal 1", "{}st"},
                                              {"ordinal 2", "{}nd"},
                                              {"ordinal 3", "{}rd"},
                                              {"ordinal 4", "{}th"},
                                              {"ordinal 5", "{}th"},
                                              {"ordinal 6", "{}th"},
                                              {"ordinal 7", "{}th"},
                                              {"ordinal 8", "{}th"},
                                              {"ordinal 9", "{}th"},
                                              {"ordinal 11, 12, 13", "{}th"}}};
    const bool teen = rest >= 11 && rest <= 13;
    const Form& form = kForms[teen ? 10 : static_cast<std::size_t>(rest % 10)];
    const std::string_view text = tatum::pgettext(form.context, form.text);
    return Value::safe(strings::replace(text, "{}", *digits));
}

namespace {

/// "[-]digits" before anything else: with commas at the thousands.
Value with_commas(const std::string& text) {
    std::size_t begin = text.starts_with('-') ? 1 : 0;
    std::size_t end = begin;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    std::string out = text.substr(0, begin);
    for (std::size_t i = begin; i < end; ++i) {
        if (i > begin && (end - i) % 3 == 0) out += ',';
        out += text[i];
    }
    return Value(out + text.substr(end));
}

/// "[-]digits[.digits]" after white space has been stripped.
bool is_plain_integer(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Value intcomma(const Value& value, UseL10n use_l10n) {
    if (use_l10n == UseL10n::On) {
        const NumberOptions grouped{.force_grouping = true};
        if (value.kind() == Kind::Float || value.kind() == Kind::Decimal) {
            return Value(number_format(value, grouped));
        }
        if (value.kind() == Kind::Int || value.kind() == Kind::BigInt ||
            value.kind() == Kind::Bool) {
            return Value(number_format(
                value.kind() == Kind::Bool ? Value(static_cast<int>(value.as_bool())) : value,
                grouped));
        }
        const std::string text = value.str();
        const std::string_view stripped = strings::strip(text);
        if (is_plain_integer(stripped)) {
            const bool negative = stripped.starts_with('-');
            const std::string_view digits =
                stripped.substr(negative || stripped.starts_with('+') ? 1 : 0);
            const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
            const std::string plain = (negative ? "-" : "") + std::string(digits.substr(first));
            return Value(number_format(Value::big_int(plain), grouped));
        }
        if (const Result<Decimal> number = Decimal::parse(stripped)) {
            return Value(number_format(Value(*number), grouped));
        }
    }
    return with_commas(value.str());
}

namespace {

/// A power of ten with its words, as messages for ngettext.
struct Magnitude {
    int exponent;
    std::string_view singular, plural;
};
constexpr std::array<Magnitude, 11> kMagnitudes = {{
    {6, "%(value)s million", "%(value)s million"},
    {9, "%(value)s billion", "%(value)s billion"},
    {12, "%(value)s trillion", "%(value)s trillion"},
    {15, "%(value)s quadrillion", "%(value)s quadrillion"},
    {18, "%(value)s quintillion", "%(value)s quintillion"},
    {21, "%(value)s sextillion", "%(value)s sextillion"},
    {24, "%(value)s septillion", "%(value)s septillion"},
    {27, "%(value)s octillion", "%(value)s octillion"},
    {30, "%(value)s nonillion", "%(value)s nonillion"},
    {33, "%(value)s decillion", "%(value)s decillion"},
    {100, "%(value)s googol", "%(value)s googol"},
}};

/// Infinite where it is too large.
double read_double(const std::string& text) {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() ? number : std::numeric_limits<double>::infinity();
}

}  // namespace

Value intword(const Value& value) {
    const auto digits = integer_digits(value);
    if (!digits) return value;
    const double number = read_double(*digits);
    if (std::isinf(number) || std::fabs(number) < 1e6) return Value::big_int(*digits);
    const std::size_t size = digits->size() - (digits->starts_with('-') ? 1 : 0);
    for (const Magnitude& magnitude : kMagnitudes) {
        if (size > static_cast<std::size_t>(magnitude.exponent) + 3) continue;
        // Rounded once, as Python divides whole numbers: 101e27 is just 101 octillion.
        const double scaled = read_double(*digits + "e-" + std::to_string(magnitude.exponent));
        const Decimal tenths = Decimal::from_double(scaled).quantize(1, Rounding::HalfUp);
        const std::string text = number_format(Value(tenths), {.decimal_pos = 1});
        // The plural goes by the number rounded away from one: only what is just one is singular.
        const double beyond_one = scaled - 1;
        const double rounded = beyond_one < 0 ? std::floor(beyond_one) : std::ceil(beyond_one);
        const auto count = static_cast<std::int64_t>(std::fabs(rounded + 1));
        return Value(
            fill(tatum::ngettext(magnitude.singular, magnitude.plural, count), "value", text));
    }
    return Value::big_int(*digits);
}

Value apnumber(const Value& value) {
    constexpr std::array<std::string_view, 9> kWords = {"one", "two",   "three", "four", "five",
                                                        "six", "seven", "eight", "nine"};
    const auto digits = integer_digits(value);
    if (!digits) return value;
    if (digits->size() != 1 || *digits == "0") return Value::big_int(*digits);
    return Value(tatum::gettext(kWords[static_cast<std::size_t>(digits->front() - '1')]));
}

Value naturalday(const Value& value, std::optional<std::string_view> format) {
    Date day;
    if (value.kind() == Kind::Date) {
        day = value.as_date();
    } else if (value.kind() == Kind::DateTime) {
        day = value.as_datetime().date();
    } else {
        return value;
    }
    const bool aware = value.kind() == Kind::DateTime && value.as_datetime().is_aware();
    const Date today =
        aware ? localtime(now(), *value.as_datetime().zone()).date() : naive_now().date();
    switch (day - today) {
        case 0:
            return Value(tatum::gettext("today"));
        case 1:
            return Value(tatum::gettext("tomorrow"));
        case -1:
            return Value(tatum::gettext("yesterday"));
        default:
            break;
    }
    const Result<std::string> text = date_format(Value(day), format.value_or("DATE_FORMAT"));
    return text ? Value(*text) : value;
}

namespace {

constexpr std::string_view kNow = "now";

/// "%(delta)s ago": more than a day away, with the parts of timesince.
std::string far_away(const DateTime& moment, const DateTime& now, bool past) {
    constexpr int kUnits = 2;
    const Language& language = current_language();
    const Result<std::string> delta =
        past ? timesince(moment, now, kUnits, language, "naturaltime-past")
             : timeuntil(moment, now, kUnits, language, "naturaltime-future");
    return fill(tatum::gettext(past ? "%(delta)s ago" : "%(delta)s from now"), "delta",
                delta ? *delta : std::string());
}

struct NearUnit {
    std::int64_t seconds;
    std::string_view past_one, past_many, future_one, future_many;
};
constexpr std::array<NearUnit, 3> kNearUnits = {{
    {1, "a second ago", "%(count)s\u00a0seconds ago", "a second from now",
     "%(count)s\u00a0seconds from now"},
    {60, "a minute ago", "%(count)s\u00a0minutes ago", "a minute from now",
     "%(count)s\u00a0minutes from now"},
    {3600, "an hour ago", "%(count)s\u00a0hours ago", "an hour from now",
     "%(count)s\u00a0hours from now"},
}};

}  // namespace

Value naturaltime(const Value& value) {
    if (value.kind() != Kind::DateTime) return value;
    const DateTime moment = value.as_datetime();
    const DateTime current = moment.is_aware() ? now() : naive_now();
    const std::int64_t away = moment.utc_microseconds() - current.utc_microseconds();
    const bool past = away < 0;
    // A part of a second more than whole ones does not count.
    const std::int64_t seconds = (past ? -away : away) / 1'000'000;
    if (seconds >= 86'400) return Value(far_away(moment, current, past));
    if (seconds == 0) return Value(tatum::gettext(kNow));
    const NearUnit& unit = kNearUnits[seconds < 60 ? 0 : seconds < 3600 ? 1 : 2];
    const std::int64_t count = seconds / unit.seconds;
    const std::string_view text = past ? tatum::ngettext(unit.past_one, unit.past_many, count)
                                       : tatum::ngettext(unit.future_one, unit.future_many, count);
    return Value(fill(text, "count", std::to_string(count)));
}

}  // namespace tatum::humanize
