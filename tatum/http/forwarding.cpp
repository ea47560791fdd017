#include <tatum/http/forwarding.h>

#include <tatum/base/text.h>
#include <tatum/net/network.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tatum::http {

namespace {

/// Entries of a list that are looked at, from the right; there are no chains of so many proxies.
constexpr std::size_t kHopsMax = 32;

struct Hop {
    std::string_view client, scheme, host;  ///< empty: not told
};

bool is(std::string_view a, std::string_view b) { return equals_ignoring_case(a, b); }

/// Cuts the last entry off `list`, which commas part.
std::string_view take_last(std::string_view& list) {
    const std::size_t comma = list.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
    return strings::strip(last);
}

/// The entries of all headers of a name, the last first.
std::vector<std::string_view> entries_of(const Headers& headers, std::string_view name) {
    std::vector<std::string_view> entries;
    std::vector<std::string_view> lines = headers.get_all(name);
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        std::string_view rest = *line;
        do {
            entries.push_back(take_last(rest));
            if (entries.size() == kHopsMax) return entries;
        } while (!rest.empty());
    }
    return entries;
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80".
std::optional<net::Address> parse_client(std::string_view text) {
    std::string_view ip = text;
    std::uint16_t port = 0;
    std::size_t colon = std::string_view::npos;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return {};
        ip = text.substr(1, close - 1);
        if (close + 1 < text.size()) colon = close + 1;
    } else if (std::ranges::count(text, ':') == 1) {
        colon = text.find(':');
        ip = text.substr(0, colon);
    }
    if (colon != std::string_view::npos) {
        if (text[colon] != ':') return {};
        const std::string_view digits = text.substr(colon + 1);
        // An obfuscated port (RFC 7239 §6) is as good as none.
        if (!digits.starts_with('_')) {
            const auto [end, fault] =
                std::from_chars(digits.data(), digits.data() + digits.size(), port);
            if (fault != std::errc() || end != digits.data() + digits.size()) return {};
        }
    }
    const auto address = net::parse_ip(ip, port);
    if (!address) return {};
    return *address;
}

/// A token or a quoted string without escapes, which no address and no host needs.
std::optional<std::string_view> take_value(std::string_view& rest) {
    std::string_view value;
    if (rest.starts_with('"')) {
        const std::size_t close = rest.find('"', 1);
        if (close == std::string_view::npos) return {};
        value = rest.substr(1, close - 1);
        if (value.find('\\') != std::string_view::npos) return {};
        rest.remove_prefix(close + 1);
    } else {
        const std::size_t end = std::min(rest.find_first_of(",; \t\"="), rest.size());
        if (end == 0) return {};
        value = rest.substr(0, end);
        rest.remove_prefix(end);
    }
    return value;
}

/// The elements of a Forwarded header (RFC 7239 §4), in order. False when it is malformed.
bool parse_forwarded(std::string_view text, std::vector<Hop>& hops) {
    Hop hop;
    bool any = false;
    for (;;) {
        text = strings::strip(text);
        const std::size_t equals = text.find('=');
        const std::size_t stop = text.find_first_of(",;");
        if (equals != std::string_view::npos && equals < stop) {
            const std::string_view name = text.substr(0, equals);
            text.remove_prefix(equals + 1);
            const auto value = take_value(text);
            if (!value) return false;
            if (is(name, "for")) hop.client = *value;
            if (is(name, "proto")) hop.scheme = *value;
            if (is(name, "host")) hop.host = *value;
            any = true;
            text = strings::strip(text);
        }
        if (text.empty() || text[0] == ',') {
            if (any) hops.push_back(hop);
            hop = {};
            any = false;
            if (text.empty()) return true;
        } else if (text[0] != ';') {
            return false;
        }
        text.remove_prefix(1);
    }
}

/// The last first, up to a line that is malformed: it may be the client's own, and must not hide
/// what proxies have added behind it.
std::vector<Hop> forwarded_hops(const Headers& headers) {
    std::vector<Hop> hops;
    const std::vector<std::string_view> lines = headers.get_all("Forwarded");
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        std::vector<Hop> of_line;
        if (!parse_forwarded(*line, of_line)) break;
        hops.insert(hops.end(), of_line.rbegin(), of_line.rend());
    }
    if (hops.size() > kHopsMax) hops.resize(kHopsMax);
    return hops;
}

/// Of X-Forwarded-*: the entry of the proxy whose client is number `index` from the right, where
/// every proxy has added one; else the last, by whoever is next to this server.
std::string_view entry_at(const Headers& headers, std::string_view name, std::size_t hops,
                          std::size_t index) {
    const std::vector<std::string_view> entries = entries_of(headers, name);
    if (entries.empty()) return {};
    return entries.size() == hops && index < hops ? entries[index] : entries[0];
}

std::vector<Hop> x_forwarded_hops(const Headers& headers, const ForwardedHeaders& believed) {
    std::vector<Hop> hops;
    if (believed.x_for) {
        for (const std::string_view client : entries_of(headers, "X-Forwarded-For")) {
            hops.push_back({.client = client});
        }
    }
    return hops;
}

std::string_view scheme_named(std::string_view text) {
    if (is(text, "https")) return "https";
    if (is(text, "http")) return "http";
    return {};
}

/// Headers by which somebody speaks for a client, whether they are believed here or not.
bool is_claim(std::string_view name, const HttpSettings& settings) {
    static constexpr std::array<std::string_view, 8> kClaims = {
        "Forwarded",        "X-Forwarded-For",    "X-Forwarded-Proto", "X-Forwarded-Host",
        "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Ssl",   "X-Real-IP"};
    if (std::ranges::any_of(kClaims, [&](std::string_view claim) { return is(name, claim); })) {
        return true;
    }
    return settings.secure_proxy_ssl_header && is(name, settings.secure_proxy_ssl_header->first);
}

}  // namespace

Result<ForwardedHeaders> parse_forwarded_headers(const std::vector<std::string>& names) {
    ForwardedHeaders headers;
    for (const std::string& name : names) {
        if (is(name, "X-Forwarded-For")) {
            headers.x_for = true;
        } else if (is(name, "X-Forwarded-Proto")) {
            headers.x_proto = true;
        } else if (is(name, "X-Forwarded-Host")) {
            headers.x_host = true;
        } else if (is(name, "X-Forwarded-Port")) {
            headers.x_port = true;
        } else if (is(name, "Forwarded")) {
            headers.forwarded = true;
        } else {
            return Error{.code = "http.E010",
                         .message = "FORWARDED_HEADERS: \"" + name +
                                    "\" is none of X-Forwarded-For, X-Forwarded-Proto, "
                                    "X-Forwarded-Host, X-Forwarded-Port and Forwarded"};
        }
    }
    return headers;
}

ForwardedClient forwarded_client(const net::Address& peer, const Headers& headers,
                                 const HttpSettings& settings) {
    const ForwardedHeaders& believed = settings.forwarded_headers;
    ForwardedClient client{.address = peer};
    std::vector<Hop> hops;
    if (believed.forwarded) hops = forwarded_hops(headers);
    const bool by_forwarded = !hops.empty();
    if (!by_forwarded) hops = x_forwarded_hops(headers, believed);

    std::size_t index = 0;
    for (std::size_t i = 0; i < hops.size(); ++i) {
        const auto address = parse_client(hops[i].client);
        index = i;
        if (!by_forwarded && !address) break;
        if (!hops[i].scheme.empty()) client.scheme = scheme_named(hops[i].scheme);
        if (!hops[i].host.empty()) client.host = hops[i].host;
        if (!address) break;  // "unknown", "_hidden", or what nobody can read
        client.address = *address;
        if (!net::contains(settings.trusted_proxies, *address)) break;
    }
    if (by_forwarded) return client;
    const auto entry = [&](std::string_view name) {
        return entry_at(headers, name, hops.size(), index);
    };
    if (believed.x_proto) client.scheme = scheme_named(entry("X-Forwarded-Proto"));
    if (believed.x_host) client.host = entry("X-Forwarded-Host");
    if (believed.x_port) {
        const std::string_view text = entry("X-Forwarded-Port");
        std::uint16_t port = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
        if (fault == std::errc() && end == text.data() + text.size()) client.port = port;
    }
    return client;
}

void Forwarding::apply(const net::Address& peer, const HttpSettings& settings, RequestHead& head) {
    if (settings.trusted_proxies.empty()) return;
    if (!net::contains(settings.trusted_proxies, peer)) return remove_claims(settings, head);
    const ForwardedClient client = forwarded_client(peer, Headers::view(head.headers), settings);
    if (client.address != peer) {
        address_ = client.address.ip();
        head.remote_address = address_;
        head.remote_port = client.address.port();
    }
    if (!client.scheme.empty()) head.scheme = client.scheme;
    if (client.port) head.server_port = *client.port;
    if (!client.host.empty()) set_host(client.host, head);
}

void Forwarding::remove_claims(const HttpSettings& settings, RequestHead& head) {
    const auto claim = [&](const HeaderField& field) { return is_claim(field.name, settings); };
    if (std::ranges::none_of(head.headers, claim)) return;
    headers_.assign(head.headers.begin(), head.headers.end());
    std::erase_if(headers_, claim);
    head.headers = headers_;
}

void Forwarding::set_host(std::string_view host, RequestHead& head) {
    headers_.assign(head.headers.begin(), head.headers.end());
    const auto old = std::ranges::find_if(
        headers_, [](const HeaderField& field) { return is(field.name, "Host"); });
    if (old != headers_.end()) {
        old->value = host;
    } else {
        headers_.push_back({"Host", host});
    }
    head.headers = headers_;
}

std::string_view trusted_request_id(const net::Address& peer, std::span<const HeaderField> headers,
                                    const HttpSettings& settings) {
    if (settings.request_id_header.empty() || settings.trusted_proxies.empty() ||
        !net::contains(settings.trusted_proxies, peer)) {
        return {};
    }
    const auto found = std::ranges::find_if(headers, [&](const HeaderField& field) {
        return is(field.name, settings.request_id_header);
    });
    if (found == headers.end() || found->value.size() > kRequestIdMax) return {};
    const bool well_formed = std::ranges::all_of(found->value, [](char c) {
        const bool alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return alphanumeric || std::string_view("-_.:/+=@").find(c) != std::string_view::npos;
    });
    return well_formed ? found->value : std::string_view();
}

}  // namespace tatum::http
