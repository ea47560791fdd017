#pragma once

#include <cstddef>

/// What AddressSanitizer and ThreadSanitizer want to know when the stack changes under them.
/// Nothing in other builds.

#if defined(__SANITIZE_ADDRESS__)
#define TATUM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TATUM_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define TATUM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TATUM_TSAN 1
#endif
#endif

#ifdef TATUM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef TATUM_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace tatum::net::impl::sanitizer {

/// How much more stack functions take.
#if defined(TATUM_ASAN) || defined(TATUM_TSAN)
inline constexpr std::size_t kStackFactor = 4;
#else
inline constexpr std::size_t kStackFactor = 1;
#endif

inline void unpoison([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef TATUM_ASAN
    ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
#endif
}

/// One stack as the sanitizers see it: that of a fiber, or a thread's own.
struct StackShadow {
    const void* bottom = nullptr;
    std::size_t bytes = 0;
    void* fake_stack = nullptr;
    void* tsan_fiber = nullptr;
};

enum class Leaving { ForNow, ForGood };

/// Call right before the jump from one stack to another.
inline void before_switch([[maybe_unused]] StackShadow& from, [[maybe_unused]] StackShadow& to,
                          [[maybe_unused]] Leaving leaving = Leaving::ForNow) {
#ifdef TATUM_ASAN
    __sanitizer_start_switch_fiber(leaving == Leaving::ForGood ? nullptr : &from.fake_stack,
                                   to.bottom, to.bytes);
#endif
#ifdef TATUM_TSAN
    __tsan_switch_to_fiber(to.tsan_fiber, 0);
#endif
}

/// Call first on the stack that was jumped to; `from` learns its bounds if they were unknown.
inline void after_switch([[maybe_unused]] StackShadow& to, [[maybe_unused]] StackShadow& from) {
#ifdef TATUM_ASAN
    __sanitizer_finish_switch_fiber(to.fake_stack, &from.bottom, &from.bytes);
#endif
}

inline void adopt_thread([[maybe_unused]] StackShadow& shadow) {
#ifdef TATUM_TSAN
    shadow.tsan_fiber = __tsan_get_current_fiber();
#endif
}
inline void create_fiber([[maybe_unused]] StackShadow& shadow) {
#ifdef TATUM_TSAN
    shadow.tsan_fiber = __tsan_create_fiber(0);
#endif
}
inline void destroy_fiber([[maybe_unused]] StackShadow& shadow) {
#ifdef TATUM_TSAN
    __tsan_destroy_fiber(shadow.tsan_fiber);
#endif
}

}  // namespace tatum::net::impl::sanitizer
