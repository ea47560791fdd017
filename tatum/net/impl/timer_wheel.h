#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace tatum::net::impl {

/// Something that happens once at a tick. Embedded in its owner, which disarms it before it dies.
struct Timer {
    using Fire = void (*)(Timer&);

    explicit Timer(Fire function) : fire(function) {}
    ~Timer() { disarm(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    bool armed() const { return next != nullptr; }
    void disarm() {
        if (!next) return;
        next->previous = previous;
        previous->next = next;
        next = previous = nullptr;
    }

    Timer* next = nullptr;
    Timer* previous = nullptr;
    std::uint64_t tick = 0;
    Fire fire;
};

/// A hierarchical timer wheel: arming and disarming cost O(1) whatever the number of timers. Level
/// n has 64 slots of 64^n ticks each. A timer sits at the level of the highest digit (base 64) in
/// which its tick differs from the present, and moves down as time passes. Not thread-safe.
class TimerWheel {
public:
    TimerWheel();
    ~TimerWheel();
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    /// Fires once advance() reaches `tick`; a tick that has passed counts as the next one. An armed
    /// timer moves.
    void arm(Timer& timer, std::uint64_t tick);
    /// Fires what is due up to `tick`, in order of ticks. Timers may be armed and disarmed
    /// meanwhile.
    void advance(std::uint64_t tick);
    /// No timer is due before it; nullopt when none is armed. It may be early: then advance() to it
    /// fires nothing.
    std::optional<std::uint64_t> next() const;
    std::uint64_t now() const { return now_; }

private:
    static constexpr int kDigitBits = 6;
    static constexpr int kSlots = 1 << kDigitBits;
    static constexpr int kLevels = 7;  // 2^42 ms: 139 years

    struct Slot : Timer {
        Slot() : Timer(nullptr) { next = previous = this; }
        ~Slot() { next = previous = nullptr; }
        bool empty() const { return next == this; }
    };
    struct Level {
        std::uint64_t occupied = 0;  // may have bits of slots that have become empty
        std::array<Slot, kSlots> slots;
    };
    struct Due {
        int level;
        int slot;
        std::uint64_t tick;
    };

    std::optional<Due> next_due() const;
    void run_slot(const Due& due);

    std::uint64_t now_ = 0;
    std::array<Level, kLevels> levels_;
};

}  // namespace tatum::net::impl
