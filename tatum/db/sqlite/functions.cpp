#include <tatum/db/sqlite/impl/functions.h>

#include <tatum/base/datetime.h>
#include <tatum/db/impl/text_forms.h>

#include <re2/re2.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>

namespace tatum::db::sqlite {

namespace {

constexpr std::int64_t kRegexMemoryBytes = 4 << 20;
constexpr std::int64_t kDay = 86'400'000'000;
constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::int64_t kMinute = 60'000'000;
constexpr std::int64_t kSecond = 1'000'000;
// The years 1 to 9999, in microseconds since 1970.
constexpr std::int64_t kFirstMoment = -719'162 * kDay;
constexpr std::int64_t kMomentsEnd = 2'932'897 * kDay;

std::string_view text_of(sqlite3_value* value) {
    const void* text = sqlite3_value_text(value);
    return {static_cast<const char*>(text), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void give_text(sqlite3_context* context, std::string_view text) {
    sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

bool any_null(int count, sqlite3_value** values) {
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(values[i]) == SQLITE_NULL) return true;
    }
    return false;
}

/// `text REGEXP pattern` is regexp(pattern, text). A literal pattern is compiled once a statement.
void regexp(sqlite3_context* context, int, sqlite3_value** values) {
    if (any_null(2, values)) return;
    auto* compiled = static_cast<RE2*>(sqlite3_get_auxdata(context, 0));
    std::unique_ptr<RE2> fresh;
    if (!compiled) {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(kRegexMemoryBytes);
        fresh = std::make_unique<RE2>(text_of(values[0]), options);
        if (!fresh->ok()) {
            sqlite3_result_error(context, ("bad regular expression: " + fresh->error()).c_str(),
                                 -1);
            return;
        }
        compiled = fresh.get();
    }
    const bool found = RE2::PartialMatch(text_of(values[1]), *compiled);
    sqlite3_result_int(context, found ? 1 : 0);
    if (fresh) {
        sqlite3_set_auxdata(context, 0, fresh.release(), [](void* expression) {
            std::unique_ptr<RE2>(static_cast<RE2*>(expression)).reset();
        });
    }
}

struct Moment {
    std::int64_t days;          ///< since 1970
    std::int64_t microseconds;  ///< of the day
    Date date() const { return Date::from_days(static_cast<std::int32_t>(days)); }
    std::int64_t total() const { return days * kDay + microseconds; }
};

Moment split(std::int64_t microseconds) {
    std::int64_t days = microseconds / kDay;
    if (microseconds % kDay < 0) --days;
    return {days, microseconds - days * kDay};
}

void give_date(sqlite3_context* context, std::int64_t days) {
    char text[impl::kDateTimeBytes];
    give_text(context, {text, impl::write_date(text, static_cast<std::int32_t>(days))});
}

/// Monday of week 1 of an ISO year: the week with January 4th.
std::int64_t first_monday(int iso_year) {
    const std::int32_t fourth = impl::days_from_civil(iso_year, 1, 4);
    return fourth - Date::from_days(fourth).weekday();
}

int iso_year_of(std::int64_t days, int year) {
    if (days < first_monday(year)) return year - 1;
    return days >= first_monday(year + 1) ? year + 1 : year;
}

/// The whole number that `part` of a moment is, or -1.
int extract(std::string_view part, const Moment& at) {
    if (part == "hour") return static_cast<int>(at.microseconds / kHour);
    if (part == "minute") return static_cast<int>(at.microseconds / kMinute % 60);
    if (part == "second") return static_cast<int>(at.microseconds / kSecond % 60);
    const Date date = at.date();
    if (part == "year") return date.year();
    if (part == "month") return date.month();
    if (part == "day") return date.day();
    if (part == "quarter") return (date.month() + 2) / 3;
    if (part == "week_day") return date.isoweekday() % 7 + 1;
    if (part == "iso_week_day") return date.isoweekday();
    const int iso_year = iso_year_of(at.days, date.year());
    if (part == "iso_year") return iso_year;
    if (part == "week") return static_cast<int>((at.days - first_monday(iso_year)) / 7 + 1);
    return -1;
}

/// The day on which the year, quarter, month or week of `at` begins.
std::int64_t first_day(std::string_view part, const Moment& at) {
    const Date date = at.date();
    if (part == "trunc_year") return impl::days_from_civil(date.year(), 1, 1);
    if (part == "trunc_month") return impl::days_from_civil(date.year(), date.month(), 1);
    if (part == "trunc_quarter") {
        return impl::days_from_civil(date.year(), (date.month() - 1) / 3 * 3 + 1, 1);
    }
    if (part == "trunc_week") return at.days - date.weekday();
    return at.days;
}

/// The unit to which `part` cuts the time of day; 0: all of it goes.
std::int64_t unit_of(std::string_view part) {
    if (part == "trunc_hour") return kHour;
    if (part == "trunc_minute") return kMinute;
    return part == "trunc_second" ? kSecond : 0;
}

/// A truncated moment is given in UTC again, as it is kept.
void give_truncated(sqlite3_context* context, std::string_view part, const Moment& at,
                    const Zone* zone) {
    std::int64_t local = first_day(part, at) * kDay;
    if (!zone) {
        give_date(context, local / kDay);
        return;
    }
    if (const std::int64_t unit = unit_of(part)) local += at.microseconds / unit * unit;
    // East of Greenwich year 1 begins before all moments that there are.
    const std::int64_t moment =
        std::max(local - std::int64_t{zone->offset_at_local(local, 0)} * kSecond, kFirstMoment);
    char text[impl::kDateTimeBytes];
    give_text(context, {text, impl::write_datetime(text, moment)});
}

/// tatum_date_part(part, when [, zone]): `when` is a date, a time, or with a zone a moment in UTC.
void date_part(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const std::string_view part = text_of(values[0]);
    const std::string_view text = text_of(values[1]);
    const Zone* zone = nullptr;
    Moment at{};
    if (count == 3) {
        zone = Zone::find(text_of(values[2]));
        if (!zone) zone = &Zone::utc();
        const auto moment = impl::read_datetime(text);
        if (!moment) return;
        const std::int64_t local = *moment + std::int64_t{zone->offset_at_utc(*moment)} * kSecond;
        at = split(std::clamp(local, kFirstMoment, kMomentsEnd - 1));
    } else if (text.size() > 2 && text[2] == ':') {
        const auto time = impl::read_time(text);
        if (!time) return;
        at = {0, *time};
    } else {
        const auto days = impl::read_date(text);
        if (!days) return;
        at = {*days, 0};
    }
    if (part == "date" || part == "trunc_date") {
        give_date(context, at.days);
    } else if (part == "time") {
        char out[impl::kDateTimeBytes];
        give_text(context, {out, impl::write_time(out, at.microseconds)});
    } else if (part.starts_with("trunc_")) {
        give_truncated(context, part, at, zone);
    } else {
        sqlite3_result_int(context, extract(part, at));
    }
}

/// A sum beyond the years 1 to 9999 is NULL.
template <int Sign>
void moment_add(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const auto moment = impl::read_datetime(text_of(values[0]));
    if (!moment) return;
    const std::int64_t span = sqlite3_value_int64(values[1]);
    std::int64_t sum = 0;
    if (Sign > 0 ? __builtin_add_overflow(*moment, span, &sum)
                 : __builtin_sub_overflow(*moment, span, &sum)) {
        return;
    }
    if (sum < kFirstMoment || sum >= kMomentsEnd) return;
    char text[impl::kDateTimeBytes];
    give_text(context, {text, impl::write_datetime(text, sum)});
}

void moment_difference(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const auto a = impl::read_datetime(text_of(values[0]));
    const auto b = impl::read_datetime(text_of(values[1]));
    if (a && b) sqlite3_result_int64(context, *a - *b);
}

/// Running mean and sum of squares (Welford).
struct Spread {
    std::int64_t count;
    double mean, squares;
};

void spread_step(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    auto* spread = static_cast<Spread*>(sqlite3_aggregate_context(context, sizeof(Spread)));
    if (!spread) return;
    const double value = sqlite3_value_double(values[0]);
    ++spread->count;
    const double delta = value - spread->mean;
    spread->mean += delta / static_cast<double>(spread->count);
    spread->squares += delta * (value - spread->mean);
}

template <bool Root>
void spread_final(sqlite3_context* context) {
    const auto* spread = static_cast<Spread*>(sqlite3_aggregate_context(context, 0));
    if (!spread || spread->count == 0) return;
    const double variance = spread->squares / static_cast<double>(spread->count);
    sqlite3_result_double(context, Root ? std::sqrt(variance) : variance);
}

}  // namespace

void define_functions(sqlite3* connection) {
    constexpr int kPure = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    const auto define = [&](const char* name, int count, auto function) {
        sqlite3_create_function_v2(connection, name, count, kPure, nullptr, function, nullptr,
                                   nullptr, nullptr);
    };
    define("regexp", 2, regexp);
    define("tatum_date_part", 2, date_part);
    define("tatum_date_part", 3, date_part);
    define("tatum_moment_plus", 2, moment_add<1>);
    define("tatum_moment_minus", 2, moment_add<-1>);
    define("tatum_moment_difference", 2, moment_difference);
    sqlite3_create_function_v2(connection, "STDDEV_POP", 1, kPure, nullptr, nullptr, spread_step,
                               spread_final<true>, nullptr);
    sqlite3_create_function_v2(connection, "VAR_POP", 1, kPure, nullptr, nullptr, spread_step,
                               spread_final<false>, nullptr);
}

}  // namespace tatum::db::sqlite
