#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace tatum {

namespace impl {
template <class Word>
Word load_word(const char* from) {
    Word word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}
}  // namespace impl

/// a == b, fast for short texts: names are compared more often than anything else.
[[gnu::always_inline]] constexpr bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    if (std::is_constant_evaluated() || a.size() > 16) return a == b;
    // Two loads that overlap cover all of it. Their sizes are constants, so that each is one
    // instruction.
    const char *x = a.data(), *y = b.data();
    if (a.size() >= 8) {
        const std::size_t rest = a.size() - 8;
        return impl::load_word<std::uint64_t>(x) == impl::load_word<std::uint64_t>(y) &&
               impl::load_word<std::uint64_t>(x + rest) == impl::load_word<std::uint64_t>(y + rest);
    }
    if (a.size() >= 4) {
        const std::size_t rest = a.size() - 4;
        return impl::load_word<std::uint32_t>(x) == impl::load_word<std::uint32_t>(y) &&
               impl::load_word<std::uint32_t>(x + rest) == impl::load_word<std::uint32_t>(y + rest);
    }
    return a.empty() ||
           (a.front() == b.front() && a.back() == b.back() && a[a.size() / 2] == b[b.size() / 2]);
}

}  // namespace tatum
