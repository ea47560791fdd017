#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace tatum::net::impl {

/// A response's output is gathered up to this size, for one write instead of many.
inline constexpr std::size_t kGatherBytesMax = 16 * 1024;

/// Bytes on their way: appended at the end, consumed at the beginning. Movable.
class Buffer {
public:
    static constexpr std::size_t kBytes = 16 * 1024;

    Buffer() = default;
    /// Has no room for more than `content`, a copy of which it holds.
    static Buffer fitting(std::string_view content) {
        Buffer buffer;
        if (content.empty()) return buffer;
        buffer.memory_ = std::make_unique_for_overwrite<char[]>(content.size());
        buffer.capacity_ = buffer.end_ = content.size();
        std::memcpy(buffer.memory_.get(), content.data(), content.size());
        return buffer;
    }

    bool empty() const { return begin_ == end_; }
    std::size_t size() const { return end_ - begin_; }
    std::size_t capacity() const { return capacity_; }
    std::size_t room() const { return capacity_ - end_; }
    const char* data() const { return memory_.get() + begin_; }
    std::string_view view() const { return {data(), size()}; }
    std::span<char> bytes() { return {memory_.get() + begin_, size()}; }
    std::span<char> free_space() { return {memory_.get() + end_, room()}; }

    void produced(std::size_t count) { end_ += count; }
    void consume(std::size_t count) { begin_ += count; }
    /// Keeps the first `count` bytes.
    void truncate(std::size_t count) { end_ = begin_ + count; }
    void clear() { begin_ = end_ = 0; }

    /// Makes room for `count` more bytes; moves the content, and so invalidates views.
    void reserve(std::size_t count) {
        if (room() >= count) return;
        if (capacity_ - size() >= count) {
            std::memmove(memory_.get(), data(), size());
        } else {
            const std::size_t larger = std::max({kBytes, 2 * capacity_, size() + count});
            auto memory = std::make_unique_for_overwrite<char[]>(larger);
            if (!empty()) std::memcpy(memory.get(), data(), size());
            memory_ = std::move(memory);
            capacity_ = larger;
        }
        end_ = size();
        begin_ = 0;
    }
    void append(std::string_view text) {
        reserve(text.size());
        if (!text.empty()) std::memcpy(memory_.get() + end_, text.data(), text.size());
        end_ += text.size();
    }

private:
    std::unique_ptr<char[]> memory_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace tatum::net::impl
