#pragma once

#include <tatum/net/fiber.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace tatum::net {

/// Return addresses, innermost first. A value.
struct StackTrace {
    static constexpr std::size_t kFramesMax = 48;

    std::array<void*, kFramesMax> frames{};
    std::size_t size = 0;

    /// The calling fiber's or thread's, without this function itself.
    static StackTrace here();

    /// A line for each frame: "#0 function+0x1f (/path/to/site+0x4b1f)". What is behind the '+' in
    /// the brackets is for `addr2line -Cfe /path/to/site`. Costs milliseconds.
    std::string str() const;
};

/// A fiber, for whoever looks at it from outside. A value; valid while the fiber lives.
class FiberRef {
public:
    FiberRef() = default;
    /// The calling fiber; none off fibers.
    static FiberRef current();

    /// Where it waits. Only on its own thread, off fibers. Empty for a fiber that is none.
    StackTrace stack() const;

private:
    void* core_ = nullptr;
};

/// Notices reactor threads that a fiber holds up, by computing for long or by blocking, and looks
/// what it does: each thread says regularly that it goes on; one that has not done so for too long
/// is interrupted by a signal (kSignal from SIGRTMIN on), whose handler walks its stack. Costs
/// nothing but a thread that sleeps. Neither copied nor moved; outlives the threads' last beat().
class StallWatch {
public:
    static constexpr int kSignal = 7;
    static constexpr std::size_t kThreadsMax = 256;

    struct Stall {
        StackTrace stack;
        Duration duration;       ///< since the thread's last beat
        std::string request_id;  ///< of the request in whose fiber it was; may be empty
    };
    /// `report` is called on the watch's own thread, once for each stall.
    StallWatch(Duration threshold, std::function<void(const Stall&)> report);
    ~StallWatch();
    StallWatch(const StallWatch&) = delete;
    StallWatch& operator=(const StallWatch&) = delete;

    /// Runs `task` on the watch's own thread, soon. Drops it when many wait already.
    void post(std::function<void()> task);
    /// The calling thread goes on. The first call makes it known; kThreadsMax are.
    void beat();
    /// The calling thread is not to be watched any more. Call it before the thread ends.
    void leave();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tatum::net
