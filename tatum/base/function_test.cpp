#include <tatum/base/function.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace tatum {
namespace {

int doubled(int number) { return 2 * number; }

TEST(Function, CallsFunctionsLambdasAndObjects) {
    EXPECT_EQ(Function<int(int)>(doubled)(21), 42);
    EXPECT_EQ(Function<int(int)>(&doubled)(21), 42);
    int calls = 40;
    EXPECT_EQ(Function<int(int)>([&calls](int number) { return calls += number; })(2), 42);
    EXPECT_EQ(Function<std::string(std::string)>([](std::string text) { return text; })("a"), "a");
}

TEST(Function, IsEmptyUnlessItHoldsSomething) {
    EXPECT_FALSE(Function<void()>());
    EXPECT_FALSE(Function<void()>(nullptr));
    int (*none)(int) = nullptr;
    EXPECT_FALSE(Function<int(int)>(none));
    EXPECT_TRUE(Function<int(int)>(doubled));
}

TEST(Function, DropsAResultThatNobodyWants) {
    int calls = 0;
    const Function<void()> function = [&calls] { return ++calls; };
    function();
    EXPECT_EQ(calls, 1);
}

TEST(Function, PassesReferencesAndThingsThatOnlyMove) {
    const Function<int(int&, std::unique_ptr<int>)> add = [](int& sum, std::unique_ptr<int> more) {
        return sum += *more;
    };
    int sum = 40;
    add(sum, std::make_unique<int>(2));
    EXPECT_EQ(sum, 42);
}

TEST(Function, CopiesShareTheCallableAndTheLastOneDestroysIt) {
    const auto held = std::make_shared<int>(0);
    Function<int()> first = [held]() mutable { return ++*held; };
    EXPECT_EQ(held.use_count(), 2);
    Function<int()> second = first;
    EXPECT_EQ(held.use_count(), 2);
    first();
    EXPECT_EQ(second(), 2);
    first = nullptr;
    EXPECT_EQ(held.use_count(), 2);
    second = Function<int()>();
    EXPECT_EQ(held.use_count(), 1);
}

TEST(Function, SurvivesAssignmentToItselfAndMoving) {
    Function<int(int)> function = doubled;
    const Function<int(int)>& same = function;
    function = same;
    EXPECT_EQ(function(1), 2);
    const Function<int(int)> moved = std::move(function);
    EXPECT_EQ(moved(1), 2);
}

}  // namespace
}  // namespace tatum
