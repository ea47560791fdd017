#include <tatum/base/text.h>
#include <tatum/template/impl/body.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/engine_impl.h>
#include <tatum/template/impl/make_object.h>
#include <tatum/template/impl/nodes.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>
#include <tatum/template/impl/template_object.h>

#include <algorithm>

namespace tatum::template_ {

Value to_value(const TemplatePointer& parsed) {
    if (parsed == nullptr) return {};
    return impl::make_object<impl::TemplateObject>(parsed);
}

namespace impl {
namespace {

Result<Node*> parse_block(Parser& parser, const Token& token) {
    const Bits bits = strings::split(token.contents);
    if (bits.size() != 2) return tag_error("'block' tag takes only one argument");
    const Name name(bits[1]);
    ParserState& state = parser.state();
    if (!state.block_names.insert(name.text).second) {
        return tag_error("'block' tag with name '" + std::string(name.text) +
                         "' appears more than once");
    }
    TATUM_TRY(const NodeList nodes, parser.parse({"endblock"}));
    const Token end = parser.next_token();
    if (end.contents != "endblock" && end.contents != "endblock " + std::string(name.text)) {
        return parser.error(end, "Invalid block tag on line " + std::to_string(end.span.line) +
                                     ": 'endblock', expected 'endblock' or 'endblock " +
                                     std::string(name.text) +
                                     "'. Did you forget to register or load this tag?");
    }
    auto* block = parser.make<BlockNode>(name, nodes, &state.body);
    state.body.blocks.push_back(block);
    return block;
}

/// `"./x"` in quotes becomes the full name in quotes.
Result<std::string_view> resolve_relative_bit(Parser& parser, std::string_view bit,
                                              bool recursion_allowed) {
    const std::string_view name = strings::strip(bit, "'\"");
    if (!name.starts_with("./") && !name.starts_with("../")) return bit;
    TATUM_TRY(const std::string full, relative_name(parser.state().body.origin.template_name, name,
                                                    bit, recursion_allowed));
    const bool has_quotes = bit.front() == '"' || bit.front() == '\'';
    return parser.keep(has_quotes ? "\"" + full + "\"" : full);
}

/// The texts from the start of the source to `tag`.
std::string_view text_until(Parser& parser, const Token& tag) {
    std::string text;
    for (const Token& token : parser.state().tokens) {
        if (token.span.start >= tag.span.start) break;
        if (token.kind == TokenKind::Text) text += token.contents;
    }
    return parser.keep(text);
}

Result<Node*> parse_extends(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() != 2) return tag_error("'extends' takes one argument");
    ParserState& state = parser.state();
    if (state.extends_seen) {
        return tag_error("'extends' cannot appear more than once in the same template");
    }
    state.extends_seen = true;
    TATUM_TRY(const std::string_view bit, resolve_relative_bit(parser, bits[1], false));
    TATUM_TRY(const Expression* name, compile(parser, bit));
    auto* node = parser.make<ExtendsNode>(name, token.span, &state.body, text_until(parser, token));
    TATUM_TRY([[maybe_unused]] const NodeList rest, parser.parse({}));
    state.body.extends = node;
    state.body.references.push_back(&node->parent());
    return node;
}

struct IncludeOptions {
    std::vector<std::pair<Name, const Expression*>> variables;
    bool only = false;
};

Result<IncludeOptions> parse_include_options(Parser& parser, const Bits& bits) {
    IncludeOptions options;
    std::vector<std::string_view> seen;
    std::size_t next = 2;
    while (next < bits.size()) {
        const std::string_view option = bits[next++];
        if (std::find(seen.begin(), seen.end(), option) != seen.end()) {
            return tag_error("The " + quoted(option) + " option was specified more than once.");
        }
        seen.push_back(option);
        if (option == "with") {
            TATUM_TRY(options.variables, parse_assignments(parser, bits, next));
            if (options.variables.empty()) {
                return tag_error("\"with\" in 'include' tag needs at least one keyword argument.");
            }
        } else if (option == "only") {
            options.only = true;
        } else {
            return tag_error("Unknown argument for 'include' tag: " + quoted(option) + ".");
        }
    }
    return options;
}

Result<Node*> parse_include(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() < 2) {
        return tag_error(
            "'include' tag takes at least one argument: the name of the template to be included.");
    }
    TATUM_TRY(IncludeOptions options, parse_include_options(parser, bits));
    TATUM_TRY(const std::string_view bit, resolve_relative_bit(parser, bits[1], true));
    TATUM_TRY(const Expression* name, compile(parser, bit));
    TemplateBody& body = parser.state().body;
    auto* node = parser.make<IncludeNode>(
        name, token.span, keep_all(parser, std::move(options.variables)), options.only, &body);
    body.references.push_back(&node->target());
    return node;
}

}  // namespace

TemplatePointer as_template(const Value& value) {
    if (!value.is_object()) return nullptr;
    const auto* object = dynamic_cast<const TemplateObject*>(&value.as_object());
    return object != nullptr ? object->parsed() : nullptr;
}

Result<std::string> relative_name(std::string_view current, std::string_view name,
                                  std::string_view written, bool recursion_allowed) {
    if (!name.starts_with("./") && !name.starts_with("../")) return std::string(name);
    Error error = tag_error("");
    error.code = "template.E030";
    if (current.empty()) {
        error.message = "The relative path " + std::string(written) +
                        " cannot be evaluated due to an unknown template origin.";
        return error;
    }
    while (current.starts_with('/')) current.remove_prefix(1);
    std::vector<std::string_view> parts = strings::split(current, "/");
    parts.pop_back();
    for (const std::string_view part : strings::split(name, "/")) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.push_back(part);
        } else if (!parts.empty() && parts.back() != "..") {
            parts.pop_back();
        } else {
            parts.push_back(part);
        }
    }
    std::string full;
    for (const std::string_view part : parts) full += (full.empty() ? "" : "/") + std::string(part);
    if (!parts.empty() && parts.front() == "..") {
        error.message = "The relative path '" + std::string(written) +
                        "' points outside the file hierarchy that template '" +
                        std::string(current) + "' is in.";
        return error;
    }
    if (!recursion_allowed && full == current) {
        error.message = "The relative path '" + std::string(written) +
                        "' was translated to template name '" + std::string(current) +
                        "', the same template in which the tag appears.";
        return error;
    }
    return full;
}

std::string_view TemplateReference::constant_name() const {
    const Value* constant = expression_->constant();
    return constant != nullptr && constant->is_string() ? constant->as_string()
                                                        : std::string_view();
}

const TemplateBody& TemplateReference::find(Context& context, const std::string& name,
                                            std::span<const TemplateBody* const> passed) const {
    RenderState& state = *RenderState::find(context);
    std::vector<Origin> skip;
    for (const TemplateBody* body : passed) {
        if (body->origin.template_name == name) skip.push_back(body->origin);
    }
    std::vector<TemplateDoesNotExist::Tried> tried;
    TemplatePointer found = state.engine->implementation().find(*state.engine, name, skip, tried);
    if (found == nullptr) throw TemplateDoesNotExist(name, std::move(tried));
    const TemplateBody& body = found->body();
    if (state.engine->options().reload) {
        state.kept.push_back(std::move(found));
    } else if (skip.empty() && is_constant()) {
        cached_.store(&body, std::memory_order_release);
    }
    return body;
}

const TemplateBody& TemplateReference::select(Context& context,
                                              const std::vector<std::string>& names) const {
    RenderState& state = *RenderState::find(context);
    TemplatePointer found = state.engine->select_template(names);
    const TemplateBody& body = found->body();
    if (state.engine->options().reload) state.kept.push_back(std::move(found));
    return body;
}

const TemplateBody& IncludeNode::find_template(Context& context, const Value& name) const {
    if (name.is_string() && !name.as_string().empty()) {
        Result<std::string> full =
            relative_name(body_->origin.template_name, name.as_string(), name.as_string(),
                          template_.expression().constant() != nullptr);
        if (!full) fail_syntax(full.error().message);
        return template_.find(context, *full);
    }
    std::vector<std::string> names;
    if (name.truth()) {
        const auto items = name.items();
        if (!items) {
            fail("template.E102", "'" + python_type_name(name) + "' object is not iterable");
        }
        for (const Value& item : *items) names.push_back(item.str());
    }
    return template_.select(context, names);
}

void IncludeNode::render(Context& context, std::string& out) const {
    if (const TemplateBody* cached = template_.cached()) {
        return render_template(*cached, context, out);
    }
    Value place;
    const Value& name = template_.expression().get(context, place);
    if (const TemplatePointer handed = as_template(name)) {
        return render_template(handed->body(), context, out);
    }
    render_template(find_template(context, name), context, out);
}

void IncludeNode::render_template(const TemplateBody& body, Context& context,
                                  std::string& out) const {
    if (variables_.empty() && !only_) {
        const ContextFrame frame(context);
        return render_included(body, context, out);
    }
    List values;
    for (const auto& [name, value] : variables_) values.push_back(value->resolve(context));
    const ContextFrame frame(context);
    std::optional<RenderState::Isolation> isolation;
    if (only_) isolation.emplace(context);
    append_values(context, std::move(values));
    render_included(body, context, out);
}

void IncludeNode::append_values(Context& context, List values) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
        RenderState::append(context, variables_[i].first, std::move(values[i]));
    }
}

void add_loader_tags(Library& library) {
    library.tag("block", &parse_block)
        .tag("extends", &parse_extends)
        .tag("include", &parse_include);
}

}  // namespace impl

}  // namespace tatum::template_
