#include <tatum/http/cookies.h>

#include <tatum/base/header_lines.h>
#include <tatum/base/text.h>

#include <algorithm>

namespace tatum::http {

namespace {

bool is_legal(char c) { return header_lines::is_token_byte(c) || c == ':'; }

/// Characters that stay as they are inside quotes.
bool stays_in_quotes(char32_t c) {
    if (c > 0xFF) return true;
    if (c > 0x7F) return false;
    return is_legal(static_cast<char>(c)) ||
           std::string_view(" ()/<=>?@[]{}").find(static_cast<char>(c)) != std::string_view::npos;
}

void append_octal(std::string& out, char32_t c) {
    out += '\\';
    for (int shift = 6; shift >= 0; shift -= 3)
        out += static_cast<char>('0' + ((static_cast<unsigned>(c) >> shift) & 7u));
}

bool is_octal(char c, char most) { return c >= '0' && c <= most; }

std::string_view same_site_text(SameSite samesite) {
    switch (samesite) {
        case SameSite::Lax:
            return "Lax";
        case SameSite::Strict:
            return "Strict";
        case SameSite::None:
            return "None";
        case SameSite::Unset:
            break;
    }
    return {};
}

}  // namespace

bool is_legal_cookie_text(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_legal);
}

void append_quoted_cookie(std::string_view value, std::string& out) {
    if (is_legal_cookie_text(value)) {
        out += value;
        return;
    }
    out += '"';
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t start = at;
        const char32_t c = strings::next_code_point(value, at);
        if (c == U'"' || c == U'\\')
            (out += '\\') += static_cast<char>(c);
        else if (stays_in_quotes(c))
            out += value.substr(start, at - start);
        else
            append_octal(out, c);
    }
    out += '"';
}

std::string unquote_cookie(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
    value = value.substr(1, value.size() - 2);
    std::string out;
    out.reserve(value.size());
    for (std::size_t at = 0; at < value.size();) {
        if (value[at] != '\\' || at + 1 == value.size()) {
            out += value[at++];
        } else if (at + 3 < value.size() && is_octal(value[at + 1], '3') &&
                   is_octal(value[at + 2], '7') && is_octal(value[at + 3], '7')) {
            const int code =
                (value[at + 1] - '0') * 64 + (value[at + 2] - '0') * 8 + (value[at + 3] - '0');
            strings::append_utf8(out, static_cast<char32_t>(code));
            at += 4;
        } else {
            out += value[at + 1];
            at += 2;
        }
    }
    return out;
}

Cookies Cookies::parse(std::string_view header) {
    Cookies cookies;
    for (std::size_t start = 0; start <= header.size() && cookies.size() < kParsedMax;) {
        const std::size_t end = std::min(header.find(';', start), header.size());
        const std::string_view piece = header.substr(start, end - start);
        start = end + 1;
        const std::size_t equals = piece.find('=');
        // A piece without '=' is a value without a name, as browsers have it.
        const bool named = equals != std::string_view::npos;
        const std::string_view name = strings::strip(named ? piece.substr(0, equals) : "");
        const std::string_view value = strings::strip(named ? piece.substr(equals + 1) : piece);
        if (!name.empty() || !value.empty()) cookies.set(name, unquote_cookie(value));
    }
    return cookies;
}

const std::string* Cookies::find(std::string_view name) const {
    for (const Pair& pair : pairs_)
        if (pair.first == name) return &pair.second;
    return nullptr;
}

std::string_view Cookies::get(std::string_view name, std::string_view default_) const {
    const std::string* value = find(name);
    return value == nullptr ? default_ : std::string_view(*value);
}

void Cookies::set(std::string_view name, std::string_view value) {
    for (Pair& pair : pairs_) {
        if (pair.first != name) continue;
        pair.second = value;
        return;
    }
    pairs_.emplace_back(name, value);
}

bool Cookies::erase(std::string_view name) {
    const auto at = std::find_if(pairs_.begin(), pairs_.end(),
                                 [&](const Pair& pair) { return pair.first == name; });
    if (at == pairs_.end()) return false;
    pairs_.erase(at);
    return true;
}

void Cookie::append_to(std::string& out) const {
    out += name;
    out += '=';
    append_quoted_cookie(value, out);
    const auto attribute = [&](std::string_view key, std::string_view text) {
        if (!text.empty()) out.append("; ").append(key).append("=").append(text);
    };
    attribute("Domain", domain);
    attribute("expires", expires);
    if (httponly) out += "; HttpOnly";
    if (max_age_seconds) attribute("Max-Age", std::to_string(*max_age_seconds));
    attribute("Path", path);
    attribute("SameSite", same_site_text(samesite));
    if (secure) out += "; Secure";
}

std::string Cookie::str() const {
    std::string out;
    append_to(out);
    return out;
}

}  // namespace tatum::http
