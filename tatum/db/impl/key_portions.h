#pragma once

#include <tatum/base/value.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tatum::db::impl {

/// Keys that one statement names at most; more make several statements.
inline constexpr std::size_t kKeysMax = 10'000;

/// Calls `use` with the keys in portions.
template <class F>
void in_portions(const List& keys, F use) {
    for (std::size_t start = 0; start < keys.size(); start += kKeysMax) {
        const auto end = std::min(start + kKeysMax, keys.size());
        use(List(keys.begin() + static_cast<std::ptrdiff_t>(start),
                 keys.begin() + static_cast<std::ptrdiff_t>(end)));
    }
}

}  // namespace tatum::db::impl
