#pragma once

#include <tatum/base/owned.h>
#include <tatum/base/value.h>
#include <tatum/urls/captures.h>
#include <tatum/urls/errors.h>
#include <tatum/urls/urls.h>
#include <tatum/urls/view.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::urls {

namespace impl {
struct Leaf;
class Table;
}  // namespace impl

/// The route that a path leads to. Valid as long as the Resolver and the path that was resolved.
/// Attached to the request as an extension; `request.resolver_match` in templates.
class ResolverMatch {
public:
    static constexpr std::string_view kAttribute = "resolver_match";

    const View& view() const;
    /// All patterns along the way: "shop/<slug:shop>/<int:id>/".
    std::string_view route() const;
    std::string_view url_name() const;
    /// Namespaces and name, joined by ':'.
    std::string_view view_name() const;
    /// Outermost first.
    std::span<const std::string> namespaces() const;
    std::span<const std::string> app_names() const;
    /// All namespaces joined by ':'; what reverse() takes as current_app.
    std::string_view namespace_() const;

    const Captures& captures() const { return captures_; }
    /// Number `index` of the route's own captures, those of includes not counted.
    const Capture& own_capture(std::size_t index) const { return captures_[own_start_ + index]; }
    std::size_t own_capture_count() const { return captures_.size() - own_start_; }
    /// Extra arguments of the route and of the includes above it, the inner ones winning.
    const Dict& extra_kwargs() const;
    /// What the view gets: captures as typed values, then extra arguments. Made anew by each call.
    Kwargs kwargs() const;
    /// The captures of the route's own pattern only: Django's captured_kwargs.
    Dict captured_kwargs() const;

    http::Response operator()(http::Request& request) const { return view()(request, *this); }

private:
    friend class Resolver;
    friend class impl::Table;

    const impl::Leaf* leaf_ = nullptr;
    Captures captures_;
    std::size_t own_start_ = 0;
};

Value to_value(const ResolverMatch& match);

/// One line of a debug 404 page.
struct TriedPattern {
    std::string route;  ///< with the prefixes of its includes
    std::string name;   ///< with its namespaces
};

/// Arguments of reverse().
struct ReverseOptions {
    /// Which instance of an application is meant: "shop" or "eu:shop".
    std::string_view current_app = {};
    /// A query string: a Dict, whose lists give one pair an item. None: none.
    Value query = {};
    /// What follows '#', as it is. nullopt: none.
    std::optional<std::string_view> fragment = {};
    /// nullopt: where the current request's site is mounted, else "/".
    std::optional<std::string_view> script_prefix = {};
};

/// A system check's finding.
struct UrlFinding {
    bool is_error = false;
    Error error;  ///< code "urls.W001" and so on, message, hint
};

/// A site's urls, made ready: resolving walks a tree of literal prefixes and tries, in the order of
/// the lists, only routes whose literal start agrees. Immutable; any thread may use it.
class Resolver {
public:
    /// Throws ImproperlyConfigured for a pattern that cannot be used. Keeps `urls` by value; lists
    /// that were included by reference outlive it.
    explicit Resolver(Urls urls);
    ~Resolver();
    Resolver(Resolver&&) noexcept;
    Resolver& operator=(Resolver&&) noexcept;

    /// `path` is decoded and begins with '/' (Request::path_info()). The first route that matches,
    /// in Django's order; nullopt when there is none. The match views into `path`.
    std::optional<ResolverMatch> resolve(std::string_view path) const;
    /// What resolve() tries for `path`, for the debug page.
    std::vector<TriedPattern> tried(std::string_view path) const;

    /// The address of the route `name` ("app:name") with positional or named arguments, as Django:
    /// of several that fit, the last in the lists. Error urls.E404 says why there is none, in
    /// Django's words.
    Result<std::string> find_url(std::string_view name, const List& args, const Dict& kwargs,
                                 const ReverseOptions& options = {}) const;
    /// By the view function; error as above.
    Result<std::string> find_url(ViewKey view, const List& args, const Dict& kwargs,
                                 const ReverseOptions& options = {}) const;
    /// As find_url(). Throws NoReverseMatch.
    std::string reverse(std::string_view name, const List& args, const Dict& kwargs,
                        const ReverseOptions& options = {}) const;

    /// System checks urls.W001 to urls.W011 and 2_0.W001 over all lists. `append_slash`: the
    /// setting.
    enum class AppendSlash : bool { No, Yes };
    std::vector<UrlFinding> check(AppendSlash append_slash = AppendSlash::Yes) const;

    /// All routes in order, for the listurls command.
    std::vector<TriedPattern> routes() const;

private:
    Owned<const impl::Table> table_;
};

/// The resolver of the current site (Slot::Urls). Throws ImproperlyConfigured when there is none.
const Resolver& current_resolver();

}  // namespace tatum::urls

namespace tatum {
using urls::ResolverMatch;
}
