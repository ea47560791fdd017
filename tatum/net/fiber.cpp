#include <tatum/net/fiber.h>

#include <tatum/net/impl/fiber_core.h>
#include <tatum/net/impl/offload_pool.h>
#include <tatum/net/impl/reactor.h>
#include <tatum/net/impl/waiter.h>

#include <algorithm>
#include <thread>

namespace tatum::net {

using impl::FiberCore;
using impl::FiberState;
using impl::Reactor;
using impl::Wake;

bool on_fiber() { return Reactor::current_fiber() != nullptr; }

bool Fiber::done() const { return !state_ || state_->done(); }

void Fiber::join() {
    if (state_) state_->join();
}

void Fiber::cancel(std::string_view reason) {
    if (state_) FiberState::cancel(state_, reason);
}

Fiber spawn(Task task) {
    if (FiberCore* const self = Reactor::current_fiber()) {
        FiberCore& core = self->home.start(std::move(task), self->locals);
        return Fiber(self->home.state_of(core));
    }
    auto state = std::make_shared<FiberState>();
    std::thread([state, work = std::move(task), locals = current_locals()]() mutable {
        current_locals_ptr = &locals;
        std::exception_ptr fault;
        try {
            work();
        } catch (...) {
            fault = std::current_exception();
        }
        work.reset();
        current_locals_ptr = nullptr;
        state->complete(std::move(fault));
    }).detach();
    return Fiber(std::move(state));
}

Fiber this_fiber() {
    FiberCore* const self = Reactor::current_fiber();
    return self ? Fiber(self->home.state_of(*self)) : Fiber();
}

void yield() {
    FiberCore* const self = Reactor::current_fiber();
    if (!self) {
        std::this_thread::yield();
        return;
    }
    check_cancelled();
    if (self->park_hook) self->park_hook->before_park();
    self->home.make_ready(*self);
    self->home.switch_to_loop(*self);
}

void sleep_for(Duration duration) { sleep_until(impl::time_after(duration)); }

void sleep_until(TimePoint time) {
    FiberCore* const self = Reactor::current_fiber();
    if (!self) {
        std::this_thread::sleep_until(time);
        return;
    }
    const bool shielded = self->shields > 0;
    const TimePoint deadline = shielded ? TimePoint::max() : self->deadline;
    const Wake wake =
        self->park(std::min(time, deadline),
                   shielded ? FiberCore::Interruptible::No : FiberCore::Interruptible::Yes);
    if (wake == Wake::Cancelled || deadline < time) self->raise(wake);
}

void check_cancelled() {
    FiberCore* const self = Reactor::current_fiber();
    if (!self || self->shields > 0) return;
    if (self->cancel_pending()) self->raise(Wake::Cancelled);
    if (self->deadline <= Clock::now()) self->raise(Wake::TimedOut);
}

DeadlineScope::DeadlineScope(TimePoint deadline) : before_(TimePoint::max()) {
    if (FiberCore* const self = Reactor::current_fiber()) {
        before_ = self->deadline;
        self->deadline = std::min(self->deadline, deadline);
    }
}

DeadlineScope::~DeadlineScope() {
    if (FiberCore* const self = Reactor::current_fiber()) self->deadline = before_;
}

NoCancelScope::NoCancelScope() {
    if (FiberCore* const self = Reactor::current_fiber()) ++self->shields;
}

NoCancelScope::~NoCancelScope() {
    if (FiberCore* const self = Reactor::current_fiber()) --self->shields;
}

void run(Task main) {
    if (on_fiber()) {
        main();
        return;
    }
    std::shared_ptr<FiberState> state;
    {
        Reactor reactor(std::make_shared<impl::OffloadPool>());
        state = reactor.state_of(reactor.start(std::move(main), current_locals()));
        reactor.run([&] { return reactor.fibers() == 0; });
    }
    state->join();
}

}  // namespace tatum::net
