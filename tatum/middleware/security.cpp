#include <tatum/middleware/security.h>

#include <tatum/base/settings.h>
#include <tatum/views/response_flags.h>

#include <re2/re2.h>

#include <algorithm>
#include <string_view>

namespace tatum::middleware {

SecurityOptions SecurityOptions::from(const Settings& settings) {
    SecurityOptions options;
    options.content_type_nosniff = settings.secure_content_type_nosniff;
    options.cross_origin_opener_policy = settings.secure_cross_origin_opener_policy;
    options.hsts_seconds = settings.secure_hsts_seconds;
    options.hsts_include_subdomains = settings.secure_hsts_include_subdomains;
    options.hsts_preload = settings.secure_hsts_preload;
    options.redirect_exempt = settings.secure_redirect_exempt;
    options.referrer_policy = settings.secure_referrer_policy;
    options.ssl_host = settings.secure_ssl_host;
    options.ssl_redirect = settings.secure_ssl_redirect;
    return options;
}

struct SecurityMiddleware::Impl {
    SecurityOptions options;
    std::optional<http::HeaderLine> hsts;
    std::vector<http::HeaderLine> lines;  ///< of every response
    std::vector<std::unique_ptr<RE2>> redirect_exempt;

    bool is_exempt(std::string_view path) const {
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
        for (const auto& pattern : redirect_exempt) {
            if (RE2::PartialMatch(re2::StringPiece(path.data(), path.size()), *pattern))
                return true;
        }
        return false;
    }

    /// A function of its own, so that the response is made where it is returned.
    http::Response answer(http::Request& request, const Next& next) const {
        http::Response response = next(request);
        if (hsts && request.is_secure()) response.headers.setdefault(*hsts);
        for (const http::HeaderLine& line : lines) response.headers.setdefault(line);
        return response;
    }
};

SecurityMiddleware::SecurityMiddleware(SecurityOptions options) {
    auto impl = std::make_unique<Impl>();
    if (options.hsts_seconds > 0) {
        std::string hsts = "max-age=" + std::to_string(options.hsts_seconds);
        if (options.hsts_include_subdomains) hsts += "; includeSubDomains";
        if (options.hsts_preload) hsts += "; preload";
        impl->hsts.emplace("Strict-Transport-Security", hsts);
    }
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) impl->lines.emplace_back(name, value);
    };
    if (options.content_type_nosniff) add("X-Content-Type-Options", "nosniff");
    std::string referrer_policy = options.referrer_policy;
    std::erase(referrer_policy, ' ');
    add("Referrer-Policy", referrer_policy);
    add("Cross-Origin-Opener-Policy", options.cross_origin_opener_policy);
    for (const std::string& pattern : options.redirect_exempt) {
        auto compiled = std::make_unique<RE2>(pattern, RE2::Quiet);
        if (!compiled->ok()) {
            throw ImproperlyConfigured("SECURE_REDIRECT_EXEMPT: \"" + pattern +
                                       "\" is no regular expression: " + compiled->error());
        }
        impl->redirect_exempt.push_back(std::move(compiled));
    }
    impl->options = std::move(options);
    impl_ = std::move(impl);
}

SecurityMiddleware::~SecurityMiddleware() = default;

http::Response SecurityMiddleware::process(http::Request& request, const Next& next) const {
    const SecurityOptions& options = impl_->options;
    if (options.ssl_redirect && !request.is_secure() && !impl_->is_exempt(request.path())) {
        const std::string host = options.ssl_host.empty() ? request.get_host() : options.ssl_host;
        return http::ResponsePermanentRedirect("https://" + host + request.get_full_path());
    }
    return impl_->answer(request, next);
}

http::Response XFrameOptionsMiddleware::process(http::Request& request, const Next& next) const {
    http::Response response = next(request);
    if (response.extensions.find<views::XFrameOptionsExempt>() == nullptr) {
        response.headers.setdefault(line_);
    }
    return response;
}

}  // namespace tatum::middleware
