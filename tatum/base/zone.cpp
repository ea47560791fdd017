#include <tatum/base/datetime.h>
#include <tatum/base/impl/civil.h>
#include <tatum/base/impl/digits.h>
#include <tatum/base/impl/tzif.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

namespace tatum {

namespace {

using impl::floor_div;
using impl::kMicrosecondsPerSecond;
using impl::ZoneFile;
using impl::ZonePeriod;
using impl::ZoneRule;

constexpr std::string_view kFolder = "/usr/share/zoneinfo/";
constexpr std::size_t kNameBytesMax = 100;
/// Up to here a zone's rule is written out as transitions when its file is read.
constexpr int kExpandedYearMax = 2100;

class FixedZone final : public Zone {
public:
    explicit FixedZone(std::int32_t offset_seconds) : name_("UTC"), offset_(offset_seconds) {
        if (offset_ != 0) impl::append_offset(name_, offset_, ':');
    }
    std::string_view name() const override { return name_; }
    std::int32_t offset_at_utc(std::int64_t) const override { return offset_; }
    std::int32_t offset_at_local(std::int64_t, int) const override { return offset_; }
    std::string abbreviation(std::int64_t) const override { return name_; }
    bool is_dst(std::int64_t) const override { return false; }

private:
    std::string name_;
    std::int32_t offset_;
};

int year_of(std::int64_t seconds) {
    const std::int64_t days = floor_div(seconds, impl::kSecondsPerDay);
    const std::int64_t clamped = std::clamp<std::int64_t>(days, impl::kDayMin, impl::kDayMax);
    return impl::civil_from_days(static_cast<std::int32_t>(clamped)).year;
}

/// On which clock a time is given: UTC, or a local clock reading with fold 0 or 1 (PEP 495). With
/// fold 0 a transition happens when the larger of its two offsets shows its moment, with fold 1
/// the smaller.
enum ClockKind : std::size_t { kUtc, kFold0, kFold1, kClockKinds };

std::int64_t on_clock(ClockKind clock, std::int64_t utc, std::int32_t before, std::int32_t after) {
    switch (clock) {
        case kFold0:
            return utc + std::max(before, after);
        case kFold1:
            return utc + std::min(before, after);
        default:
            return utc;
    }
}

/// A zone from tzdata. The times of its file stand in sorted tables, one for each clock; what the
/// file's rule says is written out into them up to kExpandedYearMax and computed beyond. The entry
/// that was asked for last is remembered without a lock: most questions are about now.
class FileZone final : public Zone {
public:
    FileZone(std::string name, ZoneFile file) : name_(std::move(name)), file_(std::move(file)) {
        expand_rule();
        build_tables();
    }
    std::string_view name() const override { return name_; }
    std::int32_t offset_at_utc(std::int64_t microseconds) const override {
        return period(kUtc, microseconds).offset_seconds;
    }
    std::int32_t offset_at_local(std::int64_t microseconds, int fold) const override {
        return period(fold != 0 ? kFold1 : kFold0, microseconds).offset_seconds;
    }
    std::string abbreviation(std::int64_t utc_microseconds) const override {
        return period(kUtc, utc_microseconds).abbreviation;
    }
    bool is_dst(std::int64_t utc_microseconds) const override {
        return period(kUtc, utc_microseconds).is_dst;
    }

private:
    const ZonePeriod& period(ClockKind clock, std::int64_t microseconds) const;
    const ZonePeriod& rule_period(ClockKind clock, std::int64_t at) const;
    void expand_rule();
    void build_tables();
    std::uint8_t index_of(const ZonePeriod& period);

    std::string name_;
    ZoneFile file_;
    std::int64_t rule_begin_ = std::numeric_limits<std::int64_t>::max();  ///< computed from here on
    std::array<std::vector<std::int64_t>, kClockKinds> times_;
    mutable std::array<std::atomic<std::uint32_t>, kClockKinds> last_{};
};

/// The period that holds at `microseconds` of `clock`.
const ZonePeriod& FileZone::period(ClockKind clock, std::int64_t microseconds) const {
    const std::int64_t at = floor_div(microseconds, kMicrosecondsPerSecond);
    if (at >= rule_begin_) return rule_period(clock, at);
    const std::vector<std::int64_t>& times = times_[clock];
    const std::uint32_t guess = last_[clock].load(std::memory_order_relaxed);
    if (guess < times.size() && times[guess] <= at &&
        (guess + 1 == times.size() || at < times[guess + 1])) {
        return file_.periods[file_.period_after[guess]];
    }
    const auto after = std::upper_bound(times.begin(), times.end(), at);
    if (after == times.begin()) return file_.periods.front();
    const auto index = static_cast<std::size_t>(after - times.begin() - 1);
    last_[clock].store(static_cast<std::uint32_t>(index), std::memory_order_relaxed);
    return file_.periods[file_.period_after[index]];
}

/// The latest of the rule's changes around `at`.
const ZonePeriod& FileZone::rule_period(ClockKind clock, std::int64_t at) const {
    const ZoneRule& rule = *file_.rule;
    const std::int32_t standard = rule.standard.offset_seconds;
    const std::int32_t daylight = rule.daylight->offset_seconds;
    const ZonePeriod* found = &rule.standard;
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    const auto consider = [&](std::int64_t time, const ZonePeriod& period_after) {
        if (time > at || time < latest) return;
        latest = time;
        found = &period_after;
    };
    const int year = year_of(at);
    for (int y = year - 1; y <= year + 1; ++y) {
        consider(on_clock(clock, rule.to_daylight.local_seconds(y) - standard, standard, daylight),
                 *rule.daylight);
        consider(on_clock(clock, rule.to_standard.local_seconds(y) - daylight, daylight, standard),
                 rule.standard);
    }
    return *found;
}

std::uint8_t FileZone::index_of(const ZonePeriod& period) {
    const auto found = std::find(file_.periods.begin(), file_.periods.end(), period);
    if (found == file_.periods.end()) {
        file_.periods.push_back(period);
        return static_cast<std::uint8_t>(file_.periods.size() - 1);
    }
    return static_cast<std::uint8_t>(found - file_.periods.begin());
}

void FileZone::expand_rule() {
    constexpr int kFirstYearWithoutTransitions = 1900;
    if (!file_.rule || !file_.rule->daylight || file_.periods.size() > 250) return;
    const ZoneRule& rule = *file_.rule;
    const std::uint8_t standard = index_of(rule.standard);
    const std::uint8_t daylight = index_of(*rule.daylight);
    const bool empty = file_.transitions.empty();
    const int first_year = empty ? kFirstYearWithoutTransitions : year_of(file_.transitions.back());
    for (int year = first_year; year <= kExpandedYearMax; ++year) {
        std::pair<std::int64_t, std::uint8_t> changes[] = {
            {rule.to_daylight.local_seconds(year) - rule.standard.offset_seconds, daylight},
            {rule.to_standard.local_seconds(year) - rule.daylight->offset_seconds, standard},
        };
        if (changes[1].first < changes[0].first) std::swap(changes[0], changes[1]);
        for (const auto& [time, after] : changes) {
            if (!file_.transitions.empty() && time <= file_.transitions.back()) continue;
            file_.transitions.push_back(time);
            file_.period_after.push_back(after);
        }
    }
    rule_begin_ = impl::days_from_civil(kExpandedYearMax, 1, 1) * impl::kSecondsPerDay;
}

void FileZone::build_tables() {
    for (std::size_t clock = 0; clock < kClockKinds; ++clock) {
        std::vector<std::int64_t>& times = times_[clock];
        times.reserve(file_.transitions.size());
        std::int32_t before = file_.periods.front().offset_seconds;
        for (std::size_t i = 0; i < file_.transitions.size(); ++i) {
            const std::int32_t after = file_.periods[file_.period_after[i]].offset_seconds;
            times.push_back(
                on_clock(static_cast<ClockKind>(clock), file_.transitions[i], before, after));
            before = after;
        }
        // Broken data could make clock readings overlap; searching needs them sorted.
        for (std::size_t i = 1; i < times.size(); ++i) times[i] = std::max(times[i], times[i - 1]);
    }
}

/// Names of tzdata are relative paths of plain letters: nothing that could leave its folder.
bool is_zone_name(std::string_view name) {
    if (name.empty() || name.size() > kNameBytesMax || name.front() == '/' || name.back() == '/') {
        return false;
    }
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '+' || c == '/';
    });
}

/// nullptr when the file is missing, too large or no time zone.
std::unique_ptr<const Zone> load_zone(std::string_view name) {
    const std::string path = std::string(kFolder) + std::string(name);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    if (!file) return nullptr;
    std::string bytes(ZoneFile::kBytesMax + 1, '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
    Result<ZoneFile> parsed = ZoneFile::parse(bytes);
    if (!parsed) return nullptr;
    return std::make_unique<FileZone>(std::string(name), *std::move(parsed));
}

/// The zones that were asked for. They stay until the process ends.
class Registry {
public:
    const Zone* find(std::string_view name) {
        {
            const std::shared_lock lock(mutex_);
            const auto found = named_.find(name);
            if (found != named_.end()) return found->second.get();
        }
        std::unique_ptr<const Zone> zone = load_zone(name);
        if (!zone) return nullptr;
        const std::unique_lock lock(mutex_);
        return named_.try_emplace(std::string(name), std::move(zone)).first->second.get();
    }
    const Zone& fixed(std::int32_t offset_seconds) {
        {
            const std::shared_lock lock(mutex_);
            const auto found = fixed_.find(offset_seconds);
            if (found != fixed_.end()) return *found->second;
        }
        auto zone = std::make_unique<FixedZone>(offset_seconds);
        const std::unique_lock lock(mutex_);
        return *fixed_.try_emplace(offset_seconds, std::move(zone)).first->second;
    }

private:
    std::shared_mutex mutex_;
    std::map<std::string, std::unique_ptr<const Zone>, std::less<>> named_;
    std::map<std::int32_t, std::unique_ptr<const Zone>> fixed_;
};

/// Never destroyed: values with a zone may outlive static objects.
Registry& registry() {
    static Registry& instance = *new Registry;
    return instance;
}

}  // namespace

const Zone& Zone::utc() {
    static const Zone& zone = *new FixedZone(0);
    return zone;
}

const Zone& Zone::fixed(std::int32_t offset_seconds) {
    TATUM_INVARIANT(offset_seconds > -impl::kSecondsPerDay && offset_seconds < impl::kSecondsPerDay,
                    "a fixed offset is less than a day");
    return offset_seconds == 0 ? utc() : registry().fixed(offset_seconds);
}

const Zone* Zone::find(std::string_view name) {
    if (name == "UTC") return &utc();
    return is_zone_name(name) ? registry().find(name) : nullptr;
}

}  // namespace tatum
