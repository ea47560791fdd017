#include <tatum/testing/live_server.h>

#include <tatum/base/error.h>
#include <tatum/net/server.h>
#include <tatum/site/site.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace tatum::testing {

struct LiveServer::Impl {
    std::unique_ptr<net::Server> server;
};

LiveServer::LiveServer(site::Site& site, unsigned threads) : impl_(std::make_unique<Impl>()) {
    site.setup();
    const site::SiteScope scope(site);
    net::ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    options.threads = threads;
    impl_->server = net::Server::bind(std::move(options), site.handler()).value();
    impl_->server->start();
}

LiveServer::~LiveServer() {
    impl_->server->stop();
    impl_->server->join();
}

std::uint16_t LiveServer::port() const { return impl_->server->addresses().front().port(); }

std::string LiveServer::url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + std::string(path);
}

namespace {

/// Closes a socket at the end of a block.
struct Socket {
    int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ~Socket() { ::close(descriptor); }
};

}  // namespace

std::string exchange_bytes(std::uint16_t port, std::string_view bytes) {
    const Socket socket;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0) {
        throw Exception("Nobody listens at port " + std::to_string(port));
    }
    while (!bytes.empty()) {
        const ::ssize_t sent = ::send(socket.descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw Exception("The connection broke while sending");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string answer;
    std::array<char, 4096> buffer;
    for (;;) {
        const ::ssize_t size = ::recv(socket.descriptor, buffer.data(), buffer.size(), 0);
        if (size <= 0) return answer;
        answer.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

}  // namespace tatum::testing
