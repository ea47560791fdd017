#include <tatum/net/impl/stack.h>

#include <tatum/net/fiber.h>
#include <tatum/net/impl/sanitizer.h>

#include <sys/mman.h>

#include <memory>
#include <new>

namespace tatum::net::impl {

namespace {

constexpr std::size_t kStackBytes = kFiberStackBytes * sanitizer::kStackFactor;
constexpr std::size_t kGuardBytes = kPageBytes;

}  // namespace

Stack map_stack() {
    void* const memory = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    auto* const lowest = static_cast<std::byte*>(memory);
    if (mprotect(lowest, kGuardBytes, PROT_NONE) != 0) {
        munmap(memory, kGuardBytes + kStackBytes);
        throw std::bad_alloc();
    }
    return Stack{lowest + kGuardBytes, kStackBytes};
}

void unmap_stack(const Stack& stack) {
    sanitizer::unpoison(stack.bottom, stack.bytes);
    munmap(stack.bottom - kGuardBytes, kGuardBytes + stack.bytes);
}

void discard_below(const Stack& stack, const void* position) {
    // Below the caller's frame lie this call's own, and the 128 bytes that the ABI lets leaf
    // functions use.
    constexpr std::size_t kInUseBytes = 1024;
    const auto used =
        static_cast<std::size_t>(static_cast<const std::byte*>(position) - stack.bottom);
    if (used < kInUseBytes + kPageBytes || used > stack.bytes) return;
    discard_pages({stack.bottom, used - kInUseBytes});
}

void discard_pages(std::span<std::byte> bytes) {
    void* begin = bytes.data();
    std::size_t space = bytes.size();
    if (!std::align(kPageBytes, kPageBytes, begin, space)) return;
    madvise(begin, space / kPageBytes * kPageBytes, MADV_DONTNEED);
}

}  // namespace tatum::net::impl
