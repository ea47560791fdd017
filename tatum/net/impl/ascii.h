#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace tatum::net::impl {

constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// `lower` is in lower case.
constexpr bool equals_lower(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (ascii_lower(text[i]) != lower[i]) return false;
    }
    return true;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

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

constexpr std::string_view strip_blanks(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace tatum::net::impl
