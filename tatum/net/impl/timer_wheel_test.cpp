#include <tatum/net/impl/timer_wheel.h>

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

namespace tatum::net::impl {
namespace {

struct Probe : Timer {
    Probe() : Timer([](Timer& timer) { ++static_cast<Probe&>(timer).fired; }) {}
    int fired = 0;
};

TEST(TimerWheel, FiresAtItsTickAndNotBefore) {
    for (const std::uint64_t tick : {1ull, 2ull, 63ull, 64ull, 65ull, 4095ull, 4096ull, 100'000ull,
                                     16'777'216ull, 5'000'000'000ull}) {
        TimerWheel wheel;
        Probe probe;
        wheel.arm(probe, tick);
        wheel.advance(tick - 1);
        EXPECT_EQ(probe.fired, 0) << tick;
        EXPECT_TRUE(probe.armed());
        wheel.advance(tick);
        EXPECT_EQ(probe.fired, 1) << tick;
        EXPECT_FALSE(probe.armed());
        wheel.advance(tick * 2);
        EXPECT_EQ(probe.fired, 1) << tick;
    }
}

TEST(TimerWheel, TakesAPastTickAsTheNextOne) {
    TimerWheel wheel;
    wheel.advance(1000);
    Probe probe;
    wheel.arm(probe, 3);
    wheel.advance(1000);
    EXPECT_EQ(probe.fired, 0);
    wheel.advance(1001);
    EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, MovesAnArmedTimerAndForgetsADisarmedOne) {
    TimerWheel wheel;
    Probe moved;
    Probe gone;
    wheel.arm(moved, 10);
    wheel.arm(gone, 10);
    wheel.arm(moved, 500);
    gone.disarm();
    wheel.advance(499);
    EXPECT_EQ(moved.fired, 0);
    wheel.advance(500);
    EXPECT_EQ(moved.fired, 1);
    EXPECT_EQ(gone.fired, 0);
    EXPECT_EQ(wheel.next(), std::nullopt);
}

TEST(TimerWheel, LetsATimerArmAndDisarmOthersWhenItFires) {
    struct Chain : Timer {
        Chain(TimerWheel& w, Timer& v) : Timer(&Chain::on_fire), wheel(w), victim(v) {}
        static void on_fire(Timer& timer) {
            auto& self = static_cast<Chain&>(timer);
            self.victim.disarm();
            if (++self.fired < 3) self.wheel.arm(self, self.wheel.now() + 5);
        }
        TimerWheel& wheel;
        Timer& victim;
        int fired = 0;
    };
    TimerWheel wheel;
    Probe victim;
    Chain chain(wheel, victim);
    wheel.arm(chain, 7);
    wheel.arm(victim, 7);  // due in the same slot, disarmed before its turn
    wheel.advance(100);
    EXPECT_EQ(chain.fired, 3);
    EXPECT_EQ(victim.fired, 0);
}

TEST(TimerWheel, AgreesWithASortedListOverRandomTimes) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TimerWheel wheel;
    std::vector<std::unique_ptr<Probe>> probes;
    std::vector<std::uint64_t> due;
    std::uint64_t now = 0;
    for (int step = 0; step < 600; ++step) {
        const std::uint64_t ahead = 1 + (random() >> (44 + random() % 20));
        probes.push_back(std::make_unique<Probe>());
        due.push_back(now + ahead);
        wheel.arm(*probes.back(), due.back());
        if (random() % 3 == 0) {
            now += random() % 200;
            wheel.advance(now);
            for (std::size_t i = 0; i < due.size(); ++i) {
                ASSERT_EQ(probes[i]->fired, due[i] <= now ? 1 : 0)
                    << "due " << due[i] << " at " << now;
            }
        }
        const auto next = wheel.next();
        for (const std::uint64_t tick : due) {
            if (tick > now) {
                ASSERT_LE(*next, tick);
            }
        }
    }
}

TEST(TimerWheel, OutlivesItsTimersAndDiesBeforeThem) {
    Probe survivor;
    {
        TimerWheel wheel;
        {
            Probe brief;
            wheel.arm(brief, 9);
        }
        wheel.arm(survivor, 12);
        wheel.advance(10);
    }
    EXPECT_FALSE(survivor.armed());
}

}  // namespace
}  // namespace tatum::net::impl
