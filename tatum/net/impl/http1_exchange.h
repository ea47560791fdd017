#pragma once

#include <tatum/net/exchange.h>
#include <tatum/net/impl/buffer.h>
#include <tatum/net/impl/request_parser.h>
#include <tatum/net/impl/response_head.h>
#include <tatum/net/impl/upgraded_stream.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace tatum::net::impl {

class Connection;
class Worker;

/// HTTP/1.x on one connection: what a request needs while it is served, and the bytes that wait for
/// their turn on either side. Serves the requests of a connection in order, and then those of
/// others.
class Http1Exchange final : public Exchange {
public:
    explicit Http1Exchange(const ServerLimits& limits) : parser_(limits) {}

    void attach(Connection& connection);
    /// Leaves nothing behind for the next connection.
    void detach();

    // --- for the connection ---

    Buffer& input() { return input_; }
    RequestParser::Progress parse() { return parser_.parse_head(input_.bytes()); }
    const RequestParser& parser() const { return parser_; }

    /// Runs the handler for the request whose head has been parsed. False when the connection
    /// cannot go on.
    bool serve();
    /// The server's own answer; the last of the connection.
    void answer_plainly(int status, std::string_view reason);
    /// Sends what has been gathered; suspends until the socket has taken it.
    void flush_output();
    /// Sends what goes without waiting; for moments when the fiber suspends for something else.
    void push_output() noexcept;
    bool has_output() const { return !output_.empty(); }
    /// True when the response has been cut short and the client must notice.
    bool aborted() const { return aborted_; }

    // --- Exchange ---

    const RequestHead& request() const override { return parser_.head(); }
    std::optional<std::uint64_t> content_length() const override {
        return parser_.content_length();
    }
    std::size_t read(std::span<char> into) override;
    void set_body_limit(std::uint64_t bytes) override { body_limit_ = bytes; }
    std::span<const Header> trailers() const override { return parser_.chunks().trailers(); }
    void respond(const ResponseHead& head, std::string_view body) override;
    void begin(const ResponseHead& head, std::optional<std::uint64_t> length) override;
    void write(std::string_view bytes) override;
    void send_file(int file, std::uint64_t offset, std::uint64_t length) override;
    void flush() override;
    void finish() override;
    void inform(const ResponseHead& head) override;
    bool begun() const override { return begun_; }
    void close_after() override { keep_alive_ = false; }
    bool can_upgrade() const override;
    ByteStream& upgrade(const ResponseHead& head) override;
    void cancel_when_client_leaves() override;
    void cancel_when_server_stops() override;
    bool connected() const override;
    const Address& peer() const override;
    const Address& local() const override;
    Scheme scheme() const override;
    TimePoint started() const override { return started_; }
    std::uint64_t bytes_in() const override { return bytes_in_; }
    std::uint64_t bytes_out() const override { return bytes_out_; }
    int status() const override { return status_; }

private:
    enum class Body : std::uint8_t { None, Length, Chunked };

    void fit();
    void reset();
    void call_handler();
    void answer_fault(int status, std::string_view text);
    void begin_head(const ResponseHead& head, std::optional<std::uint64_t> length);
    bool skip_body();
    std::uint64_t skip_max() const;
    [[noreturn]] void end_of_input();
    void fill_input();
    std::size_t read_length(std::span<char> into);
    std::size_t read_chunks(std::span<char> into);
    void check_unread_chunks();
    void ask_to_continue();
    void gather(std::string_view bytes);
    void send_output(std::string_view more);
    void gather_chunk_size(std::uint64_t size);
    void gather_chunk(std::string_view bytes);
    void take_from_length(std::uint64_t bytes);

    RequestParser parser_;
    Connection* connection_ = nullptr;
    Worker* worker_ = nullptr;
    Buffer input_;  // the head that is served lies here, so it does not move meanwhile
    Buffer body_;   // used instead of input_ where the head leaves too little room
    Buffer output_;
    bool body_apart_ = false;

    TimePoint started_;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    int status_ = 0;

    Body request_body_ = Body::None;
    std::uint64_t body_left_ = 0;  // of a body with length
    std::uint64_t body_read_ = 0;
    std::uint64_t body_limit_ = 0;
    bool continue_due_ = false;

    bool begun_ = false;
    bool finished_ = false;
    bool aborted_ = false;
    bool keep_alive_ = false;
    bool is_head_ = false;
    bool no_content_ = false;
    bool chunked_response_ = false;
    std::optional<std::uint64_t> response_left_;
    std::unique_ptr<UpgradedStream> stream_;  // once the connection has left HTTP
};

}  // namespace tatum::net::impl
