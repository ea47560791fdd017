#pragma once

#include <tatum/template/impl/body.h>
#include <tatum/template/impl/nodes.h>
#include <tatum/template/parser.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the built-in tags' parsers share.
namespace tatum::template_::impl {

using Bits = std::vector<std::string_view>;

Result<const Expression*> compile(Parser& parser, std::string_view text);

/// A TemplateSyntaxError in the making; its place is added by the parser.
Error tag_error(std::string message);

/// Reads `name=expression` from `bits` at `next` on, as far as there are any. With `legacy`, also
/// `expression as name and expression as name`. Django's token_kwargs().
enum class LegacyForm : bool { No, Yes };
Result<std::vector<std::pair<Name, const Expression*>>> parse_assignments(
    Parser& parser, const Bits& bits, std::size_t& next, LegacyForm legacy = LegacyForm::No);

/// `name`, where names of all the engine's templates lie.
Name shared_name(Parser& parser, std::string_view name);

/// The name before '=' in `name=expression`, or "" when `bit` has none.
std::string_view assignment_name(std::string_view bit);

/// The names that `{% load %}` knows, sorted.
std::vector<std::string> library_names(const Engine& engine);

/// Moves a vector into the template and returns a view of it.
template <class T>
std::span<const T> keep_all(Parser& parser, std::vector<T> items) {
    if (items.empty()) return {};
    auto* kept = parser.make<std::vector<T>>(std::move(items));
    return {kept->data(), kept->size()};
}

/// Compiles each bit from `first` on, to `last` (not included).
Result<std::span<const Expression* const>> compile_all(Parser& parser, const Bits& bits,
                                                       std::size_t first, std::size_t last);

/// Takes `as NAME` off the end of `bits`; "" when there is none.
std::string_view take_as(Bits& bits);

/// Python's repr() of a str, and of the list of bits from `first` on, for messages.
std::string quoted(std::string_view text);
std::string repr_of(const Bits& bits, std::size_t first);

}  // namespace tatum::template_::impl
