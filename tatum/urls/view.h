#pragma once

#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tatum::urls {

class ResolverMatch;

/// What a route has captured, and its extra arguments: Django's args and kwargs. A value.
class Kwargs {
public:
    Kwargs() = default;
    Kwargs(std::initializer_list<std::pair<std::string_view, Value>> named) : named_(named) {}
    explicit Kwargs(Dict named, List positional = {})
        : named_(std::move(named)), positional_(std::move(positional)) {}

    /// The unnamed groups of a re_path() without named ones.
    const List& args() const { return positional_; }
    const Dict& dict() const { return named_; }
    bool contains(const Name& name) const { return named_.contains(name); }
    /// nullptr when there is none.
    const Value* find(const Name& name) const { return named_.find(name); }
    /// None when there is none.
    Value get(const Name& name) const { return named_.get(name); }
    /// The text of a value; nullopt when there is none.
    std::optional<std::string> text(const Name& name) const;
    /// A whole number, also from its text; nullopt when there is none.
    std::optional<std::int64_t> integer(const Name& name) const;
    void set(std::string_view name, Value value) { named_.set(name, std::move(value)); }

private:
    Dict named_;
    List positional_;
};

/// What middleware is told of a view. Decorators set them; they combine with |.
enum class ViewFlags : std::uint32_t {
    None = 0,
    CsrfExempt = 1 << 0,
    CsrfProtect = 1 << 1,
    EnsureCsrfCookie = 1 << 2,
    NoAppendSlash = 1 << 3,
    LoginNotRequired = 1 << 4,
    XFrameOptionsExempt = 1 << 5,
};
constexpr ViewFlags operator|(ViewFlags a, ViewFlags b) {
    return static_cast<ViewFlags>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr bool has_flag(ViewFlags flags, ViewFlags flag) {
    return (static_cast<std::uint32_t>(flags) & static_cast<std::uint32_t>(flag)) != 0;
}

/// Identifies a view for reversing: the function itself; null for anything but a free function.
using ViewKey = void (*)();

namespace impl {

template <class... Args>
struct TypeList {
    static constexpr std::size_t size = sizeof...(Args);
};

/// Parameters behind Request&, of a function, a lambda or a function object; empty for anything
/// else.
template <class F>
struct Signature {};
template <class F>
    requires requires { &F::operator(); }
struct Signature<F> : Signature<decltype(&F::operator())> {};
template <class R, class... Args>
struct Signature<R (*)(http::Request&, Args...)> {
    using Returns = R;
    using Parameters = TypeList<Args...>;
    static constexpr bool is_const = true;
};
template <class R, class... Args>
struct Signature<R (*)(http::Request&, Args...) noexcept>
    : Signature<R (*)(http::Request&, Args...)> {};
template <class R, class F, class... Args>
struct Signature<R (F::*)(http::Request&, Args...) const>
    : Signature<R (*)(http::Request&, Args...)> {};
template <class R, class F, class... Args>
struct Signature<R (F::*)(http::Request&, Args...) const noexcept>
    : Signature<R (*)(http::Request&, Args...)> {};
template <class R, class F, class... Args>
struct Signature<R (F::*)(http::Request&, Args...)> : Signature<R (*)(http::Request&, Args...)> {
    static constexpr bool is_const = false;
};

template <class F>
concept IsView = requires {
    typename Signature<std::decay_t<F>>::Parameters;
    requires std::convertible_to<typename Signature<std::decay_t<F>>::Returns, http::Response>;
};

template <class F>
constexpr ViewFlags flags_of(const F& view) {
    if constexpr (requires {
                      { view.view_flags() } -> std::convertible_to<ViewFlags>;
                  })
        return view.view_flags();
    else
        return ViewFlags::None;
}

template <class F>
ViewKey key_of(const F& view) {
    if constexpr (std::is_pointer_v<F>)
        return reinterpret_cast<ViewKey>(view);
    else if constexpr (requires {
                           { view.view_key() } -> std::same_as<ViewKey>;
                       })
        return view.view_key();
    else
        return nullptr;
}

}  // namespace impl

/// A view of any kind, behind one small copyable value. Copies share the function object, which is
/// called as const; one whose operator() is not const is copied for each request, so that its
/// members are the request's own, as in Django's class-based views.
class View {
public:
    /// Calls what `view` holds with what `match` has captured.
    using Invoke = http::Response (*)(const View& view, http::Request&, const ResolverMatch& match);
    /// Whether the captures fit the parameter types (an int that is too large does not).
    using Fits = bool (*)(const ResolverMatch&);

    /// What a View is made of, as the compiler sees it for each type of view.
    struct Parts {
        Invoke invoke = nullptr;
        Fits fits = nullptr;
        ViewKey key = nullptr;  ///< a free function is its own key, and needs no target
        ViewFlags flags = ViewFlags::None;
        Shared<const void> target;
    };

    View() = default;
    View(const Parts& parts);

    explicit operator bool() const { return invoke_ != nullptr; }
    http::Response operator()(http::Request& request, const ResolverMatch& match) const {
        return invoke_(*this, request, match);
    }
    bool fits(const ResolverMatch& match) const { return fits_ == nullptr || fits_(match); }
    ViewKey key() const { return key_; }
    /// The function object; null for a free function.
    const void* target() const { return target_.get(); }
    ViewFlags flags() const { return flags_; }
    bool has(ViewFlags flag) const { return has_flag(flags_, flag); }

private:
    Invoke invoke_ = nullptr;
    Fits fits_ = nullptr;
    Shared<const void> target_;
    ViewKey key_ = nullptr;
    ViewFlags flags_ = ViewFlags::None;
};

namespace impl {

template <class F, class Around, class Parameters>
class Decorated;

template <class F, class Around, class... Args>
class Decorated<F, Around, TypeList<Args...>> {
public:
    Decorated(F view, Around around, ViewFlags more)
        : view_(std::move(view)), around_(std::move(around)), flags_(flags_of(view_) | more) {}

    http::Response operator()(http::Request& request, Args... args) const {
        return around_(request, [&]() -> http::Response {
            if constexpr (Signature<F>::is_const) {
                return view_(request, std::forward<Args>(args)...);
            } else {
                F own(view_);
                return own(request, std::forward<Args>(args)...);
            }
        });
    }
    ViewFlags view_flags() const { return flags_; }
    ViewKey view_key() const { return key_of(view_); }

private:
    F view_;
    Around around_;
    ViewFlags flags_;
};

}  // namespace impl

/// A view with the same parameters as `view`, which runs `around(request, next)`; `next()` runs the
/// view. Decorators (login_required, require_POST, ...) are made with it, and reversing by the
/// function still finds the route.
template <class F, class Around>
auto decorate(F view, Around around, ViewFlags flags = ViewFlags::None) {
    static_assert(impl::IsView<F>, "decorate(): a view takes a Request& and returns a Response");
    using Parameters = typename impl::Signature<F>::Parameters;
    return impl::Decorated<F, Around, Parameters>(std::move(view), std::move(around), flags);
}

/// The same view with more flags.
template <class F>
auto with_flags(F view, ViewFlags flags) {
    return decorate(std::move(view), [](http::Request&, auto&& next) { return next(); }, flags);
}

}  // namespace tatum::urls

namespace tatum {
using urls::Kwargs;
}
