#include <tatum/base/ip_address.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace tatum::ip {

namespace {

using Hextets = std::array<std::uint16_t, 8>;

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
    std::uint32_t address = 0;
    int parts = 0;
    for (const std::string_view part : strings::split(text, ".")) {
        if (++parts > 4 || part.empty() || part.size() > 3) return std::nullopt;
        if (part.size() > 1 && part[0] == '0') return std::nullopt;
        std::uint32_t number = 0;
        for (const char c : part) {
            if (!ascii::is_digit(c)) return std::nullopt;
            number = number * 10 + static_cast<std::uint32_t>(c - '0');
        }
        if (number > 255) return std::nullopt;
        address = address << 8 | number;
    }
    return parts == 4 ? std::optional(address) : std::nullopt;
}

/// The numbers of "1:2:a.b.c.d" into `out`, of which there is room for 8; nullopt for anything
/// else. Nothing at all is no numbers.
std::optional<std::size_t> parse_hextets(std::string_view text, Hextets& out) {
    if (text.empty()) return 0;
    std::size_t count = 0;
    const auto parts = strings::split(text, ":");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
            const auto four = parse_ipv4(parts[i]);
            if (!four || count + 2 > out.size()) return std::nullopt;
            out[count++] = static_cast<std::uint16_t>(*four >> 16);
            out[count++] = static_cast<std::uint16_t>(*four & 0xFFFF);
            continue;
        }
        if (parts[i].empty() || parts[i].size() > 4 || count == out.size()) return std::nullopt;
        unsigned number = 0;
        for (const char c : parts[i]) {
            if (!ascii::is_hex(c)) return std::nullopt;
            number = number * 16 + static_cast<unsigned>(ascii::hex_digit(c));
        }
        out[count++] = static_cast<std::uint16_t>(number);
    }
    return count;
}

std::optional<Hextets> parse_ipv6(std::string_view text) {
    if (strings::length(text) > kIpv6LengthMax) return std::nullopt;
    if (text.find('/') != std::string_view::npos) return std::nullopt;
    if (const auto percent = text.find('%'); percent != std::string_view::npos) {
        const std::string_view zone = text.substr(percent + 1);
        if (zone.empty() || zone.find('%') != std::string_view::npos) return std::nullopt;
        text = text.substr(0, percent);
    }
    Hextets address = {};
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto count = parse_hextets(text, address);
        return count == address.size() ? std::optional(address) : std::nullopt;
    }
    const std::string_view start = text.substr(0, gap), end = text.substr(gap + 2);
    if (start.find('.') != std::string_view::npos) return std::nullopt;
    Hextets last = {};
    const auto before = parse_hextets(start, address), after = parse_hextets(end, last);
    if (!before || !after || *before + *after >= address.size()) return std::nullopt;
    for (std::size_t i = *before; i < address.size(); ++i) address[i] = 0;
    for (std::size_t i = 0; i < *after; ++i) address[address.size() - *after + i] = last[i];
    return address;
}

void append_number(std::string& out, unsigned number, int base) {
    std::array<char, 8> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

std::string ipv4_of(const Hextets& address) {
    std::string text;
    for (const std::uint16_t half : {address[6], address[7]}) {
        if (!text.empty()) text += '.';
        append_number(text, half >> 8U, 10);
        text += '.';
        append_number(text, half & 0xFFU, 10);
    }
    return text;
}

bool is_ipv4_mapped(const Hextets& address) {
    for (std::size_t i = 0; i < 5; ++i) {
        if (address[i] != 0) return false;
    }
    return address[5] == 0xFFFF;
}

/// RFC 5952 §4: the longest run of zeros, the first of equal ones, is "::"; one zero is none.
std::string shortest(const Hextets& address) {
    std::size_t run_start = 0, run_length = 1;
    for (std::size_t i = 0; i < address.size(); ++i) {
        std::size_t end = i;
        while (end < address.size() && address[end] == 0) ++end;
        if (end - i > run_length) run_start = i, run_length = end - i;
    }
    std::string text;
    for (std::size_t i = 0; i < address.size();) {
        if (run_length > 1 && i == run_start) {
            text += "::";
            i += run_length;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        append_number(text, address[i++], 16);
    }
    return text;
}

}  // namespace

bool is_ipv4(std::string_view text) { return parse_ipv4(text).has_value(); }
bool is_ipv6(std::string_view text) { return parse_ipv6(text).has_value(); }

std::optional<std::string> clean_ipv6(std::string_view text, UnpackIpv4 unpack) {
    const auto address = parse_ipv6(text);
    if (!address) return std::nullopt;
    if (!is_ipv4_mapped(*address)) return shortest(*address);
    return unpack == UnpackIpv4::Yes ? ipv4_of(*address) : "::ffff:" + ipv4_of(*address);
}

}  // namespace tatum::ip
