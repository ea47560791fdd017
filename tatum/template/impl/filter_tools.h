#pragma once

#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/render_state.h>
#include <tatum/template/library.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the built-in filters share.
namespace tatum::template_::impl {

/// The value as text, as Django's @stringfilter gives it. Views into the value or into itself.
using Text = Argument<std::string_view>;

inline constexpr FilterFlags kSafe{.is_safe = true};
inline constexpr FilterFlags kSafeAutoescape{.is_safe = true, .needs_autoescape = true};
inline constexpr FilterFlags kLocaltime{.expects_localtime = true};

using ArgumentRule = Filter::Argument;

/// Adds a built-in filter, which is a plain function.
void add_filter(Library& library, const char* name, FilterFunction function,
                ArgumentRule argument = ArgumentRule::None, FilterFlags flags = {});

/// int(argument); fails where Python raises TypeError or ValueError.
std::int64_t integer_of(const Value& argument);
/// int(argument) into `number`; false for a text that is no number. Fails on other types.
bool read_integer(const Value& argument, std::int64_t& number);
/// The argument, which must be a text.
std::string_view text_argument(const FilterCall& call);

/// The pairs of name and list that a QueryDict's lists() gives; nullopt for anything else.
std::optional<List> query_lists(const Value& value);

[[noreturn]] void fail_conversion(const ToInt& result, const Value& value);
[[noreturn]] void fail_type(std::string message);

/// For filters that take no argument, where Django finds that out only when it calls them: its
/// second parameter, `autoescape`, hides that from the parser.
void refuse_argument(const FilterCall& call);

/// A width or length that a template asks for; fails beyond what a page may hold.
std::int64_t checked_width(std::int64_t width);

}  // namespace tatum::template_::impl
