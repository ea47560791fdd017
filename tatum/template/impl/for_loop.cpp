#include <tatum/template/impl/for_loop.h>

#include <tatum/base/text.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>

namespace tatum::template_::impl {
namespace {

constexpr Name kForLoop("forloop"), kCounter("counter"), kCounter0("counter0");
constexpr Name kRevCounter("revcounter"), kRevCounter0("revcounter0"), kFirst("first");
constexpr Name kLast("last"), kLength("length");

Value from_size(std::size_t number) { return Value(static_cast<long long>(number)); }

/// Gives each of `names` its part of `item`.
void bind_unpacked(Context& context, std::span<const Name> names, const Value& item) {
    const auto count = item.size();
    if (count.value_or(1) != names.size() || !count) {
        fail("template.E103", "Need " + std::to_string(names.size()) +
                                  " values to unpack in for loop; got " +
                                  std::to_string(count.value_or(1)) + ". ");
    }
    const Sequence parts(item, context);
    for (std::size_t i = 0; i < names.size(); ++i) {
        Value place;
        context.bind(names[i], parts.at(i, place));
    }
}

}  // namespace

LoopAttribute loop_attribute_of(const Name& name) {
    if (name == kCounter) return LoopAttribute::Counter;
    if (name == kFirst) return LoopAttribute::First;
    if (name == kLast) return LoopAttribute::Last;
    if (name == kCounter0) return LoopAttribute::Counter0;
    if (name == kRevCounter) return LoopAttribute::RevCounter;
    if (name == kRevCounter0) return LoopAttribute::RevCounter0;
    if (name == kLength) return LoopAttribute::Length;
    return LoopAttribute::None;
}

LoopVariable::LoopVariable(Context& context, std::size_t length)
    : context_(context), older_(RenderState::binding_count(context)), length_(length) {
    RenderState::append(context, kForLoop, *this);
}

const LoopVariable* LoopVariable::outer() const {
    // Nothing but a loop makes a lazy variable of this name.
    return static_cast<const LoopVariable*>(
        RenderState::find_older_lazy(context_, kForLoop, older_));
}

const Value& LoopVariable::value() const {
    if (!made_.is_none()) return made_;
    const Value* outer = RenderState::find_older(context_, kForLoop, older_);
    Dict loop{{"parentloop", outer != nullptr ? *outer : Value(Dict())}};
    if (RenderState::find(context_)->engine->options().django_version >= 600) {
        loop.set("length", attribute(LoopAttribute::Length));
    }
    loop.set("counter0", attribute(LoopAttribute::Counter0));
    loop.set("counter", attribute(LoopAttribute::Counter));
    loop.set("revcounter", attribute(LoopAttribute::RevCounter));
    loop.set("revcounter0", attribute(LoopAttribute::RevCounter0));
    loop.set("first", attribute(LoopAttribute::First));
    loop.set("last", attribute(LoopAttribute::Last));
    made_ = Value(std::move(loop));
    return made_;
}

void LoopVariable::set_index(std::size_t index) {
    index_ = index;
    if (!made_.is_none()) made_ = Value();
}

Value LoopVariable::attribute(LoopAttribute attribute) const {
    switch (attribute) {
        case LoopAttribute::Counter:
            return from_size(index_ + 1);
        case LoopAttribute::Counter0:
            return from_size(index_);
        case LoopAttribute::RevCounter:
            return from_size(length_ - index_);
        case LoopAttribute::RevCounter0:
            return from_size(length_ - index_ - 1);
        case LoopAttribute::First:
            return index_ == 0;
        case LoopAttribute::Last:
            return index_ + 1 == length_;
        case LoopAttribute::Length:
            return from_size(length_);
        case LoopAttribute::None:
            break;
    }
    return {};
}

const Value* Variable::loop_value(const Context& context, Value& place) const {
    const auto* loop = static_cast<const LoopVariable*>(RenderState::find_lazy(context, kForLoop));
    for (std::uint8_t level = 0; loop != nullptr && level < loop_level; ++level) {
        loop = loop->outer();
    }
    if (loop == nullptr) return nullptr;
    place = loop->attribute(loop_attribute);
    return &place;
}

const Value* LoopVariable::find_state(const void* key) const {
    for (const auto& [owner, value] : states_) {
        if (owner == key) return &value;
    }
    return nullptr;
}

void LoopVariable::set_state(const void* key, Value value) const {
    const auto before = std::ranges::find(states_, key, &std::pair<const void*, Value>::first);
    if (before == states_.end()) {
        states_.emplace_back(key, std::move(value));
    } else {
        before->second = std::move(value);
    }
}

Sequence::Sequence(const Value& value, Context& context) : value_(value) {
    switch (value.kind()) {
        case Kind::None:
            return;
        case Kind::List:
        case Kind::Tuple:
        case Kind::Set:
            list_ = value.as_list().data();
            size_ = value.as_list().size();
            return;
        case Kind::Dict:
            size_ = value.as_dict().size();
            return;
        case Kind::Range:
            size_ = value.size().value_or(0);
            return;
        case Kind::Object:
            if (const auto size = value.as_object().size(value.self())) {
                size_ = *size;
                return;
            }
            break;
        default:
            break;
    }
    auto items = items_of(value, context);
    if (!items) {
        fail("template.E102", "'" + python_type_name(value) + "' object is not iterable");
    }
    items_ = *std::move(items);
    list_ = items_.data();
    size_ = items_.size();
}

const Value& Sequence::other_at(std::size_t index, Value& place) const {
    switch (value_.kind()) {
        case Kind::Dict:
            return (value_.as_dict().begin() + static_cast<std::ptrdiff_t>(index))->key;
        case Kind::Range: {
            const auto& range = value_.as_range();
            place = Value(static_cast<long long>(range.start +
                                                 static_cast<std::int64_t>(index) * range.step));
            return place;
        }
        default:
            place = value_.as_object().item(value_.self(), index);
            return place;
    }
}

namespace {

/// `{% for %}`.
class ForNode final : public Node {
public:
    ForNode(std::span<const Name> variables, const Expression* sequence, bool reversed,
            NodeList body, NodeList empty)
        : variables_(variables),
          sequence_(sequence),
          reversed_(reversed),
          body_(body),
          empty_(empty) {}

    void render(Context& context, std::string& out) const override {
        const ContextFrame frame(context);
        Value place;
        // A copy: tags in the loop may replace the variable.
        const Value values = sequence_->get_or_none(context, place);
        const Sequence sequence(values, context);
        if (sequence.size() == 0) return empty_.render(context, out);
        check_reversible(values);
        LoopVariable loop(context, sequence.size());
        if (variables_.size() == 1) {
            run(context, out, sequence, loop);
        } else {
            run_unpacking(context, out, sequence, loop);
        }
    }

private:
    void check_reversible(const Value& values) const {
        if (reversed_ && values.kind() == Kind::Set) {
            fail("template.E102", "'set' object is not reversible");
        }
    }

    static void count_iteration(RenderState& state) {
        if (++state.iterations > state.limits->iterations) {
            limit_passed("iterations", state.limits->iterations);
        }
    }

    void run(Context& context, std::string& out, const Sequence& sequence,
             LoopVariable& loop) const {
        RenderState& state = *RenderState::find(context);
        const std::size_t slot = RenderState::binding_count(context);
        Value place;
        RenderState::append(context, variables_[0], Value());
        const std::size_t size = sequence.size();
        for (std::size_t i = 0; i < size; ++i) {
            count_iteration(state);
            loop.set_index(i);
            RenderState::borrow(context, slot, sequence.at(reversed_ ? size - 1 - i : i, place));
            body_.render(context, out);
        }
    }

    void run_unpacking(Context& context, std::string& out, const Sequence& sequence,
                       LoopVariable& loop) const {
        RenderState& state = *RenderState::find(context);
        const std::size_t size = sequence.size();
        for (std::size_t i = 0; i < size; ++i) {
            count_iteration(state);
            loop.set_index(i);
            const ContextFrame frame(context);
            Value place;
            bind_unpacked(context, variables_, sequence.at(reversed_ ? size - 1 - i : i, place));
            body_.render(context, out);
        }
    }

    std::span<const Name> variables_;
    const Expression* sequence_;
    bool reversed_;
    NodeList body_, empty_;
};

/// `{% ifchanged %}`, with values to watch or its own text.
class IfChangedNode final : public Node {
public:
    IfChangedNode(std::span<const Expression* const> watched, NodeList changed, NodeList same)
        : watched_(watched), changed_(changed), same_(same) {}

    void render(Context& context, std::string& out) const override {
        Value current;
        if (watched_.empty()) {
            current = Value(changed_.render(context));
        } else {
            List values;
            for (const Expression* watched : watched_) {
                values.push_back(watched->resolve_or_none(context));
            }
            current = Value(std::move(values));
        }
        if (!remember(context, current)) {
            same_.render(context, out);
        } else if (watched_.empty() && !current.as_string().empty()) {
            out.append(current.as_string());
        } else {
            changed_.render(context, out);
        }
    }

private:
    /// Whether `current` differs from what was seen before in this loop, or in this rendering
    /// where there is no loop.
    bool remember(Context& context, const Value& current) const {
        const auto* loop =
            static_cast<const LoopVariable*>(RenderState::find_lazy(context, kForLoop));
        const Value* before = loop != nullptr ? loop->find_state(this) : context.find_state(this);
        if (before == nullptr ? current.is_none() : *before == current) return false;
        if (loop != nullptr) {
            loop->set_state(this, current);
        } else {
            context.set_state(this, current);
        }
        return true;
    }

    std::span<const Expression* const> watched_;
    NodeList changed_, same_;
};

/// `a, b ,c` as names; empty when one of them is no name.
std::vector<Name> loop_variables(Parser& parser, const Bits& bits, std::size_t end) {
    std::string joined;
    for (std::size_t i = 1; i < end; ++i) {
        if (i > 1) joined += ' ';
        joined += bits[i];
    }
    std::vector<Name> names;
    for (const std::string_view part : strings::split(parser.keep(joined), ",")) {
        const std::string_view name = strings::strip(part, " ");
        if (name.empty() || name.find_first_of(" \"'|") != std::string_view::npos) return {};
        names.push_back(shared_name(parser, name));
    }
    return names;
}

/// The tag itself, without its bodies.
struct LoopHead {
    std::span<const Name> variables;
    const Expression* sequence = nullptr;
    bool reversed = false;
};

[[gnu::noinline]] Result<LoopHead> parse_head(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    const std::string contents(token.contents);
    if (bits.size() < 4) {
        return tag_error("'for' statements should have at least four words: " + contents);
    }
    LoopHead head;
    head.reversed = bits.back() == "reversed";
    const std::size_t in = bits.size() - (head.reversed ? 3 : 2);
    if (bits[in] != "in") {
        return tag_error("'for' statements should use the format 'for x in y': " + contents);
    }
    std::vector<Name> variables = loop_variables(parser, bits, in);
    if (variables.empty()) {
        return tag_error("'for' tag received an invalid argument: " + contents);
    }
    head.variables = keep_all(parser, std::move(variables));
    TATUM_TRY(head.sequence, compile(parser, bits[in + 1]));
    return head;
}

}  // namespace

Result<Node*> parse_for(Parser& parser, const Token& token) {
    LoopHead head;
    {
        Result<LoopHead> parsed = parse_head(parser, token);
        if (!parsed) return std::move(parsed).error();
        head = *parsed;
    }
    NodeList parts[2];  // the loop and what is shown when it is empty
    for (NodeList& part : parts) {
        Result<NodeList> nodes =
            &part == parts ? parser.parse({"empty", "endfor"}) : parser.parse({"endfor"});
        if (!nodes) return std::move(nodes).error();
        part = *nodes;
        if (parser.next_token().contents != "empty") break;
    }
    return parser.make<ForNode>(head.variables, head.sequence, head.reversed, parts[0], parts[1]);
}

Result<Node*> parse_ifchanged(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    TATUM_TRY(const NodeList changed, parser.parse({"else", "endifchanged"}));
    NodeList same;
    if (parser.next_token().contents == "else") {
        TATUM_TRY(same, parser.parse({"endifchanged"}));
        parser.next_token();
    }
    TATUM_TRY(const auto watched, compile_all(parser, bits, 1, bits.size()));
    return parser.make<IfChangedNode>(watched, changed, same);
}

}  // namespace tatum::template_::impl
