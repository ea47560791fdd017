#pragma once

#include <tatum/urls/resolver.h>
#include <tatum/urls/urls.h>
#include <tatum/urls/view.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tatum::urls {

namespace impl {

template <std::size_t N>
struct FixedString {
    char text[N] = {};
    constexpr FixedString(const char (&literal)[N]) {
        for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
    }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

enum class RouteFault : std::uint8_t { None, WhiteSpace, BadName, SameName, TooMany };

struct RouteParameter {
    std::string_view converter, name;
};

/// What a route says about its parameters; the grammar is that of PathPattern::parse().
struct RouteParameters {
    static constexpr std::size_t kMax = 16;
    std::array<RouteParameter, kMax> items{};
    std::size_t count = 0;
    RouteFault fault = RouteFault::None;
};

constexpr bool is_name_character(char c, bool first) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || byte >= 0x80 ||
           (!first && c >= '0' && c <= '9');
}

constexpr bool is_identifier(std::string_view name) {
    if (name.empty()) return false;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (!is_name_character(name[i], i == 0)) return false;
    return true;
}

/// The next "<converter:name>" of `route` at or behind `from`: where it starts and ends (past '>').
/// A '<' that opens none is literal, as in Django.
struct RouteHole {
    std::size_t start = std::string_view::npos, end = 0;
    RouteParameter parameter;
};
constexpr RouteHole next_hole(std::string_view route, std::size_t from) {
    for (std::size_t open = route.find('<', from); open != std::string_view::npos;
         open = route.find('<', open + 1)) {
        const std::size_t close = route.find('>', open + 1);
        if (close == std::string_view::npos || close == open + 1) continue;
        const std::string_view inside = route.substr(open + 1, close - open - 1);
        const std::size_t colon = inside.find(':');
        RouteHole hole{open, close + 1, {"str", inside}};
        if (colon != std::string_view::npos && colon > 0 && colon + 1 < inside.size())
            hole.parameter = {inside.substr(0, colon), inside.substr(colon + 1)};
        return hole;
    }
    return {};
}

constexpr bool has_white_space(std::string_view text) {
    return text.find_first_of(" \t\n\r\v\f") != std::string_view::npos;
}

constexpr RouteParameters parse_route(std::string_view route) {
    RouteParameters result;
    for (RouteHole hole = next_hole(route, 0); hole.start != std::string_view::npos;
         hole = next_hole(route, hole.end)) {
        if (has_white_space(route.substr(hole.start, hole.end - hole.start)))
            result.fault = RouteFault::WhiteSpace;
        else if (!is_identifier(hole.parameter.name))
            result.fault = RouteFault::BadName;
        else if (result.count == RouteParameters::kMax)
            result.fault = RouteFault::TooMany;
        for (std::size_t i = 0; i < result.count; ++i)
            if (result.items[i].name == hole.parameter.name) result.fault = RouteFault::SameName;
        if (result.fault != RouteFault::None) return result;
        result.items[result.count++] = hole.parameter;
    }
    return result;
}

/// What `route` says, worked out once for each route.
template <FixedString route>
inline constexpr RouteParameters kParametersOf = parse_route(route.view());

/// Stands for a name that no converter has.
struct UnknownConverter {};

/// Text captured by str, slug or path.
struct TextConverter {
    template <class T>
    static constexpr bool fits_type =
        std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>;
    template <class T>
    static bool fits(std::string_view) {
        return true;
    }
    template <class T>
    static T get(std::string_view text) {
        return T(text);
    }
};
std::optional<std::int64_t> parse_digits(std::string_view digits);
struct IntConverter {
    template <class T>
    static constexpr bool fits_type = std::is_integral_v<T> && !std::is_same_v<T, bool> &&
                                      !std::is_same_v<T, char> && sizeof(T) >= 2;
    template <class T>
    static bool fits(std::string_view text) {
        const std::optional<std::int64_t> number = parse_digits(text);
        return number.has_value() && std::in_range<T>(*number);
    }
    template <class T>
    static T get(std::string_view text) {
        return static_cast<T>(*parse_digits(text));
    }
};
struct UuidConverter {
    template <class T>
    static constexpr bool fits_type = std::is_same_v<T, Uuid>;
    template <class T>
    static bool fits(std::string_view) {
        return true;
    }
    template <class T>
    static T get(std::string_view text) {
        return *Uuid::parse(text);
    }
};
template <class C>
struct OwnTyped {
    template <class T>
    static constexpr bool fits_type = std::is_convertible_v<ConverterValue<C>, T>;
    template <class T>
    static bool fits(std::string_view) {
        return true;  // the resolver has asked to_value(), which asks to_cpp()
    }
    template <class T>
    static T get(std::string_view text) {
        return *C::to_cpp(text);
    }
};

template <class... Own>
constexpr std::size_t own_index(std::string_view name) {
    std::size_t index = 0;
    static_cast<void>(((std::string_view(Own::name) == name || (++index, false)) || ...));
    return index;
}

/// The converter type for a name; own ones win over the built-in ones.
template <FixedString route, std::size_t index, class... Own>
constexpr auto find_converter() {
    constexpr std::string_view name = kParametersOf<route>.items[index].converter;
    if constexpr (((std::string_view(Own::name) == name) || ...)) {
        constexpr std::size_t at = own_index<Own...>(name);
        return OwnTyped<std::tuple_element_t<at, std::tuple<Own...>>>{};
    } else if constexpr (name == "int") {
        return IntConverter{};
    } else if constexpr (name == "str" || name == "slug" || name == "path") {
        return TextConverter{};
    } else if constexpr (name == "uuid") {
        return UuidConverter{};
    } else {
        return UnknownConverter{};
    }
}

/// What a View made from an F holds.
template <class F>
decltype(auto) target_of(const View& view) {
    if constexpr (std::is_pointer_v<F>)
        return reinterpret_cast<F>(view.key());
    else
        return *static_cast<const F*>(view.target());
}

template <class F>
View::Parts view_parts(View::Invoke invoke, F&& view, View::Fits fits = nullptr) {
    View::Parts parts{.invoke = invoke, .fits = fits, .key = key_of(view), .flags = flags_of(view)};
    if constexpr (!std::is_pointer_v<F>) parts.target = shared<const F>(std::move(view));
    return parts;
}

/// Calls a view of type F whose first parameters are filled by the converters. A view may take
/// `const Kwargs&` alone instead.
template <class F, class Parameters, class Converters>
struct Typed;
template <class F, class... Parameters, class... Converters>
struct Typed<F, TypeList<Parameters...>, TypeList<Converters...>> {
    static bool fits(const ResolverMatch& match) {
        return fits_each(match, std::index_sequence_for<Converters...>{});
    }
    static http::Response invoke(const View& view, http::Request& request,
                                 const ResolverMatch& match) {
        return call(target_of<F>(view), request, match, std::index_sequence_for<Converters...>{});
    }

private:
    template <std::size_t... I>
    static bool fits_each(const ResolverMatch& match, std::index_sequence<I...>) {
        return (
            Converters::template fits<std::remove_cvref_t<Parameters>>(match.own_capture(I).text) &&
            ...);
    }
    template <std::size_t... I>
    static http::Response call(const F& view, http::Request& request,
                               [[maybe_unused]] const ResolverMatch& match,
                               std::index_sequence<I...>) {
        if constexpr (Signature<F>::is_const) {
            return view(request, Converters::template get<std::remove_cvref_t<Parameters>>(
                                     match.own_capture(I).text)...);
        } else {
            F own(view);
            return own(request, Converters::template get<std::remove_cvref_t<Parameters>>(
                                    match.own_capture(I).text)...);
        }
    }
};

template <class F>
http::Response invoke_with_kwargs(const View& held, http::Request& request,
                                  const ResolverMatch& match) {
    decltype(auto) view = target_of<F>(held);
    if constexpr (Signature<F>::is_const) {
        return view(request, match.kwargs());
    } else {
        F own(view);
        return own(request, match.kwargs());
    }
}

template <class F>
inline constexpr bool kTakesKwargs =
    std::is_same_v<typename Signature<F>::Parameters, TypeList<const Kwargs&>> ||
    std::is_same_v<typename Signature<F>::Parameters, TypeList<Kwargs>>;

template <class Parameters, class Converters>
inline constexpr bool kTypesFit = false;
template <class... Parameters, class... Converters>
inline constexpr bool kTypesFit<TypeList<Parameters...>, TypeList<Converters...>> =
    (Converters::template fits_type<std::remove_cvref_t<Parameters>> && ...);
template <class... Converters>
inline constexpr bool kAllKnown = (!std::is_same_v<Converters, UnknownConverter> && ...);

template <FixedString route>
constexpr void check_route() {
    constexpr RouteFault fault = kParametersOf<route>.fault;
    static_assert(fault != RouteFault::WhiteSpace,
                  "path<>: no white space between '<' and '>' in a route");
    static_assert(fault != RouteFault::BadName,
                  "path<>: a parameter's name in a route must be an identifier");
    static_assert(fault != RouteFault::SameName, "path<>: a route names a parameter twice");
    static_assert(fault != RouteFault::TooMany, "path<>: a route has at most 16 parameters");
}

template <FixedString route, class F, class... Own, std::size_t... I>
View::Parts typed_view(F&& view, std::index_sequence<I...>) {
    using Parameters = typename Signature<F>::Parameters;
    if constexpr (kTakesKwargs<F>) {
        return view_parts(&invoke_with_kwargs<F>, std::move(view));
    } else {
        using Converters = TypeList<decltype(find_converter<route, I, Own...>())...>;
        constexpr bool known = kAllKnown<decltype(find_converter<route, I, Own...>())...>;
        static_assert(known,
                      "path<>: the route names an unknown converter; the built-in ones are int, "
                      "path, slug, str and uuid, own ones are given as path<\"...\", Converter>");
        static_assert(Parameters::size == sizeof...(I),
                      "path<>: the view must take one parameter behind Request& for each <...> of "
                      "the route, in this order, or const Kwargs& alone");
        if constexpr (known && Parameters::size == sizeof...(I)) {
            static_assert(kTypesFit<Parameters, Converters>,
                          "path<>: a parameter of the view does not fit its converter: int needs "
                          "an integer type, uuid needs Uuid, str, slug and path need std::string "
                          "or std::string_view");
            if constexpr (kTypesFit<Parameters, Converters>) {
                using Call = Typed<F, Parameters, Converters>;
                return view_parts(&Call::invoke, std::move(view),
                                  sizeof...(I) > 0 ? &Call::fits : nullptr);
            }
        }
        return {};
    }
}

/// A view of re_path(), or of a route known at run time: takes `const Kwargs&` or nothing.
template <class F>
View::Parts untyped_view(F&& view) {
    static_assert(kTakesKwargs<F> || Signature<F>::Parameters::size == 0,
                  "re_path(): the view takes const Kwargs& or nothing behind Request&");
    if constexpr (kTakesKwargs<F>)
        return view_parts(&invoke_with_kwargs<F>, std::move(view));
    else
        return view_parts(&Typed<F, TypeList<>, TypeList<>>::invoke, std::move(view));
}

/// Without `options` there are none.
Url make_path(std::string_view route, std::initializer_list<const Converter*> converters,
              const View::Parts& view, std::string_view name, const UrlOptions* options);
Url make_path(std::string_view route, std::initializer_list<const Converter*> converters,
              Included included, const UrlOptions& options);

template <FixedString route, class... Own, class F>
Url checked_path(F&& view, std::string_view name, const UrlOptions* options) {
    check_route<route>();
    static_assert(IsView<F>,
                  "path<>: a view is a function or an object with one operator() that takes "
                  "Request& first and returns a Response");
    constexpr std::size_t count = kParametersOf<route>.count;
    if constexpr (IsView<F>) {
        return make_path(
            route.view(), {converter_of<Own>()...},
            typed_view<route, F, Own...>(std::move(view), std::make_index_sequence<count>{}), name,
            options);
    }
}

}  // namespace impl

/// One route of a list of urls, with a view that is a function, a lambda or a function object:
///
///     path<"category/<slug:category_slug>/">(category_page, "category")
///
/// The compiler checks that the view takes, behind Request&, one parameter for each <...>: int
/// needs an integer type (a number that is too large for it does not match), uuid needs Uuid, and
/// str, slug and path need std::string or std::string_view. `Own` lists converters of one's own.
template <impl::FixedString route, class... Own, class F>
    requires(!std::is_same_v<F, Included>)
Url path(F view, std::string_view name = {}) {
    return impl::checked_path<route, Own...>(std::move(view), name, nullptr);
}
template <impl::FixedString route, class... Own, class F>
    requires(!std::is_same_v<F, Included>)
Url path(F view, std::string_view name, const UrlOptions& options) {
    return impl::checked_path<route, Own...>(std::move(view), name, &options);
}

/// A list of urls under a prefix: `path<"shop/">(include(products::urls))`. Captures of the prefix
/// reach views that take `const Kwargs&`.
template <impl::FixedString route, class... Own>
Url path(Included included, const UrlOptions& options = {}) {
    impl::check_route<route>();
    return impl::make_path(route.view(), {impl::converter_of<Own>()...}, std::move(included),
                           options);
}

template <class F>
    requires impl::IsView<F>
Url path(std::string_view route, F view, std::string_view name = {},
         const UrlOptions& options = {}) {
    return path(route, impl::untyped_view<std::decay_t<F>>(std::move(view)), name, options);
}

template <class F>
    requires impl::IsView<F>
Url re_path(std::string_view regex, F view, std::string_view name = {},
            const UrlOptions& options = {}) {
    return re_path(regex, impl::untyped_view<std::decay_t<F>>(std::move(view)), name, options);
}

}  // namespace tatum::urls

namespace tatum {
using urls::path;
using urls::re_path;
}  // namespace tatum
