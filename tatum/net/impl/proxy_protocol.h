#pragma once

#include <tatum/net/address.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace tatum::net::impl {

/// Of the header, its type-length-value fields included. HAProxy's own are far shorter.
inline constexpr std::size_t kProxyHeaderBytesMax = 4096;

/// What a PROXY header says (haproxy.org/download/2.6/doc/proxy-protocol.txt).
struct ProxyHeader {
    /// Who the client is; nullopt: not told (LOCAL, UNKNOWN, or a family other than IP), and the
    /// connection's own peer stands.
    std::optional<Address> source;
    bool tls = false;  ///< the client came to the proxy by TLS
};

struct ProxyParse {
    enum class State { NeedMore, Done, Fault };
    State state = State::NeedMore;
    std::size_t bytes = 0;  ///< length of the header when Done
    ProxyHeader header;
    std::string_view fault;  ///< for logs
};

/// Reads a header of version 1 or 2 at the beginning of `bytes`. Nothing else passes: a connection
/// that does not begin with one is not from the proxy.
ProxyParse parse_proxy_header(std::string_view bytes);

}  // namespace tatum::net::impl
