#include <tatum/base/strftime.h>

#include <array>
#include <cstdio>

namespace tatum {

namespace {

constexpr std::array<std::string_view, 12> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDayNames = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

void append_padded(std::string& out, int number, int width) {
    std::array<char, 16> digits{};
    const int size = std::snprintf(digits.data(), digits.size(), "%0*d", width, number);
    out.append(digits.data(), static_cast<std::size_t>(size));
}

/// The year that ISO 8601 counts the week of a day to, and that week.
std::pair<int, int> iso_week(Date date) {
    const int week = (date.day_of_year() - date.isoweekday() + 10) / 7;
    const auto weeks_of = [](int year) {
        const Date last = Date::make(year, 12, 31).value();
        const int weekday = last.isoweekday();
        return weekday == 4 || (weekday == 5 && last.day_of_year() == 366) ? 53 : 52;
    };
    if (week < 1) return {date.year() - 1, date.year() > 1 ? weeks_of(date.year() - 1) : 52};
    if (week > weeks_of(date.year())) return {date.year() + 1, 1};
    return {date.year(), week};
}

void append_offset(std::string& out, const DateTime& value) {
    if (!value.is_aware()) return;
    const int seconds = value.utc_offset();
    const int size = seconds < 0 ? -seconds : seconds;
    out += seconds < 0 ? '-' : '+';
    append_padded(out, size / 3600, 2);
    append_padded(out, size / 60 % 60, 2);
    if (size % 60 != 0) append_padded(out, size % 60, 2);
}

bool append_of_date(std::string& out, Date date, char directive) {
    switch (directive) {
        case 'a':
            out += kDayNames[static_cast<std::size_t>(date.weekday())].substr(0, 3);
            return true;
        case 'A':
            out += kDayNames[static_cast<std::size_t>(date.weekday())];
            return true;
        case 'b':
        case 'h':
            out += kMonthNames[static_cast<std::size_t>(date.month() - 1)].substr(0, 3);
            return true;
        case 'B':
            out += kMonthNames[static_cast<std::size_t>(date.month() - 1)];
            return true;
        case 'd':
            append_padded(out, date.day(), 2);
            return true;
        case 'm':
            append_padded(out, date.month(), 2);
            return true;
        case 'y':
            append_padded(out, date.year() % 100, 2);
            return true;
        case 'Y':
            append_padded(out, date.year(), 4);
            return true;
        case 'j':
            append_padded(out, date.day_of_year(), 3);
            return true;
        case 'u':
            append_padded(out, date.isoweekday(), 1);
            return true;
        case 'w':
            append_padded(out, date.isoweekday() % 7, 1);
            return true;
        case 'U':
            append_padded(out, (date.day_of_year() + 6 - date.isoweekday() % 7) / 7, 2);
            return true;
        case 'W':
            append_padded(out, (date.day_of_year() + 6 - date.weekday()) / 7, 2);
            return true;
        case 'G':
            append_padded(out, iso_week(date).first, 4);
            return true;
        case 'V':
            append_padded(out, iso_week(date).second, 2);
            return true;
        default:
            return false;
    }
}

bool append_of_time(std::string& out, const DateTime& value, char directive) {
    const Time time = value.time();
    switch (directive) {
        case 'H':
            append_padded(out, time.hour(), 2);
            return true;
        case 'I':
            append_padded(out, (time.hour() + 11) % 12 + 1, 2);
            return true;
        case 'M':
            append_padded(out, time.minute(), 2);
            return true;
        case 'S':
            append_padded(out, time.second(), 2);
            return true;
        case 'f':
            append_padded(out, time.microsecond(), 6);
            return true;
        case 'p':
            out += time.hour() < 12 ? "AM" : "PM";
            return true;
        case 'z':
            append_offset(out, value);
            return true;
        case 'Z':
            if (value.is_aware()) out += value.zone()->abbreviation(value.utc_microseconds());
            return true;
        default:
            return false;
    }
}

/// What a directive stands for that is made of others; empty when it is not.
std::string_view expansion(char directive) {
    switch (directive) {
        case 'c':
            return "%a %b %e %H:%M:%S %Y";
        case 'x':
        case 'D':
            return "%m/%d/%y";
        case 'X':
        case 'T':
            return "%H:%M:%S";
        case 'F':
            return "%Y-%m-%d";
        case 'R':
            return "%H:%M";
        case 'r':
            return "%I:%M:%S %p";
        default:
            return {};
    }
}

void append_strftime(std::string& out, const DateTime& value, std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            out += format[i];
            continue;
        }
        const char directive = format[++i];
        if (const std::string_view longer = expansion(directive); !longer.empty()) {
            append_strftime(out, value, longer);
        } else if (directive == '%' || directive == 'n' || directive == 't') {
            out += directive == '%' ? '%' : directive == 'n' ? '\n' : '\t';
        } else if (directive == 'e') {
            if (value.day() < 10) out += ' ';
            append_padded(out, value.day(), 1);
        } else if (!append_of_date(out, value.date(), directive) &&
                   !append_of_time(out, value, directive)) {
            out += '%';
            out += directive;
        }
    }
}

}  // namespace

std::string strftime(const DateTime& value, std::string_view format) {
    std::string out;
    append_strftime(out, value, format);
    return out;
}

}  // namespace tatum
