#include <tatum/site/impl/access_log.h>

#include <tatum/base/datetime.h>
#include <tatum/base/error.h>
#include <tatum/base/json.h>
#include <tatum/base/unicode.h>

#include <charconv>
#include <cstring>
#include <ctime>

namespace tatum::site {

namespace {

/// Text at the end of a string that has room for it already: a line is fifty small pieces, for
/// which a string's own append() costs more than the bytes. What would go beyond is a bug.
class Text {
public:
    Text(std::string& out, std::size_t bytes_max) : out_(out), start_(out.size()) {
        out_.resize(start_ + bytes_max);
        at_ = out_.data() + start_;
        end_ = at_ + bytes_max;
    }
    ~Text() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;

    Text& operator+=(char byte) {
        TATUM_INVARIANT(at_ != end_, "a line of the access log has the room that it needs");
        *at_++ = byte;
        return *this;
    }
    Text& operator+=(std::string_view text) {
        TATUM_INVARIANT(text.size() <= static_cast<std::size_t>(end_ - at_),
                        "a line of the access log has the room that it needs");
        std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
        return *this;
    }

private:
    std::string& out_;
    std::size_t start_;
    char* at_;
    char* end_;
};

/// What the pieces of a line that are not the client's come to at most.
constexpr std::size_t kFixedBytesMax = 512;
/// A byte that is escaped becomes four.
constexpr std::size_t kEscapedMax = 4;

template <class Out>
void append(Out& out, std::uint64_t number) {
    char digits[24];
    const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out += std::string_view(digits, static_cast<std::size_t>(end - digits));
}

template <class Out>
void append_padded(Out& out, unsigned number, int width) {
    char digits[8];
    for (int i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
    out += std::string_view(digits, static_cast<std::size_t>(width));
}

bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/// The same of eight bytes at once; may say no where one of them is suspicious only.
bool are_plain(const char* eight) {
    constexpr std::uint64_t kEach = 0x0101010101010101u;
    constexpr std::uint64_t kHighBits = kEach * 0x80;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, eight, sizeof bytes);
    // Subtracting borrows into the high bit of a byte that is too small.
    const auto below = [](std::uint64_t of, std::uint64_t bound) {
        return (of - kEach * bound) & ~of;
    };
    const std::uint64_t found = below(bytes, 0x20) | below(bytes ^ (kEach * '"'), 1) |
                                below(bytes ^ (kEach * '\\'), 1) | below(bytes ^ (kEach * 0x7f), 1);
    return (found & kHighBits) == 0;
}

/// What a client sends must not end the quotes that it stands in, nor the line: \x22.
void append_quotable(Text& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t start = i;
        while (text.size() - i >= 8 && are_plain(text.data() + i)) i += 8;
        while (i < text.size() && is_plain(text[i])) ++i;
        out += text.substr(start, i - start);
        if (i == text.size()) return;
        const auto byte = static_cast<unsigned char>(text[i]);
        out += "\\x";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
}

std::string_view protocol(net::HttpVersion version) {
    switch (version) {
        case net::HttpVersion::Http10:
            return "HTTP/1.0";
        case net::HttpVersion::Http11:
            return "HTTP/1.1";
        case net::HttpVersion::Http2:
            return "HTTP/2.0";
    }
    return "";
}

std::string_view or_dash(std::string_view text) { return text.empty() ? "-" : text; }

/// "[27/Nov/2026:09:04:40 +0000]"; months in English whatever the locale.
void set_combined_time(std::string& text, std::time_t second) {
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    ::gmtime_r(&second, &parts);
    text.assign(1, '[');
    append_padded(text, static_cast<unsigned>(parts.tm_mday), 2);
    ((text += '/') += kMonths[parts.tm_mon]) += '/';
    append_padded(text, static_cast<unsigned>(parts.tm_year + 1900), 4);
    text += ':';
    append_padded(text, static_cast<unsigned>(parts.tm_hour), 2);
    text += ':';
    append_padded(text, static_cast<unsigned>(parts.tm_min), 2);
    text += ':';
    append_padded(text, static_cast<unsigned>(parts.tm_sec), 2);
    text += " +0000]";
}

struct Moment {
    std::int64_t second;
    unsigned milliseconds;
};

Moment now() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &time);
    return {time.tv_sec, static_cast<unsigned>(time.tv_nsec / 1'000'000)};
}

/// The text for the present second, made anew when it has changed.
const std::string& time_text(AccessLog::Buffer& buffer, std::int64_t second,
                             AccessLog::Format format) {
    if (buffer.second != second) {
        buffer.second = second;
        if (format == AccessLog::Format::Combined) {
            set_combined_time(buffer.time, static_cast<std::time_t>(second));
        } else {
            buffer.time = DateTime::from_local(second * 1'000'000).isoformat();
        }
    }
    return buffer.time;
}

void append_fields(Text& out, const net::Exchange& exchange, const AccessFacts& facts) {
    out += " us=";
    append(out, facts.microseconds);
    out += " queries=";
    append(out, facts.queries);
    out += " query_us=";
    append(out, facts.query_microseconds);
    out += " in=";
    append(out, exchange.bytes_in());
    out += " route=";
    append_quotable(out, or_dash(facts.route));
}

void append_request_line(Text& out, const net::RequestHead& head) {
    append_quotable(out, head.method);
    out += ' ';
    append_quotable(out, head.target);
    (out += ' ') += protocol(head.version);
}

/// Of a request line and its facts.
std::size_t bytes_max(const net::RequestHead& head, const AccessFacts& facts) {
    return kFixedBytesMax + facts.peer.size() + facts.request_id.size() +
           kEscapedMax * (head.method.size() + head.target.size() + facts.route.size());
}

void append_log(std::string& lines, const std::string& second, unsigned milliseconds,
                const net::Exchange& exchange, const AccessFacts& facts) {
    Text out(lines, bytes_max(exchange.request(), facts));
    (out += second) += '.';
    append_padded(out, milliseconds, 3);
    out += "Z INFO tatum.server ";
    if (!facts.request_id.empty()) ((out += '[') += facts.request_id) += "] ";
    out += '"';
    append_request_line(out, exchange.request());
    out += "\" ";
    append(out, static_cast<std::uint64_t>(AccessLog::status_of(exchange)));
    out += ' ';
    append(out, exchange.bytes_out());
    append_fields(out, exchange, facts);
    (out += " peer=") += or_dash(facts.peer);
    out += '\n';
}

void append_combined(std::string& lines, const std::string& second, const net::Exchange& exchange,
                     const AccessFacts& facts) {
    const net::RequestHead& head = exchange.request();
    const std::string_view referer = head.header("Referer").value_or("");
    const std::string_view agent = head.header("User-Agent").value_or("");
    Text out(lines, bytes_max(head, facts) + kEscapedMax * (referer.size() + agent.size()));
    ((out += or_dash(facts.peer)) += " - - ") += second;
    out += " \"";
    append_request_line(out, head);
    out += "\" ";
    append(out, static_cast<std::uint64_t>(AccessLog::status_of(exchange)));
    out += ' ';
    append(out, exchange.bytes_out());
    out += " \"";
    append_quotable(out, or_dash(referer));
    out += "\" \"";
    append_quotable(out, or_dash(agent));
    (out += "\" id=") += or_dash(facts.request_id);
    append_fields(out, exchange, facts);
    out += '\n';
}

void append_json(std::string& out, const std::string& second, unsigned milliseconds,
                 const net::Exchange& exchange, const AccessFacts& facts) {
    const std::size_t start = out.size();
    const net::RequestHead& head = exchange.request();
    const auto text = [&](std::string_view key, std::string_view value) {
        ((out += ",\"") += key) += "\":";
        json::append_string(out, value, false);
    };
    const auto number = [&](std::string_view key, std::uint64_t value) {
        ((out += ",\"") += key) += "\":";
        append(out, value);
    };
    ((out += "{\"time\":\"") += second) += '.';
    append_padded(out, milliseconds, 3);
    out += "Z\",\"level\":\"INFO\",\"logger\":\"tatum.server\"";
    if (!facts.request_id.empty()) text("request_id", facts.request_id);
    text("message", "request");
    text("method", head.method);
    text("target", head.target);
    text("protocol", protocol(head.version));
    number("status", static_cast<std::uint64_t>(AccessLog::status_of(exchange)));
    number("bytes_in", exchange.bytes_in());
    number("bytes_out", exchange.bytes_out());
    number("us", facts.microseconds);
    number("queries", facts.queries);
    number("query_us", facts.query_microseconds);
    text("peer", facts.peer);
    text("route", facts.route);
    if (const auto referer = head.header("Referer")) text("referer", *referer);
    if (const auto agent = head.header("User-Agent")) text("user_agent", *agent);
    out += "}\n";
    // RFC 8259 §8.1: whatever bytes a client has sent.
    const std::string_view made = std::string_view(out).substr(start);
    if (!strings::is_valid_utf8(made)) {
        out.replace(start, made.size(), strings::replace_invalid_utf8(made));
    }
}

}  // namespace

void AccessLog::write(Buffer& buffer, const net::Exchange& exchange,
                      const AccessFacts& facts) const {
    const Moment moment = now();
    const std::string& second = time_text(buffer, moment.second, format_);
    switch (format_) {
        case Format::Log:
            append_log(buffer.lines, second, moment.milliseconds, exchange, facts);
            break;
        case Format::Combined:
            append_combined(buffer.lines, second, exchange, facts);
            break;
        case Format::Json:
            append_json(buffer.lines, second, moment.milliseconds, exchange, facts);
            break;
    }
    if (buffer.lines.size() >= kBufferBytesMax) flush(buffer);
}

void AccessLog::flush(Buffer& buffer) const {
    file_->append(buffer.lines);
    buffer.lines.clear();
}

}  // namespace tatum::site
