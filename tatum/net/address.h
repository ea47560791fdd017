#pragma once

#include <tatum/base/result.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tatum::net {

/// Where a socket listens or who is at its other end. A value.
class Address {
public:
    enum class Family : std::uint8_t { None, Ipv4, Ipv6, Unix };

    Address() = default;

    /// "127.0.0.1:8000", "[::1]:8000", ":8000" (all interfaces), "localhost:8000",
    /// "unix:/run/site.sock", "unix:@name" (Linux's abstract namespace).
    /// Errors: net.E001 when it is none of these, net.E002 when the port is not 0 to 65535.
    static Result<Address> parse(std::string_view text);
    static Address ipv4(std::array<std::uint8_t, 4> bytes, std::uint16_t port);
    static Address ipv6(std::array<std::uint8_t, 16> bytes, std::uint16_t port,
                        std::uint32_t scope = 0);
    static Address unix_socket(std::string_view path);

    Family family() const { return family_; }
    bool is_ip() const { return family_ == Family::Ipv4 || family_ == Family::Ipv6; }
    bool is_loopback() const;
    /// The address without port: "127.0.0.1", "2001:db8::1"; an IPv4 client of an IPv6 socket
    /// prints as IPv4. Empty for Unix sockets.
    std::string ip() const;
    std::uint16_t port() const { return port_; }
    /// Of a Unix socket; an abstract name begins with '@'. Empty for IP, and for a client's unnamed
    /// socket.
    const std::string& path() const { return path_; }
    std::uint32_t scope() const { return scope_; }
    /// Network order. IPv4 takes the first four; a mapped IPv4 address counts as Ipv4.
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

    /// As parse() reads it.
    std::string str() const;

    friend bool operator==(const Address&, const Address&) = default;

private:
    Family family_ = Family::None;
    std::uint16_t port_ = 0;
    std::uint32_t scope_ = 0;
    std::array<std::uint8_t, 16> bytes_{};
    std::string path_;
};

}  // namespace tatum::net
