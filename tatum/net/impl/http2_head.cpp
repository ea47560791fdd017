#include <tatum/net/impl/http2_head.h>

#include <tatum/base/error.h>
#include <tatum/net/impl/ascii.h>
#include <tatum/net/impl/request_target.h>
#include <tatum/net/impl/response_head.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace tatum::net::impl {

namespace {

/// RFC 9113 §6.5.2: what each field counts beside its name and value.
constexpr std::size_t kFieldOverhead = 32;

}  // namespace

// --- requests ------------------------------------------------------------------------------------

Http2RequestHead::Place Http2RequestHead::keep(std::string_view text) {
    const Place place{text_.size(), text.size()};
    text_.append(text);
    return place;
}

/// The first fault is the one that counts.
bool Http2RequestHead::refuse(int status, std::string_view reason) {
    if (fault_.status == 0) fault_ = {status, reason};
    return false;
}

void Http2RequestHead::add(std::string_view name, std::string_view value) {
    bytes_ += name.size() + value.size();
    listed_bytes_ += name.size() + value.size() + kFieldOverhead;
    if (name == ":path" && value.size() > limits_.target_bytes_max) {
        refuse(414, "the request target is too long");
    }
    if (listed_bytes_ > limits_.head_bytes_max) refuse(431, "the request head is too large");
    if (fault_.status != 0) return;
    if (name == ":method") {
        method_ = keep(value);
    } else if (name == ":path") {
        path_ = keep(value);
    } else if (name == ":authority") {
        authority_ = keep(value);
        has_authority_ = true;
    } else if (name.starts_with(':')) {
        // The listener knows the scheme; nghttp2 has seen that there is one.
    } else if (fields_.size() == limits_.headers_max) {
        refuse(431, "too many header fields");
    } else if (name == "cookie") {
        add_cookie(value);
    } else {
        const Place name_place = keep(name);
        fields_.push_back({name_place, keep(value)});
    }
}

/// RFC 9113 §8.2.3: a cookie may come in pieces.
void Http2RequestHead::add_cookie(std::string_view value) {
    if (!std::exchange(has_cookie_, true)) {
        fields_.push_back({keep("cookie"), {}});
    } else if (!cookie_.empty()) {
        cookie_.append("; ");
    }
    cookie_.append(value);
}

bool Http2RequestHead::finish(Body body) {
    const Place cookie = keep(cookie_);
    head_.version = HttpVersion::Http2;
    head_.method = at(method_);
    if (fault_.status != 0) return false;
    head_.target = at(path_);
    headers_.reserve(fields_.size() + 1);
    if (has_authority_) headers_.push_back({"host", at(authority_)});
    for (const Field& field : fields_) {
        const std::string_view name = at(field.name);
        if (name == "host" && has_authority_) {
            // RFC 9113 §8.3.1: they must not differ.
            if (ascii::equals_ignoring_case(at(field.value), at(authority_))) continue;
            return refuse(400, "Host differs from :authority");
        }
        headers_.push_back({name, at(name == "cookie" ? cookie : field.value)});
    }
    head_.headers = headers_;
    if (!std::all_of(head_.target.begin(), head_.target.end(), is_target_byte)) {
        return refuse(400, "malformed request target");
    }
    if (const auto fault = read_target(head_, limits_)) return refuse(fault->status, fault->reason);
    if (!head_.host.empty()) return refuse(400, "malformed request target");
    return read_host() && read_fields(body);
}

bool Http2RequestHead::read_host() {
    int hosts = 0;
    for (const Header& header : headers_) {
        if (header.name != "host") continue;
        ++hosts;
        head_.host = header.value;
    }
    if (hosts == 0) return refuse(400, "no Host header");
    if (hosts > 1) return refuse(400, "more than one Host header");
    return is_valid_host(head_.host) || refuse(400, "malformed Host header");
}

bool Http2RequestHead::read_fields(Body body) {
    auto expectation = Expectation::None;
    content_length_ = body == Body::Follows ? std::nullopt : std::optional<std::uint64_t>(0);
    for (const auto& [name, value] : headers_) {
        if (name == "content-length") {
            std::uint64_t length = 0;
            const char* const end = value.data() + value.size();
            const auto read = std::from_chars(value.data(), end, length);
            if (value.empty() || read.ec != std::errc() || read.ptr != end) {
                return refuse(400, "malformed Content-Length");
            }
            content_length_ = length;
        } else if (name == "expect") {
            expectation = read_expect(value, expectation);
        }
    }
    if (expectation == Expectation::Unknown) {
        return refuse(417, "an expectation that is not supported");
    }
    expects_continue_ = expectation == Expectation::Continue && body == Body::Follows;
    return true;
}

void Http2RequestHead::add_trailer(std::string_view name, std::string_view value) {
    bytes_ += name.size() + value.size();
    if (trailers_too_large_) return;
    trailers_too_large_ =
        trailers_.size() == limits_.headers_max ||
        trailer_text_.size() + name.size() + value.size() > limits_.trailer_bytes_max;
    if (trailers_too_large_) return;
    // Lengths only, for now: the text moves while it grows.
    trailers_.push_back({{nullptr, name.size()}, {nullptr, value.size()}});
    trailer_text_.append(name).append(value);
}

void Http2RequestHead::finish_trailers() {
    const char* text = trailer_text_.data();
    for (Header& trailer : trailers_) {
        trailer.name = {text, trailer.name.size()};
        text += trailer.name.size();
        trailer.value = {text, trailer.value.size()};
        text += trailer.value.size();
    }
}

// --- responses -----------------------------------------------------------------------------------

namespace {

enum class Kind { Plain, Connection, Length, Date };

Kind kind_of(std::string_view name) {
    switch (name.size()) {
        case 4:
            return ascii::equals_ignoring_case(name, "date") ? Kind::Date : Kind::Plain;
        case 7:
            return ascii::equals_ignoring_case(name, "upgrade") ? Kind::Connection : Kind::Plain;
        case 10:
            return ascii::equals_ignoring_case(name, "connection") ||
                           ascii::equals_ignoring_case(name, "keep-alive")
                       ? Kind::Connection
                       : Kind::Plain;
        case 14:
            return ascii::equals_ignoring_case(name, "content-length") ? Kind::Length : Kind::Plain;
        case 16:
            return ascii::equals_ignoring_case(name, "proxy-connection") ? Kind::Connection
                                                                         : Kind::Plain;
        case 17:
            return ascii::equals_ignoring_case(name, "transfer-encoding") ? Kind::Connection
                                                                          : Kind::Plain;
        default:
            return Kind::Plain;
    }
}

/// "name: value\r\n", off the front of `lines`.
Header next_line(std::string_view& lines) {
    const std::size_t end = std::min(lines.find("\r\n"), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 2, lines.size()));
    const std::size_t colon = std::min(line.find(':'), line.size());
    return {line.substr(0, colon), strip_blanks(line.substr(std::min(colon + 1, line.size())))};
}

}  // namespace

void Http2ResponseFields::add(std::string_view name, std::string_view value) {
    check_header({name, value});
    const std::size_t begin = text_.size();
    text_.append(name).append(value);
    std::transform(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                   text_.begin() + static_cast<std::ptrdiff_t>(begin + name.size()),
                   text_.begin() + static_cast<std::ptrdiff_t>(begin), ascii::lower);
    // A secret stays out of the table that compression learns from.
    const bool secret = ascii::equals_ignoring_case(name, "set-cookie");
    const auto flags = secret ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
    fields_.push_back(
        {nullptr, nullptr, name.size(), value.size(), static_cast<std::uint8_t>(flags)});
}

void Http2ResponseFields::add_own(std::string_view name, std::string_view value,
                                  const Added& added) {
    const Kind kind = kind_of(name);
    if (kind == Kind::Connection || (kind == Kind::Length && !added.keep_own_length)) return;
    add(name, value);
}

void Http2ResponseFields::assign(const ResponseHead& head, const Added& added) {
    text_.clear();
    fields_.clear();
    char digits[20];
    const auto number = [&digits](std::uint64_t value) {
        const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        return std::string_view(digits, static_cast<std::size_t>(end - digits));
    };
    text_.append(":status").append(number(static_cast<std::uint64_t>(head.status)));
    fields_.push_back({nullptr, nullptr, 7, text_.size() - 7, NGHTTP2_NV_FLAG_NONE});
    for (const Header& header : head.headers) {
        add_own(header.name, strip_blanks(header.value), added);
    }
    for (std::string_view lines = head.header_lines; !lines.empty();) {
        const Header header = next_line(lines);
        add_own(header.name, header.value, added);
    }
    if (added.content_length) add("content-length", number(*added.content_length));
    if (!added.date.empty()) add("date", added.date);
    if (!added.server.empty()) add("server", added.server);
    auto* place = reinterpret_cast<std::uint8_t*>(text_.data());
    for (nghttp2_nv& field : fields_) {
        field.name = place;
        field.value = place + field.namelen;
        place += field.namelen + field.valuelen;
    }
}

}  // namespace tatum::net::impl
