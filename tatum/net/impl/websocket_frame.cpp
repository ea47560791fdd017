#include <tatum/net/impl/websocket_frame.h>

#include <cstring>

namespace tatum::net::impl {

void append_frame_header(std::string& out, Opcode opcode, std::uint64_t length,
                         Compressed compressed) {
    constexpr std::uint8_t kFin = 0x80, kRsv1 = 0x40;
    const auto first = static_cast<std::uint8_t>(
        kFin | (compressed == Compressed::Yes ? kRsv1 : 0) | static_cast<std::uint8_t>(opcode));
    out += static_cast<char>(first);
    int length_bytes = 0;
    if (length < 126) {
        out += static_cast<char>(length);
    } else if (length <= 0xFFFF) {
        out += static_cast<char>(126);
        length_bytes = 2;
    } else {
        out += static_cast<char>(127);
        length_bytes = 8;
    }
    for (int i = length_bytes; i-- > 0;) out += static_cast<char>((length >> (8 * i)) & 0xFF);
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload,
                  Compressed compressed) {
    append_frame_header(out, opcode, payload.size(), compressed);
    out += payload;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    if (code == 1005) return {};
    constexpr std::size_t kReasonBytesMax = kControlBytesMax - 2;
    if (reason.size() > kReasonBytesMax) {
        std::size_t size = kReasonBytesMax;
        while (size > 0 && (static_cast<std::uint8_t>(reason[size]) & 0xC0) == 0x80) --size;
        reason = reason.substr(0, size);
    }
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    payload += reason;
    return payload;
}

std::size_t apply_mask(std::span<char> bytes, const Mask& mask, std::size_t offset) {
    std::array<std::uint8_t, 8> turned;
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(offset + i) % 4];
    std::uint64_t wide;
    std::memcpy(&wide, turned.data(), sizeof wide);
    char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= sizeof wide; left -= sizeof wide, at += sizeof wide) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof word);
        word ^= wide;
        std::memcpy(at, &word, sizeof word);
    }
    for (std::size_t i = 0; i < left; ++i) {
        at[i] = static_cast<char>(static_cast<std::uint8_t>(at[i]) ^ turned[i]);
    }
    return (offset + bytes.size()) % 4;
}

}  // namespace tatum::net::impl
