#pragma once

#include <tatum/base/value.h>

#include <optional>
#include <string>
#include <string_view>

namespace tatum::template_::impl {

/// Python's `format % value` (Python docs: stdtypes#printf-style-string-formatting). nullopt where
/// Python raises TypeError or ValueError; throws TemplateRenderError for other errors and for
/// widths past the limit of filters.
std::optional<std::string> percent_format(std::string_view format, const Value& value);

}  // namespace tatum::template_::impl
