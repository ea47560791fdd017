#pragma once

#include <tatum/base/result.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tatum {

/// A span of time in microseconds, at most kDaysMax days either way. Python's timedelta.
struct Duration {
    static constexpr std::int64_t kDaysMax = 999'999'999;
    std::int64_t microseconds = 0;

    static constexpr Duration days(std::int64_t n) { return {n * 86'400'000'000}; }
    static constexpr Duration hours(std::int64_t n) { return {n * 3'600'000'000}; }
    static constexpr Duration minutes(std::int64_t n) { return {n * 60'000'000}; }
    static constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }

    /// Rounded towards zero.
    constexpr std::int64_t whole_seconds() const { return microseconds / 1'000'000; }
    /// Python's str(timedelta): "1 day, 2:03:04.000005".
    std::string str() const;

    friend constexpr auto operator<=>(Duration, Duration) = default;
    friend constexpr Duration operator+(Duration a, Duration b) {
        return {a.microseconds + b.microseconds};
    }
    friend constexpr Duration operator-(Duration a, Duration b) {
        return {a.microseconds - b.microseconds};
    }
    constexpr Duration operator-() const { return {-microseconds}; }
};

/// A day of the proleptic Gregorian calendar, years 1 to 9999. Python's date.
class Date {
public:
    constexpr Date() = default;
    /// Errors: datetime.E001 no such day.
    static Result<Date> make(int year, int month, int day);
    /// From days since 1970-01-01; the caller knows that the year is from 1 to 9999.
    static constexpr Date from_days(std::int32_t days) {
        Date d;
        d.days_ = days;
        return d;
    }

    /// Days since 1970-01-01.
    constexpr std::int32_t days() const { return days_; }
    int year() const;
    int month() const;        ///< 1 to 12
    int day() const;          ///< 1 to 31
    int weekday() const;      ///< Monday is 0
    int isoweekday() const;   ///< Monday is 1
    int day_of_year() const;  ///< 1 to 366

    /// ISO 8601: "2024-02-29".
    std::string isoformat() const;

    friend constexpr auto operator<=>(Date, Date) = default;
    friend constexpr Date operator+(Date a, int days) { return from_days(a.days_ + days); }
    friend constexpr Date operator-(Date a, int days) { return from_days(a.days_ - days); }
    friend constexpr int operator-(Date a, Date b) { return a.days_ - b.days_; }

private:
    std::int32_t days_ = 0;
};

/// A time of day without a zone, in microseconds. Python's time.
class Time {
public:
    constexpr Time() = default;
    /// Errors: datetime.E002 no such time.
    static Result<Time> make(int hour, int minute, int second = 0, int microsecond = 0);
    static constexpr Time from_microseconds(std::int64_t since_midnight) {
        Time t;
        t.microseconds_ = since_midnight;
        return t;
    }

    constexpr std::int64_t microseconds() const { return microseconds_; }
    constexpr int hour() const { return static_cast<int>(microseconds_ / 3'600'000'000); }
    constexpr int minute() const { return static_cast<int>(microseconds_ / 60'000'000 % 60); }
    constexpr int second() const { return static_cast<int>(microseconds_ / 1'000'000 % 60); }
    constexpr int microsecond() const { return static_cast<int>(microseconds_ % 1'000'000); }

    /// "13:05:00" or "13:05:00.500000".
    std::string isoformat() const;

    friend constexpr auto operator<=>(Time, Time) = default;

private:
    std::int64_t microseconds_ = 0;
};

/// A time zone: a fixed offset or one of the system's tzdata. Immutable and interned: a pointer to
/// a zone is valid until the process ends, and may be compared.
class Zone {
public:
    virtual ~Zone() = default;
    /// "Europe/Paris"; for a fixed offset "UTC" or "UTC+01:00".
    virtual std::string_view name() const = 0;
    /// Seconds east of UTC at a moment (microseconds since 1970 in UTC).
    virtual std::int32_t offset_at_utc(std::int64_t microseconds) const = 0;
    /// Seconds east of UTC for a local clock reading; `fold` chooses among two (PEP 495): 0 the
    /// earlier offset, 1 the later. In a gap, 0 gives the offset before it and 1 the one after.
    virtual std::int32_t offset_at_local(std::int64_t microseconds, int fold) const = 0;
    /// The abbreviation, "CET"; and whether daylight saving time is on.
    virtual std::string abbreviation(std::int64_t utc_microseconds) const = 0;
    virtual bool is_dst(std::int64_t utc_microseconds) const = 0;

    static const Zone& utc();
    /// A fixed offset, less than a day either way.
    static const Zone& fixed(std::int32_t offset_seconds);
    /// nullptr when tzdata knows no such zone. Reads files the first time a name is asked for.
    static const Zone* find(std::string_view name);
};

/// A date and a time of day, naive (no zone) or aware. Python's datetime. Aware values compare by
/// moment, naive ones by clock reading; comparing one kind with the other is unordered.
class DateTime {
public:
    constexpr DateTime() = default;
    /// Naive.
    DateTime(Date date, Time time);
    /// Aware: this clock reading in `zone`.
    DateTime(Date date, Time time, const Zone& zone, int fold = 0);
    /// Aware: this moment, in microseconds since 1970-01-01 UTC.
    static DateTime from_utc(std::int64_t microseconds, const Zone& zone = Zone::utc());
    /// Naive, from microseconds of clock reading since 1970-01-01.
    static constexpr DateTime from_local(std::int64_t microseconds) {
        DateTime d;
        d.local_ = microseconds;
        return d;
    }

    bool is_aware() const { return zone_ != nullptr; }
    const Zone* zone() const { return zone_; }
    /// Seconds east of UTC; 0 when naive.
    std::int32_t utc_offset() const { return offset_; }
    /// Microseconds of the clock reading since 1970-01-01, zone ignored.
    constexpr std::int64_t local_microseconds() const { return local_; }
    /// Microseconds since 1970-01-01 UTC; a naive value counts as UTC.
    constexpr std::int64_t utc_microseconds() const {
        return local_ - std::int64_t{offset_} * 1'000'000;
    }

    Date date() const;
    Time time() const;
    int year() const { return date().year(); }
    int month() const { return date().month(); }
    int day() const { return date().day(); }
    int hour() const { return time().hour(); }
    int minute() const { return time().minute(); }
    int second() const { return time().second(); }
    int microsecond() const { return time().microsecond(); }

    /// The same moment on another zone's clock. Only for aware values.
    DateTime in_zone(const Zone& zone) const;

    /// "2024-02-29T13:05:00+01:00"; `separator` is 'T' or ' '.
    std::string isoformat(char separator = 'T') const;

    friend std::partial_ordering operator<=>(const DateTime& a, const DateTime& b);
    friend bool operator==(const DateTime& a, const DateTime& b) { return (a <=> b) == 0; }
    DateTime operator+(Duration d) const;
    DateTime operator-(Duration d) const { return *this + -d; }
    /// Moment against moment, or reading against reading.
    friend Duration operator-(const DateTime& a, const DateTime& b);

private:
    friend class Value;

    std::int64_t local_ = 0;
    const Zone* zone_ = nullptr;
    std::int32_t offset_ = 0;
};

/// What time it is. Passed in, so that a test can hold it still; see locals.h for the current one.
class Clock {
public:
    virtual ~Clock() = default;
    /// Microseconds since 1970-01-01 UTC.
    virtual std::int64_t now() const = 0;
    std::int64_t now_seconds() const { return now() / 1'000'000; }
    static const Clock& system();
};

}  // namespace tatum
