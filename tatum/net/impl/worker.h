#pragma once

#include <tatum/net/impl/buffer.h>
#include <tatum/net/impl/reactor.h>
#include <tatum/net/server.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tatum::net::impl {

class Connection;
class Http1Exchange;
class Listener;
class ProxyGate;
class TlsContext;

/// Who is connected, over all threads. Thread-safe.
class ConnectionCensus {
public:
    explicit ConnectionCensus(const ServerLimits& limits) : limits_(limits) {}

    /// False when a limit forbids one more.
    bool enter(const Address& peer);
    void leave(const Address& peer);

private:
    using Key = std::array<std::uint8_t, 16>;
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    static bool is_counted(const Address& peer) { return peer.is_ip() && !peer.is_loopback(); }

    const ServerLimits& limits_;
    std::atomic<std::size_t> open_{0};
    std::mutex guard_;
    std::unordered_map<Key, std::size_t, Hash> by_ip_;
};

/// Written by one thread, read by any.
class Counter {
public:
    void add(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t amount = 1) { add(~amount + 1); }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// What the workers of a server share; while they run, only the census, the certificates and
/// `hurry` change, on any thread.
struct ServerShared {
    ServerShared(ServerOptions server_options, Handler& server_handler);

    const ServerOptions options;
    Handler& handler;
    const std::string server_line;  ///< "Server: x\r\n" or empty
    ConnectionCensus census{options.limits};

    /// The certificates for a new connection; null when nothing listens for TLS.
    std::shared_ptr<const TlsContext> tls() const {
        const std::lock_guard lock(tls_guard_);
        return tls_;
    }
    void set_tls(std::shared_ptr<const TlsContext> tls) {
        const std::lock_guard lock(tls_guard_);
        tls_ = std::move(tls);
    }

    Locals locals{};
    std::atomic<bool> hurry{false};  ///< stop_now() was called

private:
    mutable std::mutex tls_guard_;
    std::shared_ptr<const TlsContext> tls_;
};

struct WorkerCounters {
    Counter connections, connections_open, connections_refused;
    Counter requests, requests_in_flight, bytes_in, bytes_out;
};

/// A reactor thread's part of a server: its listeners, its connections, and what they reuse.
class Worker {
public:
    /// Takes over the descriptors that are its own. Made on any thread; run() makes it work.
    struct ListeningSocket {
        int file = -1;
        Address address;
        Scheme scheme = Scheme::Http;
        bool tls = false;     ///< the server itself speaks TLS; a proxy may have done so instead
        bool proxy = false;   ///< connections begin with a PROXY header
        bool shared = false;  ///< other workers watch the same socket
    };
    Worker(ServerShared& shared, std::vector<ListeningSocket> sockets,
           std::shared_ptr<OffloadPool> pool, int stop_event);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Serves on the calling thread until the event is signalled and all is wound up.
    void run();

    Reactor& reactor() { return *reactor_; }
    ServerShared& shared() { return shared_; }
    const ServerOptions& options() const { return shared_.options; }
    WorkerCounters& counters() { return counters_; }
    const WorkerCounters& counters() const { return counters_; }
    bool stopping() const { return stopping_; }

    void adopt(int file, const Address& peer, const ListeningSocket& socket);
    /// Destroys it once the events at hand have been delivered.
    void dismiss(Connection& connection);
    void dismiss(ProxyGate& gate);
    /// As adopt(), once the proxy has said who the client is. `told`: where it came by TLS.
    void adopt_from_proxy(int file, const Address& proxy, const ListeningSocket& plain,
                          const ListeningSocket& told);
    /// Closes the connection that has been idle for longest, if there is one.
    bool sacrifice_idle_connection();

    std::unique_ptr<Http1Exchange> take_exchange();
    void give_back(std::unique_ptr<Http1Exchange> exchange);

    /// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", made anew every second.
    std::string_view date_line();

private:
    class StopWatch;
    struct GraceTimer;
    struct TickTimer;

    void on_stop_event();
    void begin_stop();
    void cut_off();
    bool finished() const;

    ServerShared& shared_;
    std::vector<ListeningSocket> sockets_;
    std::shared_ptr<OffloadPool> pool_;
    int stop_event_;
    WorkerCounters counters_;

    Reactor* reactor_ = nullptr;  // while run() runs, as grace_
    GraceTimer* grace_ = nullptr;
    bool stopping_ = false;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<ProxyGate>> gates_;
    std::vector<std::unique_ptr<Http1Exchange>> exchanges_;
    std::string date_line_;
    std::int64_t date_second_ = -1;
};

}  // namespace tatum::net::impl
