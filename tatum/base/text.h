#pragma once

#include <tatum/base/result.h>
#include <tatum/base/unicode.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Python's string methods where they differ from bytes, and Django's utils.text.
namespace tatum::strings {

// White space is Unicode's, as for Python's str.
std::string_view strip(std::string_view text);
std::string_view lstrip(std::string_view text);
std::string_view rstrip(std::string_view text);
/// The bytes of `ascii` are what is stripped.
std::string_view strip(std::string_view text, std::string_view ascii);
/// Runs of white space separate; no empty pieces. Views into `text`.
std::vector<std::string_view> split(std::string_view text);
/// At every `separator`, empty pieces included. Views into `text`.
std::vector<std::string_view> split(std::string_view text, std::string_view separator);
/// Python's splitlines(): \n, \r\n, \r, \v, \f, \x1c to \x1e, U+0085, U+2028, U+2029.
std::vector<std::string_view> split_lines(std::string_view text);
std::string replace(std::string_view text, std::string_view old, std::string_view by);
std::string ascii_lower(std::string_view text);

/// Python's repr() of a str, which quotes of its own choice surround.
void append_repr(std::string& out, std::string_view text);
std::string repr(std::string_view text);

/// The first character in upper case.
std::string capfirst(std::string_view text);
/// Words for a URL: NFKD and ASCII, or NFKC with `Unicode`; lower case, runs of white space and
/// dashes become one dash, other characters go.
enum class SlugCharacters : std::uint8_t { Ascii, Unicode };
std::string slugify(std::string_view text, SlugCharacters allowed = SlugCharacters::Ascii);

/// How truncate_chars() and truncate_words() cut.
struct TruncateOptions {
    /// Text after the cut, or with "%(truncated_text)s" around it; nullopt: the current language's
    /// "…".
    std::optional<std::string_view> truncate = std::nullopt;
    /// The text is HTML: tags don't count and are closed after the cut.
    bool html = false;
};
/// At most `length` characters, the mark of the cut included; combining marks don't count.
std::string truncate_chars(std::string_view text, std::int64_t length,
                           const TruncateOptions& options = {});
/// At most `length` words, then the mark.
std::string truncate_words(std::string_view text, std::int64_t length,
                           const TruncateOptions& options = {});

/// Lines of at most `width` characters, broken at white space; longer words stay whole.
/// `width` is at least 1.
std::string wordwrap(std::string_view text, std::int64_t width);

/// A name for a file: no path separators, spaces become '_'.
/// Error text.E001: nothing is left ("", ".", "..").
Result<std::string> get_valid_filename(std::string_view name);
/// "a, b or c"; `last_word` is translated "or" when nullopt.
std::string get_text_list(std::span<const std::string> items,
                          std::optional<std::string_view> last_word = std::nullopt);
/// \r\n and \r become \n.
std::string normalize_newlines(std::string_view text);
/// Letters as on the keys of a telephone.
std::string phone2numeric(std::string_view phone);
/// "getHTTPResponse" gives "get http response".
std::string camel_case_to_spaces(std::string_view text);
/// Pieces between white space, quoted strings kept whole. Views into `text`.
std::vector<std::string_view> smart_split(std::string_view text);
/// The text of a quoted string literal. Error text.E002: it has no such quotes.
Result<std::string> unescape_string_literal(std::string_view literal);

/// Lower-case digits and letters. Error text.E006: the number is negative.
Result<std::string> int_to_base36(std::int64_t number);
inline constexpr std::size_t kBase36DigitsMax = 13;
/// Errors: text.E003 no such number, text.E004 more than kBase36DigitsMax digits.
Result<std::int64_t> base36_to_int(std::string_view text);
/// RFC 4648 §5, without padding.
std::string urlsafe_base64_encode(std::string_view bytes);
/// With or without padding; letters outside the alphabet are skipped, as Python's decoder does.
/// Error text.E005: wrong length or padding.
Result<std::string> urlsafe_base64_decode(std::string_view text);

}  // namespace tatum::strings

namespace tatum {
using strings::SlugCharacters;
using strings::slugify;
}  // namespace tatum
