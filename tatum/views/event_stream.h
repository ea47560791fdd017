#pragma once

#include <tatum/base/function.h>
#include <tatum/channels/layer.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/net/fiber.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::views {

/// One event of a stream of server-sent events (WHATWG HTML §9.2). A value.
struct ServerSentEvent {
    std::string event = {};  ///< its type; empty: "message". On one line
    std::string data = {};   ///< lines end with \n, \r\n or \r
    std::string id = {};     ///< what the browser says in Last-Event-ID. On one line
    /// When the browser is to connect again after a break.
    std::optional<std::chrono::milliseconds> retry = {};
    std::string comment = {};  ///< which browsers ignore
};

/// As it goes over the wire. Throws std::invalid_argument when event or id hold a line break or
/// NUL.
std::string format_event(const ServerSentEvent& event);

/// How a stream behaves.
struct EventStreamOptions {
    /// A comment is sent when nothing else was for so long, so that proxies keep the connection
    /// and a client that has left is noticed. Zero: none.
    net::Duration keep_alive = std::chrono::seconds(15);
    /// What waits to be sent; send() waits for room, what groups get does as `overflow` says.
    std::size_t queue_bytes_max = 256 * 1024;
    channels::Overflow overflow = channels::Overflow::DropOldest;
    /// The stream ends when it gets so old, and the browser comes back. Zero: never.
    net::Duration lifetime_max = std::chrono::seconds(0);
    /// Names of groups that the stream is in from the beginning.
    std::vector<std::string> groups = {};
};

/// A handle of a stream. Copyable; any fiber and thread may use it, and it may outlive the
/// response, when it is closed.
class EventStream {
public:
    /// Suspends while much waits to be sent. Throws Disconnected when the client has left or the
    /// stream has ended, std::invalid_argument as format_event().
    void send(const ServerSentEvent& event);
    void send(std::string_view data) { send(ServerSentEvent{.data = std::string(data)}); }
    void send_json(const Value& value);

    /// What is sent to the group goes to the client, each message as the data of an event; bytes
    /// that are no text are left out.
    void join(std::string_view group);
    void leave(std::string_view group);
    std::string channel_name();

    /// Of the last event that the browser got before it came back; empty at its first visit.
    std::string_view last_event_id() const;
    bool is_open() const;
    /// Waits until the stream is closed; false when it is still open after `timeout`.
    bool wait_closed(net::Duration timeout);
    /// The same without end: for handlers that leave all to groups.
    void wait_closed();

private:
    friend http::Response event_stream(http::Request&, Function<void(EventStream&)>,
                                       const EventStreamOptions&);
    friend http::Response event_stream(http::Request&, const EventStreamOptions&);
    class Core;
    class Body;
    explicit EventStream(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    static http::Response respond(http::Request& request, Function<void(EventStream&)> handler,
                                  const EventStreamOptions& options);

    std::shared_ptr<Core> core_;
};

/// A response of server-sent events (text/event-stream), which `handler` sends. It runs on a fiber
/// of its own and is cancelled when the client leaves or the server stops; the stream ends when it
/// returns. The request stays valid and current meanwhile. Only GET has an answer; others get 405.
///
///     Response prices(Request& request) {
///         return event_stream(request, [](EventStream& stream) {
///             for (int i = 0;; ++i) {
///                 stream.send({.event = "price", .data = price().str(), .id = std::to_string(i)});
///                 sleep_for(1s);
///             }
///         });
///     }
http::Response event_stream(http::Request& request, Function<void(EventStream&)> handler,
                            const EventStreamOptions& options = {});
/// Without a handler: what options.groups get is all. Costs one fiber less.
http::Response event_stream(http::Request& request, const EventStreamOptions& options);

}  // namespace tatum::views

namespace tatum {
using views::event_stream;
using views::EventStream;
using views::EventStreamOptions;
using views::ServerSentEvent;
}  // namespace tatum
