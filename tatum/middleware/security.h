#pragma once

#include <tatum/middleware/middleware.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tatum {
struct Settings;
}

namespace tatum::middleware {

/// The SECURE_* settings, with Django's defaults.
struct SecurityOptions {
    bool content_type_nosniff = true;
    /// Empty: no header.
    std::string cross_origin_opener_policy = "same-origin";
    /// Seconds; 0: no Strict-Transport-Security.
    std::int64_t hsts_seconds = 0;
    bool hsts_include_subdomains = false;
    bool hsts_preload = false;
    /// Regular expressions of paths without the first '/' that may be asked for by http.
    std::vector<std::string> redirect_exempt;
    /// Policies in order of preference, separated by commas; empty: no header.
    std::string referrer_policy = "same-origin";
    /// Where to send those who come by http; empty: the host they asked for.
    std::string ssl_host;
    bool ssl_redirect = false;

    static SecurityOptions from(const Settings& settings);
};

/// Redirects to https and adds the headers that keep browsers from being too helpful: Django's
/// SecurityMiddleware. Throws ImproperlyConfigured when an exempt pattern is malformed.
class SecurityMiddleware final : public Middleware {
public:
    explicit SecurityMiddleware(SecurityOptions options = {});
    ~SecurityMiddleware() override;
    http::Response process(http::Request& request, const Next& next) const override;

private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

/// X-Frame-Options, unless the response is exempt (views::xframe_options_exempt) or has its own.
class XFrameOptionsMiddleware final : public Middleware {
public:
    explicit XFrameOptionsMiddleware(std::string_view value = "DENY")
        : line_("X-Frame-Options", value) {}
    http::Response process(http::Request& request, const Next& next) const override;

private:
    http::HeaderLine line_;
};

}  // namespace tatum::middleware
