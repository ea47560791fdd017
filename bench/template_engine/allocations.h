#pragma once

#include <cstddef>

namespace tatum::bench {

/// How often operator new has been called. For one thread.
std::size_t allocation_count();

}  // namespace tatum::bench
