#include <tatum/net/impl/worker.h>

#include <tatum/net/impl/connection.h>
#include <tatum/net/impl/http1_exchange.h>
#include <tatum/net/impl/listener.h>
#include <tatum/net/impl/proxy_gate.h>

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

namespace tatum::net::impl {

namespace {

/// Exchanges, with their buffers, that wait for the next request.
constexpr std::size_t kExchangesKept = 64;
/// A connection that has been quiet for less may be about to ask again.
constexpr auto kSacrificeAfter = std::chrono::milliseconds(250);
/// How often fibers that live on after the time for stopping are cancelled again.
constexpr auto kCancelAgain = std::chrono::milliseconds(200);

}  // namespace

// --- what workers share --------------------------------------------------------------------------

std::size_t ConnectionCensus::Hash::operator()(const Key& key) const noexcept {
    std::uint64_t words[2];
    std::memcpy(words, key.data(), sizeof words);
    return static_cast<std::size_t>((words[0] ^ (words[1] * 0x9e3779b97f4a7c15u)) *
                                    0xff51afd7ed558ccdu);
}

bool ConnectionCensus::enter(const Address& peer) {
    if (open_.fetch_add(1, std::memory_order_relaxed) >= limits_.connections_max) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        return false;
    }
    if (!is_counted(peer)) return true;
    const std::lock_guard lock(guard_);
    std::size_t& count = by_ip_[peer.bytes()];
    if (count >= limits_.connections_per_ip_max) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        return false;
    }
    ++count;
    return true;
}

void ConnectionCensus::leave(const Address& peer) {
    open_.fetch_sub(1, std::memory_order_relaxed);
    if (!is_counted(peer)) return;
    const std::lock_guard lock(guard_);
    const auto place = by_ip_.find(peer.bytes());
    if (place != by_ip_.end() && --place->second == 0) by_ip_.erase(place);
}

ServerShared::ServerShared(ServerOptions server_options, Handler& server_handler)
    : options(std::move(server_options)),
      handler(server_handler),
      server_line(options.server_header.empty() ? std::string()
                                                : "Server: " + options.server_header + "\r\n") {}

// --- the worker ----------------------------------------------------------------------------------

/// Notices stop().
class Worker::StopWatch final : public EventSource {
public:
    explicit StopWatch(Worker& worker) : worker_(worker) {}
    void on_events(std::uint32_t) override { worker_.on_stop_event(); }

private:
    Worker& worker_;
};

/// Ends the patience with requests in flight.
struct Worker::GraceTimer : Timer {
    explicit GraceTimer(Worker& owner) : Timer(&GraceTimer::on_fire), worker(owner) {}
    static void on_fire(Timer& timer) {
        auto& self = static_cast<GraceTimer&>(timer);
        self.worker.cut_off();
        self.worker.reactor().arm(self, Clock::now() + kCancelAgain);
    }
    Worker& worker;
};

/// Gives the handler its time for housekeeping.
struct Worker::TickTimer : Timer {
    explicit TickTimer(Worker& owner) : Timer(&TickTimer::on_fire), worker(owner) {}
    static void on_fire(Timer& timer) {
        auto& self = static_cast<TickTimer&>(timer);
        self.worker.shared().handler.tick(self.fired ? Tick::Regular : Tick::First);
        self.fired = true;
        self.worker.reactor().arm(self, Clock::now() + kTickEvery);
    }
    bool fired = false;
    Worker& worker;
};

Worker::Worker(ServerShared& shared, std::vector<ListeningSocket> sockets,
               std::shared_ptr<OffloadPool> pool, int stop_event)
    : shared_(shared),
      sockets_(std::move(sockets)),
      pool_(std::move(pool)),
      stop_event_(stop_event) {}

Worker::~Worker() {
    for (const ListeningSocket& socket : sockets_) {
        if (socket.file >= 0) ::close(socket.file);
    }
}

namespace {

/// sendfile(2) and OpenSSL write to sockets without a way to say that no signal is wanted.
class NoBrokenPipes {
public:
    NoBrokenPipes() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoBrokenPipes() {
        const timespec now{};
        if (!sigismember(&before_, SIGPIPE)) {
            while (sigtimedwait(&pipe_, nullptr, &now) > 0) {
            }
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoBrokenPipes(const NoBrokenPipes&) = delete;
    NoBrokenPipes& operator=(const NoBrokenPipes&) = delete;

private:
    sigset_t pipe_;
    sigset_t before_;
};

}  // namespace

void Worker::run() {
    const NoBrokenPipes no_broken_pipes;
    Locals locals = shared_.locals;
    Locals* const before = std::exchange(current_locals_ptr, &locals);
    {
        // On the heap, where LeakSanitizer finds it while a fiber's stack is the current one.
        const auto owned = std::make_unique<Reactor>(pool_);
        Reactor& reactor = *owned;
        reactor_ = &reactor;
        StopWatch stop_watch(*this);
        GraceTimer grace(*this);
        grace_ = &grace;
        for (const ListeningSocket& socket : sockets_) {
            listeners_.push_back(std::make_unique<Listener>(*this, socket));
        }
        // Edge-triggered: nobody reads the event, which is every worker's.
        if (!reactor.add(stop_event_, EPOLLIN | EPOLLET, stop_watch)) begin_stop();
        TickTimer tick(*this);
        TickTimer::on_fire(tick);
        reactor.run([this] { return finished(); });
        tick.disarm();
        shared_.handler.tick(Tick::Last);
        listeners_.clear();
        exchanges_.clear();
    }
    reactor_ = nullptr;
    current_locals_ptr = before;
}

bool Worker::finished() const {
    return stopping_ && connections_.empty() && gates_.empty() && reactor_->fibers() == 0;
}

void Worker::on_stop_event() {
    if (!stopping_) begin_stop();
    if (shared_.hurry.load(std::memory_order_relaxed)) GraceTimer::on_fire(*grace_);
}

void Worker::begin_stop() {
    for (const auto& listener : listeners_) listener->close();
    for (ListeningSocket& socket : sockets_) ::close(std::exchange(socket.file, -1));
    stopping_ = true;
    for (std::size_t i = gates_.size(); i-- > 0;) gates_[i]->give_up();
    for (const auto& connection : connections_) connection->on_stop();
    reactor_->arm(*grace_, Clock::now() + options().timeouts.stop);
}

void Worker::cut_off() {
    for (std::size_t i = connections_.size(); i-- > 0;) connections_[i]->cut_off();
    reactor_->cancel_all("the server stops");
}

void Worker::adopt(int file, const Address& peer, const ListeningSocket& socket) {
    if (!shared_.census.enter(peer)) {
        counters_.connections_refused.add();
        ::close(file);
        return;
    }
    auto connection = std::make_unique<Connection>(*this, file, peer, socket);
    if (!connection->open()) return;
    connection->index = connections_.size();
    connections_.push_back(std::move(connection));
}

void Worker::adopt_from_proxy(int file, const Address& proxy, const ListeningSocket& plain,
                              const ListeningSocket& told) {
    const Networks& trusted = options().proxy_networks;
    const bool known = trusted.empty() || contains(trusted, proxy);
    // Whom the connection is for is not known yet, so only the sum is limited here.
    if (!known || !shared_.census.enter(Address())) {
        counters_.connections_refused.add();
        if (!known) {
            shared_.handler.refused(
                {.peer = proxy, .status = 403, .reason = "not a proxy that is trusted"});
        }
        ::close(file);
        return;
    }
    auto gate = std::make_unique<ProxyGate>(*this, file, proxy, plain, told);
    if (!gate->open()) return;
    gate->index = gates_.size();
    gates_.push_back(std::move(gate));
}

void Worker::dismiss(ProxyGate& gate) {
    reactor_->retire([this, &gate] {
        const std::size_t index = gate.index;
        gates_.back()->index = index;
        std::swap(gates_[index], gates_.back());
        gates_.pop_back();
    });
}

void Worker::dismiss(Connection& connection) {
    reactor_->retire([this, &connection] {
        const std::size_t index = connection.index;
        connections_.back()->index = index;
        std::swap(connections_[index], connections_.back());
        connections_.pop_back();
    });
}

bool Worker::sacrifice_idle_connection() {
    Connection* oldest = nullptr;
    for (const auto& connection : connections_) {
        if (!connection->idle()) continue;
        if (!oldest || connection->idle_since() < oldest->idle_since()) oldest = connection.get();
    }
    if (!oldest || Clock::now() - oldest->idle_since() < kSacrificeAfter) return false;
    oldest->cut_off();
    return true;
}

std::unique_ptr<Http1Exchange> Worker::take_exchange() {
    if (exchanges_.empty()) return std::make_unique<Http1Exchange>(options().limits);
    auto exchange = std::move(exchanges_.back());
    exchanges_.pop_back();
    return exchange;
}

void Worker::give_back(std::unique_ptr<Http1Exchange> exchange) {
    if (exchanges_.size() < kExchangesKept) exchanges_.push_back(std::move(exchange));
}

std::string_view Worker::date_line() {
    const std::time_t now = std::time(nullptr);
    if (now != date_second_) {
        date_second_ = now;
        std::tm parts{};
        gmtime_r(&now, &parts);
        // Names of days and months in English whatever the locale (RFC 9110 §5.6.7).
        constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        char text[64];
        const int length =
            std::snprintf(text, sizeof text, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                          kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                          parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
        date_line_.assign(text, static_cast<std::size_t>(length));
    }
    return date_line_;
}

}  // namespace tatum::net::impl
