#include <tatum/base/timesince.h>

#include <tatum/base/impl/civil.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <array>

namespace tatum {

namespace {

using impl::kMicrosecondsPerSecond;

struct Unit {
    std::string_view singular, plural;
    std::int64_t seconds;  ///< 0: counted by the calendar
};
constexpr std::array<Unit, 6> kUnits = {{
    {"%(num)d year", "%(num)d years", 0},
    {"%(num)d month", "%(num)d months", 0},
    {"%(num)d week", "%(num)d weeks", 7 * 86'400},
    {"%(num)d day", "%(num)d days", 86'400},
    {"%(num)d hour", "%(num)d hours", 3'600},
    {"%(num)d minute", "%(num)d minutes", 60},
}};

struct Translator {
    const Language& language;
    std::string_view context;
};

/// "%(num)d weeks" with the number in place and its blanks not breaking.
void append_part(std::string& out, const Unit& unit, std::int64_t count,
                 const Translator& translator) {
    const std::string_view text =
        translator.language.npgettext(translator.context, unit.singular, unit.plural, count);
    constexpr std::string_view kNumber = "%(num)d";
    const std::size_t place = text.find(kNumber);
    std::string part(text.substr(0, place));
    if (place != std::string_view::npos) {
        part += std::to_string(count);
        part += text.substr(place + kNumber.size());
    }
    out += strings::replace(part, " ", "\u00a0");
}

/// Clock readings of both on the clock of the first, so that their calendars can be compared.
std::pair<std::int64_t, std::int64_t> on_one_clock(const DateTime& then, const DateTime& now) {
    if (!then.is_aware() && !now.is_aware()) {
        return {then.local_microseconds(), now.local_microseconds()};
    }
    const Zone& zone = then.is_aware() ? *then.zone() : *now.zone();
    const auto reading = [&](const DateTime& d) {
        const DateTime aware = d.is_aware() ? d : DateTime(d.date(), d.time(), current_time_zone());
        return aware.in_zone(zone).local_microseconds();
    };
    return {reading(then), reading(now)};
}

/// Whole years and months from `then` to `now`, and the moment that many after `then`.
struct Calendar {
    std::int64_t years = 0, months = 0;
    std::int64_t pivot = 0;
};

Calendar count_calendar(std::int64_t then_local, std::int64_t now_local) {
    const DateTime then = DateTime::from_local(then_local);
    const DateTime now = DateTime::from_local(now_local);
    const impl::Civil from = impl::civil_from_days(then.date().days());
    const impl::Civil to = impl::civil_from_days(now.date().days());
    std::int64_t total = (to.year - from.year) * std::int64_t{12} + (to.month - from.month);
    if (from.day > to.day || (from.day == to.day && then.time() > now.time())) --total;

    Calendar calendar{.years = total / 12, .months = total % 12, .pivot = then_local};
    if (total > 0) {
        int year = from.year + static_cast<int>(calendar.years);
        int month = from.month + static_cast<int>(calendar.months);
        if (month > 12) {
            month -= 12;
            ++year;
        }
        // Django takes the last day of a month as the 30th or 31st where the day does not exist,
        // and February's as the 28th.
        constexpr std::array<int, 12> kMonthDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        const int day = std::min(kMonthDays[static_cast<std::size_t>(month - 1)], from.day);
        calendar.pivot = impl::days_from_civil(year, month, day) * impl::kMicrosecondsPerDay +
                         then.time().microseconds();
        // Microseconds of the start do not count.
        calendar.pivot -= then.time().microsecond();
    }
    return calendar;
}

Result<std::string> time_between(std::int64_t then, std::int64_t now, int depth,
                                 const Translator& translator) {
    if (depth < 1) {
        return Error{.code = "timesince.E001", .message = "depth must be greater than 0."};
    }
    std::string out;
    if (now <= then) {
        append_part(out, kUnits.back(), 0, translator);
        return out;
    }
    const Calendar calendar = count_calendar(then, now);
    std::array<std::int64_t, kUnits.size()> counts = {calendar.years, calendar.months};
    std::int64_t rest = impl::floor_div(now - calendar.pivot, kMicrosecondsPerSecond);
    for (std::size_t i = 2; i < kUnits.size(); ++i) {
        counts[i] = rest / kUnits[i].seconds;
        rest %= kUnits[i].seconds;
    }
    std::size_t unit = 0;
    while (unit < counts.size() && counts[unit] == 0) ++unit;
    if (unit == counts.size()) {
        append_part(out, kUnits.back(), 0, translator);
        return out;
    }
    // Adjacent units only: the first that is zero ends the text.
    for (int used = 0; unit < counts.size() && used < depth && counts[unit] != 0; ++unit, ++used) {
        if (used > 0) out += translator.language.gettext(", ");
        append_part(out, kUnits[unit], counts[unit], translator);
    }
    return out;
}

}  // namespace

Result<std::string> timesince(const DateTime& then, const DateTime& now, int depth,
                              const Language& language, std::string_view context) {
    const auto [from, to] = on_one_clock(then, now);
    return time_between(from, to, depth, {language, context});
}

Result<std::string> timeuntil(const DateTime& then, const DateTime& now, int depth,
                              const Language& language, std::string_view context) {
    const auto [to, from] = on_one_clock(then, now);
    return time_between(from, to, depth, {language, context});
}

}  // namespace tatum
