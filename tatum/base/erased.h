#pragma once

#include <utility>

namespace tatum {

/// An object on the heap without its type, and the function that destroys it. Owns nothing: for
/// what keeps such objects.
struct Erased {
    void* object = nullptr;
    void (*destroy)(void* object) = nullptr;
};

template <class T>
Erased erase_type(T thing) {
    return {new T(std::move(thing)), [](void* object) { delete static_cast<T*>(object); }};
}

}  // namespace tatum
