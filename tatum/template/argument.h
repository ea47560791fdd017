#pragma once

#include <tatum/base/value.h>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tatum::template_ {

class Context;

/// Turns a Value into what a C++ function of a library takes. An Argument<T> is made from the
/// Value, lives during the call, and get() gives the T. Specialise it for a type of one's own.
///
/// Numbers are read as Python's int() and float() would; what does not fit throws
/// TemplateRenderError (template.E101).
template <class T>
struct Argument;

namespace impl {
/// Each throws TemplateRenderError, template.E101.
std::int64_t integer_argument(const Value& value);
double float_argument(const Value& value);
Decimal decimal_argument(const Value& value);
[[noreturn]] void wrong_argument(const Value& value, std::string_view expected);
}  // namespace impl

template <>
struct Argument<Value> {
    explicit Argument(const Value& value) : value_(value) {}
    const Value& get() const { return value_; }
    const Value& value_;
};

/// Any value, as Python's str(); text is not copied.
template <>
struct Argument<std::string_view> {
    explicit Argument(const Value& value) {
        if (!value.is_string()) text_ = value.str();
        view_ = value.is_string() ? value.as_string() : std::string_view(text_);
    }
    std::string_view get() const { return view_; }
    std::string text_;
    std::string_view view_;
};

template <>
struct Argument<std::string> {
    explicit Argument(const Value& value) : text_(value.str()) {}
    std::string get() { return std::move(text_); }
    std::string text_;
};

template <>
struct Argument<bool> {
    explicit Argument(const Value& value) : value_(value.truth()) {}
    bool get() const { return value_; }
    bool value_;
};

template <std::integral T>
struct Argument<T> {
    explicit Argument(const Value& value) : value_(impl::integer_argument(value)) {
        if (!std::in_range<T>(value_)) impl::wrong_argument(value, "an integer in range");
    }
    T get() const { return static_cast<T>(value_); }
    std::int64_t value_;
};

template <std::floating_point T>
struct Argument<T> {
    explicit Argument(const Value& value) : value_(impl::float_argument(value)) {}
    T get() const { return static_cast<T>(value_); }
    double value_;
};

template <>
struct Argument<Decimal> {
    explicit Argument(const Value& value) : value_(impl::decimal_argument(value)) {}
    const Decimal& get() const { return value_; }
    Decimal value_;
};

template <>
struct Argument<Date> {
    explicit Argument(const Value& value) : value_(value) {
        if (value.kind() != Kind::Date && value.kind() != Kind::DateTime) {
            impl::wrong_argument(value, "a date");
        }
    }
    Date get() const {
        return value_.kind() == Kind::Date ? value_.as_date() : value_.as_datetime().date();
    }
    const Value& value_;
};

template <>
struct Argument<DateTime> {
    explicit Argument(const Value& value) : value_(value) {
        if (value.kind() != Kind::DateTime) impl::wrong_argument(value, "a date with a time");
    }
    DateTime get() const { return value_.as_datetime(); }
    const Value& value_;
};

/// Any value that can be iterated.
template <>
struct Argument<List> {
    explicit Argument(const Value& value) {
        auto items = value.items();
        if (!items) impl::wrong_argument(value, "a list");
        items_ = *std::move(items);
    }
    const List& get() const { return items_; }
    List items_;
};

template <>
struct Argument<Dict> {
    explicit Argument(const Value& value) : value_(value) {
        if (!value.is_dict()) impl::wrong_argument(value, "a mapping");
    }
    const Dict& get() const { return value_.as_dict(); }
    const Value& value_;
};

/// nullopt for None, and for an argument that the template does not give.
template <class T>
struct Argument<std::optional<T>> {
    explicit Argument(const Value& value) {
        if (!value.is_none()) inner_.emplace(value);
    }
    std::optional<T> get() {
        if (!inner_) return std::nullopt;
        return std::optional<T>(inner_->get());
    }
    std::optional<Argument<T>> inner_;
};

namespace impl {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class R, bool WithContext, class... Args>
struct Shape {
    static constexpr std::size_t kCount = sizeof...(Args);
    template <std::size_t I>
    using Parameter = std::remove_cvref_t<std::tuple_element_t<I, std::tuple<Args...>>>;

    template <class F>
    static Value call(const F& function, Context& context, const Value* const* values) {
        return call(function, context, values, std::index_sequence_for<Args...>());
    }

private:
    template <class F, std::size_t... I>
    static Value call(const F& function, [[maybe_unused]] Context& context,
                      [[maybe_unused]] const Value* const* values, std::index_sequence<I...>) {
        // Made in place: an Argument may view into itself.
        [[maybe_unused]] std::tuple<Argument<std::remove_cvref_t<Args>>...> arguments{
            *values[I]...};
        if constexpr (WithContext) {
            return Value(function(context, std::get<I>(arguments).get()...));
        } else {
            return Value(function(std::get<I>(arguments).get()...));
        }
    }
};

template <class Pointer>
struct SignatureOf;
template <class R, class... Args>
struct SignatureOf<R (*)(Args...)> : Shape<R, false, Args...> {};
template <class R, class... Args>
struct SignatureOf<R (*)(Context&, Args...)> : Shape<R, true, Args...> {};
template <class R, class C, class... Args>
struct SignatureOf<R (C::*)(Args...) const> : Shape<R, false, Args...> {};
template <class R, class C, class... Args>
struct SignatureOf<R (C::*)(Context&, Args...) const> : Shape<R, true, Args...> {};

template <class F>
struct CallOperator {
    using type = decltype(&F::operator());
};
template <class R, class... Args>
struct CallOperator<R (*)(Args...)> {
    using type = R (*)(Args...);
};

/// What a function or lambda takes: `Context&` first or not, then typed values.
template <class F>
using Signature = SignatureOf<typename CallOperator<F>::type>;

}  // namespace impl

}  // namespace tatum::template_
