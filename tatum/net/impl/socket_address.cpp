#include <tatum/net/impl/socket_address.h>

#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace tatum::net::impl {

SocketAddress::SocketAddress(const Address& address) {
    switch (address.family()) {
        case Address::Family::None:
            break;
        case Address::Family::Ipv4: {
            sockaddr_in ip{};
            ip.sin_family = AF_INET;
            ip.sin_port = htons(address.port());
            std::memcpy(&ip.sin_addr, address.bytes().data(), sizeof ip.sin_addr);
            std::memcpy(&storage, &ip, sizeof ip);
            length = sizeof ip;
            break;
        }
        case Address::Family::Ipv6: {
            sockaddr_in6 ip{};
            ip.sin6_family = AF_INET6;
            ip.sin6_port = htons(address.port());
            ip.sin6_scope_id = address.scope();
            std::memcpy(&ip.sin6_addr, address.bytes().data(), sizeof ip.sin6_addr);
            std::memcpy(&storage, &ip, sizeof ip);
            length = sizeof ip;
            break;
        }
        case Address::Family::Unix: {
            sockaddr_un local{};
            local.sun_family = AF_UNIX;
            const std::size_t size = std::min(address.path().size(), sizeof local.sun_path - 1);
            std::memcpy(local.sun_path, address.path().data(), size);
            // An abstract name begins with NUL and ends with its length.
            const bool abstract = local.sun_path[0] == '@';
            if (abstract) local.sun_path[0] = '\0';
            std::memcpy(&storage, &local, sizeof local);
            length =
                static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size + (abstract ? 0 : 1));
            break;
        }
    }
}

Address to_address(const sockaddr_storage& storage, socklen_t length) {
    if (storage.ss_family == AF_INET) {
        sockaddr_in ip{};
        std::memcpy(&ip, &storage, sizeof ip);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &ip.sin_addr, bytes.size());
        return Address::ipv4(bytes, ntohs(ip.sin_port));
    }
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 ip{};
        std::memcpy(&ip, &storage, sizeof ip);
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &ip.sin6_addr, bytes.size());
        return Address::ipv6(bytes, ntohs(ip.sin6_port), ip.sin6_scope_id);
    }
    if (storage.ss_family == AF_UNIX) {
        sockaddr_un local{};
        std::memcpy(&local, &storage, sizeof local);
        const std::size_t start = offsetof(sockaddr_un, sun_path);
        if (length <= start) return Address::unix_socket({});
        std::string path(local.sun_path, length - start);
        if (path[0] == '\0') {
            path[0] = '@';
        } else {
            path.resize(std::strlen(path.c_str()));
        }
        return Address::unix_socket(path);
    }
    return {};
}

Address local_address(int file) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (getsockname(file, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {};
    return to_address(storage, length);
}

}  // namespace tatum::net::impl
