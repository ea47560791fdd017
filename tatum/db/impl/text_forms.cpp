#include <tatum/db/impl/text_forms.h>

#include <tatum/base/dateparse.h>

namespace tatum::db::impl {

namespace {

constexpr std::int64_t kDayMicroseconds = 86'400'000'000;

struct Civil {
    int year;
    unsigned month, day;
};

Civil civil_from_days(std::int32_t days) {
    const std::int64_t z = std::int64_t{days} + 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(z - era * 146097);
    const unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted = (5 * day_of_year + 2) / 153;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    const auto year =
        static_cast<int>(std::int64_t{year_of_era} + era * 400 + (month <= 2 ? 1 : 0));
    return {year, month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

char* write_number(char* out, unsigned number, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + number % 10);
        number /= 10;
    }
    return out + digits;
}

/// The number that `digits` digits at `at` make, or -1.
int number_at(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return -1;
    int number = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        const char c = text[i];
        if (c < '0' || c > '9') return -1;
        number = number * 10 + (c - '0');
    }
    return number;
}

int days_in_month(int year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

std::int32_t days_from_civil(int year, int month, int day) {
    const int y = month <= 2 ? year - 1 : year;
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int year_of_era = y - era * 400;
    const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

std::size_t write_date(char* out, std::int32_t days) {
    const Civil civil = civil_from_days(days);
    char* at = write_number(out, static_cast<unsigned>(civil.year), 4);
    *at++ = '-';
    at = write_number(at, civil.month, 2);
    *at++ = '-';
    at = write_number(at, civil.day, 2);
    return static_cast<std::size_t>(at - out);
}

std::size_t write_time(char* out, std::int64_t microseconds) {
    const auto seconds = static_cast<unsigned>(microseconds / 1'000'000);
    char* at = write_number(out, seconds / 3600, 2);
    *at++ = ':';
    at = write_number(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = write_number(at, seconds % 60, 2);
    if (const auto fraction = static_cast<unsigned>(microseconds % 1'000'000); fraction != 0) {
        *at++ = '.';
        at = write_number(at, fraction, 6);
    }
    return static_cast<std::size_t>(at - out);
}

std::size_t write_datetime(char* out, std::int64_t microseconds) {
    std::int64_t days = microseconds / kDayMicroseconds;
    std::int64_t rest = microseconds % kDayMicroseconds;
    if (rest < 0) {
        rest += kDayMicroseconds;
        --days;
    }
    std::size_t size = write_date(out, static_cast<std::int32_t>(days));
    out[size++] = ' ';
    return size + write_time(out + size, rest);
}

std::optional<std::int32_t> read_date(std::string_view text) {
    const int year = number_at(text, 0, 4);
    const int month = number_at(text, 5, 2);
    const int day = number_at(text, 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || text[4] != '-' || text[7] != '-' ||
        day > days_in_month(year, month)) {
        return std::nullopt;
    }
    return days_from_civil(year, month, day);
}

std::optional<std::int64_t> read_time(std::string_view text) {
    const int hour = number_at(text, 0, 2);
    const int minute = number_at(text, 3, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') return std::nullopt;
    std::int64_t time = hour * std::int64_t{3'600'000'000} + minute * std::int64_t{60'000'000};
    if (text.size() == 5) return time;
    const int second = number_at(text, 6, 2);
    if (second < 0 || second > 59 || text[5] != ':') return std::nullopt;
    time += second * 1'000'000;
    if (text.size() == 8) return time;
    if (text[8] != '.' || text.size() < 10 || text.size() > 15) return std::nullopt;
    const int fraction = number_at(text, 9, text.size() - 9);
    if (fraction < 0) return std::nullopt;
    std::int64_t microseconds = fraction;
    for (std::size_t digits = text.size() - 9; digits < 6; ++digits) microseconds *= 10;
    return time + microseconds;
}

std::optional<std::int64_t> read_datetime(std::string_view text) {
    const auto days = read_date(text);
    if (days) {
        const std::int64_t midnight = *days * kDayMicroseconds;
        if (text.size() == 10) return midnight;
        if (text[10] == ' ' || text[10] == 'T') {
            if (const auto time = read_time(text.substr(11))) return midnight + *time;
        }
    }
    // Other forms, with an offset among them, are rare: written by other programs.
    const auto parsed = parse_datetime(text);
    if (!parsed || !*parsed) return std::nullopt;
    return (*parsed)->utc_microseconds();
}

}  // namespace tatum::db::impl
