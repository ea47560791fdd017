#include <tatum/base/html.h>

#include <tatum/base/json.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tatum::html {

namespace {

/// For each byte its place in kEntities; 0: stays as it is.
constexpr std::array<std::uint8_t, 256> kEntityOf = [] {
    std::array<std::uint8_t, 256> entity{};
    entity['&'] = 1;
    entity['<'] = 2;
    entity['>'] = 3;
    entity['"'] = 4;
    entity['\''] = 5;
    return entity;
}();
constexpr std::string_view kEntities[] = {"", "&amp;", "&lt;", "&gt;", "&quot;", "&#x27;"};

}  // namespace

namespace {

/// Byte by byte: for short texts, and where there is no SSE2.
void append_escaped_bytes(std::string& out, std::string_view text) {
    const char* const end = text.data() + text.size();
    const char* begin = text.data();
    for (const char* c = begin; c != end; ++c) {
        const std::uint8_t entity = kEntityOf[static_cast<unsigned char>(*c)];
        if (entity == 0) [[likely]] {
            continue;
        }
        out.append(begin, c);
        out += kEntities[entity];
        begin = c + 1;
    }
    out.append(begin, end);
}

#ifdef __SSE2__

/// A bit for each byte that stands for something in HTML. `<` and `>` differ in one bit, `"` and
/// `&` in another.
unsigned special_bytes(__m128i text) {
    const auto equals = [](__m128i bytes, char c) {
        return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
    };
    const __m128i angle = equals(_mm_or_si128(text, _mm_set1_epi8('<' ^ '>')), '>');
    const __m128i double_quote = equals(_mm_or_si128(text, _mm_set1_epi8('"' ^ '&')), '&');
    const __m128i quote = equals(text, '\'');
    return static_cast<unsigned>(
        _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(angle, double_quote), quote)));
}

template <class Word>
long long load(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return static_cast<long long>(word);
}

/// For 4 to 15 bytes: two loads that overlap cover all of them.
bool is_plain(std::string_view text) {
    const char *first = text.data(), *end = first + text.size();
    const bool words = text.size() >= 8;
    const long long low = words ? load<std::uint64_t>(first) : load<std::uint32_t>(first);
    const long long high = words ? load<std::uint64_t>(end - 8) : load<std::uint32_t>(end - 4);
    return special_bytes(_mm_set_epi64x(high, low)) == 0;
}

#endif

}  // namespace

// In a unity build the appends would become calls.
[[gnu::flatten]] void append_escaped(std::string& out, std::string_view text) {
#ifdef __SSE2__
    constexpr std::size_t kWidth = sizeof(__m128i);
    if (text.size() < kWidth) {
        if (text.size() >= 4 && is_plain(text)) {
            out.append(text);
        } else {
            append_escaped_bytes(out, text);
        }
        return;
    }
    const char* const data = text.data();
    std::size_t begin = 0;
    for (std::size_t position = 0; position < text.size(); position += kWidth) {
        // The last load goes back over bytes that have been seen.
        const std::size_t from = std::min(position, text.size() - kWidth);
        unsigned found =
            special_bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data + from)));
        for (found &= ~0u << (position - from); found != 0; found &= found - 1) {
            const std::size_t at = from + static_cast<std::size_t>(std::countr_zero(found));
            out.append(data + begin, at - begin);
            out += kEntities[kEntityOf[static_cast<unsigned char>(data[at])]];
            begin = at + 1;
        }
    }
    out.append(data + begin, text.size() - begin);
#else
    append_escaped_bytes(out, text);
#endif
}

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    append_escaped(out, text);
    return out;
}

Value conditional_escape(const Value& value) {
    if (value.is_safe()) return value;
    std::string out;
    append_conditionally_escaped(out, value);
    return Value::safe(out);
}

void append_conditionally_escaped(std::string& out, const Value& value) {
    if (value.is_string()) {
        if (value.is_safe()) {
            out += value.as_string();
        } else {
            append_escaped(out, value.as_string());
        }
        return;
    }
    switch (value.kind()) {
        case Kind::None:
        case Kind::Bool:
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
        case Kind::Decimal:
        case Kind::Date:
        case Kind::Time:
        case Kind::DateTime:
        case Kind::Duration:
        case Kind::Uuid:
            value.append_str(out);
            return;  // never holds a character to escape
        default:
            append_escaped(out, value.str());
    }
}

namespace {

/// "\u0027"
void append_js_escape(std::string& out, char32_t c) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[c >> shift & 15];
}

/// Copies `text` with the bytes of `special`, control characters and line separators escaped.
void append_js(std::string& out, std::string_view text, std::string_view special) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || special.find(text[i]) != std::string_view::npos) {
            append_js_escape(out, byte);
            continue;
        }
        const std::string_view three = text.substr(i, 3);
        if (three == "\u2028" || three == "\u2029") {
            append_js_escape(out, three == "\u2028" ? 0x2028 : 0x2029);
            i += 2;
        } else {
            out += text[i];
        }
    }
}

}  // namespace

std::string escapejs(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_js(out, text, "\\'\"><&=-;`");
    return out;
}

void append_script_json(std::string& out, std::string_view json) {
    for (const char c : json) {
        if (c == '<' || c == '>' || c == '&') {
            append_js_escape(out, static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
}

Result<std::string> json_script(const Value& value, const Value& id) {
    TATUM_TRY(const std::string json, json::dump(value));
    std::string out = "<script";
    if (id.truth()) {
        out += " id=\"";
        append_conditionally_escaped(out, id);
        out += '"';
    }
    out += " type=\"application/json\">";
    append_script_json(out, json);
    out += "</script>";
    return out;
}

std::string strip_spaces_between_tags(std::string_view html) {
    std::string out;
    out.reserve(html.size());
    for (std::size_t i = 0; i < html.size();) {
        const char c = html[i++];
        out += c;
        if (c != '>') continue;
        std::size_t next = i;
        while (next < html.size()) {
            std::size_t after = next;
            if (!strings::is_space(strings::next_code_point(html, after))) break;
            next = after;
        }
        if (next < html.size() && html[next] == '<') i = next;
    }
    return out;
}

std::string avoid_wrapping(std::string_view text) { return strings::replace(text, " ", "\u00a0"); }

namespace {

/// Escapes if asked to, and puts <br> in the place of line ends.
void append_with_breaks(std::string& out, std::string_view text, Autoescape autoescape) {
    bool first = true;
    for (const std::string_view line : strings::split(text, "\n")) {
        if (!first) out += "<br>";
        first = false;
        if (autoescape == Autoescape::On) {
            append_escaped(out, line);
        } else {
            out += line;
        }
    }
}

}  // namespace

std::string linebreaks(std::string_view text, Autoescape autoescape) {
    const std::string normal = strings::normalize_newlines(text);
    std::string_view rest = normal;
    std::string out;
    while (true) {
        const std::size_t end = rest.find("\n\n");
        out += "<p>";
        append_with_breaks(out, rest.substr(0, end), autoescape);
        out += "</p>";
        if (end == std::string_view::npos) return out;
        out += "\n\n";
        const std::size_t next = rest.find_first_not_of('\n', end);
        rest = next == std::string_view::npos ? std::string_view() : rest.substr(next);
    }
}

std::string linebreaksbr(std::string_view text, Autoescape autoescape) {
    std::string out;
    append_with_breaks(out, strings::normalize_newlines(text), autoescape);
    return out;
}

namespace {

/// The argument that a replacement field names; "" takes the next one.
const Value* find_argument(std::string_view field, std::span<const Value> arguments,
                           NamedValues named, std::size_t& next) {
    if (field.empty()) return next < arguments.size() ? &arguments[next++] : nullptr;
    std::size_t index = 0;
    const auto parsed = std::from_chars(field.data(), field.data() + field.size(), index);
    if (parsed.ec == std::errc() && parsed.ptr == field.data() + field.size()) {
        return index < arguments.size() ? &arguments[index] : nullptr;
    }
    for (const auto& [name, value] : named) {
        if (name == field) return &value;
    }
    return nullptr;
}

}  // namespace

Result<Value> format_html(std::string_view format, std::span<const Value> arguments,
                          NamedValues named) {
    const auto fault = [&](const char* what) {
        return Error{.code = "html.E002",
                     .message = std::string(what) + " in format: " + std::string(format)};
    };
    std::string out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const char c = format[i];
        if (c != '{' && c != '}') {
            out += c;
            continue;
        }
        if (i + 1 < format.size() && format[i + 1] == c) {
            out += c;
            ++i;
            continue;
        }
        const std::size_t end = format.find('}', i);
        if (c == '}' || end == std::string_view::npos) return fault("a single brace");
        const Value* argument =
            find_argument(format.substr(i + 1, end - i - 1), arguments, named, next);
        if (argument == nullptr) return fault("a field without an argument");
        append_conditionally_escaped(out, *argument);
        i = end;
    }
    return Value::safe(out);
}

Result<Value> format_html_join(const Value& separator, std::string_view format,
                               std::span<const List> rows) {
    std::string out;
    bool first = true;
    for (const List& row : rows) {
        if (!first) append_conditionally_escaped(out, separator);
        first = false;
        TATUM_TRY(const Value text, format_html(format, row));
        out += text.as_string();
    }
    return Value::safe(out);
}

}  // namespace tatum::html
