#pragma once

#include <cstdint>

namespace tatum {

/// How many hold something that several threads share: one, to begin with. As std::atomic, whose
/// header costs every app as much as a tenth of <string>.
class RefCount {
public:
    void add() { __atomic_fetch_add(&count_, 1, __ATOMIC_RELAXED); }
    /// True for the last one, who then sees all that the others have done.
    bool drop() { return __atomic_fetch_sub(&count_, 1, __ATOMIC_ACQ_REL) == 1; }

    /// Is there one only? For that one: nobody else can add to it.
    bool is_one() const { return __atomic_load_n(&count_, __ATOMIC_ACQUIRE) == 1; }

private:
    std::uint32_t count_ = 1;
};

}  // namespace tatum
