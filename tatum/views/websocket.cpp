#include <tatum/views/websocket.h>

#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/http/errors.h>
#include <tatum/http/origins.h>
#include <tatum/http/upgrade.h>
#include <tatum/views/channels.h>

#include <algorithm>

namespace tatum::views {

// --- groups --------------------------------------------------------------------------------------

/// Puts what groups get into the socket's queue. Shared by the copies of a WebSocket; it leaves all
/// groups when the handler ends.
class WebSocket::Groups final : private channels::Receiver {
public:
    Groups(channels::Layer& layer, const net::WebSocket& socket)
        : layer_(layer), socket_(socket), memberships_(layer, *this) {}
    ~Groups() { memberships_.end(); }

    channels::Layer& layer() { return layer_; }
    channels::Memberships& memberships() { return memberships_; }

private:
    void deliver(const channels::MessagePtr& message) noexcept override { socket_.post(message); }

    channels::Layer& layer_;
    net::WebSocket socket_;
    channels::Memberships memberships_;
};

void WebSocket::join(std::string_view group) { groups_->memberships().join(group); }
void WebSocket::leave(std::string_view group) { groups_->memberships().leave(group); }
std::string WebSocket::channel_name() { return groups_->memberships().channel_name(); }

void WebSocket::group_send(std::string_view group, std::string_view text) {
    groups_->layer().group_send(group, text);
}

void WebSocket::group_send(std::string_view group, const net::WebSocketMessage& message) {
    groups_->layer().group_send(
        group, std::make_shared<const channels::Message>(message.payload, message.kind));
}

void WebSocket::group_send_json(std::string_view group, const Value& value) {
    groups_->layer().group_send_json(group, value);
}

// --- the view ------------------------------------------------------------------------------------

namespace {

bool may_connect(const http::Request& request, const WebSocketOptions& options) {
    // Browsers always send it; other programs have no cookies to lend.
    if (!request.headers().get("Origin")) return true;
    const std::string_view origin = request.header("Origin");  // of several lines all
    if (http::is_same_origin(request, origin)) return true;
    if (options.origins.empty()) {
        const Strings& trusted = current_settings().csrf_trusted_origins;
        return http::TrustedOrigins(trusted, "CSRF_TRUSTED_ORIGINS").has(origin);
    }
    return std::ranges::find(options.origins, "*") != options.origins.end() ||
           http::TrustedOrigins(options.origins, "the origins of a WebSocket").has(origin);
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
    const auto serve = [&layer = channel_layer(),
                        handler = std::move(handler)](net::WebSocket& plain) {
        const auto groups = std::make_shared<WebSocket::Groups>(layer, plain);
        struct End {
            WebSocket::Groups& groups;
            ~End() { groups.memberships().end(); }
        };
        const End end{*groups};
        WebSocket socket(plain, groups);
        handler(socket);
    };
    response.extensions.set(
        http::Upgrade{[handshake = std::move(handshake), serve](net::ByteStream& stream) {
            handshake.serve(stream, serve);
        }});
    return response;
}

}  // namespace tatum::views
