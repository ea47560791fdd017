#include <tatum/net/impl/connection.h>

#include <tatum/net/impl/file_copy.h>
#include <tatum/net/impl/http1_exchange.h>
#include <tatum/net/impl/http2_session.h>
#include <tatum/net/impl/tls.h>

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <string>
#include <vector>

namespace tatum::net::impl {

namespace {

/// Room for a read; a head that is larger makes the buffer grow.
constexpr std::size_t kReadBytesMin = 4096;
/// When the server stops, how long a request that is just on its way over an idle connection is
/// waited for.
constexpr auto kIdleGrace = std::chrono::milliseconds(250);
/// Pipelined requests served before other connections get their turn.
constexpr std::uint64_t kRequestsPerTurn = 64;
/// Of a file, before other connections get their turn.
constexpr std::size_t kSendfileBytesMax = 1 << 20;
/// What a browser shows that speaks plain HTTP where TLS is expected.
constexpr std::string_view kPlainHttp =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 59\r\n"
    "Connection: close\r\n\r\n400 Bad Request: this address speaks HTTPS, not plain HTTP\n";
/// RFC 9113 §3.4: how a client begins that knows that the server speaks HTTP/2.
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// What the reactor tells of a socket, once each time that it changes.
constexpr std::uint32_t kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
/// Reads in a row that throw away what a refused client still sends.
constexpr int kDiscardReadsMax = 16;
/// How long it may go on sending.
constexpr auto kLingerMax = std::chrono::seconds(30);

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Connection::Connection(Worker& worker, int file, const Address& peer,
                       const Worker::ListeningSocket& socket)
    : worker_(worker), file_(file), peer_(peer), socket_(socket) {
    idle_since_ = worker_.reactor().now();
    worker_.counters().connections.add();
    worker_.counters().connections_open.add();
}

Connection::~Connection() {
    if (file_ >= 0) ::close(file_);
    worker_.counters().connections_open.subtract();
    worker_.shared().census.leave(peer_);
}

bool Connection::open() {
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    Duration timeout = timeouts.keep_alive;
    if (socket_.tls) {
        tls_ = std::make_unique<TlsStream>(worker_.shared().tls(), file_);
        state_ = State::Handshake;
        timeout = timeouts.head;
    }
    if (timeout > Duration::zero()) set_deadline(idle_since_ + timeout);
    return worker_.reactor().add(file_, kEvents, *this);
}

void Connection::on_events(std::uint32_t events) {
    constexpr std::uint32_t kOver = EPOLLHUP | EPOLLERR;
    if (events & (EPOLLIN | EPOLLRDHUP | kOver)) readable_ = true;
    if (events & (EPOLLOUT | kOver)) writable_ = true;
    if (events & (EPOLLRDHUP | kOver)) peer_closed_ = true;
    switch (state_) {
        case State::Handshake:
            shake_hands();
            break;
        case State::Idle:
        case State::Head:
            if (readable_) read_head();
            break;
        case State::Busy:
            if (waiting_for_ && *waiting_for_) {
                waiting_for_ = nullptr;
                worker_.reactor().wake(*fiber_);
            }
            if (peer_closed_ && cancel_when_left_) {
                cancel_when_left_ = false;
                fiber_->cancel("the client has left");
            }
            // What the fiber could not send before it parked goes now; within wait() it sees to
            // that by itself.
            if ((events & EPOLLOUT) && fiber_->park_hook == this && exchange_ &&
                exchange_->has_output()) {
                exchange_->push_output();
            }
            if (stream_events_ && readable_) stream_events_->on_readable();
            if (stream_events_ && (events & (EPOLLOUT | kOver))) stream_events_->on_writable();
            break;
        case State::Http2:
            on_http2_events(events);
            break;
        case State::Lingering:
            if (readable_) discard();
            break;
        case State::Closed:
            break;
    }
    // HTTP/2 may have begun just now, and the end is told only once.
    if (state_ == State::Http2 && (events & kOver)) close();
}

void Connection::shake_hands() {
    switch (tls_->handshake()) {
        case TlsStream::Progress::WantRead:
            readable_ = false;
            return;
        case TlsStream::Progress::WantWrite:
            writable_ = false;
            return;
        case TlsStream::Progress::PlainHttp:
            tls_.reset();
            write_now(kPlainHttp);
            linger();
            return;
        case TlsStream::Progress::Closed:
            close();
            return;
        case TlsStream::Progress::Done:
            break;
    }
    state_ = State::Idle;
    idle_since_ = worker_.reactor().now();
    deadline_ = TimePoint::max();
    const Duration timeout = worker_.options().timeouts.keep_alive;
    if (timeout > Duration::zero()) set_deadline(idle_since_ + timeout);
    readable_ = true;  // more may have come with the end of the handshake
    if (tls_->is_http2()) {
        start_http2({});
    } else {
        read_head();
    }
}

// --- HTTP/2 --------------------------------------------------------------------------------------

/// With prior knowledge: the first that a client says.
Connection::Preface Connection::preface() const {
    if (requests_ > 0 || tls_ || !worker_.options().http2) return Preface::None;
    const std::string_view input = exchange_->input().view();
    if (input.starts_with(kPreface)) return Preface::Complete;
    return kPreface.starts_with(input) ? Preface::Begun : Preface::None;
}

void Connection::start_http2(std::string_view first) {
    state_ = State::Http2;
    deadline_ = TimePoint::max();
    try {
        http2_ = std::make_unique<Http2Session>(*this);
    } catch (const std::bad_alloc&) {
        close();
        return;
    }
    http2_->start(first);
}

void Connection::on_http2_events(std::uint32_t events) {
    if (events & (EPOLLHUP | EPOLLERR)) return;  // on_events() closes
    if (readable_) http2_->read();
    if (state_ == State::Http2 && (events & EPOLLOUT)) http2_->flush_soon();
}

void Connection::session_released() {
    if (state_ == State::Closed) worker_.dismiss(*this);
}

bool Connection::idle() const {
    return state_ == State::Idle || (state_ == State::Http2 && http2_->idle());
}

// --- waiting for requests ------------------------------------------------------------------------

void Connection::read_head() {
    try {
        if (!exchange_) {
            exchange_ = worker_.take_exchange();
            exchange_->attach(*this);
        }
        while (readable_) {
            Buffer& input = exchange_->input();
            input.reserve(kReadBytesMin);
            const std::size_t count = read_now(input.free_space());
            if (count == 0) {
                if (readable_) {
                    close();
                    return;
                }
                break;
            }
            input.produced(count);
            const Preface http2 = preface();
            if (http2 == Preface::Begun) continue;
            if (http2 == Preface::Complete) {
                const std::string first(input.view());
                release_exchange();
                start_http2(first);
                return;
            }
            const auto progress = exchange_->parse();
            if (progress != RequestParser::Progress::NeedMore) {
                start_fiber(progress == RequestParser::Progress::Done ? Arrival::Request
                                                                      : Arrival::Malformed);
                return;
            }
        }
        wait_for_request();
    } catch (const std::bad_alloc&) {
        close();
    }
}

/// Of the connection as it is: with the beginning of a request, or with nothing.
void Connection::wait_for_request() {
    const TimePoint now = worker_.reactor().now();
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    if (exchange_->input().empty()) {
        release_exchange();
        state_ = State::Idle;
        idle_since_ = now;
        deadline_ = TimePoint::max();
        const Duration patience = worker_.stopping() ? kIdleGrace : timeouts.keep_alive;
        if (patience > Duration::zero()) set_deadline(now + patience);
    } else if (state_ != State::Head) {
        state_ = State::Head;
        deadline_ = TimePoint::max();
        if (timeouts.head > Duration::zero()) set_deadline(now + timeouts.head);
    }
}

void Connection::set_deadline(TimePoint time) {
    deadline_ = time;
    if (time == TimePoint::max()) return;
    // A timer that is early looks again when it fires, so the usual case, a later deadline, is
    // free.
    if (timer_.armed() && timer_at_ <= time) return;
    timer_at_ = time;
    worker_.reactor().arm(timer_, time);
}

void Connection::on_timer() {
    const TimePoint now = worker_.reactor().now();
    const TimePoint due = state_ == State::Busy ? handler_deadline_ : deadline_;
    if (due == TimePoint::max()) return;
    if (now < due) {
        timer_at_ = due;
        worker_.reactor().arm(timer_, due);
        return;
    }
    switch (state_) {
        case State::Handshake:
        case State::Idle:
        case State::Lingering:
            close();
            break;
        case State::Head:
            try {
                start_fiber(Arrival::TooSlow);
            } catch (const std::bad_alloc&) {
                close();
            }
            break;
        case State::Busy:
            handler_deadline_ = TimePoint::max();
            fiber_->cancel("the handler took too long");
            break;
        case State::Http2:
            http2_->on_timer();
            break;
        case State::Closed:
            break;
    }
}

void Connection::close() {
    if (state_ == State::Closed) return;
    state_ = State::Closed;
    timer_.disarm();
    ::close(file_);
    file_ = -1;
    if (http2_) http2_->lose();
    // Fibers of its streams still speak of it; the last one to end dismisses it.
    if (!http2_ || !http2_->has_fibers()) worker_.dismiss(*this);
}

void Connection::cut_off() {
    if (http2_ && http2_->has_fibers()) {
        http2_->cancel_all("the server stops");
        return;
    }
    if (state_ == State::Busy) {
        fiber_->cancel("the server stops");
        return;
    }
    close();
}

// --- serving -------------------------------------------------------------------------------------

void Connection::start_fiber(Arrival arrival) {
    state_ = State::Busy;
    worker_.reactor().start_now([this, arrival] { serve(arrival); }, worker_.shared().locals);
}

void Connection::serve(Arrival arrival) {
    fiber_ = Reactor::current_fiber();
    fiber_->park_hook = this;
    Next next = Next::Reset;
    try {
        next = serve_requests(arrival);
    } catch (const Disconnected&) {
        // The client knows; there is nobody to tell.
    } catch (const Cancelled&) {
        // The server stops and has lost its patience.
    } catch (...) {
        report_fault(std::current_exception(), "a connection");
    }
    fiber_->park_hook = nullptr;
    fiber_ = nullptr;
    stream_events_ = nullptr;
    cancel_when_left_ = cancel_when_stopped_ = false;
    go_on(next);
}

Connection::Next Connection::serve_requests(Arrival arrival) {
    while (arrival == Arrival::Request) {
        ++requests_;
        read_rate_ = write_rate_ = {};
        fiber_->locals = worker_.shared().locals;
        const bool more = exchange_->serve();
        if (exchange_->aborted()) return Next::Reset;
        if (!more) {
            exchange_->flush_output();
            return Next::Linger;
        }
        arrival = next_request();
    }
    switch (arrival) {
        case Arrival::Nothing:
            return Next::Wait;
        case Arrival::EndOfStream:
            return Next::Close;
        case Arrival::TooSlow:
            refuse({408, "the request head took too long"});
            break;
        default:
            refuse(exchange_->parser().fault());
    }
    return Next::Linger;
}

void Connection::refuse(const ParseFault& fault) {
    exchange_->answer_plainly(fault.status, fault.reason);
    worker_.shared().handler.refused({peer_, fault.status, fault.reason});
    exchange_->flush_output();
}

/// Of what the client has sent while it was being served. Responses wait in the output as long as
/// there are more requests, so that a pipeline is answered with one write.
Connection::Arrival Connection::next_request() {
    Buffer& input = exchange_->input();
    for (;;) {
        if (input.empty()) {
            input.clear();
        } else {
            switch (exchange_->parse()) {
                case RequestParser::Progress::Done:
                    if (requests_ % kRequestsPerTurn == 0) {
                        exchange_->flush_output();
                        yield();
                    }
                    return Arrival::Request;
                case RequestParser::Progress::Fault:
                    return Arrival::Malformed;
                case RequestParser::Progress::NeedMore:
                    break;
            }
        }
        exchange_->flush_output();
        if (!readable_) return Arrival::Nothing;
        input.reserve(kReadBytesMin);
        const std::size_t count = read_now(input.free_space());
        if (count == 0) return readable_ ? Arrival::EndOfStream : Arrival::Nothing;
        input.produced(count);
    }
}

void Connection::go_on(Next next) {
    switch (next) {
        case Next::Wait:
            wait_for_request();
            break;
        case Next::Linger:
            linger();
            break;
        case Next::Close:
            close();
            break;
        case Next::Reset: {
            const struct linger at_once = {1, 0};
            setsockopt(file_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            close();
            break;
        }
    }
}

void Connection::release_exchange() {
    exchange_->detach();
    worker_.give_back(std::move(exchange_));
}

/// RFC 9112 §9.6: a socket that is closed while the client still sends resets the connection, and
/// the client may lose the response, which many do not read until they have sent all. So what it
/// sends is read and thrown away, for a while after the last of it.
void Connection::linger() {
    if (exchange_) release_exchange();
    if (tls_) tls_->close_notify();
    tls_.reset();  // what still comes is thrown away unread
    state_ = State::Lingering;
    shutdown(file_, SHUT_WR);
    timer_.disarm();
    idle_since_ = worker_.reactor().now();
    set_deadline(idle_since_ + worker_.options().timeouts.linger);
    if (readable_) discard();
}

void Connection::discard() {
    std::array<char, Buffer::kBytes> scratch;
    for (int i = 0; i < kDiscardReadsMax; ++i) {
        if (read_now(scratch) == 0) {
            if (readable_) close();
            return;
        }
        if (!worker_.stopping()) {
            set_deadline(
                std::min<TimePoint>(worker_.reactor().now() + worker_.options().timeouts.linger,
                                    idle_since_ + kLingerMax));
        }
        if (!readable_) return;
    }
    tell_again();
}

/// Others have their turn. What is still there may be all that comes.
void Connection::tell_again() {
    if (!worker_.reactor().modify(file_, kEvents, *this)) close();
}

void Connection::before_park() noexcept {
    if (exchange_ && exchange_->has_output()) exchange_->push_output();
    if (stream_events_) stream_events_->before_park();
}

void Connection::listen(ByteStream::Events* events) {
    stream_events_ = events;
    if (!events) return;
    if (readable_) events->on_readable();
    if (worker_.stopping()) events->on_stop();
}

void Connection::on_stop() {
    if (state_ == State::Idle) set_deadline(Clock::now() + kIdleGrace);
    if (state_ == State::Http2) http2_->on_stop();
    if (state_ != State::Busy) return;
    if (stream_events_) stream_events_->on_stop();
    if (cancel_when_stopped_) fiber_->cancel("the server stops");
}

void Connection::cancel_fiber_when_server_stops() {
    cancel_when_stopped_ = !worker_.stopping();
    if (!cancel_when_stopped_) fiber_->cancel("the server stops");
}

void Connection::cancel_fiber_when_client_leaves() {
    cancel_when_left_ = !peer_closed_;
    if (peer_closed_) fiber_->cancel("the client has left");
}

void Connection::forget_cancellation() {
    cancel_when_left_ = cancel_when_stopped_ = false;
    fiber_->forget_cancellation();
}

void Connection::arm_handler_timeout(Duration timeout) {
    handler_deadline_ = Clock::now() + timeout;
    if (timer_.armed() && timer_at_ <= handler_deadline_) return;
    timer_at_ = handler_deadline_;
    worker_.reactor().arm(timer_, timer_at_);
}

// --- moving bytes --------------------------------------------------------------------------------

/// Ends a wait early enough to notice that the other side keeps below the minimum rate.
bool Connection::wait(bool& ready, Duration timeout, TransferRate& rate) {
    timed_out_ = false;
    const TimePoint start = Clock::now();
    const bool limited = timeout > Duration::zero();
    const bool shielded = fiber_->shields > 0;
    const TimePoint until = limited ? start + timeout : TimePoint::max();
    const TimePoint deadline = shielded ? TimePoint::max() : fiber_->deadline;
    waiting_for_ = &ready;
    fiber_->park_hook = nullptr;  // the output may be half sent
    const Wake wake =
        fiber_->park(std::min(until, deadline),
                     shielded ? FiberCore::Interruptible::No : FiberCore::Interruptible::Yes);
    fiber_->park_hook = this;
    waiting_for_ = nullptr;
    rate.waited += Clock::now() - start;
    if (wake == Wake::Cancelled || (wake == Wake::TimedOut && deadline < until)) {
        fiber_->raise(wake);
    }
    timed_out_ =
        wake == Wake::TimedOut || (!left_http_ && rate.too_slow(worker_.options().timeouts));
    return !timed_out_;
}

void Connection::fail(const char* what) {
    peer_closed_ = true;
    throw Disconnected(what);
}

/// As recv(2).
ssize_t Connection::receive(std::span<char> into) {
    if (tls_) {
        const TlsStream::Moved moved = tls_->read(into);
        if (moved.progress == TlsStream::Progress::Done) return static_cast<ssize_t>(moved.bytes);
        if (moved.progress == TlsStream::Progress::Closed) return 0;
        errno = EAGAIN;
        return -1;
    }
    ssize_t count = 0;
    do {
        count = recv(file_, into.data(), into.size(), 0);
    } while (count < 0 && errno == EINTR);
    return count;
}

std::size_t Connection::read_now(std::span<char> into) {
    const ssize_t count = receive(into);
    if (count < 0 && would_block(errno)) {
        readable_ = false;
        return 0;
    }
    if (count <= 0) {
        peer_closed_ = true;
        return 0;
    }
    const auto size = static_cast<std::size_t>(count);
    // A short read has emptied the socket; what comes later is reported anew. Not so the end of the
    // stream if it has been reported already, nor what TLS holds of a record.
    if (size < into.size() && !peer_closed_ && !tls_) readable_ = false;
    read_rate_.bytes += size;
    worker_.counters().bytes_in.add(size);
    return size;
}

std::size_t Connection::read_some(std::span<char> into, Duration timeout) {
    timed_out_ = false;
    for (;;) {
        if (readable_) {
            const std::size_t count = read_now(into);
            if (count > 0 || readable_) return count;
        }
        if (!wait(readable_, timeout, read_rate_)) return 0;
    }
}

/// As sendmsg(2).
ssize_t Connection::transmit(std::string_view first, std::string_view second) {
    const ssize_t count =
        tls_ ? transmit_tls(first.empty() ? second : first) : transmit_plain(first, second);
    if (count > 0) {
        write_rate_.bytes += static_cast<std::uint64_t>(count);
        worker_.counters().bytes_out.add(static_cast<std::uint64_t>(count));
    }
    return count;
}

ssize_t Connection::transmit_tls(std::string_view bytes) {
    const TlsStream::Moved moved = tls_->write(bytes);
    if (moved.progress == TlsStream::Progress::Done) return static_cast<ssize_t>(moved.bytes);
    errno = moved.progress == TlsStream::Progress::WantWrite ? EAGAIN : EPIPE;
    return -1;
}

ssize_t Connection::transmit_plain(std::string_view first, std::string_view second) {
    std::array<iovec, 2> pieces{};
    pieces[0] = {const_cast<char*>(first.data()), first.size()};
    pieces[1] = {const_cast<char*>(second.data()), second.size()};
    msghdr message{};
    message.msg_iov = first.empty() ? &pieces[1] : pieces.data();
    message.msg_iovlen = first.empty() || second.empty() ? 1 : 2;
    ssize_t count = 0;
    do {
        count = message.msg_iovlen == 1
                    ? send(file_, message.msg_iov->iov_base, message.msg_iov->iov_len, MSG_NOSIGNAL)
                    : sendmsg(file_, &message, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    return count;
}

ssize_t Connection::transmit_now(std::span<const std::string_view> pieces) noexcept {
    if (tls_ || pieces.size() == 1) return transmit(pieces.front(), {});
    std::array<iovec, ByteStream::kPiecesMax> vectors;
    const std::size_t count = std::min(pieces.size(), vectors.size());
    for (std::size_t i = 0; i < count; ++i) {
        vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    ssize_t sent = 0;
    do {
        sent = sendmsg(file_, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent > 0) worker_.counters().bytes_out.add(static_cast<std::uint64_t>(sent));
    return sent;
}

std::uint64_t Connection::untaken_bytes() const {
    int count = 0;
    return ioctl(file_, SIOCOUTQ, &count) == 0 && count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

/// A socket is reported writable when a third of its buffer is free, which may be megabytes. Until
/// then what the client takes shows in what the kernel has left for it.
void Connection::wait_until_writable() {
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    writable_ = false;
    std::uint64_t before = untaken_bytes();
    while (!wait(writable_, timeouts.write, write_rate_)) {
        const std::uint64_t left = untaken_bytes();
        TransferRate taken = write_rate_;
        taken.bytes -= std::min(taken.bytes, left);
        if (left >= before || (!left_http_ && taken.too_slow(timeouts))) {
            fail("the client takes the response too slowly");
        }
        before = left;
    }
}

void Connection::write_all(std::string_view first, std::string_view second) {
    while (!first.empty() || !second.empty()) {
        const ssize_t count = transmit(first, second);
        if (count >= 0) {
            const std::size_t of_first = std::min(static_cast<std::size_t>(count), first.size());
            first.remove_prefix(of_first);
            second.remove_prefix(static_cast<std::size_t>(count) - of_first);
            continue;
        }
        if (!would_block(errno)) fail("the connection broke while the response was sent");
        wait_until_writable();
    }
}

/// TLS takes a record at a time: only when it takes no more is the socket full, which is when it is
/// reported writable again.
std::size_t Connection::write_now(std::string_view text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t count = transmit(text.substr(sent), {});
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
        if (!tls_) break;
    }
    return sent;
}

void Connection::send_file(int file, std::uint64_t offset, std::uint64_t length) {
    if (tls_) {
        copy_file(file, offset, length, [this](std::string_view piece) {
            write_all(piece);
            yield();  // others have their turn, however fast the client is
        });
        return;
    }
    auto position = static_cast<off_t>(offset);
    while (length > 0) {
        const std::size_t wanted = std::min<std::uint64_t>(length, kSendfileBytesMax);
        const ssize_t count = sendfile(file_, file, &position, wanted);
        if (count > 0) {
            length -= static_cast<std::uint64_t>(count);
            write_rate_.bytes += static_cast<std::uint64_t>(count);
            worker_.counters().bytes_out.add(static_cast<std::uint64_t>(count));
            if (length > 0 && static_cast<std::size_t>(count) == wanted) yield();
            continue;
        }
        if (count == 0) throw Exception("the file has become shorter while it was sent");
        if (errno == EINTR) continue;
        if (!would_block(errno)) fail("the connection broke while a file was sent");
        wait_until_writable();
    }
}

}  // namespace tatum::net::impl
