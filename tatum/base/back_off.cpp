#include <tatum/base/back_off.h>

#include <tatum/base/crypto.h>

#include <algorithm>

namespace tatum {

std::chrono::nanoseconds back_off(unsigned failures, std::chrono::nanoseconds first,
                                  std::chrono::nanoseconds longest) {
    if (failures == 0) return {};
    auto delay = std::min(first, longest);
    // Twice the delay may be too large for its type.
    for (unsigned i = 1; i < failures && delay < longest; ++i) {
        delay = delay < longest / 2 ? 2 * delay : longest;
    }
    return delay;
}

std::chrono::nanoseconds with_jitter(std::chrono::nanoseconds delay) {
    const auto random = static_cast<unsigned char>(crypto::random_bytes(1)[0]);
    const auto half = delay / 2;
    return half + half / 255 * random;
}

}  // namespace tatum
