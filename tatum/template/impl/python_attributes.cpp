#include <tatum/base/dateformat.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/template/impl/dict_view.h>
#include <tatum/template/impl/make_object.h>
#include <tatum/template/impl/variable.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace tatum::template_::impl {
namespace {

using strings::decimal_digit;

/// Methods that need arguments, or would change the value that a template only shows: a template
/// gets nothing from them. Unlike Django: `{{ list.pop }}` and `{{ dict.clear }}` change nothing.
bool is_unusable(Kind kind, std::string_view name) {
    static constexpr std::string_view kString =
        " center count endswith find format format_map index join ljust maketrans partition "
        "removeprefix removesuffix replace rfind rindex rjust rpartition startswith translate "
        "zfill ";
    static constexpr std::string_view kList =
        " append clear count extend index insert pop remove reverse sort ";
    static constexpr std::string_view kDict = " clear fromkeys get pop popitem setdefault update ";
    static constexpr std::string_view kSet =
        " add clear discard isdisjoint issubset issuperset pop remove symmetric_difference "
        "symmetric_difference_update update difference_update intersection_update ";
    static constexpr std::string_view kDated =
        " strftime fromisoformat fromordinal fromtimestamp strptime combine fromisocalendar ";
    static constexpr std::string_view kNumber = " from_bytes fromhex from_float compare ";
    std::string_view names;
    switch (kind) {
        case Kind::String:
        case Kind::Bytes:
            names = kString;
            break;
        case Kind::List:
        case Kind::Tuple:
        case Kind::Range:
            names = kList;
            break;
        case Kind::Dict:
            names = kDict;
            break;
        case Kind::Set:
            names = kSet;
            break;
        case Kind::Date:
        case Kind::DateTime:
        case Kind::Time:
            names = kDated;
            break;
        default:
            names = kNumber;
            break;
    }
    if (name.empty()) return false;
    const std::string padded = " " + std::string(name) + " ";
    return names.find(padded) != std::string_view::npos;
}

std::string swapcase(std::string_view text) {
    std::string out;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t start = position;
        const char32_t c = strings::next_code_point(text, position);
        const std::string_view one = text.substr(start, position - start);
        out += strings::is_upper(c)   ? strings::lower(one)
               : strings::is_lower(c) ? strings::upper(one)
                                      : std::string(one);
    }
    return out;
}

std::string capitalize(std::string_view text) {
    std::size_t first = 0;
    if (!text.empty()) strings::next_code_point(text, first);
    return strings::upper(text.substr(0, first)) + strings::lower(text.substr(first));
}

/// Every character passes `test`, and there is one.
template <class Test>
bool all_of(std::string_view text, Test test) {
    for (std::size_t position = 0; position < text.size();) {
        if (!test(strings::next_code_point(text, position))) return false;
    }
    return !text.empty();
}

/// Cased characters are all `wanted` (upper or lower), and there is one.
template <class Test, class Other>
bool all_cased(std::string_view text, Test wanted, Other unwanted) {
    bool any = false;
    for (std::size_t position = 0; position < text.size();) {
        const char32_t c = strings::next_code_point(text, position);
        if (unwanted(c)) return false;
        any = any || wanted(c);
    }
    return any;
}

Value texts(const std::vector<std::string_view>& pieces) {
    List items;
    for (const std::string_view piece : pieces) items.emplace_back(piece);
    return Value(std::move(items));
}

std::string expand_tabs(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t start = position;
        const char32_t c = strings::next_code_point(text, position);
        if (c == '\t') {
            const std::size_t blanks = 8 - column % 8;
            out.append(blanks, ' ');
            column += blanks;
            continue;
        }
        out += text.substr(start, position - start);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    return out;
}

std::optional<Value> string_test(std::string_view text, std::string_view name) {
    if (name == "isalpha") return Value(all_of(text, strings::is_alpha));
    if (name == "isalnum") return Value(all_of(text, strings::is_alnum));
    if (name == "isspace") return Value(all_of(text, strings::is_space));
    if (name == "isascii") return Value(strings::is_ascii(text));
    if (name == "isdigit" || name == "isdecimal" || name == "isnumeric") {
        return Value(all_of(text, [](char32_t c) { return decimal_digit(c) >= 0; }));
    }
    if (name == "isupper") {
        return Value(all_cased(text, strings::is_upper, strings::is_lower));
    }
    if (name == "islower") {
        return Value(all_cased(text, strings::is_lower, strings::is_upper));
    }
    if (name == "istitle") {
        return Value(all_cased(text, strings::is_upper, [](char32_t) { return false; }) &&
                     strings::title(text) == text);
    }
    if (name == "isprintable") {
        return Value(text.empty() || all_of(text, strings::is_printable));
    }
    if (name == "isidentifier") {
        return Value(all_of(text, strings::is_word) &&
                     decimal_digit(static_cast<unsigned char>(text.front())) < 0);
    }
    return std::nullopt;
}

std::optional<Value> string_attribute(std::string_view text, std::string_view name) {
    if (name == "upper") return Value(strings::upper(text));
    if (name == "lower") return Value(strings::lower(text));
    if (name == "title") return Value(strings::title(text));
    if (name == "capitalize") return Value(capitalize(text));
    if (name == "casefold") return Value(strings::casefold(text));
    if (name == "swapcase") return Value(swapcase(text));
    if (name == "strip") return Value(strings::strip(text));
    if (name == "lstrip") return Value(strings::lstrip(text));
    if (name == "rstrip") return Value(strings::rstrip(text));
    if (name == "split" || name == "rsplit") return texts(strings::split(text));
    if (name == "splitlines") return texts(strings::split_lines(text));
    if (name == "expandtabs") return Value(expand_tabs(text));
    if (name == "encode") return Value::bytes(text);
    if (name.starts_with("is")) return string_test(text, name);
    return std::nullopt;
}

std::optional<Value> integer_attribute(std::int64_t number, std::string_view name) {
    if (name == "real" || name == "numerator" || name == "conjugate") return Value(number);
    if (name == "imag") return Value(0);
    if (name == "denominator") return Value(1);
    const std::uint64_t magnitude = number < 0
                                        ? std::uint64_t{0} - static_cast<std::uint64_t>(number)
                                        : static_cast<std::uint64_t>(number);
    if (name == "bit_length") return Value(static_cast<int>(std::bit_width(magnitude)));
    if (name == "bit_count") return Value(std::popcount(magnitude));
    if (name == "as_integer_ratio") return Value::tuple({Value(number), Value(1)});
    return std::nullopt;
}

std::optional<Value> big_integer_attribute(const Value& number, std::string_view name) {
    if (name == "real" || name == "numerator" || name == "conjugate") return number;
    if (name == "imag") return Value(0);
    if (name == "denominator") return Value(1);
    return std::nullopt;
}

/// Python's float.hex(): all 13 digits of the fraction.
std::string float_hex(double number) {
    if (!std::isfinite(number)) return Value(number).str();
    const double magnitude = std::fabs(number);
    const std::string sign = std::signbit(number) ? "-" : "";
    if (magnitude == 0) return sign + "0x0.0p+0";
    std::array<char, 40> text;
    const int size = std::snprintf(text.data(), text.size(), "%.13a", magnitude);
    return sign + std::string(text.data(), static_cast<std::size_t>(size));
}

std::optional<Value> float_attribute(double number, std::string_view name) {
    if (name == "real" || name == "conjugate") return Value(number);
    if (name == "imag") return Value(0.0);
    if (name == "hex") return Value(float_hex(number));
    if (name == "is_integer") return Value(std::isfinite(number) && std::trunc(number) == number);
    return std::nullopt;
}

std::optional<Value> decimal_attribute(const Decimal& number, std::string_view name) {
    if (name == "real" || name == "conjugate" || name == "canonical") return Value(number);
    if (name == "imag") return Value(Decimal(0));
    if (name == "adjusted") return Value(number.adjusted());
    if (name == "normalize") return Value(number.normalize());
    if (name == "copy_abs") return Value(number.abs());
    if (name == "copy_negate") return Value(-number);
    if (name == "is_nan") return Value(number.is_nan());
    if (name == "is_infinite") return Value(number.is_infinite());
    if (name == "is_finite") return Value(number.is_finite());
    if (name == "is_zero") return Value(number.is_zero());
    if (name == "is_signed") return Value(number.is_negative());
    if (name == "to_eng_string") return Value(number.str());
    if (name == "to_integral_value" || name == "to_integral") {
        return Value(number.exponent() >= 0 ? number : number.quantize(0));
    }
    return std::nullopt;
}

std::optional<Value> date_attribute(Date date, std::string_view name) {
    if (name == "year") return Value(date.year());
    if (name == "month") return Value(date.month());
    if (name == "day") return Value(date.day());
    if (name == "weekday") return Value(date.weekday());
    if (name == "isoweekday") return Value(date.isoweekday());
    if (name == "isoformat") return Value(date.isoformat());
    if (name == "toordinal") return Value(date.days() + 719163);  // from 0001-01-01, which is 1
    if (name == "ctime") {
        return Value(format_date(Value(date), "D M", Translations::builtin().default_language())
                         .value_or("") +
                     (date.day() < 10 ? "  " : " ") + std::to_string(date.day()) + " 00:00:00 " +
                     std::to_string(date.year()));
    }
    if (name == "replace") return Value(date);
    if (name == "today") return Value(naive_now().date());
    return std::nullopt;
}

std::optional<Value> time_attribute(Time time, std::string_view name) {
    if (name == "hour") return Value(time.hour());
    if (name == "minute") return Value(time.minute());
    if (name == "second") return Value(time.second());
    if (name == "microsecond") return Value(time.microsecond());
    if (name == "isoformat") return Value(time.isoformat());
    if (name == "fold") return Value(0);
    if (name == "replace") return Value(time);
    if (name == "tzinfo" || name == "utcoffset" || name == "dst" || name == "tzname") {
        return Value();
    }
    return std::nullopt;
}

std::optional<Value> datetime_attribute(const DateTime& moment, std::string_view name) {
    if (name == "isoformat") return Value(moment.isoformat());
    if (name == "date") return Value(moment.date());
    if (name == "time") return Value(moment.time());
    if (name == "replace") return Value(moment);
    if (name == "ctime") {
        // The date's, with the time in place of its midnight.
        const std::string of_date = date_attribute(moment.date(), name)->str();
        const std::string time = moment.time().isoformat();
        return Value(strings::replace(of_date, "00:00:00", time.substr(0, 8)));
    }
    if (name == "timestamp") {
        const DateTime aware = moment.is_aware() ? moment : make_aware(moment, default_time_zone());
        return Value(static_cast<double>(aware.utc_microseconds()) / 1e6);
    }
    if (name == "now" || name == "today") return Value(naive_now());
    if (moment.is_aware()) {
        if (name == "tzinfo") return Value(moment.zone()->name());
        if (name == "utcoffset") return Value(Duration::seconds(moment.utc_offset()));
        if (name == "tzname") {
            return Value(moment.zone()->abbreviation(moment.utc_microseconds()));
        }
        if (name == "dst") {
            const bool on = moment.zone()->is_dst(moment.utc_microseconds());
            return Value(Duration::hours(on ? 1 : 0));
        }
    }
    if (auto found = time_attribute(moment.time(), name)) return found;
    return date_attribute(moment.date(), name);
}

std::optional<Value> duration_attribute(Duration span, std::string_view name) {
    const std::int64_t day = Duration::days(1).microseconds;
    std::int64_t days = span.microseconds / day, rest = span.microseconds % day;
    if (rest < 0) {
        rest += day;
        --days;
    }
    if (name == "days") return Value(days);
    if (name == "seconds") return Value(rest / 1'000'000);
    if (name == "microseconds") return Value(rest % 1'000'000);
    if (name == "total_seconds") return Value(static_cast<double>(span.microseconds) / 1e6);
    return std::nullopt;
}

std::optional<Value> uuid_attribute(const Uuid& uuid, std::string_view name) {
    const std::string text = uuid.str();
    if (name == "hex") return Value(strings::replace(text, "-", ""));
    if (name == "urn") return Value("urn:uuid:" + text);
    if (name == "version") return Value(uuid.bytes[6] >> 4);
    if (name == "bytes") {
        return Value::bytes({reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()});
    }
    return std::nullopt;
}

std::optional<Value> dict_attribute(const Value& dict, std::string_view name) {
    if (name == "items") return make_object<DictView>(dict, DictView::Part::Items);
    if (name == "keys") return make_object<DictView>(dict, DictView::Part::Keys);
    if (name == "values") return make_object<DictView>(dict, DictView::Part::Values);
    if (name == "copy") return dict;
    return std::nullopt;
}

std::optional<Value> range_attribute(const Value::RangeBounds& range, std::string_view name) {
    if (name == "start") return Value(range.start);
    if (name == "stop") return Value(range.stop);
    if (name == "step") return Value(range.step);
    return std::nullopt;
}

std::optional<Value> attribute_of(const Value& value, std::string_view name) {
    switch (value.kind()) {
        case Kind::Bool:
        case Kind::Int:
            return integer_attribute(value.as_int(), name);
        case Kind::BigInt:
            return big_integer_attribute(value, name);
        case Kind::Float:
            return float_attribute(value.as_float(), name);
        case Kind::Decimal:
            return decimal_attribute(value.as_decimal(), name);
        case Kind::String:
            return string_attribute(value.as_string(), name);
        case Kind::Bytes:
            if (name == "decode") return Value(strings::replace_invalid_utf8(value.as_string()));
            return std::nullopt;
        case Kind::Date:
            return date_attribute(value.as_date(), name);
        case Kind::Time:
            return time_attribute(value.as_time(), name);
        case Kind::DateTime:
            return datetime_attribute(value.as_datetime(), name);
        case Kind::Duration:
            return duration_attribute(value.as_duration(), name);
        case Kind::Uuid:
            return uuid_attribute(value.as_uuid(), name);
        case Kind::List:
        case Kind::Set:
            if (name == "copy") return value;
            return std::nullopt;
        case Kind::Dict:
            return dict_attribute(value, name);
        case Kind::Range:
            return range_attribute(value.as_range(), name);
        default:
            return std::nullopt;
    }
}

}  // namespace

Lookup python_attribute(const Value& value, const Name& name, Value& place) {
    if (name.text.empty() || value.is_none()) return Lookup::Missing;
    if (auto found = attribute_of(value, name.text)) {
        place = *std::move(found);
        return Lookup::Found;
    }
    return is_unusable(value.kind(), name.text) ? Lookup::Invalid : Lookup::Missing;
}

}  // namespace tatum::template_::impl
