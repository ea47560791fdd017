#include <tatum/base/locals.h>

#include <tatum/base/datetime.h>

namespace tatum {

Locals& current_locals() {
    if (current_locals_ptr != nullptr) return *current_locals_ptr;
    thread_local Locals of_thread{};
    return of_thread;
}

const Clock& current_clock() {
    const void* clock = local(Slot::Clock);
    return clock != nullptr ? *static_cast<const Clock*>(clock) : Clock::system();
}

const Zone& current_time_zone() {
    const void* zone = local(Slot::TimeZone);
    return zone != nullptr ? *static_cast<const Zone*>(zone) : Zone::utc();
}

}  // namespace tatum
