#pragma once

#include <tatum/base/shared.h>
#include <tatum/base/value.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tatum {
class Regex;
}

namespace tatum::urls {

/// What stands in "<int:year>" before the colon, as the resolver sees it: which text fits, and how
/// text becomes a value and a value text. Immutable, lives as long as the process or its owner.
class Converter {
public:
    /// How the matcher may scan: by a set of characters, or with the regular expression.
    enum class Scan : std::uint8_t { Digits, Segment, Slug, Uuid, Path, Regex };

    virtual ~Converter() = default;
    virtual std::string_view name() const = 0;
    /// As RE2 reads it, without anchors and capturing groups.
    virtual std::string_view regex() const = 0;
    virtual Scan scan() const { return Scan::Regex; }
    /// nullopt: the text matches regex() and is no value all the same; the route does not match.
    virtual std::optional<Value> to_value(std::string_view text) const = 0;
    /// nullopt: `value` is none of this converter's.
    virtual std::optional<std::string> to_url(const Value& value) const = 0;

    /// "int", "path", "slug", "str" or "uuid"; nullptr for any other name.
    static const Converter* builtin(std::string_view name);
};

/// A converter of one's own:
///
///     struct FourDigitYear {
///         static constexpr std::string_view name = "yyyy";
///         static constexpr std::string_view regex = "[0-9]{4}";
///         static std::optional<int> to_cpp(std::string_view text);   // nullopt: no match
///         static std::string to_url(int year);
///     };
///
/// and then `path<"archive/<yyyy:year>/", FourDigitYear>(archive, "archive")`.
template <class C>
concept OwnConverter = requires(std::string_view text) {
    { C::name } -> std::convertible_to<std::string_view>;
    { C::regex } -> std::convertible_to<std::string_view>;
    { *C::to_cpp(text) };
    { C::to_cpp(text).has_value() } -> std::convertible_to<bool>;
    { C::to_url(*C::to_cpp(text)) } -> std::convertible_to<std::string>;
};

/// What a view gets from C.
template <OwnConverter C>
using ConverterValue = std::remove_cvref_t<decltype(*C::to_cpp(std::string_view()))>;

namespace impl {

/// An own converter's expression; null when it is not one.
Shared<const Regex> compile_converter(std::string_view regex);
bool takes_all(const Regex* regex, std::string_view text);

/// A Value as a C++ argument; nullopt when it is of another kind. Integers also from their text.
std::optional<std::int64_t> value_to_int(const Value& value);

template <class T>
std::optional<T> value_to(const Value& value) {
    if constexpr (std::is_integral_v<T>) {
        const std::optional<std::int64_t> number = value_to_int(value);
        if (!number || !std::in_range<T>(*number)) return std::nullopt;
        return static_cast<T>(*number);
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
        if (!value.is_string()) return std::nullopt;
        return T(value.as_string());
    } else if constexpr (std::is_same_v<T, Uuid>) {
        if (value.kind() != Kind::Uuid) return std::nullopt;
        return value.as_uuid();
    } else if constexpr (std::is_same_v<T, Date>) {
        if (value.kind() != Kind::Date) return std::nullopt;
        return value.as_date();
    } else {
        return std::nullopt;
    }
}

/// Makes an own converter a Converter.
template <OwnConverter C>
class ConverterOf final : public Converter {
    using T = ConverterValue<C>;

public:
    std::string_view name() const override { return C::name; }
    std::string_view regex() const override { return C::regex; }
    std::optional<Value> to_value(std::string_view text) const override {
        const auto value = C::to_cpp(text);
        if (!value.has_value()) return std::nullopt;
        if constexpr (std::is_constructible_v<Value, const T&>)
            return Value(*value);
        else
            return Value(text);
    }
    /// A text that reads as one of C's values stands for it, as arguments of templates may be text.
    std::optional<std::string> to_url(const Value& value) const override {
        if (const std::optional<T> typed = value_to<T>(value)) return C::to_url(*typed);
        if (value.is_string() && takes_all(regex_.get(), value.as_string()))
            if (const auto typed = C::to_cpp(value.as_string()); typed.has_value())
                return C::to_url(*typed);
        return std::nullopt;
    }

private:
    Shared<const Regex> regex_ = compile_converter(C::regex);
};

template <OwnConverter C>
const Converter* converter_of() {
    static const ConverterOf<C> converter;
    return &converter;
}

}  // namespace impl

}  // namespace tatum::urls
