#pragma once

#include <tatum/net/fiber.h>

#include <cstdint>

namespace tatum::net {

/// What to wait for. Errors and the other side's hanging up end either wait.
enum class Readiness : std::uint8_t { Readable, Writable, Either };

/// Waits until the descriptor is ready, for libraries that bring sockets of their own and do not
/// block (libpq, libcurl, hiredis). False when `timeout` passes first; Duration::max() is no limit.
/// Throws Cancelled, TimedOut, and std::system_error when it cannot be waited for (a regular file
/// always is ready). One fiber at a time waits for a descriptor.
[[nodiscard]] bool wait_for(int file, Readiness readiness, Duration timeout = Duration::max());

}  // namespace tatum::net
