#include <tatum/net/impl/listener.h>

#include <tatum/net/impl/socket_address.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace tatum::net::impl {

namespace {

/// Connections accepted before those that are open get their turn.
constexpr int kAcceptsPerTurn = 64;
constexpr auto kPause = std::chrono::milliseconds(50);

bool out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::Listener(Worker& worker, const Worker::ListeningSocket& socket)
    : worker_(worker), file_(socket.file), socket_(socket) {
    watch();
}

Listener::~Listener() {
    if (watched_) worker_.reactor().remove(file_);
}

void Listener::watch() {
    // Exclusive: of the workers that share a socket, one is woken for a connection.
    watched_ = worker_.reactor().add(file_, EPOLLIN | EPOLLEXCLUSIVE, *this);
    if (!watched_) pause();
}

void Listener::pause() {
    if (watched_) worker_.reactor().remove(file_);
    watched_ = false;
    worker_.reactor().arm(pause_, Clock::now() + kPause);
}

void Listener::on_events(std::uint32_t) {
    for (int i = 0; i < kAcceptsPerTurn && accept_one(); ++i) {
    }
}

void Listener::close() {
    while (accept_one()) {
    }
    pause_.disarm();
    if (watched_) worker_.reactor().remove(file_);
    watched_ = false;
}

bool Listener::accept_one() {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    const int file = accept4(file_, reinterpret_cast<sockaddr*>(&storage), &length,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (file < 0) return recover(errno);
    const Address peer = to_address(storage, length);
    if (peer.is_ip()) {
        const int on = 1;
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    worker_.adopt(file, peer, socket_);
    return true;
}

/// True when it is worth trying again at once.
bool Listener::recover(int error) {
    switch (error) {
        case EAGAIN:
            return false;
        case EINTR:
        case ECONNABORTED:
            return true;
        default:
            break;
    }
    if (out_of_resources(error) && worker_.sacrifice_idle_connection()) return true;
    pause();
    return false;
}

}  // namespace tatum::net::impl
