#pragma once

#include <tatum/base/formats.h>
#include <tatum/base/value.h>

#include <optional>
#include <string>
#include <string_view>

namespace tatum::humanize {

// Django's contrib.humanize as functions. Each returns `value` unchanged where it does not apply.

/// 1 gives "1st"; safe HTML, since some languages write it with <sup>.
Value ordinal(const Value& value);
/// 4500000 gives "4,500,000", in the current language unless `use_l10n` is Off.
Value intcomma(const Value& value, UseL10n use_l10n = UseL10n::On);
/// 1200000 gives "1.2 million"; numbers below a million stay.
Value intword(const Value& value);
/// 1 to 9 give "one" to "nine".
Value apnumber(const Value& value);
/// "today", "tomorrow", "yesterday", else by `format`, else by DATE_FORMAT.
Value naturalday(const Value& value, std::optional<std::string_view> format = std::nullopt);
/// "3 minutes ago", "2 hours from now"; `now` by the current clock.
Value naturaltime(const Value& value);

}  // namespace tatum::humanize
