#pragma once

#include <tatum/urls/path.h>
#include <tatum/urls/resolver.h>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tatum::urls {

/// The address of a route of the current site: `reverse("products:category", "sauces")`. Throws
/// NoReverseMatch.
std::string reverse(std::string_view name, const List& args, const Dict& kwargs,
                    const ReverseOptions& options = {});
std::string reverse(std::string_view name, const ReverseOptions& options = {});
/// With named arguments: `reverse("category", Kwargs{{"slug", "sauces"}}, {.fragment = "top"})`.
/// (A template, so that braces after the name always mean ReverseOptions.)
template <std::same_as<Kwargs> Named>
std::string reverse(std::string_view name, const Named& kwargs,
                    const ReverseOptions& options = {}) {
    return reverse(name, kwargs.args(), kwargs.dict(), options);
}
namespace impl {
std::string reverse_positional(std::string_view name, std::initializer_list<Value> args);
}
/// With positional arguments.
template <class... Args>
    requires(sizeof...(Args) > 0 && (std::is_constructible_v<Value, const Args&> && ...))
std::string reverse(std::string_view name, const Args&... args) {
    return impl::reverse_positional(name, {Value(args)...});
}

/// A path of the current site, resolved. Throws Resolver404. `path` outlives the match.
ResolverMatch resolve(std::string_view path);
bool is_valid_path(std::string_view path);

namespace impl {

/// A view's argument as a Value for reversing.
template <class T>
Value to_url_value(const T& argument) {
    if constexpr (std::is_constructible_v<Value, const T&>)
        return Value(argument);
    else
        return Value(argument.str());
}

std::string reverse_view(ViewKey view, const List& args, const ReverseOptions& options);

template <class Parameters>
struct TypedReverse;
template <class... Parameters>
struct TypedReverse<TypeList<Parameters...>> {
    template <class... Args>
    static List arguments(Args&&... args) {
        static_assert(sizeof...(Args) == sizeof...(Parameters),
                      "reverse<view>(): give one argument for each parameter behind Request&");
        if constexpr (sizeof...(Args) == sizeof...(Parameters)) {
            static_assert((std::is_convertible_v<Args, std::remove_cvref_t<Parameters>> && ...),
                          "reverse<view>(): an argument does not convert to the view's parameter");
            List list;
            list.reserve(sizeof...(Args));
            (list.push_back(to_url_value(static_cast<const std::remove_cvref_t<Parameters>&>(
                 std::remove_cvref_t<Parameters>(std::forward<Args>(args))))),
             ...);
            return list;
        }
    }
};

}  // namespace impl

/// The address of a view function, its arguments checked by the compiler:
/// `reverse<category_page>("sauces")`. Only where one route leads to the view; with several, the
/// last that fits. Throws NoReverseMatch.
template <auto view, class... Args>
    requires impl::IsView<decltype(view)>
std::string reverse(Args&&... args) {
    using Parameters = typename impl::Signature<decltype(view)>::Parameters;
    return impl::reverse_view(
        impl::key_of(view), impl::TypedReverse<Parameters>::arguments(std::forward<Args>(args)...),
        {});
}

}  // namespace tatum::urls

namespace tatum {
using urls::is_valid_path;
using urls::resolve;
using urls::reverse;
using urls::ReverseOptions;
}  // namespace tatum
