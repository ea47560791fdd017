#include <tatum/views/websocket.h>

#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/http/errors.h>
#include <tatum/http/origins.h>
#include <tatum/http/upgrade.h>

#include <algorithm>

namespace tatum::views {

namespace {

bool may_connect(const http::Request& request, const WebSocketOptions& options) {
    // Browsers always send it; other programs have no cookies to lend.
    const auto origin = request.headers().get("Origin");
    if (!origin || http::is_same_origin(request, *origin)) return true;
    if (options.origins.empty()) {
        const Strings& trusted = current_settings().csrf_trusted_origins;
        return http::TrustedOrigins(trusted, "CSRF_TRUSTED_ORIGINS").has(*origin);
    }
    return std::ranges::find(options.origins, "*") != options.origins.end() ||
           http::TrustedOrigins(options.origins, "the origins of a WebSocket").has(*origin);
}

net::WebSocketHandshake check(const http::Request& request, const WebSocketOptions& options) {
    std::vector<net::Header> headers(request.headers().begin(), request.headers().end());
    const auto version =
        request.http_minor() == 0 ? net::HttpVersion::Http10 : net::HttpVersion::Http11;
    return net::WebSocketHandshake::check(request.method_text(), version, headers,
                                          options.subprotocols, options.limits);
}

}  // namespace

http::Response websocket(http::Request& request, Function<void(WebSocket&)> handler,
                         const WebSocketOptions& options) {
    static_cast<void>(request.get_host());  // for ALLOWED_HOSTS
    net::WebSocketHandshake handshake = check(request, options);
    const bool accepted = handshake.status() == 101;
    http::Response response(std::string(handshake.fault()),
                            {.content_type = accepted ? std::string_view() : "text/plain",
                             .status = handshake.status()});
    for (const auto& [name, value] : handshake.headers()) response.headers.set(name, value);
    if (!accepted) return response;
    if (!may_connect(request, options)) {
        logging::Logger("tatum.security.websocket")
            .warning("Refused a WebSocket from " + std::string(request.header("Origin")) + ": " +
                     std::string(request.path()));
        throw PermissionDenied("WebSockets of this origin are not accepted");
    }
    response.extensions.set(
        http::Upgrade{[handshake = std::move(handshake), handler = std::move(handler)](
                          net::ByteStream& stream) { handshake.serve(stream, handler); }});
    return response;
}

}  // namespace tatum::views
