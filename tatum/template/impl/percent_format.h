#pragma once

#include <tatum/base/result.h>
#include <tatum/base/value.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace tatum::template_::impl {

/// What percent_format() makes at most; passing it is an error of code template.E190.
inline constexpr std::size_t kFormattedBytesMax = 64u << 20;

/// Python's `format % value` (Python docs: stdtypes#printf-style-string-formatting). Errors:
/// template.E101, template.E102 and template.E106 where Python raises ValueError, TypeError and
/// KeyError. Throws TemplateRenderError for other errors and for widths past the limit of filters.
Result<std::string> percent_format(std::string_view format, const Value& value);

}  // namespace tatum::template_::impl
