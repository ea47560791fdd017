#pragma once

#include <tatum/net/offload.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace tatum::net::impl {

/// Threads for offload(), started as work comes. Shared by the reactors of a server.
class OffloadPool {
public:
    explicit OffloadPool(unsigned threads_max = kOffloadThreads);
    /// Waits for running jobs. There are no others: their fibers have ended.
    ~OffloadPool();
    OffloadPool(const OffloadPool&) = delete;
    OffloadPool& operator=(const OffloadPool&) = delete;

    void add(OffloadJob& job);

private:
    void start_thread();
    void work();

    std::mutex guard_;
    std::condition_variable changed_;
    OffloadJob* first_ = nullptr;
    OffloadJob* last_ = nullptr;
    unsigned idle_ = 0;
    std::size_t waiting_ = 0;
    bool stopping_ = false;
    const unsigned threads_max_;
    std::vector<std::thread> threads_;
};

}  // namespace tatum::net::impl
