#include <tatum/net/websocket.h>

#include <tatum/base/crypto.h>
#include <tatum/base/json.h>
#include <tatum/net/impl/ascii.h>
#include <tatum/net/impl/fiber_core.h>
#include <tatum/net/impl/waiter.h>
#include <tatum/net/impl/websocket_core.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tatum::net {

using impl::WebSocketCore;

// --- messages ------------------------------------------------------------------------------------

namespace {

void check_text(std::string_view text) {
    impl::Utf8Checker checker;
    if (!checker.add(text) || !checker.complete()) {
        throw std::invalid_argument("a text message is not UTF-8");
    }
}

}  // namespace

SharedMessage::SharedMessage(std::string_view payload, Kind kind)
    : kind_(kind), payload_bytes_(payload.size()) {
    if (kind == Kind::Text) check_text(payload);
    frame_.reserve(impl::kFrameHeaderBytesMax + payload.size());
    impl::append_frame(frame_, impl::opcode_of(kind), payload);
}

const std::string& SharedMessage::compressed_frame() const {
    std::call_once(compress_once_, [this] {
        constexpr int kWindowBits = 15;
        impl::append_frame(compressed_frame_, impl::opcode_of(kind_),
                           impl::deflate_message(payload(), kWindowBits), impl::Compressed::Yes);
    });
    return compressed_frame_;
}

// --- the handle ----------------------------------------------------------------------------------

std::optional<WebSocketMessage> WebSocket::receive() { return core_->receive(TimePoint::max()); }

std::optional<WebSocketMessage> WebSocket::receive_for(Duration timeout) {
    return core_->receive(impl::time_after(timeout));
}

std::optional<Value> WebSocket::receive_json() {
    const auto message = receive();
    if (!message) return std::nullopt;
    if (!message->is_text()) {
        close(close_codes::kUnsupportedData, "a text message is expected");
        return std::nullopt;
    }
    auto value = json::parse(message->payload);
    if (!value) {
        close(close_codes::kInvalidPayload, "the message is not JSON");
        return std::nullopt;
    }
    return *std::move(value);
}

void WebSocket::send(std::string_view text) {
    check_text(text);
    core_->send(WebSocketMessage::Kind::Text, text);
}

void WebSocket::send_bytes(std::string_view bytes) {
    core_->send(WebSocketMessage::Kind::Binary, bytes);
}

void WebSocket::send(const WebSocketMessage& message) {
    if (message.is_text()) {
        send(message.payload);
    } else {
        send_bytes(message.payload);
    }
}

void WebSocket::send_json(const Value& value) {
    core_->send(WebSocketMessage::Kind::Text, json::dump(value).value());
}

bool WebSocket::post(const std::shared_ptr<const SharedMessage>& message) noexcept {
    return core_->post(message);
}

void WebSocket::close(std::uint16_t code, std::string_view reason) {
    if (!impl::is_close_code(code)) {
        throw std::invalid_argument("a WebSocket cannot be closed with code " +
                                    std::to_string(code));
    }
    check_text(reason);
    core_->close(code, reason, WebSocketCore::Closer::Handler);
}

bool WebSocket::is_open() const { return core_->is_open(); }

bool WebSocket::wait_closed(Duration timeout) {
    return core_->wait_closed(impl::time_after(timeout));
}

std::uint16_t WebSocket::close_code() const { return core_->close_code(); }
std::string WebSocket::close_reason() const { return core_->close_reason(); }
std::string_view WebSocket::subprotocol() const { return core_->subprotocol(); }
bool WebSocket::compresses() const { return core_->compresses(); }

// --- the opening handshake -----------------------------------------------------------------------

namespace {

constexpr std::string_view kWebSocketVersion = "13";
constexpr std::size_t kKeyBytes = 16;
/// RFC 6455 §1.3.
constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

struct Fields {
    std::string all;  ///< joined by commas
    int count = 0;
};

Fields find(std::span<const Header> headers, std::string_view lower_name) {
    Fields fields;
    for (const Header& header : headers) {
        if (!ascii::equals_ignoring_case(header.name, lower_name)) continue;
        if (fields.count++ > 0) fields.all += ", ";
        fields.all += header.value;
    }
    return fields;
}

/// Calls `f` with each element of a list of tokens, until it says true.
template <class F>
bool any_element(std::string_view list, F f) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view element = impl::strip_blanks(list.substr(0, comma));
        if (!element.empty() && f(element)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

bool has_token(const Fields& fields, std::string_view lower) {
    return any_element(fields.all, [&](std::string_view element) {
        return ascii::equals_ignoring_case(element, lower);
    });
}

bool is_key(std::string_view text) {
    const auto bytes = crypto::base64_decode(text);
    return bytes && bytes->size() == kKeyBytes && crypto::base64_encode(*bytes) == text;
}

std::string accept_of(std::string_view key) {
    return crypto::base64_encode(
        crypto::digest(crypto::Hash::Sha1, std::string(key).append(kGuid)));
}

}  // namespace

struct WebSocketHandshake::Terms {
    impl::DeflateTerms deflate;
};

void WebSocketHandshake::refuse(int status, std::string_view fault) {
    status_ = status;
    fault_ = fault;
    headers_.clear();
    if (status == 405) headers_.emplace_back("Allow", "GET");
    if (status != 426) return;
    headers_.emplace_back("Upgrade", "websocket");
    headers_.emplace_back("Sec-WebSocket-Version", kWebSocketVersion);
}

/// RFC 6455 §4.2.1, in its order, and §4.2.2.
WebSocketHandshake WebSocketHandshake::check(std::string_view method, HttpVersion version,
                                             std::span<const Header> headers,
                                             std::span<const std::string> subprotocols,
                                             const WebSocketLimits& limits) {
    WebSocketHandshake result;
    result.limits_ = limits;
    const auto refused = [&](int status, std::string_view fault) {
        result.refuse(status, fault);
        return std::move(result);
    };
    if (method != "GET") return refused(405, "a WebSocket is opened with GET");
    if (version != HttpVersion::Http11) return refused(400, "a WebSocket needs HTTP/1.1");
    if (!has_token(find(headers, "upgrade"), "websocket")) {
        return refused(426, "this address is for WebSockets");
    }
    if (!has_token(find(headers, "connection"), "upgrade")) {
        return refused(400, "Connection does not name Upgrade");
    }
    const Fields wanted = find(headers, "sec-websocket-version");
    if (wanted.count != 1 || wanted.all != kWebSocketVersion) {
        return refused(426, "the WebSocket version is 13");
    }
    const Fields key = find(headers, "sec-websocket-key");
    if (key.count != 1 || !is_key(key.all)) {
        return refused(400, "Sec-WebSocket-Key is not 16 bytes in base64");
    }
    auto& answer = result.headers_;
    answer.emplace_back("Upgrade", "websocket");
    answer.emplace_back("Sec-WebSocket-Accept", accept_of(key.all));
    const Fields offered = find(headers, "sec-websocket-protocol");
    for (const std::string& name : subprotocols) {
        if (!any_element(offered.all, [&](std::string_view e) { return e == name; })) continue;
        result.subprotocol_ = name;
        answer.emplace_back("Sec-WebSocket-Protocol", name);
        break;
    }
    if (!limits.compression) return result;
    const auto deflate = impl::negotiate_deflate(
        find(headers, "sec-websocket-extensions").all,
        {.server_takeover = limits.context_takeover, .client_takeover = limits.context_takeover});
    if (deflate) {
        result.terms_ = std::make_shared<const Terms>(Terms{deflate->terms});
        answer.emplace_back("Sec-WebSocket-Extensions", deflate->header);
    }
    return result;
}

namespace {

/// Runs the handler, and closes as it ended.
void run(WebSocketCore& core, WebSocket& socket, const Function<void(WebSocket&)>& handler) {
    using Closer = WebSocketCore::Closer;
    try {
        handler(socket);
        core.close(close_codes::kNormal, {}, Closer::Handler);
    } catch (const Disconnected&) {
        // Usually of this client, and then nothing more is to be said.
        core.close(close_codes::kInternalError, {}, Closer::Handler);
    } catch (const Cancelled&) {
        core.close(close_codes::kGoingAway, {}, Closer::Handler);
    } catch (...) {
        impl::report_fault(std::current_exception(), "the handler of a WebSocket");
        core.close(close_codes::kInternalError, {}, Closer::Handler);
    }
}

}  // namespace

void WebSocketHandshake::serve(ByteStream& stream,
                               const Function<void(WebSocket&)>& handler) const {
    std::optional<impl::DeflateTerms> terms;
    if (terms_) terms = terms_->deflate;
    const auto core = std::make_shared<WebSocketCore>(limits_, terms, subprotocol_);
    {
        struct Attached {
            WebSocketCore& core;
            ~Attached() { core.detach(); }
        };
        core->attach(stream);
        const Attached attached{*core};
        WebSocket socket(core);
        impl::Reactor::current_fiber()->release_unused_stack();  // what middleware has used
        run(*core, socket, handler);
        core->finish();
    }
    if (core->broken()) throw Disconnected("the WebSocket was cut off");
}

}  // namespace tatum::net
