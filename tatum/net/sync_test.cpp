#include <tatum/net/sync.h>

#include <tatum/net/offload.h>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tatum::net {
namespace {

using std::chrono::milliseconds;

TEST(Mutex, ExcludesFibersThatSuspendWhileTheyHoldIt) {
    int inside = 0;
    run([&] {
        Mutex mutex;
        std::vector<Fiber> fibers;
        for (int i = 0; i < 20; ++i) {
            fibers.push_back(spawn([&] {
                const std::lock_guard lock(mutex);
                EXPECT_EQ(++inside, 1);
                yield();
                EXPECT_EQ(--inside, 0);
            }));
        }
        for (Fiber& fiber : fibers) fiber.join();
    });
}

TEST(Mutex, ServesInTheOrderOfArrival) {
    std::string order;
    run([&] {
        Mutex mutex;
        std::vector<Fiber> fibers;
        mutex.lock();
        for (const char name : {'a', 'b', 'c'}) {
            fibers.push_back(spawn([&, name] {
                const std::lock_guard lock(mutex);
                order += name;
            }));
        }
        yield();
        mutex.unlock();
        EXPECT_FALSE(mutex.try_lock());  // it belongs to the next in line already
        for (Fiber& fiber : fibers) fiber.join();
        EXPECT_TRUE(mutex.try_lock());
        mutex.unlock();
    });
    EXPECT_EQ(order, "abc");
}

TEST(Event, IsWaitedForWithoutEnd) {
    const auto wait = [] {
        Event event;
        Fiber setter = spawn([&] {
            sleep_for(milliseconds(5));
            event.set();
        });
        EXPECT_TRUE(event.wait_for(Duration::max()));
        setter.join();
    };
    run(wait);
    wait();  // a thread
    run([] {
        Fiber sleeper = spawn([] { sleep_for(Duration::max()); });
        sleep_for(milliseconds(5));
        EXPECT_FALSE(sleeper.done());
        sleeper.cancel();
        EXPECT_THROW(sleeper.join(), Cancelled);
    });
}

TEST(Mutex, TryLockForGivesUpInTime) {
    run([] {
        Mutex mutex;
        mutex.lock();
        EXPECT_FALSE(mutex.try_lock_for(milliseconds(2)));
        Fiber other = spawn([&] { mutex.unlock(); });
        EXPECT_TRUE(mutex.try_lock_for(milliseconds(1000)));
        mutex.unlock();
    });
}

TEST(Mutex, ACancelledWaiterLeavesTheLine) {
    run([] {
        Mutex mutex;
        mutex.lock();
        Fiber waiter = spawn([&] { mutex.lock(); });
        yield();
        waiter.cancel();
        EXPECT_THROW(waiter.join(), Cancelled);
        mutex.unlock();
        EXPECT_TRUE(mutex.try_lock());
        mutex.unlock();
    });
}

TEST(Mutex, WorksBetweenThreadsFibersAndReactors) {
    Mutex mutex;
    int sum = 0;
    const auto add = [&] {
        for (int i = 0; i < 200; ++i) {
            const std::lock_guard lock(mutex);
            const int seen = sum;
            if (i % 50 == 0) yield();
            sum = seen + 1;
        }
    };
    std::vector<std::thread> threads;
    threads.emplace_back(add);
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&] {
            run([&] {
                spawn(add);
                spawn(add);
            });
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(sum, 1000);
}

TEST(ConditionVariable, PassesItemsFromProducersToConsumers) {
    Mutex mutex;
    ConditionVariable changed;
    std::vector<int> queue;
    std::atomic<int> sum = 0;
    const auto consume = [&] {
        for (int i = 0; i < 100; ++i) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return !queue.empty(); });
            sum += queue.back();
            queue.pop_back();
        }
    };
    std::thread thread(consume);
    std::thread producer([&] {
        for (int i = 1; i <= 200; ++i) {
            const std::lock_guard lock(mutex);
            queue.push_back(i);
            changed.notify_one();
        }
    });
    run(consume);
    thread.join();
    producer.join();
    EXPECT_EQ(sum, 20100);
}

TEST(ConditionVariable, HoldsTheLockAgainAfterTimeoutAndCancel) {
    run([] {
        Mutex mutex;
        ConditionVariable changed;
        Fiber fiber = spawn([&] {
            std::unique_lock lock(mutex);
            EXPECT_FALSE(changed.wait_for(lock, milliseconds(2), [] { return false; }));
            EXPECT_FALSE(mutex.try_lock());
            try {
                changed.wait(lock);
            } catch (const Cancelled&) {
                EXPECT_FALSE(mutex.try_lock());
                throw;
            }
        });
        sleep_for(milliseconds(10));
        fiber.cancel();
        EXPECT_THROW(fiber.join(), Cancelled);
        EXPECT_TRUE(mutex.try_lock());
        mutex.unlock();
    });
}

TEST(ConditionVariable, NotifyAllWakesAll) {
    int woken = 0;
    run([&] {
        Mutex mutex;
        ConditionVariable changed;
        bool open = false;
        std::vector<Fiber> fibers;
        for (int i = 0; i < 5; ++i) {
            fibers.push_back(spawn([&] {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return open; });
                ++woken;
            }));
        }
        yield();
        {
            const std::lock_guard lock(mutex);
            open = true;
        }
        changed.notify_all();
        for (Fiber& fiber : fibers) fiber.join();
    });
    EXPECT_EQ(woken, 5);
}

TEST(Event, WakesFibersFromAnotherThread) {
    for (int round = 0; round < 50; ++round) {
        Event event;
        std::thread setter([&] { event.set(); });
        run([&] { event.wait(); });
        EXPECT_TRUE(event.is_set());
        setter.join();
    }
}

TEST(Event, WakesThreadsFromAFiber) {
    Event event;
    std::thread waiter([&] { event.wait(); });
    run([&] { event.set(); });
    waiter.join();
    event.reset();
    EXPECT_FALSE(event.wait_for(milliseconds(1)));
}

TEST(Event, MayDieAsSoonAsItsWaiterIsAwake) {
    for (int round = 0; round < 200; ++round) {
        auto event = std::make_unique<Event>();
        std::thread setter([&event = *event] { event.set(); });
        event->wait();
        event.reset();
        setter.join();
    }
}

TEST(Event, ATimeoutThatRacesWithSetLosesNoWake) {
    run([] {
        for (int round = 0; round < 100; ++round) {
            Event event;
            std::thread setter([&] {
                std::this_thread::sleep_for(milliseconds(1));
                event.set();
            });
            while (!event.wait_for(milliseconds(1))) {
            }
            offload([&] { setter.join(); });
        }
    });
}

TEST(Semaphore, LetsInAsManyAsItHasPermits) {
    int inside = 0;
    int most = 0;
    run([&] {
        Semaphore semaphore(3);
        std::vector<Fiber> fibers;
        for (int i = 0; i < 12; ++i) {
            fibers.push_back(spawn([&] {
                semaphore.acquire();
                most = std::max(most, ++inside);
                yield();
                --inside;
                semaphore.release();
            }));
        }
        for (Fiber& fiber : fibers) fiber.join();
        EXPECT_TRUE(semaphore.try_acquire_for(milliseconds(0)));
        EXPECT_TRUE(semaphore.try_acquire());
        EXPECT_TRUE(semaphore.try_acquire());
        EXPECT_FALSE(semaphore.try_acquire());
        EXPECT_FALSE(semaphore.try_acquire_for(milliseconds(1)));
    });
    EXPECT_EQ(most, 3);
}

}  // namespace
}  // namespace tatum::net
