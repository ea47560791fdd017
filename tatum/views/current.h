#pragma once

namespace tatum {
struct Settings;
}
namespace tatum::template_ {
class Engine;
}
namespace tatum::urls {
class Resolver;
}
namespace tatum::channels {
class Layer;
}
namespace tatum::db {
class ModelRegistry;
}

namespace tatum::views {

class StaticFiles;

/// What views ask of the site that they belong to; the site layer implements it, and sets
/// Slot::Site to it around every request and command. Safe for use by any thread.
class SiteServices {
public:
    virtual ~SiteServices() = default;

    virtual const Settings& settings() const = 0;
    virtual const template_::Engine& templates() const = 0;
    virtual const urls::Resolver& resolver() const = 0;
    virtual const StaticFiles& static_files() const = 0;
    virtual channels::Layer& channel_layer() const = 0;
    /// The DEBUG setting.
    virtual bool debug() const = 0;
};

/// The site whose request or command runs now. Throws ImproperlyConfigured where there is none.
const SiteServices& current_site();
/// nullptr where there is none.
const SiteServices* current_site_or_null();

}  // namespace tatum::views
