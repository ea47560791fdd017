#pragma once

#include <tatum/base/locals.h>
#include <tatum/net/impl/fiber_core.h>
#include <tatum/net/impl/timer_wheel.h>
#include <tatum/net/task.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace tatum::net::impl {

class OffloadPool;

/// Somebody who is told what epoll(7) reports about a descriptor.
class EventSource {
public:
    /// On the reactor's own stack: it must not suspend.
    virtual void on_events(std::uint32_t events) = 0;

protected:
    ~EventSource() = default;
};

/// One thread's loop: descriptors, timers, fibers, and what other threads post. All members are for
/// that thread, wake() and post() for any.
///
/// Boost.Asio's io_context is the outer loop. Descriptors are in an epoll set of their own, which
/// is one descriptor to Asio: registered edge-triggered and once, a connection needs no system call
/// but its recv and its send, where Asio's waits cost another for every request. While there is
/// traffic the inner set is asked first, and Asio every kInnerRoundsMax rounds.
class Reactor {
public:
    explicit Reactor(std::shared_ptr<OffloadPool> pool);
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// The calling thread's; null when it has none.
    static Reactor* current();
    /// The calling fiber; null off fibers.
    static FiberCore* current_fiber();

    /// Works until `finished` says true between two rounds.
    void run(const std::function<bool()>& finished);

    // --- fibers ---

    /// A new fiber, which has its first turn after those that are ready.
    FiberCore& start(Task task, const Locals& locals);
    /// A new fiber that runs at once; returns when it first suspends or has ended. Not on a fiber.
    void start_now(Task task, const Locals& locals);
    void make_ready(FiberCore& core);
    /// Any thread. The fiber's park() returns; one wake for one park().
    void wake(FiberCore& core);
    /// Suspends the calling fiber; only FiberCore calls it.
    void switch_to_loop(FiberCore& core, sanitizer::Leaving leaving = sanitizer::Leaving::ForNow);
    void cancel_all(std::string_view reason);
    /// Calls `look` on the stack of a fiber that is suspended, on top of where it waits. Off
    /// fibers; `look` does not suspend and does not throw.
    void visit(FiberCore& core, void (*look)(void*), void* argument);
    std::size_t fibers() const { return fibers_; }
    std::shared_ptr<FiberState> state_of(FiberCore& core);

    // --- descriptors ---

    /// `events` as in epoll_ctl(2). False with errno when the kernel refuses.
    [[nodiscard]] bool add(int file, std::uint32_t events, EventSource& source);
    [[nodiscard]] bool modify(int file, std::uint32_t events, EventSource& source);
    /// No event of this round reaches the source any more if it is its own; otherwise retire() it.
    void remove(int file);
    /// Runs `task` once the events at hand have been delivered: the place to destroy sources.
    void retire(Task task) { retired_.push_back(std::move(task)); }

    // --- time ---

    /// As of the beginning of this round.
    TimePoint now() const { return now_; }
    void arm(Timer& timer, TimePoint time);

    /// Any thread. Runs `task` on this thread, off fibers; it must not suspend.
    void post(Task task);

    OffloadPool& pool() { return *pool_; }

private:
    struct Outer;
    class Caller;

    FiberCore& take_core();
    FiberCore& prepare(Task task, const Locals& locals);
    void resume(FiberCore& core);
    void recycle(FiberCore& core);
    void destroy(FiberCore& core);
    void round();
    void run_ready();
    void run_posted();
    bool poll_inner();
    void poll_outer();
    void notify();
    void update_time();

    std::unique_ptr<Outer> outer_;
    int inner_ = -1;
    int inner_rounds_ = 0;
    TimePoint started_;
    TimePoint now_;
    TimerWheel wheel_;

    FiberCore* running_ = nullptr;
    FiberCore* ready_first_ = nullptr;
    FiberCore* ready_last_ = nullptr;
    FiberCore* pool_first_ = nullptr;
    std::size_t pooled_ = 0;
    std::size_t fibers_ = 0;
    std::vector<std::unique_ptr<FiberCore>> cores_;
    void* loop_context_ = nullptr;
    sanitizer::StackShadow loop_shadow_;
    std::vector<Task> retired_;
    std::vector<Task> retiring_;
    Locals locals_{};

    std::atomic<FiberCore*> woken_remotely_{nullptr};
    std::atomic<bool> asleep_{false};
    std::atomic<int> callers_{0};
    std::atomic<bool> has_posted_{false};
    std::mutex posted_guard_;
    std::vector<Task> posted_;

    std::shared_ptr<OffloadPool> pool_;
    Reactor* outer_reactor_ = nullptr;
    friend class FiberCore;
};

}  // namespace tatum::net::impl
