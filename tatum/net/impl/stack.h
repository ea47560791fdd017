#pragma once

#include <cstddef>
#include <span>

namespace tatum::net::impl {

inline constexpr std::size_t kPageBytes = 4096;

/// Memory for a fiber's stack, with an inaccessible page below it. Pages are given on first touch.
struct Stack {
    std::byte* bottom = nullptr;  ///< the lowest usable byte
    std::size_t bytes = 0;

    std::byte* top() const { return bottom + bytes; }
};

/// Throws std::bad_alloc when the address space is exhausted or the process may not map more.
Stack map_stack();
void unmap_stack(const Stack& stack);
/// Gives the pages back that lie below `position`, where the stack is in use; they read as zeros
/// afterwards.
void discard_below(const Stack& stack, const void* position);
/// Gives the pages back that lie wholly within these bytes; they read as zeros afterwards.
void discard_pages(std::span<std::byte> bytes);

}  // namespace tatum::net::impl
