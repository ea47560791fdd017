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
/// Where several workers watch a socket, so that each gets its part of a rush.
constexpr int kAcceptsPerTurnShared = 2;
/// Accepted at the end of what is waiting; others may go on filling the queue.
constexpr int kAcceptsAtEnd = 4096;
constexpr auto kPause = std::chrono::milliseconds(50);

bool out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::Listener(Worker& worker, const Worker::ListeningSocket& socket)
    : worker_(worker), file_(socket.file), socket_(socket), told_(socket) {
    told_.scheme = Scheme::Https;
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
    const int most = socket_.shared ? kAcceptsPerTurnShared : kAcceptsPerTurn;
    for (int i = 0; i < most && accept_one(); ++i) {
    }
}

void Listener::close() {
    for (int i = 0; i < kAcceptsAtEnd && accept_one(); ++i) {
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
    if (socket_.proxy) {
        worker_.adopt_from_proxy(file, peer, socket_, told_);
    } else {
        worker_.adopt(file, peer, socket_);
    }
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
