#pragma once

#include <tatum/base/value.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tatum::template_::impl {

/// What percent_format() makes at most; passing it is an error of code template.E190.
inline constexpr std::size_t kFormattedBytesMax = 64u << 20;

/// Python's `format % value` (Python docs: stdtypes#printf-style-string-formatting). nullopt where
/// Python raises TypeError or ValueError; throws TemplateRenderError for other errors and for
/// widths past the limit of filters.
std::optional<std::string> percent_format(std::string_view format, const Value& value);

}  // namespace tatum::template_::impl
