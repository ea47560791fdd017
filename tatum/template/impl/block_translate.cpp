#include <tatum/template/impl/block_translate.h>

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/percent_format.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>
#include <cmath>

namespace tatum::template_::impl {
namespace {

/// The options of the tag, ready for rendering.
struct BlockTranslation {
    std::string_view tag;
    Assignments variables;
    Name count_name;
    const Expression* count = nullptr;
    const Expression* message_context = nullptr;
    Name store_in;
    bool trimmed = false;
    Message singular, plural;
    bool has_plural = false;
};

class BlockTranslateNode final : public Node {
public:
    explicit BlockTranslateNode(BlockTranslation block) : block_(std::move(block)) {}

    void render(Context& context, std::string& out) const override {
        std::string text;
        if (!render_message(context, text)) {
            // Without a language it is the block's own text.
            const LocalScope scope(Slot::Language,
                                   &current_language().translations().no_language());
            if (!render_message(context, text)) {
                fail_syntax("'" + std::string(block_.tag) +
                            "' is unable to format string returned by gettext");
            }
            // Django stores what the tag prints the second time, which is nothing.
            if (!block_.store_in.text.empty()) text.clear();
        }
        if (block_.store_in.text.empty()) {
            out += text;
        } else {
            context.bind(block_.store_in, Value(text).mark_safe());
        }
    }

private:
    /// False when the translation has fields that the block does not give.
    bool render_message(Context& context, std::string& out) const {
        const std::string message_context = message_context_of(block_.message_context, context);
        List values;
        for (const auto& [name, value] : block_.variables)
            values.push_back(value->resolve(context));
        const ContextFrame frame(context);
        for (std::size_t i = 0; i < values.size(); ++i) {
            RenderState::append(context, block_.variables[i].first, std::move(values[i]));
        }
        const bool plural = block_.has_plural && block_.count != nullptr;
        const std::string text =
            plural ? plural_message(context, message_context) : singular_message(message_context);
        Dict fields;
        std::size_t bytes = 0;
        for (const std::string_view name : block_.singular.variables) {
            add(context, fields, name, bytes);
        }
        if (plural) {
            for (const std::string_view name : block_.plural.variables) {
                add(context, fields, name, bytes);
            }
        }
        if (text.find('%') == std::string::npos) {
            out = text;
            return true;
        }
        Result<std::string> formatted = percent_format(text, Value(std::move(fields)));
        if (formatted) {
            out = *std::move(formatted);
        } else if (formatted.error().code == "template.E102") {
            throw TemplateRenderError(std::move(formatted).error());
        }
        return formatted.has_value();
    }

    std::string singular_message(const std::string& message_context) const {
        if (block_.singular.id.empty()) return block_.singular.id;
        if (!message_context.empty()) {
            return std::string(pgettext(message_context, block_.singular.id));
        }
        return std::string(gettext(normalized_line_ends(block_.singular.id)));
    }

    std::string plural_message(Context& context, const std::string& message_context) const {
        const Value count = block_.count->resolve(context);
        if (!count.is_number()) {
            fail_syntax(quoted(block_.count_name.text) + " argument to '" +
                        std::string(block_.tag) + "' tag must be a number.");
        }
        context.bind(block_.count_name, count);
        const PluralCount number = plural_count(count);
        return std::string(
            message_context.empty()
                ? ngettext(block_.singular.id, block_.plural.id, number)
                : npgettext(message_context, block_.singular.id, block_.plural.id, number));
    }

    static PluralCount plural_count(const Value& count) {
        const ToInt whole = to_int(count);
        if (!whole) fail_conversion(whole, count);
        const ToFloat real = to_float(count);
        const bool fraction = real && std::trunc(real.value) != real.value;
        return fraction ? PluralCount::fraction(real.value) : PluralCount(whole.clamped());
    }

    /// Adds what a variable prints; `bytes` counts all of them.
    static void add(Context& context, Dict& fields, std::string_view name, std::size_t& bytes) {
        std::string text;
        const Value* value = context.find(Name(name));
        if (value == nullptr) value = builtin_constant(name);
        if (value != nullptr) {
            render_value(context, *value, text);
        } else {
            const Value& invalid = string_if_invalid(context);
            const std::string shown = strings::replace(invalid.as_string(), "%s", name);
            render_value(context, Value(shown), text);
        }
        // Many names may stand for one long text.
        const std::size_t limit = options_of(context).limits.value_bytes;
        if ((bytes += text.size()) > limit) limit_passed("value_bytes", limit);
        fields.set(name, Value(text));
    }

    BlockTranslation block_;
};

Result<void> parse_option(Parser& parser, const Bits& bits, std::size_t& next,
                          std::string_view option, BlockTranslation& block) {
    const std::string tag = quoted(bits[0]);
    if (option == "with") {
        TATUM_TRY(auto variables, parse_assignments(parser, bits, next, LegacyForm::Yes));
        if (variables.empty()) {
            return tag_error("\"with\" in " + tag + " tag needs at least one keyword argument.");
        }
        block.variables = keep_all(parser, std::move(variables));
    } else if (option == "count") {
        TATUM_TRY(const auto count, parse_assignments(parser, bits, next, LegacyForm::Yes));
        if (count.size() != 1) {
            return tag_error("\"count\" in " + tag + " tag expected exactly one keyword argument.");
        }
        block.count_name = count[0].first;
        block.count = count[0].second;
    } else if (option == "context") {
        const std::string message = "\"context\" in " + tag + " tag expected exactly one argument.";
        if (next >= bits.size()) return tag_error(message);
        auto value = compile(parser, bits[next++]);
        if (!value) return tag_error(message);
        block.message_context = *value;
    } else if (option == "trimmed") {
        block.trimmed = true;
    } else if (option == "asvar") {
        if (next >= bits.size()) {
            return tag_error("No argument provided to the '" + std::string(bits[0]) +
                             "' tag for the asvar option.");
        }
        block.store_in = Name(bits[next++]);
    } else {
        return tag_error("Unknown argument for " + tag + " tag: " + quoted(option) + ".");
    }
    return {};
}

/// Text and variables up to the next tag, which is returned.
Token collect(Parser& parser, std::vector<Token>& tokens) {
    Token token;
    while (!parser.at_end()) {
        token = parser.next_token();
        if (token.kind != TokenKind::Text && token.kind != TokenKind::Variable) break;
        tokens.push_back(token);
    }
    return token;
}

}  // namespace

std::string message_context_of(const Expression* expression, Context& context) {
    if (expression == nullptr) return {};
    const Value given = expression->resolve(context);
    return given.truth() ? given.str() : std::string();
}

Message message_of(const std::vector<Token>& tokens, Trim trim) {
    Message message;
    for (const Token& token : tokens) {
        if (token.kind == TokenKind::Text) {
            message.id += strings::replace(token.contents, "%", "%%");
        } else {
            message.id.append("%(").append(token.contents).append(")s");
            message.variables.push_back(token.contents);
        }
    }
    if (trim == Trim::No) return message;
    // Line ends, with the white space around them, become one blank.
    std::string trimmed;
    for (const std::string_view line : strings::split(strings::strip(message.id), "\n")) {
        const std::string_view text = strings::strip(line);
        if (text.empty()) continue;
        if (!trimmed.empty()) trimmed += ' ';
        trimmed += text;
    }
    message.id = std::move(trimmed);
    return message;
}

Result<Node*> parse_block_translate(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    const std::string tag(bits[0]);
    BlockTranslation block;
    block.tag = bits[0];
    std::vector<std::string_view> seen;
    for (std::size_t next = 1; next < bits.size();) {
        const std::string_view option = bits[next++];
        if (std::find(seen.begin(), seen.end(), option) != seen.end()) {
            return tag_error("The " + quoted(option) + " option was specified more than once.");
        }
        seen.push_back(option);
        if (auto read = parse_option(parser, bits, next, option, block); !read) {
            return std::move(read).error();
        }
    }
    std::vector<Token> singular, plural;
    Token end = collect(parser, singular);
    if (block.count != nullptr) {
        if (end.contents != "plural") {
            return tag_error("'" + tag + "' doesn't allow other block tags inside it");
        }
        end = collect(parser, plural);
        block.has_plural = !plural.empty();
    }
    if (end.contents != "end" + tag || end.kind != TokenKind::Block) {
        return tag_error("'" + tag + "' doesn't allow other block tags (seen " +
                         quoted(end.contents) + ") inside it");
    }
    const Trim trim = block.trimmed ? Trim::Yes : Trim::No;
    block.singular = message_of(singular, trim);
    block.plural = message_of(plural, trim);
    return parser.make<BlockTranslateNode>(std::move(block));
}

}  // namespace tatum::template_::impl
