#include <tatum/net/impl/waiter.h>

#include <tatum/net/impl/reactor.h>

#include <algorithm>

namespace tatum::net::impl {

Waiter::Waiter() : fiber_(Reactor::current_fiber()) {
    if (!fiber_) thread_.emplace();
}

Waiter::~Waiter() = default;

void Waiter::wake() {
    if (fiber_) {
        fiber_->home.wake(*fiber_);
        return;
    }
    // Notified under the lock: the waiter is gone as soon as it sees `woken`.
    const std::lock_guard lock(thread_->guard);
    thread_->woken = true;
    thread_->changed.notify_one();
}

Wake Waiter::wait(TimePoint until, FiberCore::Interruptible interruptible) {
    if (fiber_) return fiber_->park(until, interruptible);
    std::unique_lock lock(thread_->guard);
    while (!thread_->woken) {
        if (until == TimePoint::max()) {
            thread_->changed.wait(lock);
        } else if (thread_->changed.wait_until(lock, until) == std::cv_status::timeout) {
            return thread_->woken ? Wake::Notified : Wake::TimedOut;
        }
    }
    return Wake::Notified;
}

TimePoint time_after(Duration timeout) {
    const TimePoint now = Clock::now();
    return timeout > TimePoint::max() - now ? TimePoint::max() : now + timeout;
}

void push_back(WaitList& list, Waiter& waiter) {
    waiter.listed = true;
    waiter.previous = list.last;
    (list.last ? list.last->next : list.first) = &waiter;
    list.last = &waiter;
}

void remove(WaitList& list, Waiter& waiter) {
    (waiter.previous ? waiter.previous->next : list.first) = waiter.next;
    (waiter.next ? waiter.next->previous : list.last) = waiter.previous;
    waiter.next = waiter.previous = nullptr;
    waiter.listed = false;
}

Waiter* pop_front(WaitList& list) {
    Waiter* const waiter = list.first;
    if (waiter) remove(list, *waiter);
    return waiter;
}

namespace {

Wake wait_listed(WaitList& list, std::unique_lock<std::mutex>& lock, TimePoint until,
                 FiberCore::Interruptible interruptible) {
    Waiter waiter;
    push_back(list, waiter);
    lock.unlock();
    const Wake wake = waiter.wait(until, interruptible);

    // Through the guard in any case: the list's owner may die once this returns, and whoever woke
    // the waiter has to be out of it by then.
    lock.lock();
    const bool still_listed = waiter.listed;
    if (still_listed) remove(list, waiter);
    lock.unlock();
    if (wake == Wake::Notified || still_listed) return wake;
    // Somebody took it out of the list at the same moment: their wake is on its way.
    return waiter.wait(TimePoint::max(), FiberCore::Interruptible::No);
}

}  // namespace

bool wait_in(WaitList& list, std::unique_lock<std::mutex>& lock, TimePoint until) {
    FiberCore* const fiber = Reactor::current_fiber();
    const TimePoint deadline = fiber && fiber->shields == 0 ? fiber->deadline : TimePoint::max();
    const Wake wake = wait_listed(
        list, lock, std::min(until, deadline),
        fiber && fiber->shields > 0 ? FiberCore::Interruptible::No : FiberCore::Interruptible::Yes);
    if (wake == Wake::Notified) return true;
    if (wake == Wake::Cancelled || deadline < until) fiber->raise(wake);
    return false;
}

void wait_in_uncancelled(WaitList& list, std::unique_lock<std::mutex>& lock) {
    wait_listed(list, lock, TimePoint::max(), FiberCore::Interruptible::No);
}

}  // namespace tatum::net::impl
