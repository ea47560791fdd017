#pragma once

#include <tatum/base/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::impl {

/// What holds between two transitions of a zone.
struct ZonePeriod {
    std::int32_t offset_seconds = 0;  ///< east of UTC
    bool is_dst = false;
    std::string abbreviation;

    friend bool operator==(const ZonePeriod&, const ZonePeriod&) = default;
};

/// The POSIX TZ string at the end of a TZif file (RFC 9636 §3.3.1): what holds after its last
/// transition, for ever.
struct ZoneRule {
    /// A day of the year: "Mm.w.d", "Jn" or "n", and seconds after its midnight by the clock
    /// that ends there.
    struct Change {
        enum class Form : std::uint8_t { MonthWeekDay, JulianNoLeap, ZeroBased };
        Form form = Form::ZeroBased;
        int month = 0, week = 0, day = 0;
        std::int32_t time_seconds = 7'200;

        /// Seconds from 1970 to the change in `year`, on the clock that it ends.
        std::int64_t local_seconds(int year) const;
    };
    ZonePeriod standard;
    std::optional<ZonePeriod> daylight;
    Change to_daylight, to_standard;

    /// Error datetime.E006: malformed.
    static Result<ZoneRule> parse(std::string_view text);
};

/// A parsed TZif file.
struct ZoneFile {
    std::vector<std::int64_t> transitions;   ///< seconds since 1970 UTC, rising
    std::vector<std::uint8_t> period_after;  ///< index into periods, for each transition
    std::vector<ZonePeriod> periods;         ///< the first one holds before the first transition
    std::optional<ZoneRule> rule;

    static constexpr std::size_t kBytesMax = 1u << 20;
    static constexpr std::size_t kTransitionsMax = 20'000;
    /// Versions 1 to 4 of the format. Error datetime.E005: not such a file, or broken.
    static Result<ZoneFile> parse(std::string_view bytes);
};

}  // namespace tatum::impl
