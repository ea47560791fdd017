#pragma once

#include <array>
#include <cstddef>
#include <string_view>

/// What may stand on a line of the head of an HTTP message.
namespace tatum::header_lines {

/// RFC 9110 §5.6.2: tchar.
inline constexpr std::array<bool, 256> kTokenBytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        table[static_cast<std::size_t>(c)] = true;
    return table;
}();
constexpr bool is_token_byte(char c) { return kTokenBytes[static_cast<unsigned char>(c)]; }

/// A method or the name of a header.
constexpr bool is_token(std::string_view text) {
    for (const char c : text) {
        if (!is_token_byte(c)) return false;
    }
    return !text.empty();
}

/// Without CR, LF and NUL, so that it ends no line.
constexpr bool is_line_safe(std::string_view text) {
    // One by one: find_first_of() asks for each byte whether it is among those sought.
    for (const char forbidden : {'\r', '\n', '\0'}) {
        if (text.find(forbidden) != std::string_view::npos) return false;
    }
    return true;
}

/// RFC 9110 §5.5, and §15.1 for a reason phrase: no control character but TAB.
constexpr bool is_field_value(std::string_view text) {
    bool control = false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        control |= (byte < 0x20 && byte != '\t') || byte == 0x7f;
    }
    return !control;
}

}  // namespace tatum::header_lines
