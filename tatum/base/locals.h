#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tatum {

class Clock;
class Zone;

/// What is current for the code that runs now: one slot for each kind of thing that would otherwise
/// be a global. Every fiber has its own set and inherits the slots of the fiber or thread that
/// started it; off a fiber the thread has one. A slot holds a pointer that its scope keeps alive.
enum class Slot : std::uint8_t {
    Settings,
    Clock,
    TimeZone,
    Language,
    Random,
    Databases,
    Storages,
    Urls,
    Site,
    Request,
    Queries,
    Log,
    LogContext,
    HttpTransport,
    Templates,
    Count_
};

using Locals = std::array<void*, static_cast<std::size_t>(Slot::Count_)>;

/// The calling fiber's or thread's slots. net switches it when fibers switch.
inline thread_local Locals* current_locals_ptr = nullptr;
Locals& current_locals();

inline void* local(Slot slot) { return current_locals()[static_cast<std::size_t>(slot)]; }

/// Sets a slot until the end of the block.
class LocalScope {
public:
    LocalScope(Slot slot, const void* pointer)
        : place_(&current_locals()[static_cast<std::size_t>(slot)]), before_(*place_) {
        *place_ =
            const_cast<void*>(pointer);  // the reader of a slot restores the type it was set with
    }
    ~LocalScope() { *place_ = before_; }
    LocalScope(const LocalScope&) = delete;
    LocalScope& operator=(const LocalScope&) = delete;

private:
    void** place_;
    void* before_;
};

/// The current clock and time zone: those set by the nearest LocalScope, else the system clock and
/// UTC.
const Clock& current_clock();
const Zone& current_time_zone();

}  // namespace tatum
