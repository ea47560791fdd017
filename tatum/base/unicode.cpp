#include <tatum/base/unicode.h>

#include <tatum/base/ascii.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <span>
#include <utility>

namespace tatum::strings {

namespace {

/// A run of code points, every `stride`th of which maps to itself plus `delta`.
struct CaseRun {
    std::uint32_t first, last;
    std::uint32_t stride;
    std::int32_t delta;
};
/// A code point that maps to several.
struct CaseSpecial {
    std::uint32_t code;
    std::uint32_t to[3];
};

constexpr std::size_t kPropertyBlock = 128;

#include <tatum/base/impl/unicode_case.inc>

/// The bits that tools/generate_unicode.py writes.
enum Property : std::uint8_t {
    kSpace = 1,
    kAlpha = 2,
    kAlnum = 4,
    kUpper = 8,
    kLower = 16,
    kPrintable = 32,
    kCased = 64,
    kCaseIgnorable = 128,
};

std::uint8_t properties(char32_t c) {
    if (c > 0x10FFFF) return 0;
    return kPropertyBlocks[kPropertyIndex[c / kPropertyBlock] * kPropertyBlock +
                           c % kPropertyBlock];
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

using MapTables = std::pair<std::span<const CaseRun>, std::span<const CaseSpecial>>;

/// Appends what `c` maps to; `c` itself when it is in neither table.
void append_mapped(std::string& out, char32_t c, const MapTables& tables) {
    const auto& [runs, specials] = tables;
    const auto run = std::lower_bound(
        runs.begin(), runs.end(), c, [](const CaseRun& r, char32_t code) { return r.last < code; });
    if (run != runs.end() && run->first <= c && (c - run->first) % run->stride == 0) {
        append_utf8(out, static_cast<char32_t>(static_cast<std::int32_t>(c) + run->delta));
        return;
    }
    const auto special =
        std::lower_bound(specials.begin(), specials.end(), c,
                         [](const CaseSpecial& s, char32_t code) { return s.code < code; });
    if (special == specials.end() || special->code != c) {
        append_utf8(out, c);
        return;
    }
    for (const std::uint32_t to : special->to) {
        if (to != 0) append_utf8(out, to);
    }
}

constexpr MapTables kUpperTables{kUpperRuns, kUpperSpecial};
constexpr MapTables kLowerTables{kLowerRuns, kLowerSpecial};
constexpr MapTables kTitleTables{kTitleRuns, kTitleSpecial};
constexpr MapTables kCasefoldTables{kCasefoldRuns, kCasefoldSpecial};

/// Maps all of `text`; ASCII by `map_ascii`, broken bytes stay.
std::string map_text(std::string_view text, char (*map_ascii)(char), const MapTables& tables) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            out += map_ascii(text[i++]);
            continue;
        }
        const std::size_t begin = i;
        const char32_t c = next_code_point(text, i);
        if (c == kReplacement) {
            out += text.substr(begin, i - begin);
        } else {
            append_mapped(out, c, tables);
        }
    }
    return out;
}

constexpr char32_t kCapitalSigma = 0x3A3, kFinalSigma = 0x3C2, kSigma = 0x3C3;

/// Unicode 14 §3.13, Final_Sigma: a cased letter stands before, and none after, case-ignorable
/// characters aside.
bool is_final_sigma(std::string_view text, std::size_t begin, std::size_t end) {
    bool cased_before = false;
    while (begin > 0) {
        --begin;
        while (begin > 0 && is_continuation(text[begin])) --begin;
        std::size_t position = begin;
        const std::uint8_t bits = properties(next_code_point(text, position));
        if (bits & kCaseIgnorable) continue;
        cased_before = (bits & kCased) != 0;
        break;
    }
    if (!cased_before) return false;
    while (end < text.size()) {
        const std::uint8_t bits = properties(next_code_point(text, end));
        if (bits & kCaseIgnorable) continue;
        return (bits & kCased) == 0;
    }
    return true;
}

void append_lower(std::string& out, std::string_view text, std::size_t begin, std::size_t end,
                  char32_t c) {
    if (c == kCapitalSigma) {
        append_utf8(out, is_final_sigma(text, begin, end) ? kFinalSigma : kSigma);
    } else if (c == kReplacement) {
        out += text.substr(begin, end - begin);
    } else {
        append_mapped(out, c, kLowerTables);
    }
}

}  // namespace

/// The well-formed sequences of Unicode 14 table 3-7.
char32_t next_code_point(std::string_view text, std::size_t& position) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(position);
    ++position;
    if (lead < 0x80) return lead;
    std::size_t size = 0;
    unsigned char low = 0x80, high = 0xBF;  // of the second byte
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    } else {
        return kReplacement;
    }
    // A fault ends the sequence before the byte that does not belong.
    char32_t c = lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if (position == text.size() || byte(position) < low || byte(position) > high) {
            return kReplacement;
        }
        c = c << 6 | (byte(position++) & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    return c;
}

void append_utf8(std::string& out, char32_t c) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = kReplacement;
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

bool is_replacement(std::string_view text, std::size_t begin, std::size_t end) {
    return text.substr(begin, end - begin) == "\xEF\xBF\xBD";
}

bool is_valid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        // Most text is mostly ASCII, which eight bytes at a time show.
        if (std::uint64_t word = 0; i + sizeof word <= text.size()) {
            std::memcpy(&word, text.data() + i, sizeof word);
            if ((word & 0x8080808080808080u) == 0) {
                i += sizeof word;
                continue;
            }
        }
        const std::size_t begin = i;
        if (next_code_point(text, i) == kReplacement && !is_replacement(text, begin, i)) {
            return false;
        }
    }
    return true;
}

std::string replace_invalid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) append_utf8(out, next_code_point(text, i));
    return out;
}

std::size_t length(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            ++i;
        } else {
            next_code_point(text, i);
        }
    }
    return count;
}

std::size_t offset_of(std::string_view text, std::size_t index) {
    std::size_t position = 0;
    while (index > 0 && position < text.size()) {
        next_code_point(text, position);
        --index;
    }
    return position;
}

std::string_view slice(std::string_view text, std::size_t begin, std::size_t end) {
    if (begin >= end) return text.substr(0, 0);
    text.remove_prefix(offset_of(text, begin));
    return text.substr(0, offset_of(text, end - begin));
}

bool is_space(char32_t c) { return (properties(c) & kSpace) != 0; }
bool is_alpha(char32_t c) { return (properties(c) & kAlpha) != 0; }
bool is_alnum(char32_t c) { return (properties(c) & kAlnum) != 0; }
bool is_word(char32_t c) { return c == '_' || is_alnum(c); }
bool is_upper(char32_t c) { return (properties(c) & kUpper) != 0; }
bool is_lower(char32_t c) { return (properties(c) & kLower) != 0; }
bool is_printable(char32_t c) { return (properties(c) & kPrintable) != 0; }

int decimal_digit(char32_t c) {
    const auto after = std::upper_bound(std::begin(kDecimalZeros), std::end(kDecimalZeros), c);
    if (after == std::begin(kDecimalZeros)) return -1;
    const char32_t digit = c - *std::prev(after);
    return digit < 10 ? static_cast<int>(digit) : -1;
}

std::string upper(std::string_view text) { return map_text(text, ascii::upper, kUpperTables); }
std::string casefold(std::string_view text) {
    return map_text(text, ascii::lower, kCasefoldTables);
}

std::string lower(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            out += ascii::lower(text[i++]);
        } else {
            const char32_t c = next_code_point(text, i);
            append_lower(out, text, begin, i, c);
        }
    }
    return out;
}

std::string title(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool after_cased = false;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        const char32_t c = next_code_point(text, i);
        if (after_cased || c == kReplacement) {
            append_lower(out, text, begin, i, c);
        } else {
            append_mapped(out, c, kTitleTables);
        }
        after_cased = (properties(c) & kCased) != 0;
    }
    return out;
}

}  // namespace tatum::strings
