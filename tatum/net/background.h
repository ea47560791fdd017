#pragma once

#include <tatum/net/task.h>

#include <memory>
#include <thread>

namespace tatum::net {

namespace impl {
class FiberState;
}

/// A thread with a loop of its own, for work that belongs to no request and lives as long as its
/// owner: a subscription, a queue that is sent on. Any thread may make and destroy it, a fiber too.
class BackgroundThread {
public:
    /// Runs `main` on a fiber there, with empty locals; what it throws is logged.
    explicit BackgroundThread(Task main);
    /// Cancels that fiber, and all that it has spawned, until they have ended. Blocks the thread.
    ~BackgroundThread();
    BackgroundThread(const BackgroundThread&) = delete;
    BackgroundThread& operator=(const BackgroundThread&) = delete;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    std::thread thread_;
};

}  // namespace tatum::net
