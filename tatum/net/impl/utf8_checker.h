#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tatum::net::impl {

/// Checks a text that comes in pieces (Unicode §3.9, table 3-7), which may end within a character.
class Utf8Checker {
public:
    /// False as soon as no continuation could make the text valid.
    [[nodiscard]] bool add(std::string_view piece) {
        const char* at = piece.data();
        const char* const end = at + piece.size();
        while (at != end) {
            if (left_ == 0) at = skip_ascii(at, end);
            if (at == end) break;
            if (!take(static_cast<std::uint8_t>(*at++))) return false;
        }
        return true;
    }
    /// True where the text may end.
    bool complete() const { return left_ == 0; }
    void reset() { left_ = 0; }

private:
    static const char* skip_ascii(const char* at, const char* end) {
        constexpr std::uint64_t kHighBits = 0x8080808080808080u;
        while (end - at >= 8) {
            std::uint64_t word;
            std::memcpy(&word, at, sizeof word);
            if (word & kHighBits) break;
            at += 8;
        }
        while (at != end && static_cast<std::uint8_t>(*at) < 0x80) ++at;
        return at;
    }

    bool take(std::uint8_t byte) {
        if (left_ > 0) {
            if (byte < low_ || byte > high_) return false;
            low_ = 0x80;
            high_ = 0xBF;
            --left_;
            return true;
        }
        low_ = 0x80;
        high_ = 0xBF;
        if (byte < 0xC2 || byte > 0xF4) return false;  // ASCII was skipped
        if (byte < 0xE0) {
            left_ = 1;
        } else if (byte < 0xF0) {
            left_ = 2;
            if (byte == 0xE0) low_ = 0xA0;   // shorter forms exist
            if (byte == 0xED) high_ = 0x9F;  // surrogates
        } else {
            left_ = 3;
            if (byte == 0xF0) low_ = 0x90;
            if (byte == 0xF4) high_ = 0x8F;  // past U+10FFFF
        }
        return true;
    }

    std::uint8_t left_ = 0;  // bytes that the present character still needs
    std::uint8_t low_ = 0x80;
    std::uint8_t high_ = 0xBF;
};

}  // namespace tatum::net::impl
