#include <tatum/net/impl/offload_pool.h>

#include <tatum/base/locals.h>
#include <tatum/net/impl/reactor.h>

#include <csignal>
#include <system_error>

namespace tatum::net::impl {

namespace {

/// Signals go to the threads that expect them.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_;
};

void run(OffloadJob& job) noexcept {
    Locals* const before = std::exchange(current_locals_ptr, static_cast<Locals*>(job.locals));
    try {
        job.run(job);
    } catch (...) {
        job.fault = std::current_exception();
    }
    current_locals_ptr = before;
}

}  // namespace

OffloadPool::OffloadPool(unsigned threads_max) : threads_max_(threads_max) {}

OffloadPool::~OffloadPool() {
    {
        const std::lock_guard lock(guard_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void OffloadPool::add(OffloadJob& job) {
    const std::lock_guard lock(guard_);
    if (waiting_ >= idle_ && threads_.size() < threads_max_) start_thread();
    (last_ ? last_->next : first_) = &job;
    last_ = &job;
    ++waiting_;
    changed_.notify_one();
}

/// Where the system has no thread to give, those that there are do the work, if any.
void OffloadPool::start_thread() {
    const SignalsBlocked blocked;
    try {
        threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
        if (threads_.empty()) throw;
    }
}

void OffloadPool::work() {
    std::unique_lock lock(guard_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [this] { return first_ || stopping_; });
        --idle_;
        if (!first_) return;
        OffloadJob& job = *first_;
        first_ = job.next;
        if (!first_) last_ = nullptr;
        --waiting_;
        lock.unlock();
        run(job);
        auto& fiber = *static_cast<FiberCore*>(job.waiter);
        fiber.home.wake(fiber);  // `job` is gone from here on
        lock.lock();
    }
}

void offload_and_wait(OffloadJob& job) {
    FiberCore& fiber = *Reactor::current_fiber();
    job.waiter = &fiber;
    job.locals = &fiber.locals;
    fiber.home.pool().add(job);
    fiber.park(TimePoint::max(), FiberCore::Interruptible::No);
}

}  // namespace tatum::net::impl
