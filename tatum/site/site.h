#pragma once

#include <tatum/base/locals.h>
#include <tatum/base/owned.h>
#include <tatum/files/backends.h>
#include <tatum/http/extensions.h>
#include <tatum/site/app.h>
#include <tatum/views/current.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum {
struct Settings;
class Translations;
}  // namespace tatum
namespace tatum::channels {
class Layer;
}
namespace tatum::db {
class Databases;
class ModelRegistry;
}  // namespace tatum::db
namespace tatum::logging {
class Sink;
}
namespace tatum::http {
struct HttpSettings;
class Response;
}  // namespace tatum::http
namespace tatum::net {
class Handler;
}
namespace tatum::views {
struct ErrorHandlers;
}

namespace tatum::site {

class Operations;

/// What a Site takes besides the name of its settings file.
struct SiteOptions {
    /// The site's own files; null: those that tatum_site() has put into this executable, if any.
    const SiteBuild* build = nullptr;
    /// TOML in place of a settings file.
    std::optional<std::string> settings_text = {};
    /// Variables in place of the process's environment.
    std::optional<std::vector<std::pair<std::string, std::string>>> environment = {};
};

/// A web site: settings and apps made into something that answers requests and runs commands.
/// Neither copied nor moved. Configure it, then setup() (run() does), then it is immutable and any
/// thread may use it. Several live side by side in one process.
///
///     int main(int argc, char** argv) {
///         Site site{"settings.toml"};
///         site.install(admin::app, auth::app, products::app);
///         return site.run(argc, argv);
///     }
class Site final : public views::SiteServices {
public:
    /// Reads nothing yet: setup() reports what is wrong with the settings. `settings_file` is
    /// relative to the working directory; where there is no such file, the copy embedded in the
    /// executable is used, with DEBUG off unless the environment turns it on.
    explicit Site(std::string settings_file = "settings.toml", SiteOptions options = {});
    /// With settings made by code, for tests.
    explicit Site(Settings settings, SiteOptions options = {});
    ~Site() override;
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    // --- configuring ---

    /// Apps in order: the first wins where two have a template or a static file of one name.
    template <class... Apps>
    Site& install(const Apps&... apps) {
        (install_app(apps), ...);
        return *this;
    }
    Site& install_app(const App& app);
    /// The root urls; outlive the site. Without them each app's own urls are used.
    Site& urls(const urls::Urls& urls);
    Site& urls(urls::Urls&& urls);
    /// Adds to the middleware, inside of what is there. The standard ones come first, those of the
    /// apps last.
    Site& use(Shared<const middleware::Middleware> middleware);
    /// Starts with no middleware at all instead of the standard ones.
    Site& without_standard_middleware();
    /// Own pages for errors; views/error_pages.h.
    Site& handlers(views::ErrorHandlers handlers);
    Site& commands(std::vector<Command> commands);
    Site& checks(std::vector<Check> checks);
    Site& context_processors(std::vector<ContextProcessor> processors);
    /// Storages of the site's own, by the names that BACKEND of STORAGES may have.
    Site& storage_backends(files::StorageBackends backends);
    /// What apps attach to a site while it is configured, at most one value of each type: their
    /// signals, what is registered with them. Only read once requests are answered.
    http::Extensions& extensions() const;

    // --- running ---

    /// Runs the command that the arguments name, and returns the process's exit code. An error is
    /// one line on stderr.
    int run(int argc, char** argv);
    int run(std::span<const std::string> arguments, Output& out, Output& err);
    /// Reads the settings and opens the log, the first step of setup(). Throws
    /// ImproperlyConfigured.
    void load_settings();
    /// Makes everything ready; further calls change nothing. Throws ImproperlyConfigured.
    void setup();
    bool is_ready() const;
    /// Other settings for a site that is ready: middleware, urls, templates, static files and
    /// storages are made anew, databases and models stay. For tests; no request may be running.
    /// What was made before lives on with the site: a SiteScope of then keeps speaking of it.
    void replace_settings(Settings settings);

    /// Answers a request: middleware, urls, view. Never throws but for a client that has left. The
    /// site's slots are current meanwhile. After setup().
    http::Response handle(http::Request& request) const;
    /// The site for a net::Server; lives as long as the site.
    net::Handler& handler();
    /// Metrics and logs of the handler; for the framework's own commands.
    Operations& operations();

    // --- what it is made of; after setup() ---

    const Settings& settings() const override;
    const template_::Engine& templates() const override;
    const urls::Resolver& resolver() const override;
    const views::StaticFiles& static_files() const override;
    channels::Layer& channel_layer() const override;
    bool debug() const override;
    const http::HttpSettings& http_settings() const;
    /// The languages and their catalogs: those of the apps and of LOCALE_PATHS.
    const Translations& translations() const;
    const db::ModelRegistry& models() const;
    db::Databases& databases() const;
    logging::Sink& log() const;

    const std::vector<App>& apps() const;
    /// nullptr when it is not installed.
    const App* app(std::string_view label) const;
    /// The files that the executable was built with; may be null.
    const SiteBuild* build() const;
    /// All commands: the framework's, the apps', the site's own.
    CommandLine command_line() const;
    /// The checks' findings, the silenced ones left out, the most serious first.
    std::vector<CheckMessage> check(const CheckOptions& options = {}) const;

private:
    friend class SiteScope;
    struct Impl;
    Owned<Impl> impl_;
};

/// Makes a site current until the end of the block: settings, urls, databases, language, time zone,
/// log. For tests and for code that runs outside of requests and commands.
class SiteScope {
public:
    explicit SiteScope(const Site& site);
    ~SiteScope();
    SiteScope(const SiteScope&) = delete;
    SiteScope& operator=(const SiteScope&) = delete;

private:
    LocalScope settings_, time_zone_, language_, databases_, storages_, urls_, site_, templates_,
        log_;
};

/// The site whose request or command runs now. Throws ImproperlyConfigured where there is none.
const Site& current_site();

}  // namespace tatum::site

namespace tatum {
using site::Site;
using site::SiteOptions;
using site::SiteScope;
}  // namespace tatum
