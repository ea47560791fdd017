#pragma once

#include <tatum/base/datetime.h>

#include <optional>
#include <string_view>

/// Dates and times as Django keeps them in SQLite: fixed forms, read and written without locale or
/// allocation.
namespace tatum::db::impl {

inline constexpr std::size_t kDateTimeBytes = 26;  ///< "2024-02-29 13:05:00.123456"

/// Write to `out`, which has room for kDateTimeBytes; return how many bytes were written.
std::size_t write_date(char* out, std::int32_t days);
/// Microseconds since midnight; the fraction only when there is one.
std::size_t write_time(char* out, std::int64_t microseconds);
/// Microseconds since 1970.
std::size_t write_datetime(char* out, std::int64_t microseconds);

std::optional<std::int32_t> read_date(std::string_view text);
std::optional<std::int64_t> read_time(std::string_view text);
/// A 'T' for the space and a UTC offset at the end are read too.
std::optional<std::int64_t> read_datetime(std::string_view text);

/// Days since 1970-01-01 of a day of the Gregorian calendar (H. Hinnant's algorithm).
std::int32_t days_from_civil(int year, int month, int day);

}  // namespace tatum::db::impl
