#pragma once

#include <tatum/template/parser.h>

namespace tatum::template_::impl {

/// The node of a simple, simple block or inclusion tag: checks the arguments against the tag's
/// parameters. Errors template.E020.
Result<Node*> parse_function_tag(Parser& parser, const Token& token, const Tag& tag);

}  // namespace tatum::template_::impl
