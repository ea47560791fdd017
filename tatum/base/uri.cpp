#include <tatum/base/uri.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <array>

namespace tatum::uri {

namespace {

constexpr std::size_t kUrlBytesMax = 2048;  ///< of a URL that a visitor is sent to

/// A set of bytes, made at compile time.
struct ByteSet {
    std::array<bool, 256> has{};

    constexpr explicit ByteSet(std::string_view bytes) {
        for (const char c : bytes) has[static_cast<unsigned char>(c)] = true;
    }
    constexpr bool contains(char c) const { return has[static_cast<unsigned char>(c)]; }
};

constexpr ByteSet kUnreserved("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~");
constexpr ByteSet kSchemeCharacters(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

void append_percent(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
}

using ascii::hex_digit;

/// The byte of "%XX" at `position`; -1 when that is not there.
int percent_byte(std::string_view text, std::size_t position) {
    if (text[position] != '%' || position + 2 >= text.size()) return -1;
    const int high = hex_digit(text[position + 1]);
    const int low = hex_digit(text[position + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text, std::string_view safe) {
    for (const char c : text) {
        const bool stays = kUnreserved.contains(c) || (static_cast<unsigned char>(c) < 0x80 &&
                                                       safe.find(c) != std::string_view::npos);
        if (stays) {
            out += c;
        } else {
            append_percent(out, c);
        }
    }
}

std::string quote(std::string_view text, std::string_view safe) {
    std::string out;
    out.reserve(text.size() + 8);
    append_quoted(out, text, safe);
    return out;
}

void append_quoted_plus(std::string& out, std::string_view text, std::string_view safe) {
    std::size_t begin = 0;
    while (true) {
        const std::size_t blank = std::min(text.find(' ', begin), text.size());
        append_quoted(out, text.substr(begin, blank - begin), safe);
        if (blank == text.size()) return;
        out += '+';
        begin = blank + 1;
    }
}

std::string quote_plus(std::string_view text, std::string_view safe) {
    std::string out;
    out.reserve(text.size() + 8);
    append_quoted_plus(out, text, safe);
    return out;
}

std::string unquote(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int byte = percent_byte(text, i);
        if (byte < 0) {
            out += text[i];
        } else {
            out += static_cast<char>(byte);
            i += 2;
        }
    }
    return out;
}

std::string unquote_plus(std::string_view text) {
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return unquote(spaced);
}

namespace {
constexpr std::string_view kIriSafe = "/#%[]=:;$&()+,!?*@'~";
}

std::string iri_to_uri(std::string_view iri) { return quote(iri, kIriSafe); }

std::string uri_to_iri(std::string_view uri) {
    // RFC 3987 §3.2: decode unreserved characters and what is not ASCII, then take back what
    // turned out to be no UTF-8.
    std::string decoded;
    for (std::size_t i = 0; i < uri.size(); ++i) {
        const int byte = percent_byte(uri, i);
        if (byte >= 0 && (byte >= 0x80 || kUnreserved.contains(static_cast<char>(byte)))) {
            decoded += static_cast<char>(byte);
            i += 2;
        } else {
            decoded += uri[i];
        }
    }
    std::string out;
    for (std::size_t i = 0; i < decoded.size();) {
        const std::size_t begin = i;
        const char32_t c = strings::next_code_point(decoded, i);
        if (c == strings::kReplacement && !strings::is_replacement(decoded, begin, i)) {
            append_quoted(out, std::string_view(decoded).substr(begin, i - begin), kIriSafe);
        } else {
            out += std::string_view(decoded).substr(begin, i - begin);
        }
    }
    return out;
}

std::string escape_uri_path(std::string_view path) {
    // RFC 3986 §3.3, without ';' and '=', whose meaning is the segment's own.
    return quote(path, "/:@&+$,-_.!~*'()");
}

std::string filepath_to_uri(std::string_view path) {
    return quote(strings::replace(path, "\\", "/"), "/~!*()'");
}

std::string escape_leading_slashes(std::string_view path) {
    if (!path.starts_with("//")) return std::string(path);
    return "/%2F" + std::string(path.substr(2));
}

namespace {

Error none_for_key(const Value& key) {
    return Error{.code = "uri.E001",
                 .message = "Cannot encode None for key '" + key.str() +
                            "' in a query string. Did you mean to pass an empty string or omit "
                            "the value?"};
}

void append_text(std::string& out, const Value& value) {
    const bool has_text = value.is_string() || value.kind() == Kind::Bytes;
    append_quoted_plus(out, has_text ? std::string(value.as_string()) : value.str());
}

void append_pair(std::string& out, const Value& key, const Value& value) {
    if (!out.empty()) out += '&';
    append_text(out, key);
    out += '=';
    append_text(out, value);
}

Result<void> append_parameter(std::string& out, const Value& key, const Value& value,
                              Sequences sequences) {
    if (value.is_none()) return none_for_key(key);
    const bool is_text = value.is_string() || value.kind() == Kind::Bytes;
    const auto items = sequences == Sequences::Each && !is_text ? value.items() : std::nullopt;
    if (!items) {
        append_pair(out, key, value);
        return {};
    }
    for (const Value& item : *items) {
        if (item.is_none()) return none_for_key(key);
        append_pair(out, key, item);
    }
    return {};
}

}  // namespace

Result<std::string> urlencode(const Value& query, Sequences sequences) {
    std::string out;
    Result<void> done;
    if (query.is_dict()) {
        for (const auto& [key, value] : query.as_dict()) {
            done = append_parameter(out, key, value, sequences);
            if (!done) return std::move(done).error();
        }
        return out;
    }
    const auto pairs = query.items();
    if (!pairs) {
        return Error{.code = "uri.E002", .message = "not a mapping or pairs: " + query.repr()};
    }
    for (const Value& pair : *pairs) {
        const auto items = pair.items();
        if (!items || items->size() != 2) {
            return Error{.code = "uri.E002", .message = "not a pair: " + pair.repr()};
        }
        done = append_parameter(out, (*items)[0], (*items)[1], sequences);
        if (!done) return std::move(done).error();
    }
    return out;
}

namespace {

/// "[...]" holds an IPv6 address, or a future one that starts with 'v' (RFC 3986 §3.2.2).
bool is_bracketed_address(std::string_view host) {
    if (host.starts_with('v') || host.starts_with('V')) {
        const std::size_t point = host.find('.');
        return point != std::string_view::npos && point > 1 && point + 1 < host.size();
    }
    host = host.substr(0, host.find('%'));
    std::size_t colons = 0, digits = 0;
    bool compressed = false;
    for (std::size_t i = 0; i < host.size(); ++i) {
        if (host[i] == ':') {
            if (i > 0 && host[i - 1] == ':') {
                if (compressed) return false;
                compressed = true;
            }
            ++colons;
            digits = 0;
        } else if (host[i] == '.') {
            digits = 0;  // a last part written as IPv4
        } else if (hex_digit(host[i]) < 0 || ++digits > 4) {
            return false;
        }
    }
    const bool dotted = host.find('.') != std::string_view::npos;
    const std::size_t wanted = dotted ? 6 : 7;
    return compressed ? colons <= 7 : colons == wanted;
}

bool is_valid_netloc(std::string_view netloc) {
    const std::size_t open = netloc.find('['), close = netloc.find(']');
    const bool has_open = open != std::string_view::npos;
    const bool has_close = close != std::string_view::npos;
    if (has_open != has_close) return false;
    if (has_open &&
        (close < open || !is_bracketed_address(netloc.substr(open + 1, close - open - 1)))) {
        return false;
    }
    // Compatibility forms of the delimiters would turn into them later.
    if (strings::is_ascii(netloc)) return true;
    std::string plain;
    for (const char c : netloc) {
        if (c != '@' && c != ':' && c != '#' && c != '?') plain += c;
    }
    const std::string normal = strings::normalize(plain, strings::Normalization::NFKC);
    return normal == plain || normal.find_first_of("/?#@:") == std::string::npos;
}

}  // namespace

Result<Split> split(std::string_view url) {
    Split parts;
    const std::size_t colon = url.find(':');
    const auto is_letter = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
    if (colon != std::string_view::npos && colon > 0 && is_letter(url[0]) &&
        std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon),
                    [](char c) { return kSchemeCharacters.contains(c); })) {
        parts.scheme = url.substr(0, colon);
        url.remove_prefix(colon + 1);
    }
    if (url.starts_with("//")) {
        const std::size_t end = std::min(url.find_first_of("/?#", 2), url.size());
        parts.netloc = url.substr(2, end - 2);
        parts.has_netloc = true;
        url.remove_prefix(end);
        if (!is_valid_netloc(parts.netloc)) {
            return Error{.code = "uri.E003",
                         .message = "no valid host: " + std::string(parts.netloc)};
        }
    }
    if (const std::size_t hash = url.find('#'); hash != std::string_view::npos) {
        parts.fragment = url.substr(hash + 1);
        url = url.substr(0, hash);
    }
    if (const std::size_t mark = url.find('?'); mark != std::string_view::npos) {
        parts.query = url.substr(mark + 1);
        url = url.substr(0, mark);
    }
    parts.path = url;
    return parts;
}

namespace {

bool is_allowed(std::string_view url, std::span<const std::string> allowed_hosts,
                RequireHttps require_https) {
    // Browsers take any URL that starts with three slashes for one with a host.
    if (url.starts_with("///") || url.size() > kUrlBytesMax) return false;
    std::size_t position = 0;
    if (!strings::is_printable(strings::next_code_point(url, position))) return false;
    std::string plain;
    for (const char c : url) {
        if (c != '\t' && c != '\r' && c != '\n') plain += c;
    }
    const Result<Split> parts = split(plain);
    if (!parts) return false;
    if (parts->netloc.empty()) return parts->scheme.empty();
    const std::string scheme = parts->scheme.empty() ? "http" : strings::ascii_lower(parts->scheme);
    const bool scheme_fits =
        scheme == "https" || (scheme == "http" && require_https == RequireHttps::No);
    return scheme_fits && std::find(allowed_hosts.begin(), allowed_hosts.end(), parts->netloc) !=
                              allowed_hosts.end();
}

}  // namespace

bool url_has_allowed_host_and_scheme(std::string_view url,
                                     std::span<const std::string> allowed_hosts,
                                     RequireHttps require_https) {
    url = strings::strip(url);
    if (url.empty()) return false;
    // Some browsers take '\' for '/', so that both readings must be safe.
    return is_allowed(url, allowed_hosts, require_https) &&
           is_allowed(strings::replace(url, "\\", "/"), allowed_hosts, require_https);
}

bool is_same_domain(std::string_view host, std::string_view pattern) {
    const std::string lower = strings::lower(pattern);
    if (lower.empty()) return false;
    if (lower == host) return true;
    return lower[0] == '.' && (host.ends_with(lower) || host == std::string_view(lower).substr(1));
}

}  // namespace tatum::uri
