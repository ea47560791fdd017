#include "kinds.h"

#include <tatum/base/dateformat.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/formats.h>
#include <tatum/base/json.h>
#include <tatum/base/timesince.h>
#include <tatum/base/timezone.h>

namespace tatum::conformance {

namespace {

Outcome text_or_error(const Result<std::string>& text, const char* error) {
    return text ? Outcome::value(*text) : Outcome::failure(error, text.error());
}

Outcome run_dateformat(const Case& c) {
    return text_or_error(format_date(c.get("value"), c.text("format")), "TypeError");
}

Outcome run_date_format(const Case& c) {
    return text_or_error(date_format(c.get("value"), c.text("format")), "TypeError");
}

/// A date counts as its midnight.
DateTime moment_of(const Value& value) {
    return value.kind() == Kind::Date ? DateTime(value.as_date(), Time()) : value.as_datetime();
}

Outcome run_timesince(const Case& c) {
    const DateTime value = moment_of(c.get("value"));
    const DateTime against = c.has("against") ? moment_of(c.get("against")) : now();
    const int depth = static_cast<int>(c.integer("depth", 2));
    return text_or_error(c.get("until").truth() ? timeuntil(value, against, depth)
                                                : timesince(value, against, depth),
                         "ValueError");
}

template <class T>
Outcome parsed(const Result<std::optional<T>>& result) {
    if (!result) return Outcome::failure("ValueError", result.error());
    return Outcome::value(*result ? Value(**result) : Value());
}

Outcome run_parse(const Case& c) {
    const std::string type = c.text("type");
    const std::string text = c.text("value");
    if (type == "date") return parsed(parse_date(text));
    if (type == "time") return parsed(parse_time(text));
    if (type == "datetime") return parsed(parse_datetime(text));
    // Weeks are new in Django 6.1.
    if (type == "duration" && !c.since("6.1") && text.find('W') != std::string::npos)
        return Outcome::value(Value());
    if (type == "duration") return parsed(parse_duration(text));
    return Outcome::failure("unknown", "type " + type);
}

Outcome run_duration(const Case& c) {
    const Duration duration = c.get("value").as_duration();
    return Outcome::value(Value(Dict{{"string", duration_string(duration)},
                                     {"iso", duration_iso_string(duration)},
                                     {"microseconds", duration.microseconds}}));
}

Outcome run_localtime(const Case& c) {
    const DateTime value = c.get("value").as_datetime();
    const Zone* zone = Zone::find(c.text("zone"));
    if (zone == nullptr) return Outcome::failure("ZoneInfoNotFoundError", c.text("zone"));
    if (value.is_aware()) return Outcome::value(localtime(value, *zone));
    const int fold = static_cast<int>(c.integer("fold", 0));
    return Outcome::value(make_aware(value, *zone, fold));
}

Outcome run_json(const Case& c) { return text_or_error(json::dump(c.get("value")), "TypeError"); }

constexpr CaseKind kDateKinds[] = {
    {"dateformat", run_dateformat},
    {"date_format", run_date_format},
    {"timesince", run_timesince},
    {"parse", run_parse},
    {"duration", run_duration},
    {"localtime", run_localtime},
    {"json", run_json},
};

}  // namespace

std::span<const CaseKind> date_kinds() { return kDateKinds; }

}  // namespace tatum::conformance
