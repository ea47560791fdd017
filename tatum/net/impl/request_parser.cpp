#include <tatum/net/impl/request_parser.h>

#include <tatum/net/impl/ascii.h>
#include <tatum/net/impl/request_target.h>

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace tatum::net::impl {

namespace beast = boost::beast;
using beast::http::error;
using beast::http::field;

namespace {

/// RFC 9112 §2.2: a server ignores at least one empty line before a request.
constexpr int kEmptyLinesMax = 4;
/// The size of a chunk with its extensions.
constexpr std::size_t kChunkLineBytesMax = 1024;
/// "0\r\n\r\n": at the beginning of a chunk at least this much is to come, and Beast asserts that
/// it has seen as much when it looks at a last chunk again.
constexpr std::size_t kChunksEndBytes = 5;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

/// Beast's decoder of chunks. It lives for one body.
class RequestParser::ChunkParser final : public beast::http::basic_parser<true> {
public:
    explicit ChunkParser(RequestParser& owner) : owner_(owner) {
        body_limit(boost::none);
        // What it must have seen of a head.
        std::size_t used = 0;
        feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", used);
    }

    boost::system::error_code feed(std::string_view bytes, std::size_t& used) {
        boost::system::error_code code;
        input_ = bytes;
        used = put({bytes.data(), bytes.size()}, code);
        return code;
    }

    // Where decode() wants the body.
    std::span<char> output;
    std::size_t produced = 0;
    std::uint64_t chunk_left = 0;

private:
    using Code = boost::system::error_code;

    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int,
                         Code&) override {}
    void on_response_impl(int, beast::string_view, int, Code&) override {}

    void on_field_impl(field, beast::string_view name, beast::string_view value,
                       Code& code) override {
        if (!in_trailer_) return;
        if (is_folded(view(name), view(value))) {
            code = error::bad_obs_fold;
        } else if (!owner_.add_trailer(view(name), view(value))) {
            code = error::header_limit;
        }
    }

    /// Beast joins folded lines (RFC 9112 §5.2) in a buffer of its own, or leaves out those that
    /// are empty.
    bool is_folded(std::string_view name, std::string_view value) const {
        const std::less<> before;
        const char* const value_end = value.data() + value.size();
        if (before(value.data(), name.data()) || before(input_.data() + input_.size(), value_end)) {
            return true;
        }
        const auto size = static_cast<std::size_t>(value_end - name.data());
        return std::memchr(name.data(), '\n', size) != nullptr;
    }

    void on_header_impl(Code&) override { in_trailer_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
    std::size_t on_body_impl(beast::string_view, Code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t size, beast::string_view, Code&) override {
        chunk_left = size;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, Code&) override {
        const std::size_t count = std::min(body.size(), output.size() - produced);
        std::memcpy(output.data() + produced, body.data(), count);
        produced += count;
        chunk_left -= count;
        return count;
    }
    void on_finish_impl(Code&) override {}

    RequestParser& owner_;
    std::string_view input_;
    bool in_trailer_ = false;
};

/// Its place, used again and again.
struct RequestParser::ChunkDecoder {
    std::optional<ChunkParser> parser;
};

RequestParser::RequestParser(const ServerLimits& limits)
    : limits_(limits), chunks_(std::make_unique<ChunkDecoder>()) {
    scanned_.headers.reserve(limits.headers_max);
}

RequestParser::~RequestParser() = default;

std::optional<std::uint64_t> RequestParser::content_length() const {
    if (chunked_) return std::nullopt;
    return content_length_;
}

RequestParser::Progress RequestParser::refuse(int status, std::string_view reason) {
    fault_ = {status, reason};
    seen_bytes_ = 0;
    return Progress::Fault;
}

// --- the head ------------------------------------------------------------------------------------

RequestParser::Progress RequestParser::parse_head(std::span<char> bytes) {
    std::size_t skipped = 0;
    for (int lines = 0; bytes.size() - skipped >= 2 && bytes[skipped] == '\r'; ++lines) {
        if (bytes[skipped + 1] != '\n') return refuse(400, "a carriage return without line feed");
        if (lines == kEmptyLinesMax) return refuse(400, "too many empty lines before the request");
        skipped += 2;
    }
    const auto rest = bytes.subspan(skipped);
    if (rest.empty() || (rest.size() == 1 && rest[0] == '\r')) return Progress::NeedMore;

    // A line that is incomplete tells nothing new. Reading all lines again for each that comes
    // keeps faults from hiding behind a head that never ends; the limit on fields bounds the work.
    if (seen_bytes_ > 0 && seen_bytes_ <= bytes.size() && bytes.size() <= limits_.head_bytes_max &&
        !std::memchr(bytes.data() + seen_bytes_, '\n', bytes.size() - seen_bytes_) &&
        rest.size() < limits_.target_bytes_max) {
        seen_bytes_ = bytes.size();
        return Progress::NeedMore;
    }
    switch (scan_head({rest.data(), rest.size()}, limits_.headers_max, scanned_)) {
        case Progress::NeedMore:
            return more_of(rest, skipped);
        case Progress::Fault:
            head_ = {.method = scanned_.method};
            return refuse(scanned_.fault.status, scanned_.fault.reason);
        case Progress::Done:
            break;
    }
    seen_bytes_ = 0;
    head_bytes_ = skipped + scanned_.bytes;
    if (scanned_.bytes > limits_.head_bytes_max) {
        return refuse(431, "the request head is too large");
    }
    return check_head() ? Progress::Done : Progress::Fault;
}

/// The request line without its end, or fields without theirs.
RequestParser::Progress RequestParser::more_of(std::span<char> bytes, std::size_t skipped) {
    if (!scanned_.line_complete && bytes.size() > limits_.target_bytes_max + kMethodBytesMax) {
        return refuse(414, "the request target is too long");
    }
    if (bytes.size() >= limits_.head_bytes_max) return refuse(431, "the request head is too large");
    seen_bytes_ = skipped + bytes.size();
    return Progress::NeedMore;
}

/// Those that say how the message is framed, and whom it is for.
void RequestParser::note_fields() {
    host_ = content_length_text_ = transfer_encoding_ = expect_ = {};
    hosts_ = content_lengths_ = transfer_encodings_ = 0;
    connection_close_ = connection_keep_alive_ = false;
    for (const auto& [name, value] : scanned_.headers) {
        switch (name.size()) {
            case 4:
                if (!equals_lower(name, "host")) break;
                host_ = value;
                ++hosts_;
                break;
            case 6:
                if (equals_lower(name, "expect")) expect_ = value;
                break;
            case 10:
                if (equals_lower(name, "connection")) note_connection(value);
                break;
            case 14:
                if (!equals_lower(name, "content-length")) break;
                content_length_text_ = value;
                ++content_lengths_;
                break;
            case 17:
                if (!equals_lower(name, "transfer-encoding")) break;
                transfer_encoding_ = value;
                ++transfer_encodings_;
                break;
            default:
                break;
        }
    }
}

void RequestParser::note_connection(std::string_view options) {
    while (!options.empty()) {
        const std::size_t comma = std::min(options.find(','), options.size());
        const std::string_view option = strip_blanks(options.substr(0, comma));
        if (equals_lower(option, "close")) connection_close_ = true;
        if (equals_lower(option, "keep-alive")) connection_keep_alive_ = true;
        options.remove_prefix(std::min(comma + 1, options.size()));
    }
}

/// RFC 9110 §2.5: a higher minor version is processed as the highest that is known; another major
/// version is refused.
bool RequestParser::check_version() {
    const char major = scanned_.version[5];
    const char minor = scanned_.version[7];
    if (major != '1') {
        refuse(505, "this HTTP version is not supported");
        return false;
    }
    head_.version = minor == '0' ? HttpVersion::Http10 : HttpVersion::Http11;
    return true;
}

bool RequestParser::check_head() {
    head_ = {.method = scanned_.method, .target = scanned_.target, .headers = scanned_.headers};
    trailers_.clear();
    note_fields();
    if (!check_version() || !check_target() || !check_host() || !check_framing()) return false;
    const bool http11 = head_.version == HttpVersion::Http11;
    keep_alive_ = !connection_close_ && (http11 || connection_keep_alive_);
    expects_continue_ = false;
    if (!expect_.empty() && http11) {
        if (!equals_lower(expect_, "100-continue")) {
            refuse(417, "an expectation that is not supported");
            return false;
        }
        expects_continue_ = chunked_ || content_length_ > 0;
    }
    if (chunked_) begin_chunks();
    return true;
}

bool RequestParser::check_target() {
    const auto fault = read_target(head_, limits_);
    if (fault) refuse(fault->status, fault->reason);
    return !fault;
}

/// RFC 9112 §3.2: exactly one Host in HTTP/1.1; an absolute target overrides what it says.
bool RequestParser::check_host() {
    if (hosts_ > 1) {
        refuse(400, "more than one Host header");
    } else if (hosts_ == 0 && head_.version != HttpVersion::Http10) {
        refuse(400, "no Host header");
    } else if (hosts_ == 1 && !is_valid_host(host_)) {
        refuse(400, "malformed Host header");
    } else {
        if (head_.host.empty()) head_.host = host_;
        return true;
    }
    return false;
}

/// RFC 9112 §6. Stricter where it allows a choice: a repeated Content-Length is refused even if the
/// values agree, and so is any length beside Transfer-Encoding.
bool RequestParser::check_framing() {
    const auto refuse_as = [this](int status, std::string_view reason) {
        refuse(status, reason);
        return false;
    };
    chunked_ = transfer_encodings_ > 0;
    content_length_ = 0;
    if (chunked_) {
        if (head_.version == HttpVersion::Http10) {
            return refuse_as(400, "Transfer-Encoding in HTTP/1.0");
        }
        if (content_lengths_ > 0) return refuse_as(400, "Content-Length beside Transfer-Encoding");
        if (transfer_encodings_ > 1) return refuse_as(400, "more than one Transfer-Encoding");
        if (equals_lower(transfer_encoding_, "chunked")) return true;
        const std::size_t comma = transfer_encoding_.rfind(',');
        const bool ends_chunked =
            comma != std::string_view::npos &&
            equals_lower(strip_blanks(transfer_encoding_.substr(comma + 1)), "chunked");
        if (ends_chunked) return refuse_as(501, "a transfer coding that is not supported");
        return refuse_as(400, "malformed Transfer-Encoding");
    }
    if (content_lengths_ == 0) return true;
    if (content_lengths_ > 1) return refuse_as(400, "more than one Content-Length");
    const std::string_view text = content_length_text_;
    const auto [end, fault] =
        std::from_chars(text.data(), text.data() + text.size(), content_length_);
    if (text.empty() || !is_digit(text[0]) || fault != std::errc() ||
        end != text.data() + text.size()) {
        return refuse_as(400, "malformed Content-Length");
    }
    return true;
}

// --- chunks --------------------------------------------------------------------------------------

void RequestParser::begin_chunks() {
    trailer_text_.clear();
    chunks_->parser.emplace(*this);
}

RequestParser::Chunks RequestParser::decode(std::string_view input, std::span<char> output) {
    Chunks result;
    ChunkParser& parser = *chunks_->parser;
    parser.output = output;
    parser.produced = 0;
    while (result.consumed < input.size() && parser.produced < output.size() && !parser.is_done()) {
        const std::string_view rest = input.substr(result.consumed);
        if (parser.chunk_left == 0 && rest.size() < kChunksEndBytes) break;
        std::size_t used = 0;
        const auto code = parser.feed(rest, used);
        result.consumed += used;
        if (code == error::need_more) {
            result.progress = explain_incomplete_chunks(rest);
            break;
        }
        if (code) {
            result.progress = explain_chunks(code.value());
            break;
        }
    }
    result.produced = parser.produced;
    if (parser.is_done()) {
        finish_trailers();
        result.progress = Progress::Done;
    }
    return result;
}

RequestParser::Progress RequestParser::explain_incomplete_chunks(std::string_view rest) {
    const bool endless = rest.size() > kChunkLineBytesMax &&
                         rest.substr(0, kChunkLineBytesMax).find('\n', 2) == std::string_view::npos;
    if (endless) return refuse(400, "a chunk's size line is too long");
    if (rest.size() > kChunkLineBytesMax + limits_.trailer_bytes_max) {
        return refuse(431, "the trailer is too large");
    }
    return Progress::NeedMore;
}

RequestParser::Progress RequestParser::explain_chunks(int value) {
    switch (static_cast<error>(value)) {
        case error::header_limit:
            return refuse(431, "the trailer is too large");
        case error::bad_chunk:
        case error::bad_chunk_extension:
            return refuse(400, "malformed chunk");
        case error::bad_obs_fold:
            return refuse(400, "folded trailer line");
        default:
            return refuse(400, "malformed chunked body");
    }
}

bool RequestParser::add_trailer(std::string_view name, std::string_view value) {
    if (trailers_.size() == limits_.headers_max ||
        trailer_text_.size() + name.size() + value.size() > limits_.trailer_bytes_max) {
        return false;
    }
    // Lengths only, for now: the text moves while it grows.
    trailers_.push_back({{nullptr, name.size()}, {nullptr, value.size()}});
    trailer_text_.append(name).append(value);
    return true;
}

void RequestParser::finish_trailers() {
    const char* text = trailer_text_.data();
    for (Header& trailer : trailers_) {
        trailer.name = {text, trailer.name.size()};
        text += trailer.name.size();
        trailer.value = {text, trailer.value.size()};
        text += trailer.value.size();
    }
}

}  // namespace tatum::net::impl
