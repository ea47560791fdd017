#include <tatum/http/wire.h>

#include <tatum/http/upgrade.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace tatum::http {

namespace {

/// More headers than this are sent all the same, from the heap.
constexpr std::size_t kHeadersInPlace = 24;

/// An address as text. IPv4, the usual case, without the C library.
std::string_view format_ip(const net::Address& address, std::span<char> space) {
    char* out = space.data();
    if (address.family() == net::Address::Family::Ipv4) {
        for (std::size_t i = 0; i < 4; ++i) {
            if (i > 0) *out++ = '.';
            out = std::to_chars(out, out + 3, address.bytes()[i]).ptr;
        }
        return {space.data(), static_cast<std::size_t>(out - space.data())};
    }
    const std::string text = address.ip();
    const std::size_t size = std::min(text.size(), space.size());
    std::memcpy(out, text.data(), size);
    return {out, size};
}

}  // namespace

// --- requests ------------------------------------------------------------------------------------

std::size_t ExchangeBody::read(std::span<char> buffer) {
    try {
        return exchange_.read(buffer);
    } catch (const net::Disconnected& disconnected) {
        throw UnreadablePostError(disconnected.what());
    }
}

WireRequest::WireRequest(net::Exchange& exchange, const HttpSettings& settings, std::string_view id)
    : body_(exchange) {
    const bool has_body = exchange.content_length() != std::optional<std::uint64_t>(0);
    RequestHead head = head_of(exchange);
    head.id = id;
    forwarding_.apply(exchange.peer(), settings, head);
    request_.emplace(head, has_body ? &body_ : nullptr, settings);
}

RequestHead WireRequest::head_of(net::Exchange& exchange) {
    const net::RequestHead& head = exchange.request();
    RequestHead result;
    result.method = head.method;
    result.target = head.target;
    result.headers = head.headers;
    result.scheme = exchange.scheme() == net::Scheme::Https ? "https" : "http";
    result.remote_address = format_ip(exchange.peer(), remote_address_);
    result.remote_port = exchange.peer().port();
    result.server_name = format_ip(exchange.local(), server_name_);
    result.server_port = exchange.local().port();
    result.http_minor = head.version == net::HttpVersion::Http10 ? 0 : 1;
    const bool origin_form = head.target.starts_with('/') || head.target == "*";
    if (!origin_form) rewrite_absolute(head, result);
    return result;
}

/// RFC 9112 §3.2.2: the host of an absolute target replaces that of the Host header.
void WireRequest::rewrite_absolute(const net::RequestHead& head, RequestHead& result) {
    target_ = head.path;
    if (!head.query.empty()) target_.append("?").append(head.query);
    result.target = target_;
    headers_.assign(head.headers.begin(), head.headers.end());
    const auto host = std::find_if(headers_.begin(), headers_.end(), [](const HeaderField& field) {
        return equals_ignoring_case(field.name, "host");
    });
    if (host != headers_.end()) {
        host->value = head.host;
    } else {
        headers_.push_back({"Host", head.host});
    }
    result.headers = headers_;
}

// --- responses -----------------------------------------------------------------------------------

namespace {

/// Headers on which the server has its own say.
bool concerns_framing(std::string_view name) {
    switch (name.size()) {
        case 4:
            return equals_ignoring_case(name, "date");
        case 10:
            return equals_ignoring_case(name, "connection") ||
                   equals_ignoring_case(name, "keep-alive");
        case 14:
            return equals_ignoring_case(name, "content-length");
        case 17:
            return equals_ignoring_case(name, "transfer-encoding");
        default:
            return false;
    }
}

/// A response's head in the form in which the server takes it: the text of the headers as it stands
/// when none of them concerns the framing, else one by one.
class WireHead {
public:
    explicit WireHead(const Response& response) {
        head_.status = response.status();
        head_.reason = response.reason() == reason_phrase(response.status()) ? std::string_view()
                                                                             : response.reason();
        const Headers& headers = response.headers;
        const bool plain = std::none_of(headers.begin(), headers.end(), [](const HeaderField& f) {
            return concerns_framing(f.name);
        });
        if (plain && !headers.wire_text().empty()) {
            head_.header_lines = headers.wire_text();
        } else {
            list(headers);
        }
        if (response.cookies().empty()) return;
        lines_ = head_.header_lines;
        for (const Cookie& cookie : response.cookies()) {
            lines_.append("Set-Cookie: ");
            cookie.append_to(lines_);
            lines_.append("\r\n");
        }
        head_.header_lines = lines_;
    }
    WireHead(const WireHead&) = delete;
    WireHead& operator=(const WireHead&) = delete;

    const net::ResponseHead& get() const { return head_; }

private:
    void list(const Headers& headers) {
        HeaderField* place = nullptr;
        if (headers.size() > kHeadersInPlace) {
            many_.resize(headers.size());
            place = many_.data();
        } else {
            place = few_.emplace().data();
        }
        std::copy(headers.begin(), headers.end(), place);
        head_.headers = {place, headers.size()};
    }

    net::ResponseHead head_;
    std::optional<std::array<HeaderField, kHeadersInPlace>> few_;
    std::vector<HeaderField> many_;
    std::string lines_;
};

/// What a view has announced by itself.
std::optional<std::uint64_t> announced_length(const Headers& headers) {
    const auto text = headers.get("Content-Length");
    if (!text) return std::nullopt;
    std::uint64_t length = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), length);
    if (fault != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return length;
}

void send_stream(net::Exchange& exchange, const WireHead& head, BodyStream& stream,
                 std::optional<std::uint64_t> length) {
    exchange.begin(head.get(), length);
    if (exchange.request().method != "HEAD") {
        std::string piece;
        bool more = true;
        while (more) {
            piece.clear();
            more = stream.next(piece);
            exchange.write(piece);
        }
    }
    exchange.finish();
}

/// Its own function, so that the head is gone from the stack while the connection lives on.
[[gnu::noinline]] net::ByteStream& switch_protocols(net::Exchange& exchange,
                                                    const Response& response) {
    const WireHead head(response);
    return exchange.upgrade(head.get());
}

/// Its own function too, for the sake of what else send_response() has on the stack.
[[gnu::noinline]] void hand_over(net::Exchange& exchange, Response&& response) {
    if (!exchange.can_upgrade()) return exchange.respond({.status = 400}, "");
    const Upgrade upgrade = std::move(*response.extensions.find<Upgrade>());
    net::ByteStream& stream = switch_protocols(exchange, response);
    response = Response();  // has been sent
    upgrade.serve(stream);
}

}  // namespace

void send_response(net::Exchange& exchange, Response&& response) {
    if (response.extensions.find<Upgrade>()) {
        hand_over(exchange, std::move(response));
        return;
    }
    const WireHead head(response);
    if (response.is_streaming()) {
        if (response.extensions.find<Endless>()) {
            exchange.cancel_when_client_leaves();
            exchange.cancel_when_server_stops();
        }
        const auto stream = response.take_stream();
        auto length = stream->size();
        if (!length) length = announced_length(response.headers);
        send_stream(exchange, head, *stream, length);
    } else if (const BodyFile* file = response.file()) {
        exchange.begin(head.get(), file->length);
        exchange.send_file(file->file.descriptor(), file->offset, file->length);
        exchange.finish();
    } else {
        exchange.respond(head.get(), response.content());
    }
}

}  // namespace tatum::http
