#include <tatum/base/owned.h>

#include <tatum/base/shared.h>

#include <gtest/gtest.h>

#include <concepts>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tatum {
namespace {

/// Counts how many there are.
struct Counted {
    explicit Counted(int& count) : alive(count) { ++alive; }
    virtual ~Counted() { --alive; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    int& alive;
};
struct Derived final : Counted {
    using Counted::Counted;
    std::string text = "derived";
};

TEST(Owned, DestroysWhatItHoldsOnce) {
    int alive = 0;
    {
        Owned<Counted> first = owned<Derived>(alive);
        EXPECT_EQ(alive, 1);
        Owned<Counted> second = std::move(first);
        EXPECT_TRUE(first == nullptr);
        EXPECT_TRUE(second);
        second = owned<Counted>(alive);
        EXPECT_EQ(alive, 1);
        second.reset();
        EXPECT_EQ(alive, 0);
        second = owned<Counted>(alive);
    }
    EXPECT_EQ(alive, 0);
}

TEST(Owned, IsItsOwnAfterAMoveToItself) {
    Owned<std::string> text = owned<std::string>("kept");
    Owned<std::string>& same = text;
    text = std::move(same);
    EXPECT_EQ(*text, "kept");
}

TEST(Owned, LeavesItToWhoReleasesIt) {
    int alive = 0;
    Owned<Counted> holder = owned<Counted>(alive);
    Counted* const released = holder.release();
    EXPECT_TRUE(holder == nullptr);
    EXPECT_EQ(alive, 1);
    Owned<Counted>(released).reset();
    EXPECT_EQ(alive, 0);
}

// A base that cannot destroy what derives from it owns no such thing.
struct Plain {};
struct FromPlain : Plain {};
static_assert(std::convertible_to<Owned<Derived>, Owned<Counted>>);
static_assert(std::convertible_to<Owned<Derived>, Owned<const Derived>>);
static_assert(!std::convertible_to<Owned<FromPlain>, Owned<Plain>>);
static_assert(!std::convertible_to<Owned<Counted>, Owned<Derived>>);
static_assert(!std::copy_constructible<Owned<int>>);

TEST(Shared, LivesUntilTheLastHolderGoes) {
    int alive = 0;
    Shared<const Counted> last;
    {
        const Shared<Derived> first = shared<Derived>(alive);
        EXPECT_TRUE(first.is_only_holder());
        const Shared<const Counted> second = first;
        EXPECT_FALSE(first.is_only_holder());
        EXPECT_TRUE(second == Shared<const Counted>(first));
        last = second;
    }
    EXPECT_EQ(alive, 1);
    EXPECT_TRUE(last.is_only_holder());
    last = last.get() == nullptr ? nullptr : std::move(last);
    EXPECT_EQ(alive, 1);
    last.reset();
    EXPECT_EQ(alive, 0);
    EXPECT_TRUE(last == nullptr);
}

TEST(Shared, DestroysAsTheTypeItWasMadeWith) {
    int alive = 0;
    Shared<const void> anything = shared<const Derived>(alive);
    EXPECT_EQ(static_cast<const Derived*>(anything.get())->text, "derived");
    anything = nullptr;
    EXPECT_EQ(alive, 0);
    // Without a virtual destructor too.
    struct Text : Plain {
        explicit Text(std::string text_) : text(std::move(text_)) {}
        std::string text;
    };
    const Shared<Plain> plain = shared<Text>(std::string(100, 'x'));
    EXPECT_TRUE(plain);
}

TEST(Shared, IsHeldByManyThreads) {
    int alive = 0;
    Shared<Counted> object = shared<Counted>(alive);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([held = object] {
            for (int copies = 0; copies < 1000; ++copies) {
                const Shared<const Counted> copy = held;
                EXPECT_TRUE(copy);
            }
        });
    }
    object.reset();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
    EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace tatum
