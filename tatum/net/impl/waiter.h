#pragma once

#include <tatum/net/impl/fiber_core.h>
#include <tatum/net/sync.h>

#include <condition_variable>
#include <mutex>
#include <optional>

namespace tatum::net::impl {

/// How a plain thread waits.
struct ThreadWaiter {
    std::mutex guard;
    std::condition_variable changed;
    bool woken = false;
};

/// A fiber or thread that waits in a WaitList; lives on its stack. Whoever takes it out of the list
/// wakes it, once; it does not end before.
struct Waiter {
    Waiter();
    ~Waiter();

    /// Any thread, under the guard of the list's owner, after the waiter has left the list.
    void wake();
    Wake wait(TimePoint until, FiberCore::Interruptible interruptible);

    Waiter* next = nullptr;
    Waiter* previous = nullptr;
    bool listed = false;

private:
    FiberCore* const fiber_;
    std::optional<ThreadWaiter> thread_;  // off fibers
};

/// When `timeout` is over; TimePoint::max(), which is never, when there is no such moment.
TimePoint time_after(Duration timeout);

void push_back(WaitList& list, Waiter& waiter);
void remove(WaitList& list, Waiter& waiter);
/// Null when nobody waits.
Waiter* pop_front(WaitList& list);

/// Waits in `list` until woken; `lock` holds the owner's guard before and not after.
/// On a fiber throws Cancelled, and TimedOut when its DeadlineScope passes before `until`.
/// False when `until` passes.
[[nodiscard]] bool wait_in(WaitList& list, std::unique_lock<std::mutex>& lock, TimePoint until);
/// The same without end: neither time nor cancellation.
void wait_in_uncancelled(WaitList& list, std::unique_lock<std::mutex>& lock);

}  // namespace tatum::net::impl
