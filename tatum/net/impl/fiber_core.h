#pragma once

#include <tatum/base/locals.h>
#include <tatum/net/fiber.h>
#include <tatum/net/impl/sanitizer.h>
#include <tatum/net/impl/stack.h>
#include <tatum/net/impl/timer_wheel.h>
#include <tatum/net/sync.h>
#include <tatum/net/task.h>

#include <exception>
#include <memory>
#include <mutex>
#include <string>

namespace tatum::net::impl {

class Reactor;
class FiberState;

/// How a wait ended.
enum class Wake { Notified, TimedOut, Cancelled };

/// The exceptions that a thread is handling at the moment; the C++ runtime keeps them per thread,
/// while they belong to a stack. As the Itanium C++ ABI §2.2.2 lays them out.
struct ExceptionGlobals {
    void* caught = nullptr;
    unsigned int uncaught = 0;
};

/// Told right before its fiber suspends; it must not suspend itself.
class ParkHook {
public:
    virtual void before_park() noexcept = 0;

protected:
    ~ParkHook() = default;
};

/// A stack and what runs on it: tasks, one after another. Belongs to one Reactor and its thread,
/// which alone may touch it; only Reactor::wake() may be called from elsewhere.
class FiberCore {
public:
    explicit FiberCore(Reactor& home);
    ~FiberCore();
    FiberCore(const FiberCore&) = delete;
    FiberCore& operator=(const FiberCore&) = delete;

    /// Suspends the calling fiber until a wake comes or `until` has passed; a wake that came before
    /// counts. A cancellation that is already known ends an interruptible wait at once.
    enum class Interruptible { No, Yes };
    Wake park(TimePoint until, Interruptible interruptible);

    void cancel(std::string_view reason);
    void forget_cancellation() { cancel_pending_ = false; }
    /// Throws Cancelled or TimedOut and forgets the cancellation.
    [[noreturn]] void raise(Wake wake);
    /// Gives the memory back that its stack has used below this point; for fibers that are about to
    /// wait for long. On this fiber. A system call.
    void release_unused_stack() const;
    /// The same for a fiber that is waiting, from its thread. Nothing happens to one that is not.
    void release_parked_stack() const;
    bool cancel_pending() const { return cancel_pending_ && shields == 0; }

    Reactor& home;
    Locals locals{};
    Task task;
    std::shared_ptr<FiberState> state;  ///< only when somebody holds a handle
    TimePoint deadline = TimePoint::max();
    ParkHook* park_hook = nullptr;
    int shields = 0;  ///< NoCancelScopes around the present point

    FiberCore* next = nullptr;         ///< in the ready queue, or in the pool
    FiberCore* next_remote = nullptr;  ///< in the list of wakes from other threads

private:
    friend class Reactor;

    struct TimerOf : Timer {
        explicit TimerOf(FiberCore& fiber) : Timer(&TimerOf::on_fire), core(fiber) {}
        static void on_fire(Timer& timer);
        FiberCore& core;
    };

    void interrupt(Wake wake);
    void run_tasks();
    void run_task();
    Stack stack_;
    void* context_ = nullptr;
    sanitizer::StackShadow shadow_;
    ExceptionGlobals exceptions_;
    TimerOf timer_{*this};
    std::string cancel_reason_;
    Wake wake_ = Wake::Notified;
    bool token_ = false;   // a wake came that no park() has taken yet
    bool parked_ = false;  // suspended in park(), and not yet in the ready queue
    bool interruptible_ = false;
    bool cancel_pending_ = false;
    bool idle_ = true;     // has no task
    bool ending_ = false;  // leaves its stack for good when next resumed
};

/// What a handle shares with its fiber, or with the thread that stands in for one.
class FiberState {
public:
    FiberState() = default;
    ~FiberState();
    FiberState(const FiberState&) = delete;
    FiberState& operator=(const FiberState&) = delete;

    /// `fault` may be null. On the fiber's thread, as its last act.
    void complete(std::exception_ptr fault);
    bool done() const { return done_.is_set(); }
    void join();
    static void cancel(const std::shared_ptr<FiberState>& self, std::string_view reason);

    FiberCore* core = nullptr;  ///< touched on the fiber's thread only; null once it has ended

private:
    friend class Reactor;

    std::mutex guard_;
    Reactor* home_ = nullptr;  // null for a thread, and once the fiber has ended
    std::exception_ptr fault_;
    Event done_;
};

/// A line in the log for an exception that has nowhere else to go.
void report_fault(const std::exception_ptr& fault, std::string_view what_failed) noexcept;

}  // namespace tatum::net::impl
