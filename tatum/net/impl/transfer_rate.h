#pragma once

#include <tatum/net/server.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tatum::net::impl {

/// How often a transfer is looked at that gives no sign of itself.
inline Duration look_interval(const ServerTimeouts& timeouts) {
    return std::clamp<Duration>(timeouts.rate_grace, std::chrono::milliseconds(10),
                                std::chrono::seconds(1));
}

/// What has moved in one direction since a request began, and how long it was waited for.
struct TransferRate {
    std::uint64_t bytes = 0;
    Duration waited{};

    /// Is the other side slower than a server has to put up with?
    bool too_slow(const ServerTimeouts& timeouts) const {
        if (waited <= timeouts.rate_grace) return false;
        const double seconds = std::chrono::duration<double>(waited).count();
        return static_cast<double>(bytes) <
               seconds * static_cast<double>(timeouts.bytes_per_second_min);
    }
};

}  // namespace tatum::net::impl
