#pragma once

#include <string>
#include <string_view>

/// Charsets of forms other than UTF-8, which browsers still send from old pages.
namespace tatum::http {

/// Names in any case, with '-' or '_': "utf-8", "latin-1", "windows-1252", ... False when this
/// machine's iconv has none of that name.
bool is_known_encoding(std::string_view name);
bool is_utf8(std::string_view encoding);

/// Bytes to UTF-8; what is not valid becomes U+FFFD. An unknown encoding counts as UTF-8.
std::string decode(std::string_view bytes, std::string_view encoding);
/// UTF-8 to bytes; characters that the encoding lacks become '?'.
std::string encode(std::string_view text, std::string_view encoding);

}  // namespace tatum::http
