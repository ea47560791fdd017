#include <tatum/net/server.h>

#include <tatum/net/impl/listening.h>
#include <tatum/net/impl/offload_pool.h>
#include <tatum/net/impl/tls.h>
#include <tatum/net/impl/worker.h>

#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

namespace tatum::net {

namespace {

unsigned cores_allowed() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

}  // namespace

struct Server::Impl {
    Impl(ServerOptions options, Handler& handler) : shared(std::move(options), handler) {}
    ~Impl() {
        if (stop_event >= 0) ::close(stop_event);
        for (const std::string& path : socket_files) ::unlink(path.c_str());
    }

    void start_threads(std::size_t first);

    impl::ServerShared shared;
    std::shared_ptr<impl::OffloadPool> pool;
    int stop_event = -1;
    std::vector<Address> addresses;
    std::vector<std::string> socket_files;
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
    if (impl->stop_event < 0) return impl::system_error("net.E005", "eventfd", errno);

    if (!chosen.listen_tls.empty()) {
        TATUM_TRY(auto tls, impl::TlsContext::load(chosen.certificates));
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
    // Signals are for the thread that called run(), or for whom the process has chosen.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    for (std::size_t i = first; i < workers.size(); ++i) {
        threads.emplace_back([&worker = *workers[i]] { worker.run(); });
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Server::run() {
    impl_->start_threads(1);
    impl_->workers[0]->run();
    join();
}

void Server::start() { impl_->start_threads(0); }

void Server::stop() noexcept {
    const std::uint64_t one = 1;
    // Only async-signal-safe calls here.
    static_cast<void>(!::write(impl_->stop_event, &one, sizeof one));
}

void Server::join() {
    for (std::thread& thread : std::exchange(impl_->threads, {})) thread.join();
}

Result<void> Server::reload_certificates() {
    if (impl_->shared.options.listen_tls.empty()) return {};
    TATUM_TRY(auto tls, impl::TlsContext::load(impl_->shared.options.certificates));
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
