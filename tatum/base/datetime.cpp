#include <tatum/base/datetime.h>

#include <tatum/base/impl/civil.h>
#include <tatum/base/impl/digits.h>

#include <chrono>
#include <stdexcept>

namespace tatum {

namespace {

using impl::append_padded;
using impl::floor_div;
using impl::floor_mod;
using impl::kMicrosecondsPerDay;
using impl::kMicrosecondsPerSecond;

constexpr std::int64_t kLocalMin = impl::kDayMin * kMicrosecondsPerDay;
constexpr std::int64_t kLocalMax = (impl::kDayMax + std::int64_t{1}) * kMicrosecondsPerDay - 1;

/// Python's OverflowError: the clock reading leaves the years 1 to 9999.
std::int64_t checked_local(std::int64_t microseconds) {
    if (microseconds < kLocalMin || microseconds > kLocalMax) {
        throw std::overflow_error("date value out of range");
    }
    return microseconds;
}

void append_date(std::string& out, Date date) {
    const impl::Civil civil = impl::civil_from_days(date.days());
    append_padded(out, civil.year, 4);
    out += '-';
    append_padded(out, civil.month, 2);
    out += '-';
    append_padded(out, civil.day, 2);
}

void append_time(std::string& out, Time time) {
    append_padded(out, time.hour(), 2);
    out += ':';
    append_padded(out, time.minute(), 2);
    out += ':';
    append_padded(out, time.second(), 2);
    if (time.microsecond() != 0) {
        out += '.';
        append_padded(out, time.microsecond(), 6);
    }
}

}  // namespace

std::string Duration::str() const {
    const std::int64_t day_count = floor_div(microseconds, kMicrosecondsPerDay);
    const std::int64_t rest = floor_mod(microseconds, kMicrosecondsPerDay);
    std::string out;
    if (day_count != 0) {
        out = std::to_string(day_count);
        out += day_count == 1 || day_count == -1 ? " day, " : " days, ";
    }
    const std::int64_t whole = rest / kMicrosecondsPerSecond;
    append_padded(out, whole / 3600, 1);
    out += ':';
    append_padded(out, whole / 60 % 60, 2);
    out += ':';
    append_padded(out, whole % 60, 2);
    if (rest % kMicrosecondsPerSecond != 0) {
        out += '.';
        append_padded(out, rest % kMicrosecondsPerSecond, 6);
    }
    return out;
}

Result<Date> Date::make(int year, int month, int day) {
    const char* fault = nullptr;
    if (year < 1 || year > 9999) {
        fault = "year is out of range";
    } else if (month < 1 || month > 12) {
        fault = "month must be in 1..12";
    } else if (day < 1 || day > impl::days_in_month(year, month)) {
        fault = "day is out of range for month";
    }
    if (fault != nullptr) return Error{.code = "datetime.E001", .message = fault};
    return from_days(impl::days_from_civil(year, month, day));
}

int Date::year() const { return impl::civil_from_days(days_).year; }
int Date::month() const { return impl::civil_from_days(days_).month; }
int Date::day() const { return impl::civil_from_days(days_).day; }
// 1970-01-01 was a Thursday.
int Date::weekday() const { return static_cast<int>(floor_mod(days_ + 3, 7)); }
int Date::isoweekday() const { return weekday() + 1; }
int Date::day_of_year() const { return days_ - impl::days_from_civil(year(), 1, 1) + 1; }

std::string Date::isoformat() const {
    std::string out;
    append_date(out, *this);
    return out;
}

Result<Time> Time::make(int hour, int minute, int second, int microsecond) {
    const char* fault = nullptr;
    if (hour < 0 || hour > 23) {
        fault = "hour must be in 0..23";
    } else if (minute < 0 || minute > 59) {
        fault = "minute must be in 0..59";
    } else if (second < 0 || second > 59) {
        fault = "second must be in 0..59";
    } else if (microsecond < 0 || microsecond > 999'999) {
        fault = "microsecond must be in 0..999999";
    }
    if (fault != nullptr) return Error{.code = "datetime.E002", .message = fault};
    return from_microseconds(
        ((hour * 60 + minute) * std::int64_t{60} + second) * kMicrosecondsPerSecond + microsecond);
}

std::string Time::isoformat() const {
    std::string out;
    append_time(out, *this);
    return out;
}

DateTime::DateTime(Date date, Time time)
    : local_(date.days() * kMicrosecondsPerDay + time.microseconds()) {}

DateTime::DateTime(Date date, Time time, const Zone& zone, int fold)
    : local_(date.days() * kMicrosecondsPerDay + time.microseconds()),
      zone_(&zone),
      offset_(zone.offset_at_local(local_, fold)) {}

DateTime DateTime::from_utc(std::int64_t microseconds, const Zone& zone) {
    DateTime d;
    d.zone_ = &zone;
    d.offset_ = zone.offset_at_utc(microseconds);
    d.local_ = checked_local(microseconds + d.offset_ * kMicrosecondsPerSecond);
    return d;
}

Date DateTime::date() const {
    return Date::from_days(static_cast<std::int32_t>(floor_div(local_, kMicrosecondsPerDay)));
}

Time DateTime::time() const {
    return Time::from_microseconds(floor_mod(local_, kMicrosecondsPerDay));
}

DateTime DateTime::in_zone(const Zone& zone) const {
    return zone_ == &zone ? *this : from_utc(utc_microseconds(), zone);
}

std::string DateTime::isoformat(char separator) const {
    std::string out;
    out.reserve(35);
    append_date(out, date());
    out += separator;
    append_time(out, time());
    if (is_aware()) impl::append_offset(out, offset_, ':');
    return out;
}

std::partial_ordering operator<=>(const DateTime& a, const DateTime& b) {
    if (a.is_aware() != b.is_aware()) return std::partial_ordering::unordered;
    return a.utc_microseconds() <=> b.utc_microseconds();
}

/// As in Python, the sum is one of clock readings: the offset is looked up again in the zone.
DateTime DateTime::operator+(Duration d) const {
    DateTime sum = *this;
    std::int64_t local = 0;
    if (__builtin_add_overflow(local_, d.microseconds, &local)) local = kLocalMax + 1;
    sum.local_ = checked_local(local);
    if (zone_ != nullptr) sum.offset_ = zone_->offset_at_local(sum.local_, 0);
    return sum;
}

Duration operator-(const DateTime& a, const DateTime& b) {
    return {a.utc_microseconds() - b.utc_microseconds()};
}

namespace {

class SystemClock final : public Clock {
public:
    std::int64_t now() const override {
        const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
    }
};

}  // namespace

const Clock& Clock::system() {
    static const SystemClock clock;
    return clock;
}

}  // namespace tatum
