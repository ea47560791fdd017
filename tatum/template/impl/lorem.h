#pragma once

#include <cstdint>
#include <string>

namespace tatum::template_::impl {

/// Words of blind text; the first ones are the well-known ones if `common`.
std::string lorem_words(std::int64_t count, bool common);
/// Paragraphs of blind text, each between `before` and `after`, separated by blank lines.
std::string lorem_paragraphs(std::int64_t count, bool common, std::string_view before,
                             std::string_view after);

}  // namespace tatum::template_::impl
