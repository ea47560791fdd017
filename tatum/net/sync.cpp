#include <tatum/net/sync.h>

#include <tatum/base/error.h>
#include <tatum/net/impl/waiter.h>

namespace tatum::net {

using impl::Waiter;

namespace {

using Lock = std::unique_lock<std::mutex>;

void wake_all(impl::WaitList& list) {
    while (Waiter* const waiter = impl::pop_front(list)) waiter->wake();
}

}  // namespace

// --- Mutex ---------------------------------------------------------------------------------------

Mutex::~Mutex() = default;

void Mutex::lock() {
    Lock lock(guard_);
    if (!locked_) {
        locked_ = true;
        return;
    }
    // unlock() leaves locked_ set for the one it wakes.
    static_cast<void>(impl::wait_in(waiting_, lock, TimePoint::max()));
}

bool Mutex::try_lock() {
    const Lock lock(guard_);
    if (locked_) return false;
    locked_ = true;
    return true;
}

bool Mutex::try_lock_for(Duration timeout) {
    Lock lock(guard_);
    if (!locked_) {
        locked_ = true;
        return true;
    }
    return impl::wait_in(waiting_, lock, impl::time_after(timeout));
}

void Mutex::lock_uncancelled() {
    Lock lock(guard_);
    if (!locked_) {
        locked_ = true;
        return;
    }
    impl::wait_in_uncancelled(waiting_, lock);
}

void Mutex::unlock() {
    const Lock lock(guard_);
    if (Waiter* const waiter = impl::pop_front(waiting_)) {
        waiter->wake();
    } else {
        locked_ = false;
    }
}

// --- ConditionVariable ---------------------------------------------------------------------------

ConditionVariable::~ConditionVariable() = default;

void ConditionVariable::notify_one() {
    const Lock lock(guard_);
    if (Waiter* const waiter = impl::pop_front(waiting_)) waiter->wake();
}

void ConditionVariable::notify_all() {
    const Lock lock(guard_);
    wake_all(waiting_);
}

void ConditionVariable::wait(std::unique_lock<Mutex>& lock) {
    static_cast<void>(wait_until(lock, TimePoint::max()));
}

bool ConditionVariable::wait_until(std::unique_lock<Mutex>& lock, TimePoint time) {
    // However the wait ends, the caller has its lock again.
    struct Relock {
        Mutex& mutex;
        ~Relock() { mutex.lock_uncancelled(); }
    };
    Lock guard(guard_);
    lock.mutex()->unlock();
    const Relock relock{*lock.mutex()};
    return impl::wait_in(waiting_, guard, time);
}

// --- Event ---------------------------------------------------------------------------------------

Event::~Event() = default;

void Event::set() {
    const Lock lock(guard_);
    set_ = true;
    wake_all(waiting_);
}

void Event::reset() {
    const Lock lock(guard_);
    set_ = false;
}

bool Event::is_set() const {
    const Lock lock(guard_);
    return set_;
}

void Event::wait() {
    Lock lock(guard_);
    if (!set_) static_cast<void>(impl::wait_in(waiting_, lock, TimePoint::max()));
}

bool Event::wait_for(Duration timeout) {
    Lock lock(guard_);
    return set_ || impl::wait_in(waiting_, lock, impl::time_after(timeout));
}

// --- Semaphore -----------------------------------------------------------------------------------

Semaphore::~Semaphore() = default;

void Semaphore::acquire() {
    Lock lock(guard_);
    if (permits_ > 0) {
        --permits_;
        return;
    }
    // release() hands its permit to the one it wakes.
    static_cast<void>(impl::wait_in(waiting_, lock, TimePoint::max()));
}

bool Semaphore::try_acquire() {
    const Lock lock(guard_);
    if (permits_ == 0) return false;
    --permits_;
    return true;
}

bool Semaphore::try_acquire_for(Duration timeout) {
    Lock lock(guard_);
    if (permits_ > 0) {
        --permits_;
        return true;
    }
    return impl::wait_in(waiting_, lock, impl::time_after(timeout));
}

void Semaphore::release() {
    const Lock lock(guard_);
    if (Waiter* const waiter = impl::pop_front(waiting_)) {
        waiter->wake();
    } else {
        ++permits_;
    }
}

}  // namespace tatum::net
