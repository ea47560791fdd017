// The bytes of an HTTP/2 connection, through a whole server: what a client sends after its preface,
// in pieces whose size the first byte gives. The server must answer and end, whatever comes.

#include <tatum/net/impl/socket_address.h>
#include <tatum/net/server.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace tatum::net;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr int kPatienceMs = 20'000;

/// Reads what there is, and answers in a way that the path chooses.
class Site final : public Handler {
public:
    void handle(Exchange& exchange) override {
        const std::string_view path = exchange.request().path;
        std::array<char, 300> piece;
        std::size_t bytes = 0;
        if (path != "/unread") {
            while (const std::size_t count = exchange.read(piece)) bytes += count;
        }
        if (path == "/stream") {
            exchange.begin({});
            for (int i = 0; i < 20; ++i) exchange.write(std::string(3000, 'x'));
            return;
        }
        if (path == "/inform") exchange.inform({.status = 103});
        exchange.respond({.status = path == "/empty" ? 204 : 200}, std::to_string(bytes));
    }
};

/// One for all inputs: what an input leaves behind would show in those that follow.
struct Running {
    Running() {
        ServerOptions options;
        options.listen = {"unix:@tatum-fuzz-" + std::to_string(::getpid())};
        options.threads = 1;
        options.limits.target_bytes_max = 256;
        options.limits.head_bytes_max = 2048;
        options.limits.headers_max = 16;
        options.limits.trailer_bytes_max = 128;
        options.limits.body_bytes_max = 4096;
        options.limits.http2_streams_max = 8;
        options.limits.http2_stream_window_bytes = 1024;
        options.limits.http2_connection_window_bytes = 65'535;
        options.limits.http2_resets_max = 20;
        options.limits.http2_control_frames_max = 50;
        options.timeouts.linger = std::chrono::milliseconds(20);
        options.timeouts.body = std::chrono::milliseconds(20);
        options.timeouts.write = std::chrono::milliseconds(20);
        options.timeouts.rate_grace = std::chrono::milliseconds(10);  // how often it looks
        options.timeouts.bytes_per_second_min = 0;
        server = Server::bind(std::move(options), site).value();
        server->start();
    }
    ~Running() {
        server->stop();
        server->join();
    }
    Site site;
    std::unique_ptr<Server> server;
};

/// What of `events` there is on the socket; ends the program when the server has none for too long.
short wait_for(int file, short events) {
    for (;;) {
        pollfd ready{file, events, 0};
        const int count = ::poll(&ready, 1, kPatienceMs);
        if (count > 0) return ready.revents;
        if (count < 0 && errno == EINTR) continue;  // libFuzzer's clock
        std::fputs("the server neither answers nor closes\n", stderr);
        std::abort();
    }
}

/// False when the server has closed.
bool send_some(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno != EAGAIN) return false;
        std::array<char, 16'384> scratch;
        const short ready = wait_for(file, POLLIN | POLLOUT);
        if ((ready & POLLIN) && ::recv(file, scratch.data(), scratch.size(), 0) <= 0) {
            return false;
        }
    }
    return true;
}

/// Until the server closes; it may not take for ever.
void read_to_the_end(int file) {
    std::array<char, 16'384> scratch;
    for (;;) {
        wait_for(file, POLLIN);
        if (::recv(file, scratch.data(), scratch.size(), 0) <= 0) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static const Running running;
    const impl::SocketAddress where(running.server->addresses()[0]);
    const int file = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0 || ::connect(file, where.get(), where.length) != 0) std::abort();
    const std::size_t step = data[0] == 0xff ? size : 1 + data[0];
    std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
    bool open = send_some(file, kPreface);
    while (open && !rest.empty()) {
        open = send_some(file, rest.substr(0, step));
        rest.remove_prefix(std::min(step, rest.size()));
    }
    ::shutdown(file, SHUT_WR);
    read_to_the_end(file);
    ::close(file);
    return 0;
}
