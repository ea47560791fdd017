#include <tatum/http/origins.h>

#include <tatum/base/uri.h>
#include <tatum/http/errors.h>

#include <algorithm>

namespace tatum::http {

bool is_same_origin(const Request& request, std::string_view origin) {
    try {
        return origin == std::string(request.scheme()) + "://" + request.get_host();
    } catch (const DisallowedHost&) {
        return false;
    }
}

TrustedOrigins::TrustedOrigins(std::span<const std::string> entries, std::string_view setting) {
    for (const std::string& text : entries) {
        const auto parts = uri::split(text);
        if (!parts || parts->scheme.empty() || parts->netloc.empty()) {
            throw ImproperlyConfigured(std::string(setting) + ": \"" + text +
                                       "\" does not start with a scheme, as \"https://\"");
        }
        std::string host(parts->netloc);
        const bool wildcard = host.starts_with('*');
        if (wildcard) host.erase(0, 1);
        entries_.push_back({text, std::string(parts->scheme), std::move(host), wildcard});
    }
}

bool TrustedOrigins::has(std::string_view origin) const {
    for (const Entry& entry : entries_) {
        if (!entry.wildcard && entry.text == origin) return true;
    }
    const auto parts = uri::split(origin);
    if (!parts) return false;
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return entry.wildcard && entry.scheme == parts->scheme &&
               uri::is_same_domain(parts->netloc, entry.host);
    });
}

bool TrustedOrigins::has_host(std::string_view host_and_port) const {
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return uri::is_same_domain(host_and_port, entry.host);
    });
}

}  // namespace tatum::http
