#include <tatum/net/public_address.h>

#include <algorithm>
#include <array>

namespace tatum::net {

namespace {

template <std::size_t N>
struct Block {
    std::array<std::uint8_t, N> first;
    unsigned bits;

    bool contains(const std::uint8_t* address) const {
        for (unsigned at = 0; at < bits; at += 8) {
            const unsigned used = std::min(8u, bits - at);
            const auto mask = static_cast<std::uint8_t>(0xFF00u >> used);
            if (((address[at / 8] ^ first[at / 8]) & mask) != 0) return false;
        }
        return true;
    }
};

constexpr Block<4> kNotPublic4[] = {
    {{0}, 8},                  // this network
    {{10}, 8},                 // private
    {{100, 64}, 10},           // shared by carriers
    {{127}, 8},                // this machine
    {{168, 63, 129, 16}, 32},  // Azure's services for its machines
    {{169, 254}, 16},          // link-local; 169.254.169.254 is the metadata of most clouds
    {{172, 16}, 12},           // private
    {{192, 0, 0}, 24},         // protocol assignments; Oracle's metadata
    {{192, 0, 2}, 24},         // documentation
    {{192, 88, 99}, 24},       // 6to4 relays
    {{192, 168}, 16},          // private
    {{198, 18}, 15},           // benchmarks
    {{198, 51, 100}, 24},      // documentation
    {{203, 0, 113}, 24},       // documentation
    {{224}, 3},                // multicast, reserved, broadcast
};

constexpr Block<16> kGlobal6 = {{0x20}, 3};
constexpr Block<16> kTranslated6 = {{0, 0x64, 0xFF, 0x9B}, 96};  // RFC 6052: IPv4 in the last bytes
constexpr Block<16> kNotPublic6[] = {
    {{0x20, 0x01}, 23},              // protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4, which hides an IPv4 address
    {{0x3F, 0xFF}, 20},              // documentation
};

bool is_public4(const std::uint8_t* bytes) {
    return std::none_of(std::begin(kNotPublic4), std::end(kNotPublic4),
                        [&](const auto& block) { return block.contains(bytes); });
}

}  // namespace

bool is_public(const Address& address) {
    const std::uint8_t* bytes = address.bytes().data();
    if (address.family() == Address::Family::Ipv4) return is_public4(bytes);
    if (address.family() != Address::Family::Ipv6) return false;
    if (kTranslated6.contains(bytes)) return is_public4(bytes + 12);
    return kGlobal6.contains(bytes) &&
           std::none_of(std::begin(kNotPublic6), std::end(kNotPublic6),
                        [&](const auto& block) { return block.contains(bytes); });
}

}  // namespace tatum::net
