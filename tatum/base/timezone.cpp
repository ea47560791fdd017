#include <tatum/base/timezone.h>

#include <tatum/base/locals.h>
#include <tatum/base/settings.h>

namespace tatum {

const Zone& default_time_zone() {
    const Zone* zone = Zone::find(current_settings().time_zone);
    return zone != nullptr ? *zone : Zone::utc();
}

std::string time_zone_name(const Zone& zone) {
    constexpr std::int64_t kYear = 365 * std::int64_t{86'400'000'000};
    // Where clocks once followed the sun, it is "LMT".
    const std::string always = zone.abbreviation(-1000 * kYear);
    for (const std::int64_t moment : {100 * kYear, 100 * kYear + kYear / 2}) {
        if (zone.abbreviation(moment) != always) return std::string(zone.name());
    }
    return always;
}

DateTime naive_now() { return make_naive(now(), default_time_zone()); }

DateTime now() { return DateTime::from_utc(current_clock().now()); }

DateTime localtime(const DateTime& value, const Zone& zone) {
    return value.is_aware() ? value.in_zone(zone) : value;
}

DateTime localtime(const DateTime& value) { return localtime(value, current_time_zone()); }

Date local_date() { return DateTime::from_utc(current_clock().now(), current_time_zone()).date(); }

DateTime make_aware(const DateTime& naive, const Zone& zone, int fold) {
    return DateTime(naive.date(), naive.time(), zone, fold);
}

DateTime make_naive(const DateTime& aware, const Zone& zone) {
    return DateTime::from_local(localtime(aware, zone).local_microseconds());
}

}  // namespace tatum
