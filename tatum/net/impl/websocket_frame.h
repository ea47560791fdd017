#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Frames of RFC 6455 §5 as bytes.
namespace tatum::net::impl {

enum class Opcode : std::uint8_t {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
};

constexpr bool is_control(Opcode opcode) { return (static_cast<std::uint8_t>(opcode) & 0x8) != 0; }

inline constexpr std::size_t kControlBytesMax = 125;
/// The longest header: two bytes, a length of 64 bits, a mask.
inline constexpr std::size_t kFrameHeaderBytesMax = 14;

using Mask = std::array<std::uint8_t, 4>;

enum class Compressed : bool { No, Yes };

/// Appends the header of an unmasked frame that is a whole message or a control frame.
void append_frame_header(std::string& out, Opcode opcode, std::uint64_t length,
                         Compressed compressed = Compressed::No);
void append_frame(std::string& out, Opcode opcode, std::string_view payload,
                  Compressed compressed = Compressed::No);
/// A Close frame's payload; empty for code 1005. A reason too long is cut between characters.
std::string close_payload(std::uint16_t code, std::string_view reason);

/// XORs the bytes with the mask, of which `offset` bytes were used before; returns the new offset.
std::size_t apply_mask(std::span<char> bytes, const Mask& mask, std::size_t offset);

/// May this code stand in a Close frame (RFC 6455 §7.4 and the IANA registry)?
constexpr bool is_close_code(std::uint16_t code) {
    if (code >= 3000) return code <= 4999;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

}  // namespace tatum::net::impl
