#pragma once

#include <tatum/net/byte_stream.h>
#include <tatum/net/impl/reactor.h>
#include <tatum/net/impl/websocket_reader.h>
#include <tatum/net/sync.h>
#include <tatum/net/websocket.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tatum::net::impl {

constexpr Opcode opcode_of(WebSocketMessage::Kind kind) {
    return kind == WebSocketMessage::Kind::Text ? Opcode::Text : Opcode::Binary;
}

/// A socket: what its handles share.
///
/// Reading and writing happen on the thread of its connection, on events and without a fiber, so
/// that pings are answered and Close is seen whatever the handler does. An idle socket holds no
/// buffer. Fibers and threads meet in the inbox and the queue of what is to be sent, which `guard_`
/// protects, with all that is named below it; what is named above is for the home thread.
class WebSocketCore final : public ByteStream::Events,
                            public std::enable_shared_from_this<WebSocketCore> {
public:
    WebSocketCore(const WebSocketLimits& limits, const std::optional<DeflateTerms>& terms,
                  std::string subprotocol);
    ~WebSocketCore();
    WebSocketCore(const WebSocketCore&) = delete;
    WebSocketCore& operator=(const WebSocketCore&) = delete;

    // --- for the fiber that serves ---

    void attach(ByteStream& stream);
    /// Waits for the closing handshake to end, within its time.
    void finish();
    /// Afterwards the handles hold a closed socket.
    void detach();
    /// The connection is of no more use: it is to be cut.
    bool broken() const;

    // --- for the handles ---

    std::optional<WebSocketMessage> receive(TimePoint until);
    void send(WebSocketMessage::Kind kind, std::string_view payload);
    bool post(const std::shared_ptr<const SharedMessage>& message) noexcept;
    enum class Closer : std::uint8_t { Handler, Server };
    void close(std::uint16_t code, std::string_view reason, Closer closer);
    bool is_open() const;
    bool wait_closed(TimePoint until);
    std::uint16_t close_code() const;
    std::string close_reason() const;
    std::string_view subprotocol() const { return subprotocol_; }
    bool compresses() const { return terms_.has_value(); }

    // --- ByteStream::Events ---

    void on_readable() noexcept override;
    void on_writable() noexcept override;
    void on_stop() noexcept override;
    void before_park() noexcept override;

private:
    using Lock = std::unique_lock<std::mutex>;

    struct TimerOf : Timer {
        explicit TimerOf(WebSocketCore& owner) : Timer(&TimerOf::on_fire), core(owner) {}
        static void on_fire(Timer& timer) { static_cast<TimerOf&>(timer).core.on_timer(); }
        WebSocketCore& core;
    };

    /// A part of what is to be sent: frames made for this socket, or one that others send too.
    struct Piece {
        std::string own;
        std::shared_ptr<const std::string> shared;  // null: `own`
        bool droppable = false;
        std::string_view text() const { return shared ? std::string_view(*shared) : own; }
    };
    enum class Droppable : bool { No, Yes };
    /// How the client has ended what it sends.
    enum class End : std::uint8_t { None, Close, Fault };

    // On the home thread.
    void read() noexcept;
    void read_what_is_here();
    void read_soon();
    bool take(std::span<char> bytes);
    bool on_event(WebSocketReader::Event event);
    void on_message();
    void on_close_frame();
    void on_fault();
    void on_end();
    void flush(Lock& lock);
    void consume(std::size_t bytes);
    void on_flush();
    void on_timer();
    void arm_timer(Lock& lock);
    TimePoint next_deadline() const;
    bool keeps_pinging() const;

    // With the guard held.
    bool open() const { return !close_sent_ && !close_received_ && !ended_ && !broken_; }
    /// A client that sends nothing any more may still read.
    bool can_send() const { return home_ && !close_sent_ && !close_received_ && !broken_; }
    bool handshake_over() const;
    bool inbox_full() const;
    void drop_oldest_received();
    void resume_reading();
    void enqueue(std::string frame);
    void enqueue(std::shared_ptr<const std::string> frame, Droppable droppable);
    bool has_room(std::size_t bytes) const;
    bool make_room(std::size_t bytes);
    void forget_sent();
    void begin_close(std::uint16_t code, std::string_view reason);
    bool defer_end(End end);
    bool take_end();
    void note_closed(std::uint16_t code, std::string_view reason);
    void break_off(std::uint16_t code);
    void flush_soon();
    void wake_all();
    std::string frame_of(WebSocketMessage::Kind kind, std::string_view payload);
    std::shared_ptr<const std::string> frame_for(
        const std::shared_ptr<const SharedMessage>& message) const;

    const WebSocketLimits limits_;
    const std::optional<DeflateTerms> terms_;
    const std::string subprotocol_;

    ByteStream* stream_ = nullptr;
    FiberCore* fiber_ = nullptr;  // runs the handler
    WebSocketReader reader_;
    std::string backlog_;  // read, but not taken, since the inbox was full
    bool reading_ = false;
    bool read_posted_ = false;
    bool paused_ = false;  // until the inbox has room
    TimerOf timer_{*this};
    TimePoint timer_at_ = TimePoint::max();
    TimePoint opened_{};
    TimePoint last_received_{};
    TimePoint pinged_ = TimePoint::max();   // max(): no answer is outstanding
    TimePoint stalled_ = TimePoint::max();  // since when the client takes nothing

    mutable std::mutex guard_;
    Reactor* home_ = nullptr;  // null before attach() and after detach()
    std::optional<MessageDeflater> deflater_;
    std::vector<WebSocketMessage> inbox_;
    std::size_t inbox_bytes_ = 0;
    std::vector<Piece> queue_;
    std::size_t queue_first_ = 0;   // the pieces before it are sent
    std::size_t queue_offset_ = 0;  // of the first piece, sent
    std::size_t queue_bytes_ = 0;
    bool flush_posted_ = false;
    bool receives_ = false;      // somebody has called receive()
    End end_waits_ = End::None;  // until the handler has taken and answered what came before
    TimePoint end_since_ = TimePoint::max();
    bool close_sent_ = false;  // or about to be
    bool close_received_ = false;
    bool failed_ = false;  // closed for the client's fault: its answer is not waited for
    bool ended_ = false;   // the client sends nothing any more
    bool broken_ = false;
    bool handler_over_ = false;  // or cancelled
    std::uint16_t close_code_ = 0;
    std::string close_reason_;
    TimePoint closed_ = TimePoint::max();
    WaitList receivers_, senders_, closers_;
};

}  // namespace tatum::net::impl
