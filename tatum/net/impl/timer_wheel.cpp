#include <tatum/net/impl/timer_wheel.h>

#include <algorithm>
#include <bit>

namespace tatum::net::impl {

namespace {

void link_last(Timer& list, Timer& timer) {
    timer.previous = list.previous;
    timer.next = &list;
    list.previous->next = &timer;
    list.previous = &timer;
}

}  // namespace

TimerWheel::TimerWheel() = default;

TimerWheel::~TimerWheel() {
    for (Level& level : levels_) {
        for (Slot& slot : level.slots) {
            while (!slot.empty()) slot.next->disarm();
        }
    }
}

void TimerWheel::arm(Timer& timer, std::uint64_t tick) {
    timer.disarm();
    timer.tick = std::max(tick, now_ + 1);
    const int highest_bit = 63 - std::countl_zero(now_ ^ timer.tick);
    const int level = std::min(highest_bit / kDigitBits, kLevels - 1);
    const auto slot = static_cast<std::size_t>((timer.tick >> (level * kDigitBits)) & (kSlots - 1));
    Level& place = levels_[static_cast<std::size_t>(level)];
    link_last(place.slots[slot], timer);
    place.occupied |= std::uint64_t{1} << slot;
}

std::optional<TimerWheel::Due> TimerWheel::next_due() const {
    for (int level = 0; level < kLevels; ++level) {
        const std::uint64_t occupied = levels_[static_cast<std::size_t>(level)].occupied;
        if (occupied == 0) continue;
        const int shift = level * kDigitBits;
        const int present = static_cast<int>((now_ >> shift) & (kSlots - 1));
        const int ahead = std::countr_zero(std::rotr(occupied, present));
        const std::uint64_t start = ((now_ >> shift) + static_cast<std::uint64_t>(ahead)) << shift;
        return Due{level, (present + ahead) & (kSlots - 1), std::max(start, now_)};
    }
    return std::nullopt;
}

std::optional<std::uint64_t> TimerWheel::next() const {
    const auto due = next_due();
    if (!due) return std::nullopt;
    return due->tick;
}

void TimerWheel::advance(std::uint64_t tick) {
    for (auto due = next_due(); due && due->tick <= tick; due = next_due()) {
        now_ = due->tick;
        run_slot(*due);
    }
    now_ = std::max(now_, tick);
}

void TimerWheel::run_slot(const Due& due) {
    Level& level = levels_[static_cast<std::size_t>(due.level)];
    Slot& slot = level.slots[static_cast<std::size_t>(due.slot)];
    level.occupied &= ~(std::uint64_t{1} << due.slot);

    // What is due now moves to a list of its own, so that timers armed meanwhile wait their turn.
    Slot batch;
    while (!slot.empty()) {
        Timer& timer = *slot.next;
        timer.disarm();
        link_last(batch, timer);
    }
    while (!batch.empty()) {
        Timer& timer = *batch.next;
        timer.disarm();
        if (timer.tick > now_) {
            arm(timer, timer.tick);
        } else {
            timer.fire(timer);
        }
    }
}

}  // namespace tatum::net::impl
