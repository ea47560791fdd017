#pragma once

#include <tatum/base/datetime.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tatum {

// Django's utils.dateparse: ISO 8601 as Python 3.11 reads it, then Django's own lenient forms
// ("2012-4-9", "4:8:16"). Each answers nullopt when the text has another form, and an error when it
// is well formed but no such day or time exists: datetime.E001, datetime.E002, datetime.E003 (an
// offset of a day or more).

Result<std::optional<Date>> parse_date(std::string_view text);
Result<std::optional<Time>> parse_time(std::string_view text);
/// Aware when the text has an offset or Z.
Result<std::optional<DateTime>> parse_datetime(std::string_view text);
/// "4 15:30:00.1", ISO 8601 "P4DT15H30M" (also weeks), PostgreSQL's "4 days 15:30:00".
/// Error datetime.E004: longer than Duration allows.
Result<std::optional<Duration>> parse_duration(std::string_view text);

/// "1 02:03:04.000005", as DurationField's widget shows it.
std::string duration_string(Duration duration);
/// "P1DT02H03M04.000005S".
std::string duration_iso_string(Duration duration);

/// RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". `seconds` since 1970 UTC, years 1 to 9999.
std::string http_date(std::int64_t seconds);
/// Any of the three forms of RFC 9110, in seconds since 1970 UTC; nullopt when it is none of them.
/// A year of two digits is placed by `now_seconds`: at most 50 years ahead.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_seconds);
/// The same with the current clock.
std::optional<std::int64_t> parse_http_date(std::string_view text);

/// Reads `text` by a strptime format (`%Y-%m-%d`, `%d.%m.%y`, `%H:%M:%S.%f`, `%b`, `%B`, `%p`, ...)
/// as the input formats of LocaleFormats need it. Weeks (`%U`, `%W`, and `%V` with `%G`) need a day
/// of the week, as in Python. Names of months and days are English, as in Python's C locale.
/// nullopt when it does not fit, all of it.
std::optional<DateTime> parse_with_format(std::string_view text, std::string_view format);

}  // namespace tatum
