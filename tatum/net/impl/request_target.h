#pragma once

#include <tatum/net/exchange.h>
#include <tatum/net/impl/head_scanner.h>
#include <tatum/net/server.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace tatum::net::impl {

/// Longer than any method in use. RFC 9112 §3: 501.
inline constexpr std::size_t kMethodBytesMax = 32;

/// What HTTP/1 and HTTP/2 ask of a request's method and target (RFC 9110 §7.1, RFC 9112 §3.2).
/// Fills path and query of `head` from its target, and host where the target is absolute. The fault
/// when it cannot stand.
std::optional<ParseFault> read_target(RequestHead& head, const ServerLimits& limits);

/// uri-host [":" port] of RFC 3986 §3.2.2, and not empty.
bool is_valid_host(std::string_view host);

}  // namespace tatum::net::impl
