#include <tatum/net/impl/request_target.h>

#include <tatum/net/impl/ascii.h>

#include <algorithm>

namespace tatum::net::impl {

namespace {

void split_target(RequestHead& head, std::string_view origin_form) {
    const std::size_t question = origin_form.find('?');
    head.path = origin_form.substr(0, question);
    if (question != std::string_view::npos) head.query = origin_form.substr(question + 1);
}

/// "host:port/path?query", of which only the host must be there. User information is refused, as
/// RFC 9110 §4.2.4 recommends.
bool split_absolute_target(RequestHead& head, std::string_view after_scheme) {
    const std::size_t end = std::min(after_scheme.find_first_of("/?"), after_scheme.size());
    head.host = after_scheme.substr(0, end);
    if (!is_valid_host(head.host)) return false;
    const std::string_view rest = after_scheme.substr(end);
    split_target(head, rest);
    if (head.path.empty()) head.path = head.method == "OPTIONS" && rest.empty() ? "*" : "/";
    return true;
}

}  // namespace

std::optional<ParseFault> read_target(RequestHead& head, const ServerLimits& limits) {
    const std::string_view target = head.target;
    if (head.method.size() > kMethodBytesMax) return ParseFault{501, "unknown method"};
    if (target.size() > limits.target_bytes_max) {
        return ParseFault{414, "the request target is too long"};
    }
    if (head.method == "CONNECT") return ParseFault{501, "CONNECT is not supported"};
    // RFC 9110 §9.3.8: it would show a script what the browser adds to a request.
    if (head.method == "TRACE") return ParseFault{501, "TRACE is not supported"};
    const ParseFault malformed{400, "malformed request target"};
    if (target.empty()) return malformed;
    if (target == "*") {
        if (head.method != "OPTIONS") return malformed;
        head.path = target;
        return std::nullopt;
    }
    if (target.find('#') != std::string_view::npos) {
        return ParseFault{400, "a fragment in the request target"};
    }
    if (target.front() == '/') {
        split_target(head, target);
        return std::nullopt;
    }
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!ascii::equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        if (split_absolute_target(head, target.substr(scheme.size()))) return std::nullopt;
        break;
    }
    return malformed;
}

bool is_valid_host(std::string_view host) {
    std::string_view port;
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        for (const char c : host.substr(1, end - 1)) {
            if (!is_hex(c) && c != ':' && c != '.') return false;
        }
        port = host.substr(end + 1);
        host = host.substr(0, end + 1);
    } else {
        const std::size_t colon = std::min(host.find(':'), host.size());
        port = host.substr(colon);
        host = host.substr(0, colon);
        constexpr std::string_view kOthers = "-._~!$&'()*+,;=";
        for (std::size_t i = 0; i < host.size(); ++i) {
            const char c = host[i];
            const bool letter = ascii::is_letter(c);
            if (letter || is_digit(c) || kOthers.find(c) != std::string_view::npos) continue;
            const bool escape =
                c == '%' && i + 2 < host.size() && is_hex(host[i + 1]) && is_hex(host[i + 2]);
            if (!escape) return false;
            i += 2;
        }
    }
    if (host.empty()) return false;
    if (port.empty()) return true;
    constexpr std::size_t kPortDigitsMax = 5;
    return port[0] == ':' && port.size() <= 1 + kPortDigitsMax &&
           std::all_of(port.begin() + 1, port.end(), is_digit);
}

}  // namespace tatum::net::impl
