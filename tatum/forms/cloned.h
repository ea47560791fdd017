#pragma once

#include <tatum/base/owned.h>

#include <concepts>
#include <type_traits>
#include <utility>

namespace tatum::forms {

/// An object of a class with virtual functions, or none, as a value: a copy clones it. For widgets
/// and fields, which are written as values and kept by their base class. T has `Owned<T> clone()
/// const`.
template <class T>
class Cloned {
public:
    Cloned() = default;
    Cloned(std::nullptr_t) {}
    /// A clone of `object`.
    template <class U>
        requires std::derived_from<U, T>
    Cloned(const U& object) : object_(object.clone()) {}
    template <class U>
        requires std::derived_from<U, T>
    Cloned(Owned<U> object) : object_(std::move(object)) {}
    Cloned(const Cloned& other) : object_(other ? other->clone() : Owned<T>()) {}
    Cloned(Cloned&&) noexcept = default;
    Cloned& operator=(Cloned other) noexcept {
        object_ = std::move(other.object_);
        return *this;
    }
    ~Cloned() = default;

    T* get() { return object_.get(); }
    const T* get() const { return object_.get(); }
    /// Only when there is one.
    T& operator*() { return *object_; }
    const T& operator*() const { return *object_; }
    T* operator->() { return object_.get(); }
    const T* operator->() const { return object_.get(); }
    explicit operator bool() const { return static_cast<bool>(object_); }

private:
    Owned<T> object_;
};

}  // namespace tatum::forms
