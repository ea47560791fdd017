#include <tatum/net/impl/reactor.h>

#include <tatum/base/error.h>
#include <tatum/net/impl/offload_pool.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace tatum::net::impl {

namespace asio = boost::asio;

namespace {

constexpr int kEventsPerRound = 256;
/// Rounds in a row that ask only the inner set, so that Asio is not starved under load.
constexpr int kInnerRoundsMax = 16;
constexpr auto kTick = std::chrono::milliseconds(1);
/// A loop without timers looks up this often, which costs nothing and keeps Asio's arithmetic sane.
constexpr auto kSleepMax = std::chrono::minutes(1);

thread_local constinit Reactor* thread_reactor = nullptr;

}  // namespace

/// Another thread that is inside wake() or post(). What it has brought may end the loop before it
/// has left, so the destructor waits for it.
class Reactor::Caller {
public:
    explicit Caller(std::atomic<int>& count) : count_(count) {
        count_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Caller() { count_.fetch_sub(1, std::memory_order_release); }
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

private:
    std::atomic<int>& count_;
};

struct Reactor::Outer {
    using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

    // Only this thread uses the I/O objects, so they need no locks; post() keeps its lock.
    asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    // Without work the context would stop for good between two waits.
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    Descriptor inner{context};
    bool armed = false;

    void arm() {
        if (armed) return;
        armed = true;
        inner.async_wait(Descriptor::wait_read,
                         [this](const boost::system::error_code&) { armed = false; });
    }
};

Reactor::Reactor(std::shared_ptr<OffloadPool> pool)
    : outer_(std::make_unique<Outer>()),
      started_(Clock::now()),
      now_(started_),
      pool_(std::move(pool)) {
    TATUM_INVARIANT(thread_reactor == nullptr, "a thread has one reactor");
    inner_ = epoll_create1(EPOLL_CLOEXEC);
    if (inner_ < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
    outer_->inner.assign(inner_);
    sanitizer::adopt_thread(loop_shadow_);
    locals_ = current_locals();
    thread_reactor = this;
}

Reactor::~Reactor() {
    while (callers_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
    retiring_.clear();
    retired_.clear();
    cores_.clear();
    thread_reactor = nullptr;
}

Reactor* Reactor::current() { return thread_reactor; }

FiberCore* Reactor::current_fiber() { return thread_reactor ? thread_reactor->running_ : nullptr; }

// --- the loop ------------------------------------------------------------------------------------

void Reactor::run(const std::function<bool()>& finished) {
    while (!finished()) round();
}

void Reactor::round() {
    if (inner_rounds_ < kInnerRoundsMax && poll_inner()) {
        ++inner_rounds_;
    } else {
        inner_rounds_ = 0;
        poll_outer();
        poll_inner();
    }
    update_time();
    wheel_.advance(static_cast<std::uint64_t>((now_ - started_) / kTick));
    run_posted();
    run_ready();
    while (!retired_.empty()) {
        retiring_.swap(retired_);
        for (Task& task : retiring_) task();
        retiring_.clear();
    }
}

bool Reactor::poll_inner() {
    std::array<epoll_event, kEventsPerRound> events;
    const int count = epoll_wait(inner_, events.data(), kEventsPerRound, 0);
    if (count <= 0) return false;
    update_time();
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        static_cast<EventSource*>(event.data.ptr)->on_events(event.events);
    }
    return true;
}

void Reactor::poll_outer() {
    outer_->arm();
    asleep_.store(true, std::memory_order_seq_cst);
    const bool busy = ready_first_ || !retired_.empty() ||
                      woken_remotely_.load(std::memory_order_seq_cst) ||
                      has_posted_.load(std::memory_order_seq_cst);
    if (busy) {
        outer_->context.poll();
    } else {
        Duration sleep = kSleepMax;
        if (const auto tick = wheel_.next()) {
            sleep = std::min<Duration>(sleep, started_ + *tick * kTick - Clock::now());
        }
        outer_->context.run_one_for(std::max(sleep, Duration::zero()));
    }
    asleep_.store(false, std::memory_order_relaxed);
}

void Reactor::update_time() { now_ = Clock::now(); }

void Reactor::arm(Timer& timer, TimePoint time) {
    // Rounded up: a timer is never early.
    const Duration since = std::max(time - started_, Duration::zero());
    wheel_.arm(timer, static_cast<std::uint64_t>((since + kTick - Duration(1)) / kTick));
}

bool Reactor::add(int file, std::uint32_t events, EventSource& source) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &source;
    return epoll_ctl(inner_, EPOLL_CTL_ADD, file, &event) == 0;
}

bool Reactor::modify(int file, std::uint32_t events, EventSource& source) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &source;
    return epoll_ctl(inner_, EPOLL_CTL_MOD, file, &event) == 0;
}

void Reactor::remove(int file) { epoll_ctl(inner_, EPOLL_CTL_DEL, file, nullptr); }

// --- from other threads --------------------------------------------------------------------------

void Reactor::notify() {
    if (asleep_.exchange(false, std::memory_order_seq_cst)) {
        asio::post(outer_->context, [] {});
    }
}

void Reactor::post(Task task) {
    const Caller caller(callers_);
    {
        const std::lock_guard lock(posted_guard_);
        posted_.push_back(std::move(task));
        has_posted_.store(true, std::memory_order_seq_cst);
    }
    notify();
}

void Reactor::run_posted() {
    FiberCore* woken = woken_remotely_.load(std::memory_order_relaxed)
                           ? woken_remotely_.exchange(nullptr, std::memory_order_acquire)
                           : nullptr;
    FiberCore* in_order = nullptr;  // the list is a stack; the first to wake goes first
    while (woken) {
        FiberCore* const core = std::exchange(woken, woken->next_remote);
        core->next_remote = in_order;
        in_order = core;
    }
    while (in_order) {
        FiberCore* const core = std::exchange(in_order, in_order->next_remote);
        core->next_remote = nullptr;
        wake(*core);
    }
    if (!has_posted_.load(std::memory_order_relaxed)) return;
    std::vector<Task> tasks;
    {
        const std::lock_guard lock(posted_guard_);
        tasks.swap(posted_);
        has_posted_.store(false, std::memory_order_relaxed);
    }
    for (Task& task : tasks) task();
}

void Reactor::wake(FiberCore& core) {
    if (thread_reactor == this) {
        core.token_ = true;
        core.interrupt(Wake::Notified);
        return;
    }
    const Caller caller(callers_);
    FiberCore* first = woken_remotely_.load(std::memory_order_relaxed);
    do {
        core.next_remote = first;
    } while (!woken_remotely_.compare_exchange_weak(first, &core, std::memory_order_seq_cst,
                                                    std::memory_order_relaxed));
    notify();
}

}  // namespace tatum::net::impl
