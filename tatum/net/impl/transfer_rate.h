#pragma once

#include <tatum/net/server.h>

#include <cstdint>

namespace tatum::net::impl {

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
