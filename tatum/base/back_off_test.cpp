#include <tatum/base/back_off.h>

#include <tatum/base/crypto.h>
#include <tatum/base/locals.h>

#include <gtest/gtest.h>

namespace tatum {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(BackOff, DoublesUpToTheLongest) {
    const auto after = [](unsigned failures) {
        return back_off(failures, milliseconds(100), seconds(1));
    };
    EXPECT_EQ(after(0), milliseconds(0));
    EXPECT_EQ(after(1), milliseconds(100));
    EXPECT_EQ(after(2), milliseconds(200));
    EXPECT_EQ(after(4), milliseconds(800));
    EXPECT_EQ(after(5), seconds(1));
    EXPECT_EQ(after(4'000'000'000u), seconds(1));
}

TEST(BackOff, StaysWithinItsType) {
    EXPECT_EQ(back_off(1000, milliseconds(1), nanoseconds::max()), nanoseconds::max());
    EXPECT_EQ(back_off(1, hours(2), hours(1)), hours(1));
    EXPECT_EQ(back_off(50, nanoseconds(0), hours(1)), nanoseconds(0));
}

TEST(BackOff, IsCutToAHalfUpToTheWhole) {
    struct Same final : crypto::Random {
        void fill(std::span<unsigned char> into) override {
            for (unsigned char& byte : into) byte = value;
        }
        unsigned char value = 0;
    } same;
    const LocalScope scope(Slot::Random, static_cast<crypto::Random*>(&same));
    EXPECT_EQ(with_jitter(nanoseconds(5100)), nanoseconds(2550));
    same.value = 255;
    EXPECT_EQ(with_jitter(nanoseconds(5100)), nanoseconds(5100));
    same.value = 51;
    EXPECT_EQ(with_jitter(nanoseconds(5100)), nanoseconds(3060));
    EXPECT_EQ(with_jitter(nanoseconds(0)), nanoseconds(0));
    EXPECT_LE(with_jitter(nanoseconds::max()), nanoseconds::max());
}

}  // namespace
}  // namespace tatum
