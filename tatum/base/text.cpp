#include <tatum/base/text.h>

#include <tatum/base/ascii.h>
#include <tatum/base/i18n.h>
#include <tatum/base/impl/words.h>

#include <algorithm>
#include <charconv>

namespace tatum::strings {

namespace {

bool is_ascii_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }

/// The bytes of white space that `text` starts with.
std::size_t leading_space(std::string_view text) {
    std::size_t position = 0;
    while (position < text.size()) {
        std::size_t next = position;
        if (!is_space(next_code_point(text, next))) break;
        position = next;
    }
    return position;
}

/// Where the last character of `text` starts.
std::size_t last_character(std::string_view text) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    return start;
}

}  // namespace

std::string_view lstrip(std::string_view text) { return text.substr(leading_space(text)); }

std::string_view rstrip(std::string_view text) {
    while (!text.empty()) {
        const std::size_t start = last_character(text);
        std::size_t position = start;
        if (!is_space(next_code_point(text, position)) || position != text.size()) break;
        text = text.substr(0, start);
    }
    return text;
}

std::string_view strip(std::string_view text) { return rstrip(lstrip(text)); }

std::string_view strip(std::string_view text, std::string_view ascii) {
    const std::size_t begin = text.find_first_not_of(ascii);
    if (begin == std::string_view::npos) return text.substr(0, 0);
    return text.substr(begin, text.find_last_not_of(ascii) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t position = 0;
    while (const auto word = impl::next_word(text, position)) words.push_back(*word);
    return words;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> pieces;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = text.find(separator, begin);
        if (end == std::string_view::npos) break;
        pieces.push_back(text.substr(begin, end - begin));
        begin = end + separator.size();
    }
    pieces.push_back(text.substr(begin));
    return pieces;
}

std::vector<std::string_view> split_lines(std::string_view text) {
    const auto ends_line = [](char32_t c) {
        return (c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
               c == 0x2029;
    };
    std::vector<std::string_view> lines;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t here = i;
        const char32_t c = next_code_point(text, i);
        if (!ends_line(c)) continue;
        lines.push_back(text.substr(begin, here - begin));
        if (c == '\r' && i < text.size() && text[i] == '\n') ++i;
        begin = i;
    }
    if (begin < text.size()) lines.push_back(text.substr(begin));
    return lines;
}

std::string replace(std::string_view text, std::string_view old, std::string_view by) {
    std::string out;
    out.reserve(text.size());
    std::size_t begin = 0;
    if (!old.empty()) {
        for (std::size_t found = text.find(old); found != std::string_view::npos;
             found = text.find(old, begin)) {
            out += text.substr(begin, found - begin);
            out += by;
            begin = found + old.size();
        }
    }
    out += text.substr(begin);
    return out;
}

std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = ascii::lower(c);
    return out;
}

void append_repr(std::string& out, std::string_view text) {
    const bool single =
        text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
    const char quote = single ? '\'' : '"';
    const auto hex = [&](char kind, char32_t c, int digits) {
        out += '\\';
        out += kind;
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out += "0123456789abcdef"[c >> shift & 15];
        }
    };
    out += quote;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        const char32_t c = next_code_point(text, i);
        if (c == static_cast<unsigned char>(quote) || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (is_printable(c)) {
            out += text.substr(begin, i - begin);
        } else if (c < 0x100) {
            hex('x', c, 2);
        } else if (c < 0x10000) {
            hex('u', c, 4);
        } else {
            hex('U', c, 8);
        }
    }
    out += quote;
}

std::string repr(std::string_view text) {
    std::string out;
    append_repr(out, text);
    return out;
}

std::string capfirst(std::string_view text) {
    if (text.empty()) return {};
    std::size_t end = 0;
    next_code_point(text, end);
    std::string out = upper(text.substr(0, end));
    out += text.substr(end);
    return out;
}

std::string slugify(std::string_view text, SlugCharacters allowed) {
    const bool unicode = allowed == SlugCharacters::Unicode;
    const std::string normal = normalize(text, unicode ? Normalization::NFKC : Normalization::NFKD);
    std::string ascii;
    if (!unicode) {
        for (const char c : normal) {
            if (static_cast<unsigned char>(c) < 0x80) ascii += c;
        }
    }
    const std::string lowered = lower(unicode ? normal : ascii);
    std::string out;
    bool dash = false;
    for (std::size_t i = 0; i < lowered.size();) {
        const std::size_t begin = i;
        const char32_t c = next_code_point(lowered, i);
        if (c == '-' || is_space(c)) {
            if (!dash) out += '-';
            dash = true;
        } else if (is_word(c)) {
            out += lowered.substr(begin, i - begin);
            dash = false;
        }
    }
    return std::string(strip(out, "-_"));
}

namespace {

/// Tabs become blanks up to the next column that eight divides.
std::string expand_tabs(std::string_view text) {
    constexpr std::size_t kTabSize = 8;
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        const char32_t c = next_code_point(text, i);
        if (c == '\t') {
            const std::size_t blanks = kTabSize - column % kTabSize;
            out.append(blanks, ' ');
            column += blanks;
        } else {
            out += text.substr(begin, i - begin);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
    }
    return out;
}

/// Words and the white space between them, in turn.
std::vector<std::string_view> chunks_of(std::string_view line) {
    constexpr std::string_view kBlanks = "\t\n\x0b\x0c\r ";
    std::vector<std::string_view> chunks;
    while (!line.empty()) {
        const bool blank = kBlanks.find(line[0]) != std::string_view::npos;
        const std::size_t end = std::min(
            blank ? line.find_first_not_of(kBlanks) : line.find_first_of(kBlanks), line.size());
        chunks.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return chunks;
}

/// Appends the wrapped lines of one line; false when only white space was there.
bool append_wrapped(std::string& out, std::string_view line, std::size_t width) {
    const std::vector<std::string_view> chunks = chunks_of(line);
    bool any = false;
    for (std::size_t next = 0; next < chunks.size();) {
        if (any && strip(chunks[next]).empty() && ++next == chunks.size()) break;
        const std::size_t first = next;
        std::size_t used = 0;
        while (next < chunks.size()) {
            const std::size_t size = length(chunks[next]);
            if (used + size > width && next > first) break;
            used += size;
            ++next;
            if (used > width) break;  // one word that is too long stays whole
        }
        std::size_t last = next;
        if (strip(chunks[last - 1]).empty()) --last;
        if (last == first) continue;
        if (any) out += '\n';
        for (std::size_t i = first; i < last; ++i) out += chunks[i];
        any = true;
    }
    return any;
}

}  // namespace

std::string wordwrap(std::string_view text, std::int64_t width) {
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(width, 1));
    std::string out;
    bool first = true;
    for (const std::string_view line : split_lines(text)) {
        if (!first) out += '\n';
        first = false;
        const std::string expanded = expand_tabs(line);
        if (!append_wrapped(out, expanded, limit)) out += line;
    }
    if (text.ends_with('\n')) out += '\n';
    return out;
}

Result<std::string> get_valid_filename(std::string_view name) {
    const std::string spaced = replace(strip(name), " ", "_");
    std::string out;
    for (std::size_t i = 0; i < spaced.size();) {
        const std::size_t begin = i;
        const char32_t c = next_code_point(spaced, i);
        if (c == '-' || c == '.' || is_word(c)) out += spaced.substr(begin, i - begin);
    }
    if (out.empty() || out == "." || out == "..") {
        return Error{.code = "text.E001",
                     .message = "Could not derive file name from '" + std::string(name) + "'"};
    }
    return out;
}

std::string get_text_list(std::span<const std::string> items,
                          std::optional<std::string_view> last_word) {
    if (items.empty()) return {};
    std::string out = items.front();
    const std::string_view comma = tatum::gettext(", ");
    for (std::size_t i = 1; i + 1 < items.size(); ++i) {
        out += comma;
        out += items[i];
    }
    if (items.size() > 1) {
        out += ' ';
        out += last_word ? *last_word : tatum::gettext("or");
        out += ' ';
        out += items.back();
    }
    return out;
}

std::string normalize_newlines(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
            continue;
        }
        out += '\n';
        if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    }
    return out;
}

std::string phone2numeric(std::string_view phone) {
    constexpr std::string_view kKeys = "22233344455566677778889999";  // a to z
    std::string out = lower(phone);
    for (char& c : out) {
        if (is_ascii_lower(c)) c = kKeys[static_cast<std::size_t>(c - 'a')];
    }
    return out;
}

std::string camel_case_to_spaces(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_ascii_upper(text[i])) {
            const bool after_lower = i > 0 && is_ascii_lower(text[i - 1]);
            const bool at_end =
                i + 1 == text.size() || (i + 2 == text.size() && text[i + 1] == '\n');
            if (after_lower || !(at_end || is_ascii_upper(text[i + 1]))) out += ' ';
        }
        out += text[i];
    }
    return lower(strip(out));
}

namespace {

/// The end of the quoted string that starts at `position`; npos when it does not end.
std::size_t quoted_end(std::string_view text, std::size_t position) {
    const char quote = text[position];
    for (std::size_t i = position + 1; i < text.size(); ++i) {
        if (text[i] == quote) return i + 1;
        if (text[i] == '\\' && (++i == text.size() || text[i] == '\n')) break;
    }
    return std::string_view::npos;
}

/// The first byte from `position` on that is white space or, with `quotes`, a quote.
std::size_t run_end(std::string_view text, std::size_t position, bool quotes) {
    while (position < text.size()) {
        std::size_t next = position;
        const char32_t c = next_code_point(text, next);
        if (is_space(c) || (quotes && (c == '"' || c == '\''))) break;
        position = next;
    }
    return position;
}

}  // namespace

std::vector<std::string_view> smart_split(std::string_view text) {
    std::vector<std::string_view> pieces;
    // On one line, where a quote is not closed, no later one of its kind is: need not be looked at.
    const bool one_line = text.find('\n') == std::string_view::npos;
    bool is_unclosed[2] = {};
    std::size_t begin = leading_space(text);
    while (begin < text.size()) {
        std::size_t end = begin;
        std::size_t run = run_end(text, begin, true);
        while (run < text.size() && (text[run] == '"' || text[run] == '\'')) {
            bool& unclosed = is_unclosed[text[run] == '"' ? 1 : 0];
            const std::size_t closed = unclosed ? std::string_view::npos : quoted_end(text, run);
            unclosed = one_line && closed == std::string_view::npos;
            if (closed == std::string_view::npos) break;
            end = run = run_end(text, closed, true);
        }
        if (end == begin) end = run_end(text, begin, false);
        pieces.push_back(text.substr(begin, end - begin));
        begin = end + leading_space(text.substr(end));
    }
    return pieces;
}

Result<std::string> unescape_string_literal(std::string_view literal) {
    if (literal.empty() || (literal[0] != '"' && literal[0] != '\'') ||
        literal.back() != literal[0]) {
        return Error{.code = "text.E002", .message = "Not a string literal: " + repr(literal)};
    }
    if (literal.size() == 1) return std::string();
    const char escaped[] = {'\\', literal[0]};
    const std::string body = replace(literal.substr(1, literal.size() - 2),
                                     std::string_view(escaped, 2), literal.substr(0, 1));
    return replace(body, "\\\\", "\\");
}

Result<std::string> int_to_base36(std::int64_t number) {
    if (number < 0) {
        return Error{.code = "text.E006", .message = "Negative base36 conversion input."};
    }
    char digits[kBase36DigitsMax];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number, 36);
    return std::string(std::begin(digits), end.ptr);
}

Result<std::int64_t> base36_to_int(std::string_view text) {
    if (text.size() > kBase36DigitsMax) {
        return Error{.code = "text.E004", .message = "Base36 input too large"};
    }
    const std::string digits = replace(strip(text), "_", "");
    const char* begin = digits.data();
    const char* end = begin + digits.size();
    if (begin != end && *begin == '+') ++begin;
    std::int64_t number = 0;
    const auto parsed = std::from_chars(begin, end, number, 36);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
        return Error{.code = "text.E003",
                     .message = "invalid literal for int() with base 36: " + repr(text)};
    }
    return number;
}

std::string urlsafe_base64_encode(std::string_view bytes) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        count += 8;
        while (count >= 6) {
            count -= 6;
            out += kLetters[bits >> count & 63];
        }
    }
    if (count > 0) out += kLetters[bits << (6 - count) & 63];
    return out;
}

Result<std::string> urlsafe_base64_decode(std::string_view text) {
    const auto digit = [](char c) -> int {
        if (c >= 'A' && c <= 'Z') return c - 'A';
        if (c >= 'a' && c <= 'z') return c - 'a' + 26;
        if (c >= '0' && c <= '9') return c - '0' + 52;
        if (c == '-') return 62;
        return c == '_' ? 63 : -1;
    };
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    std::size_t letters = 0;
    for (const char c : text) {
        if (c == '=' && letters % 4 >= 2) break;
        const int value = digit(c);
        if (value < 0) continue;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        ++letters;
        // Of every four letters, the first gives no byte yet.
        if (letters % 4 != 1) {
            const int shift = letters % 4 == 2 ? 4 : letters % 4 == 3 ? 2 : 0;
            out += static_cast<char>(bits >> shift & 0xFF);
        }
    }
    if (letters % 4 == 1) {
        return Error{.code = "text.E005", .message = "not base64: one letter too many"};
    }
    return out;
}

}  // namespace tatum::strings
