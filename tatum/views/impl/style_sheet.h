#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tatum::views::impl {

/// The name that a file gets; nullopt keeps the old one.
using Rename = std::function<std::optional<std::string>(std::string_view name)>;

/// A style sheet whose references to other files (`url(...)`, `@import "..."`) have their new
/// names. `sheet` is its own name, from which relative references start. References to other hosts,
/// data: and fragments stay, as does what stands in comments.
std::string rewrite_style_sheet(std::string_view source, std::string_view sheet,
                                const Rename& rename);

}  // namespace tatum::views::impl
