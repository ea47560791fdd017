#include <tatum/base/signals.h>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace tatum {
namespace {

TEST(Signal, CallsItsReceiversInTheirOrder) {
    Signal<const std::string&, int> signal;
    std::string heard;
    EXPECT_FALSE(signal.has_receivers());
    signal.connect([&](const std::string& name, int n) { heard += name + std::to_string(n); });
    const auto second = signal.connect([&](const std::string&, int) { heard += "!"; });
    signal.send("a", 1);
    EXPECT_EQ(heard, "a1!");
    EXPECT_TRUE(signal.disconnect(second));
    EXPECT_FALSE(signal.disconnect(second));
    EXPECT_FALSE(signal.disconnect({}));
    signal.send("b", 2);
    EXPECT_EQ(heard, "a1!b2");
}

TEST(Signal, StopsAtAnExceptionUnlessItIsSentRobustly) {
    Signal<> signal;
    int called = 0;
    signal.connect([] { throw std::runtime_error("broken receiver"); });
    signal.connect([&] { ++called; });
    EXPECT_THROW(signal.send(), std::runtime_error);
    EXPECT_EQ(called, 0);
    std::string error;
    signal.send_robust([&](const std::exception& e) { error = e.what(); });
    EXPECT_EQ(called, 1);
    EXPECT_EQ(error, "broken receiver");
}

}  // namespace
}  // namespace tatum
