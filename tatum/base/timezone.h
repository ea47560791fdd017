#pragma once

#include <tatum/base/datetime.h>

#include <string>

namespace tatum {

/// The zone of the setting TIME_ZONE, whatever zone is current; UTC where there is no such zone.
/// Naive values are read in it.
const Zone& default_time_zone();
/// What Django calls a zone in a page: its abbreviation where it has never had but one offset
/// ("Etc/GMT+12" is "-12"), else its name.
std::string time_zone_name(const Zone& zone);

/// Now, aware, in UTC by the current clock.
DateTime now();
/// Now on the clock of default_time_zone(), naive: Python's datetime.now() in a Django site.
DateTime naive_now();
/// An aware value on the clock of `zone`. Unlike Django: a naive value is returned as it is.
DateTime localtime(const DateTime& value, const Zone& zone);
DateTime localtime(const DateTime& value);  ///< in the current time zone
/// The current day in the current time zone.
Date local_date();

/// Reads a naive clock reading in `zone`; `fold` as in Zone::offset_at_local().
DateTime make_aware(const DateTime& naive, const Zone& zone, int fold = 0);
/// The clock reading that an aware value has in `zone`.
DateTime make_naive(const DateTime& aware, const Zone& zone);

}  // namespace tatum
