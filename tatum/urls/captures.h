#pragma once

#include <tatum/urls/converter.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tatum::urls {

/// A piece of the path that a pattern has captured. `text` views into the path, the rest into the
/// pattern.
struct Capture {
    std::string_view name;  ///< empty for an unnamed group
    /// Its data() is null for a group of a regular expression that took no part.
    std::string_view text;
    const Converter* converter = nullptr;  ///< null: text as it is
    std::uint32_t stage = 0;               ///< which of the patterns along the way, from 0
};

/// The captures of one match: a few in place, more on the heap.
class Captures {
public:
    static constexpr std::size_t kInline = 6;

    void push_back(const Capture& capture) {
        if (size_ < kInline)
            inline_[size_] = capture;
        else
            more_.push_back(capture);
        ++size_;
    }
    std::size_t size() const { return size_; }
    const Capture& operator[](std::size_t index) const {
        return index < kInline ? inline_[index] : more_[index - kInline];
    }
    /// Drops those behind the first `size`.
    void truncate(std::size_t size) {
        size_ = size;
        more_.resize(size > kInline ? size - kInline : 0);
    }

private:
    std::array<Capture, kInline> inline_;
    std::vector<Capture> more_;
    std::size_t size_ = 0;
};

}  // namespace tatum::urls
