#include <tatum/middleware/common.h>

#include <tatum/base/settings.h>
#include <tatum/base/uri.h>
#include <tatum/urls/resolver.h>

#include <re2/re2.h>

namespace tatum::middleware {

CommonOptions CommonOptions::from(const Settings& settings) {
    CommonOptions options;
    options.append_slash = settings.append_slash;
    options.prepend_www = settings.prepend_www;
    options.debug = settings.debug;
    const Value agents = settings.get("DISALLOWED_USER_AGENTS");
    if (agents.is_list()) {
        for (const Value& agent : agents.as_list()) {
            options.disallowed_user_agents.push_back(agent.str());
        }
    }
    return options;
}

struct CommonMiddleware::Impl {
    CommonOptions options;
    std::vector<std::unique_ptr<RE2>> disallowed_user_agents;

    /// Would the address with a slash lead to a view that lets it be added?
    bool needs_slash(const http::Request& request) const {
        const std::string_view path = request.path_info();
        if (!options.append_slash || path.ends_with('/')) return false;
        const urls::Resolver& resolver = urls::current_resolver();
        if (resolver.resolve(path)) return false;
        const std::string with_slash = std::string(path) + '/';
        const auto match = resolver.resolve(with_slash);
        return match && !match->view().has(urls::ViewFlags::NoAppendSlash);
    }

    std::string address_with_slash(const http::Request& request) const {
        const std::string path =
            uri::escape_leading_slashes(request.get_full_path(std::string(request.path()) + '/'));
        using enum http::Method;
        const http::Method method = request.method();
        if (options.debug &&
            (method == Post || method == Put || method == Patch || method == Delete)) {
            throw ImproperlyConfigured("A " + std::string(request.method_text()) + " came for " +
                                       std::string(request.path()) +
                                       ", which has no slash at its end. A redirect would lose "
                                       "what was sent. Send it to " +
                                       path + ", or turn APPEND_SLASH off.");
        }
        return path;
    }

    /// A function of its own, so that the response is made where it is returned.
    http::Response answer(http::Request& request, const Next& next) const;
};

CommonMiddleware::CommonMiddleware(CommonOptions options) {
    auto impl = std::make_unique<Impl>();
    for (const std::string& pattern : options.disallowed_user_agents) {
        auto compiled = std::make_unique<RE2>(pattern, RE2::Quiet);
        if (!compiled->ok()) {
            throw ImproperlyConfigured("DISALLOWED_USER_AGENTS: \"" + pattern +
                                       "\" is no regular expression: " + compiled->error());
        }
        impl->disallowed_user_agents.push_back(std::move(compiled));
    }
    impl->options = std::move(options);
    impl_ = std::move(impl);
}

CommonMiddleware::~CommonMiddleware() = default;

http::Response CommonMiddleware::process(http::Request& request, const Next& next) const {
    const Impl& impl = *impl_;
    if (!impl.disallowed_user_agents.empty()) {
        const std::string_view agent = request.header("User-Agent");
        for (const auto& pattern : impl.disallowed_user_agents) {
            if (RE2::PartialMatch(re2::StringPiece(agent.data(), agent.size()), *pattern)) {
                throw PermissionDenied("Forbidden user agent");
            }
        }
    }
    const std::string host = request.get_host();
    if (impl.options.prepend_www && !host.empty() && !host.starts_with("www.")) {
        const std::string path =
            impl.needs_slash(request) ? impl.address_with_slash(request) : request.get_full_path();
        return http::ResponsePermanentRedirect(std::string(request.scheme()) + "://www." + host +
                                               path);
    }
    return impl.answer(request, next);
}

http::Response CommonMiddleware::Impl::answer(http::Request& request, const Next& next) const {
    http::Response response = next(request);
    // Asked on the way out only, so that a request that finds its view is resolved once.
    if (response.status() == 404 && needs_slash(request)) {
        response = http::ResponsePermanentRedirect(address_with_slash(request));
    }
    return response;
}

}  // namespace tatum::middleware
