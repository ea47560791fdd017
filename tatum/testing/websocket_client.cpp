#include <tatum/testing/websocket_client.h>

#include <tatum/base/ascii.h>
#include <tatum/base/error.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace tatum::testing {

namespace {

constexpr int kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;
constexpr std::array<char, 4> kMask = {'\x37', '\xfa', '\x21', '\x3d'};

std::uint64_t number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
}

std::string bytes_of(std::uint64_t value, int count) {
    std::string bytes;
    for (int i = count; i-- > 0;) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    return bytes;
}

}  // namespace

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view path,
                                 const Options& options) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        hang_up();
        throw Exception("Nobody listens at port " + std::to_string(port));
    }
    std::string request = "GET " + std::string(path) +
                          " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Version: 13\r\n";
    for (const auto& [name, value] : options.headers) request += name + ": " + value + "\r\n";
    for (const std::string& name : options.subprotocols) {
        request += "Sec-WebSocket-Protocol: " + name + "\r\n";
    }
    transmit(request + "\r\n");
    read_response();
}

WebSocketClient::~WebSocketClient() { hang_up(); }

void WebSocketClient::hang_up() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

// --- the handshake -------------------------------------------------------------------------------

void WebSocketClient::read_response() {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
        if (!more()) throw Exception("The server has closed instead of answering");
    }
    const std::size_t end = buffer_.find("\r\n\r\n") + 4;
    head_ = buffer_.substr(0, end);
    buffer_.erase(0, end);
    status_ = std::atoi(head_.substr(head_.find(' ') + 1, 3).c_str());
}

std::string WebSocketClient::header(std::string_view name) const {
    for (std::string_view line : strings::split(head_, "\r\n")) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (ascii::equals_ignoring_case(line.substr(0, colon), name)) {
            return std::string(strings::strip(line.substr(colon + 1), " \t"));
        }
    }
    return {};
}

// --- bytes ---------------------------------------------------------------------------------------

/// False at the end of the stream.
bool WebSocketClient::more() {
    std::array<char, 64 * 1024> bytes;
    const ::ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        throw Exception("The server has nothing to say");
    }
    if (count <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
}

void WebSocketClient::transmit(std::string_view bytes) {
    while (!bytes.empty()) {
        const ::ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) throw Exception("The connection broke while sending");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

// --- frames --------------------------------------------------------------------------------------

void WebSocketClient::send_frame(int opcode, std::string_view payload) {
    std::string frame{static_cast<char>(0x80 | opcode)};
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() < 65536) {
        frame += '\xfe' + bytes_of(payload.size(), 2);
    } else {
        frame += '\xff' + bytes_of(payload.size(), 8);
    }
    frame.append(kMask.begin(), kMask.end());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame += static_cast<char>(payload[i] ^ kMask[i % kMask.size()]);
    }
    transmit(frame);
}

std::optional<WebSocketClient::Frame> WebSocketClient::take_frame() {
    if (buffer_.size() < 2) return std::nullopt;
    const auto first = static_cast<std::uint8_t>(buffer_[0]);
    std::uint64_t size = static_cast<std::uint8_t>(buffer_[1]) & 0x7F;
    const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (buffer_.size() < 2 + extra) return std::nullopt;
    if (extra > 0) size = number(std::string_view(buffer_).substr(2, extra));
    if (buffer_.size() < 2 + extra + size) return std::nullopt;
    Frame frame{first & 0x0F, (first & 0x80) != 0, buffer_.substr(2 + extra, size)};
    buffer_.erase(0, 2 + extra + size);
    return frame;
}

std::optional<WebSocketClient::Frame> WebSocketClient::read_frame() {
    for (;;) {
        if (auto frame = take_frame()) return frame;
        if (!more()) return std::nullopt;
    }
}

// --- messages ------------------------------------------------------------------------------------

void WebSocketClient::send(std::string_view text) { send_frame(kText, text); }
void WebSocketClient::send_bytes(std::string_view bytes) { send_frame(kBinary, bytes); }
void WebSocketClient::send_json(const Value& value) { send(json::dump(value).value()); }

std::optional<net::WebSocketMessage> WebSocketClient::receive() {
    net::WebSocketMessage message;
    while (auto frame = read_frame()) {
        switch (frame->opcode) {
            case kPing:
                send_frame(kPong, frame->payload);
                break;
            case kPong:
                break;
            case kClose:
                if (close_code_ == 0) {
                    close_code_ =
                        frame->payload.size() < 2
                            ? net::close_codes::kNone
                            : static_cast<std::uint16_t>(number(frame->payload.substr(0, 2)));
                    send_frame(kClose, frame->payload.substr(0, 2));
                }
                return std::nullopt;
            default:
                if (frame->opcode == kBinary) message.kind = net::WebSocketMessage::Kind::Binary;
                message.payload += frame->payload;
                if (frame->final) return message;
                break;
        }
    }
    if (close_code_ == 0) close_code_ = net::close_codes::kAbnormal;
    return std::nullopt;
}

std::string WebSocketClient::receive_text() {
    auto message = receive();
    if (!message) throw Exception("The WebSocket is closed: " + std::to_string(close_code_));
    return std::move(message->payload);
}

Value WebSocketClient::receive_json() { return json::parse(receive_text()).value(); }

void WebSocketClient::close(std::uint16_t code) {
    send_frame(kClose, bytes_of(code, 2));
    while (receive()) {
    }
}

}  // namespace tatum::testing
