#pragma once

#include <tatum/net/address.h>

#include <sys/socket.h>

namespace tatum::net::impl {

/// An Address as the kernel takes it.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;

    SocketAddress() = default;
    explicit SocketAddress(const Address& address);
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address to_address(const sockaddr_storage& storage, socklen_t length);

/// Of an open socket; none if the kernel does not say.
Address local_address(int file);

}  // namespace tatum::net::impl
