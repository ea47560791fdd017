#pragma once

#include <tatum/base/value.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tatum::template_ {

/// What tags need from the layers above: addresses, static files, the cache. The views layer
/// implements it; every member has a default for templates that are rendered on their own. Called
/// while rendering, by any thread.
class Environment {
public:
    virtual ~Environment() = default;

    /// The address of a named view, for `{% url %}`. `kwargs` is empty when `args` are given.
    /// `current_app` prefers an instance of a namespace; may be empty. An error means that there
    /// is no match, and its message says what was tried.
    virtual Result<std::string> reverse(std::string_view view_name, std::span<const Value> args,
                                        const Dict& kwargs, std::string_view current_app) const;

    /// For `{% static %}`: the address of a static file, with a hashed name where the site has one.
    /// The default joins static_prefix() and `path`, percent-encoding what needs it.
    virtual std::string static_url(std::string_view path) const;
    /// `{% get_static_prefix %}` and `{% get_media_prefix %}`; by default "/static/" and "/media/".
    virtual std::string static_prefix() const;
    virtual std::string media_prefix() const;

    /// `{% cache %}`: the stored fragment, or nullopt. `cache` names one of the site's caches,
    /// empty for the one that serves template fragments. `nullopt` as `timeout_seconds` keeps the
    /// fragment until the cache drops it. The defaults store nothing.
    virtual std::optional<std::string> fragment_get(std::string_view cache,
                                                    std::string_view key) const;
    virtual void fragment_set(std::string_view cache, std::string_view key,
                              std::string_view fragment,
                              std::optional<std::int64_t> timeout_seconds) const;
    /// Whether the site has a cache of this name; asked when a tag names one.
    virtual bool has_cache(std::string_view cache) const;

    /// The request's query string for `{% querystring %}`: a QueryDict as a Value of key and list
    /// pairs, or None. The default reads `request.GET`.
    virtual Value query_of(const Value& request) const;
};

}  // namespace tatum::template_
