#include <tatum/net/impl/http1_exchange.h>

#include <tatum/net/impl/connection.h>
#include <tatum/net/impl/handler_call.h>
#include <tatum/net/impl/worker.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace tatum::net::impl {

namespace {

/// Less room than this after the head, and the body gets a buffer of its own.
constexpr std::size_t kBodyRoomMin = 4096;
/// A destination of this size is filled by the kernel directly.
constexpr std::size_t kDirectReadBytesMin = 8 * 1024;
/// A buffer that one large response or head made larger is not kept.
constexpr std::size_t kBufferKeptBytesMax = 64 * 1024;

void shrink(Buffer& buffer) {
    if (buffer.capacity() > kBufferKeptBytesMax) buffer = Buffer();
    buffer.clear();
}

}  // namespace

void Http1Exchange::attach(Connection& connection) {
    connection_ = &connection;
    worker_ = &connection.worker();
}

void Http1Exchange::detach() {
    shrink(input_);
    shrink(body_);
    shrink(output_);
    body_apart_ = false;
    aborted_ = false;
    stream_.reset();
    connection_ = nullptr;
}

// --- one request ---------------------------------------------------------------------------------

void Http1Exchange::reset() {
    const RequestHead& head = parser_.head();
    started_ = worker_->reactor().now();
    bytes_in_ = parser_.head_bytes();
    bytes_out_ = 0;
    status_ = 0;
    const auto length = parser_.content_length();
    request_body_ = !length ? Body::Chunked : *length > 0 ? Body::Length : Body::None;
    body_left_ = length.value_or(0);
    body_read_ = 0;
    body_limit_ = worker_->options().limits.body_bytes_max;
    continue_due_ = parser_.expects_continue();
    begun_ = finished_ = aborted_ = chunked_response_ = no_content_ = false;
    const std::uint64_t requests_max = worker_->options().limits.requests_per_connection_max;
    keep_alive_ = parser_.keep_alive() && !worker_->stopping() &&
                  (requests_max == 0 || connection_->requests() < requests_max);
    is_head_ = head.method == "HEAD";
    response_left_.reset();
}

/// A connection that leaves HTTP lives for long, and what its handler knows of the request lies in
/// this buffer as long: no more of it is kept than there is of the request.
void Http1Exchange::fit() {
    input_ = Buffer::fitting(input_.view());
    parser_.fit();
    static_cast<void>(parse());
}

bool Http1Exchange::serve() {
    if (parser_.asks_to_upgrade()) fit();
    reset();
    input_.consume(parser_.head_bytes());
    WorkerCounters& counters = worker_->counters();
    counters.requests.add();
    counters.requests_in_flight.add();
    call_handler();
    worker_->shared().handler.finished(*this);
    counters.requests_in_flight.subtract();
    if (aborted_ || stream_) return false;
    connection_->forget_cancellation();
    const bool skipped = skip_body();
    if (body_apart_) {
        std::swap(input_, body_);
        body_.clear();
        body_apart_ = false;
    }
    return skipped && keep_alive_;
}

void Http1Exchange::call_handler() {
    const Duration timeout = worker_->options().timeouts.handler;
    if (timeout > Duration::zero()) connection_->arm_handler_timeout(timeout);
    const HandlerEnd end = impl::call_handler(worker_->shared().handler, *this);
    switch (end.kind) {
        case HandlerEnd::Kind::Answered:
            break;
        case HandlerEnd::Kind::ClientLeft:
            aborted_ = true;
            break;
        case HandlerEnd::Kind::Cancelled:
            if (connected()) answer_fault(end.status, end.text);
            aborted_ |= !connected();
            break;
        case HandlerEnd::Kind::Failed:
            answer_fault(end.status, end.text);
            break;
    }
    connection_->disarm_handler_timeout();
}

/// The response that the handler did not give; if it had begun, the client must see it end badly.
void Http1Exchange::answer_fault(int status, std::string_view text) {
    if (aborted_) return;
    if (begun_) {
        aborted_ = !finished_;
        if (aborted_ && has_output()) push_output();  // as far as the socket takes it
        return;
    }
    keep_alive_ = false;
    answer_plainly(status, text);
}

void Http1Exchange::answer_plainly(int status, std::string_view reason) {
    const std::string body = plain_answer(status, reason);
    const Header type{"Content-Type", "text/plain; charset=utf-8"};
    const ResponseHead head{.status = status, .headers = {&type, 1}};
    const Framing framing{.content_length = body.size(), .connection = Framing::Connection::Close};
    const std::size_t before = output_.size();
    append_head(output_, head, {}, framing, worker_->date_line(), worker_->shared().server_line);
    if (parser_.head().method != "HEAD") output_.append(body);
    bytes_out_ += output_.size() - before;
    begun_ = finished_ = true;
    status_ = status;
}

std::uint64_t Http1Exchange::skip_max() const { return worker_->options().limits.skip_bytes_max; }

/// What the handler has left of the body stands between this request and the next.
bool Http1Exchange::skip_body() {
    if (request_body_ == Body::None) return true;
    // Nobody can tell whether the client will send the body that it has asked leave for.
    if (continue_due_ || !keep_alive_) return false;
    if (request_body_ == Body::Length && body_left_ > skip_max()) return false;
    body_limit_ = body_read_ + skip_max();
    char scratch[kBodyRoomMin];
    try {
        while (read(scratch) > 0) {
        }
        return true;
    } catch (const RequestFault&) {
        return false;
    }
}

// --- reading -------------------------------------------------------------------------------------

std::size_t Http1Exchange::read(std::span<char> into) {
    if (request_body_ == Body::None || into.empty()) return 0;
    if (request_body_ == Body::Length && body_read_ + body_left_ > body_limit_) {
        keep_alive_ = false;
        throw RequestFault(413, "the request body is larger than allowed");
    }
    if (continue_due_) ask_to_continue();
    return request_body_ == Body::Length ? read_length(into) : read_chunks(into);
}

void Http1Exchange::ask_to_continue() {
    continue_due_ = false;
    if (!input_.empty() || begun_) return;
    gather("HTTP/1.1 100 Continue\r\n\r\n");
    flush_output();
}

std::size_t Http1Exchange::read_length(std::span<char> into) {
    const std::size_t wanted = std::min<std::uint64_t>(into.size(), body_left_);
    std::size_t count = 0;
    Buffer& source = body_apart_ ? body_ : input_;
    if (source.empty() && wanted >= kDirectReadBytesMin) {
        flush_output();
        count = connection_->read_some(into.first(wanted), worker_->options().timeouts.body);
        if (count == 0) end_of_input();
        bytes_in_ += count;
    } else {
        if (source.empty()) fill_input();
        Buffer& filled = body_apart_ ? body_ : input_;
        count = std::min(wanted, filled.size());
        std::memcpy(into.data(), filled.data(), count);
        filled.consume(count);
        bytes_in_ += count;
    }
    body_read_ += count;
    body_left_ -= count;
    if (body_left_ == 0) request_body_ = Body::None;
    return count;
}

std::size_t Http1Exchange::read_chunks(std::span<char> into) {
    for (;;) {
        Buffer& source = body_apart_ ? body_ : input_;
        const auto chunks = parser_.chunks().decode(source.view(), into);
        source.consume(chunks.consumed);
        bytes_in_ += chunks.consumed;
        body_read_ += chunks.produced;
        switch (chunks.progress) {
            case RequestParser::Progress::Done:
                request_body_ = Body::None;
                break;
            case RequestParser::Progress::Fault:
                keep_alive_ = false;
                throw RequestFault(parser_.chunks().fault().status,
                                   std::string(parser_.chunks().fault().reason));
            case RequestParser::Progress::NeedMore:
                break;
        }
        const std::uint64_t announced = parser_.chunks().chunk_left();
        if (body_read_ > body_limit_ || announced > body_limit_ - body_read_) {
            keep_alive_ = false;
            throw RequestFault(413, "the request body is larger than allowed");
        }
        if (chunks.produced > 0 || request_body_ == Body::None) return chunks.produced;
        fill_input();
    }
}

/// The head must not move while the request is served, so the buffer is used up to its end and then
/// left for another.
void Http1Exchange::fill_input() {
    flush_output();
    if (!body_apart_ && input_.room() < kBodyRoomMin) {
        body_.clear();
        body_.append(input_.view());
        input_.consume(input_.size());
        body_apart_ = true;
    }
    Buffer& target = body_apart_ ? body_ : input_;
    if (body_apart_) body_.reserve(kBodyRoomMin);
    const std::size_t count =
        connection_->read_some(target.free_space(), worker_->options().timeouts.body);
    if (count == 0) end_of_input();
    target.produced(count);
}

void Http1Exchange::end_of_input() {
    keep_alive_ = false;
    if (connection_->timed_out()) throw RequestFault(408, "the request body took too long");
    throw Disconnected("the client has left within the request body");
}

/// Chunks that no handler has read may be malformed all the same. What there is of them is looked
/// at before a response says that all is well, and that the connection goes on.
void Http1Exchange::check_unread_chunks() {
    if (request_body_ != Body::Chunked || body_read_ > 0 || !keep_alive_) return;
    ChunkDecoder decoder = parser_.chunks();
    std::string_view rest = (body_apart_ ? body_ : input_).view();
    char scratch[kBodyRoomMin];
    ChunkDecoder::Chunks chunks;
    do {
        chunks = decoder.decode(rest, scratch);
        rest.remove_prefix(chunks.consumed);
    } while (chunks.progress == RequestParser::Progress::NeedMore && chunks.produced > 0);
    if (chunks.progress != RequestParser::Progress::Fault) return;
    keep_alive_ = false;
    throw RequestFault(decoder.fault().status, std::string(decoder.fault().reason));
}

// --- writing -------------------------------------------------------------------------------------

void Http1Exchange::begin_head(const ResponseHead& head, std::optional<std::uint64_t> length) {
    TATUM_INVARIANT(!begun_, "a request has one response");
    check_unread_chunks();
    const HeadFacts facts = inspect(head);
    const bool http11 = parser_.head().version == HttpVersion::Http11;
    no_content_ = has_no_content(head.status);
    Framing framing;
    framing.keep_own_length = facts.has_length && (is_head_ || head.status == 304);
    if (says_length(head.status) && !framing.keep_own_length) {
        framing.content_length = no_content_ ? 0 : length;
    }
    chunked_response_ = !no_content_ && !length && http11;
    framing.chunked = chunked_response_ && !framing.keep_own_length;
    const bool until_close = !no_content_ && !is_head_ && !length && !http11;
    if (facts.close || until_close || worker_->stopping()) keep_alive_ = false;
    // A body that will not be skipped ends the connection: say so while there is time.
    if (request_body_ != Body::None && (continue_due_ || body_left_ > skip_max())) {
        keep_alive_ = false;
    }
    if (!keep_alive_) {
        framing.connection = Framing::Connection::Close;
    } else if (!http11) {
        framing.connection = Framing::Connection::KeepAlive;
    } else if (head.status == 426) {
        framing.connection = Framing::Connection::Upgrade;  // RFC 9110 §7.8
    }
    const std::size_t before = output_.size();
    try {
        append_head(output_, head, facts, framing, worker_->date_line(),
                    worker_->shared().server_line);
    } catch (...) {
        output_.truncate(before);
        throw;
    }
    bytes_out_ += output_.size() - before;
    begun_ = true;
    status_ = head.status;
    response_left_ = length;
    connection_->disarm_handler_timeout();
}

void Http1Exchange::respond(const ResponseHead& head, std::string_view body) {
    begin_head(head, body.size());
    finished_ = true;
    if (is_head_ || no_content_) return;
    gather(body);
}

void Http1Exchange::begin(const ResponseHead& head, std::optional<std::uint64_t> length) {
    begin_head(head, length);
}

void Http1Exchange::write(std::string_view bytes) {
    TATUM_INVARIANT(begun_ && !finished_, "write() stands between begin() and finish()");
    if (bytes.empty() || is_head_ || no_content_) return;
    take_from_length(bytes.size());
    if (chunked_response_) {
        gather_chunk(bytes);
    } else {
        gather(bytes);
    }
}

void Http1Exchange::take_from_length(std::uint64_t bytes) {
    if (!response_left_) return;
    if (bytes > *response_left_) throw Exception("more was written than the length announced");
    *response_left_ -= bytes;
}

void Http1Exchange::gather(std::string_view bytes) {
    bytes_out_ += bytes.size();
    if (output_.size() + bytes.size() <= kGatherBytesMax) {
        output_.append(bytes);
        return;
    }
    send_output(bytes);
}

/// What has been gathered, and `more`. Where a wait for the client ends early nobody knows any more
/// how much has gone, so that nothing can follow.
void Http1Exchange::send_output(std::string_view more) {
    try {
        connection_->write_all(output_.view(), more);
    } catch (...) {
        aborted_ = true;
        output_.clear();
        throw;
    }
    output_.clear();
}

void Http1Exchange::gather_chunk_size(std::uint64_t size) {
    char line[18];
    char* end = std::to_chars(line, line + 16, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    gather({line, static_cast<std::size_t>(end - line)});
}

void Http1Exchange::gather_chunk(std::string_view bytes) {
    gather_chunk_size(bytes.size());
    gather(bytes);
    gather("\r\n");
}

void Http1Exchange::send_file(int file, std::uint64_t offset, std::uint64_t length) {
    TATUM_INVARIANT(begun_ && !finished_, "send_file() stands between begin() and finish()");
    if (length == 0 || is_head_ || no_content_) return;
    take_from_length(length);
    if (chunked_response_) gather_chunk_size(length);
    flush_output();
    connection_->send_file(file, offset, length);
    bytes_out_ += length;
    if (chunked_response_) gather("\r\n");
}

void Http1Exchange::flush() { flush_output(); }

void Http1Exchange::finish() {
    if (finished_) return;
    TATUM_INVARIANT(begun_, "finish() follows begin()");
    if (!is_head_ && !no_content_) {
        if (response_left_ && *response_left_ > 0) {
            throw Exception("less was written than the length announced");
        }
        if (chunked_response_) gather("0\r\n\r\n");
    }
    finished_ = true;
}

void Http1Exchange::inform(const ResponseHead& head) {
    if (begun_ || parser_.head().version != HttpVersion::Http11) return;
    const std::size_t before = output_.size();
    append_interim(output_, head);
    bytes_out_ += output_.size() - before;
    flush_output();
}

void Http1Exchange::flush_output() {
    if (!output_.empty()) send_output({});
}

void Http1Exchange::push_output() noexcept {
    output_.consume(connection_->write_now(output_.view()));
    if (output_.empty()) output_.clear();
}

// --- another protocol ----------------------------------------------------------------------------

bool Http1Exchange::can_upgrade() const {
    return parser_.head().version == HttpVersion::Http11 && request_body_ == Body::None && !begun_;
}

ByteStream& Http1Exchange::upgrade(const ResponseHead& head) {
    if (!can_upgrade()) return Exchange::upgrade(head);
    const Framing framing{.connection = Framing::Connection::Upgrade};
    const std::size_t before = output_.size();
    append_head(output_, head, inspect(head), framing, worker_->date_line(),
                worker_->shared().server_line);
    bytes_out_ += output_.size() - before;
    begun_ = finished_ = true;
    keep_alive_ = false;
    status_ = head.status;
    connection_->disarm_handler_timeout();
    flush_output();
    // Such a connection keeps no buffer but the one that the head lies in.
    output_ = Buffer();
    body_ = Buffer();
    stream_ = std::make_unique<UpgradedStream>(*connection_, input_.view(), bytes_in_, bytes_out_);
    input_.consume(input_.size());
    return *stream_;
}

// --- the client ----------------------------------------------------------------------------------

void Http1Exchange::cancel_when_client_leaves() { connection_->cancel_fiber_when_client_leaves(); }
void Http1Exchange::cancel_when_server_stops() { connection_->cancel_fiber_when_server_stops(); }
bool Http1Exchange::connected() const { return connection_->peer_open(); }
const Address& Http1Exchange::peer() const { return connection_->peer(); }
Scheme Http1Exchange::scheme() const { return connection_->scheme(); }
const Address& Http1Exchange::local() const { return connection_->local(); }

}  // namespace tatum::net::impl
