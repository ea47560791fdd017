#include <tatum/net/impl/proxy_gate.h>

#include <tatum/net/impl/proxy_protocol.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace tatum::net::impl {

ProxyGate::ProxyGate(Worker& worker, int file, const Address& proxy,
                     const Worker::ListeningSocket& plain, const Worker::ListeningSocket& told)
    : worker_(worker), file_(file), proxy_(proxy), plain_(plain), told_(told) {}

ProxyGate::~ProxyGate() {
    if (file_ < 0) return;
    ::close(file_);
    worker_.shared().census.leave(Address());
}

bool ProxyGate::open() {
    const Duration timeout = worker_.options().timeouts.proxy_header;
    if (timeout > Duration::zero()) worker_.reactor().arm(patience_, Clock::now() + timeout);
    // Edge-triggered: what is here already is only looked at, and would be reported for ever.
    return worker_.reactor().add(file_, EPOLLIN | EPOLLRDHUP | EPOLLET, *this);
}

void ProxyGate::Patience::on_fire(Timer& timer) {
    static_cast<Patience&>(timer).gate.end("no PROXY header in time");
}

void ProxyGate::on_events(std::uint32_t events) {
    if (over_) return;
    std::array<char, kProxyHeaderBytesMax> bytes;
    ssize_t count = 0;
    do {
        count = recv(file_, bytes.data(), bytes.size(), MSG_PEEK);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return end({});
    const ProxyParse parse = parse_proxy_header({bytes.data(), static_cast<std::size_t>(count)});
    if (parse.state == ProxyParse::State::NeedMore) {
        if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) end("a PROXY header that is cut short");
        return;
    }
    if (parse.state == ProxyParse::State::Fault) return end(parse.fault);
    // All of it is here, so one call takes it.
    if (recv(file_, bytes.data(), parse.bytes, 0) != static_cast<ssize_t>(parse.bytes)) {
        return end("the connection broke");
    }
    patience_.disarm();
    worker_.reactor().remove(file_);
    over_ = true;
    const int file = std::exchange(file_, -1);
    worker_.shared().census.leave(Address());  // it is counted as its client's from here on
    worker_.adopt(file, parse.header.source.value_or(proxy_), parse.header.tls ? told_ : plain_);
    worker_.dismiss(*this);
}

/// `fault`: what the proxy did wrong; empty: it has left without a word, as health checks do.
void ProxyGate::end(std::string_view fault) {
    if (over_) return;
    over_ = true;
    patience_.disarm();
    if (!fault.empty()) {
        worker_.shared().handler.refused({.peer = proxy_, .status = 400, .reason = fault});
    }
    ::close(std::exchange(file_, -1));
    worker_.shared().census.leave(Address());
    worker_.dismiss(*this);
}

}  // namespace tatum::net::impl
