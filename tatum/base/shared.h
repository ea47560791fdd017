#pragma once

#include <tatum/base/ref_count.h>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tatum {

namespace impl {
/// What stands before an object that several hold.
struct SharedHead {
    RefCount holders;
    void (*destroy)(SharedHead* head) = nullptr;
};
template <class T>
struct SharedObject : SharedHead {
    template <class... Args>
    explicit SharedObject(Args&&... args) : object(std::forward<Args>(args)...) {
        destroy = [](SharedHead* head) { delete static_cast<SharedObject*>(head); };
    }
    T object;
};
void drop(SharedHead* head) noexcept;
}  // namespace impl

/// An object on the heap that lives until the last of its holders goes: what std::shared_ptr is,
/// without <memory> (see Owned). Made by shared<T>(...). T may be incomplete, or void. Holders may
/// come and go on any thread; the object is as thread-safe as it is.
template <class T>
class Shared {
public:
    Shared() = default;
    Shared(std::nullptr_t) {}
    Shared(const Shared& other) noexcept : object_(other.object_), head_(other.head_) {
        if (head_ != nullptr) head_->holders.add();
    }
    Shared(Shared&& other) noexcept
        : object_(std::exchange(other.object_, nullptr)),
          head_(std::exchange(other.head_, nullptr)) {}
    template <class U>
        requires(!std::same_as<U, T> && std::convertible_to<U*, T*>)
    Shared(Shared<U> other) noexcept
        : object_(std::exchange(other.object_, nullptr)),
          head_(std::exchange(other.head_, nullptr)) {}
    Shared& operator=(Shared other) noexcept {
        std::swap(object_, other.object_);
        std::swap(head_, other.head_);
        return *this;
    }
    ~Shared() {
        if (head_ != nullptr) impl::drop(head_);
    }

    T* get() const { return object_; }
    /// Only when there is one.
    std::add_lvalue_reference_t<T> operator*() const { return *object_; }
    T* operator->() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }
    bool operator==(std::nullptr_t) const { return object_ == nullptr; }
    /// The same object?
    bool operator==(const Shared& other) const { return object_ == other.object_; }
    /// Does nobody else hold it? Only when there is one.
    bool is_only_holder() const { return head_->holders.is_one(); }
    void reset() { *this = nullptr; }

private:
    template <class U>
    friend class Shared;
    template <class U, class... Args>
    friend Shared<U> shared(Args&&... args);

    Shared(T* object, impl::SharedHead* head) : object_(object), head_(head) {}

    T* object_ = nullptr;
    impl::SharedHead* head_ = nullptr;
};

template <class T, class... Args>
Shared<T> shared(Args&&... args) {
    auto* made = new impl::SharedObject<std::remove_const_t<T>>(std::forward<Args>(args)...);
    return Shared<T>(&made->object, made);
}

}  // namespace tatum
