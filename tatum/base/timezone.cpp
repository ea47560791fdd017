#include <tatum/base/timezone.h>

#include <tatum/base/locals.h>

namespace tatum {

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
