#include <tatum/base/ascii.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/impl/civil.h>
#include <tatum/base/impl/digits.h>
#include <tatum/base/locals.h>

#include <algorithm>
#include <array>

namespace tatum {

namespace {

constexpr std::array<std::string_view, 7> kShortDays = {"Mon", "Tue", "Wed", "Thu",
                                                        "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> kShortMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
/// Bytes of a day's name, whatever it is: as Django, which reads \w{3} and \w{6,9}.
constexpr std::size_t kShortDayBytes = 3, kLongDayBytesMin = 6, kLongDayBytesMax = 9;
/// A year of two digits is at most this far ahead.
constexpr int kYearsAheadMax = 50;

struct HttpDateFields {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

/// Reads `text` by `pattern`: the capital letters D M Y H N S stand for one digit each of day,
/// month-less number, year, hour, minute, second; 'm' for a month's name, '_' for a blank or digit
/// of the day, anything else for itself.
bool match(std::string_view text, std::string_view pattern, HttpDateFields& fields) {
    std::size_t at = 0;
    for (const char c : pattern) {
        if (c == 'm') {
            const auto month = std::ranges::find_if(kShortMonths, [&](const std::string_view name) {
                return ascii::equals_ignoring_case(name, text.substr(at, name.size()));
            });
            if (month == kShortMonths.end()) return false;
            fields.month = static_cast<int>(month - kShortMonths.begin()) + 1;
            at += 3;
            continue;
        }
        if (at >= text.size()) return false;
        const char given = text[at++];
        int* field = nullptr;
        switch (c) {
            case 'D':
            case '_':
                field = &fields.day;
                break;
            case 'Y':
                field = &fields.year;
                break;
            case 'H':
                field = &fields.hour;
                break;
            case 'N':
                field = &fields.minute;
                break;
            case 'S':
                field = &fields.second;
                break;
            default:
                break;
        }
        if (field == nullptr ? given != c : c == '_' && given == ' ') {
            if (field == nullptr) return false;
            continue;
        }
        if (field == nullptr) continue;
        if (given < '0' || given > '9') return false;
        *field = *field * 10 + (given - '0');
    }
    return at == text.size();
}

/// RFC 9110 §5.6.7: IMF-fixdate, rfc850-date, asctime-date.
bool read_fields(std::string_view text, HttpDateFields& fields) {
    const auto is_of_word = [](char c) {
        return ascii::is_letter(c) || ascii::is_digit(c) || c == '_';
    };
    const auto end = std::ranges::find_if_not(text, is_of_word);
    const auto day_bytes = static_cast<std::size_t>(end - text.begin());
    const std::string_view rest = text.substr(day_bytes);
    if (day_bytes >= kLongDayBytesMin && day_bytes <= kLongDayBytesMax) {
        return match(rest, ", DD-m-YY HH:NN:SS GMT", fields);
    }
    if (day_bytes != kShortDayBytes) return false;
    if (match(rest, ", DD m YYYY HH:NN:SS GMT", fields)) return true;
    fields = {};
    return match(rest, " m _D HH:NN:SS YYYY", fields);
}

/// The century that puts a year of two digits at most kYearsAheadMax years ahead. Django reads
/// "0023" as one of two digits as well.
int full_year(int year, int this_year) {
    if (year >= 100) return year;
    const int century = this_year - this_year % 100;
    return year - this_year % 100 > kYearsAheadMax ? year + century - 100 : year + century;
}

}  // namespace

std::string http_date(std::int64_t seconds) {
    const auto days = static_cast<std::int32_t>(impl::floor_div(seconds, impl::kSecondsPerDay));
    const std::int64_t rest = impl::floor_mod(seconds, impl::kSecondsPerDay);
    const impl::Civil civil = impl::civil_from_days(days);
    std::string out;
    out.reserve(29);
    out += kShortDays[static_cast<std::size_t>(Date::from_days(days).weekday())];
    out += ", ";
    impl::append_padded(out, civil.day, 2);
    out += ' ';
    out += kShortMonths[static_cast<std::size_t>(civil.month - 1)];
    out += ' ';
    impl::append_padded(out, civil.year, 4);
    out += ' ';
    impl::append_padded(out, rest / 3600, 2);
    out += ':';
    impl::append_padded(out, rest / 60 % 60, 2);
    out += ':';
    impl::append_padded(out, rest % 60, 2);
    out += " GMT";
    return out;
}

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now_seconds) {
    const auto today =
        static_cast<std::int32_t>(impl::floor_div(now_seconds, impl::kSecondsPerDay));
    HttpDateFields fields;
    if (!read_fields(text, fields)) return std::nullopt;
    const int year = full_year(fields.year, impl::civil_from_days(today).year);
    const Result<Date> date = Date::make(year, fields.month, fields.day);
    const Result<Time> time = Time::make(fields.hour, fields.minute, fields.second);
    if (!date || !time) return std::nullopt;
    return date->days() * impl::kSecondsPerDay +
           time->microseconds() / impl::kMicrosecondsPerSecond;
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
    return parse_http_date(text, current_clock().now_seconds());
}

}  // namespace tatum
