#include <tatum/template/impl/tag_nodes.h>

#include <tatum/base/html.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>
#include <optional>

namespace tatum::template_::impl {
namespace {

/// What one parameter of a tag's function gets: an expression, its default, or for the rest and the
/// named rest, several.
struct Bound {
    const Expression* expression = nullptr;
    const Value* fallback = nullptr;
    std::vector<std::pair<Name, const Expression*>> several;
    Parameter::Kind kind = Parameter::Kind::Plain;
};

/// A simple, simple block or inclusion tag. The tag outlives the template, as its library does.
class FunctionNode final : public Node {
public:
    FunctionNode(const Tag& tag, std::vector<Bound> arguments, Name variable, NodeList body)
        : tag_(tag), arguments_(std::move(arguments)), variable_(variable), body_(body) {}

    void render(Context& context, std::string& out) const override {
        List values;
        values.reserve(arguments_.size() + 1);
        if (tag_.kind == Tag::Kind::SimpleBlock) {
            values.push_back(Value(body_.render(context)).mark_safe());
        }
        for (const Bound& argument : arguments_) values.push_back(evaluate(argument, context));
        Value result = tag_.function(tag_.state.get(), context, values);
        if (tag_.kind == Tag::Kind::Inclusion) return include(result, context, out);
        if (!variable_.text.empty()) {
            context.bind(variable_, std::move(result));
        } else if (context.autoescape()) {
            html::append_conditionally_escaped(out, result);
        } else {
            result.append_str(out);
        }
    }

private:
    static Value evaluate(const Bound& argument, Context& context) {
        if (argument.kind == Parameter::Kind::Rest) {
            List items;
            for (const auto& [name, value] : argument.several) {
                items.push_back(value->resolve(context));
            }
            return Value(std::move(items));
        }
        if (argument.kind == Parameter::Kind::Keywords) {
            Dict items;
            for (const auto& [name, value] : argument.several) {
                items.set(name.text, value->resolve(context));
            }
            return Value(std::move(items));
        }
        return argument.expression != nullptr ? argument.expression->resolve(context)
                                              : *argument.fallback;
    }

    void include(const Value& variables, Context& context, std::string& out) const {
        static constexpr Name kCsrfToken("csrf_token");
        if (!variables.is_dict()) {
            fail("template.E105", "the function of inclusion tag '" + tag_.name +
                                      "' returns no mapping of variables");
        }
        RenderState& state = *RenderState::find(context);
        TemplatePointer found = state.engine->get_template(tag_.template_name);
        const TemplateBody& body = found->body();
        state.kept.push_back(std::move(found));
        // Forms in included templates need the token as much as those around them.
        const Value token = context.get(kCsrfToken);
        const ContextFrame frame(context);
        const RenderState::Isolation isolation(context);
        if (!token.is_none()) RenderState::append(context, kCsrfToken, token);
        const ContextFrame own(context, variables.as_dict());
        render_included(body, context, out);
    }

    const Tag& tag_;
    std::vector<Bound> arguments_;
    Name variable_;
    NodeList body_;
};

/// Matches the arguments of one use of a tag with the parameters of its function.
class Binder {
public:
    Binder(Parser& parser, const Tag& tag) : parser_(parser), tag_(tag) {
        for (const Parameter& parameter : tag.parameters) {
            Bound bound;
            bound.kind = parameter.kind;
            if (parameter.default_value) bound.fallback = &*parameter.default_value;
            bound_.push_back(std::move(bound));
        }
    }

    Result<std::vector<Bound>> run(const Bits& bits) {
        for (std::size_t i = 1; i < bits.size(); ++i) {
            const std::string_view name = assignment_name(bits[i]);
            TATUM_TRY(const Expression* value,
                      compile(parser_, name.empty() ? bits[i] : bits[i].substr(name.size() + 1)));
            auto added = name.empty() ? add_positional(value) : add_named(name, value);
            if (!added) return std::move(added).error();
        }
        std::string missing;
        for (std::size_t i = 0; i < bound_.size(); ++i) {
            const Bound& bound = bound_[i];
            if (bound.kind != Parameter::Kind::Plain || bound.fallback != nullptr) continue;
            if (bound.expression != nullptr) continue;
            missing += (missing.empty() ? "'" : ", '") + tag_.parameters[i].name + "'";
        }
        if (!missing.empty()) {
            return fault("did not receive value(s) for the argument(s): " + missing);
        }
        return std::move(bound_);
    }

private:
    Error fault(const std::string& text) const { return tag_error("'" + tag_.name + "' " + text); }

    Bound* find_kind(Parameter::Kind kind) {
        for (Bound& bound : bound_) {
            if (bound.kind == kind) return &bound;
        }
        return nullptr;
    }

    Result<void> add_positional(const Expression* value) {
        if (named_) {
            return fault("received some positional argument(s) after some keyword argument(s)");
        }
        while (next_ < bound_.size() && bound_[next_].kind != Parameter::Kind::Plain) ++next_;
        if (next_ < bound_.size()) {
            bound_[next_++].expression = value;
            return {};
        }
        Bound* rest = find_kind(Parameter::Kind::Rest);
        if (rest == nullptr) return fault("received too many positional arguments");
        rest->several.emplace_back(Name(), value);
        return {};
    }

    Result<void> add_named(std::string_view name, const Expression* value) {
        named_ = true;
        const std::string text(name);
        for (std::size_t i = 0; i < bound_.size(); ++i) {
            if (bound_[i].kind != Parameter::Kind::Plain || tag_.parameters[i].name != name) {
                continue;
            }
            if (bound_[i].expression != nullptr) {
                return fault("received multiple values for keyword argument '" + text + "'");
            }
            bound_[i].expression = value;
            return {};
        }
        Bound* keywords = find_kind(Parameter::Kind::Keywords);
        if (keywords == nullptr)
            return fault("received unexpected keyword argument '" + text + "'");
        for (const auto& [known, before] : keywords->several) {
            if (known.text == name) {
                return fault("received multiple values for keyword argument '" + text + "'");
            }
        }
        keywords->several.emplace_back(Name(name), value);
        return {};
    }

    Parser& parser_;
    const Tag& tag_;
    std::vector<Bound> bound_;
    std::size_t next_ = 0;
    bool named_ = false;
};

}  // namespace

Result<Node*> parse_function_tag(Parser& parser, const Token& token, const Tag& tag) {
    Bits bits = token.split_contents();
    std::string_view variable;
    if (tag.kind != Tag::Kind::Inclusion && bits.size() >= 3) variable = take_as(bits);
    TATUM_TRY(std::vector<Bound> arguments, Binder(parser, tag).run(bits));
    NodeList body;
    if (tag.kind == Tag::Kind::SimpleBlock) {
        TATUM_TRY(body, parser.parse({tag.end_name}));
        parser.next_token();
    }
    return parser.make<FunctionNode>(tag, std::move(arguments),
                                     variable.empty() ? Name() : Name(variable), body);
}

}  // namespace tatum::template_::impl
