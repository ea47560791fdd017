#include <tatum/net/impl/nghttp2_memory.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace tatum::net::impl {
namespace {

constexpr std::size_t kFrameBytes = 16'394;

std::span<unsigned char> filled(void* block, std::size_t bytes) {
    const std::span text(static_cast<unsigned char*>(block), bytes);
    std::fill(text.begin(), text.end(), 'x');
    return text;
}

bool holds(std::span<const unsigned char> text, unsigned char byte) {
    return std::all_of(text.begin(), text.end(), [&](unsigned char c) { return c == byte; });
}

TEST(Nghttp2Memory, GivesTheFrameBufferBackAndNothingElse) {
    Nghttp2Memory memory;
    const nghttp2_mem mem = memory.functions();
    const auto take = [&](std::size_t bytes) {
        return filled(mem.realloc(nullptr, bytes, mem.mem_user_data), bytes);
    };
    const auto small = take(1000);
    const auto frame = take(kFrameBytes);
    const auto large = take(kFrameBytes);
    memory.release_frame_buffer();
    EXPECT_TRUE(holds(small, 'x') && holds(large, 'x'));
    EXPECT_TRUE(holds(frame, 0)) << "to the last byte, for it has pages of its own";
    filled(frame.data(), frame.size());
    EXPECT_TRUE(holds(frame, 'x')) << "it can be used again";
    for (const auto& block : {small, frame, large}) mem.free(block.data(), mem.mem_user_data);
    memory.release_frame_buffer();
}

TEST(Nghttp2Memory, ForgetsAFrameBufferThatGrows) {
    Nghttp2Memory memory;
    const nghttp2_mem mem = memory.functions();
    void* const frame = mem.realloc(nullptr, kFrameBytes, mem.mem_user_data);
    filled(frame, kFrameBytes);
    const std::span larger(
        static_cast<unsigned char*>(mem.realloc(frame, 2 * kFrameBytes, mem.mem_user_data)),
        kFrameBytes);
    memory.release_frame_buffer();
    EXPECT_TRUE(holds(larger, 'x'));
    mem.free(larger.data(), mem.mem_user_data);
}

}  // namespace
}  // namespace tatum::net::impl
