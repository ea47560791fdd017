#pragma once

#include <tatum/http/request.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The Origin header (RFC 6454): which site a browser's request was made by.
namespace tatum::http {

/// Is `origin` that of the request itself? False when ALLOWED_HOSTS does not have its host.
bool is_same_origin(const Request& request, std::string_view origin);

/// Origins of other sites that are trusted, in the form of CSRF_TRUSTED_ORIGINS:
/// "https://example.com", "https://*.example.com". Immutable.
class TrustedOrigins {
public:
    TrustedOrigins() = default;
    /// Throws ImproperlyConfigured for an entry without a scheme; `setting` is where it stands.
    TrustedOrigins(std::span<const std::string> entries, std::string_view setting);

    bool has(std::string_view origin) const;
    /// Is the host of one of them, whatever its scheme?
    bool has_host(std::string_view host_and_port) const;

private:
    struct Entry {
        std::string text, scheme, host;  ///< `host` is ".example.com" for a wildcard
        bool wildcard = false;
    };
    std::vector<Entry> entries_;
};

}  // namespace tatum::http
