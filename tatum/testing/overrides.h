#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/function.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>

#include <memory>

namespace tatum::site {
class Site;
class SiteScope;
}  // namespace tatum::site

namespace tatum::testing {

/// A clock that stands still until it is told to go on, current until its end.
class FrozenClock {
public:
    /// A naive `moment` counts as UTC.
    explicit FrozenClock(const DateTime& moment);
    ~FrozenClock();
    FrozenClock(const FrozenClock&) = delete;
    FrozenClock& operator=(const FrozenClock&) = delete;

    void advance(Duration by);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Other settings for a site until the end of the block: middleware, templates and static files
/// follow them; databases and models stay. Where the site is current, it is so with the other
/// settings. No request may run when it begins or ends.
///
///     const OverrideSettings debug(site, [](Settings& s) { s.debug = true; });
class OverrideSettings {
public:
    OverrideSettings(site::Site& site, const Function<void(Settings&)>& change);
    ~OverrideSettings();
    OverrideSettings(const OverrideSettings&) = delete;
    OverrideSettings& operator=(const OverrideSettings&) = delete;

private:
    site::Site& site_;
    Settings before_;
    std::unique_ptr<site::SiteScope> scope_;
};

}  // namespace tatum::testing
