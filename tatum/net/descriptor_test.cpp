#include <tatum/net/descriptor.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <system_error>

namespace tatum::net {
namespace {

using std::chrono::milliseconds;

class Descriptor : public testing::Test {
protected:
    Descriptor() {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
    }
    ~Descriptor() override {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    void give() { EXPECT_EQ(::send(ends_[1], "x", 1, 0), 1); }
    void take() {
        char byte = 0;
        EXPECT_EQ(::recv(ends_[0], &byte, 1, 0), 1);
    }

    std::array<int, 2> ends_{};
};

TEST_F(Descriptor, WaitsOnAFiberWhileOthersRun) {
    run([&] {
        Fiber giver = spawn([&] {
            sleep_for(milliseconds(2));
            give();
        });
        EXPECT_TRUE(wait_for(ends_[0], Readiness::Readable));
        take();
        EXPECT_TRUE(wait_for(ends_[0], Readiness::Writable));
        EXPECT_TRUE(wait_for(ends_[0], Readiness::Either));
        giver.join();
    });
}

TEST_F(Descriptor, WaitsOffAFiberToo) {
    give();
    EXPECT_TRUE(wait_for(ends_[0], Readiness::Readable));
    take();
    EXPECT_FALSE(wait_for(ends_[0], Readiness::Readable, milliseconds(2)));
}

TEST_F(Descriptor, GivesUpInTimeAndAtDeadlines) {
    run([&] {
        EXPECT_FALSE(wait_for(ends_[0], Readiness::Readable, milliseconds(2)));
        {
            const DeadlineScope deadline(milliseconds(2));
            EXPECT_THROW(static_cast<void>(wait_for(ends_[0], Readiness::Readable)), TimedOut);
        }
        Fiber fiber = spawn([&] { static_cast<void>(wait_for(ends_[0], Readiness::Readable)); });
        yield();
        fiber.cancel();
        EXPECT_THROW(fiber.join(), Cancelled);
        give();
        EXPECT_TRUE(wait_for(ends_[0], Readiness::Readable)) << "nothing is left of the others";
    });
}

TEST_F(Descriptor, EndsWhenTheOtherSideHangsUp) {
    run([&] {
        Fiber closer = spawn([&] { ::shutdown(ends_[1], SHUT_RDWR); });
        EXPECT_TRUE(wait_for(ends_[0], Readiness::Readable));
        closer.join();
    });
}

TEST_F(Descriptor, RefusesWhatCannotBeWaitedFor) {
    const auto wait = [](int file) { static_cast<void>(wait_for(file, Readiness::Readable)); };
    EXPECT_THROW(wait(9999), std::system_error);
    run([&] {
        EXPECT_THROW(wait(9999), std::system_error);
        std::FILE* const file = std::tmpfile();
        EXPECT_TRUE(wait_for(fileno(file), Readiness::Readable));
        std::fclose(file);
    });
}

}  // namespace
}  // namespace tatum::net
