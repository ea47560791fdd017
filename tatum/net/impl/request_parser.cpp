#include <tatum/net/impl/request_parser.h>

#include <tatum/net/impl/ascii.h>
#include <tatum/net/impl/request_target.h>

#include <algorithm>
#include <charconv>

namespace tatum::net::impl {

namespace {

/// RFC 9112 §2.2: a server ignores at least one empty line before a request.
constexpr int kEmptyLinesMax = 4;

}  // namespace

RequestParser::RequestParser(const ServerLimits& limits) : limits_(limits), chunks_(limits) {
    scanned_.headers.reserve(limits.headers_max);
}

std::optional<std::uint64_t> RequestParser::content_length() const {
    if (chunked_) return std::nullopt;
    return content_length_;
}

void RequestParser::fit() { scanned_.headers = std::vector<Header>(scanned_.headers); }

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

    // Nothing new is told by more of a line without its end. Reading all lines again for each that
    // ends keeps faults from hiding behind a head that never ends; the limit on fields bounds the
    // work.
    const bool seen = seen_bytes_ > 0 && seen_bytes_ <= bytes.size();
    if (seen && bytes.size() <= limits_.head_bytes_max && rest.size() < limits_.target_bytes_max) {
        // From the last byte on: it may be the carriage return of a line that has ended badly.
        const std::string_view fresh(bytes.data() + seen_bytes_ - 1,
                                     bytes.size() - seen_bytes_ + 1);
        if (fresh.find_first_of("\r\n") == std::string_view::npos) {
            seen_bytes_ = bytes.size();
            return Progress::NeedMore;
        }
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
    host_ = content_length_text_ = transfer_encoding_ = {};
    expectation_ = Expectation::None;
    hosts_ = content_lengths_ = transfer_encodings_ = 0;
    connection_close_ = connection_keep_alive_ = upgrade_ = false;
    for (const auto& [name, value] : scanned_.headers) {
        switch (name.size()) {
            case 4:
                if (!ascii::equals_ignoring_case(name, "host")) break;
                host_ = value;
                ++hosts_;
                break;
            case 6:
                if (!ascii::equals_ignoring_case(name, "expect")) break;
                expectation_ = read_expect(value, expectation_);
                break;
            case 7:
                if (ascii::equals_ignoring_case(name, "upgrade")) upgrade_ = true;
                break;
            case 10:
                if (ascii::equals_ignoring_case(name, "connection")) note_connection(value);
                break;
            case 14:
                if (!ascii::equals_ignoring_case(name, "content-length")) break;
                content_length_text_ = value;
                ++content_lengths_;
                break;
            case 17:
                if (!ascii::equals_ignoring_case(name, "transfer-encoding")) break;
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
        if (ascii::equals_ignoring_case(option, "close")) connection_close_ = true;
        if (ascii::equals_ignoring_case(option, "keep-alive")) connection_keep_alive_ = true;
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
    note_fields();
    if (!check_version() || !check_target() || !check_host() || !check_framing()) return false;
    const bool http11 = head_.version == HttpVersion::Http11;
    keep_alive_ = !connection_close_ && (http11 || connection_keep_alive_);
    expects_continue_ = false;
    if (expectation_ != Expectation::None && http11) {
        if (expectation_ == Expectation::Unknown) {
            refuse(417, "an expectation that is not supported");
            return false;
        }
        expects_continue_ = chunked_ || content_length_ > 0;
    }
    chunks_.begin();
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
        if (ascii::equals_ignoring_case(transfer_encoding_, "chunked")) return true;
        const std::size_t comma = transfer_encoding_.rfind(',');
        const bool ends_chunked =
            comma != std::string_view::npos &&
            ascii::equals_ignoring_case(strip_blanks(transfer_encoding_.substr(comma + 1)),
                                        "chunked");
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

}  // namespace tatum::net::impl
