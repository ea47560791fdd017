#include <tatum/net/network.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace tatum::net {

namespace {

Error no_network(std::string_view text) {
    return Error{.code = "net.E008",
                 .message = "\"" + std::string(text) + "\" is no address and no network",
                 .hint = "Write 192.0.2.1, 10.0.0.0/8, 2001:db8::/32 or unix:."};
}

}  // namespace

Result<Address> parse_ip(std::string_view text, std::uint16_t port) {
    char buffer[INET6_ADDRSTRLEN + 1];
    if (text.empty() || text.size() >= sizeof buffer) return no_network(text);
    std::memcpy(buffer, text.data(), text.size());
    buffer[text.size()] = '\0';
    if (std::memchr(buffer, '\0', text.size()) != nullptr) return no_network(text);
    std::array<std::uint8_t, 4> four{};
    if (inet_pton(AF_INET, buffer, four.data()) == 1) return Address::ipv4(four, port);
    std::array<std::uint8_t, 16> sixteen{};
    if (inet_pton(AF_INET6, buffer, sixteen.data()) == 1) return Address::ipv6(sixteen, port);
    return no_network(text);
}

Result<Network> Network::parse(std::string_view text) {
    Network network;
    if (text == "unix:") {
        network.first_ = Address::unix_socket({});
        return network;
    }
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto address = parse_ip(text.substr(0, slash));
    if (!address) return no_network(text);
    network.first_ = *address;
    const unsigned bits = address->family() == Address::Family::Ipv4 ? 32 : 128;
    network.prefix_bits_ = bits;
    if (slash < text.size()) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, fault] =
            std::from_chars(digits.data(), digits.data() + digits.size(), network.prefix_bits_);
        if (fault != std::errc() || end != digits.data() + digits.size() ||
            network.prefix_bits_ > bits) {
            return no_network(text);
        }
    }
    return network;
}

bool Network::contains(const Address& address) const {
    if (address.family() != first_.family()) return false;
    if (!address.is_ip()) return true;
    const std::size_t whole = prefix_bits_ / 8;
    const auto& ours = first_.bytes();
    const auto& theirs = address.bytes();
    if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(whole),
                    theirs.begin())) {
        return false;
    }
    const unsigned rest = prefix_bits_ % 8;
    return rest == 0 || ((ours[whole] ^ theirs[whole]) >> (8 - rest)) == 0;
}

bool contains(const Networks& networks, const Address& address) {
    return std::ranges::any_of(networks, [&](const Network& n) { return n.contains(address); });
}

}  // namespace tatum::net
