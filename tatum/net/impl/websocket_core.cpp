#include <tatum/net/impl/websocket_core.h>

#include <tatum/net/impl/waiter.h>
#include <tatum/net/offload.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace tatum::net::impl {

namespace {

/// Read at once, on the loop's own stack.
constexpr std::size_t kReadBytes = 64 * 1024;
/// Read from one client before others get their turn.
constexpr std::size_t kReadBytesPerTurn = 4 * kReadBytes;
/// A sender waits when more than this waits to be sent, and what is gathered up to it goes at once.
constexpr std::size_t kSendAheadBytes = 64 * 1024;
/// Frames of one socket up to this size are joined, for one piece instead of many.
constexpr std::size_t kJoinedBytesMax = 16 * 1024;
/// Pongs are left out while more than this waits: a client that does not read asks in vain.
constexpr std::size_t kPongQueueBytesMax = 256 * 1024;
/// What waits in the inbox, in messages of any size.
constexpr std::size_t kInboxBytesMax = 256 * 1024;
/// Larger messages are compressed on another thread.
constexpr std::size_t kOffloadBytesMin = 128 * 1024;
constexpr std::size_t kQueueKeptPieces = 4;

/// Zero means never.
TimePoint after(TimePoint start, Duration duration) {
    if (duration <= Duration::zero() || start == TimePoint::max()) return TimePoint::max();
    return start + duration;
}

void wake_list(WaitList& list) {
    while (Waiter* const waiter = pop_front(list)) waiter->wake();
}

}  // namespace

WebSocketCore::WebSocketCore(const WebSocketLimits& limits,
                             const std::optional<DeflateTerms>& terms, std::string subprotocol)
    : limits_(limits),
      terms_(terms),
      subprotocol_(std::move(subprotocol)),
      reader_(limits.message_bytes_max, terms) {}

WebSocketCore::~WebSocketCore() = default;

// --- the life of a connection --------------------------------------------------------------------

void WebSocketCore::attach(ByteStream& stream) {
    Reactor& reactor = *Reactor::current();
    stream_ = &stream;
    fiber_ = Reactor::current_fiber();
    opened_ = last_received_ = reactor.now();
    {
        Lock lock(guard_);
        home_ = &reactor;
        arm_timer(lock);
    }
    stream.listen(this);
}

void WebSocketCore::finish() {
    const NoCancelScope until_the_end;
    Lock lock(guard_);
    handler_over_ = true;
    take_end();
    resume_reading();  // for the client's Close
    flush(lock);
    const TimePoint until = after(Clock::now(), limits_.close_timeout);
    while (!handshake_over()) {
        const bool woken = wait_in(closers_, lock, until);
        lock.lock();
        if (!woken) break;
    }
    if (queue_bytes_ > 0) broken_ = true;
}

void WebSocketCore::detach() {
    stream_->listen(nullptr);
    timer_.disarm();
    Lock lock(guard_);
    stream_ = nullptr;
    home_ = nullptr;
    fiber_ = nullptr;
    if (open()) note_closed(close_codes::kAbnormal, {});
    ended_ = true;
    wake_all();
}

bool WebSocketCore::broken() const {
    const Lock lock(guard_);
    return broken_;
}

bool WebSocketCore::handshake_over() const {
    if (broken_) return true;
    return queue_bytes_ == 0 && (ended_ || (close_sent_ && (close_received_ || failed_)));
}

// --- reading -------------------------------------------------------------------------------------

void WebSocketCore::on_readable() noexcept {
    if (paused_ || read_posted_ || reading_) return;
    // A fiber's stack is not the place for a large buffer: its pages would stay.
    if (Reactor::current_fiber()) {
        read_soon();
    } else {
        read();
    }
}

void WebSocketCore::read_soon() {
    if (std::exchange(read_posted_, true)) return;
    Reactor::current()->post([self = shared_from_this()] {
        self->read_posted_ = false;
        if (self->stream_ && !self->paused_) self->read();
    });
}

void WebSocketCore::read() noexcept {
    reading_ = true;
    try {
        read_what_is_here();
    } catch (const std::bad_alloc&) {
        const Lock lock(guard_);
        break_off(close_codes::kAbnormal);
    }
    reading_ = false;
    Lock lock(guard_);
    flush(lock);
    arm_timer(lock);
}

void WebSocketCore::read_what_is_here() {
    std::array<char, kReadBytes> scratch;
    std::size_t read_bytes = 0;
    bool more = true;
    if (!backlog_.empty()) {
        std::string backlog = std::exchange(backlog_, {});
        more = take(backlog);
    }
    while (more) {
        if (read_bytes >= kReadBytesPerTurn) {
            read_soon();
            break;
        }
        const ByteStream::Moved moved = stream_->read_now(scratch);
        if (moved.flow == ByteStream::Flow::Blocked) break;
        if (moved.flow == ByteStream::Flow::Ended) {
            on_end();
            break;
        }
        read_bytes += moved.bytes;
        last_received_ = home_->now();
        pinged_ = TimePoint::max();
        more = take(std::span(scratch).first(moved.bytes));
    }
}

/// False when nothing more is to be read for now.
bool WebSocketCore::take(std::span<char> bytes) {
    while (!bytes.empty()) {
        {
            const Lock lock(guard_);
            // What comes after Close means nothing any more; it is read, so that the end is seen.
            if (end_waits_ != End::None || close_received_ || failed_ || broken_) return true;
            if (inbox_full() && !close_sent_ && !closers_.first) {
                paused_ = true;
                backlog_.assign(bytes.data(), bytes.size());
                return false;
            }
        }
        const WebSocketReader::Step step = reader_.feed(bytes);
        bytes = bytes.subspan(step.consumed);
        if (!on_event(step.event)) return true;
    }
    return true;
}

bool WebSocketCore::inbox_full() const {
    return inbox_.size() >= limits_.inbox_messages_max || inbox_bytes_ >= kInboxBytesMax;
}

/// False when the rest of the bytes is of no interest.
bool WebSocketCore::on_event(WebSocketReader::Event event) {
    switch (event) {
        case WebSocketReader::Event::NeedMore:
        case WebSocketReader::Event::Pong:
            return true;
        case WebSocketReader::Event::Message:
            on_message();
            return true;
        case WebSocketReader::Event::Ping: {
            const Lock lock(guard_);
            if (close_sent_ || queue_bytes_ > kPongQueueBytesMax) return true;
            std::string frame;
            append_frame(frame, Opcode::Pong, reader_.control());
            enqueue(std::move(frame));
            return true;
        }
        case WebSocketReader::Event::Close:
            on_close_frame();
            return false;
        case WebSocketReader::Event::Fault:
            on_fault();
            return false;
    }
    return true;
}

void WebSocketCore::on_message() {
    std::string payload = std::exchange(reader_.message(), {});
    const auto kind = reader_.message_kind() == Opcode::Text ? WebSocketMessage::Kind::Text
                                                             : WebSocketMessage::Kind::Binary;
    const Lock lock(guard_);
    if (close_sent_) return;
    if (inbox_full() && !inbox_.empty())
        drop_oldest_received();  // only while nobody means to receive
    inbox_bytes_ += payload.size();
    inbox_.push_back({std::move(payload), kind});
    if (Waiter* const waiter = pop_front(receivers_)) waiter->wake();
}

void WebSocketCore::on_close_frame() {
    const Lock lock(guard_);
    if (!defer_end(End::Close)) take_end();
}

void WebSocketCore::on_fault() {
    const Lock lock(guard_);
    if (!defer_end(End::Fault)) take_end();
}

/// RFC 6455 §5.5.1 allows to answer Close once what is being said has been said: the handler first
/// gets, and may answer, the messages that came before. True when there are such, or when an answer
/// waits for the client to take others.
bool WebSocketCore::defer_end(End end) {
    end_waits_ = end;
    end_since_ = Clock::now();
    const bool busy = !inbox_.empty() || (senders_.first && !receivers_.first);
    return receives_ && busy && !close_sent_ && !handler_over_;
}

/// False when there is none that waits.
bool WebSocketCore::take_end() {
    const End end = std::exchange(end_waits_, End::None);
    end_since_ = TimePoint::max();
    if (end == End::None || broken_) return false;
    if (end == End::Close) {
        // RFC 6455 §5.5.1: the answer has the code of what it answers.
        close_received_ = true;
        note_closed(reader_.close_code(), reader_.close_reason());
        if (!close_sent_) begin_close(reader_.close_code(), {});
    } else {
        // RFC 6455 §7.1.7: fail the connection.
        failed_ = true;
        if (!close_sent_) begin_close(reader_.fault().code, reader_.fault().reason);
    }
    wake_all();
    return true;
}

void WebSocketCore::on_end() {
    const Lock lock(guard_);
    if (open() && end_waits_ == End::None) note_closed(close_codes::kAbnormal, {});
    ended_ = true;
    wake_all();
}

void WebSocketCore::drop_oldest_received() {
    inbox_bytes_ -= inbox_.front().payload.size();
    inbox_.erase(inbox_.begin());
}

/// The inbox may have room again.
void WebSocketCore::resume_reading() {
    if (!home_) return;
    if (Reactor::current() != home_) {
        flush_soon();  // which looks whether reading was paused
    } else if (std::exchange(paused_, false)) {
        read_soon();
    }
}

std::optional<WebSocketMessage> WebSocketCore::receive(TimePoint until) {
    Lock lock(guard_);
    receives_ = true;
    while (inbox_.empty()) {
        if (take_end()) flush_soon();
        if (!open() || !wait_in(receivers_, lock, until)) return std::nullopt;
        lock.lock();
    }
    WebSocketMessage message = std::move(inbox_.front());
    inbox_.erase(inbox_.begin());
    inbox_bytes_ -= message.payload.size();
    if (!inbox_full()) resume_reading();
    return message;
}

// --- writing -------------------------------------------------------------------------------------

void WebSocketCore::on_writable() noexcept {
    Lock lock(guard_);
    if (queue_bytes_ == 0) return;
    flush(lock);
    arm_timer(lock);
}

void WebSocketCore::before_park() noexcept {
    Lock lock(guard_);
    if (queue_bytes_ == 0) return;
    flush(lock);
    if (stalled_ != TimePoint::max()) arm_timer(lock);
}

void WebSocketCore::flush_soon() {
    if (!home_ || std::exchange(flush_posted_, true)) return;
    home_->post([self = shared_from_this()] { self->on_flush(); });
}

void WebSocketCore::on_flush() {
    Lock lock(guard_);
    flush_posted_ = false;
    if (!stream_) return;
    flush(lock);
    arm_timer(lock);
    if (paused_ && (!inbox_full() || closers_.first)) {
        paused_ = false;
        read_soon();
    }
}

/// Sends what goes without waiting.
void WebSocketCore::flush(Lock&) {
    std::array<std::string_view, ByteStream::kPiecesMax> pieces;
    while (queue_bytes_ > 0 && !broken_) {
        std::size_t count = 0;
        for (std::size_t i = queue_first_; i < queue_.size() && count < pieces.size(); ++i) {
            pieces[count++] = queue_[i].text();
        }
        pieces[0].remove_prefix(queue_offset_);
        const auto moved = stream_->write_now(std::span(pieces).first(count));
        if (moved.flow == ByteStream::Flow::Blocked) {
            if (stalled_ == TimePoint::max()) stalled_ = home_->now();
            break;
        }
        if (moved.flow == ByteStream::Flow::Ended) {
            break_off(close_codes::kAbnormal);
            return;
        }
        stalled_ = TimePoint::max();
        consume(moved.bytes);
    }
    if (queue_bytes_ < kSendAheadBytes) wake_list(senders_);
    if (handshake_over()) wake_list(closers_);
}

void WebSocketCore::consume(std::size_t bytes) {
    queue_bytes_ -= bytes;
    bytes += queue_offset_;
    while (queue_first_ < queue_.size() && bytes >= queue_[queue_first_].text().size()) {
        bytes -= queue_[queue_first_].text().size();
        queue_[queue_first_++] = {};
    }
    queue_offset_ = bytes;
    forget_sent();
}

void WebSocketCore::forget_sent() {
    if (queue_first_ < queue_.size()) {
        // The sent ones are thrown away once they are the larger part.
        if (queue_first_ < 2 * kQueueKeptPieces || 2 * queue_first_ < queue_.size()) return;
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(queue_first_));
    } else if (queue_.capacity() > kQueueKeptPieces) {
        queue_ = {};
    } else {
        queue_.clear();
    }
    queue_first_ = 0;
}

void WebSocketCore::enqueue(std::string frame) {
    queue_bytes_ += frame.size();
    const bool joins = queue_first_ < queue_.size() && !queue_.back().shared &&
                       queue_.back().own.size() + frame.size() <= kJoinedBytesMax;
    if (joins) {
        queue_.back().own += frame;
    } else {
        queue_.push_back({.own = std::move(frame)});
    }
}

void WebSocketCore::enqueue(std::shared_ptr<const std::string> frame, Droppable droppable) {
    queue_bytes_ += frame->size();
    queue_.push_back({.shared = std::move(frame), .droppable = droppable == Droppable::Yes});
}

namespace {

std::string whole_frame(WebSocketMessage::Kind kind, std::string_view payload,
                        Compressed compressed) {
    std::string frame;
    frame.reserve(kFrameHeaderBytesMax + payload.size());
    append_frame(frame, opcode_of(kind), payload, compressed);
    return frame;
}

}  // namespace

void WebSocketCore::send(WebSocketMessage::Kind kind, std::string_view payload) {
    const bool packs = terms_ && payload.size() >= limits_.compress_bytes_min;
    std::string frame;
    if (!packs) {
        frame = whole_frame(kind, payload, Compressed::No);
    } else if (!terms_->server_takeover) {
        const int bits = terms_->server_window_bits;
        const auto pack = [&] { return deflate_message(payload, bits); };
        const std::string packed = payload.size() < kOffloadBytesMin ? pack() : offload(pack);
        frame = whole_frame(kind, packed, Compressed::Yes);
    }
    Lock lock(guard_);
    const bool by_handler = fiber_ && Reactor::current_fiber() == fiber_;
    while (can_send() && queue_bytes_ >= kSendAheadBytes) {
        if (by_handler) {
            flush(lock);
            if (queue_bytes_ < kSendAheadBytes) break;
        } else {
            flush_soon();
        }
        static_cast<void>(wait_in(senders_, lock, TimePoint::max()));
        lock.lock();
    }
    if (!can_send()) throw Disconnected("the WebSocket is closed");
    if (packs && terms_->server_takeover) {
        // In the order in which they are sent, since the window is common to them.
        if (!deflater_) deflater_.emplace(terms_->server_window_bits);
        frame = whole_frame(kind, deflater_->pack(payload), Compressed::Yes);
    }
    enqueue(std::move(frame));
    if (!by_handler) {
        flush_soon();
    } else if (queue_bytes_ >= kSendAheadBytes) {
        flush(lock);  // the rest when the fiber suspends
    }
}

std::shared_ptr<const std::string> WebSocketCore::frame_for(
    const std::shared_ptr<const SharedMessage>& message) const {
    const bool packs = terms_ && !terms_->server_takeover && terms_->server_window_bits == 15 &&
                       message->payload().size() >= limits_.compress_bytes_min;
    return {message, packs ? &message->compressed_frame() : &message->frame_};
}

bool WebSocketCore::post(const std::shared_ptr<const SharedMessage>& message) noexcept {
    try {
        auto frame = frame_for(message);
        const Lock lock(guard_);
        if (!open() || !make_room(frame->size())) return false;
        enqueue(std::move(frame), Droppable::Yes);
        flush_soon();
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

/// Small messages cost more than their bytes.
bool WebSocketCore::has_room(std::size_t bytes) const {
    const std::size_t pieces = queue_.size() - queue_first_;
    return queue_bytes_ + bytes + pieces * sizeof(Piece) <= limits_.queue_bytes_max;
}

bool WebSocketCore::make_room(std::size_t bytes) {
    if (has_room(bytes)) return true;
    switch (limits_.slow_client) {
        case SlowClient::DropNewest:
            return false;
        case SlowClient::Close:
            break_off(close_codes::kAbnormal);
            flush_soon();
            return false;
        case SlowClient::DropOldest:
            break;
    }
    while (!has_room(bytes)) {
        // Of the first piece a part may have been sent.
        const auto first = queue_.begin() + static_cast<std::ptrdiff_t>(queue_first_);
        if (first == queue_.end()) return false;
        const auto oldest = std::find_if(first + 1, queue_.end(),
                                         [](const Piece& piece) { return piece.droppable; });
        if (oldest == queue_.end()) return false;
        // What stands before it takes its place, which is usually one piece.
        queue_bytes_ -= oldest->text().size();
        std::move_backward(first, oldest, oldest + 1);
        *first = {};
        ++queue_first_;
        forget_sent();
    }
    return true;
}

// --- closing -------------------------------------------------------------------------------------

void WebSocketCore::note_closed(std::uint16_t code, std::string_view reason) {
    if (close_code_ != 0) return;
    close_code_ = code;
    close_reason_ = reason;
    closed_ = Clock::now();
}

void WebSocketCore::begin_close(std::uint16_t code, std::string_view reason) {
    note_closed(code, reason);
    std::string frame;
    append_frame(frame, Opcode::Close, close_payload(code, reason));
    enqueue(std::move(frame));
    close_sent_ = true;
}

/// The connection is of no more use, to either side.
void WebSocketCore::break_off(std::uint16_t code) {
    note_closed(code, {});
    broken_ = true;
    queue_.clear();
    queue_first_ = queue_offset_ = queue_bytes_ = 0;
    wake_all();
}

void WebSocketCore::wake_all() {
    wake_list(receivers_);
    wake_list(senders_);
    wake_list(closers_);
}

void WebSocketCore::close(std::uint16_t code, std::string_view reason, Closer closer) {
    const Lock lock(guard_);
    if (take_end()) flush_soon();
    if (!open()) return;
    begin_close(code, reason);
    if (closer == Closer::Handler) {
        inbox_.clear();
        inbox_bytes_ = 0;
    }
    wake_all();
    flush_soon();
}

void WebSocketCore::on_stop() noexcept {
    close(close_codes::kGoingAway, "the server stops", Closer::Server);
}

bool WebSocketCore::is_open() const {
    const Lock lock(guard_);
    return open();
}

bool WebSocketCore::wait_closed(TimePoint until) {
    Lock lock(guard_);
    if (take_end()) flush_soon();  // who waits for the end does not receive
    while (open()) {
        resume_reading();
        if (!wait_in(closers_, lock, until)) return false;
        lock.lock();
    }
    return true;
}

std::uint16_t WebSocketCore::close_code() const {
    const Lock lock(guard_);
    return close_code_;
}

std::string WebSocketCore::close_reason() const {
    const Lock lock(guard_);
    return close_reason_;
}

// --- time ----------------------------------------------------------------------------------------

bool WebSocketCore::keeps_pinging() const {
    // While the inbox is full, answers may lie unread behind other messages.
    return open() && !paused_ && limits_.ping_interval > Duration::zero();
}

TimePoint WebSocketCore::next_deadline() const {
    TimePoint next = after(stalled_, limits_.write_timeout);
    next = std::min(next, after(end_since_, limits_.close_timeout));
    if (open()) next = std::min(next, after(opened_, limits_.lifetime_max));
    if (keeps_pinging()) {
        next = std::min(next, pinged_ == TimePoint::max()
                                  ? after(last_received_, limits_.ping_interval)
                                  : after(pinged_, limits_.ping_timeout));
    }
    if (!handler_over_) next = std::min(next, after(closed_, limits_.handler_grace));
    return next;
}

/// A timer that is early looks again when it fires, so that a deadline which moves back is free.
void WebSocketCore::arm_timer(Lock&) {
    const TimePoint due = next_deadline();
    if (due == TimePoint::max() || (timer_.armed() && timer_at_ <= due)) return;
    timer_at_ = due;
    home_->arm(timer_, due);
}

void WebSocketCore::on_timer() {
    Lock lock(guard_);
    const TimePoint now = Clock::now();
    if (now >= after(stalled_, limits_.write_timeout)) break_off(close_codes::kAbnormal);
    if (now >= after(end_since_, limits_.close_timeout)) take_end();
    if (open() && now >= after(opened_, limits_.lifetime_max)) {
        begin_close(close_codes::kGoingAway, "the connection is old");
        wake_all();
    }
    if (keeps_pinging()) {
        if (pinged_ != TimePoint::max()) {
            if (now >= after(pinged_, limits_.ping_timeout)) break_off(close_codes::kAbnormal);
        } else if (now >= after(last_received_, limits_.ping_interval)) {
            std::string frame;
            append_frame(frame, Opcode::Ping, {});
            enqueue(std::move(frame));
            pinged_ = now;
            fiber_->release_parked_stack();  // nothing has happened for long
        }
    }
    if (!handler_over_ && now >= after(closed_, limits_.handler_grace)) {
        handler_over_ = true;
        fiber_->cancel("the WebSocket is closed");
    }
    flush(lock);
    arm_timer(lock);
}

}  // namespace tatum::net::impl
