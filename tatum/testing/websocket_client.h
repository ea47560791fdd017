#pragma once

#include <tatum/base/value.h>
#include <tatum/net/websocket.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::testing {

/// A client of a site's WebSockets, for tests with a LiveServer. It blocks, but no longer than
/// kPatience, and does not compress.
class WebSocketClient {
public:
    static constexpr std::chrono::seconds kPatience{10};

    struct Options {
        /// Headers beside those of every handshake, "Origin" or "Cookie" for example.
        std::vector<std::pair<std::string, std::string>> headers = {};
        std::vector<std::string> subprotocols = {};
    };

    /// Asks 127.0.0.1 for a WebSocket; status() tells what came of it. Throws Exception when nobody
    /// listens.
    WebSocketClient(std::uint16_t port, std::string_view path)
        : WebSocketClient(port, path, Options{}) {}
    WebSocketClient(std::uint16_t port, std::string_view path, const Options& options);
    ~WebSocketClient();
    WebSocketClient(const WebSocketClient&) = delete;
    WebSocketClient& operator=(const WebSocketClient&) = delete;

    /// 101 when the socket is open.
    int status() const { return status_; }
    /// Of the response; empty when it is absent.
    std::string header(std::string_view name) const;

    void send(std::string_view text);
    void send_bytes(std::string_view bytes);
    void send_json(const Value& value);
    /// The next message; nullopt when the server has closed. Answers pings. Throws Exception when
    /// nothing comes.
    std::optional<net::WebSocketMessage> receive();
    /// The payload of the next message; throws Exception when there is none.
    std::string receive_text();
    Value receive_json();

    /// Says goodbye, and waits for the server to do so.
    void close(std::uint16_t code = net::close_codes::kNormal);
    /// Hangs up without a word.
    void hang_up();
    /// That of the server's Close; 0 when it has not sent one.
    std::uint16_t close_code() const { return close_code_; }

private:
    struct Frame {
        int opcode;
        bool final;
        std::string payload;
    };

    void read_response();
    bool more();
    void transmit(std::string_view bytes);
    void send_frame(int opcode, std::string_view payload);
    std::optional<Frame> read_frame();
    std::optional<Frame> take_frame();

    int socket_ = -1;
    int status_ = 0;
    std::string head_, buffer_;
    std::uint16_t close_code_ = 0;
};

}  // namespace tatum::testing
