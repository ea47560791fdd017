#pragma once

#include <tatum/base/ref_count.h>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tatum {

template <class Signature>
class Function;

/// A callable of that signature, or none: what std::function is, without <functional>, which costs
/// every source file that includes it half of what <string> costs. A value whose copies share the
/// callable, so a lambda that is `mutable` changes for all of them. As thread-safe as the callable.
template <class R, class... Args>
class Function<R(Args...)> {
public:
    Function() = default;
    Function(std::nullptr_t) {}
    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, Function> &&
                 std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
    Function(F&& callable) {
        if constexpr (std::is_pointer_v<std::remove_cvref_t<F>>) {
            if (callable == nullptr) return;
        }
        held_ = new Holder<std::decay_t<F>>(std::forward<F>(callable));
    }
    Function(const Function& other) noexcept : held_(other.held_) {
        if (held_ != nullptr) held_->users.add();
    }
    Function(Function&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    Function& operator=(Function other) noexcept {
        std::swap(held_, other.held_);
        return *this;
    }
    ~Function() {
        if (held_ != nullptr && held_->users.drop()) delete held_;
    }

    explicit operator bool() const { return held_ != nullptr; }
    /// The same callable, shared by copies; or none twice?
    bool operator==(const Function& other) const { return held_ == other.held_; }
    /// Only when not empty.
    R operator()(Args... args) const { return held_->call(std::forward<Args>(args)...); }

private:
    struct Callable {
        virtual ~Callable() = default;
        virtual R call(Args... args) = 0;
        RefCount users;
    };
    template <class F>
    struct Holder final : Callable {
        template <class G>
        explicit Holder(G&& callable) : function(std::forward<G>(callable)) {}
        R call(Args... args) override {
            if constexpr (std::is_void_v<R>)
                function(std::forward<Args>(args)...);
            else
                return function(std::forward<Args>(args)...);
        }
        F function;
    };

    Callable* held_ = nullptr;
};

}  // namespace tatum
