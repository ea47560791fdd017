#pragma once

#include <tatum/net/byte_stream.h>
#include <tatum/net/impl/reactor.h>
#include <tatum/net/impl/transfer_rate.h>
#include <tatum/net/impl/worker.h>

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tatum::net::impl {

class Http1Exchange;
class Http2Session;
class TlsStream;
struct ParseFault;

/// A client's connection. While it is idle there is only this object and the socket; from the first
/// byte of a request it has an Http1Exchange with buffers, and from the end of its head a fiber.
/// One that speaks HTTP/2 has an Http2Session instead, which has what each stream needs.
///
/// The socket is registered edge-triggered: `readable_` and `writable_` say what the kernel has
/// reported and no system call has contradicted since.
class Connection final : public EventSource, private ParkHook {
public:
    /// `socket` is the one that it came by, and outlives it. Throws std::bad_alloc.
    Connection(Worker& worker, int file, const Address& peer,
               const Worker::ListeningSocket& socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] bool open();
    void on_events(std::uint32_t events) override;

    Worker& worker() { return worker_; }
    const Address& peer() const { return peer_; }
    const Address& local() const { return socket_.address; }
    Scheme scheme() const { return socket_.scheme; }
    bool idle() const;
    /// When an idle connection last did something.
    TimePoint idle_since() const { return idle_since_; }
    /// False once the client has closed its side or the connection is broken.
    bool peer_open() const { return !peer_closed_; }

    /// How many requests it has had, the present one included.
    std::uint64_t requests() const { return requests_; }

    // --- for the fiber that serves; these suspend it ---

    /// At least one byte; 0 at the end of the stream, or when nothing comes for `timeout` (then
    /// timed_out() is true). Throws Disconnected when the connection breaks.
    std::size_t read_some(std::span<char> into, Duration timeout);
    bool timed_out() const { return timed_out_; }
    /// Sends `first` and `second` completely. Throws Disconnected when the client does not take
    /// them.
    void write_all(std::string_view first, std::string_view second = {});
    /// Sends a part of a file completely. Throws Exception when it is shorter.
    void send_file(int file, std::uint64_t offset, std::uint64_t length);

    /// As much of `text` as the socket takes now; does not suspend, nor report errors.
    std::size_t write_now(std::string_view text);
    /// Bytes that are here already; 0 when there are none now.
    std::size_t read_now(std::span<char> into);

    void cancel_fiber_when_client_leaves();
    void cancel_fiber_when_server_stops();
    /// Makes the fiber throw Cancelled unless disarm_handler_timeout() is called in time.
    void arm_handler_timeout(Duration timeout);
    void disarm_handler_timeout() { handler_deadline_ = TimePoint::max(); }
    /// What the fiber has not heard of was meant for the request that has been answered now.
    void forget_cancellation();

    // --- for a stream that has left HTTP, and for an HTTP/2 session ---

    /// From now on the minimum rate does not apply.
    void leave_http() { left_http_ = true; }
    /// False when a read would find nothing; true at the end of the stream too.
    bool readable() const { return readable_; }
    /// Of what has been sent, what the client has not confirmed yet. A system call.
    std::uint64_t untaken_bytes() const;
    /// As sendmsg(2), of the pieces or some of them.
    ssize_t transmit_now(std::span<const std::string_view> pieces) noexcept;
    /// Tells of what has happened already at once. Null: nobody is told.
    void listen(ByteStream::Events* events);

    // --- for the worker ---

    /// The server begins to stop: closes an idle connection unless a request is just on its way;
    /// what has no end of its own is told to end.
    void on_stop();
    /// Ends it whatever it does, so that the client notices.
    void cut_off();
    std::size_t index = 0;  ///< among the worker's connections

    // --- for its HTTP/2 session ---

    /// Ends a turn of reading: what is still there is told once others had theirs.
    void tell_again();
    /// Calls the session's on_timer() then; TimePoint::max() for never.
    void set_deadline(TimePoint time);
    void note_idle(TimePoint since) { idle_since_ = since; }
    /// The session has lost the connection before, and its last fiber has ended now.
    void session_released();
    /// Nothing more is to be sent: tells the client, and waits a while for it to close.
    void linger();

private:
    enum class State : std::uint8_t { Handshake, Idle, Head, Busy, Http2, Lingering, Closed };

    struct TimerOf : Timer {
        explicit TimerOf(Connection& owner) : Timer(&TimerOf::on_fire), connection(owner) {}
        static void on_fire(Timer& timer) { static_cast<TimerOf&>(timer).connection.on_timer(); }
        Connection& connection;
    };

    /// What has come in, or why nothing more will.
    enum class Arrival : std::uint8_t { Request, Malformed, TooSlow, Nothing, EndOfStream };
    enum class Next : std::uint8_t { Wait, Linger, Close, Reset };

    void shake_hands();
    void read_head();
    void start_fiber(Arrival arrival);
    void serve(Arrival arrival);
    Next serve_requests(Arrival arrival);
    Arrival next_request();
    void refuse(const ParseFault& fault);
    void go_on(Next next);
    void release_exchange();
    void before_park() noexcept override;
    void wait_for_request();
    enum class Preface : std::uint8_t { None, Begun, Complete };
    Preface preface() const;
    void start_http2(std::string_view first);
    void on_http2_events(std::uint32_t events);
    void discard();
    void close();
    void on_timer();
    bool wait(bool& ready, Duration timeout, TransferRate& rate);
    void wait_until_writable();
    ssize_t receive(std::span<char> into);
    ssize_t transmit(std::string_view first, std::string_view second);
    ssize_t transmit_plain(std::string_view first, std::string_view second);
    ssize_t transmit_tls(std::string_view bytes);
    [[noreturn]] void fail(const char* what);

    Worker& worker_;
    int file_;  // -1 once closed
    State state_ = State::Idle;
    bool readable_ = false;
    bool writable_ = false;
    bool peer_closed_ = false;
    bool timed_out_ = false;
    bool cancel_when_left_ = false;
    bool cancel_when_stopped_ = false;
    bool left_http_ = false;
    bool* waiting_for_ = nullptr;
    FiberCore* fiber_ = nullptr;
    ByteStream::Events* stream_events_ = nullptr;
    std::unique_ptr<Http1Exchange> exchange_;
    std::unique_ptr<Http2Session> http2_;
    TimerOf timer_{*this};
    TimePoint timer_at_ = TimePoint::max();
    TimePoint deadline_ = TimePoint::max();  // may be later than the timer, which then looks again
    TimePoint handler_deadline_ = TimePoint::max();
    TimePoint idle_since_;  // or lingering since
    TransferRate read_rate_;
    TransferRate write_rate_;
    std::uint64_t requests_ = 0;
    const Address peer_;
    const Worker::ListeningSocket& socket_;
    std::unique_ptr<TlsStream> tls_;
};

}  // namespace tatum::net::impl
