#include <tatum/net/background.h>

#include <tatum/base/locals.h>
#include <tatum/net/impl/fiber_core.h>
#include <tatum/net/impl/offload_pool.h>
#include <tatum/net/impl/reactor.h>

#include <chrono>
#include <mutex>
#include <utility>

namespace tatum::net {

namespace {

/// A fiber may swallow its cancellation, so it is cancelled again.
constexpr auto kCancelAgain = std::chrono::milliseconds(50);

struct AgainTimer : impl::Timer {
    explicit AgainTimer(impl::Reactor& owner) : Timer(&AgainTimer::on_fire), reactor(owner) {}
    static void on_fire(Timer& timer) { static_cast<AgainTimer&>(timer).cancel(); }
    void cancel() {
        reactor.cancel_all("the background thread ends");
        reactor.arm(*this, Clock::now() + kCancelAgain);
    }
    impl::Reactor& reactor;
};

}  // namespace

struct BackgroundThread::Shared {
    void run(Task main) {
        Locals locals{};
        Locals* const before = std::exchange(current_locals_ptr, &locals);
        {
            impl::Reactor own(std::make_shared<impl::OffloadPool>());
            AgainTimer again(own);
            {
                const std::lock_guard lock(guard);
                reactor = &own;
                timer = &again;
            }
            own.start(std::move(main), locals);
            if (const std::lock_guard lock(guard); ending) again.cancel();
            own.run([&] { return own.fibers() == 0; });
            const std::lock_guard lock(guard);
            reactor = nullptr;
        }
        current_locals_ptr = before;
    }

    void end() {
        const std::lock_guard lock(guard);
        ending = true;
        if (reactor) reactor->post([this] { timer->cancel(); });
    }

    std::mutex guard;
    impl::Reactor* reactor = nullptr;  // while the thread has one
    AgainTimer* timer = nullptr;
    bool ending = false;
};

BackgroundThread::BackgroundThread(Task main)
    : shared_(std::make_shared<Shared>()),
      thread_(
          [shared = shared_, work = std::move(main)]() mutable { shared->run(std::move(work)); }) {}

BackgroundThread::~BackgroundThread() {
    shared_->end();
    thread_.join();
}

}  // namespace tatum::net
