#include <tatum/net/fiber.h>

#include <tatum/base/locals.h>
#include <tatum/net/impl/fiber_core.h>
#include <tatum/net/impl/reactor.h>
#include <tatum/net/offload.h>
#include <tatum/net/round.h>
#include <tatum/net/sync.h>

#include <alloca.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace tatum::net {
namespace {

using std::chrono::milliseconds;
using namespace std::string_literals;

TEST(Fiber, RunsOnAFiberAndPassesOnWhatItThrows) {
    EXPECT_FALSE(on_fiber());
    bool inside = false;
    run([&] { inside = on_fiber(); });
    EXPECT_TRUE(inside);
    EXPECT_FALSE(on_fiber());
    EXPECT_THROW(run([] { throw std::runtime_error("x"); }), std::runtime_error);
}

TEST(Fiber, TakesTurnsInOrder) {
    std::string order;
    run([&] {
        for (const char name : {'a', 'b', 'c'}) {
            spawn([&, name] {
                for (int i = 0; i < 3; ++i) {
                    order += name;
                    yield();
                }
            });
        }
    });
    EXPECT_EQ(order, "abcabcabc");
}

TEST(Fiber, JoinWaitsAndRethrowsOnce) {
    run([] {
        Fiber fiber = spawn([] {
            sleep_for(milliseconds(2));
            throw std::runtime_error("from below");
        });
        EXPECT_FALSE(fiber.done());
        EXPECT_THROW(fiber.join(), std::runtime_error);
        EXPECT_TRUE(fiber.done());
        EXPECT_NO_THROW(fiber.join());
    });
}

TEST(Fiber, SleepsSideBySide) {
    const TimePoint start = Clock::now();
    run([] {
        for (int i = 0; i < 100; ++i) spawn([] { sleep_for(milliseconds(20)); });
    });
    EXPECT_GE(Clock::now() - start, milliseconds(20));
    EXPECT_LT(Clock::now() - start, milliseconds(1000));
}

TEST(Fiber, HasLocalsOfItsOwnThatItInherits) {
    int outer = 1;
    int inner = 2;
    const LocalScope scope(Slot::Site, &outer);
    run([&] {
        EXPECT_EQ(local(Slot::Site), &outer);
        Fiber other = spawn([&] {
            EXPECT_EQ(local(Slot::Site), &outer);
            yield();
            EXPECT_EQ(local(Slot::Site), &outer);
        });
        const LocalScope changed(Slot::Site, &inner);
        yield();
        EXPECT_EQ(local(Slot::Site), &inner);
        EXPECT_EQ(offload([] { return local(Slot::Site); }), &inner);
        other.join();
    });
    EXPECT_EQ(local(Slot::Site), &outer);
}

TEST(Fiber, KeepsTheExceptionThatItHandlesWhileOthersHandleTheirs) {
    std::string seen;
    run([&] {
        for (const char* name : {"one", "two", "three"}) {
            spawn([&, name] {
                try {
                    throw std::runtime_error(name);
                } catch (const std::exception&) {
                    yield();
                    try {
                        throw;  // rethrows the current one: each fiber's own
                    } catch (const std::exception& again) {
                        seen += again.what();
                    }
                }
            });
        }
    });
    EXPECT_EQ(seen, "onetwothree");
}

TEST(Fiber, ManyWithDeepStacksReuseStacks) {
    int sum = 0;
    run([&] {
        for (int round = 0; round < 3; ++round) {
            std::vector<Fiber> fibers;
            for (int i = 0; i < 300; ++i) {
                fibers.push_back(spawn([&] {
                    volatile char page[64 * 1024];
                    page[0] = 1;
                    yield();
                    sum += page[0];
                }));
            }
            for (Fiber& fiber : fibers) fiber.join();
        }
    });
    EXPECT_EQ(sum, 900);
}

TEST(Fiber, CancelEndsAWaitAndIsHeardOnce) {
    run([] {
        std::string reason;
        bool slept_again = false;
        Fiber fiber = spawn([&] {
            try {
                sleep_for(std::chrono::hours(1));
            } catch (const Cancelled& cancelled) {
                reason = cancelled.what();
            }
            sleep_for(milliseconds(1));
            slept_again = true;
        });
        yield();
        fiber.cancel("enough");
        fiber.join();
        EXPECT_EQ(reason, "enough");
        EXPECT_TRUE(slept_again);
    });
}

TEST(Fiber, CancelBeforeAWaitEndsIt) {
    run([] {
        Fiber fiber = spawn([] { sleep_for(std::chrono::hours(1)); });
        fiber.cancel("early");
        EXPECT_THROW(fiber.join(), Cancelled);
        fiber.cancel("too late");
    });
}

TEST(Fiber, CancelComesFromAnyThread) {
    run([] {
        Fiber fiber = spawn([] { sleep_for(std::chrono::hours(1)); });
        std::thread other([fiber]() mutable { fiber.cancel("from afar"); });
        EXPECT_THROW(fiber.join(), Cancelled);
        other.join();
    });
}

TEST(Fiber, NoCancelScopeHoldsCancellationAndDeadlineBack) {
    run([] {
        bool cleaned = false;
        Fiber fiber = spawn([&] {
            const DeadlineScope deadline(milliseconds(1));
            {
                const NoCancelScope shield;
                sleep_for(milliseconds(10));
                check_cancelled();
                cleaned = true;
            }
            check_cancelled();
        });
        yield();
        fiber.cancel();
        EXPECT_THROW(fiber.join(), Cancelled);
        EXPECT_TRUE(cleaned);
    });
}

TEST(Fiber, DeadlineScopeEndsEveryKindOfWait) {
    run([] {
        Mutex mutex;
        Event event;
        Semaphore semaphore(0);
        const std::lock_guard held(mutex);
        const auto times_out = [](auto wait) {
            const DeadlineScope deadline(milliseconds(2));
            EXPECT_THROW(wait(), TimedOut);
        };
        times_out([] { sleep_for(std::chrono::hours(1)); });
        times_out([&] { event.wait(); });
        times_out([&] { mutex.lock(); });
        times_out([&] { semaphore.acquire(); });
        times_out([&] { static_cast<void>(event.wait_for(std::chrono::hours(1))); });
        times_out([&] { spawn([] { sleep_for(milliseconds(10)); }).join(); });
        const DeadlineScope late(std::chrono::hours(1));
        EXPECT_FALSE(event.wait_for(milliseconds(1)));
    });
}

TEST(Fiber, OfNestedDeadlinesTheEarliestCounts) {
    run([] {
        const DeadlineScope outer(milliseconds(2));
        const DeadlineScope inner(std::chrono::hours(1));
        EXPECT_THROW(sleep_for(milliseconds(500)), TimedOut);
    });
}

TEST(Fiber, OffAFiberTheSameCallsBlock) {
    sleep_for(milliseconds(1));
    yield();
    check_cancelled();
    EXPECT_FALSE(this_fiber().joinable());
    std::atomic<bool> ran = false;
    Fiber thread = spawn([&] { ran = true; });
    thread.join();
    EXPECT_TRUE(ran);
    EXPECT_THROW(spawn([] { throw std::runtime_error("x"); }).join(), std::runtime_error);
    EXPECT_EQ(offload([] { return 42; }), 42);
}

TEST(Fiber, RunInsideAFiberJustCalls) {
    run([] {
        bool called = false;
        run([&] { called = on_fiber(); });
        EXPECT_TRUE(called);
    });
}

TEST(Offload, ReturnsValuesAndExceptions) {
    run([] {
        const auto reactor_thread = std::this_thread::get_id();
        EXPECT_NE(offload([] { return std::this_thread::get_id(); }), reactor_thread);
        EXPECT_EQ(std::this_thread::get_id(), reactor_thread);
        EXPECT_EQ(offload([] { return "text"s; }), "text");
        EXPECT_EQ(*offload([] { return std::make_unique<int>(7); }), 7);
        EXPECT_THROW(offload([] { throw std::out_of_range("x"); }), std::out_of_range);
        EXPECT_FALSE(offload([] { return on_fiber(); }));
    });
}

TEST(Offload, LeavesTheThreadToOtherFibers) {
    run([] {
        Event started;
        std::atomic<bool> finish = false;
        Fiber heavy = spawn([&] {
            offload([&] {
                while (!finish) std::this_thread::yield();
            });
        });
        yield();
        finish = true;  // reached only because the thread was not blocked
        heavy.join();
    });
}

TEST(Offload, QueuesMoreWorkThanItHasThreads) {
    std::atomic<int> sum = 0;
    run([&] {
        for (int i = 1; i <= 100; ++i) spawn([&, i] { offload([&, i] { sum += i; }); });
    });
    EXPECT_EQ(sum, 5050);
}

/// While it lives the system has no room for another thread.
class NoMoreThreads {
public:
    NoMoreThreads() {
        pthread_getattr_default_np(&before_);
        pthread_attr_t huge = before_;
        pthread_attr_setstacksize(&huge, std::size_t{1} << 50);
        pthread_setattr_default_np(&huge);
    }
    ~NoMoreThreads() { pthread_setattr_default_np(&before_); }
    NoMoreThreads(const NoMoreThreads&) = delete;
    NoMoreThreads& operator=(const NoMoreThreads&) = delete;

private:
    pthread_attr_t before_{};
};

TEST(Offload, GoesOnWithTheThreadsThatThereAre) {
    std::atomic<int> sum = 0;
    run([&] {
        {
            const NoMoreThreads none;
            EXPECT_THROW(offload([&] { ++sum; }), std::system_error);
        }
        offload([&] { ++sum; });
        const NoMoreThreads no_second;
        std::vector<Fiber> fibers;
        for (int i = 0; i < 8; ++i) fibers.push_back(spawn([&] { offload([&] { ++sum; }); }));
        for (Fiber& fiber : fibers) fiber.join();
    });
    EXPECT_EQ(sum, 9);
}

TEST(Offload, IsNotInterruptedByCancelButHeardAfterwards) {
    run([] {
        Event started;
        std::atomic<bool> finish = false;
        bool worked = false;
        Fiber fiber = spawn([&] {
            offload([&] {
                while (!finish) std::this_thread::yield();
            });
            worked = true;
            check_cancelled();
        });
        yield();
        fiber.cancel();
        finish = true;
        EXPECT_THROW(fiber.join(), Cancelled);
        EXPECT_TRUE(worked);
    });
}

TEST(Task, MovesAndDestroysSmallAndLargeCallables) {
    const auto counter = std::make_shared<int>(0);
    std::array<char, 200> ballast{};
    Task small = [counter] { ++*counter; };
    Task large = [counter, ballast] { *counter += 1 + ballast[0]; };
    Task moved = std::move(small);
    large();
    moved();
    EXPECT_FALSE(small);  // NOLINT: moved-from tasks are empty
    EXPECT_EQ(*counter, 2);
    moved = std::move(large);
    moved();
    EXPECT_EQ(*counter, 3);
    EXPECT_EQ(counter.use_count(), 2);
    moved.reset();
    EXPECT_EQ(counter.use_count(), 1);
}

constexpr std::size_t kMuchStackBytes = 64 * 1024;

/// An address in the middle of a part of the stack that is not in use any more.
[[gnu::noinline]] std::uintptr_t use_much_stack() {
    void* const block = ::alloca(kMuchStackBytes);
    std::memset(block, 1, kMuchStackBytes);
    return reinterpret_cast<std::uintptr_t>(block) + kMuchStackBytes / 2;
}

bool is_resident(std::uintptr_t address) {
    constexpr std::uintptr_t kPageBytes = 4096;
    unsigned char resident = 0;
    const std::uintptr_t page = address / kPageBytes * kPageBytes;
    EXPECT_EQ(::mincore(reinterpret_cast<void*>(page), kPageBytes, &resident), 0);
    return (resident & 1) != 0;
}

TEST(Round, EndsBeforeTheFibersThatItMadeReady) {
    EXPECT_FALSE(at_end_of_round([] { FAIL(); }));
    std::string order;
    run([&] {
        EXPECT_TRUE(at_end_of_round([&] {
            EXPECT_FALSE(on_fiber());
            order += "end ";
        }));
        const Fiber other = spawn([&] { order += "ready "; });
        order += "first ";
        sleep_for(milliseconds(1));
        order += "next";
    });
    EXPECT_EQ(order, "first end ready next");
}

TEST(Fiber, CanHaveTheStackReleasedThatItDoesNotUseWhileItWaits) {
    run([] {
        Event go;
        const impl::FiberCore* core = nullptr;
        std::uintptr_t deep = 0;
        std::string kept = "what is in use stays";
        Fiber fiber = spawn([&] {
            const std::string own = kept + ", on this stack too";
            core = impl::Reactor::current_fiber();
            deep = use_much_stack();
            core->release_parked_stack();  // it is not waiting
            EXPECT_TRUE(is_resident(deep));
            go.wait();
            kept = own;
        });
        while (deep == 0) yield();
        EXPECT_TRUE(is_resident(deep));
        core->release_parked_stack();
        EXPECT_FALSE(is_resident(deep));
        go.set();
        fiber.join();
        EXPECT_EQ(kept, "what is in use stays, on this stack too");
    });
}

TEST(Fiber, NoticesWhatItsParkHookBringsAbout) {
    struct Setter final : impl::ParkHook {
        void before_park() noexcept override {
            if (event) std::exchange(event, nullptr)->set();
        }
        Event* event = nullptr;
    };
    run([] {
        Event sent;
        Setter setter;
        impl::FiberCore& core = *impl::Reactor::current_fiber();
        impl::ParkHook* const before = std::exchange(core.park_hook, &setter);
        setter.event = &sent;
        EXPECT_TRUE(sent.wait_for(std::chrono::seconds(5)));
        core.park_hook = before;
    });
}

}  // namespace
}  // namespace tatum::net
