#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace tatum {

/// a == b, fast for short texts: names are compared more often than anything else.
constexpr bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    if (a.data() == b.data() || a.empty()) return true;
    if (std::is_constant_evaluated() || a.size() < 4 || a.size() > 16) return a == b;
    // Two loads that overlap cover all of it.
    const auto load = [](const char* from, std::size_t bytes) {
        std::uint64_t word = 0;
        std::memcpy(&word, from, bytes);
        return word;
    };
    const std::size_t bytes = a.size() >= 8 ? 8 : 4, rest = a.size() - bytes;
    return load(a.data(), bytes) == load(b.data(), bytes) &&
           load(a.data() + rest, bytes) == load(b.data() + rest, bytes);
}

}  // namespace tatum
