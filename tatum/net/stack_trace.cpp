#include <tatum/net/stack_trace.h>

#include <tatum/base/locals.h>
#include <tatum/base/log.h>
#include <tatum/net/impl/reactor.h>
#include <tatum/net/impl/symbols.h>
#include <tatum/net/server.h>

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace tatum::net {

namespace {

/// Is a frame of its own, so that it is known how many there are to leave out.
[[gnu::noinline]] StackTrace walk() {
    StackTrace trace;
    trace.size = static_cast<std::size_t>(
        ::backtrace(trace.frames.data(), static_cast<int>(trace.frames.size())));
    return trace;
}

void drop_innermost(StackTrace& trace, std::size_t count) {
    count = std::min(count, trace.size);
    std::copy(trace.frames.begin() + static_cast<std::ptrdiff_t>(count),
              trace.frames.begin() + static_cast<std::ptrdiff_t>(trace.size), trace.frames.begin());
    trace.size -= count;
}

void append_hex(std::string& out, std::uint64_t number) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
    out += "0x";
    out.append(digits, end);
}

}  // namespace

StackTrace StackTrace::here() {
    StackTrace trace = walk();
    drop_innermost(trace, 2);
    return trace;
}

std::string StackTrace::str() const {
    std::vector<std::pair<std::string, impl::Symbols>> files;
    const auto symbols_of = [&](const std::string& path) -> const impl::Symbols& {
        for (const auto& [known, symbols] : files) {
            if (known == path) return symbols;
        }
        return files.emplace_back(path, impl::Symbols(path)).second;
    };
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += (i > 0 ? "\n#" : "#") + std::to_string(i) + ' ';
        Dl_info place{};
        // A return address is behind its call, perhaps in the next function already.
        auto* const call = static_cast<char*>(frames[i]) - 1;
        if (::dladdr(call, &place) == 0 || place.dli_fname == nullptr) {
            append_hex(text, reinterpret_cast<std::uint64_t>(frames[i]));
            continue;
        }
        const auto base = reinterpret_cast<std::uint64_t>(place.dli_fbase);
        const std::uint64_t offset = reinterpret_cast<std::uint64_t>(call) - base;
        // The program's name may be relative, or its file another by now.
        const bool own = std::strchr(place.dli_fname, '/') == nullptr ||
                         std::strstr(place.dli_fname, ".so") == nullptr;
        const auto& symbols = symbols_of(own ? "/proc/self/exe" : place.dli_fname);
        const impl::Symbols::Found found = symbols.find(offset);
        if (!found.name.empty()) {
            text += found.name + '+';
            append_hex(text, found.offset);
        } else {
            text += place.dli_sname != nullptr ? place.dli_sname : "?";
        }
        text += std::string(" (") + place.dli_fname + '+';
        append_hex(text, offset);
        text += ')';
    }
    return text;
}

FiberRef FiberRef::current() {
    FiberRef ref;
    ref.core_ = impl::Reactor::current_fiber();
    return ref;
}

StackTrace FiberRef::stack() const {
    if (core_ == nullptr) return {};
    auto& core = *static_cast<impl::FiberCore*>(core_);
    StackTrace trace;
    core.home.visit(core, [](void* into) { *static_cast<StackTrace*>(into) = walk(); }, &trace);
    // What walks the stack, and the switch to another, are no part of the story.
    drop_innermost(trace, 4);
    return trace;
}

// --- threads that do not go on -------------------------------------------------------------------

namespace {

/// What a watched thread and its watch have in common.
struct Watched {
    std::atomic<bool> used{false};
    std::atomic<std::int64_t> beat_ns{0};
    std::atomic<pthread_t> thread{};
    bool reported = false;  // the watch's own
    // Written by the signal's handler, then read by the watch.
    std::atomic<bool> taken{false};
    StackTrace stack;
    std::size_t id_size = 0;
    std::array<char, 128> id{};
};

thread_local Watched* watched_here = nullptr;

/// On the stalled thread, in the middle of whatever it does: no locks, no memory.
void on_look(int) {
    const int error = errno;
    if (Watched* const mine = watched_here) {
        mine->stack = walk();
        mine->id_size = 0;
        if (const auto* context = static_cast<const logging::Context*>(local(Slot::LogContext))) {
            mine->id_size = std::min(context->request_id.size(), mine->id.size());
            std::memcpy(mine->id.data(), context->request_id.data(), mine->id_size);
        }
        mine->taken.store(true, std::memory_order_release);
    }
    errno = error;
}

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
        .count();
}

}  // namespace

struct StallWatch::Impl {
    void run();
    void run_posted();
    void look(Watched& thread, std::int64_t now);

    Duration threshold;
    std::function<void(const Stall&)> report;
    std::array<Watched, kThreadsMax> threads;
    std::mutex guard;
    std::condition_variable ended;
    bool ending = false;  // under guard
    std::mutex posted_guard;
    std::vector<std::function<void()>> posted;  // under posted_guard
    std::thread watcher;
};

StallWatch::StallWatch(Duration threshold, std::function<void(const Stall&)> report)
    : impl_(std::make_unique<Impl>()) {
    impl_->threshold = threshold;
    impl_->report = std::move(report);
    walk();  // loads what it needs, which a signal's handler may not
    struct sigaction action{};
    action.sa_handler = &on_look;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGRTMIN + kSignal, &action, nullptr);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    impl_->watcher = std::thread([impl = impl_.get()] { impl->run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

StallWatch::~StallWatch() {
    {
        const std::lock_guard lock(impl_->guard);
        impl_->ending = true;
    }
    impl_->ended.notify_all();
    impl_->watcher.join();
}

void StallWatch::post(std::function<void()> task) {
    constexpr std::size_t kPostedMax = 64;
    const std::lock_guard lock(impl_->posted_guard);
    if (impl_->posted.size() < kPostedMax) impl_->posted.push_back(std::move(task));
}

void StallWatch::beat() {
    if (watched_here == nullptr) {
        for (Watched& place : impl_->threads) {
            bool free = false;
            if (!place.used.compare_exchange_strong(free, true)) continue;
            place.thread = ::pthread_self();
            watched_here = &place;
            sigset_t signal;
            sigemptyset(&signal);
            sigaddset(&signal, SIGRTMIN + kSignal);
            pthread_sigmask(SIG_UNBLOCK, &signal, nullptr);
            break;
        }
        if (watched_here == nullptr) return;
    }
    watched_here->beat_ns.store(now_ns(), std::memory_order_relaxed);
}

void StallWatch::leave() {
    if (watched_here == nullptr) return;
    const std::lock_guard lock(impl_->guard);  // the watch may be about to signal this thread
    watched_here->beat_ns = 0;
    watched_here->used = false;
    watched_here = nullptr;
}

void StallWatch::Impl::run() {
    std::unique_lock lock(guard);
    const Duration pause = std::max<Duration>(threshold / 4, std::chrono::milliseconds(5));
    while (!ended.wait_for(lock, pause, [&] { return ending; })) {
        const std::int64_t now = now_ns();
        for (Watched& thread : threads) look(thread, now);
        lock.unlock();
        run_posted();
        lock.lock();
    }
}

void StallWatch::Impl::run_posted() {
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock(posted_guard);
        tasks.swap(posted);
    }
    for (const auto& task : tasks) task();
}

/// Under `guard`, so that no thread ends meanwhile.
void StallWatch::Impl::look(Watched& thread, std::int64_t now) {
    const std::int64_t beat = thread.beat_ns.load(std::memory_order_relaxed);
    if (beat == 0) return;
    const auto silent = std::chrono::nanoseconds(now - beat);
    if (silent < threshold + kTickEvery) {
        thread.reported = false;
        return;
    }
    if (thread.reported) return;
    thread.reported = true;
    thread.taken.store(false);
    ::pthread_kill(thread.thread, SIGRTMIN + kSignal);
    constexpr int kLooks = 100;
    for (int i = 0; i < kLooks && !thread.taken.load(std::memory_order_acquire); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (!thread.taken.load(std::memory_order_acquire)) return;  // deep in the kernel
    Stall stall{.stack = thread.stack,
                .duration = std::chrono::duration_cast<Duration>(silent),
                .request_id = std::string(thread.id.data(), thread.id_size)};
    // The handler, and the frame by which the kernel calls it.
    drop_innermost(stall.stack, 3);
    report(stall);
}

}  // namespace tatum::net
