#include <tatum/base/datetime.h>
#include <tatum/base/locals.h>
#include <tatum/base/result.h>

#include <gtest/gtest.h>

namespace tatum {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Error{.code = "test.E001", .message = "odd"};
    return number / 2;
}

Result<int> quarter(int number) {
    TATUM_TRY(const int once, half(number));
    TATUM_TRY(const int twice, half(once));
    return twice;
}

class FixedClock final : public Clock {
public:
    std::int64_t now() const override { return 42; }
};

TEST(Error, PrintsWhereItIsAndWhatToDo) {
    EXPECT_EQ((Error{.code = "a.E001", .message = "broken"}.str()), "broken (a.E001)");
    const Error error{.code = "a.E002",
                      .message = "broken",
                      .hint = "mend it",
                      .where = {.file = "x.toml", .line = 3, .column = 7}};
    EXPECT_EQ(error.str(), "x.toml:3:7: broken (a.E002)\nmend it");
}

TEST(Result, GivesTheValueOrTheFirstError) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().code, "test.E001");
    EXPECT_EQ(quarter(6).value_or(-1), -1);
    try {
        quarter(5).value();
        FAIL() << "value() of an error returned";
    } catch (const Exception& exception) {
        ASSERT_TRUE(exception.error());
        EXPECT_EQ(exception.error()->code, "test.E001");
        EXPECT_STREQ(exception.what(), "odd (test.E001)");
    }
}

TEST(LocalScope, SetsASlotUntilTheBlockEnds) {
    const FixedClock clock;
    {
        const LocalScope scope(Slot::Clock, &clock);
        EXPECT_EQ(current_clock().now(), 42);
    }
    EXPECT_EQ(&current_clock(), &Clock::system());
    EXPECT_EQ(&current_time_zone(), &Zone::utc());
}

TEST(LocalScope, FollowsTheSetThatIsCurrent) {
    Locals fiber{};
    const FixedClock clock;
    {
        const LocalScope scope(Slot::Clock, &clock);
        current_locals_ptr = &fiber;
        EXPECT_EQ(local(Slot::Clock), nullptr);
        current_locals_ptr = nullptr;
        EXPECT_EQ(local(Slot::Clock), &clock);
    }
    EXPECT_EQ(local(Slot::Clock), nullptr);
}

}  // namespace
}  // namespace tatum
