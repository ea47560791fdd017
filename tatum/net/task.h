#pragma once

#include <tatum/base/owned.h>

#include <concepts>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace tatum::net {

/// A call without arguments and result, owned and movable: what std::function is for callables that
/// cannot be copied. Small callables are kept inside; larger ones cost one allocation.
class Task {
public:
    Task() = default;

    template <class F>
        requires(std::invocable<F&> && !std::same_as<std::remove_cvref_t<F>, Task>)
    Task(F&& function) {
        using Callable = std::decay_t<F>;
        if constexpr (fits<Callable>) {
            ::new (static_cast<void*>(storage_)) Callable(std::forward<F>(function));
            operations_ = &kInside<Callable>;
        } else {
            ::new (static_cast<void*>(storage_))
                Owned<Callable>(owned<Callable>(std::forward<F>(function)));
            operations_ = &kOutside<Callable>;
        }
    }
    Task(Task&& other) noexcept { take(other); }
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~Task() { reset(); }

    /// Only when not empty.
    void operator()() { operations_->call(storage_); }
    explicit operator bool() const { return operations_ != nullptr; }

    /// Destroys the callable and what it holds.
    void reset() {
        if (operations_) std::exchange(operations_, nullptr)->destroy(storage_);
    }

private:
    static constexpr std::size_t kInsideBytes = 48;

    struct Operations {
        void (*call)(void* storage);
        void (*move)(void* from, void* to) noexcept;  // leaves `from` destroyed
        void (*destroy)(void* storage) noexcept;
    };

    template <class T>
    static constexpr bool fits =
        sizeof(T) <= kInsideBytes && alignof(T) <= alignof(std::max_align_t) &&
        std::is_nothrow_move_constructible_v<T>;

    template <class T>
    static T& at(void* storage) {
        return *std::launder(static_cast<T*>(storage));
    }
    template <class T>
    static void move(void* from, void* to) noexcept {
        ::new (to) T(std::move(at<T>(from)));
        at<T>(from).~T();
    }
    template <class T>
    static void destroy(void* storage) noexcept {
        at<T>(storage).~T();
    }
    template <class T>
    static constexpr Operations kInside{[](void* storage) { static_cast<void>(at<T>(storage)()); },
                                        move<T>, destroy<T>};
    template <class T>
    static constexpr Operations kOutside{
        [](void* storage) { static_cast<void>((*at<Owned<T>>(storage))()); }, move<Owned<T>>,
        destroy<Owned<T>>};

    void take(Task& other) noexcept {
        operations_ = std::exchange(other.operations_, nullptr);
        if (operations_) operations_->move(other.storage_, storage_);
    }

    alignas(std::max_align_t) std::byte storage_[kInsideBytes];
    const Operations* operations_ = nullptr;
};

}  // namespace tatum::net
