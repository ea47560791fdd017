#pragma once

#include <tatum/net/fiber.h>

#include <cstdint>
#include <mutex>

/// What fibers and threads wait for together. All of it may be used between fibers of one thread,
/// of several threads, and plain threads; waiters are served in the order in which they came.
namespace tatum::net {

namespace impl {
struct Waiter;

/// Those who wait for one thing, in order. Guarded by the mutex of its owner.
struct WaitList {
    Waiter* first = nullptr;
    Waiter* last = nullptr;
};
}  // namespace impl

/// Works with std::lock_guard, std::unique_lock and std::scoped_lock. A fiber may suspend while it
/// holds the lock. It passes directly to the next in line, so nobody starves. Not recursive.
class Mutex {
public:
    Mutex() = default;
    ~Mutex();
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    /// Throws Cancelled or TimedOut like every wait; then the lock is not held.
    void lock();
    [[nodiscard]] bool try_lock();
    /// False when the lock could not be had in time.
    [[nodiscard]] bool try_lock_for(Duration timeout);
    /// Waits whatever happens, for code that must have the lock to put things in order.
    void lock_uncancelled();
    void unlock();

private:
    std::mutex guard_;
    bool locked_ = false;
    impl::WaitList waiting_;
};

/// Goes with a std::unique_lock of a Mutex.
class ConditionVariable {
public:
    ConditionVariable() = default;
    ~ConditionVariable();
    ConditionVariable(const ConditionVariable&) = delete;
    ConditionVariable& operator=(const ConditionVariable&) = delete;

    void notify_one();
    void notify_all();

    /// The lock is held again on return, also when Cancelled or TimedOut is thrown. Wakes only when
    /// notified.
    void wait(std::unique_lock<Mutex>& lock);
    template <class Predicate>
    void wait(std::unique_lock<Mutex>& lock, Predicate predicate) {
        while (!predicate()) wait(lock);
    }
    /// False when nobody notified in time.
    [[nodiscard]] bool wait_until(std::unique_lock<Mutex>& lock, TimePoint time);
    template <class Predicate>
    [[nodiscard]] bool wait_for(std::unique_lock<Mutex>& lock, Duration timeout,
                                Predicate predicate) {
        const TimePoint until = Clock::now() + timeout;
        while (!predicate()) {
            if (!wait_until(lock, until)) return predicate();
        }
        return true;
    }

private:
    std::mutex guard_;
    impl::WaitList waiting_;
};

/// A flag that can be waited for. Stays set until reset().
class Event {
public:
    Event() = default;
    ~Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void set();
    void reset();
    bool is_set() const;
    void wait();
    /// False when it was not set in time.
    [[nodiscard]] bool wait_for(Duration timeout);

private:
    mutable std::mutex guard_;
    bool set_ = false;
    impl::WaitList waiting_;
};

/// Hands out `permits` permits.
class Semaphore {
public:
    explicit Semaphore(std::uint32_t permits) : permits_(permits) {}
    ~Semaphore();
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;

    void acquire();
    [[nodiscard]] bool try_acquire();
    [[nodiscard]] bool try_acquire_for(Duration timeout);
    void release();

private:
    std::mutex guard_;
    std::uint32_t permits_;
    impl::WaitList waiting_;
};

}  // namespace tatum::net
