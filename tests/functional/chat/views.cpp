#include "views.h"

#include <tatum/http/errors.h>
#include <tatum/net/fiber.h>
#include <tatum/views/channels.h>
#include <tatum/views/event_stream.h>
#include <tatum/views/websocket.h>

using namespace tatum;
using namespace std::chrono_literals;

namespace chat {

// [room-begin]
/// Whatever one says, all in the room hear.
Response room(Request& request, std::string name) {
    return websocket(request,
                     [name](WebSocket& socket) {
                         socket.join("room-" + name);
                         while (const auto message = socket.receive()) {
                             socket.group_send("room-" + name, *message);
                         }
                     },
                     {.subprotocols = {"chat.v2", "chat.v1"}});
}
// [room-end]

// [polite-begin]
/// The same, but each client sees the messages in its own way: a fiber of its own sends them.
Response polite_room(Request& request, std::string name) {
    return websocket(request, [name](WebSocket& socket) {
        Channel channel;
        channel.join("polite-" + name);
        auto sender = net::spawn([&] {
            while (const auto event = channel.receive_json()) {
                socket.send_json(Dict{{"dear", socket.subprotocol()}, {"says", *event}});
            }
        });
        while (const auto message = socket.receive_json()) {
            group_send_json("polite-" + name, *message);
        }
        channel.close();
        sender.join();
    });
}
// [polite-end]

// [ticker-begin]
/// Sends without ever receiving.
Response ticker(Request& request) {
    return websocket(request, [](WebSocket& socket) {
        for (int i = 0; !socket.wait_closed(5ms); ++i) socket.send(std::to_string(i));
    });
}
// [ticker-end]

// [news-begin]
/// What the group gets, as server-sent events; no handler is needed.
Response news(Request& request, std::string topic) {
    return event_stream(request, {.keep_alive = 50ms, .groups = {"news-" + topic}});
}
// [news-end]

// [countdown-begin]
/// A stream with an end; a browser that comes back gets the rest.
Response countdown(Request& request, int from) {
    return event_stream(request, [from](EventStream& stream) {
        int next = from;
        if (!stream.last_event_id().empty())
            next = std::stoi(std::string(stream.last_event_id())) - 1;
        for (; next > 0; --next) {
            stream.send(
                {.event = "tick", .data = std::to_string(next), .id = std::to_string(next)});
            net::sleep_for(1ms);
        }
    });
}
// [countdown-end]

// [publish-begin]
/// An ordinary view that tells all who listen.
Response publish(Request& request, std::string topic) {
    group_send("news-" + topic, request.body());
    return Response("published\n");
}
// [publish-end]

}  // namespace chat
