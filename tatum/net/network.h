#pragma once

#include <tatum/base/result.h>
#include <tatum/net/address.h>

#include <string_view>
#include <vector>

namespace tatum::net {

/// A range of IP addresses, or all Unix sockets. A value.
class Network {
public:
    /// "10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1", "unix:" (every client of a Unix socket).
    /// Bits behind the prefix are ignored, as nginx does. Error net.E008 when it is none of these.
    static Result<Network> parse(std::string_view text);

    bool contains(const Address& address) const;

    friend bool operator==(const Network&, const Network&) = default;

private:
    Address first_;
    unsigned prefix_bits_ = 0;
};

using Networks = std::vector<Network>;

bool contains(const Networks& networks, const Address& address);

/// An IP address without port: "192.0.2.1", "2001:db8::1". Error net.E008.
Result<Address> parse_ip(std::string_view text, std::uint16_t port = 0);

}  // namespace tatum::net
