#pragma once

#include <tatum/base/function.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/net/websocket.h>

#include <string>
#include <vector>

namespace tatum::views {

using net::WebSocket;

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
///             while (auto message = socket.receive()) socket.send(*message);
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
