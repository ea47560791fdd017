#pragma once

#include <tatum/net/impl/buffer.h>
#include <tatum/net/impl/http2_head.h>
#include <tatum/net/impl/nghttp2_memory.h>
#include <tatum/net/impl/worker.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tatum::net::impl {

class Connection;
class Http2Exchange;

/// What a client may do so often and no more: a bucket of tokens that fills again by itself.
class Http2Budget {
public:
    Http2Budget(std::uint32_t max, TimePoint now) : max_(max), left_(max), filled_(now) {}
    /// False when there is nothing left. A `max` of 0 is no limit.
    bool spend(TimePoint now);
    void give_back(double count) { left_ = std::min(max_, left_ + count); }

private:
    double max_;
    double left_;
    TimePoint filled_;
};

/// Finds the heads of the frames in what a client sends (RFC 9113 §4.1). nghttp2 says nothing of
/// frames that it has no use for.
class Http2FrameScan {
public:
    struct Head {
        std::size_t size = 0;
        std::uint8_t type = 0;
        std::uint8_t flags = 0;
    };
    /// The next head that is complete with `bytes`, of which it takes what it has looked at.
    std::optional<Head> next(std::string_view& bytes);

private:
    static constexpr std::size_t kHeadBytes = 9;

    std::size_t skip_ = NGHTTP2_CLIENT_MAGIC_LEN;
    std::array<std::uint8_t, kHeadBytes> head_{};
    std::size_t head_size_ = 0;
};

/// The HTTP/2 side of a connection (RFC 9113): frames, streams and flow control, which are
/// nghttp2's, and the exchanges of the streams. It does not wait for anything: bytes go in by
/// read(), and out by flush(), as far as the socket takes them.
class Http2Session {
public:
    /// Throws std::bad_alloc.
    explicit Http2Session(Connection& connection);
    ~Http2Session();
    Http2Session(const Http2Session&) = delete;
    Http2Session& operator=(const Http2Session&) = delete;

    // --- for the connection; each may end with it closed ---

    /// `first` are bytes that have come already.
    void start(std::string_view first);
    void read();
    void flush();
    void on_timer();
    /// The server stops, which handlers hear that want to.
    void on_stop();
    /// No new streams; those that are open end in their time.
    void wind_up();
    void cancel_all(std::string_view reason);
    /// The connection is no more: whoever waits for it hears that.
    void lose();
    bool has_fibers() const { return fibers_ > 0; }
    bool idle() const { return exchanges_.empty(); }

    // --- for its exchanges ---

    Connection& connection() { return connection_; }
    Worker& worker() { return worker_; }
    Http2ResponseFields& fields() { return fields_; }
    /// Sends fields() as the head; the body comes from the exchange.
    enum class Body : bool { No, Follows };
    void respond(Http2Exchange& exchange, Body body);
    /// Sends fields() as an interim response.
    void inform(Http2Exchange& exchange);
    void more_output(Http2Exchange& exchange);
    /// The handler has read so much: the client may send as much again.
    void consumed(Http2Exchange& exchange, std::size_t bytes);
    void reset(Http2Exchange& exchange, std::uint32_t error_code);
    /// Does the client have room for more of this stream? If not, it is the client that waits, not
    /// its connection.
    bool has_window(const Http2Exchange& exchange) const;
    /// Of all streams' bodies, what the client has confirmed. It may be a little less than before
    /// when other frames have been sent.
    std::uint64_t body_bytes_taken() const;
    /// Flushes once fibers and connections have had their turn.
    void flush_soon();
    void fiber_ended(Http2Exchange& exchange);

private:
    struct Callbacks;
    struct Deleter {
        void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
    };

    void make_session();
    void submit_settings();
    void feed(std::string_view bytes);
    void give_up();
    void start_fibers();
    bool fill_output();
    bool over() const;
    void settle();
    void update_deadline();
    bool may_release_frame_buffer() const;
    void end();
    void remove(Http2Exchange& exchange);
    void note_frame(const Http2FrameScan::Head& frame);
    void note_reset();
    void calm(const char* why);
    Http2Exchange* find(std::int32_t stream) const;
    int begin_stream(std::int32_t stream);
    void end_frame(const nghttp2_frame& frame);
    void stream_closed(std::int32_t stream);
    void frame_sent(const nghttp2_frame& frame);

    Connection& connection_;
    Worker& worker_;
    Nghttp2Memory memory_;
    std::unique_ptr<nghttp2_session, Deleter> session_;  // null once the connection is lost
    std::vector<std::unique_ptr<Http2Exchange>> exchanges_;
    std::vector<Http2Exchange*> to_start_;
    std::size_t fibers_ = 0;
    Buffer out_;
    Http2ResponseFields fields_;
    std::uint64_t body_bytes_sent_ = 0;
    std::uint64_t streams_ = 0;
    Http2FrameScan scan_;
    Http2Budget resets_;
    Http2Budget control_frames_;
    TimePoint head_since_ = TimePoint::max();  // of a head that is not complete
    TimePoint idle_since_;
    TimePoint wind_up_at_ = TimePoint::max();  // when the last stream to be served is told
    bool greeted_ = false;                     // the client's SETTINGS have come
    bool winding_up_ = false;
    bool calmed_ = false;
    bool client_finished_ = false;
    bool flush_due_ = false;
    bool has_frame_buffer_ = true;  // in memory
};

}  // namespace tatum::net::impl
