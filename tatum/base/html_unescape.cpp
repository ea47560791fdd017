#include <tatum/base/html.h>
#include <tatum/base/unicode.h>

#include <algorithm>
#include <iterator>

namespace tatum::html {

namespace {

struct NamedReference {
    std::string_view name;  ///< with its ';' where it has one
    std::string_view text;
};

#include <tatum/base/impl/html_entities.inc>

constexpr std::size_t kNameBytesMax = 33;

const NamedReference* find_reference(std::string_view name) {
    const auto found = std::lower_bound(
        std::begin(kNamedReferences), std::end(kNamedReferences), name,
        [](const NamedReference& r, std::string_view wanted) { return r.name < wanted; });
    return found != std::end(kNamedReferences) && found->name == name ? found : nullptr;
}

/// HTML standard §13.2.5.80: numbers that old pages mean as windows-1252, and such as stand for
/// nothing (0).
char32_t numeric_character(char32_t number) {
    constexpr char16_t kWindows1252[32] = {
        0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
        0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
    if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) {
        return strings::kReplacement;
    }
    if (number >= 0x80 && number < 0xA0) return kWindows1252[number - 0x80];
    const bool control =
        (number < 0x20 && number != '\t' && number != '\n' && number != '\f' && number != '\r') ||
        number == 0x7F;
    const bool noncharacter = (number >= 0xFDD0 && number <= 0xFDEF) || (number & 0xFFFE) == 0xFFFE;
    return control || noncharacter ? 0 : number;
}

/// "#123;" or "#x1F;" at the start of `text`; the bytes used, 0 when it is none.
std::size_t append_numeric(std::string& out, std::string_view text) {
    std::size_t i = 1;
    const bool hex = i < text.size() && (text[i] == 'x' || text[i] == 'X');
    if (hex) ++i;
    const std::size_t begin = i;
    char32_t number = 0;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        char32_t digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<char32_t>(c - '0');
        } else if (hex && (c | 32) >= 'a' && (c | 32) <= 'f') {
            digit = static_cast<char32_t>((c | 32) - 'a' + 10);
        } else {
            break;
        }
        number = std::min<char32_t>(number * (hex ? 16 : 10) + digit, 0x110000);
    }
    if (i == begin) return 0;
    if (const char32_t c = numeric_character(number); c != 0) strings::append_utf8(out, c);
    return i < text.size() && text[i] == ';' ? i + 1 : i;
}

/// The longest name that `text` starts with; the bytes used, 0 when there is none.
std::size_t append_named(std::string& out, std::string_view text) {
    std::size_t size = 0;
    while (size < text.size() && size < kNameBytesMax - 1 &&
           std::string_view("\t\n\f <&#;").find(text[size]) == std::string_view::npos) {
        ++size;
    }
    if (size < text.size() && text[size] == ';') ++size;
    for (; size > 1; --size) {
        if (const NamedReference* found = find_reference(text.substr(0, size))) {
            out += found->text;
            return size;
        }
    }
    return 0;
}

}  // namespace

std::string unescape(std::string_view html) {
    std::string out;
    out.reserve(html.size());
    while (true) {
        const std::size_t amp = html.find('&');
        out += html.substr(0, amp);
        if (amp == std::string_view::npos) return out;
        html.remove_prefix(amp + 1);
        const std::size_t used =
            html.starts_with('#') ? append_numeric(out, html) : append_named(out, html);
        if (used == 0) out += '&';
        html.remove_prefix(used);
    }
}

}  // namespace tatum::html
