#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tatum {

/// An object on the heap with one owner, or none: what std::unique_ptr is, without <memory>, which
/// costs every source file that includes it three quarters of what <string> costs. For public
/// headers; made by owned<T>(...). T is complete where one is destroyed.
template <class T>
class Owned {
public:
    Owned() = default;
    Owned(std::nullptr_t) {}
    explicit Owned(T* object) : object_(object) {}
    Owned(Owned&& other) noexcept : object_(other.release()) {}
    template <class U>
        requires(!std::same_as<U, T> && std::convertible_to<U*, T*> &&
                 (std::same_as<const U, T> || std::has_virtual_destructor_v<T>))
    Owned(Owned<U>&& other) noexcept : object_(other.release()) {}
    Owned& operator=(Owned other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Owned() {
        static_assert(sizeof(T) > 0, "the owned type is complete where its owner goes");
        delete object_;
    }

    T* get() const { return object_; }
    /// Only when there is one.
    T& operator*() const { return *object_; }
    T* operator->() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }
    bool operator==(std::nullptr_t) const { return object_ == nullptr; }
    /// Leaves it to the caller.
    [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }
    void reset() { *this = nullptr; }

private:
    T* object_ = nullptr;
};

template <class T, class... Args>
Owned<T> owned(Args&&... args) {
    return Owned<T>(new T(std::forward<Args>(args)...));
}

}  // namespace tatum
