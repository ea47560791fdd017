#pragma once

#include <chrono>

namespace tatum {

/// How long to wait before the next attempt after `failures` in a row: `first` after one, twice as
/// long after each further one, up to `longest`. Zero after none.
std::chrono::nanoseconds back_off(unsigned failures, std::chrono::nanoseconds first,
                                  std::chrono::nanoseconds longest);

/// Cut by chance to a half up to the whole, so that those who have failed together do not come back
/// all at once.
std::chrono::nanoseconds with_jitter(std::chrono::nanoseconds delay);

}  // namespace tatum
