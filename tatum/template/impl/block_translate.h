#pragma once

#include <tatum/template/impl/expression.h>
#include <tatum/template/parser.h>

#include <string>
#include <string_view>
#include <vector>

namespace tatum::template_::impl {

/// `{% blocktranslate %}`.
Result<Node*> parse_block_translate(Parser& parser, const Token& token);

/// A body of `{% blocktranslate %}` as a message id: variables as %(name)s, percent signs doubled.
struct Message {
    std::string id;
    std::vector<std::string_view> variables;
};
enum class Trim : bool { No, Yes };
Message message_of(const std::vector<Token>& tokens, Trim trim);

/// The text of a message's context; empty where `expression` is null or gives nothing.
std::string message_context_of(const Expression* expression, Context& context);

/// \r\n and \r become \n, as gettext's catalogs have them.
std::string normalized_line_ends(std::string_view text);

}  // namespace tatum::template_::impl
