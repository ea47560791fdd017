#pragma once

#include <tatum/base/datetime.h>

namespace tatum {

/// Now, aware, in UTC by the current clock.
DateTime now();
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
