#include <tatum/base/dateformat.h>
#include <tatum/base/formats.h>
#include <tatum/base/html.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/base/uri.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/lorem.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>
#include <cmath>

namespace tatum::template_::impl {

void CycleNode::render(Context& context, std::string& out) const {
    std::int64_t position = 0;
    if (const Value* state = context.find_state(this)) position = state->as_int();
    context.set_state(this, Value(position + 1));
    const auto index = static_cast<std::size_t>(position) % values_.size();
    const Value value = values_[index]->resolve(context);  // what it lies in may change
    if (!variable_.text.empty()) context.set_upward(variable_.text, value);
    if (!silent_) render_value(context, value, out);
}

void CycleNode::reset(Context& context) const { context.set_state(this, Value(0)); }

namespace {

constexpr Name kCsrfToken("csrf_token");

/// Stores `text` in a variable, or prints it.
void store_or_print(Context& context, const Name& variable, Value text, std::string& out) {
    if (variable.text.empty()) {
        text.append_str(out);
    } else {
        context.bind(variable, std::move(text));
    }
}

class ResetCycleNode final : public Node {
public:
    explicit ResetCycleNode(const CycleNode* cycle) : cycle_(cycle) {}
    void render(Context& context, std::string&) const override { cycle_->reset(context); }

private:
    const CycleNode* cycle_;
};

class CsrfTokenNode final : public Node {
public:
    void render(Context& context, std::string& out) const override {
        const Value* token = context.find(kCsrfToken);
        if (token == nullptr || !token->truth()) return;
        const std::string text = token->str();
        if (text == "NOTPROVIDED") {
            // Django 6 fails here as well: the site's middleware gives no token.
            if (options_of(context).django_version < 600) return;
            fail("template.E104", "the context's csrf_token is not provided");
        }
        out += "<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"";
        html::append_escaped(out, text);
        out += "\">";
    }
};

/// `{% csp_nonce_attr %}`: the attribute that lets a script or style pass the site's policy.
class CspNonceNode final : public Node {
public:
    void render(Context& context, std::string& out) const override {
        static constexpr Name kNonce("csp_nonce");
        const Value* nonce = context.find(kNonce);
        if (nonce == nullptr || !nonce->truth()) return;
        out += " nonce=\"";
        html::append_escaped(out, nonce->str());
        out += '"';
    }
};

class DebugNode final : public Node {
public:
    void render(Context& context, std::string& out) const override {
        if (!options_of(context).debug) return;
        html::append_escaped(out, Value(context.flatten()).repr());
        out += "\n\n";
    }
};

class FilterNode final : public Node {
public:
    FilterNode(const Expression* filters, NodeList body) : filters_(filters), body_(body) {}
    void render(Context& context, std::string& out) const override {
        static constexpr Name kVar("var");
        Value text = Value(body_.render(context)).mark_safe();
        const ContextFrame frame(context);
        RenderState::append(context, kVar, std::move(text));
        Value place;
        const Value& filtered = filters_->get(context, place);
        // What is not text any more has no place in a page; Python cannot join it either.
        if (!filtered.is_string()) {
            fail("template.E102", "expected a text, got " + python_type_name(filtered));
        }
        out += filtered.as_string();
    }

private:
    const Expression* filters_;
    NodeList body_;
};

class FirstOfNode final : public Node {
public:
    FirstOfNode(std::span<const Expression* const> values, Name variable)
        : values_(values), variable_(variable) {}
    void render(Context& context, std::string& out) const override {
        std::string text;
        std::string& target = variable_.text.empty() ? out : text;
        bool safe = false;
        for (const Expression* expression : values_) {
            Value place;
            const Value& value = expression->get_or_none(context, place);
            if (!value.truth()) continue;
            render_value(context, value, target);
            safe = context.autoescape() || value.is_safe();
            break;
        }
        if (variable_.text.empty()) return;
        Value stored(text);
        if (safe) stored = std::move(stored).mark_safe();
        context.bind(variable_, std::move(stored));
    }

private:
    std::span<const Expression* const> values_;
    Name variable_;
};

class LoremNode final : public Node {
public:
    LoremNode(const Expression* count, char method, bool common)
        : count_(count), method_(method), common_(common) {}
    void render(Context& context, std::string& out) const override {
        const ToInt number = to_int(count_->resolve(context));
        const std::int64_t count = number ? number.clamped() : 1;
        if (count > kCountMax) limit_passed("lorem count", kCountMax);
        if (method_ == 'w') {
            out += lorem_words(count, common_);
        } else if (method_ == 'p') {
            out += lorem_paragraphs(count, common_, "<p>", "</p>");
        } else {
            out += lorem_paragraphs(count, common_, "", "");
        }
    }

private:
    static constexpr std::int64_t kCountMax = 100'000;
    const Expression* count_;
    char method_;
    bool common_;
};

class NowNode final : public Node {
public:
    NowNode(std::string_view format, Name variable) : format_(format), variable_(variable) {}
    void render(Context& context, std::string& out) const override {
        const DateTime moment = options_of(context).use_tz ? localtime(now()) : naive_now();
        auto text = date_format(Value(moment), format_.empty() ? "DATE_FORMAT" : format_);
        store_or_print(context, variable_, Value(text.value_or("")), out);
    }

private:
    std::string_view format_;
    Name variable_;
};

class SpacelessNode final : public Node {
public:
    explicit SpacelessNode(NodeList body) : body_(body) {}
    void render(Context& context, std::string& out) const override {
        const std::string text = body_.render(context);
        out += html::strip_spaces_between_tags(strings::strip(text));
    }

private:
    NodeList body_;
};

/// `{% templatetag %}`.
class TemplateTagNode final : public Node {
public:
    explicit TemplateTagNode(std::string_view text) : text_(text) {}
    void render(Context&, std::string& out) const override { out.append(text_); }

private:
    std::string_view text_;
};

/// `{% verbatim %}`: its tokens are text already.
class VerbatimNode final : public Node {
public:
    explicit VerbatimNode(NodeList body) : body_(body) {}
    void render(Context& context, std::string& out) const override { body_.render(context, out); }

private:
    NodeList body_;
};

class UrlNode final : public Node {
public:
    UrlNode(const Expression* view, std::span<const Expression* const> args, Assignments kwargs,
            Name variable)
        : view_(view), args_(args), kwargs_(kwargs), variable_(variable) {}

    void render(Context& context, std::string& out) const override {
        List args;
        for (const Expression* argument : args_) args.push_back(argument->resolve(context));
        Dict kwargs;
        for (const auto& [name, value] : kwargs_) kwargs.set(name.text, value->resolve(context));
        const std::string view = view_->resolve(context).str();
        if (!args.empty() && !kwargs.empty()) {
            fail("template.E171", "Don't mix *args and **kwargs in call to reverse()!");
        }
        Result<std::string> url =
            context.environment().reverse(view, args, kwargs, current_app(context));
        if (!url && variable_.text.empty()) throw NoReverseMatch(std::move(url).error());
        if (!variable_.text.empty()) {
            context.bind(variable_, Value(url ? *url : std::string()));
        } else if (context.autoescape()) {
            html::append_escaped(out, *url);
        } else {
            out += *url;
        }
    }

private:
    /// The application whose namespace is preferred, as the request says.
    static std::string current_app(Context& context) {
        if (!context.current_app().empty()) return context.current_app();
        const Value& request = context.request();
        if (!request.is_object()) return {};
        static constexpr Name kCurrentApp("current_app"), kMatch("resolver_match"),
            kNamespace("namespace");
        if (const auto app = request.as_object().attribute(request.self(), kCurrentApp)) {
            return app->is_none() ? std::string() : app->str();
        }
        const auto match = request.as_object().attribute(request.self(), kMatch);
        if (!match || !match->is_object()) return {};
        const auto found = match->as_object().attribute(match->self(), kNamespace);
        return found && !found->is_none() ? found->str() : std::string();
    }

    const Expression* view_;
    std::span<const Expression* const> args_;
    Assignments kwargs_;
    Name variable_;
};

class WidthRatioNode final : public Node {
public:
    WidthRatioNode(const Expression* value, const Expression* max, const Expression* width,
                   Name variable)
        : value_(value), max_(max), width_(width), variable_(variable) {}

    void render(Context& context, std::string& out) const override {
        Value value, max, width;
        try {
            value = value_->resolve(context);
            max = max_->resolve(context);
            width = width_->resolve(context);
        } catch (const VariableDoesNotExist&) {
            return;
        } catch (const TemplateRenderError& error) {
            // Python's TypeError and ValueError, wherever in the three they came from.
            const std::string& code = error.error()->code;
            if (code != "template.E101" && code != "template.E102") throw;
            fail_syntax("widthratio final argument must be a number");
        }
        const ToInt pixels = to_int(width);
        if (!pixels) fail_syntax("widthratio final argument must be a number");
        store_or_print(context, variable_, Value(ratio(value, max, pixels.value)), out);
    }

private:
    static std::string ratio(const Value& value, const Value& max, const Value& width) {
        const ToFloat part = to_float(value), whole = to_float(max), pixels = to_float(width);
        if (!part || !whole || !pixels) return {};
        if (whole.value == 0) return "0";
        // Halves go to the even neighbour, as Python's round() does.
        const ToInt rounded =
            to_int(Value(std::nearbyint(part.value / whole.value * pixels.value)));
        return rounded ? rounded.value.str() : std::string();
    }

    const Expression* value_;
    const Expression* max_;
    const Expression* width_;
    Name variable_;
};

Result<Node*> find_cycle(ParserState& state, std::string_view name) {
    if (state.named_cycles.empty()) {
        return tag_error("No named cycles in template. '" + std::string(name) + "' is not defined");
    }
    for (auto known = state.named_cycles.rbegin(); known != state.named_cycles.rend(); ++known) {
        if (known->first == name) return static_cast<Node*>(known->second);
    }
    return tag_error("Named cycle '" + std::string(name) + "' does not exist");
}

Result<Node*> parse_cycle(Parser& parser, const Token& token) {
    Bits bits = token.split_contents();
    ParserState& state = parser.state();
    if (bits.size() < 2) return tag_error("'cycle' tag requires at least two arguments");
    if (bits.size() == 2) return find_cycle(state, bits[1]);
    bool silent = false;
    std::string_view name;
    if (bits.size() > 4) {
        if (bits[bits.size() - 3] == "as") {
            if (bits.back() != "silent") {
                return tag_error("Only 'silent' flag is allowed after cycle's name, not '" +
                                 std::string(bits.back()) + "'.");
            }
            silent = true;
            bits.pop_back();
        }
        name = take_as(bits);
    }
    TATUM_TRY(const auto values, compile_all(parser, bits, 1, bits.size()));
    auto* cycle = parser.make<CycleNode>(values, name.empty() ? Name() : Name(name), silent);
    if (!name.empty()) state.named_cycles.emplace_back(name, cycle);
    state.last_cycle = cycle;
    return cycle;
}

Result<Node*> parse_resetcycle(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    ParserState& state = parser.state();
    if (bits.size() > 2) return tag_error("'resetcycle' tag accepts at most one argument.");
    if (bits.size() == 2) {
        for (auto known = state.named_cycles.rbegin(); known != state.named_cycles.rend();
             ++known) {
            if (known->first == bits[1]) return parser.make<ResetCycleNode>(known->second);
        }
        return tag_error("Named cycle '" + std::string(bits[1]) + "' does not exist.");
    }
    if (state.last_cycle == nullptr) return tag_error("No cycles in template.");
    return parser.make<ResetCycleNode>(state.last_cycle);
}

Result<Node*> parse_csrf_token(Parser& parser, const Token&) {
    return parser.make<CsrfTokenNode>();
}

Result<Node*> parse_csp_nonce(Parser& parser, const Token&) { return parser.make<CspNonceNode>(); }

Result<Node*> parse_debug(Parser& parser, const Token&) { return parser.make<DebugNode>(); }

Result<Node*> parse_filter(Parser& parser, const Token& token) {
    const std::string_view rest = strings::lstrip(token.contents.substr(token.name().size()));
    if (rest.empty()) return tag_error("'filter' tag requires at least one filter");
    TATUM_TRY(const Expression* filters, compile(parser, parser.keep("var|" + std::string(rest))));
    for (const AppliedFilter& applied : filters->filters()) {
        const std::string& name = applied.filter->name;
        if (name == "escape" || name == "safe") {
            const bool before_6 = parser.engine().options().django_version < 600;
            return tag_error("\"filter " + name + "\" is not permitted." + (before_6 ? "  " : " ") +
                             "Use the \"autoescape\" tag instead.");
        }
    }
    TATUM_TRY(const NodeList body, parser.parse({"endfilter"}));
    parser.next_token();
    return parser.make<FilterNode>(filters, body);
}

Result<Node*> parse_firstof(Parser& parser, const Token& token) {
    Bits bits = token.split_contents();
    bits.erase(bits.begin());
    if (bits.empty()) return tag_error("'firstof' statement requires at least one argument");
    const std::string_view variable = take_as(bits);
    TATUM_TRY(const auto values, compile_all(parser, bits, 0, bits.size()));
    return parser.make<FirstOfNode>(values, variable.empty() ? Name() : Name(variable));
}

Result<Node*> parse_lorem(Parser& parser, const Token& token) {
    Bits bits = token.split_contents();
    const bool common = bits.back() != "random";
    if (!common) bits.pop_back();
    char method = 'b';
    if (!bits.empty() && (bits.back() == "w" || bits.back() == "p" || bits.back() == "b")) {
        method = bits.back().front();
        bits.pop_back();
    }
    std::string_view count = "1";
    if (bits.size() > 1) {
        count = bits.back();
        bits.pop_back();
    }
    TATUM_TRY(const Expression* number, compile(parser, count));
    if (bits.size() != 1) return tag_error("Incorrect format for 'lorem' tag");
    return parser.make<LoremNode>(number, method, common);
}

Result<Node*> parse_now(Parser& parser, const Token& token) {
    Bits bits = token.split_contents();
    const std::string_view variable = bits.size() == 4 ? take_as(bits) : std::string_view();
    if (bits.size() != 2) return tag_error("'now' statement takes one argument");
    // Whatever the characters at both ends are, they are taken for quotes.
    std::string_view format = bits[1];
    std::size_t first = 0;
    strings::next_code_point(format, first);
    format.remove_prefix(first);
    while (!format.empty() && (format.back() & 0xC0) == 0x80) format.remove_suffix(1);
    if (!format.empty()) format.remove_suffix(1);
    return parser.make<NowNode>(format, variable.empty() ? Name() : Name(variable));
}

Result<Node*> parse_spaceless(Parser& parser, const Token&) {
    TATUM_TRY(const NodeList body, parser.parse({"endspaceless"}));
    parser.next_token();
    return parser.make<SpacelessNode>(body);
}

Result<Node*> parse_templatetag(Parser& parser, const Token& token) {
    static constexpr std::pair<std::string_view, std::string_view> kTexts[] = {
        {"openblock", "{%"}, {"closeblock", "%}"}, {"openvariable", "{{"}, {"closevariable", "}}"},
        {"openbrace", "{"},  {"closebrace", "}"},  {"opencomment", "{#"},  {"closecomment", "#}"}};
    const Bits words = strings::split(token.contents);
    if (words.size() != 2) return tag_error("'templatetag' statement takes one argument");
    std::string known;
    for (const auto& [name, text] : kTexts) {
        if (name == words[1]) return parser.make<TemplateTagNode>(text);
        known += (known.empty() ? "'" : ", '") + std::string(name) + "'";
    }
    return tag_error("Invalid templatetag argument: '" + std::string(words[1]) +
                     "'. Must be one of: [" + known + "]");
}

Result<Node*> parse_url(Parser& parser, const Token& token) {
    Bits bits = token.split_contents();
    if (bits.size() < 2) {
        return tag_error("'url' takes at least one argument, a URL pattern name.");
    }
    TATUM_TRY(const Expression* view, compile(parser, bits[1]));
    bits.erase(bits.begin(), bits.begin() + 2);
    const std::string_view variable = take_as(bits);
    std::vector<const Expression*> args;
    std::vector<std::pair<Name, const Expression*>> kwargs;
    for (const std::string_view bit : bits) {
        const std::string_view name = assignment_name(bit);
        TATUM_TRY(const Expression* value,
                  compile(parser, name.empty() ? bit : bit.substr(name.size() + 1)));
        if (name.empty()) {
            args.push_back(value);
        } else {
            kwargs.emplace_back(Name(name), value);
        }
    }
    return parser.make<UrlNode>(view, keep_all(parser, std::move(args)),
                                keep_all(parser, std::move(kwargs)),
                                variable.empty() ? Name() : Name(variable));
}

Result<Node*> parse_verbatim(Parser& parser, const Token&) {
    TATUM_TRY(const NodeList body, parser.parse({"endverbatim"}));
    parser.next_token();
    return parser.make<VerbatimNode>(body);
}

Result<Node*> parse_widthratio(Parser& parser, const Token& token) {
    Bits bits = token.split_contents();
    if (bits.size() == 6 && bits[4] != "as") {
        return tag_error("Invalid syntax in widthratio tag. Expecting 'as' keyword");
    }
    const std::string_view variable = bits.size() == 6 ? take_as(bits) : std::string_view();
    if (bits.size() != 4) return tag_error("widthratio takes at least three arguments");
    TATUM_TRY(const auto values, compile_all(parser, bits, 1, 4));
    return parser.make<WidthRatioNode>(values[0], values[1], values[2],
                                       variable.empty() ? Name() : Name(variable));
}

}  // namespace

void add_output_tags(Library& library) {
    library.tag("cycle", &parse_cycle)
        .tag("resetcycle", &parse_resetcycle)
        .tag("csrf_token", &parse_csrf_token)
        .tag("csp_nonce_attr", &parse_csp_nonce)
        .tag("debug", &parse_debug)
        .tag("filter", &parse_filter)
        .tag("firstof", &parse_firstof)
        .tag("lorem", &parse_lorem)
        .tag("now", &parse_now)
        .tag("spaceless", &parse_spaceless)
        .tag("templatetag", &parse_templatetag)
        .tag("url", &parse_url)
        .tag("verbatim", &parse_verbatim)
        .tag("widthratio", &parse_widthratio);
}

}  // namespace tatum::template_::impl
