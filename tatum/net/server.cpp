#include <tatum/net/server.h>

#include <tatum/net/impl/listening.h>
#include <tatum/net/impl/offload_pool.h>
#include <tatum/net/impl/tls.h>
#include <tatum/net/impl/worker.h>

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <limits>
#include <thread>
#include <utility>

namespace tatum::net {

unsigned cores_allowed() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

namespace {

/// Async-signal-safe.
void signal_event(int event) {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(event, &one, sizeof one));
}

}  // namespace

struct Server::Impl {
    Impl(ServerOptions options, Handler& handler) : shared(std::move(options), handler) {}
    ~Impl() {
        if (stop_event >= 0) ::close(stop_event);
        if (done_event >= 0) ::close(done_event);
        for (const Listeners::Entry& file : socket_files) impl::remove_socket_file(file);
    }

    void start_threads(std::size_t first);

    impl::TlsTicketKeys tickets;
    impl::ServerShared shared;
    impl::OcspRefresher ocsp;
    std::shared_ptr<impl::OffloadPool> pool;
    int stop_event = -1;
    int done_event = -1;  ///< readable once all threads of start() have ended
    std::atomic<std::size_t> running{0};
    std::vector<Address> addresses;
    std::vector<Listeners::Entry> socket_files;
    std::vector<std::unique_ptr<impl::Worker>> workers;
    std::vector<std::thread> threads;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
    stop();
    join();
}

Result<std::unique_ptr<Server>> Server::bind(ServerOptions options, Handler& handler) {
    if (options.threads == 0) options.threads = cores_allowed();
    auto impl = std::make_unique<Impl>(std::move(options), handler);
    const ServerOptions& chosen = impl->shared.options;
    impl->shared.locals = current_locals();
    impl->pool = std::make_shared<impl::OffloadPool>(chosen.offload_threads);
    impl->stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    impl->done_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (impl->stop_event < 0 || impl->done_event < 0)
        return impl::system_error("net.E005", "eventfd", errno);

    if (!chosen.listen_tls.empty()) {
        TATUM_TRY(auto tls, impl::TlsContext::load(chosen, impl->tickets));
        impl->shared.set_tls(std::move(tls));
    }
    TATUM_TRY(impl::ListeningSockets sockets, impl::open_listeners(chosen));
    impl->addresses = std::move(sockets.addresses);
    impl->socket_files = std::move(sockets.socket_files);
    for (auto& of_worker : sockets.by_worker) {
        impl->workers.push_back(std::make_unique<impl::Worker>(impl->shared, std::move(of_worker),
                                                               impl->pool, impl->stop_event));
    }
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::vector<Address>& Server::addresses() const { return impl_->addresses; }

void Server::Impl::start_threads(std::size_t first) {
    if (const auto tls = shared.tls()) ocsp.watch(tls->staples());
    // Signals are for the thread that called run(), or for whom the process has chosen.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    running.fetch_add(workers.size() - first);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    for (std::size_t i = first; i < workers.size(); ++i) {
        threads.emplace_back([this, &worker = *workers[i]] {
            worker.run();
            if (running.fetch_sub(1) == 1) signal_event(done_event);
        });
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Server::run() {
    impl_->start_threads(1);
    impl_->workers[0]->run();
    join();
}

void Server::start() { impl_->start_threads(0); }

void Server::stop() noexcept { signal_event(impl_->stop_event); }

void Server::stop_now() noexcept {
    impl_->shared.hurry.store(true, std::memory_order_relaxed);
    signal_event(impl_->stop_event);
}

bool Server::wait_until_stopped(Duration patience) {
    if (impl_->running.load() == 0) return true;
    pollfd event{impl_->done_event, POLLIN, 0};
    const std::int64_t milliseconds =
        std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(patience).count(), 0,
                                 std::numeric_limits<int>::max());
    return ::poll(&event, 1, static_cast<int>(milliseconds)) == 1;
}

void Server::join() {
    for (std::thread& thread : std::exchange(impl_->threads, {})) thread.join();
}

Result<void> Server::reload_certificates() {
    if (impl_->shared.options.listen_tls.empty()) return {};
    TATUM_TRY(auto tls, impl::TlsContext::load(impl_->shared.options, impl_->tickets));
    impl_->ocsp.watch(tls->staples());
    impl_->shared.set_tls(std::move(tls));
    return {};
}

Server::Counts Server::counts() const {
    Counts sum;
    for (const auto& worker : impl_->workers) {
        const impl::WorkerCounters& counters = worker->counters();
        sum.connections += counters.connections.get();
        sum.connections_open += counters.connections_open.get();
        sum.connections_refused += counters.connections_refused.get();
        sum.requests += counters.requests.get();
        sum.requests_in_flight += counters.requests_in_flight.get();
        sum.bytes_in += counters.bytes_in.get();
        sum.bytes_out += counters.bytes_out.get();
    }
    return sum;
}

}  // namespace tatum::net
