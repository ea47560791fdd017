#pragma once

#include <tatum/base/ascii.h>
#include <tatum/base/header_lines.h>

#include <string_view>

namespace tatum::net::impl {

using ascii::is_digit;
using ascii::is_hex;
using header_lines::is_field_value;
using header_lines::is_token;
using header_lines::is_token_byte;

/// RFC 9112 §3.2 has ASCII only; clients send other bytes all the same, and they are harmless.
constexpr bool is_target_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f;
}

constexpr std::string_view strip_blanks(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace tatum::net::impl
