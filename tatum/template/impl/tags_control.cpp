#include <tatum/base/text.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/condition.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/nodes.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>
#include <array>

namespace tatum::template_::impl {

Result<Node*> parse_for(Parser& parser, const Token& token);
Result<Node*> parse_ifchanged(Parser& parser, const Token& token);

void IfNode::render(Context& context, std::string& out) const {
    for (const Branch& branch : branches_) {
        if (branch.condition != nullptr && !branch.condition->holds(context)) continue;
        return branch.nodes.render(context, out);
    }
}

namespace {

class WithNode final : public Node {
public:
    WithNode(Assignments variables, NodeList body) : variables_(variables), body_(body) {}
    void render(Context& context, std::string& out) const override {
        List values;
        values.reserve(variables_.size());
        for (const auto& [name, value] : variables_) values.push_back(value->resolve(context));
        const ContextFrame frame(context);
        for (std::size_t i = 0; i < values.size(); ++i) {
            RenderState::append(context, variables_[i].first, std::move(values[i]));
        }
        body_.render(context, out);
    }

private:
    Assignments variables_;
    NodeList body_;
};

class AutoescapeNode final : public Node {
public:
    AutoescapeNode(bool on, NodeList body) : on_(on), body_(body) {}
    void render(Context& context, std::string& out) const override {
        const bool before = context.autoescape();
        context.set_autoescape(on_);
        body_.render(context, out);
        context.set_autoescape(before);
    }

private:
    bool on_;
    NodeList body_;
};

/// `{% comment %}`, `{% load %}`: nothing to show.
class SilentNode final : public Node {
public:
    void render(Context&, std::string&) const override {}
};

class RegroupNode final : public Node {
public:
    RegroupNode(const Expression* target, const Expression* key, Name variable)
        : target_(target), key_(key), variable_(variable) {}

    void render(Context& context, std::string&) const override {
        const Value target = target_->resolve_or_none(context);
        List groups;
        if (!target.is_none()) {
            const auto items = items_of(target, context);
            if (!items) {
                fail("template.E102", "'" + python_type_name(target) + "' object is not iterable");
            }
            Value last_key;
            List members;
            for (const Value& item : *items) {
                context.bind(variable_, item);
                Value key = key_->resolve_or_none(context);
                if (!members.empty() && !(key == last_key)) {
                    groups.push_back(group(std::move(last_key), std::move(members)));
                    members = List();
                }
                if (members.empty()) last_key = std::move(key);
                members.push_back(item);
            }
            if (!members.empty()) {
                groups.push_back(group(std::move(last_key), std::move(members)));
            }
        }
        context.bind(variable_, Value(std::move(groups)));
    }

private:
    /// Groups of groups of groups...: printing and dropping a value recurses.
    static constexpr std::size_t kLevelsMax = 64;
    static constexpr std::array<std::string_view, 2> kFields{"grouper", "list"};
    /// The same type for each level, so that a group tells its own.
    static constexpr std::array<NamedTuple, kLevelsMax> kGroupedResults = [] {
        std::array<NamedTuple, kLevelsMax> types{};
        types.fill({"GroupedResult", kFields});
        return types;
    }();

    /// How many levels of groups `value` consists of.
    static std::size_t levels_of(const Value& value) {
        if (!value.is_list()) return 0;
        for (std::size_t level = 0; value.named_tuple() != nullptr && level < kLevelsMax; ++level) {
            if (value.named_tuple() == &kGroupedResults[level]) return level + 1;
        }
        std::size_t levels = 0;
        for (const Value& item : value.as_list()) levels = std::max(levels, levels_of(item));
        return levels;
    }

    static Value group(Value grouper, List members) {
        std::size_t levels = levels_of(grouper);
        for (const Value& member : members) levels = std::max(levels, levels_of(member));
        if (levels >= kLevelsMax) limit_passed("levels of regroup", kLevelsMax);
        return Value::tuple(kGroupedResults[levels],
                            {std::move(grouper), Value(std::move(members))});
    }

    const Expression* target_;
    const Expression* key_;  ///< of the variable itself, which holds each item in turn
    Name variable_;
};

Result<const Condition*> parse_condition(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    return Condition::parse(std::span(bits).subspan(1), parser);
}

[[gnu::noinline]] Error malformed(const Token& token) {
    return tag_error("Malformed template tag at line " + std::to_string(token.span.line) + ": \"" +
                     std::string(token.contents) + "\"");
}

Result<Node*> parse_if(Parser& parser, const Token& token) {
    std::vector<IfNode::Branch> branches;
    Token next = token;
    while (branches.empty() || next.contents.starts_with("elif")) {
        IfNode::Branch branch{};
        {
            Result<const Condition*> condition = parse_condition(parser, next);
            if (!condition) return std::move(condition).error();
            branch.condition = *condition;
        }
        Result<NodeList> nodes = parser.parse({"elif", "else", "endif"});
        if (!nodes) return std::move(nodes).error();
        branch.nodes = *nodes;
        branches.push_back(branch);
        next = parser.next_token();
    }
    if (next.contents == "else") {
        Result<NodeList> nodes = parser.parse({"endif"});
        if (!nodes) return std::move(nodes).error();
        branches.push_back({nullptr, *nodes});
        next = parser.next_token();
    }
    if (next.contents != "endif") return malformed(next);
    return parser.make<IfNode>(keep_all(parser, std::move(branches)));
}

Result<Node*> parse_with(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    std::size_t next = 1;
    TATUM_TRY(auto variables, parse_assignments(parser, bits, next, LegacyForm::Yes));
    if (variables.empty()) {
        return tag_error("'with' expected at least one variable assignment");
    }
    if (next < bits.size()) {
        return tag_error("'with' received an invalid token: " + quoted(bits[next]));
    }
    TATUM_TRY(const NodeList body, parser.parse({"endwith"}));
    parser.next_token();
    return parser.make<WithNode>(keep_all(parser, std::move(variables)), body);
}

Result<Node*> parse_autoescape(Parser& parser, const Token& token) {
    const Bits words = strings::split(token.contents);
    if (words.size() != 2) {
        return tag_error("'autoescape' tag requires exactly one argument.");
    }
    if (words[1] != "on" && words[1] != "off") {
        return tag_error("'autoescape' argument should be 'on' or 'off'");
    }
    TATUM_TRY(const NodeList body, parser.parse({"endautoescape"}));
    parser.next_token();
    return parser.make<AutoescapeNode>(words[1] == "on", body);
}

Result<Node*> parse_comment(Parser& parser, const Token&) {
    if (auto skipped = parser.skip_past("endcomment"); !skipped) {
        return std::move(skipped).error();
    }
    return parser.make<SilentNode>();
}

Result<Node*> parse_regroup(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() != 6) return tag_error("'regroup' tag takes five arguments");
    TATUM_TRY(const Expression* target, compile(parser, bits[1]));
    if (bits[2] != "by") return tag_error("second argument to 'regroup' tag must be 'by'");
    if (bits[4] != "as") return tag_error("next-to-last argument to 'regroup' tag must be 'as'");
    const std::string key = std::string(bits[5]) + "." + std::string(bits[3]);
    TATUM_TRY(const Expression* expression, compile(parser, parser.keep(key)));
    return parser.make<RegroupNode>(target, expression, Name(bits[5]));
}

/// The library of this name, or an error that lists those there are.
Result<const Library*> find_library(Parser& parser, std::string_view name) {
    if (const Library* library = parser.engine().library(name)) return library;
    std::string known;
    for (const std::string& other : library_names(parser.engine())) known += "\n" + other;
    Error error = tag_error("'" + std::string(name) +
                            "' is not a registered tag library. Must be one of:" + known);
    error.code = "template.E004";
    return error;
}

/// Makes a library known, or one name of it; as the newest where it was known before.
void add_loaded(Parser& parser, const Library* library, std::string_view only) {
    auto& loaded = parser.state().loaded;
    std::erase_if(loaded, [&](const ParserState::Loaded& before) {
        return before.library == library && before.only == only;
    });
    loaded.push_back({library, only});
}

Result<Node*> parse_load(Parser& parser, const Token& token) {
    const Bits bits = strings::split(token.contents);
    if (bits.size() >= 4 && bits[bits.size() - 2] == "from") {
        TATUM_TRY(const Library* library, find_library(parser, bits.back()));
        for (std::size_t i = 1; i + 2 < bits.size(); ++i) {
            const Name name(bits[i]);
            if (library->find_tag(name) == nullptr && library->find_filter(name) == nullptr) {
                return tag_error("'" + std::string(bits[i]) +
                                 "' is not a valid tag or filter in tag library '" +
                                 std::string(bits.back()) + "'");
            }
            add_loaded(parser, library, bits[i]);
        }
        return parser.make<SilentNode>();
    }
    for (std::size_t i = 1; i < bits.size(); ++i) {
        TATUM_TRY(const Library* library, find_library(parser, bits[i]));
        add_loaded(parser, library, {});
    }
    return parser.make<SilentNode>();
}

}  // namespace

void add_control_tags(Library& library) {
    library.tag("if", &parse_if)
        .tag("for", &parse_for)
        .tag("ifchanged", &parse_ifchanged)
        .tag("with", &parse_with)
        .tag("autoescape", &parse_autoescape)
        .tag("comment", &parse_comment)
        .tag("regroup", &parse_regroup)
        .tag("load", &parse_load);
}

}  // namespace tatum::template_::impl
