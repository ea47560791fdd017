#pragma once

#include <tatum/net/exchange.h>
#include <tatum/net/impl/buffer.h>
#include <tatum/net/impl/fiber_core.h>
#include <tatum/net/impl/http2_head.h>
#include <tatum/net/impl/timer_wheel.h>
#include <tatum/net/impl/transfer_rate.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tatum::net::impl {

class Connection;
class Http2Session;
class Worker;

/// One stream of an HTTP/2 connection (RFC 9113 §5), from the first byte of its head on. Its
/// handler runs on a fiber of its own, while those of other streams run on theirs.
///
/// It lives until both the stream has been closed and the fiber has ended. What a fast client sends
/// waits in `input_`, which the window of the stream bounds; what a handler writes waits in
/// `output_`, or where the handler has it (`direct_`), until the client takes it.
class Http2Exchange final : public Exchange {
public:
    Http2Exchange(Http2Session& session, std::int32_t stream);
    ~Http2Exchange();
    Http2Exchange(const Http2Exchange&) = delete;
    Http2Exchange& operator=(const Http2Exchange&) = delete;

    // --- for the session ---

    std::int32_t stream() const { return stream_; }
    std::size_t index = 0;  ///< among the session's exchanges

    Http2RequestHead& head() { return head_; }
    /// What belongs to this request has come.
    void note_bytes_in(std::size_t bytes) { bytes_in_ += bytes; }
    /// The head is complete. Answers at once where the request is refused; else run() follows.
    enum class Then : std::uint8_t { Run, Nothing };
    Then begin_request(Http2RequestHead::Body body);
    /// False when nobody will read them.
    bool take_input(std::string_view bytes);
    /// Such bytes. False when they are more than the client may go on with.
    bool skip_input(std::size_t bytes);
    void end_input();
    /// The stream is closed, however that came. Whoever waits for it hears that.
    void close();
    /// The client sends no more, nor does it read what it does not have yet; the connection stands.
    void client_finished();
    void on_stop();

    /// The handler, on a fiber that the session has started.
    void run();
    bool has_fiber() const { return has_fiber_; }
    void set_has_fiber() { has_fiber_ = true; }
    void clear_fiber() { has_fiber_ = false; }
    /// The server itself has reset the stream.
    bool given_up() const { return given_up_; }
    bool answered() const { return finished_ && !output_left(); }
    void give_up() {
        given_up_ = true;
        if (skip_until_) skip_until_ = TimePoint::max();
    }
    bool closed() const { return closed_; }
    bool input_ended() const { return input_ended_; }

    /// The end of the response has gone out while the client still sends. Many a client takes no
    /// notice of a response until it has sent all, so the rest is skipped as HTTP/1 does, and only
    /// one that is too long is cut off, when there was time to read the response.
    void start_skipping(TimePoint now);
    /// The client is to end soon.
    void hurry_skipping(TimePoint now);
    /// When it is to be told that the rest is not wanted (RFC 9113 §8.1); nullopt unless it is
    /// being skipped.
    std::optional<TimePoint> skip_until() const { return skip_until_; }

    void cancel(std::string_view reason);

    /// The next bytes of the response's body.
    struct Output {
        std::size_t bytes = 0;
        enum class Next : std::uint8_t { More, Later, End } next = Next::More;
    };
    Output take_output(std::span<std::uint8_t> into);
    /// Has the client been taking the response too slowly? To be asked every look_interval().
    bool stalled(TimePoint now);

    // --- Exchange ---

    const RequestHead& request() const override { return head_.head(); }
    std::optional<std::uint64_t> content_length() const override { return head_.content_length(); }
    std::size_t read(std::span<char> into) override;
    void set_body_limit(std::uint64_t bytes) override { body_limit_ = bytes; }
    std::span<const Header> trailers() const override { return head_.trailers(); }
    void respond(const ResponseHead& head, std::string_view body) override;
    void begin(const ResponseHead& head, std::optional<std::uint64_t> length) override;
    void write(std::string_view bytes) override;
    void send_file(int file, std::uint64_t offset, std::uint64_t length) override;
    void flush() override;
    void finish() override;
    void inform(const ResponseHead& head) override;
    bool begun() const override { return begun_; }
    void close_after() override { close_after_ = true; }
    void cancel_when_client_leaves() override;
    void cancel_when_server_stops() override;
    bool connected() const override { return !closed_ && !client_left_; }
    const Address& peer() const override;
    const Address& local() const override;
    Scheme scheme() const override;
    TimePoint started() const override { return started_; }
    std::uint64_t bytes_in() const override { return bytes_in_; }
    std::uint64_t bytes_out() const override { return bytes_out_; }
    int status() const override { return status_; }

private:
    struct HandlerTimer : Timer {
        explicit HandlerTimer(Http2Exchange& owner)
            : Timer(&HandlerTimer::on_fire), exchange(owner) {}
        static void on_fire(Timer& timer);
        Http2Exchange& exchange;
    };

    void call_handler();
    void answer_fault(int status, std::string_view text);
    void answer_plainly(int status, std::string_view reason);
    void abort();
    void begin_head(const ResponseHead& head, std::optional<std::uint64_t> length,
                    std::string_view all);
    void take_from_length(std::uint64_t bytes);
    void ask_to_continue();
    void take_rest(int status);
    void check_body_limit(std::uint64_t bytes);
    bool park(TimePoint until);
    void notify();
    void wait_for_input();
    void wait_for_output();
    void send_direct(std::string_view bytes);
    bool output_left() const { return !output_.empty() || !direct_.empty(); }

    Http2Session& session_;
    Worker& worker_;
    const std::int32_t stream_;
    Http2RequestHead head_;

    FiberCore* fiber_ = nullptr;  // while the handler runs
    bool has_fiber_ = false;      // from the moment that it is to run
    bool waiting_ = false;        // for something of this stream
    bool closed_ = false;
    bool client_left_ = false;
    bool given_up_ = false;
    bool cancel_when_left_ = false;
    bool cancel_when_stopped_ = false;
    HandlerTimer handler_timer_{*this};

    Buffer input_;
    bool input_ended_ = false;
    bool discard_ = false;  // nobody reads the input any more
    bool rest_taken_ = false;
    bool continue_due_ = false;
    std::uint64_t body_read_ = 0;
    std::uint64_t body_limit_ = 0;
    std::uint64_t body_came_ = 0;
    std::uint64_t skipped_ = 0;
    std::optional<TimePoint> skip_until_;
    TransferRate read_rate_;

    Buffer output_;
    std::string_view direct_;  // the handler's own bytes, while it waits in write()
    std::uint64_t output_taken_ = 0;
    TransferRate write_rate_;
    struct Look {
        TimePoint at{};
        TimePoint moved{};  // when it was last seen to move
        std::uint64_t own = 0;
        std::uint64_t all = 0;
    } looked_;  // at the rate of the response

    TimePoint started_;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    int status_ = 0;
    bool begun_ = false;
    bool finished_ = false;
    bool is_head_ = false;
    bool no_content_ = false;
    bool close_after_ = false;
    std::optional<std::uint64_t> response_left_;
};

}  // namespace tatum::net::impl
