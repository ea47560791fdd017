#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Text is UTF-8 in std::string. Functions of this namespace accept any bytes: bytes that are no
/// well-formed UTF-8 count as U+FFFD, one for each maximal subpart (Unicode 14 §3.9, as Python
/// does), and are copied unchanged where text is copied. Properties and mappings are Unicode 14's,
/// as in Python 3.11.
namespace tatum::strings {

inline constexpr char32_t kReplacement = 0xFFFD;

/// The code point that starts at `position` < text.size(); `position` moves behind it.
char32_t next_code_point(std::string_view text, std::size_t& position);
/// Appends U+FFFD for a surrogate or a number beyond Unicode.
void append_utf8(std::string& out, char32_t code_point);
bool is_valid_utf8(std::string_view text);
/// Are these bytes a U+FFFD that the text holds itself, and not a fault?
bool is_replacement(std::string_view text, std::size_t begin, std::size_t end);
/// Bytes that are no UTF-8 become U+FFFD.
std::string replace_invalid_utf8(std::string_view text);
/// Code points, Python's len().
std::size_t length(std::string_view text);
/// The byte at which code point number `index` starts; text.size() when there are fewer.
std::size_t offset_of(std::string_view text, std::size_t index);
/// Code points `begin` to `end` (not included), Python's text[begin:end] for 0 <= begin <= end.
std::string_view slice(std::string_view text, std::size_t begin, std::size_t end);

inline bool is_ascii(std::string_view text) {
    unsigned char all = 0;
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return all < 0x80;
}

// Python's str.isspace, isalpha, isalnum, isdecimal for one code point; is_word is \w of re;
// is_printable as repr() uses it.
bool is_space(char32_t c);
bool is_alpha(char32_t c);
bool is_alnum(char32_t c);
bool is_word(char32_t c);
bool is_upper(char32_t c);
bool is_lower(char32_t c);
bool is_printable(char32_t c);
/// 0 to 9 for a decimal digit of any script, else -1.
int decimal_digit(char32_t c);
/// Canonical combining class.
int combining_class(char32_t c);

// Python's str.upper and its siblings: full mappings (ß gives SS), the final sigma included.
std::string upper(std::string_view text);
std::string lower(std::string_view text);
/// Each run of cased letters starts upper (title) case: Python's str.title().
std::string title(std::string_view text);
std::string casefold(std::string_view text);

/// Unicode normalization forms (UAX #15).
enum class Normalization : std::uint8_t { NFC, NFD, NFKC, NFKD };
std::string normalize(std::string_view text, Normalization form);

}  // namespace tatum::strings
