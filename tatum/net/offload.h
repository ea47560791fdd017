#pragma once

#include <tatum/net/fiber.h>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace tatum::net {

/// Threads that run offloaded work, shared by the process and started when first needed.
inline constexpr unsigned kOffloadThreads = 4;

namespace impl {

/// Work on its way to the pool; lives on the waiting fiber's stack.
struct OffloadJob {
    void (*run)(OffloadJob&) = nullptr;
    OffloadJob* next = nullptr;
    void* waiter = nullptr;
    void* locals = nullptr;
    std::exception_ptr fault;
};

/// Returns when `job` has been run by the pool; on a fiber only.
void offload_and_wait(OffloadJob& job);

}  // namespace impl

/// Runs `function` on a small thread pool while the calling fiber is suspended, and returns its
/// result or throws what it threw. For work that burns CPU or blocks in a foreign library: password
/// hashing, image scaling, fsync. It sees the caller's locals. The wait cannot be cancelled, since
/// `function` may refer to the caller's variables. Off a fiber it just calls `function`.
template <class F>
std::invoke_result_t<F&> offload(F&& function) {
    using Value = std::invoke_result_t<F&>;
    static_assert(!std::is_reference_v<Value>, "return a value or a pointer from offloaded work");
    if (!on_fiber()) return function();

    struct Job : impl::OffloadJob {
        std::remove_reference_t<F>* function = nullptr;
        std::optional<std::conditional_t<std::is_void_v<Value>, bool, Value>> value;
    };
    Job job;
    job.function = &function;
    job.run = [](impl::OffloadJob& base) {
        auto& self = static_cast<Job&>(base);
        if constexpr (std::is_void_v<Value>) {
            (*self.function)();
        } else {
            self.value.emplace((*self.function)());
        }
    };
    impl::offload_and_wait(job);
    if (job.fault) std::rethrow_exception(job.fault);
    if constexpr (!std::is_void_v<Value>) return *std::move(job.value);
}

}  // namespace tatum::net
