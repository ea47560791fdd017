#include <tatum/site/impl/supervisor.h>

#include <tatum/base/back_off.h>
#include <tatum/base/log.h>
#include <tatum/site/impl/board.h>
#include <tatum/site/impl/pid_file.h>
#include <tatum/site/impl/process.h>
#include <tatum/site/impl/process_signals.h>
#include <tatum/site/impl/startup.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace tatum::site {

namespace {

using net::Clock;
using net::Duration;
using net::TimePoint;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A worker that dies is replaced at once; one that dies again and again, ever later.
constexpr Duration kBackOffFirst = milliseconds(100);
constexpr Duration kBackOffMax = seconds(10);
/// Who lived for so long has not died in a loop.
constexpr Duration kLivedLong = seconds(10);
/// Beyond the time that a worker itself gives its requests, before it is killed.
constexpr Duration kStopReserve = seconds(5);
/// The same when it was told to hurry.
constexpr Duration kHurryPatience = seconds(3);

std::string joined(const std::vector<std::string>& texts) {
    std::string text;
    for (const std::string& piece : texts) text += (text.empty() ? "" : "|") + piece;
    return text;
}

std::vector<std::string> parted(std::string_view text, char at) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(at), text.size());
        pieces.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return pieces;
}

}  // namespace

std::string WorkerRole::str() const {
    return "control=" + std::to_string(control) + ";board=" + std::to_string(board) +
           ";slot=" + std::to_string(slot) + ";slots=" + std::to_string(slots) +
           ";first=" + std::to_string(first) + ";listen=" + joined(listen) +
           ";tls=" + joined(listen_tls);
}

std::optional<WorkerRole> WorkerRole::from_environment() {
    const char* const value = std::getenv(kVariable);
    if (value == nullptr) return std::nullopt;
    const std::string text = value;
    ::unsetenv(kVariable);
    WorkerRole role;
    for (const std::string& entry : parted(text, ';')) {
        const std::size_t equals = std::min(entry.find('='), entry.size());
        const std::string_view name = std::string_view(entry).substr(0, equals);
        const std::string_view rest =
            std::string_view(entry).substr(std::min(equals + 1, entry.size()));
        int number = 0;
        std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (name == "control") role.control = number;
        if (name == "board") role.board = number;
        if (name == "slot") role.slot = static_cast<unsigned>(number);
        if (name == "slots") role.slots = static_cast<unsigned>(std::max(number, 1));
        if (name == "first") role.first = number != 0;
        if (name == "listen") role.listen = parted(rest, '|');
        if (name == "tls") role.listen_tls = parted(rest, '|');
    }
    for (const int file : {role.control, role.board}) {
        if (file >= 0) ::fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    return role;
}

namespace {

/// A worker process, as its supervisor sees it.
struct Worker {
    enum class State : std::uint8_t { Starting, Ready, Stopping };

    pid_t process = -1;
    int control = -1;  ///< the supervisor's end
    unsigned slot = 0;
    unsigned generation = 0;
    State state = State::Starting;
    bool served = false;      ///< has been ready
    std::set<int> held_back;  ///< signals that would have ended it while it started
    TimePoint started;
    TimePoint kill_at = TimePoint::max();  ///< of one that stops

    bool is(State wanted) const { return state == wanted; }
};

/// Workers that died and when the next takes their place, by slot.
struct Vacancy {
    unsigned deaths = 0;  ///< in a row
    TimePoint fill_at = TimePoint::max();
};

std::string ending_of(int status) {
    if (WIFSIGNALED(status)) {
        return "was ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
               ::sigdescr_np(WTERMSIG(status)) + ")";
    }
    return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int file) : file_(file) {}
    Descriptor(Descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    ~Descriptor() {
        if (file_ >= 0) ::close(file_);
    }
    int get() const { return file_; }

private:
    int file_ = -1;
};

class Supervisor {
public:
    Supervisor(const ServeOptions& options, ServiceManager& manager, Output& out)
        : options_(options), manager_(manager), out_(out), vacancies_(options.workers) {}
    ~Supervisor() {
        for (Worker& worker : workers_) {
            ::kill(worker.process, SIGKILL);
            ::waitpid(worker.process, nullptr, 0);
            ::close(worker.control);
        }
    }
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    int run();

private:
    using State = Worker::State;

    std::unique_ptr<Board> make_board() const {
        return std::make_unique<Board>(options_.workers, options_.server.threads);
    }
    void open_sockets();
    bool spawn(unsigned slot);
    void fill_generation();
    void announce();
    void wait_for_something();
    TimePoint next_deadline() const;
    void on_signal(int signal);
    void on_control(Worker& worker);
    void reap();
    void on_death(const Worker& worker, int status);
    void on_generation_failure(const Worker& worker, const std::string& how);
    void on_time();
    void stop_workers(unsigned up_to_generation);
    void begin_stop();
    void restart();
    void finish_generation();
    std::size_t count(State state) const;
    bool occupied(unsigned slot) const;

    const ServeOptions& options_;
    ServiceManager& manager_;
    Output& out_;
    const logging::Logger log_{"tatum.server"};
    const std::string program_ = own_executable();
    /// The program of the present generation, which may be another than the path leads to by now.
    Descriptor executable_{::open(program_.c_str(), O_PATH | O_CLOEXEC)};
    Descriptor executable_before_;
    const std::vector<std::string> arguments_ = own_arguments();
    ProcessSignals signals_{SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD};
    net::Listeners listeners_;
    std::optional<PidFile> pid_file_;

    std::vector<Worker> workers_;
    std::vector<Vacancy> vacancies_;
    unsigned generation_ = 0;
    /// Of the present generation: a new program may count other things.
    std::unique_ptr<Board> board_ = make_board();
    std::unique_ptr<Board> board_before_;
    /// Workers of the generation are still to be started, or have not all become ready.
    bool filling_ = false;
    bool announced_ = false;
    bool stopping_ = false;
    bool forced_ = false;  ///< a worker had to be killed
    int exit_code_ = 0;
    TimePoint next_alive_ = TimePoint::max();
    TimePoint close_at_ = TimePoint::max();  ///< when the sockets are given up, in stopping
};

// --- sockets and processes -----------------------------------------------------------------------

void Supervisor::open_sockets() {
    const net::ServerOptions& server = options_.server;
    const net::ListenerOptions how{.sockets_per_address = server.threads,
                                   .backlog = server.backlog,
                                   .reuse_port = server.reuse_port,
                                   .unix_socket_mode = server.unix_socket_mode};
    for (const auto* texts : {&server.listen, &server.listen_tls}) {
        for (const std::string& text : *texts) {
            const auto opened = listeners_.open(text, how);
            if (!opened) throw start_error(opened.error());
        }
    }
}

/// Starts a worker of the present generation. False when there is no process to be had.
bool Supervisor::spawn(unsigned slot) {
    std::array<int, 2> pipe_ends;
    if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return false;
    WorkerRole role{.control = pipe_ends[1],
                    .board = board_->descriptor(),
                    .slot = slot,
                    .slots = options_.workers,
                    .first = slot == 0 && generation_ == 1 && !announced_};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // A descriptor that is duplicated onto itself is inherited.
    const auto inherit = [&](int file) { posix_spawn_file_actions_adddup2(&actions, file, file); };
    inherit(role.control);
    inherit(role.board);
    for (std::size_t i = 0; i < listeners_.entries().size(); ++i) {
        const net::Listeners::Entry& entry = listeners_.entries()[i];
        for (const int file : entry.files) inherit(file);
        (i < options_.server.listen.size() ? role.listen : role.listen_tls)
            .push_back(entry.inherited());
    }
    const std::string variable = std::string(WorkerRole::kVariable) + "=" + role.str();
    const std::string program = "/proc/self/fd/" + std::to_string(executable_.get());
    const auto process = spawn_process(program, arguments_, {variable}, &actions);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe_ends[1]);
    if (!process) {
        ::close(pipe_ends[0]);
        log_.error("A worker cannot be started: " + process.error().message);
        return false;
    }
    ::fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK);
    workers_.push_back({.process = *process,
                        .control = pipe_ends[0],
                        .slot = slot,
                        .generation = generation_,
                        .started = Clock::now()});
    return true;
}

std::size_t Supervisor::count(State state) const {
    return static_cast<std::size_t>(std::ranges::count_if(workers_, [&](const Worker& worker) {
        return worker.generation == generation_ && worker.is(state);
    }));
}

/// By a worker of the present generation that has come to stay.
bool Supervisor::occupied(unsigned slot) const {
    return std::ranges::any_of(workers_, [&](const Worker& worker) {
        return worker.generation == generation_ && worker.slot == slot &&
               !worker.is(State::Stopping);
    });
}

/// The first of a generation shows whether it can start at all; then come the others.
void Supervisor::fill_generation() {
    if (!filling_) return;
    const std::size_t ready = count(State::Ready);
    if (ready == options_.workers) return finish_generation();
    if (ready == 0 || ready + count(State::Starting) == options_.workers) return;
    for (unsigned slot = 0; slot < options_.workers; ++slot) {
        if (!occupied(slot) && vacancies_[slot].fill_at == TimePoint::max()) spawn(slot);
    }
}

void Supervisor::finish_generation() {
    filling_ = false;
    executable_before_ = {};
    board_before_.reset();
    stop_workers(generation_ - 1);
    if (!announced_) {
        announce();
    } else {
        log_.info("The new workers are ready; the old ones finish what they have");
    }
    manager_.ready(std::to_string(options_.workers) + " workers serve");
}

void Supervisor::announce() {
    announced_ = true;
    std::vector<net::Address> addresses;
    for (const auto& entry : listeners_.entries()) addresses.push_back(entry.address);
    site::announce(options_, addresses, out_);
}

// --- what happens --------------------------------------------------------------------------------

int Supervisor::run() {
    open_sockets();
    if (!options_.pid_file.empty()) pid_file_.emplace(options_.pid_file);
    if (manager_.watchdog_interval().count() > 0) next_alive_ = Clock::now();
    generation_ = 1;
    filling_ = true;
    if (!spawn(0)) throw CommandError("no worker process can be started");
    while (!(stopping_ && workers_.empty())) {
        wait_for_something();
        on_time();
        fill_generation();
    }
    return exit_code_ != 0 ? exit_code_ : forced_ ? 1 : 0;
}

TimePoint Supervisor::next_deadline() const {
    TimePoint next = std::min(next_alive_, close_at_);
    for (const Vacancy& vacancy : vacancies_) next = std::min(next, vacancy.fill_at);
    for (const Worker& worker : workers_) {
        next = std::min(next, worker.kill_at);
        if (worker.is(State::Starting)) {
            next = std::min(next, worker.started + options_.start_patience);
        }
    }
    return next;
}

void Supervisor::wait_for_something() {
    std::vector<pollfd> events{{signals_.descriptor(), POLLIN, 0}};
    for (const Worker& worker : workers_) {
        events.push_back({worker.is(State::Starting) ? worker.control : -1, POLLIN, 0});
    }
    const TimePoint next = next_deadline();
    int patience = -1;
    if (next != TimePoint::max()) {
        const auto left = std::chrono::ceil<milliseconds>(next - Clock::now());
        patience = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
    }
    if (::poll(events.data(), events.size(), patience) <= 0) return;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if (events[i + 1].revents != 0) on_control(workers_[i]);
    }
    while (const auto signal = signals_.take()) on_signal(*signal);
}

void Supervisor::on_control(Worker& worker) {
    char byte = 0;
    // At the end of the pipe the worker is about to be reaped.
    if (::read(worker.control, &byte, 1) == 1 && worker.is(State::Starting)) {
        worker.state = State::Ready;
        worker.served = true;
        // It may have read files before they were changed.
        for (const int signal : std::exchange(worker.held_back, {})) {
            ::kill(worker.process, signal);
        }
    }
}

void Supervisor::on_signal(int signal) {
    switch (signal) {
        case SIGCHLD:
            reap();
            break;
        case SIGTERM:
        case SIGINT:
        case SIGQUIT:
            begin_stop();
            break;
        case SIGUSR2:
            restart();
            break;
        case SIGUSR1:
            static_cast<void>(logging::current_sink().reopen());
            [[fallthrough]];
        case SIGHUP:
            for (Worker& worker : workers_) {
                if (worker.is(State::Ready)) ::kill(worker.process, signal);
                if (worker.is(State::Starting)) worker.held_back.insert(signal);
            }
            break;
        default:
            break;
    }
}

/// The second time, requests in flight are cut off.
void Supervisor::begin_stop() {
    const bool hurry = std::exchange(stopping_, true);
    if (!hurry) {
        manager_.stopping();
        if (announced_) log_.info("Stopping: requests in flight are finished");
        close_at_ = Clock::now() + options_.stop_delay;
        filling_ = false;
        on_time();
    }
    for (Vacancy& vacancy : vacancies_) vacancy.fill_at = TimePoint::max();
    const Duration patience =
        hurry ? kHurryPatience : options_.stop_delay + options_.server.timeouts.stop + kStopReserve;
    for (Worker& worker : workers_) {
        // The old ones of a restart are stopping already; a second signal would cut them off.
        if (worker.is(State::Stopping) && !hurry) continue;
        worker.state = State::Stopping;
        worker.kill_at = std::min(worker.kill_at, Clock::now() + patience);
        ::kill(worker.process, SIGTERM);
    }
}

void Supervisor::stop_workers(unsigned up_to_generation) {
    for (Worker& worker : workers_) {
        if (worker.generation > up_to_generation || worker.is(State::Stopping)) continue;
        worker.state = State::Stopping;
        worker.kill_at = Clock::now() + options_.server.timeouts.stop + kStopReserve;
        ::kill(worker.process, SIGTERM);
    }
}

void Supervisor::restart() {
    if (stopping_ || filling_) return;  // one at a time
    log_.info("Restarting: new workers are started");
    manager_.reloading();
    ++generation_;
    filling_ = true;
    vacancies_.assign(options_.workers, {});
    board_before_ = std::exchange(board_, make_board());
    executable_before_ =
        std::exchange(executable_, Descriptor{::open(program_.c_str(), O_PATH | O_CLOEXEC)});
    if (spawn(0)) return;
    --generation_;
    filling_ = false;
    executable_ = std::move(executable_before_);
    board_ = std::move(board_before_);
    manager_.ready("the restart failed; the old workers serve");
}

void Supervisor::reap() {
    for (std::size_t i = 0; i < workers_.size();) {
        int status = 0;
        if (::waitpid(workers_[i].process, &status, WNOHANG) != workers_[i].process) {
            ++i;
            continue;
        }
        const Worker worker = workers_[i];
        ::close(worker.control);
        workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
        on_death(worker, status);
    }
}

void Supervisor::on_death(const Worker& worker, int status) {
    const std::string how = "Worker " + std::to_string(worker.process) + " " + ending_of(status);
    if (worker.is(State::Stopping) || stopping_) {
        const bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        forced_ |= stopping_ && worker.served && !well;
        return;
    }
    if (worker.is(State::Starting) && !announced_ && count(State::Ready) == 0) {
        // It has said why by itself.
        exit_code_ = WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1;
        if (WIFSIGNALED(status)) log_.critical(how + " before it served");
        begin_stop();
        return;
    }
    if (worker.is(State::Starting) && filling_ && announced_ && worker.generation == generation_) {
        return on_generation_failure(worker, how + " before it served");
    }
    Vacancy& vacancy = vacancies_[worker.slot];
    const bool lived = worker.is(State::Ready) && Clock::now() - worker.started >= kLivedLong;
    vacancy.deaths = lived ? 0 : vacancy.deaths + 1;
    // The first one is replaced at once.
    const Duration delay =
        vacancy.deaths < 2 ? Duration(0) : back_off(vacancy.deaths - 1, kBackOffFirst, kBackOffMax);
    vacancy.fill_at = Clock::now() + delay;
    log_.error(how + "; another takes its place",
               {{"in_ms", Value(std::chrono::duration_cast<milliseconds>(delay).count())}});
}

/// Of a restart: the old workers go on.
void Supervisor::on_generation_failure(const Worker& failed, const std::string& how) {
    log_.error("The restart failed, the old workers go on: " + how);
    for (Worker& worker : workers_) {
        if (worker.generation != failed.generation) continue;
        worker.state = State::Stopping;
        worker.kill_at = Clock::now() + options_.server.timeouts.stop + kStopReserve;
        ::kill(worker.process, SIGTERM);
    }
    // What is left counts as the present generation again.
    for (Worker& worker : workers_) {
        if (!worker.is(State::Stopping)) worker.generation = generation_;
    }
    filling_ = false;
    executable_ = std::move(executable_before_);
    board_ = std::move(board_before_);
    manager_.ready("the restart failed; the old workers serve");
}

void Supervisor::on_time() {
    const TimePoint now = Clock::now();
    if (now >= next_alive_) {
        manager_.alive();
        next_alive_ = now + manager_.watchdog_interval();
    }
    if (now >= close_at_) {
        close_at_ = TimePoint::max();
        listeners_.close();
    }
    for (Worker& worker : workers_) {
        const bool late =
            worker.is(State::Starting) && now - worker.started >= options_.start_patience;
        if (!late && now < worker.kill_at) continue;
        log_.error("Worker " + std::to_string(worker.process) +
                   (late ? " is not ready in time" : " does not stop in time") + " and is killed");
        forced_ |= !late;
        worker.kill_at = TimePoint::max();
        worker.started = now;
        ::kill(worker.process, SIGKILL);
    }
    for (unsigned slot = 0; slot < vacancies_.size(); ++slot) {
        Vacancy& vacancy = vacancies_[slot];
        if (now < vacancy.fill_at) continue;
        vacancy.fill_at = TimePoint::max();
        if (!occupied(slot) && !spawn(slot)) vacancy.fill_at = now + kBackOffMax;
    }
}

}  // namespace

int supervise(const ServeOptions& options, ServiceManager& manager, Output& out) {
    Supervisor supervisor(options, manager, out);
    return supervisor.run();
}

}  // namespace tatum::site
