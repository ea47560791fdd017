#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>

namespace tatum::net::impl {

/// The memory of an nghttp2 session, of which it knows one block: the buffer for a frame that is to
/// be sent, which the session has as long as it lives. Outlives the session.
class Nghttp2Memory {
public:
    Nghttp2Memory() = default;
    Nghttp2Memory(const Nghttp2Memory&) = delete;
    Nghttp2Memory& operator=(const Nghttp2Memory&) = delete;

    nghttp2_mem functions();
    /// Gives the pages of that buffer back to the system. Only while nothing is to be sent.
    void release_frame_buffer();

private:
    void forget(const void* block);
    static void* on_malloc(std::size_t bytes, void* self);
    static void on_free(void* block, void* self);
    static void* on_calloc(std::size_t count, std::size_t bytes, void* self);
    static void* on_realloc(void* block, std::size_t bytes, void* self);

    void* frame_buffer_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace tatum::net::impl
