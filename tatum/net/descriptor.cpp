#include <tatum/net/descriptor.h>

#include <tatum/net/impl/reactor.h>
#include <tatum/net/impl/waiter.h>

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tatum::net {

using impl::FiberCore;
using impl::Reactor;
using impl::Wake;

namespace {

/// Registered for one wait. One-shot: an event that nobody takes up at once does not come again.
class Watch final : public impl::EventSource {
public:
    Watch(FiberCore& fiber, int file, Readiness readiness) : fiber_(fiber), file_(file) {
        std::uint32_t events = EPOLLONESHOT;
        if (readiness != Readiness::Writable) events |= EPOLLIN | EPOLLRDHUP;
        if (readiness != Readiness::Readable) events |= EPOLLOUT;
        if (fiber_.home.add(file_, events, *this)) return;
        if (errno != EPERM) throw std::system_error(errno, std::system_category(), "epoll_ctl");
        ready_ = true;  // a regular file
    }
    ~Watch() { fiber_.home.remove(file_); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void on_events(std::uint32_t) override {
        if (ready_) return;
        ready_ = true;
        fiber_.home.wake(fiber_);
    }
    bool ready() const { return ready_; }

private:
    FiberCore& fiber_;
    const int file_;
    bool ready_ = false;
};

bool block(int file, Readiness readiness, TimePoint until) {
    pollfd wait{file, 0, 0};
    if (readiness != Readiness::Writable) wait.events |= POLLIN;
    if (readiness != Readiness::Readable) wait.events |= POLLOUT;
    for (;;) {
        int milliseconds = -1;
        if (until != TimePoint::max()) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
            milliseconds = static_cast<int>(std::clamp<long long>(left.count(), 0, 1 << 30));
        }
        const int count = ::poll(&wait, 1, milliseconds);
        if (count > 0 && (wait.revents & POLLNVAL) != 0) {
            throw std::system_error(EBADF, std::system_category(), "poll");
        }
        if (count >= 0) return count > 0;
        if (errno != EINTR) throw std::system_error(errno, std::system_category(), "poll");
    }
}

}  // namespace

bool wait_for(int file, Readiness readiness, Duration timeout) {
    const TimePoint until = impl::time_after(timeout);
    FiberCore* const fiber = Reactor::current_fiber();
    if (!fiber) return block(file, readiness, until);

    check_cancelled();
    Watch watch(*fiber, file, readiness);
    if (watch.ready()) return true;
    const bool shielded = fiber->shields > 0;
    const TimePoint deadline = shielded ? TimePoint::max() : fiber->deadline;
    const Wake wake =
        fiber->park(std::min(until, deadline),
                    shielded ? FiberCore::Interruptible::No : FiberCore::Interruptible::Yes);
    if (wake == Wake::Notified) return true;
    // The event and something else may have come in the same round: its wake is taken first.
    if (watch.ready()) fiber->park(TimePoint::max(), FiberCore::Interruptible::No);
    if (wake == Wake::Cancelled || deadline < until) fiber->raise(wake);
    return false;
}

}  // namespace tatum::net
