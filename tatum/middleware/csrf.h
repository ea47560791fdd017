#pragma once

#include <tatum/middleware/middleware.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tatum {
struct Settings;
}

namespace tatum::middleware {

/// The CSRF_* settings, with Django's defaults.
struct CsrfOptions {
    std::string cookie_name = "csrftoken";
    std::int64_t cookie_age = 31'449'600;  ///< seconds; 0: until the browser is closed
    std::string cookie_domain;
    std::string cookie_path = "/";
    std::string cookie_samesite = "Lax";
    bool cookie_secure = false;
    bool cookie_httponly = false;
    /// The secret is in the session (views::CsrfStore) and in no cookie.
    bool use_sessions = false;
    /// As a header is called on the wire: "X-CSRFToken".
    std::string header_name = "X-CSRFToken";
    /// "https://example.com" and "https://*.example.com".
    std::vector<std::string> trusted_origins;
    /// False: only views with csrf_protect are checked.
    bool check_all = true;

    static CsrfOptions from(const Settings& settings);
};

// Why a request is refused; for the log, and for the page in debug mode. Django's texts.
namespace csrf_reasons {
inline constexpr std::string_view kBadOrigin =
    "Origin checking failed - {} does not match any trusted origins.";
inline constexpr std::string_view kNoReferer = "Referer checking failed - no Referer.";
inline constexpr std::string_view kBadReferer =
    "Referer checking failed - {} does not match any trusted origins.";
inline constexpr std::string_view kNoCookie = "CSRF cookie not set.";
inline constexpr std::string_view kTokenMissing = "CSRF token missing.";
inline constexpr std::string_view kMalformedReferer =
    "Referer checking failed - Referer is malformed.";
inline constexpr std::string_view kInsecureReferer =
    "Referer checking failed - Referer is insecure while host is secure.";
}  // namespace csrf_reasons

/// Refuses requests that change something and do not prove that they come from a page of this site:
/// Django's CsrfViewMiddleware. GET, HEAD, OPTIONS and TRACE pass (RFC 9110 §9.2.1); others need
/// the cookie's secret in the form's field `csrfmiddlewaretoken` or in a header, and a right Origin
/// or (over https) Referer.
class CsrfViewMiddleware final : public Middleware {
public:
    explicit CsrfViewMiddleware(CsrfOptions options = {});
    ~CsrfViewMiddleware() override;
    http::Response process(http::Request& request, const Next& next) const override;
    std::optional<http::Response> process_view(http::Request& request) const override;
    bool has_process_view() const override { return true; }

private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

}  // namespace tatum::middleware
