#pragma once

#include <span>
#include <string>
#include <string_view>

/// The Host header (RFC 9110 §7.2) and ALLOWED_HOSTS.
namespace tatum::http {

struct HostAndPort {
    std::string domain;  ///< in lower case, without a final dot; an IPv6 address with its brackets
    std::string port;    ///< digits, or empty
};

/// Both empty when `host` is no host.
HostAndPort split_domain_port(std::string_view host);

/// Does one of `allowed_hosts` match? Each is a host, ".example.com" for a domain and all below it,
/// or "*". `domain` comes from split_domain_port().
bool validate_host(std::string_view domain, std::span<const std::string> allowed_hosts);

}  // namespace tatum::http
