#pragma once

#include <tatum/base/error.h>
#include <tatum/net/task.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace tatum::net {

namespace impl {
class FiberState;
}

/// What a fiber may use of its stack. Pages cost memory only once touched; a page below the stack
/// is never accessible, so that an overflow ends in a fault and not in somebody else's memory.
inline constexpr std::size_t kFiberStackBytes = 256 * 1024;
/// Stacks of finished fibers that a thread keeps for the next ones.
inline constexpr std::size_t kFiberStacksKept = 128;

using Clock = std::chrono::steady_clock;
using Duration = Clock::duration;
using TimePoint = Clock::time_point;

/// Thrown at the next suspension point of a fiber that was cancelled, once per cancellation.
struct Cancelled : Exception {
    using Exception::Exception;
};
/// Thrown by a wait whose DeadlineScope has passed.
struct TimedOut : Exception {
    using Exception::Exception;
};

/// True when the caller runs on a fiber, where a call that has to wait suspends the fiber only.
/// Everything in tatum::net may be called off a fiber too: there it blocks the thread.
bool on_fiber();

/// A handle of a fiber. Copyable; it may be dropped while the fiber runs on. Any thread may use it.
class Fiber {
public:
    Fiber() = default;

    bool joinable() const { return state_ != nullptr; }
    bool done() const;
    /// Waits until the fiber has ended, then rethrows what it ended with (to the first to ask).
    void join();
    /// Makes the fiber throw Cancelled(reason) from the suspension point where it is or reaches
    /// next. It does not interrupt offloaded work: the fiber hears of it afterwards.
    void cancel(std::string_view reason = "the fiber was cancelled");

private:
    friend Fiber spawn(Task);
    friend Fiber this_fiber();
    explicit Fiber(std::shared_ptr<impl::FiberState> state) : state_(std::move(state)) {}

    std::shared_ptr<impl::FiberState> state_;
};

/// Runs `task` concurrently with the caller, on a new fiber of the same thread, with a copy of the
/// caller's locals. Off a fiber it gets a thread of its own. An exception that nobody joins for is
/// logged.
Fiber spawn(Task task);

/// The calling fiber; not joinable() off a fiber.
Fiber this_fiber();

/// Lets other fibers and connections of this thread have their turn.
void yield();

void sleep_for(Duration duration);
void sleep_until(TimePoint time);

/// Throws Cancelled or TimedOut when either is due, for loops that compute for long.
void check_cancelled();

/// Waits inside the block end with TimedOut at `deadline`; of nested scopes the earliest counts.
/// It has effect on fibers only.
class DeadlineScope {
public:
    explicit DeadlineScope(TimePoint deadline);
    explicit DeadlineScope(Duration timeout) : DeadlineScope(Clock::now() + timeout) {}
    ~DeadlineScope();
    DeadlineScope(const DeadlineScope&) = delete;
    DeadlineScope& operator=(const DeadlineScope&) = delete;

private:
    TimePoint before_;
};

/// Cancellation and deadlines wait until the end of the block: for cleanup that has to wait.
class NoCancelScope {
public:
    NoCancelScope();
    ~NoCancelScope();
    NoCancelScope(const NoCancelScope&) = delete;
    NoCancelScope& operator=(const NoCancelScope&) = delete;
};

/// Runs `main` on a fiber of this thread, and with it all that it spawns, until all have ended;
/// rethrows what `main` ended with. For commands and tests; a Server has reactor threads of its
/// own. On a fiber it just calls `main`.
void run(Task main);

}  // namespace tatum::net
