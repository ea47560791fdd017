#include <tatum/net/address.h>

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>

namespace tatum::net {

namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Error malformed(std::string_view text) {
    return Error{.code = "net.E001",
                 .message = "\"" + std::string(text) + "\" is not an address to listen on",
                 .hint = "Write 127.0.0.1:8000, [::1]:8000, :8000 or unix:/run/site.sock."};
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view address) {
    std::uint16_t port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (fault != std::errc() || end != text.data() + text.size()) {
        return Error{.code = "net.E002",
                     .message = "the port \"" + std::string(text) + "\" of \"" +
                                std::string(address) + "\" is not a number from 0 to 65535"};
    }
    return port;
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
    if (text.starts_with(kUnixPrefix)) {
        const std::string_view path = text.substr(kUnixPrefix.size());
        constexpr std::size_t kPathBytesMax = sizeof(sockaddr_un::sun_path) - 1;
        if (path.empty() || path == "@" || path.size() > kPathBytesMax) return malformed(text);
        return unix_socket(path);
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return malformed(text);
    const std::string_view host = text.substr(0, colon);
    TATUM_TRY(const std::uint16_t port, parse_port(text.substr(colon + 1), text));
    if (host.empty() || host == "*") return ipv4({}, port);
    if (host == "localhost") return ipv4({127, 0, 0, 1}, port);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        std::array<std::uint8_t, 16> bytes{};
        if (inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(),
                      bytes.data()) != 1) {
            return malformed(text);
        }
        return ipv6(bytes, port);
    }
    std::array<std::uint8_t, 4> bytes{};
    if (inet_pton(AF_INET, std::string(host).c_str(), bytes.data()) != 1) return malformed(text);
    return ipv4(bytes, port);
}

Address Address::ipv4(std::array<std::uint8_t, 4> bytes, std::uint16_t port) {
    Address address;
    address.family_ = Family::Ipv4;
    address.port_ = port;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

Address Address::ipv6(std::array<std::uint8_t, 16> bytes, std::uint16_t port, std::uint32_t scope) {
    if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin())) {
        return ipv4({bytes[12], bytes[13], bytes[14], bytes[15]}, port);
    }
    Address address;
    address.family_ = Family::Ipv6;
    address.port_ = port;
    address.scope_ = scope;
    address.bytes_ = bytes;
    return address;
}

Address Address::unix_socket(std::string_view path) {
    Address address;
    address.family_ = Family::Unix;
    address.path_ = path;
    return address;
}

bool Address::is_loopback() const {
    if (family_ == Family::Ipv4) return bytes_[0] == 127;
    constexpr std::array<std::uint8_t, 16> kLoopback = {0, 0, 0, 0, 0, 0, 0, 0,
                                                        0, 0, 0, 0, 0, 0, 0, 1};
    return family_ == Family::Ipv6 && bytes_ == kLoopback;
}

std::string Address::ip() const {
    if (!is_ip()) return {};
    char text[INET6_ADDRSTRLEN];
    const int family = family_ == Family::Ipv4 ? AF_INET : AF_INET6;
    inet_ntop(family, bytes_.data(), text, sizeof text);
    return text;
}

std::string Address::str() const {
    switch (family_) {
        case Family::None:
            return {};
        case Family::Ipv4:
            return ip() + ":" + std::to_string(port_);
        case Family::Ipv6:
            return "[" + ip() + "]:" + std::to_string(port_);
        case Family::Unix:
            return std::string(kUnixPrefix) + path_;
    }
    return {};
}

}  // namespace tatum::net
