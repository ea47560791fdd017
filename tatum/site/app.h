#pragma once

#include <tatum/base/function.h>
#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/db/fwd.h>
#include <tatum/site/checks.h>
#include <tatum/site/command.h>
#include <tatum/views/app_files.h>

#include <string>
#include <vector>

namespace tatum::template_ {
class Library;
}
namespace tatum::http {
class Request;
}
namespace tatum::middleware {
class Middleware;
}
namespace tatum::urls {
class Urls;
}

namespace tatum::site {

class Site;
class Migrated;

/// Variables for every template that is rendered for a request. Django's context processor.
using ContextProcessor = Function<Dict(http::Request&)>;

/// What an app brings along for another app, of which the site knows nothing: its classes for the
/// admin, for instance. The other app finds it among those of Site::apps() by its type.
class Extension {
public:
    virtual ~Extension() = default;

protected:
    Extension() = default;
    Extension(const Extension&) = default;
    Extension& operator=(const Extension&) = default;
};

/// An app: what a folder of models, views, urls and templates brings to a site. A value; main()
/// installs it.
///
///     const App app{
///         .label = "products",
///         .models = models<Category, Product>(),
///         .urls = &urls,
///         .files = &products_files,
///     };
struct App {
    /// One word; the first part of table names. Two apps of a site have different ones.
    std::string label;
    /// For people; made from the label when empty.
    std::string verbose_name = {};
    /// Made by models<...>().
    std::vector<const db::ModelType*> models = {};
    /// The kind of keys that models do not declare: "AutoField". Empty: DEFAULT_AUTO_FIELD.
    std::string default_auto_field = {};
    /// Outlives the site. Used where the site has no urls of its own, below `url_prefix`.
    const urls::Urls* urls = nullptr;
    std::string url_prefix = {};
    /// Templates, static files, migrations, fixtures: tatum_app() (CMake) makes them. May be null.
    const AppFiles* files = nullptr;
    /// For `{% load %}`; outlive the site.
    std::vector<const template_::Library*> template_libraries = {};
    /// Names of libraries that every template has without loading them.
    std::vector<std::string> template_builtins = {};
    std::vector<ContextProcessor> context_processors = {};
    /// Made when the site starts, in the order of installation; they lie innermost.
    std::vector<Function<Shared<const middleware::Middleware>(const Site&)>> middleware = {};
    /// The same, around the standard ones and those of Site::use(), which find there what it
    /// attaches to requests.
    std::vector<Function<Shared<const middleware::Middleware>(const Site&)>> outer_middleware = {};
    std::vector<Command> commands = {};
    std::vector<Check> checks = {};
    /// Outlive the site.
    std::vector<const Extension*> extensions = {};
    /// Called once, when all apps are installed: connects signals, checks nothing.
    Function<void(Site&)> on_ready = {};
    /// Called when a database has been migrated or flushed, even if there was nothing to do: makes
    /// the rows that the app cannot be without. Django's post_migrate. In the order of
    /// installation; may be called again at any time, by several processes at once. See
    /// site/migrations.h.
    Function<void(const Migrated&)> on_migrated = {};

    /// verbose_name, or Django's from the label: "Products".
    std::string title() const;

    ~App();
};

}  // namespace tatum::site

namespace tatum {
using site::App;
}
