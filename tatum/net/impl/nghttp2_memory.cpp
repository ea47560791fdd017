#include <tatum/net/impl/nghttp2_memory.h>

#include <tatum/net/impl/stack.h>

#include <cstdlib>

namespace tatum::net::impl {

namespace {

/// The first block of this size is the buffer for a frame: nothing else is as large.
constexpr std::size_t kFrameBufferBytesMin = 16 * 1024;

}  // namespace

nghttp2_mem Nghttp2Memory::functions() { return {this, on_malloc, on_free, on_calloc, on_realloc}; }

void Nghttp2Memory::release_frame_buffer() {
    if (frame_buffer_) discard_pages({static_cast<std::byte*>(frame_buffer_), bytes_});
}

void* Nghttp2Memory::on_malloc(std::size_t bytes, void*) { return std::malloc(bytes); }

void Nghttp2Memory::on_free(void* block, void* self) {
    static_cast<Nghttp2Memory*>(self)->forget(block);
    std::free(block);
}

void* Nghttp2Memory::on_calloc(std::size_t count, std::size_t bytes, void*) {
    return std::calloc(count, bytes);
}

/// nghttp2's buffers begin with nothing and grow.
void* Nghttp2Memory::on_realloc(void* block, std::size_t bytes, void* self) {
    auto& memory = *static_cast<Nghttp2Memory*>(self);
    if (!block && !memory.frame_buffer_ && bytes >= kFrameBufferBytesMin) {
        // On pages of its own, so that all of them can be given back.
        memory.bytes_ = (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
        memory.frame_buffer_ = std::aligned_alloc(kPageBytes, memory.bytes_);
        return memory.frame_buffer_;
    }
    memory.forget(block);
    return std::realloc(block, bytes);
}

void Nghttp2Memory::forget(const void* block) {
    if (block == frame_buffer_) frame_buffer_ = nullptr;
}

}  // namespace tatum::net::impl
