#include <tatum/http/hosts.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>

#include <algorithm>

namespace tatum::http {

namespace {

bool is_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), ascii::is_digit);
}

bool is_domain_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/// What stands between the brackets: hexadecimal groups, and a colon before any dot.
bool is_ipv6_like(std::string_view address) {
    const std::size_t colon = address.find(':');
    return colon != std::string_view::npos && colon + 1 < address.size() &&
           address.substr(0, colon).find('.') == std::string_view::npos &&
           address.find_first_not_of("0123456789abcdef.:") == std::string_view::npos;
}

}  // namespace

HostAndPort split_domain_port(std::string_view host) {
    std::string lowered = strings::ascii_lower(host);
    const std::string_view text(lowered);
    std::size_t end = 0;
    if (text.starts_with('[')) {
        end = text.find(']');
        if (end == std::string_view::npos || !is_ipv6_like(text.substr(1, end - 1))) return {};
        ++end;
    } else {
        while (end < text.size() && is_domain_character(text[end])) ++end;
        if (end == 0) return {};
    }
    const std::string_view rest = text.substr(end);
    if (!rest.empty() && (rest.size() < 2 || rest[0] != ':' || !is_digits(rest.substr(1))))
        return {};
    HostAndPort result;
    result.port = rest.substr(rest.empty() ? 0 : 1);
    lowered.resize(end);
    if (lowered.ends_with('.')) lowered.pop_back();
    result.domain = std::move(lowered);
    return result;
}

bool validate_host(std::string_view domain, std::span<const std::string> allowed_hosts) {
    return std::any_of(allowed_hosts.begin(), allowed_hosts.end(), [&](const std::string& allowed) {
        return allowed == "*" || uri::is_same_domain(domain, allowed);
    });
}

}  // namespace tatum::http
