#include <tatum/base/ascii.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/text.h>

#include <array>

namespace tatum {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};

/// What a format has collected so far. Copied when the matcher has a choice.
struct Fields {
    int month = 1, day = 1;
    int hour = 0, minute = 0, second = 0, microsecond = 0;
    std::optional<int> year, hour12, day_of_year;
    std::optional<int> weekday;  ///< Monday is 0
    std::optional<int> week;     ///< before the first Monday or Sunday of the year: 0
    std::optional<int> iso_year, iso_week;
    bool weeks_start_on_sunday = false;  ///< those of `week`
    bool is_pm = false;
};

/// Backtracking matcher: numbers take two digits where they can and one where they must, as the
/// regular expressions that Python's strptime builds. Formats are short, and so is the search.
class Matcher {
public:
    static constexpr int kDepthMax = 64;

    static bool match(std::string_view text, std::string_view format, Fields& fields, int depth) {
        if (depth > kDepthMax) return false;
        while (!format.empty()) {
            if (format[0] == '%' && format.size() > 1) {
                return directive(text, format[1], format.substr(2), fields, depth);
            }
            if (strings::is_space(static_cast<unsigned char>(format[0]))) {
                format = strings::lstrip(format);
                const std::string_view stripped = strings::lstrip(text);
                if (stripped.size() == text.size()) return false;
                text = stripped;
                continue;
            }
            if (text.empty() || lower(text[0]) != lower(format[0])) return false;
            text.remove_prefix(1);
            format.remove_prefix(1);
        }
        return text.empty();
    }

private:
    static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

    static bool directive(std::string_view text, char kind, std::string_view rest, Fields& fields,
                          int depth) {
        switch (kind) {
            case 'Y':
                return number(text, rest, fields, depth, {4, 4, 0, 9999},
                              [](Fields& f, int value) { f.year = value; });
            case 'm':
                return number(text, rest, fields, depth, {1, 2, 1, 12}, &Fields::month);
            case 'd':
                return number(text, rest, fields, depth, {1, 2, 1, 31}, &Fields::day);
            case 'H':
                return number(text, rest, fields, depth, {1, 2, 0, 23}, &Fields::hour);
            case 'M':
                return number(text, rest, fields, depth, {1, 2, 0, 59}, &Fields::minute);
            case 'S':
                return number(text, rest, fields, depth, {1, 2, 0, 61}, &Fields::second);
            case 'y':
                return number(text, rest, fields, depth, {2, 2, 0, 99}, [](Fields& f, int value) {
                    f.year = value + (value < 69 ? 2000 : 1900);
                });
            case 'I':
                return number(text, rest, fields, depth, {1, 2, 1, 12},
                              [](Fields& f, int value) { f.hour12 = value; });
            case 'j':
                return number(text, rest, fields, depth, {1, 3, 1, 366},
                              [](Fields& f, int value) { f.day_of_year = value; });
            case 'G':
            case 'V':
            case 'U':
            case 'W':
            case 'u':
            case 'w':
                return week_part(text, kind, rest, fields, depth);
            case 'f':
                return fraction(text, rest, fields, depth);
            case 'b':
            case 'B':
                return name(text, rest, fields, depth, kMonths, kind == 'b' ? 3 : 0,
                            [](Fields& f, int index) { f.month = index + 1; });
            case 'a':
            case 'A':
                return name(text, rest, fields, depth, kDays, kind == 'a' ? 3 : 0,
                            [](Fields& f, int index) { f.weekday = index; });
            case 'p': {
                constexpr std::array<std::string_view, 2> kHalves = {"am", "pm"};
                return name(text, rest, fields, depth, kHalves, 0,
                            [](Fields& f, int index) { f.is_pm = index == 1; });
            }
            case '%':
                return text.starts_with('%') && match(text.substr(1), rest, fields, depth + 1);
            default:
                return false;
        }
    }

    /// The year of ISO 8601 and its weeks, the weeks of a year, and days of a week.
    static bool week_part(std::string_view text, char kind, std::string_view rest, Fields& fields,
                          int depth) {
        switch (kind) {
            case 'G':
                return number(text, rest, fields, depth, {4, 4, 0, 9999},
                              [](Fields& f, int value) { f.iso_year = value; });
            case 'V':
                return number(text, rest, fields, depth, {1, 2, 1, 53},
                              [](Fields& f, int value) { f.iso_week = value; });
            case 'u':
                return number(text, rest, fields, depth, {1, 1, 1, 7},
                              [](Fields& f, int value) { f.weekday = value - 1; });
            case 'w':
                return number(text, rest, fields, depth, {1, 1, 0, 6},
                              [](Fields& f, int value) { f.weekday = (value + 6) % 7; });
            default:
                return number(text, rest, fields, depth, {1, 2, 0, 53},
                              [kind](Fields& f, int value) {
                                  f.week = value;
                                  f.weeks_start_on_sunday = kind == 'U';
                              });
        }
    }

    struct Bounds {
        std::size_t digits_min, digits_max;
        int min, max;
    };
    static bool number(std::string_view text, std::string_view rest, Fields& fields, int depth,
                       Bounds bounds, int Fields::* member) {
        return number(text, rest, fields, depth, bounds,
                      [member](Fields& f, int value) { f.*member = value; });
    }
    template <class Store>
    static bool number(std::string_view text, std::string_view rest, Fields& fields, int depth,
                       Bounds bounds, Store store) {
        for (std::size_t digits = bounds.digits_max; digits >= bounds.digits_min; --digits) {
            if (text.size() < digits) continue;
            int value = 0;
            bool numeric = true;
            for (const char c : text.substr(0, digits)) {
                numeric = numeric && c >= '0' && c <= '9';
                value = value * 10 + (c - '0');
            }
            if (!numeric || value < bounds.min || value > bounds.max) continue;
            Fields attempt = fields;
            store(attempt, value);
            if (match(text.substr(digits), rest, attempt, depth + 1)) {
                fields = attempt;
                return true;
            }
        }
        return false;
    }
    static bool fraction(std::string_view text, std::string_view rest, Fields& fields, int depth) {
        for (std::size_t digits = 6; digits >= 1; --digits) {
            Fields attempt = fields;
            int scale = 1;
            for (std::size_t i = digits; i < 6; ++i) scale *= 10;
            const Bounds bounds{digits, digits, 0, 999'999};
            if (number(text, rest, attempt, depth, bounds,
                       [scale](Fields& f, int value) { f.microsecond = value * scale; })) {
                fields = attempt;
                return true;
            }
        }
        return false;
    }
    /// `prefix` 0: the whole name.
    template <class Names, class Store>
    static bool name(std::string_view text, std::string_view rest, Fields& fields, int depth,
                     const Names& names, std::size_t prefix, Store store) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::string_view wanted =
                prefix == 0 ? names[i] : std::string_view(names[i]).substr(0, prefix);
            if (!ascii::equals_ignoring_case(text.substr(0, wanted.size()), wanted)) {
                continue;
            }
            Fields attempt = fields;
            store(attempt, static_cast<int>(i));
            if (match(text.substr(wanted.size()), rest, attempt, depth + 1)) {
                fields = attempt;
                return true;
            }
        }
        return false;
    }
};

/// `days` days after the first of January of `year`; nullopt beyond the years 1 to 9999.
std::optional<Date> day_from_january(int year, int days) {
    const auto first = Date::make(year, 1, 1);
    if (!first) return std::nullopt;
    const Date day = *first + days;
    const bool exists =
        day >= Date::make(1, 1, 1).value() && day <= Date::make(9999, 12, 31).value();
    return exists ? std::optional(day) : std::nullopt;
}

/// Week 1 begins on the first Monday or Sunday of the year, and week 0 is what lies before it.
std::optional<Date> day_of_week(const Fields& fields, int year) {
    const auto first = Date::make(year, 1, 1);
    if (!first) return std::nullopt;
    const int shift = fields.weeks_start_on_sunday ? 1 : 0;
    const int january = (first->weekday() + shift) % 7;
    const int weekday = (*fields.weekday + shift) % 7;
    const bool starts_at_once = january == 0 && *fields.week > 0;
    return day_from_january(year,
                            7 * (*fields.week - (starts_at_once ? 1 : 0)) + weekday - january);
}

/// Week 1 has the fourth of January, every week the year of its Thursday.
std::optional<Date> day_of_iso_week(const Fields& fields) {
    const auto fourth = Date::make(*fields.iso_year, 1, 4);
    if (!fourth) return std::nullopt;
    const int monday = 3 - fourth->weekday() + 7 * (*fields.iso_week - 1);
    const auto thursday = day_from_january(*fields.iso_year, monday + 3);
    if (!thursday || thursday->year() != *fields.iso_year) return std::nullopt;
    return day_from_january(*fields.iso_year, monday + *fields.weekday);
}

/// Which day it is, by the rules of Python 3.12 and later: a day of the year outweighs a week, and
/// a week outweighs month and day, but only together with a weekday.
std::optional<Date> day_of(const Fields& fields) {
    const bool by_iso_week = !fields.year && fields.iso_year;
    if (by_iso_week && (!fields.iso_week || !fields.weekday || fields.day_of_year)) {
        return std::nullopt;
    }
    if (!by_iso_week && fields.iso_week && !fields.week) return std::nullopt;
    const int year = fields.year.value_or(1900);
    if (fields.day_of_year) return day_from_january(year, *fields.day_of_year - 1);
    if (fields.weekday && fields.week) return day_of_week(fields, year);
    if (by_iso_week) return day_of_iso_week(fields);
    const auto day = Date::make(year, fields.month, fields.day);
    return day ? std::optional(*day) : std::nullopt;
}

}  // namespace

std::optional<DateTime> parse_with_format(std::string_view text, std::string_view format) {
    Fields fields;
    if (!Matcher::match(text, format, fields, 0)) return std::nullopt;
    if (fields.hour12) fields.hour = *fields.hour12 % 12 + (fields.is_pm ? 12 : 0);
    const std::optional<Date> date = day_of(fields);
    const Result<Time> time =
        Time::make(fields.hour, fields.minute, fields.second, fields.microsecond);
    if (!date || !time) return std::nullopt;
    return DateTime(*date, *time);
}

}  // namespace tatum
