#pragma once

#include <tatum/template/parser.h>

#include <string_view>
#include <vector>

namespace tatum::template_::impl {

/// Cuts a template's source into text, `{{ }}`, `{% %}` and `{# #}`, none of which may span lines.
/// Within `{% verbatim %}` everything up to its end tag is text. Never fails: what is not closed is
/// text.
std::vector<Token> tokenize(std::string_view source);

}  // namespace tatum::template_::impl
