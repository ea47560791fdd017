#include <tatum/net/impl/proxy_protocol.h>

#include <tatum/net/network.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace tatum::net::impl {

namespace {

using State = ProxyParse::State;

// --- version 1, §2.1 -----------------------------------------------------------------------------

constexpr std::string_view kPrefixV1 = "PROXY ";
constexpr std::size_t kProxyLineBytesMax = 107;  // with its CR LF

ProxyParse fault(std::string_view text) { return {.state = State::Fault, .fault = text}; }

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool zero_padded = text.size() > 1 && text[0] == '0';
    if (error != std::errc() || end != text.data() + text.size() || zero_padded) return {};
    return port;
}

/// The next word of `line`, which words are parted by exactly one space in.
std::string_view take_word(std::string_view& line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, space);
    line.remove_prefix(std::min(space + 1, line.size()));
    return word;
}

ProxyParse parse_v1(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, kProxyLineBytesMax).find("\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() >= kProxyLineBytesMax) return fault("a PROXY line without an end");
        return {};
    }
    ProxyParse done{.state = State::Done, .bytes = end + 2};
    std::string_view line = bytes.substr(kPrefixV1.size(), end - kPrefixV1.size());
    const std::string_view protocol = take_word(line);
    if (protocol == "UNKNOWN") return done;
    const std::string_view source = take_word(line);
    const std::string_view destination = take_word(line);
    const auto source_port = parse_port(take_word(line));
    const auto destination_port = parse_port(line);
    const auto from = parse_ip(source, source_port.value_or(0));
    const auto to = parse_ip(destination);
    const bool is_v4 = protocol == "TCP4";
    const bool known = is_v4 || protocol == "TCP6";
    // IPv4 addresses have no colon, and a mapped one counts as IPv4 all the same.
    const auto fits = [&](std::string_view text) {
        return (text.find(':') == std::string_view::npos) == is_v4;
    };
    if (!known || !from || !to || !fits(source) || !fits(destination) || !source_port ||
        !destination_port) {
        return fault("a malformed PROXY line");
    }
    done.header.source = *from;
    return done;
}

// --- version 2, §2.2 -----------------------------------------------------------------------------

constexpr std::string_view kSignature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t kFixedBytes = 16;
constexpr std::size_t kIpv4Bytes = 12;
constexpr std::size_t kIpv6Bytes = 36;
constexpr std::size_t kUnixBytes = 216;
constexpr std::uint8_t kTypeCrc32c = 0x03;
constexpr std::uint8_t kTypeSsl = 0x20;
constexpr std::uint8_t kClientSsl = 0x01;

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

std::uint16_t short_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint16_t>(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

/// Castagnoli's CRC (RFC 3720 §B.4), with the four bytes at `hole` taken for zero.
std::uint32_t crc32c(std::string_view bytes, std::size_t hole) {
    constexpr std::uint32_t kPolynomial = 0x82f63b78;
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        crc ^= i >= hole && i < hole + 4 ? 0u : byte_at(bytes, i);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? kPolynomial : 0);
    }
    return ~crc;
}

/// The fields behind the addresses, §2.2.1. `start`: where they begin in `header`.
std::string_view read_fields(std::string_view header, std::size_t start, ProxyHeader& into) {
    while (start < header.size()) {
        if (header.size() - start < 3) return "a PROXY field that is cut short";
        const std::uint8_t type = byte_at(header, start);
        const std::size_t length = short_at(header, start + 1);
        start += 3;
        if (length > header.size() - start) return "a PROXY field longer than its header";
        if (type == kTypeSsl && length >= 5) into.tls = (byte_at(header, start) & kClientSsl) != 0;
        if (type == kTypeCrc32c) {
            if (length != 4) return "a PROXY checksum of a wrong length";
            const std::uint32_t told = static_cast<std::uint32_t>(short_at(header, start)) << 16 |
                                       short_at(header, start + 2);
            if (told != crc32c(header, start)) return "a PROXY header whose checksum is wrong";
        }
        start += length;
    }
    return {};
}

template <std::size_t N>
std::array<std::uint8_t, N> bytes_at(std::string_view bytes, std::size_t index) {
    std::array<std::uint8_t, N> result;
    std::memcpy(result.data(), bytes.data() + index, N);
    return result;
}

ProxyParse parse_v2(std::string_view bytes) {
    if (bytes.size() < kFixedBytes) return {};
    const std::uint8_t version_and_command = byte_at(bytes, 12);
    const std::uint8_t family = byte_at(bytes, 13) >> 4, transport = byte_at(bytes, 13) & 15;
    const std::size_t length = kFixedBytes + short_at(bytes, 14);
    if (version_and_command >> 4 != 2) return fault("a PROXY header of an unknown version");
    const std::uint8_t command = version_and_command & 15;
    if (command > 1) return fault("a PROXY header with an unknown command");
    if (length > kProxyHeaderBytesMax) return fault("a PROXY header that is too long");
    if (bytes.size() < length) return {};
    const std::string_view header = bytes.substr(0, length);
    ProxyParse done{.state = State::Done, .bytes = length};
    if (command == 0) return done;  // LOCAL: the proxy's own, a health check
    if (family > 3 || transport > 2) return fault("a PROXY header of an unknown family");
    if (family == 0) return done;  // UNSPEC: nothing that follows is to be heeded

    std::size_t addresses = 0;
    if (family == 1) addresses = kIpv4Bytes;
    if (family == 2) addresses = kIpv6Bytes;
    if (family == 3) addresses = kUnixBytes;
    if (length - kFixedBytes < addresses) return fault("a PROXY header without its addresses");
    if (family == 1) {
        done.header.source = Address::ipv4(bytes_at<4>(header, 16), short_at(header, 24));
    } else if (family == 2) {
        done.header.source = Address::ipv6(bytes_at<16>(header, 16), short_at(header, 48));
    }
    const std::string_view wrong = read_fields(header, kFixedBytes + addresses, done.header);
    if (!wrong.empty()) return fault(wrong);
    return done;
}

bool may_begin(std::string_view bytes, std::string_view with) {
    const std::size_t both = std::min(bytes.size(), with.size());
    return bytes.substr(0, both) == with.substr(0, both);
}

}  // namespace

ProxyParse parse_proxy_header(std::string_view bytes) {
    if (may_begin(bytes, kPrefixV1)) {
        return bytes.size() < kPrefixV1.size() ? ProxyParse{} : parse_v1(bytes);
    }
    if (may_begin(bytes, kSignature)) {
        return bytes.size() < kSignature.size() ? ProxyParse{} : parse_v2(bytes);
    }
    return fault("no PROXY header");
}

}  // namespace tatum::net::impl
