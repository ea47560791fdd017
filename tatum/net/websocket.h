#pragma once

#include <tatum/base/function.h>
#include <tatum/base/value.h>
#include <tatum/net/exchange.h>
#include <tatum/net/fiber.h>
#include <tatum/net/header.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// WebSocket (RFC 6455) with permessage-deflate (RFC 7692), the server's side.
namespace tatum::net {

namespace impl {
class WebSocketCore;
}

struct WebSocketMessage {
    enum class Kind : std::uint8_t { Text, Binary };

    std::string payload;  ///< of a text: valid UTF-8
    Kind kind = Kind::Text;

    bool is_text() const { return kind == Kind::Text; }
};

/// A message for many sockets: its frame is made once, its compressed frame at most once.
/// Immutable, and shared between threads.
class SharedMessage {
public:
    using Kind = WebSocketMessage::Kind;

    /// Throws std::invalid_argument when a text is not UTF-8.
    explicit SharedMessage(std::string_view payload, Kind kind = Kind::Text);
    SharedMessage(const SharedMessage&) = delete;
    SharedMessage& operator=(const SharedMessage&) = delete;

    std::string_view payload() const {
        return std::string_view(frame_).substr(frame_.size() - payload_bytes_);
    }
    Kind kind() const { return kind_; }
    bool is_text() const { return kind_ == Kind::Text; }

private:
    friend class impl::WebSocketCore;
    const std::string& compressed_frame() const;

    Kind kind_;
    std::size_t payload_bytes_;
    std::string frame_;
    mutable std::once_flag compress_once_;
    mutable std::string compressed_frame_;
};

/// What becomes of a post() to a socket whose client takes messages more slowly than they come.
enum class SlowClient : std::uint8_t {
    Close,       ///< the connection is cut: the client comes back and asks for what it has missed
    DropOldest,  ///< the oldest messages that wait are lost
    DropNewest,  ///< the message is lost
};

/// How one socket behaves. A duration of zero means no limit.
struct WebSocketLimits {
    std::size_t message_bytes_max = 1 << 20;  ///< of a message received, unpacked; beyond: 1009
    /// Messages received that wait for receive(); beyond, nothing more is read.
    std::size_t inbox_messages_max = 32;
    /// What waits to be sent; send() waits for room, post() does as slow_client says.
    std::size_t queue_bytes_max = 1 << 20;
    SlowClient slow_client = SlowClient::Close;

    /// A client that was silent for so long is asked for a sign of life,
    Duration ping_interval = std::chrono::seconds(30);
    /// and cut off when it gives none.
    Duration ping_timeout = std::chrono::seconds(20);
    Duration write_timeout = std::chrono::seconds(30);  ///< without the client taking a byte
    Duration close_timeout = std::chrono::seconds(5);   ///< for the client to answer Close
    /// The socket is closed with 1001 when it gets so old.
    Duration lifetime_max = std::chrono::seconds(0);
    /// A handler that has not returned so long after its socket was closed is cancelled.
    Duration handler_grace = std::chrono::seconds(10);

    /// Offers to compress are accepted; messages of compress_bytes_min and more are compressed.
    bool compression = true;
    std::size_t compress_bytes_min = 256;
    /// The window lives on between messages, as they are sent and received. Packs small messages
    /// better, and costs 300 KiB for each socket; a SharedMessage goes uncompressed then.
    bool context_takeover = false;
};

/// Close codes (RFC 6455 §7.4) that handlers use. 3000 to 4999 are free for applications.
namespace close_codes {
inline constexpr std::uint16_t kNormal = 1000, kGoingAway = 1001, kProtocolError = 1002,
                               kUnsupportedData = 1003, kNone = 1005, kAbnormal = 1006,
                               kInvalidPayload = 1007, kPolicyViolation = 1008,
                               kMessageTooBig = 1009, kInternalError = 1011, kTryAgainLater = 1013;
}

/// A handle of a socket. Copyable; any fiber and thread may use it, also several at once, and it
/// may outlive the connection, when it is closed. Messages of one sender keep their order.
class WebSocket {
public:
    /// The next message; nullopt once the socket is closed, by whomever. Suspends. Pings are
    /// answered meanwhile, and otherwise too. Throws Cancelled, TimedOut.
    std::optional<WebSocketMessage> receive();
    /// The same for at most `timeout`; is_open() tells why there is none.
    std::optional<WebSocketMessage> receive_for(Duration timeout);
    /// A text message as JSON. Anything else closes the socket with 1003 or 1007.
    std::optional<Value> receive_json();

    /// Suspends while much waits to be sent. Throws Disconnected when the socket is closed,
    /// std::invalid_argument when a text is not UTF-8.
    void send(std::string_view text);
    void send_bytes(std::string_view bytes);
    void send(const WebSocketMessage& message);
    void send_json(const Value& value);
    /// Never waits. False when the socket is closed or the message was dropped.
    bool post(const std::shared_ptr<const SharedMessage>& message) noexcept;

    /// Begins to close; what was sent before still goes out. The reason is cut to 123 bytes. Does
    /// not wait: the connection ends when the handler returns. Further calls change nothing. Throws
    /// std::invalid_argument for a code that may not be sent.
    void close(std::uint16_t code = close_codes::kNormal, std::string_view reason = {});
    bool is_open() const;
    /// Waits until the socket is closed; false when it is still open after `timeout`. For handlers
    /// that only send: `while (!socket.wait_closed(seconds(1))) socket.send(...)`. Messages that
    /// come meanwhile push the oldest out of a full inbox.
    bool wait_closed(Duration timeout);
    /// Why it is closed: the code that came first, the client's or the server's. kNone: the client
    /// gave none; kAbnormal: the connection was lost; 0: it is open.
    std::uint16_t close_code() const;
    std::string close_reason() const;

    /// The one that was agreed upon; empty when none was.
    std::string_view subprotocol() const;
    /// True when both sides may compress.
    bool compresses() const;

protected:
    explicit WebSocket(std::shared_ptr<impl::WebSocketCore> core) : core_(std::move(core)) {}

private:
    friend class WebSocketHandshake;
    std::shared_ptr<impl::WebSocketCore> core_;
};

/// A request to open a WebSocket (RFC 6455 §4.2), as far as the protocol goes: who may open one is
/// for layers above to say.
class WebSocketHandshake {
public:
    /// `subprotocols`: what the server speaks, the best first. The first of them that the client
    /// offers is chosen.
    static WebSocketHandshake check(std::string_view method, HttpVersion version,
                                    std::span<const Header> headers,
                                    std::span<const std::string> subprotocols,
                                    const WebSocketLimits& limits);

    /// 101, or what is wrong: 400, 405, 426.
    int status() const { return status_; }
    /// Why the status is not 101, for the client.
    std::string_view fault() const { return fault_; }
    /// Of the response, Connection aside: the server adds it.
    const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }

    /// Serves the connection that has switched, on the calling fiber: returns when `handler` has
    /// returned and the closing handshake is over. A handler that throws closes with 1011. Throws
    /// Disconnected when the connection has to be cut.
    void serve(ByteStream& stream, const Function<void(WebSocket&)>& handler) const;

private:
    struct Terms;
    void refuse(int status, std::string_view fault);

    int status_ = 101;
    std::string_view fault_;
    std::vector<std::pair<std::string, std::string>> headers_;
    WebSocketLimits limits_;
    std::string subprotocol_;
    std::shared_ptr<const Terms> terms_;  // null: no compression
};

}  // namespace tatum::net
