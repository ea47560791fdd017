#include <tatum/base/same_text.h>
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
#include <typeinfo>

namespace tatum::template_ {

Value to_value(const TemplatePointer& parsed) {
    if (parsed == nullptr) return {};
    return impl::make_object<impl::TemplateObject>(parsed);
}

namespace impl {
namespace {

constexpr Name kBlock("block");

/// Makes `body` the one whose nodes are rendered, for the length of a block.
class BodyScope {
public:
    BodyScope(RenderState& state, const TemplateBody* body)
        : frame_(*state.frame), before_(frame_.body) {
        frame_.body = body;
    }
    ~BodyScope() { frame_.body = before_; }
    BodyScope(const BodyScope&) = delete;
    BodyScope& operator=(const BodyScope&) = delete;

private:
    RenderState::Frame& frame_;
    const TemplateBody* before_;
};

/// Takes the most derived block of a place for the length of a block.
class Popped {
public:
    Popped(BlockTable& table, std::uint32_t place)
        : table_(table), place_(place), block_(table.pop(place)) {}
    ~Popped() {
        if (block_ != nullptr) table_.unpop(place_);
    }
    Popped(const Popped&) = delete;
    Popped& operator=(const Popped&) = delete;
    const BlockNode* block() const { return block_; }

private:
    BlockTable& table_;
    std::uint32_t place_;
    const BlockNode* block_;
};

Result<Node*> parse_block(Parser& parser, const Token& token) {
    const Bits bits = strings::split(token.contents);
    if (bits.size() != 2) return tag_error("'block' tag takes only one argument");
    const Name name(bits[1]);
    ParserState& state = parser.state();
    if (std::find(state.block_names.begin(), state.block_names.end(), name) !=
        state.block_names.end()) {
        return tag_error("'block' tag with name '" + std::string(name.text) +
                         "' appears more than once");
    }
    state.block_names.push_back(name);
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
    TATUM_TRY(const std::string full,
              relative_name(parser.state().body.origin.template_name, name, recursion_allowed));
    const bool has_quotes = bit.front() == '"' || bit.front() == '\'';
    return parser.keep(has_quotes ? "\"" + full + "\"" : full);
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
    auto* node = parser.make<ExtendsNode>(name, token.span, &state.body);
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

const TemplateObject* as_template(const Value& value) {
    return value.is_object() ? dynamic_cast<const TemplateObject*>(&value.as_object()) : nullptr;
}

}  // namespace

void bind_all(Context& context, Assignments variables) {
    const std::size_t count = variables.size();
    if (count == 1) {
        context.bind(variables[0].first, variables[0].second->resolve(context));
        return;
    }
    List values;
    values.reserve(count);
    for (const auto& [name, expression] : variables) values.push_back(expression->resolve(context));
    for (std::size_t i = 0; i < count; ++i) {
        context.bind(variables[i].first, std::move(values[i]));
    }
}

Result<std::string> relative_name(std::string_view current, std::string_view name,
                                  bool recursion_allowed) {
    if (!name.starts_with("./") && !name.starts_with("../")) return std::string(name);
    Error error = tag_error("");
    error.code = "template.E030";
    if (current.empty()) {
        error.message = "The relative path '" + std::string(name) +
                        "' cannot be evaluated due to an unknown template origin.";
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
        error.message = "The relative path '" + std::string(name) +
                        "' points outside the file hierarchy that template '" +
                        std::string(current) + "' is in.";
        return error;
    }
    if (!recursion_allowed && full == current) {
        error.message = "The relative path '" + std::string(name) +
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

const TemplateBody& TemplateReference::find(Context& context, const std::string& name) const {
    RenderState& state = *RenderState::find(context);
    const bool lasting = !state.engine->options().reload;
    const auto& history = state.frame->history;
    std::vector<Origin> passed;
    for (const Origin* origin : history) {
        if (origin->template_name == name) passed.push_back(*origin);
    }
    const bool namesake = !passed.empty();
    std::vector<TemplateDoesNotExist::Tried> tried;
    TemplatePointer found = state.engine->implementation().find(*state.engine, name, passed, tried);
    if (found == nullptr) throw TemplateDoesNotExist(name, std::move(tried));
    const TemplateBody& body = found->body();
    if (!lasting) {
        state.kept.push_back(std::move(found));
    } else if (!namesake && expression_->constant() != nullptr) {
        cached_.store(&body, std::memory_order_release);
    }
    return body;
}

const TemplateBody* TemplateReference::find_cached(Context& context) const {
    const TemplateBody* body = cached_.load(std::memory_order_acquire);
    if (body == nullptr) return nullptr;
    for (const Origin* origin : RenderState::find(context)->frame->history) {
        if (origin->template_name == body->origin.template_name) return nullptr;
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

void BlockTable::add(std::span<const BlockNode* const> blocks) {
    if (!active_) {
        constexpr std::size_t kExpected = 16;
        entries_.reserve(kExpected);
        links_.reserve(2 * kExpected);
        active_ = true;
    }
    for (const BlockNode* block : blocks) {
        std::uint32_t place = find(*block);
        if (place == kNone) {
            place = static_cast<std::uint32_t>(entries_.size());
            entries_.push_back({block->name()});
            block->remember_place(place);
        }
        Entry& entry = entries_[place];
        const auto added = static_cast<std::uint32_t>(links_.size());
        links_.push_back({block, kNone, entry.last});
        if (entry.last != kNone) links_[entry.last].next = added;
        if (entry.first == kNone) entry.first = added;
        entry.last = added;
    }
}

std::uint32_t BlockTable::find(const BlockNode& block) const {
    const std::uint32_t remembered = block.place();
    const Name& name = block.name();
    const auto is_at = [&](std::uint32_t place) {
        return entries_[place].name.hash == name.hash &&
               same_text(entries_[place].name.text, name.text);
    };
    if (remembered < entries_.size() && is_at(remembered)) return remembered;
    for (std::uint32_t place = 0; place < entries_.size(); ++place) {
        if (!is_at(place)) continue;
        block.remember_place(place);
        return place;
    }
    return kNone;
}

const BlockNode* BlockTable::pop(std::uint32_t place) {
    if (place == kNone) return nullptr;
    Entry& entry = entries_[place];
    if (entry.first == kNone) return nullptr;
    const Link& link = links_[entry.first];
    entry.first = link.next;
    return link.block;
}

void BlockTable::unpop(std::uint32_t place) {
    Entry& entry = entries_[place];
    entry.first = entry.first == kNone ? entry.last : links_[entry.first].previous;
}

void BlockNode::render(Context& context, std::string& out) const {
    RenderState& state = *RenderState::find(context);
    BlockTable& table = state.frame->blocks;
    const ContextFrame frame(context);
    if (!table.active()) {
        RenderState::append(context, kBlock, Value::object(&variable_, nullptr));
        nodes_.render(context, out);
        return;
    }
    const Popped popped(table, table.find(*this));
    const BlockNode& block = popped.block() != nullptr ? *popped.block() : *this;
    const BodyScope scope(state, block.body_);
    RenderState::append(context, kBlock, Value::object(&block.variable_, &state));
    block.nodes_.render(context, out);
}

void BlockNode::render_super(const void* self, std::string& out) const {
    if (self == nullptr) {
        fail_syntax(
            "'BlockNode' object has no attribute 'context'. Did you use {{ block.super }} in a "
            "base template?");
    }
    // The variable is seen only while its context is rendering.
    const auto& state = *static_cast<const RenderState*>(self);
    const BlockTable& table = state.frame->blocks;
    const std::uint32_t place = table.find(*this);
    if (table.has_more(place)) render(*state.context, out);
}

void BlockNode::BlockVariable::append_str(Self, std::string& out) const {
    out.append("<Block Node: ").append(node_.name_.text).append(">");
}

std::optional<Value> BlockNode::BlockVariable::attribute(Self self, const Name& name) const {
    static constexpr Name kSuper("super"), kName("name");
    if (name == kSuper) {
        std::string text;
        node_.render_super(self, text);
        return Value(text).mark_safe();
    }
    if (name == kName) return Value(node_.name_.text);
    return std::nullopt;
}

void SuperNode::render(Context& context, std::string& out) const {
    const Value* block = context.find(kBlock);
    if (block != nullptr && block->is_object()) {
        const Object& object = block->as_object();
        if (typeid(object) == typeid(BlockNode::BlockVariable)) {
            const auto& variable = static_cast<const BlockNode::BlockVariable&>(object);
            return variable.node().render_super(block->self(), out);
        }
    }
    expression_->render(context, out);
}

const TemplateBody& ExtendsNode::find_parent(Context& context) const {
    if (const TemplateBody* cached = parent_.find_cached(context)) return *cached;
    Value place;
    const Value& parent = parent_.expression().get(context, place);
    if (!parent.truth()) {
        std::string message = "Invalid template name in 'extends' tag: " + parent.repr() + ".";
        if (parent_.expression().constant() == nullptr) {
            message +=
                " Got this from the '" + std::string(parent_.expression().source()) + "' variable.";
        }
        fail_syntax(std::move(message));
    }
    if (const TemplateObject* given = as_template(parent)) return given->parsed()->body();
    return parent_.find(context, parent.str());
}

void ExtendsNode::render(Context& context, std::string& out) const {
    RenderState& state = *RenderState::find(context);
    RenderState::Frame& frame = *state.frame;
    if (frame.history.empty()) {
        constexpr std::size_t kExpectedLevels = 8;
        frame.history.reserve(kExpectedLevels);
        frame.history.push_back(&body_->origin);
    }
    const TemplateBody& parent = find_parent(context);
    frame.history.push_back(&parent.origin);
    frame.blocks.add(body_->blocks);
    if (parent.extends == nullptr) frame.blocks.add(parent.blocks);
    const BodyScope scope(state, &parent);
    parent.nodes.render(context, out);
}

const TemplateBody& IncludeNode::find_template(Context& context) const {
    Value place;
    const Value& name = template_.expression().get(context, place);
    if (name.is_string() && !name.as_string().empty()) {
        Result<std::string> full = relative_name(body_->origin.template_name, name.as_string(),
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
    if (const TemplateBody* cached = template_.find_cached(context)) {
        return render_template(*cached, context, out);
    }
    // A template that was handed over lives as long as the value that holds it.
    if (template_.expression().constant() == nullptr) {
        const Value given = template_.expression().resolve(context);
        if (const TemplateObject* object = as_template(given)) {
            return render_template(object->parsed()->body(), context, out);
        }
    }
    render_template(find_template(context), context, out);
}

void IncludeNode::render_template(const TemplateBody& body, Context& context,
                                  std::string& out) const {
    if (!only_) {
        if (variables_.empty()) return render_included(body, context, out);
        List values;
        for (const auto& [name, value] : variables_) values.push_back(value->resolve(context));
        const ContextFrame frame(context);
        append_values(context, std::move(values));
        return render_included(body, context, out);
    }
    List values;
    for (const auto& [name, value] : variables_) values.push_back(value->resolve(context));
    const ContextFrame frame(context);
    const RenderState::Isolation isolation(context);
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
