#pragma once

#include <tatum/base/error.h>

#include <optional>
#include <utility>

namespace tatum {

/// A value or the Error that took its place. The member names are std::expected's.
/// value() throws the Error as an Exception, for callers that have nothing to add.
template <class T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : value_(std::move(value)) {}
    Result(Error error) : error_(std::move(error)) {}

    bool has_value() const { return value_.has_value(); }
    explicit operator bool() const { return has_value(); }

    T& value() & {
        throw_if_error();
        return *value_;
    }
    const T& value() const& {
        throw_if_error();
        return *value_;
    }
    T value() && {
        throw_if_error();
        return std::move(*value_);
    }
    template <class U>
    T value_or(U&& other) const& {
        return has_value() ? *value_ : static_cast<T>(std::forward<U>(other));
    }

    T& operator*() & { return *value_; }
    const T& operator*() const& { return *value_; }
    T&& operator*() && { return std::move(*value_); }
    T* operator->() { return &*value_; }
    const T* operator->() const { return &*value_; }

    /// Only when !has_value().
    const Error& error() const& { return error_; }
    Error error() && { return std::move(error_); }

private:
    void throw_if_error() const {
        if (!value_) throw Exception(error_);
    }

    std::optional<T> value_;
    Error error_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool has_value() const { return !error_; }
    explicit operator bool() const { return has_value(); }
    void value() const {
        if (error_) throw Exception(*error_);
    }
    /// Only when !has_value().
    const Error& error() const& { return *error_; }
    Error error() && { return std::move(*error_); }

private:
    std::optional<Error> error_;
};

}  // namespace tatum

#define TATUM_JOIN_(a, b) a##b
#define TATUM_JOIN(a, b) TATUM_JOIN_(a, b)
#define TATUM_TRY_(result, declaration, expression) \
    auto result = (expression);                     \
    if (!result) return std::move(result).error();  \
    declaration = *std::move(result)

/// `TATUM_TRY(auto x, f());` declares x from f()'s value, or returns f()'s Error from this
/// function.
#define TATUM_TRY(declaration, expression) \
    TATUM_TRY_(TATUM_JOIN(tatum_result_, __LINE__), declaration, expression)
