#include "runner.h"

#include <tatum/base/dateparse.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>

#include <cmath>
#include <limits>

namespace tatum::conformance {

namespace {

[[noreturn]] void malformed(std::string_view what, const Value& value) {
    throw Exception("malformed " + std::string(what) + " in a case: " + value.repr());
}

Value decode_datetime(const Dict& form) {
    const Value text = form.get("$datetime");
    const auto parsed = parse_datetime(text.str());
    if (!parsed || !*parsed) malformed("$datetime", text);
    const Value zone_name = form.get("tz");
    if (zone_name.is_none()) return **parsed;
    const Zone* zone = Zone::find(zone_name.str());
    if (zone == nullptr) malformed("tz", zone_name);
    // The offset says which of two readings is meant, also in a gap, which no moment falls into.
    for (const int fold : {0, 1}) {
        const DateTime reading((*parsed)->date(), (*parsed)->time(), *zone, fold);
        if (reading.utc_offset() == (*parsed)->utc_offset()) return reading;
    }
    return (*parsed)->in_zone(*zone);
}

double decode_float(std::string_view text) {
    const double infinity = std::numeric_limits<double>::infinity();
    if (text == "inf") return infinity;
    if (text == "-inf") return -infinity;
    return std::numeric_limits<double>::quiet_NaN();
}

List decode_items(const Value& json, std::span<const Tag> tags) {
    List items;
    for (const Value& item : json.as_list()) items.push_back(decode(item, tags));
    return items;
}

/// nullopt when `name` is no `$` form.
std::optional<Value> decode_form(std::string_view name, const Value& argument, const Dict& form,
                                 std::span<const Tag> tags) {
    for (const Tag& tag : tags) {
        if (tag.name == name) return tag.decode(decode(argument, tags));
    }
    if (name == "$int") return Value::big_int(argument.as_string());
    if (name == "$float") return Value(decode_float(argument.as_string()));
    if (name == "$decimal") return Value(Decimal::parse(argument.as_string()).value());
    if (name == "$safe") return Value::safe(argument.as_string());
    if (name == "$datetime") return decode_datetime(form);
    if (name == "$duration") return Value(Duration{to_integer(argument)});
    if (name == "$uuid") return Value(Uuid::parse(argument.as_string()).value());
    if (name == "$tuple") return Value::tuple(decode_items(argument, tags));
    if (name == "$set") return Value::set(decode_items(argument, tags));
    if (name == "$date") {
        const auto date = parse_date(argument.as_string());
        if (!date || !*date) malformed("$date", argument);
        return Value(**date);
    }
    if (name == "$time") {
        const auto time = parse_time(argument.as_string());
        if (!time || !*time) malformed("$time", argument);
        return Value(**time);
    }
    if (name == "$bytes") {
        std::string text = strings::replace(argument.as_string(), "+", "-");
        return Value::bytes(
            strings::urlsafe_base64_decode(strings::replace(text, "/", "_")).value());
    }
    if (name == "$range") {
        const List& bounds = argument.as_list();
        return Value::range(to_integer(bounds.at(0)), to_integer(bounds.at(1)),
                            to_integer(bounds.at(2)));
    }
    if (name == "$dict") {
        Dict dict;
        for (const Value& pair : argument.as_list()) {
            dict.set(decode(pair.as_list().at(0), tags), decode(pair.as_list().at(1), tags));
        }
        return Value(std::move(dict));
    }
    return std::nullopt;
}

bool lists_agree(const List& expected, const List& actual) {
    if (expected.size() != actual.size()) return false;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!agrees(expected[i], actual[i])) return false;
    }
    return true;
}

bool dicts_agree(const Dict& expected, const Dict& actual) {
    if (expected.size() != actual.size()) return false;
    for (const auto& [key, value] : expected) {
        const Value* found = actual.find(key);
        if (found == nullptr || !agrees(value, *found)) return false;
    }
    return true;
}

bool datetimes_agree(const DateTime& expected, const DateTime& actual) {
    if (expected.is_aware() != actual.is_aware() ||
        expected.local_microseconds() != actual.local_microseconds() ||
        expected.utc_offset() != actual.utc_offset()) {
        return false;
    }
    // A case names a zone only where it matters.
    return !expected.is_aware() || expected.zone()->name().starts_with("UTC") ||
           expected.zone() == actual.zone();
}

}  // namespace

std::int64_t to_integer(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
        case Kind::Int:
            return value.as_int();
        case Kind::Float: {
            const double whole = std::trunc(value.as_float());
            if (!(std::fabs(whole) < 9e18)) break;
            return static_cast<std::int64_t>(whole);
        }
        case Kind::Decimal: {
            const auto whole = value.as_decimal().to_int();
            if (!whole) break;
            return *whole;
        }
        default:
            break;
    }
    malformed("integer", value);
}

Value decode(const Value& json, std::span<const Tag> tags) {
    if (json.is_list()) return Value(decode_items(json, tags));
    if (!json.is_dict()) return json;
    const Dict& dict = json.as_dict();
    if (!dict.empty()) {
        const auto& [key, argument] = *dict.begin();
        if (key.is_string() && key.as_string().starts_with('$')) {
            if (auto value = decode_form(key.as_string(), argument, dict, tags)) {
                return *std::move(value);
            }
        }
    }
    Dict decoded;
    for (const auto& [key, value] : dict) decoded.set(key, decode(value, tags));
    return Value(std::move(decoded));
}

bool agrees(const Value& expected, const Value& actual) {
    const bool sequences = (expected.kind() == Kind::List || expected.kind() == Kind::Tuple) &&
                           (actual.kind() == Kind::List || actual.kind() == Kind::Tuple);
    if (sequences) return lists_agree(expected.as_list(), actual.as_list());
    if (expected.kind() != actual.kind()) return false;
    switch (expected.kind()) {
        case Kind::String:
            return expected.is_safe() == actual.is_safe() &&
                   expected.as_string() == actual.as_string();
        case Kind::Float:
            return expected.as_float() == actual.as_float() ||
                   (std::isnan(expected.as_float()) && std::isnan(actual.as_float()));
        case Kind::Decimal:
            return Decimal::identical(expected.as_decimal(), actual.as_decimal());
        case Kind::DateTime:
            return datetimes_agree(expected.as_datetime(), actual.as_datetime());
        case Kind::Dict:
            return dicts_agree(expected.as_dict(), actual.as_dict());
        case Kind::Range:
            return expected.repr() == actual.repr();
        default:
            return expected == actual;
    }
}

std::string describe(const Value& value) {
    std::string text = value.repr();
    if (value.is_safe()) text += " (safe)";
    if (value.kind() == Kind::Float) text += " (float)";
    return text;
}

}  // namespace tatum::conformance
