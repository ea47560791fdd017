#pragma once

#include <tatum/base/function.h>
#include <tatum/channels/layer.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/net/websocket.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::views {

/// A WebSocket of a view: what net::WebSocket does, and groups.
///
/// What is sent to a group that the socket is in goes to the client as it is, without the handler's
/// help, as WebSocketLimits::slow_client allows. A handler that wants to see messages first has a
/// Channel in the group instead.
class WebSocket final : public net::WebSocket {
public:
    /// Until it leaves, or is closed. Throws std::invalid_argument for a name that is none.
    void join(std::string_view group);
    void leave(std::string_view group);
    /// To all in the group, this client too if it is. Throws std::invalid_argument.
    void group_send(std::string_view group, std::string_view text);
    void group_send(std::string_view group, const net::WebSocketMessage& message);
    void group_send_json(std::string_view group, const Value& value);
    /// By which channels::Layer::send() reaches this client from anywhere.
    std::string channel_name();

private:
    friend http::Response websocket(http::Request&, Function<void(WebSocket&)>,
                                    const struct WebSocketOptions&);
    class Groups;
    WebSocket(const net::WebSocket& socket, std::shared_ptr<Groups> groups)
        : net::WebSocket(socket), groups_(std::move(groups)) {}

    std::shared_ptr<Groups> groups_;
};

/// Arguments of websocket().
struct WebSocketOptions {
    /// What the site speaks, the best first; WebSocket::subprotocol() tells which was chosen.
    std::vector<std::string> subprotocols = {};
    /// Which sites' pages may connect, besides the site's own: as in CSRF_TRUSTED_ORIGINS, which is
    /// what counts when this is empty; "*" is any. A browser sends its cookies along whoever's page
    /// it is, so a page of another site would act in the user's name.
    std::vector<std::string> origins = {};
    net::WebSocketLimits limits = {};
};

/// Answers a request that opens a WebSocket, and then runs `handler` on the request's fiber; the
/// connection is closed when it returns (1000) or throws (1011). The request stays valid and
/// current meanwhile. A request that opens none gets 400, 405 or 426, one of a foreign origin 403.
///
///     Response chat(Request& request, std::string room) {
///         return websocket(request, [room](WebSocket& socket) {
///             socket.join(room);
///             while (auto message = socket.receive()) socket.group_send(room, *message);
///         });
///     }
///
/// Throws PermissionDenied, DisallowedHost.
http::Response websocket(http::Request& request, Function<void(WebSocket&)> handler,
                         const WebSocketOptions& options = {});

}  // namespace tatum::views

namespace tatum {
using net::WebSocketMessage;
using views::WebSocket;
using views::websocket;
using views::WebSocketOptions;
}  // namespace tatum
