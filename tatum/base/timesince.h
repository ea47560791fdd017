#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/i18n.h>

#include <string>
#include <string_view>

namespace tatum {

/// How long before `now` the moment `then` was: "2 months, 1 week" with non-breaking spaces inside
/// each part. Counts years and months by the calendar, then weeks, days, hours, minutes; at most
/// `depth` adjacent units; "0 minutes" when `then` is not before `now`. Aware values compare by
/// moment, and mixing aware with naive counts the naive one in the current time zone.
/// The units are translated in `context` where they are translated there.
/// Error timesince.E001: depth is less than 1.
Result<std::string> timesince(const DateTime& then, const DateTime& now, int depth = 2,
                              const Language& language = current_language(),
                              std::string_view context = {});
/// How long after `now` the moment `then` is.
Result<std::string> timeuntil(const DateTime& then, const DateTime& now, int depth = 2,
                              const Language& language = current_language(),
                              std::string_view context = {});

}  // namespace tatum
