#include <tatum/base/dateparse.h>

#include <tatum/base/ascii.h>
#include <tatum/base/impl/civil.h>
#include <tatum/base/impl/digits.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <initializer_list>

namespace tatum {

namespace {

using ascii::is_digit;

/// Decimal digits of any script as ASCII ones, as Python's \d and int() read them.
std::string with_ascii_digits(std::string_view text) {
    std::string out;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t start = position;
        const int digit = strings::decimal_digit(strings::next_code_point(text, position));
        if (digit < 0) {
            out += text.substr(start, position - start);
        } else {
            out += static_cast<char>('0' + digit);
        }
    }
    return out;
}

/// A place in a text. Functions that read return false and may have moved when they fail.
struct Cursor {
    std::string_view text;
    std::size_t position = 0;

    bool at_end() const { return position == text.size(); }
    /// The end, where a regular expression's `$` would match: before a last newline too.
    bool at_dollar() const {
        return at_end() || (position + 1 == text.size() && text[position] == '\n');
    }
    char peek() const { return at_end() ? '\0' : text[position]; }
    bool skip(char c) {
        if (at_end() || text[position] != c) return false;
        ++position;
        return true;
    }
    bool skip_any(std::string_view characters) {
        if (at_end() || characters.find(text[position]) == std::string_view::npos) return false;
        ++position;
        return true;
    }
    std::size_t count_digits() const {
        std::size_t count = 0;
        while (position + count < text.size() && is_digit(text[position + count])) ++count;
        return count;
    }
    /// From `min` to `max` digits, as many as there are.
    bool number(std::size_t min, std::size_t max, int& value) {
        const std::size_t count = std::min(count_digits(), max);
        if (count < min) return false;
        value = 0;
        for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text[position++] - '0');
        return true;
    }
    /// Digits of a fraction as microseconds; those past the sixth are cut.
    bool fraction(std::size_t digits_max, int& microseconds) {
        const std::size_t count = count_digits();
        if (count == 0 || count > digits_max) return false;
        microseconds = 0;
        for (std::size_t i = 0; i < 6; ++i) {
            microseconds = microseconds * 10 + (i < count ? text[position + i] - '0' : 0);
        }
        position += count;
        return true;
    }
};

struct Clock4 {
    int hour = 0, minute = 0, second = 0, microsecond = 0;
    Result<Time> time() const { return Time::make(hour, minute, second, microsecond); }
};

/// ISO 8601-1 §4.3 as Python 3.11 reads it: "22:45:00.5", "224500,5", "22". False when `text` has
/// another form. Digits beyond microseconds are cut.
bool parse_iso_clock(std::string_view text, Clock4& clock) {
    Cursor cursor{text};
    bool colons = false;
    int* const parts[] = {&clock.hour, &clock.minute, &clock.second};
    for (std::size_t i = 0; i < 3; ++i) {
        if (!cursor.number(2, 2, *parts[i])) return false;
        if (cursor.at_end()) return true;
        if (i == 0) colons = cursor.peek() == ':';
        if (i == 2) break;
        if (colons && !cursor.skip(':')) return false;
    }
    // Unlike Python 3.11: fractions of hours and minutes are refused, not taken for seconds'.
    return cursor.skip_any(".,") && cursor.fraction(std::string_view::npos, clock.microsecond) &&
           cursor.at_end();
}

struct IsoTime {
    Time time;
    std::optional<std::int32_t> offset_seconds;
};

/// A time with an optional offset; nullopt when it has another form or is out of range.
std::optional<IsoTime> parse_iso_time(std::string_view text) {
    const std::size_t zone = text.find_first_of("+-Z");
    Clock4 clock;
    if (!parse_iso_clock(text.substr(0, zone), clock)) return std::nullopt;
    const Result<Time> time = clock.time();
    if (!time) return std::nullopt;
    IsoTime result{.time = *time, .offset_seconds = std::nullopt};
    if (zone == std::string_view::npos) return result;
    if (text[zone] == 'Z') {
        result.offset_seconds = 0;
        return zone + 1 == text.size() ? std::optional(result) : std::nullopt;
    }
    Clock4 offset;
    if (!parse_iso_clock(text.substr(zone + 1), offset)) return std::nullopt;
    const std::int32_t seconds = offset.hour * 3600 + offset.minute * 60 + offset.second;
    if (seconds >= impl::kSecondsPerDay) return std::nullopt;
    result.offset_seconds = text[zone] == '-' ? -seconds : seconds;
    return result;
}

/// ISO 8601-1 §5.2.4: a week and a day of it; the first week holds the year's first Thursday.
std::optional<Date> date_of_week(int year, int week, int weekday) {
    if (year < 1 || week < 1 || weekday < 1 || weekday > 7) return std::nullopt;
    const Date january_4 = Date::from_days(impl::days_from_civil(year, 1, 4));
    const Date monday = january_4 - january_4.weekday();
    if (week > 53) return std::nullopt;
    if (week == 53) {
        // The year has a 53rd week when that week's Thursday is still in it.
        const Date thursday = monday + (52 * 7 + 3);
        if (impl::civil_from_days(thursday.days()).year != year) return std::nullopt;
    }
    const Date date = monday + ((week - 1) * 7 + weekday - 1);
    if (date.days() < impl::kDayMin || date.days() > impl::kDayMax) return std::nullopt;
    return date;
}

/// "2019-06-07", "20190607", "2019-W23", "2019-W23-5", "2019W23", "2019W235".
std::optional<Date> parse_iso_date(std::string_view text) {
    Cursor cursor{text};
    int year = 0, month = 0, day = 0;
    if (!cursor.number(4, 4, year)) return std::nullopt;
    const bool dashes = cursor.skip('-');
    if (cursor.skip('W')) {
        int week = 0, weekday = 1;
        if (!cursor.number(2, 2, week)) return std::nullopt;
        if (!cursor.at_end()) {
            if (dashes && !cursor.skip('-')) return std::nullopt;
            if (!cursor.number(1, 1, weekday)) return std::nullopt;
        }
        return cursor.at_end() ? date_of_week(year, week, weekday) : std::nullopt;
    }
    if (!cursor.number(2, 2, month) || (dashes && !cursor.skip('-')) || !cursor.number(2, 2, day) ||
        !cursor.at_end()) {
        return std::nullopt;
    }
    const Result<Date> date = Date::make(year, month, day);
    return date ? std::optional(*date) : std::nullopt;
}

/// Where the date ends in an ISO datetime, as Python 3.11 decides it.
std::size_t iso_separator(std::string_view text) {
    if (text.size() == 7) return 7;
    if (text[4] == '-') {
        if (text[5] != 'W') return 10;
        if (text.size() < 9 || text[8] != '-') return 8;
        return text.size() > 10 && is_digit(text[10]) ? 8 : 10;
    }
    if (text[4] != 'W') return 8;
    std::size_t position = 7;
    while (position < text.size() && is_digit(text[position])) ++position;
    if (position < 9) return position;
    return position % 2 == 0 ? 7 : 8;
}

DateTime combine(Date date, const IsoTime& time) {
    if (!time.offset_seconds) return DateTime(date, time.time);
    return DateTime(date, time.time, Zone::fixed(*time.offset_seconds));
}

/// Any one character, also one of several bytes, may stand between date and time.
std::optional<DateTime> parse_iso_datetime(std::string_view text) {
    if (text.size() < 7) return std::nullopt;
    const std::size_t separator = std::min(iso_separator(text), text.size());
    const std::optional<Date> date = parse_iso_date(text.substr(0, separator));
    if (!date) return std::nullopt;
    if (separator == text.size()) return DateTime(*date, Time());
    std::size_t begin = separator + 1;
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) ++begin;
    const std::optional<IsoTime> time = parse_iso_time(text.substr(begin));
    if (!time) return std::nullopt;
    return combine(*date, *time);
}

// Django's own forms, with parts of one or two digits.

bool lenient_date(Cursor& cursor, int& year, int& month, int& day) {
    return cursor.number(4, 4, year) && cursor.skip('-') && cursor.number(1, 2, month) &&
           cursor.skip('-') && cursor.number(1, 2, day);
}

bool lenient_clock(Cursor& cursor, Clock4& clock) {
    if (!cursor.number(1, 2, clock.hour) || !cursor.skip(':') ||
        !cursor.number(1, 2, clock.minute)) {
        return false;
    }
    if (!cursor.skip(':')) return true;
    if (!cursor.number(1, 2, clock.second)) return false;
    return !cursor.skip_any(".,") || cursor.fraction(12, clock.microsecond);
}

/// "Z", "+05", "-0430", "+05:45".
bool lenient_offset(Cursor& cursor, std::int32_t& seconds) {
    if (cursor.skip('Z')) return true;
    const bool negative = cursor.peek() == '-';
    int hours = 0, minutes = 0;
    if (!cursor.skip_any("+-") || !cursor.number(2, 2, hours)) return false;
    if (!cursor.at_dollar()) {
        cursor.skip(':');
        if (!cursor.number(2, 2, minutes)) return false;
    }
    seconds = (hours * 60 + minutes) * 60;
    if (negative) seconds = -seconds;
    return true;
}

}  // namespace

Result<std::optional<Date>> parse_date(std::string_view text) {
    if (const auto date = parse_iso_date(text)) return date;
    const std::string plain = with_ascii_digits(text);
    Cursor cursor{plain};
    int year = 0, month = 0, day = 0;
    if (!lenient_date(cursor, year, month, day) || !cursor.at_dollar()) {
        return std::optional<Date>();
    }
    TATUM_TRY(const Date date, Date::make(year, month, day));
    return std::optional(date);
}

Result<std::optional<Time>> parse_time(std::string_view text) {
    const std::string_view without_t = text.starts_with('T') ? text.substr(1) : text;
    if (const auto iso = parse_iso_time(without_t)) return std::optional(iso->time);
    const std::string plain = with_ascii_digits(text);
    Cursor cursor{plain};
    Clock4 clock;
    if (!lenient_clock(cursor, clock) || !cursor.at_dollar()) return std::optional<Time>();
    TATUM_TRY(const Time time, clock.time());
    return std::optional(time);
}

Result<std::optional<DateTime>> parse_datetime(std::string_view text) {
    if (const auto iso = parse_iso_datetime(text)) return iso;
    const std::string plain = with_ascii_digits(text);
    Cursor cursor{plain};
    int year = 0, month = 0, day = 0;
    Clock4 clock;
    if (!lenient_date(cursor, year, month, day) || !cursor.skip_any("T ") ||
        !lenient_clock(cursor, clock)) {
        return std::optional<DateTime>();
    }
    while (!cursor.at_dollar() && cursor.skip_any(" \t\n\r\f\v")) continue;
    std::optional<std::int32_t> offset;
    if (!cursor.at_dollar() && !lenient_offset(cursor, offset.emplace(0))) {
        return std::optional<DateTime>();
    }
    if (!cursor.at_dollar()) return std::optional<DateTime>();
    TATUM_TRY(const Date date, Date::make(year, month, day));
    TATUM_TRY(const Time time, clock.time());
    if (offset && std::abs(*offset) >= impl::kSecondsPerDay) {
        return Error{.code = "datetime.E003", .message = "offset must be less than a day"};
    }
    return std::optional(combine(date, {.time = time, .offset_seconds = offset}));
}

namespace {

/// The parts of a duration as numbers; Python adds them up as floats too.
struct DurationParts {
    double days = 0;
    double hours = 0, minutes = 0, seconds = 0, microseconds = 0;
    bool days_are_signed = false;  ///< ISO 8601: the sign is one of the whole
    bool negative = false;

    Result<std::optional<Duration>> sum() const {
        const double sign = negative ? -1 : 1;
        const double parts[] = {days * (days_are_signed ? sign : 1) * 86'400e6,
                                hours * sign * 3'600e6, minutes * sign * 60e6, seconds * sign * 1e6,
                                microseconds * sign};
        double size = 0;
        for (const double part : parts) size += std::fabs(part);
        constexpr double kLimit = 9.2e18;  // what 64 bits hold; about 292,000 years
        if (!(size < kLimit)) {
            return Error{.code = "datetime.E004", .message = "the duration is too long"};
        }
        std::int64_t total = 0;
        for (const double part : parts) total += std::llrint(part);
        return std::optional(Duration{total});
    }
};

bool digits(Cursor& cursor, double& value) {
    const std::size_t count = cursor.count_digits();
    if (count == 0) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value = value * 10 + (cursor.text[cursor.position++] - '0');
    }
    return true;
}

/// "[-]digits " with a word for days after it.
bool leading_days(Cursor& cursor, double& days) {
    const bool negative = cursor.skip('-');
    if (!digits(cursor, days) || !cursor.skip(' ')) return false;
    if (negative) days = -days;
    return true;
}

bool skip_word(Cursor& cursor, std::string_view word) {
    if (!cursor.text.substr(cursor.position).starts_with(word)) return false;
    cursor.position += word.size();
    return true;
}

/// "[DAYS [days, ]][-][[HH:]MM:]SS[.ffffff]".
bool standard_duration(std::string_view text, DurationParts& parts) {
    Cursor cursor{text};
    if (leading_days(cursor, parts.days)) {
        if (!skip_word(cursor, "days, ")) skip_word(cursor, "day, ");
    } else {
        cursor.position = 0;
        parts.days = 0;
    }
    parts.negative = cursor.skip('-');
    double values[3];
    std::size_t count = 0;
    do {
        if (count == 3 || !digits(cursor, values[count++])) return false;
    } while (cursor.skip(':'));
    parts.seconds = values[count - 1];
    if (count > 1) parts.minutes = values[count - 2];
    if (count > 2) parts.hours = values[0];
    int microseconds = 0;
    if (cursor.skip_any(".,") && !cursor.fraction(12, microseconds)) return false;
    parts.microseconds = microseconds;
    return cursor.at_dollar();
}

/// "5" or "0.5" or "0,5".
bool iso_component(Cursor& cursor, double& value) {
    if (!digits(cursor, value)) return false;
    if (!cursor.skip_any(".,")) return true;
    double scale = 0.1;
    if (cursor.count_digits() == 0) return false;
    while (is_digit(cursor.peek())) {
        value += scale * (cursor.text[cursor.position++] - '0');
        scale /= 10;
    }
    return true;
}

/// ISO 8601-1 §5.5.2 without years and months, whose lengths are not fixed.
bool iso_duration(std::string_view text, DurationParts& parts) {
    Cursor cursor{text};
    parts.negative = cursor.peek() == '-';
    parts.days_are_signed = true;
    cursor.skip_any("+-");
    if (!cursor.skip('P')) return false;
    struct Component {
        char unit;
        double* part;
        double factor;
    };
    const auto read = [&](std::initializer_list<Component> components) {
        auto next = components.begin();
        while (is_digit(cursor.peek())) {
            double value = 0;
            if (!iso_component(cursor, value)) return false;
            while (next != components.end() && next->unit != cursor.peek()) ++next;
            if (next == components.end()) return false;
            *next->part += value * next->factor;
            ++next;
            ++cursor.position;
        }
        return true;
    };
    if (!read({{'W', &parts.days, 7}, {'D', &parts.days, 1}})) return false;
    if (cursor.skip('T') &&
        !read({{'H', &parts.hours, 1}, {'M', &parts.minutes, 1}, {'S', &parts.seconds, 1}})) {
        return false;
    }
    return cursor.at_dollar();
}

/// PostgreSQL's day-time intervals: "[DAYS days ][+-]HH:MM:SS[.ffffff]".
bool postgres_duration(std::string_view text, DurationParts& parts) {
    Cursor cursor{text};
    if (leading_days(cursor, parts.days) && skip_word(cursor, "day")) {
        cursor.skip('s');
        cursor.skip(' ');
    } else {
        cursor.position = 0;
        parts.days = 0;
    }
    if (cursor.at_dollar()) return true;
    parts.negative = cursor.peek() == '-';
    cursor.skip_any("+-");
    int minutes = 0, seconds = 0, microseconds = 0;
    if (!digits(cursor, parts.hours) || !cursor.skip(':') || !cursor.number(2, 2, minutes) ||
        !cursor.skip(':') || !cursor.number(2, 2, seconds)) {
        return false;
    }
    if (cursor.skip('.') && !cursor.fraction(6, microseconds)) return false;
    parts.minutes = minutes;
    parts.seconds = seconds;
    parts.microseconds = microseconds;
    return cursor.at_dollar();
}

}  // namespace

Result<std::optional<Duration>> parse_duration(std::string_view text) {
    const std::string plain = with_ascii_digits(text);
    for (const auto& parse : {standard_duration, iso_duration, postgres_duration}) {
        DurationParts parts;
        if (parse(plain, parts)) return parts.sum();
    }
    return std::optional<Duration>();
}

namespace {

void append_clock(std::string& out, std::int64_t seconds, std::string_view after_hours,
                  std::string_view after_minutes) {
    impl::append_padded(out, seconds / 3600, 2);
    out += after_hours;
    impl::append_padded(out, seconds / 60 % 60, 2);
    out += after_minutes;
    impl::append_padded(out, seconds % 60, 2);
}

void append_fraction(std::string& out, std::int64_t microseconds) {
    if (microseconds == 0) return;
    out += '.';
    impl::append_padded(out, microseconds, 6);
}

}  // namespace

std::string duration_string(Duration duration) {
    const std::int64_t days = impl::floor_div(duration.microseconds, impl::kMicrosecondsPerDay);
    const std::int64_t rest = impl::floor_mod(duration.microseconds, impl::kMicrosecondsPerDay);
    std::string out;
    if (days != 0) out = std::to_string(days) + ' ';
    append_clock(out, rest / impl::kMicrosecondsPerSecond, ":", ":");
    append_fraction(out, rest % impl::kMicrosecondsPerSecond);
    return out;
}

std::string duration_iso_string(Duration duration) {
    std::string out = duration.microseconds < 0 ? "-P" : "P";
    const std::int64_t size =
        duration.microseconds < 0 ? -duration.microseconds : duration.microseconds;
    out += std::to_string(size / impl::kMicrosecondsPerDay);
    out += "DT";
    const std::int64_t rest = size % impl::kMicrosecondsPerDay;
    append_clock(out, rest / impl::kMicrosecondsPerSecond, "H", "M");
    append_fraction(out, rest % impl::kMicrosecondsPerSecond);
    out += 'S';
    return out;
}

}  // namespace tatum
