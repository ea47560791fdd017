#include <tatum/net/stack_trace.h>

#include <tatum/base/locals.h>
#include <tatum/base/log.h>
#include <tatum/net/impl/reactor.h>

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace tatum::net {

// Not static and not inlined, so that they are found under their names.
__attribute__((noinline)) void waits_in_here(std::atomic<int>& counter) {
    sleep_for(std::chrono::milliseconds(50));
    ++counter;
}

__attribute__((noinline)) void computes_in_here(std::atomic<bool>& go_on) {
    while (go_on) {
    }
}

namespace {

TEST(StackTrace, NamesTheFunctionsThatLeadHere) {
    const std::string text = StackTrace::here().str();
    EXPECT_TRUE(text.starts_with("#0 "));
    EXPECT_NE(text.find("StackTrace_NamesTheFunctionsThatLeadHere_Test::TestBody()"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("net_test+0x"), std::string::npos) << text;
}

TEST(StackTrace, ShowsWhereASuspendedFiberWaits) {
    std::atomic<int> counter{0};
    std::string seen;
    run([&] {
        FiberRef ref;
        auto fiber = spawn([&] {
            ref = FiberRef::current();
            waits_in_here(counter);
        });
        sleep_for(std::chrono::milliseconds(10));
        // Off fibers, where the reactor runs what is posted.
        std::atomic<bool> done{false};
        impl::Reactor::current()->post([&] {
            for (int i = 0; i < 3; ++i) seen = ref.stack().str();
            done = true;
        });
        while (!done) sleep_for(std::chrono::milliseconds(1));
        fiber.join();
    });
    EXPECT_EQ(counter, 1) << "it goes on as if nobody had looked";
    EXPECT_NE(seen.find("tatum::net::waits_in_here"), std::string::npos) << seen;
    EXPECT_NE(seen.find("tatum::net::sleep_"), std::string::npos) << seen;
}

TEST(StackTrace, IsEmptyForNoFiber) {
    EXPECT_EQ(FiberRef::current().stack().size, 0u);
    EXPECT_EQ(StackTrace().str(), "");
}

TEST(StallWatch, LooksAtAThreadThatDoesNotGoOn) {
    std::mutex guard;
    std::string stack, id;
    std::atomic<int> reports{0};
    std::atomic<bool> go_on{true};
    StallWatch watch(std::chrono::milliseconds(20), [&](const StallWatch::Stall& stall) {
        const std::lock_guard lock(guard);
        stack = stall.stack.str();
        id = stall.request_id;
        ++reports;
        go_on = false;
    });
    std::thread([&] {
        watch.beat();
        const logging::Context context{"some-id"};
        const LocalScope scope(Slot::LogContext, &context);
        computes_in_here(go_on);
        watch.leave();
    }).join();
    EXPECT_EQ(reports, 1);
    const std::lock_guard lock(guard);
    EXPECT_NE(stack.find("tatum::net::computes_in_here"), std::string::npos) << stack;
    EXPECT_EQ(id, "some-id");
}

TEST(StallWatch, LeavesThreadsAloneThatGoOn) {
    std::atomic<int> reports{0};
    StallWatch watch(std::chrono::milliseconds(1), [&](const StallWatch::Stall&) { ++reports; });
    std::thread([&] {
        for (int i = 0; i < 70; ++i) {
            watch.beat();
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        watch.leave();
    }).join();
    EXPECT_EQ(reports, 0);
}

}  // namespace
}  // namespace tatum::net
