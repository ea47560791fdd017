#include <tatum/site/impl/serving.h>

#include <tatum/base/log.h>
#include <tatum/net/server.h>
#include <tatum/site/impl/operations.h>
#include <tatum/site/impl/pid_file.h>
#include <tatum/site/impl/process.h>
#include <tatum/site/impl/process_signals.h>
#include <tatum/site/impl/startup.h>
#include <tatum/site/site.h>
#include <tatum/views/static_files.h>

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace tatum::site {

namespace {

using net::Clock;
using net::TimePoint;
using std::chrono::milliseconds;

constexpr auto kLookEvery = milliseconds(100);

class Serving {
public:
    Serving(Site& site, const ServeOptions& options, const WorkerRole* role,
            ServiceManager& manager)
        : site_(site), options_(options), role_(role), manager_(manager) {}

    /// Returns when the server has stopped.
    void run(net::Server& server, ProcessSignals& signals);

private:
    void on_signal(int signal);
    void begin_stop();
    void reload_certificates();
    int patience() const;

    Site& site_;
    const ServeOptions& options_;
    const WorkerRole* role_;
    ServiceManager& manager_;
    const logging::Logger log_{"tatum.server"};
    net::Server* server_ = nullptr;
    bool stopping_ = false;      ///< told to stop
    bool server_stops_ = false;  ///< the server has been told
    bool orphaned_ = false;
    TimePoint stop_at_ = TimePoint::max();
    TimePoint next_alive_ = TimePoint::max();
};

void Serving::run(net::Server& server, ProcessSignals& signals) {
    server_ = &server;
    const bool watched = role_ == nullptr && manager_.watchdog_interval().count() > 0;
    if (watched) next_alive_ = Clock::now();
    while (!server_stops_ || !server.wait_until_stopped(net::Duration::zero())) {
        std::array<pollfd, 2> events{
            {{signals.descriptor(), POLLIN, 0},
             {role_ != nullptr && !orphaned_ ? role_->control : -1, 0, 0}}};
        ::poll(events.data(), events.size(), patience());
        if (events[1].revents != 0) {
            orphaned_ = true;
            log_.error("The supervisor is gone; this worker stops");
            begin_stop();
        }
        while (const auto signal = signals.take()) on_signal(*signal);
        const TimePoint now = Clock::now();
        if (now >= stop_at_ && !server_stops_) {
            server_stops_ = true;
            server.stop();
        }
        if (now >= next_alive_) {
            manager_.alive();
            next_alive_ = now + manager_.watchdog_interval();
        }
    }
}

/// Until something is due; while the server stops, that may be any moment.
int Serving::patience() const {
    if (server_stops_) return static_cast<int>(kLookEvery.count());
    const TimePoint next = std::min(stop_at_, next_alive_);
    if (next == TimePoint::max()) return -1;
    const auto left = std::chrono::ceil<milliseconds>(next - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void Serving::begin_stop() {
    if (stopping_) {
        // The second time.
        server_stops_ = true;
        server_->stop_now();
        return;
    }
    stopping_ = true;
    stop_at_ = Clock::now() + options_.stop_delay;
    site_.operations().set_stopping();
    if (role_ == nullptr) manager_.stopping();
}

void Serving::reload_certificates() {
    if (options_.server.listen_tls.empty()) return;
    const auto reloaded = server_->reload_certificates();
    if (reloaded) {
        log_.info("The certificates have been read again");
    } else {
        log_.error("The certificates stay as they were: " + reloaded.error().message);
    }
}

void Serving::on_signal(int signal) {
    switch (signal) {
        case SIGINT:
            // From a terminal it goes to all processes, and the supervisor decides.
            if (role_ != nullptr) break;
            [[fallthrough]];
        case SIGTERM:
            begin_stop();
            break;
        case SIGHUP:
            reload_certificates();
            break;
        case SIGUSR1:
            if (const auto opened = site_.operations().reopen_logs(); !opened) {
                log_.error(opened.error().message);
            }
            break;
        case SIGUSR2:
            log_.warning("SIGUSR2 restarts a site that has a supervisor: serve with --workers 1");
            break;
        default:
            break;
    }
}

/// What an administrator should know and the site can live with.
void warn(const Site& site, Output& err) {
    if (site.debug()) {
        err.line("DEBUG is on: error pages tell visitors about the site's inside.", Style::Warning);
    }
    warn_of_migrations(site, err);
}

/// The supervisor starts workers by a descriptor, after whose number they would be called.
void take_name() {
    const std::string path = own_executable();
    ::prctl(PR_SET_NAME, path.c_str() + path.rfind('/') + 1);
}

}  // namespace

int serve_here(Site& site, ServeOptions options, const WorkerRole* role, ServiceManager& manager,
               Output& out, Output& err) {
    ProcessSignals signals{SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};
    if (role != nullptr) {
        take_name();
        options.server.listen = role->listen;
        options.server.listen_tls = role->listen_tls;
    }
    try {
        site.setup();
    } catch (...) {
        throw start_error(std::current_exception());
    }
    const SiteScope scope(site);
    const bool supervised = role != nullptr && role->board >= 0;
    site.operations().use_board(supervised ? Board::attach(role->board)
                                           : std::make_unique<Board>(1, options.server.threads),
                                supervised ? role->slot : 0);
    check_surroundings(site);
    check_files(options);
    // Before there is a client that would have to wait for it.
    site.static_files().prepare();
    auto bound = net::Server::bind(options.server, site.handler());
    if (!bound) throw start_error(bound.error());
    const std::unique_ptr<net::Server> server = *std::move(bound);
    std::optional<PidFile> pid_file;
    if (role == nullptr && !options.pid_file.empty()) pid_file.emplace(options.pid_file);
    if (role == nullptr || role->first) warn(site, err);
    try {
        site.operations().attach(*server, options);
    } catch (...) {
        throw start_error(std::current_exception());
    }
    server->start();
    if (role != nullptr) {
        static_cast<void>(!::write(role->control, "R", 1));
    } else {
        announce(options, server->addresses(), out);
        manager.ready("serving");
    }
    Serving(site, options, role, manager).run(*server, signals);
    server->join();
    site.operations().detach();
    return 0;
}

}  // namespace tatum::site
