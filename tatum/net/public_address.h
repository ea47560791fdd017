#pragma once

#include <tatum/net/address.h>

namespace tatum::net {

/// Is this an address on the open internet (RFC 6890 and IANA's special-purpose registries)? Not:
/// this machine, private and shared networks, link-local ones with the metadata services of clouds,
/// multicast, documentation, and IPv6 forms that hide such an IPv4 address.
bool is_public(const Address& address);

}  // namespace tatum::net
