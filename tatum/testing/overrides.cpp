#include <tatum/testing/overrides.h>

#include <tatum/site/site.h>

namespace tatum::testing {

struct FrozenClock::Impl final : Clock {
    explicit Impl(std::int64_t utc_microseconds)
        : moment(utc_microseconds), scope(Slot::Clock, static_cast<const Clock*>(this)) {}
    std::int64_t now() const override { return moment; }

    std::int64_t moment;
    LocalScope scope;
};

FrozenClock::FrozenClock(const DateTime& moment)
    : impl_(std::make_unique<Impl>(moment.utc_microseconds())) {}
FrozenClock::~FrozenClock() = default;

void FrozenClock::advance(Duration by) { impl_->moment += by.microseconds; }

OverrideSettings::OverrideSettings(site::Site& site, const Function<void(Settings&)>& change)
    : site_(site) {
    site.setup();
    before_ = site.settings();
    Settings changed = before_;
    change(changed);
    site.replace_settings(std::move(changed));
    if (views::current_site_or_null() == &site) scope_ = std::make_unique<site::SiteScope>(site);
}

OverrideSettings::~OverrideSettings() {
    scope_.reset();
    site_.replace_settings(std::move(before_));
}

}  // namespace tatum::testing
