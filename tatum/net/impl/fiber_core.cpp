#include <tatum/net/impl/fiber_core.h>

#include <tatum/base/log.h>
#include <tatum/net/impl/reactor.h>

#include <boost/context/detail/fcontext.hpp>
#include <cxxabi.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tatum::net::impl {

namespace context = boost::context::detail;

namespace {

void swap_exceptions(ExceptionGlobals& other) {
    // __cxa_eh_globals is opaque to users of the ABI header; its layout is fixed by the ABI.
    auto* const globals = abi::__cxa_get_globals();
    ExceptionGlobals mine;
    std::memcpy(&mine, static_cast<const void*>(globals), sizeof mine);
    std::memcpy(static_cast<void*>(globals), &other, sizeof other);
    other = mine;
}

}  // namespace

// --- the stack and the switch --------------------------------------------------------------------

FiberCore::FiberCore(Reactor& reactor) : home(reactor), stack_(map_stack()) {
    shadow_.bottom = stack_.bottom;
    shadow_.bytes = stack_.bytes;
    sanitizer::create_fiber(shadow_);
    context_ = context::make_fcontext(stack_.top(), stack_.bytes, [](context::transfer_t from) {
        auto& core = *static_cast<FiberCore*>(from.data);
        core.home.loop_context_ = from.fctx;
        core.run_tasks();
    });
}

FiberCore::~FiberCore() {
    ending_ = true;
    home.resume(*this);
    sanitizer::destroy_fiber(shadow_);
    unmap_stack(stack_);
}

void FiberCore::run_tasks() {
    sanitizer::after_switch(shadow_, home.loop_shadow_);
    while (!ending_) {
        run_task();
        idle_ = true;
        home.switch_to_loop(*this);
    }
    home.switch_to_loop(*this, sanitizer::Leaving::ForGood);
}

void FiberCore::run_task() {
    std::exception_ptr fault;
    try {
        task();
    } catch (...) {
        fault = std::current_exception();
    }
    task.reset();
    if (state) {
        std::exchange(state, nullptr)->complete(std::move(fault));
    } else if (fault) {
        report_fault(fault, "a fiber");
    }
}

void Reactor::resume(FiberCore& core) {
    Locals* const locals = std::exchange(current_locals_ptr, &core.locals);
    running_ = &core;
    swap_exceptions(core.exceptions_);
    sanitizer::before_switch(loop_shadow_, core.shadow_);
    core.context_ = context::jump_fcontext(core.context_, &core).fctx;
    sanitizer::after_switch(loop_shadow_, core.shadow_);
    swap_exceptions(core.exceptions_);
    running_ = nullptr;
    current_locals_ptr = locals;
    if (core.idle_ && !core.ending_) recycle(core);
}

void Reactor::switch_to_loop(FiberCore& core, sanitizer::Leaving leaving) {
    sanitizer::before_switch(core.shadow_, loop_shadow_, leaving);
    loop_context_ = context::jump_fcontext(loop_context_, nullptr).fctx;
    sanitizer::after_switch(core.shadow_, loop_shadow_);
}

namespace {

struct Visit {
    void (*look)(void*);
    void* argument;
    sanitizer::StackShadow& loop;
    sanitizer::StackShadow& fiber;
};

}  // namespace

void Reactor::visit(FiberCore& core, void (*look)(void*), void* argument) {
    Visit visit{look, argument, loop_shadow_, core.shadow_};
    sanitizer::before_switch(loop_shadow_, core.shadow_);
    // The function runs as if what the fiber waits in had called it; when the fiber is resumed, it
    // goes on behind the jump, and from there to where it waits.
    const context::transfer_t back =
        context::ontop_fcontext(core.context_, &visit, [](context::transfer_t from) {
            auto& at = *static_cast<Visit*>(from.data);
            sanitizer::after_switch(at.fiber, at.loop);
            at.look(at.argument);
            sanitizer::before_switch(at.fiber, at.loop);
            return context::jump_fcontext(from.fctx, nullptr);
        });
    sanitizer::after_switch(loop_shadow_, core.shadow_);
    core.context_ = back.fctx;
}

// --- waiting -------------------------------------------------------------------------------------

Wake FiberCore::park(TimePoint until, Interruptible interruptible) {
    if (token_) {
        token_ = false;
        return Wake::Notified;
    }
    interruptible_ = interruptible == Interruptible::Yes;
    if (interruptible_ && cancel_pending()) return Wake::Cancelled;
    if (park_hook) {
        park_hook->before_park();
        // It may have brought about what is waited for.
        if (std::exchange(token_, false)) return Wake::Notified;
        if (interruptible_ && cancel_pending()) return Wake::Cancelled;
    }
    if (until != TimePoint::max()) home.arm(timer_, until);
    parked_ = true;
    home.switch_to_loop(*this);
    timer_.disarm();
    if (token_) {
        token_ = false;
        return Wake::Notified;
    }
    return wake_;
}

void FiberCore::release_unused_stack() const {
    const std::byte here{};
    discard_below(stack_, &here);
}

void FiberCore::release_parked_stack() const {
    if (!parked_) return;
    const auto* const lowest = static_cast<const std::byte*>(context_);
    discard_pages({stack_.bottom, static_cast<std::size_t>(lowest - stack_.bottom)});
}

void FiberCore::interrupt(Wake wake) {
    if (!parked_) return;
    parked_ = false;
    wake_ = wake;
    home.make_ready(*this);
}

void FiberCore::TimerOf::on_fire(Timer& timer) {
    static_cast<TimerOf&>(timer).core.interrupt(Wake::TimedOut);
}

void FiberCore::cancel(std::string_view reason) {
    cancel_pending_ = true;
    cancel_reason_ = reason;
    if (interruptible_ && shields == 0) interrupt(Wake::Cancelled);
}

void FiberCore::raise(Wake wake) {
    if (wake == Wake::TimedOut) throw TimedOut("the deadline of this fiber has passed");
    cancel_pending_ = false;
    throw Cancelled(std::exchange(cancel_reason_, {}));
}

// --- the pool and the ready queue ----------------------------------------------------------------

FiberCore& Reactor::take_core() {
    ++fibers_;
    if (FiberCore* const core = pool_first_) {
        pool_first_ = std::exchange(core->next, nullptr);
        --pooled_;
        return *core;
    }
    try {
        cores_.push_back(std::make_unique<FiberCore>(*this));
    } catch (...) {
        --fibers_;
        throw;
    }
    return *cores_.back();
}

FiberCore& Reactor::prepare(Task task, const Locals& locals) {
    FiberCore& core = take_core();
    core.idle_ = false;
    core.task = std::move(task);
    core.locals = locals;
    return core;
}

FiberCore& Reactor::start(Task task, const Locals& locals) {
    FiberCore& core = prepare(std::move(task), locals);
    make_ready(core);
    return core;
}

void Reactor::start_now(Task task, const Locals& locals) {
    TATUM_INVARIANT(running_ == nullptr, "a fiber does not run another one");
    resume(prepare(std::move(task), locals));
}

void Reactor::recycle(FiberCore& core) {
    --fibers_;
    core.deadline = TimePoint::max();
    core.shields = 0;
    core.park_hook = nullptr;
    core.token_ = core.cancel_pending_ = false;
    if (pooled_ < kFiberStacksKept) {
        core.next = std::exchange(pool_first_, &core);
        ++pooled_;
    } else {
        destroy(core);
    }
}

void Reactor::destroy(FiberCore& core) {
    const auto place = std::find_if(cores_.begin(), cores_.end(),
                                    [&](const auto& owner) { return owner.get() == &core; });
    std::swap(*place, cores_.back());
    cores_.pop_back();
}

void Reactor::make_ready(FiberCore& core) {
    core.next = nullptr;
    (ready_first_ ? ready_last_->next : ready_first_) = &core;
    ready_last_ = &core;
}

void Reactor::run_ready() {
    FiberCore* core = std::exchange(ready_first_, nullptr);
    while (core) {
        FiberCore* const next = std::exchange(core->next, nullptr);
        resume(*core);
        core = next;
    }
}

void Reactor::cancel_all(std::string_view reason) {
    for (const auto& core : cores_) {
        if (!core->idle_) core->cancel(reason);
    }
}

std::shared_ptr<FiberState> Reactor::state_of(FiberCore& core) {
    if (!core.state) {
        core.state = std::make_shared<FiberState>();
        core.state->core = &core;
        core.state->home_ = this;
    }
    return core.state;
}

// --- handles -------------------------------------------------------------------------------------

FiberState::~FiberState() {
    if (fault_) report_fault(fault_, "a fiber that nobody joined");
}

void FiberState::complete(std::exception_ptr fault) {
    core = nullptr;
    {
        const std::lock_guard lock(guard_);
        home_ = nullptr;
        fault_ = std::move(fault);
    }
    done_.set();
}

void FiberState::join() {
    done_.wait();
    std::exception_ptr fault;
    {
        const std::lock_guard lock(guard_);
        fault = std::exchange(fault_, nullptr);
    }
    if (fault) std::rethrow_exception(std::move(fault));
}

void FiberState::cancel(const std::shared_ptr<FiberState>& self, std::string_view reason) {
    const std::lock_guard lock(self->guard_);
    if (!self->home_) return;
    self->home_->post([self, text = std::string(reason)] {
        if (self->core) self->core->cancel(text);
    });
}

void report_fault(const std::exception_ptr& fault, std::string_view what_failed) noexcept {
    try {
        try {
            std::rethrow_exception(fault);
        } catch (const Cancelled&) {
            // Whoever cancelled it knows.
        } catch (const std::exception& exception) {
            std::string message(what_failed);
            message.append(" failed: ").append(exception.what());
            logging::Logger("tatum.server").error(message);
        } catch (...) {
            logging::Logger("tatum.server").error(std::string(what_failed) + " failed");
        }
    } catch (...) {
        // The log cannot be written, and this was the place to say so.
    }
}

}  // namespace tatum::net::impl
