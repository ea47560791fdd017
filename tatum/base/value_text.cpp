// How Values print: Python's str() and repr().

#include <tatum/base/impl/value_reps.h>
#include <tatum/base/text.h>
#include <tatum/base/value.h>

#include <array>
#include <charconv>
#include <cmath>

namespace tatum {

void impl::append_int(std::string& out, std::int64_t value) {
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

void impl::append_float(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "nan";
        return;
    }
    if (std::signbit(value)) out += '-';
    if (std::isinf(value)) {
        out += "inf";
        return;
    }
    // The shortest digits that read back, "d.ddde+XX", laid out as Python does.
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                   std::chars_format::scientific)
                         .ptr;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const std::size_t e = text.find('e');
    int exponent = 0;
    const char* digits = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(digits, end, exponent);
    if (exponent < -4 || exponent >= 16) {
        out += text;
        return;
    }
    const std::string_view fraction = e > 2 ? text.substr(2, e - 2) : std::string_view();
    if (exponent < 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-exponent - 1), '0');
        out += text[0];
        out += fraction;
        return;
    }
    const auto left = static_cast<std::size_t>(exponent);
    out += text[0];
    out += fraction.substr(0, left);
    if (left > fraction.size()) out.append(left - fraction.size(), '0');
    out += '.';
    out += left < fraction.size() ? fraction.substr(left) : "0";
}

namespace {

using impl::append_int;

/// "1, 2, 3"
void append_numbers(std::string& out, std::initializer_list<std::int64_t> numbers) {
    const char* separator = "";
    for (const std::int64_t number : numbers) {
        out += separator;
        append_int(out, number);
        separator = ", ";
    }
}

/// The time of day as constructor arguments; seconds and microseconds only where they count.
void append_time_arguments(std::string& out, Time time) {
    append_numbers(out, {time.hour(), time.minute()});
    if (time.second() == 0 && time.microsecond() == 0) return;
    out += ", ";
    append_int(out, time.second());
    if (time.microsecond() == 0) return;
    out += ", ";
    append_int(out, time.microsecond());
}

void append_duration_repr(std::string& out, Duration duration) {
    constexpr std::int64_t second = 1'000'000, day = 86'400 * second;
    std::int64_t days = duration.microseconds / day;
    std::int64_t rest = duration.microseconds % day;
    if (rest < 0) {
        rest += day;
        --days;
    }
    out += "datetime.timedelta(";
    const char* separator = "";
    const auto argument = [&](const char* name, std::int64_t number) {
        if (number == 0) return;
        out += separator;
        out += name;
        append_int(out, number);
        separator = ", ";
    };
    argument("days=", days);
    argument("seconds=", rest / second);
    argument("microseconds=", rest % second);
    if (duration.microseconds == 0) out += '0';
    out += ')';
}

void append_zone_repr(std::string& out, const Zone& zone, std::int32_t offset) {
    if (&zone == &Zone::utc()) {
        out += "datetime.timezone.utc";
    } else if (&zone == &Zone::fixed(offset)) {
        out += "datetime.timezone(";
        append_duration_repr(out, Duration::seconds(offset));
        out += ')';
    } else {
        out += "zoneinfo.ZoneInfo(key='";
        out += zone.name();
        out += "')";
    }
}

void append_datetime_repr(std::string& out, const DateTime& value) {
    const Date date = value.date();
    out += "datetime.datetime(";
    append_numbers(out, {date.year(), date.month(), date.day()});
    out += ", ";
    append_time_arguments(out, value.time());
    if (value.is_aware()) {
        const Zone& zone = *value.zone();
        // The second of two equal clock readings is the one whose offset is not that of the first.
        if (zone.offset_at_local(value.local_microseconds(), 0) != value.utc_offset()) {
            out += ", fold=1";
        }
        out += ", tzinfo=";
        append_zone_repr(out, zone, value.utc_offset());
    }
    out += ')';
}

void append_bytes_repr(std::string& out, std::string_view bytes) {
    constexpr std::string_view hex = "0123456789abcdef";
    const bool double_quotes =
        bytes.find('\'') != std::string_view::npos && bytes.find('"') == std::string_view::npos;
    const char quote = double_quotes ? '"' : '\'';
    out += 'b';
    out += quote;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20 || byte >= 0x7F) {
            out += "\\x";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    out += quote;
}

void append_items_repr(std::string& out, const List& items) {
    const char* separator = "";
    for (const Value& item : items) {
        out += separator;
        item.append_repr(out);
        separator = ", ";
    }
}

void append_list_repr(std::string& out, const Value& value) {
    const List& items = value.as_list();
    if (value.kind() == Kind::Set) {
        if (items.empty()) {
            out += "set()";
            return;
        }
        out += '{';
        append_items_repr(out, items);
        out += '}';
    } else if (const NamedTuple* type = value.named_tuple()) {
        out += type->name;
        for (std::size_t i = 0; i < items.size(); ++i) {
            out.append(i == 0 ? "(" : ", ").append(type->fields[i]) += '=';
            items[i].append_repr(out);
        }
        out += ')';
    } else if (value.kind() == Kind::Tuple) {
        out += '(';
        append_items_repr(out, items);
        out += items.size() == 1 ? ",)" : ")";
    } else {
        out += '[';
        append_items_repr(out, items);
        out += ']';
    }
}

void append_dict_repr(std::string& out, const Dict& dict) {
    const char* separator = "{";
    for (const auto& [key, value] : dict) {
        out += separator;
        key.append_repr(out);
        out += ": ";
        value.append_repr(out);
        separator = ", ";
    }
    out += dict.empty() ? "{}" : "}";
}

void append_range_repr(std::string& out, const Value::RangeBounds& range) {
    out += "range(";
    append_numbers(out, {range.start, range.stop});
    if (range.step != 1) {
        out += ", ";
        append_int(out, range.step);
    }
    out += ')';
}

}  // namespace

std::string Value::str() const {
    if (kind_ == Kind::String) return std::string(as_string());
    std::string out;
    append_str(out);
    return out;
}

std::string Value::repr() const {
    std::string out;
    append_repr(out);
    return out;
}

void Value::append_str(std::string& out) const {
    switch (kind_) {
        case Kind::String:
        case Kind::BigInt:
            out.append(second_.text, size_);
            break;
        case Kind::Int:
            append_int(out, first_.integer);
            break;
        case Kind::Decimal:
            as_decimal().append_str(out);
            break;
        case Kind::Date:
            out += as_date().isoformat();
            break;
        case Kind::Time:
            out += as_time().isoformat();
            break;
        case Kind::DateTime:
            out += as_datetime().isoformat(' ');
            break;
        case Kind::Duration:
            out += as_duration().str();
            break;
        case Kind::Uuid:
            out += as_uuid().str();
            break;
        case Kind::Object:
            as_object().append_str(self(), out);
            break;
        default:
            append_repr(out);
            break;
    }
}

void Value::append_repr(std::string& out) const {
    switch (kind_) {
        case Kind::None:
            out += "None";
            break;
        case Kind::Bool:
            out += as_bool() ? "True" : "False";
            break;
        case Kind::Int:
        case Kind::BigInt:
            append_str(out);
            break;
        case Kind::Float:
            impl::append_float(out, first_.real);
            break;
        case Kind::Decimal:
            out += "Decimal('";
            as_decimal().append_str(out);
            out += "')";
            break;
        case Kind::String:
            strings::append_repr(out, as_string());
            break;
        case Kind::Bytes:
            append_bytes_repr(out, as_string());
            break;
        case Kind::Date: {
            const Date date = as_date();
            out += "datetime.date(";
            append_numbers(out, {date.year(), date.month(), date.day()});
            out += ')';
            break;
        }
        case Kind::Time:
            out += "datetime.time(";
            append_time_arguments(out, as_time());
            out += ')';
            break;
        case Kind::DateTime:
            append_datetime_repr(out, as_datetime());
            break;
        case Kind::Duration:
            append_duration_repr(out, as_duration());
            break;
        case Kind::Uuid:
            out += "UUID('";
            out += as_uuid().str();
            out += "')";
            break;
        case Kind::List:
        case Kind::Tuple:
        case Kind::Set:
            append_list_repr(out, *this);
            break;
        case Kind::Dict:
            append_dict_repr(out, as_dict());
            break;
        case Kind::Range:
            append_range_repr(out, as_range());
            break;
        case Kind::Object:
            as_object().append_repr(self(), out);
            break;
    }
}

}  // namespace tatum
