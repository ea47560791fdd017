#include <tatum/net/impl/http2_session.h>

#include <tatum/net/impl/connection.h>
#include <tatum/net/impl/http2_exchange.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace tatum::net::impl {

namespace {

/// Frames are gathered up to this size, for one write instead of many.
constexpr std::size_t kGatherBytes = 32 * 1024;
/// A read takes up to this much.
constexpr std::size_t kSessionReadBytes = 16 * 1024;
/// Reads before other connections get their turn.
constexpr int kReadsPerTurn = 8;
/// RFC 9113 §4: what a frame holds unless more is agreed upon, and what stands before it.
constexpr std::size_t kFrameBytes = 16 * 1024;
constexpr std::size_t kFrameHeadBytes = 9;
/// Frames that wait for a client that sends and does not read.
constexpr std::size_t kQueuedFramesMax = 4096;
/// Handlers of streams that the client has given up run on for a while; beyond this multiple of
/// the streams allowed at once new ones are refused.
constexpr std::size_t kFibersPerStreamMax = 2;
/// Between the notice that the connection is about to end and the end: streams that are on their
/// way are still served.
constexpr auto kWindUpGrace = std::chrono::milliseconds(250);
/// Of a connection, until it keeps as little memory as it can.
constexpr auto kIdleForLong = std::chrono::seconds(1);
/// A budget is full again after this time.
constexpr double kBudgetSeconds = 10;
/// What a client may say for each piece of a body that it takes: windows are opened in pieces.
constexpr double kFramesPerPiece = 8;

struct OptionDeleter {
    void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
struct CallbacksDeleter {
    void operator()(nghttp2_session_callbacks* callbacks) const {
        nghttp2_session_callbacks_del(callbacks);
    }
};

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

bool Http2Budget::spend(TimePoint now) {
    if (max_ == 0) return true;
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    filled_ = now;
    left_ = std::min(max_, left_ + seconds * max_ / kBudgetSeconds);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
}

std::optional<Http2FrameScan::Head> Http2FrameScan::next(std::string_view& bytes) {
    const std::size_t skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes.remove_prefix(skipped);
    const std::size_t wanted = std::min(kHeadBytes - head_size_, bytes.size());
    std::copy_n(bytes.begin(), wanted, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
    head_size_ += wanted;
    bytes.remove_prefix(wanted);
    if (head_size_ < kHeadBytes) return std::nullopt;
    head_size_ = 0;
    skip_ = std::size_t(head_[0]) << 16 | std::size_t(head_[1]) << 8 | head_[2];
    return Head{skip_, head_[3], head_[4]};
}

// --- what nghttp2 calls --------------------------------------------------------------------------

/// None of them lets an exception pass: there is C around them. Where memory may end and nobody
/// could go on, the process does.
struct Http2Session::Callbacks {
    static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }

    static int on_invalid_frame(nghttp2_session*, const nghttp2_frame*, int, void* user) noexcept {
        self(user).note_reset();
        return 0;
    }
    static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        self(user).head_since_ = self(user).worker_.reactor().now();
        if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
        try {
            return self(user).begin_stream(frame->hd.stream_id);
        } catch (...) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
    }
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) {
        Http2Exchange* const exchange = self(user).find(frame->hd.stream_id);
        if (!exchange) return 0;
        try {
            if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
                exchange->head().add(text(name, name_size), text(value, value_size));
            } else {
                exchange->head().add_trailer(text(name, name_size), text(value, value_size));
            }
            // What is only somewhat too large gets its 431. What goes on and on costs more than it
            // weighs: a byte may name a field of kilobytes.
            const ServerLimits& limits = self(user).worker_.options().limits;
            if (exchange->head().bytes() <= 2 * limits.head_bytes_max) return 0;
            self(user).note_reset();
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // the rest is not looked at
        } catch (...) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
    }
    /// RFC 9113 §8.2.1: a request with such a field is malformed. nghttp2 would leave the field
    /// out.
    static int on_invalid_header(nghttp2_session* session, const nghttp2_frame* frame,
                                 const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t,
                                 std::uint8_t, void*) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                  NGHTTP2_PROTOCOL_ERROR);
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        try {
            self(user).end_frame(*frame);
            return 0;
        } catch (...) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
    }
    static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t stream,
                       const std::uint8_t* bytes, std::size_t size, void* user) {
        Http2Exchange* const exchange = self(user).find(stream);
        try {
            if (exchange && exchange->take_input(text(bytes, size))) return 0;
            if (exchange && exchange->skip_input(size)) {
                nghttp2_session_consume(session, stream, size);
            } else {
                // The window of the stream stays shut: nobody wants more of it.
                nghttp2_session_consume_connection(session, size);
            }
            return 0;
        } catch (...) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
    }
    static int on_stream_close(nghttp2_session*, std::int32_t stream, std::uint32_t,
                               void* user) noexcept {
        self(user).stream_closed(stream);
        return 0;
    }
    static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
        self(user).frame_sent(*frame);
        return 0;
    }
    static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size,
                             std::uint32_t* flags, nghttp2_data_source* source, void*) {
        using Next = Http2Exchange::Output::Next;
        const auto output = static_cast<Http2Exchange*>(source->ptr)->take_output({into, size});
        if (output.next == Next::Later && output.bytes == 0) return NGHTTP2_ERR_DEFERRED;
        if (output.next == Next::End) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(output.bytes);
    }

    static std::unique_ptr<nghttp2_session_callbacks, CallbacksDeleter> make() {
        nghttp2_session_callbacks* raw = nullptr;
        if (nghttp2_session_callbacks_new(&raw) != 0) throw std::bad_alloc();
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(raw, on_invalid_frame);
        nghttp2_session_callbacks_set_on_begin_headers_callback(raw, on_begin_headers);
        nghttp2_session_callbacks_set_on_header_callback(raw, on_header);
        nghttp2_session_callbacks_set_on_invalid_header_callback(raw, on_invalid_header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(raw, on_frame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, on_data);
        nghttp2_session_callbacks_set_on_stream_close_callback(raw, on_stream_close);
        nghttp2_session_callbacks_set_on_frame_send_callback(raw, on_frame_sent);
        return std::unique_ptr<nghttp2_session_callbacks, CallbacksDeleter>(raw);
    }
};

// --- the session ---------------------------------------------------------------------------------

Http2Session::Http2Session(Connection& connection)
    : connection_(connection),
      worker_(connection.worker()),
      resets_(worker_.options().limits.http2_resets_max, worker_.reactor().now()),
      control_frames_(worker_.options().limits.http2_control_frames_max, worker_.reactor().now()),
      idle_since_(worker_.reactor().now()) {
    make_session();
    submit_settings();
}

Http2Session::~Http2Session() = default;

void Http2Session::make_session() {
    const ServerLimits& limits = worker_.options().limits;
    nghttp2_option* raw_options = nullptr;
    if (nghttp2_option_new(&raw_options) != 0) throw std::bad_alloc();
    const std::unique_ptr<nghttp2_option, OptionDeleter> options(raw_options);
    // Windows open as handlers read, not as bytes come.
    nghttp2_option_set_no_auto_window_update(raw_options, 1);
    nghttp2_option_set_no_closed_streams(raw_options, 1);
    nghttp2_option_set_max_deflate_dynamic_table_size(raw_options, limits.http2_table_bytes);
    nghttp2_option_set_max_continuations(raw_options, limits.head_bytes_max / kFrameBytes + 4);
    const auto callbacks = Callbacks::make();
    nghttp2_session* raw = nullptr;
    nghttp2_mem memory = memory_.functions();
    if (nghttp2_session_server_new3(&raw, callbacks.get(), this, raw_options, &memory) != 0) {
        throw std::bad_alloc();
    }
    session_.reset(raw);
}

void Http2Session::submit_settings() {
    const ServerLimits& limits = worker_.options().limits;
    const std::array<nghttp2_settings_entry, 5> settings{{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.http2_streams_max},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.http2_stream_window_bytes},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, limits.http2_frame_bytes_max},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.head_bytes_max)},
        {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.http2_table_bytes},
    }};
    const auto window = static_cast<std::int32_t>(limits.http2_connection_window_bytes);
    const bool done =
        nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(),
                                settings.size()) == 0 &&
        nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, window) == 0;
    if (!done) throw std::bad_alloc();
}

void Http2Session::start(std::string_view first) {
    if (worker_.stopping()) wind_up();
    feed(first);
    if (session_) read();
}

void Http2Session::read() {
    std::array<char, kSessionReadBytes> bytes;
    for (int reads = 0; session_ && connection_.readable(); ++reads) {
        if (reads == kReadsPerTurn) {
            connection_.tell_again();
            break;
        }
        const std::size_t count = connection_.read_now(bytes);
        if (count > 0) {
            feed({bytes.data(), count});
            continue;
        }
        if (connection_.readable() && !std::exchange(client_finished_, true)) {
            for (const auto& exchange : exchanges_) {
                exchange->client_finished();
                if (exchange->skip_until()) {
                    reset(*exchange, NGHTTP2_NO_ERROR);
                } else if (!exchange->has_fiber() && !exchange->begun()) {
                    reset(*exchange, NGHTTP2_CANCEL);  // the rest of its head will not come
                }
            }
        }
        break;
    }
    if (session_) flush_soon();
}

void Http2Session::feed(std::string_view bytes) {
    for (std::string_view rest = bytes; const auto frame = scan_.next(rest);) note_frame(*frame);
    const ssize_t taken = nghttp2_session_mem_recv(
        session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    start_fibers();
    if (taken == NGHTTP2_ERR_BAD_CLIENT_MAGIC) {
        end();  // whoever it is does not speak HTTP/2
    } else if (taken < 0) {
        give_up();
    } else if (nghttp2_session_get_outbound_queue_size(session_.get()) > kQueuedFramesMax) {
        flush();
        const bool full =
            session_ && nghttp2_session_get_outbound_queue_size(session_.get()) > kQueuedFramesMax;
        if (full) give_up();
    }
}

/// nghttp2 takes nothing more, or the client does not take what it has asked for.
void Http2Session::give_up() {
    calm("HTTP/2: the client floods the connection");
    if (fill_output()) connection_.write_now(out_.view());
    end();
}

void Http2Session::start_fibers() {
    for (Http2Exchange* const exchange : to_start_) {
        try {
            worker_.reactor().start([exchange] { exchange->run(); }, worker_.shared().locals);
        } catch (...) {
            report_fault(std::current_exception(), "a request");
            reset(*exchange, NGHTTP2_REFUSED_STREAM);
            fiber_ended(*exchange);
        }
    }
    to_start_.clear();
}

/// False when nghttp2 cannot go on.
bool Http2Session::fill_output() {
    while (out_.size() < kGatherBytes) {
        const std::uint8_t* bytes = nullptr;
        const ssize_t count = nghttp2_session_mem_send(session_.get(), &bytes);
        if (count < 0) return false;
        if (count == 0) break;
        has_frame_buffer_ = true;
        out_.append(text(bytes, static_cast<std::size_t>(count)));
    }
    return true;
}

void Http2Session::flush() {
    while (session_) {
        if (!fill_output()) {
            end();
            return;
        }
        if (out_.empty()) break;
        out_.consume(connection_.write_now(out_.view()));
        if (!out_.empty()) break;  // the socket is full
        out_.clear();
    }
    settle();
}

void Http2Session::flush_soon() {
    if (flush_due_ || !session_) return;
    flush_due_ = true;
    worker_.reactor().retire([this] {
        flush_due_ = false;
        flush();
    });
}

bool Http2Session::over() const {
    const bool done =
        !nghttp2_session_want_read(session_.get()) && !nghttp2_session_want_write(session_.get());
    return done || (client_finished_ && exchanges_.empty());
}

/// What follows from the state that things are in now.
void Http2Session::settle() {
    if (!session_) return;
    if (out_.empty()) {
        if (over()) {
            end();
            return;
        }
        if (exchanges_.empty()) out_ = Buffer();
    }
    update_deadline();
}

void Http2Session::end() {
    lose();
    connection_.linger();
}

void Http2Session::lose() {
    if (!session_) return;
    session_.reset();
    out_ = Buffer();
    for (std::size_t i = exchanges_.size(); i-- > 0;) {
        exchanges_[i]->close();
        if (!exchanges_[i]->has_fiber()) remove(*exchanges_[i]);
    }
}

void Http2Session::remove(Http2Exchange& exchange) {
    const std::size_t index = exchange.index;
    exchanges_.back()->index = index;
    std::swap(exchanges_[index], exchanges_.back());
    exchanges_.pop_back();
    if (!exchanges_.empty()) return;
    idle_since_ = worker_.reactor().now();
    connection_.note_idle(idle_since_);
}

void Http2Session::cancel_all(std::string_view reason) {
    for (const auto& exchange : exchanges_) exchange->cancel(reason);
}

void Http2Session::on_stop() {
    for (const auto& exchange : exchanges_) exchange->on_stop();
    wind_up();
}

void Http2Session::wind_up() {
    if (!session_ || std::exchange(winding_up_, true)) return;
    nghttp2_submit_shutdown_notice(session_.get());
    const TimePoint now = worker_.reactor().now();
    wind_up_at_ = now + kWindUpGrace;
    for (const auto& exchange : exchanges_) exchange->hurry_skipping(now);
    flush_soon();
}

// --- time ----------------------------------------------------------------------------------------

void Http2Session::update_deadline() {
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    TimePoint next = wind_up_at_;
    for (const auto& exchange : exchanges_) {
        next = std::min(next, exchange->skip_until().value_or(TimePoint::max()));
    }
    if (timeouts.head > Duration::zero()) {
        if (!greeted_) next = std::min(next, idle_since_ + timeouts.head);
        if (head_since_ != TimePoint::max()) next = std::min(next, head_since_ + timeouts.head);
    }
    if (exchanges_.empty() && timeouts.keep_alive > Duration::zero()) {
        next = std::min(next, idle_since_ + timeouts.keep_alive);
    }
    if (may_release_frame_buffer()) next = std::min(next, idle_since_ + kIdleForLong);
    if (exchanges_.size() > fibers_) {
        next = std::min(next, worker_.reactor().now() + look_interval(timeouts));
    }
    connection_.set_deadline(next);
}

/// Of an idle session whose output is empty nghttp2 has no frame at hand.
bool Http2Session::may_release_frame_buffer() const {
    return exchanges_.empty() && out_.empty() && has_frame_buffer_;
}

void Http2Session::on_timer() {
    if (!session_) return;
    const TimePoint now = worker_.reactor().now();
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    const bool heads_limited = timeouts.head > Duration::zero();
    const bool slow_head =
        heads_limited && head_since_ != TimePoint::max() && now >= head_since_ + timeouts.head;
    const bool idle = exchanges_.empty() && timeouts.keep_alive > Duration::zero() &&
                      now >= idle_since_ + timeouts.keep_alive;
    const bool never_greeted = heads_limited && !greeted_ && now >= idle_since_ + timeouts.head;
    if (never_greeted) {
        nghttp2_session_terminate_session(session_.get(), NGHTTP2_SETTINGS_TIMEOUT);
    } else if (slow_head) {
        worker_.shared().handler.refused(
            {connection_.peer(), 408, "the request head took too long"});
        nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (idle) {
        nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
    }
    if (now >= wind_up_at_) {
        wind_up_at_ = TimePoint::max();
        nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(session_.get()),
                              NGHTTP2_NO_ERROR, nullptr, 0);
    }
    for (const auto& exchange : exchanges_) {
        if (exchange->skip_until()) {
            if (now >= *exchange->skip_until()) reset(*exchange, NGHTTP2_NO_ERROR);
        } else if (!exchange->has_fiber() && exchange->stalled(now)) {
            reset(*exchange, NGHTTP2_CANCEL);
        }
    }
    if (may_release_frame_buffer() && now >= idle_since_ + kIdleForLong) {
        memory_.release_frame_buffer();
        has_frame_buffer_ = false;
    }
    flush();
    // A client that does not even take the notice is not told again and again.
    if (session_ && (never_greeted || slow_head || idle)) end();
}

// --- frames --------------------------------------------------------------------------------------

Http2Exchange* Http2Session::find(std::int32_t stream) const {
    return static_cast<Http2Exchange*>(
        nghttp2_session_get_stream_user_data(session_.get(), stream));
}

void Http2Session::calm(const char* why) {
    if (std::exchange(calmed_, true)) return;
    worker_.shared().handler.refused({connection_.peer(), 429, why});
    nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
    // Nothing that is being done for this client is wanted any more.
    cancel_all("the client has broken a limit");
}

void Http2Session::note_reset() {
    if (!resets_.spend(worker_.reactor().now())) calm("HTTP/2: too many streams given up");
}

/// Frames that carry nothing, but cost something.
void Http2Session::note_frame(const Http2FrameScan::Head& frame) {
    if (frame.type != NGHTTP2_CONTINUATION) head_since_ = TimePoint::max();
    switch (frame.type) {
        case NGHTTP2_HEADERS:
        case NGHTTP2_CONTINUATION:
            return;
        case NGHTTP2_DATA:
            if (frame.size > 0 || (frame.flags & NGHTTP2_FLAG_END_STREAM)) return;
            break;
        default:
            break;
    }
    if (!control_frames_.spend(worker_.reactor().now())) calm("HTTP/2: too many control frames");
}

int Http2Session::begin_stream(std::int32_t stream) {
    const ServerLimits& limits = worker_.options().limits;
    if (calmed_ || fibers_ >= kFibersPerStreamMax * limits.http2_streams_max) {
        note_reset();
        nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream,
                                  NGHTTP2_REFUSED_STREAM);
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    auto exchange = std::make_unique<Http2Exchange>(*this, stream);
    nghttp2_session_set_stream_user_data(session_.get(), stream, exchange.get());
    exchange->index = exchanges_.size();
    exchanges_.push_back(std::move(exchange));
    ++streams_;
    const std::uint64_t requests_max = limits.requests_per_connection_max;
    if (requests_max != 0 && streams_ >= requests_max) wind_up();
    return 0;
}

void Http2Session::end_frame(const nghttp2_frame& frame) {
    if (frame.hd.type == NGHTTP2_SETTINGS) greeted_ = true;
    if (frame.hd.type != NGHTTP2_HEADERS && frame.hd.type != NGHTTP2_DATA) return;
    head_since_ = TimePoint::max();
    Http2Exchange* const exchange = find(frame.hd.stream_id);
    if (!exchange) return;
    exchange->note_bytes_in(kFrameHeadBytes + frame.hd.length);
    const bool ends = frame.hd.flags & NGHTTP2_FLAG_END_STREAM;
    if (frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST) {
        const auto body = ends ? Http2RequestHead::Body::No : Http2RequestHead::Body::Follows;
        if (exchange->begin_request(body) == Http2Exchange::Then::Run) {
            exchange->set_has_fiber();
            ++fibers_;
            to_start_.push_back(exchange);
        }
        return;
    }
    if (frame.hd.type == NGHTTP2_HEADERS) exchange->head().finish_trailers();
    if (ends) exchange->end_input();
}

void Http2Session::stream_closed(std::int32_t stream) {
    if (const auto* const exchange = find(stream)) {
        auto& closing = *exchanges_[exchange->index];
        // Whatever brought it about: the work for it is in vain.
        if (closing.has_fiber() && !closing.given_up() && !closing.answered()) {
            note_reset();
        } else {
            resets_.give_back(1);
        }
        closing.close();
        if (!closing.has_fiber()) remove(closing);
    }
    head_since_ = TimePoint::max();
}

void Http2Session::frame_sent(const nghttp2_frame& frame) {
    if (frame.hd.type != NGHTTP2_DATA && frame.hd.type != NGHTTP2_HEADERS) return;
    if (frame.hd.type == NGHTTP2_DATA) {
        body_bytes_sent_ += frame.hd.length;
        control_frames_.give_back(kFramesPerPiece);
    }
    if (!(frame.hd.flags & NGHTTP2_FLAG_END_STREAM)) return;
    Http2Exchange* const exchange = find(frame.hd.stream_id);
    if (!exchange || exchange->input_ended()) return;
    exchange->start_skipping(worker_.reactor().now());
    if (winding_up_) exchange->hurry_skipping(worker_.reactor().now());
}

// --- for exchanges -------------------------------------------------------------------------------

void Http2Session::respond(Http2Exchange& exchange, Body body) {
    if (!session_) return;
    nghttp2_data_provider provider{};
    provider.source.ptr = &exchange;
    provider.read_callback = Callbacks::read_body;
    const auto fields = fields_.fields();
    const int result =
        nghttp2_submit_response(session_.get(), exchange.stream(), fields.data(), fields.size(),
                                body == Body::Follows ? &provider : nullptr);
    if (result != 0) reset(exchange, NGHTTP2_INTERNAL_ERROR);
    flush_soon();
}

void Http2Session::inform(Http2Exchange& exchange) {
    if (!session_) return;
    const auto fields = fields_.fields();
    nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, exchange.stream(), nullptr,
                           fields.data(), fields.size(), nullptr);
    flush_soon();
}

void Http2Session::more_output(Http2Exchange& exchange) {
    if (!session_) return;
    nghttp2_session_resume_data(session_.get(), exchange.stream());
    flush_soon();
}

void Http2Session::consumed(Http2Exchange& exchange, std::size_t bytes) {
    if (!session_) return;
    nghttp2_session_consume(session_.get(), exchange.stream(), bytes);
    if (nghttp2_session_want_write(session_.get())) flush_soon();
}

void Http2Session::reset(Http2Exchange& exchange, std::uint32_t error_code) {
    if (!session_ || exchange.closed()) return;
    exchange.give_up();
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, exchange.stream(), error_code);
    flush_soon();
}

bool Http2Session::has_window(const Http2Exchange& exchange) const {
    return session_ &&
           nghttp2_session_get_stream_remote_window_size(session_.get(), exchange.stream()) > 0;
}

std::uint64_t Http2Session::body_bytes_taken() const {
    const std::uint64_t untaken = out_.size() + connection_.untaken_bytes();
    return body_bytes_sent_ - std::min(body_bytes_sent_, untaken);
}

void Http2Session::fiber_ended(Http2Exchange& exchange) {
    --fibers_;
    exchange.clear_fiber();
    if (exchange.closed()) remove(exchange);
    if (session_) {
        flush_soon();
    } else if (fibers_ == 0) {
        connection_.session_released();
    }
}

}  // namespace tatum::net::impl
