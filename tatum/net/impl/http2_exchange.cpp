#include <tatum/net/impl/http2_exchange.h>

#include <tatum/net/impl/connection.h>
#include <tatum/net/impl/file_copy.h>
#include <tatum/net/impl/handler_call.h>
#include <tatum/net/impl/http2_session.h>
#include <tatum/net/impl/response_head.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tatum::net::impl {

namespace {

/// For the client to read a response before it learns that its request is cut off.
constexpr auto kCutOffGrace = std::chrono::milliseconds(100);
/// A client that sends nothing of a body for so long may be waiting for the response; one that has
/// begun rather has a slow line.
constexpr auto kRestPauseAtFirst = std::chrono::milliseconds(250);
constexpr auto kRestPause = std::chrono::seconds(2);

/// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" without what makes it a line.
std::string_view date_value(std::string_view line) {
    constexpr std::size_t kName = std::string_view("Date: ").size();
    return line.substr(kName, line.size() - kName - 2);
}

}  // namespace

void Http2Exchange::HandlerTimer::on_fire(Timer& timer) {
    static_cast<HandlerTimer&>(timer).exchange.cancel("the handler took too long");
}

Http2Exchange::Http2Exchange(Http2Session& session, std::int32_t stream)
    : session_(session),
      worker_(session.worker()),
      stream_(stream),
      head_(worker_.options().limits),
      body_limit_(worker_.options().limits.body_bytes_max),
      started_(worker_.reactor().now()) {}

/// What was not read opens the connection's window again, which all streams share.
Http2Exchange::~Http2Exchange() {
    if (!input_.empty()) session_.consumed(*this, input_.size());
}

// --- what comes ----------------------------------------------------------------------------------

Http2Exchange::Then Http2Exchange::begin_request(Http2RequestHead::Body body) {
    started_ = worker_.reactor().now();
    input_ended_ = body == Http2RequestHead::Body::No;
    const bool fine = head_.finish(body);
    is_head_ = head_.head().method == "HEAD";
    continue_due_ = head_.expects_continue();
    if (fine) return Then::Run;
    const ParseFault& fault = head_.fault();
    worker_.shared().handler.refused({peer(), fault.status, fault.reason});
    discard_ = true;
    answer_plainly(fault.status, fault.reason);
    return Then::Nothing;
}

bool Http2Exchange::take_input(std::string_view bytes) {
    body_came_ += bytes.size();
    if (discard_ || closed_) return false;
    input_.append(bytes);
    notify();
    return true;
}

bool Http2Exchange::skip_input(std::size_t bytes) {
    skipped_ += bytes;
    const bool fine = skipped_ <= worker_.options().limits.skip_bytes_max;
    if (!fine) hurry_skipping(worker_.reactor().now());
    return fine;
}

void Http2Exchange::start_skipping(TimePoint now) {
    const std::uint64_t skip_max = worker_.options().limits.skip_bytes_max;
    const std::uint64_t length = content_length().value_or(0);
    const Duration patience = worker_.options().timeouts.body;
    skip_until_ = patience > Duration::zero() ? now + patience : TimePoint::max();
    // Nobody can tell whether a client will send the body that it has asked leave for.
    if (continue_due_ || skipped_ > skip_max || length > body_came_ + skip_max) hurry_skipping(now);
    if (client_left_) skip_until_ = now;
}

void Http2Exchange::hurry_skipping(TimePoint now) {
    if (skip_until_ && !given_up_) skip_until_ = std::min(*skip_until_, now + kCutOffGrace);
}

void Http2Exchange::end_input() {
    input_ended_ = true;
    notify();
}

void Http2Exchange::close() {
    if (closed_) return;
    closed_ = true;
    client_finished();
    notify();
}

void Http2Exchange::client_finished() {
    client_left_ = true;
    notify();
    if (cancel_when_left_ && fiber_) fiber_->cancel("the client has left");
    cancel_when_left_ = false;
}

void Http2Exchange::on_stop() {
    if (std::exchange(cancel_when_stopped_, false)) cancel("the server stops");
    notify();  // take_rest() ends; other waits look and go on
}

void Http2Exchange::cancel(std::string_view reason) {
    if (fiber_) fiber_->cancel(reason);
}

// --- the handler ---------------------------------------------------------------------------------

void Http2Exchange::run() {
    fiber_ = Reactor::current_fiber();
    if (!closed_) {
        WorkerCounters& counters = worker_.counters();
        counters.requests.add();
        counters.requests_in_flight.add();
        call_handler();
        worker_.shared().handler.finished(*this);
        counters.requests_in_flight.subtract();
    }
    fiber_ = nullptr;
    cancel_when_left_ = cancel_when_stopped_ = false;
    discard_ = true;
    if (!input_.empty()) session_.consumed(*this, input_.size());
    input_ = Buffer();
    if (close_after_) session_.wind_up();
    session_.fiber_ended(*this);
}

void Http2Exchange::call_handler() {
    const Duration timeout = worker_.options().timeouts.handler;
    if (timeout > Duration::zero()) worker_.reactor().arm(handler_timer_, Clock::now() + timeout);
    const HandlerEnd end = impl::call_handler(worker_.shared().handler, *this);
    if (end.kind == HandlerEnd::Kind::ClientLeft) {
        abort();
    } else if (end.kind != HandlerEnd::Kind::Answered) {
        answer_fault(end.status, end.text);
    }
    handler_timer_.disarm();
}

/// The response that the handler did not give; if it had begun, the client must see it end badly.
void Http2Exchange::answer_fault(int status, std::string_view text) {
    if (begun_ ? !finished_ : !connected()) {
        if (output_left()) session_.flush();  // a reset drops what waits
        abort();
    } else if (!begun_) {
        answer_plainly(status, text);
    }
}

void Http2Exchange::answer_plainly(int status, std::string_view reason) {
    const std::string body = plain_answer(status, reason);
    const Header type{"content-type", "text/plain; charset=utf-8"};
    respond({.status = status, .headers = {&type, 1}}, body);
}

void Http2Exchange::abort() {
    direct_ = {};
    session_.reset(*this, NGHTTP2_INTERNAL_ERROR);
}

// --- waiting -------------------------------------------------------------------------------------

void Http2Exchange::notify() {
    if (!waiting_) return;
    waiting_ = false;
    worker_.reactor().wake(*fiber_);
}

/// Until notified. False when `until` passes.
bool Http2Exchange::park(TimePoint until) {
    const bool shielded = fiber_->shields > 0;
    const TimePoint deadline = shielded ? TimePoint::max() : fiber_->deadline;
    waiting_ = true;
    const Wake wake =
        fiber_->park(std::min(until, deadline),
                     shielded ? FiberCore::Interruptible::No : FiberCore::Interruptible::Yes);
    waiting_ = false;
    if (wake == Wake::Cancelled || (wake == Wake::TimedOut && deadline < until)) {
        fiber_->raise(wake);
    }
    return wake == Wake::Notified;
}

void Http2Exchange::wait_for_input() {
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    const TimePoint start = Clock::now();
    const bool limited = timeouts.body > Duration::zero();
    const bool came = park(limited ? start + timeouts.body : TimePoint::max());
    read_rate_.waited += Clock::now() - start;
    if (!came || read_rate_.too_slow(timeouts)) {
        discard_ = true;
        throw RequestFault(408, "the request body took too long");
    }
}

/// Until the handler's own bytes have been taken.
void Http2Exchange::wait_for_output() {
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    looked_ = {};  // the time that the handler took to make them is not the client's
    while (!direct_.empty() && !closed_) {
        const TimePoint now = Clock::now();
        if (stalled(now)) throw Disconnected("the client takes the response too slowly");
        TimePoint look_again = now + look_interval(timeouts);
        if (timeouts.write > Duration::zero()) {
            look_again = std::min(look_again, looked_.moved + timeouts.write);
        }
        park(look_again);
    }
}

/// A stream that waits because others of its connection are served first is not slow: then what
/// counts is that the connection moves.
bool Http2Exchange::stalled(TimePoint now) {
    if (!begun_) return false;  // its head is still on its way, and has a limit of its own
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    const std::uint64_t all = std::max(session_.body_bytes_taken(), looked_.all);
    if (looked_.at == TimePoint()) looked_ = {now, now, output_taken_, all};
    const std::uint64_t moved =
        session_.has_window(*this) ? all - looked_.all : output_taken_ - looked_.own;
    write_rate_.waited += now - looked_.at;
    write_rate_.bytes += moved;
    looked_ = {now, moved > 0 ? now : looked_.moved, output_taken_, all};
    const bool limited = timeouts.write > Duration::zero();
    return (limited && now - looked_.moved >= timeouts.write) || write_rate_.too_slow(timeouts);
}

// --- reading -------------------------------------------------------------------------------------

void Http2Exchange::check_body_limit(std::uint64_t bytes) {
    if (bytes <= body_limit_) return;
    throw RequestFault(413, "the request body is larger than allowed");
}

std::size_t Http2Exchange::read(std::span<char> into) {
    if (into.empty()) return 0;
    check_body_limit(content_length().value_or(0));
    if (continue_due_) ask_to_continue();
    while (input_.empty()) {
        if (input_ended_) {
            if (head_.trailers_too_large()) throw RequestFault(431, "the trailer is too large");
            return 0;
        }
        if (closed_ || client_left_) {
            throw Disconnected("the client has left within the request body");
        }
        wait_for_input();
    }
    const std::size_t count = std::min(into.size(), input_.size());
    std::memcpy(into.data(), input_.data(), count);
    input_.consume(count);
    if (input_.empty()) {
        if (input_ended_) {
            input_ = Buffer();
        } else {
            input_.clear();
        }
    }
    session_.consumed(*this, count);
    body_read_ += count;
    read_rate_.bytes += count;
    check_body_limit(body_read_);
    return count;
}

void Http2Exchange::ask_to_continue() {
    continue_due_ = false;
    if (!input_.empty() || input_ended_ || begun_ || closed_) return;
    session_.fields().assign({.status = 100}, {});
    session_.inform(*this);
}

// --- writing -------------------------------------------------------------------------------------

/// `all` is the whole body, where it is known already.
void Http2Exchange::begin_head(const ResponseHead& head, std::optional<std::uint64_t> length,
                               std::string_view all) {
    TATUM_INVARIANT(!begun_, "a request has one response");
    const HeadFacts facts = inspect(head);
    no_content_ = has_no_content(head.status);
    Http2ResponseFields::Added added;
    added.keep_own_length = facts.has_length && (is_head_ || head.status == 304);
    if (says_length(head.status) && !added.keep_own_length) {
        added.content_length = no_content_ ? 0 : length;
    }
    if (!facts.has_date) added.date = date_value(worker_.date_line());
    added.server = worker_.options().server_header;
    session_.fields().assign(head, added);
    bytes_out_ += session_.fields().bytes();
    begun_ = true;
    status_ = head.status;
    response_left_ = length;
    close_after_ |= facts.close;
    handler_timer_.disarm();
    const bool has_body = !is_head_ && !no_content_ && length != std::optional<std::uint64_t>(0);
    if (has_body && all.size() <= kGatherBytesMax) output_.append(all);
    session_.respond(*this, has_body ? Http2Session::Body::Follows : Http2Session::Body::No);
}

/// curl (7.88) reads nothing more once it has the whole response, as its length tells, not even
/// that it may go on sending, and then waits for ever. So what nobody has read of a request is
/// taken before the response is whole, with the patience of one who reads it. At a refusal clients
/// stop by themselves.
void Http2Exchange::take_rest(int status) {
    if (!fiber_ || status >= 400 || continue_due_ || std::exchange(rest_taken_, true)) return;
    handler_timer_.disarm();  // the response is there
    const NoCancelScope until_it_has_come;
    const ServerTimeouts& timeouts = worker_.options().timeouts;
    while (!input_ended_ && connected() && !worker_.stopping() && body_came_ <= body_limit_ &&
           !read_rate_.too_slow(timeouts)) {
        if (input_.empty()) {
            const TimePoint start = Clock::now();
            const auto pause = body_came_ > 0 ? Duration(kRestPause) : Duration(kRestPauseAtFirst);
            if (!park(start + pause)) return;
            read_rate_.waited += Clock::now() - start;
        }
        read_rate_.bytes += input_.size();
        session_.consumed(*this, input_.size());
        input_.clear();
    }
}

void Http2Exchange::respond(const ResponseHead& head, std::string_view body) {
    take_rest(head.status);
    begin_head(head, body.size(), body);
    finished_ = true;
    if (is_head_ || no_content_) return;
    bytes_out_ += body.size();
    if (body.size() > kGatherBytesMax) send_direct(body);
}

void Http2Exchange::begin(const ResponseHead& head, std::optional<std::uint64_t> length) {
    const bool whole =
        is_head_ || has_no_content(head.status) || length == std::optional<std::uint64_t>(0);
    if (whole) take_rest(head.status);
    begin_head(head, length, {});
}

void Http2Exchange::take_from_length(std::uint64_t bytes) {
    if (!response_left_) return;
    if (bytes > *response_left_) throw Exception("more was written than the length announced");
    *response_left_ -= bytes;
}

void Http2Exchange::write(std::string_view bytes) {
    TATUM_INVARIANT(begun_ && !finished_, "write() stands between begin() and finish()");
    if (bytes.empty() || is_head_ || no_content_) return;
    if (response_left_ == bytes.size()) take_rest(status_);
    take_from_length(bytes.size());
    if (closed_) throw Disconnected("the client has left within the response");
    bytes_out_ += bytes.size();
    if (output_.size() + bytes.size() <= kGatherBytesMax) {
        output_.append(bytes);
        session_.more_output(*this);
        return;
    }
    send_direct(bytes);
}

/// The stream reads them where they are, which is until this returns.
void Http2Exchange::send_direct(std::string_view bytes) {
    direct_ = bytes;
    session_.more_output(*this);
    try {
        wait_for_output();
    } catch (...) {
        abort();
        throw;
    }
    if (direct_.empty()) return;
    direct_ = {};
    throw Disconnected("the client has left within the response");
}

void Http2Exchange::send_file(int file, std::uint64_t offset, std::uint64_t length) {
    TATUM_INVARIANT(begun_ && !finished_, "send_file() stands between begin() and finish()");
    if (length == 0 || is_head_ || no_content_) return;
    copy_file(file, offset, length, [this](std::string_view piece) { write(piece); });
}

void Http2Exchange::flush() { session_.flush(); }

void Http2Exchange::finish() {
    if (finished_) return;
    TATUM_INVARIANT(begun_, "finish() follows begin()");
    if (!is_head_ && !no_content_ && response_left_ && *response_left_ > 0) {
        throw Exception("less was written than the length announced");
    }
    take_rest(status_);
    finished_ = true;
    session_.more_output(*this);
}

void Http2Exchange::inform(const ResponseHead& head) {
    if (begun_ || closed_) return;
    session_.fields().assign(head, {});
    bytes_out_ += session_.fields().bytes();
    session_.inform(*this);
}

Http2Exchange::Output Http2Exchange::take_output(std::span<std::uint8_t> into) {
    Output taken;
    const auto take = [&](std::string_view from) {
        const std::size_t count = std::min(from.size(), into.size() - taken.bytes);
        if (count > 0) std::memcpy(into.data() + taken.bytes, from.data(), count);
        taken.bytes += count;
        return count;
    };
    if (!output_.empty()) {
        output_.consume(take(output_.view()));
        if (output_.empty()) output_.clear();
    }
    if (!direct_.empty()) {
        direct_.remove_prefix(take(direct_));
        if (direct_.empty()) notify();
    }
    output_taken_ += taken.bytes;
    if (!output_left()) taken.next = finished_ ? Output::Next::End : Output::Next::Later;
    return taken;
}

// --- the client ----------------------------------------------------------------------------------

void Http2Exchange::cancel_when_client_leaves() {
    cancel_when_left_ = connected();
    if (!connected()) fiber_->cancel("the client has left");
}

void Http2Exchange::cancel_when_server_stops() {
    cancel_when_stopped_ = !worker_.stopping();
    if (!cancel_when_stopped_) fiber_->cancel("the server stops");
}

const Address& Http2Exchange::peer() const { return session_.connection().peer(); }
const Address& Http2Exchange::local() const { return session_.connection().local(); }
Scheme Http2Exchange::scheme() const { return session_.connection().scheme(); }

}  // namespace tatum::net::impl
