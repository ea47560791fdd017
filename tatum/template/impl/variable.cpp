#include <tatum/template/impl/variable.h>

#include <tatum/base/error.h>
#include <tatum/template/engine.h>
#include <tatum/template/impl/dict_view.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>

#include <algorithm>
#include <charconv>
#include <new>
#include <string>

namespace tatum::template_::impl {
namespace {

/// Calls what can be called: a function of a context, a method of a model.
const Value* call_if_callable(const Value* current, Context& context, Value& place) {
    if (!current->is_object()) return current;
    const Object& object = current->as_object();
    if (!object.is_callable(current->self())) return current;
    if (object.do_not_call_in_templates(current->self())) return current;
    if (object.alters_data(current->self())) return &string_if_invalid(context);
    std::optional<Value> result = object.call(current->self(), {});
    if (!result) return &string_if_invalid(context);
    place = *std::move(result);
    return &place;
}

}  // namespace

const Value* builtin_constant(std::string_view name) {
    static const Value yes(true), no(false), none{};
    if (name == "True") return &yes;
    if (name == "False") return &no;
    if (name == "None") return &none;
    return nullptr;
}

std::optional<std::int64_t> parse_index(std::string_view text) {
    std::string digits;
    bool after_digit = false;
    std::size_t i = 0;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        if (text[0] == '-') digits += '-';
        i = 1;
    }
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9') {
            digits += c;
            after_digit = true;
        } else if (c == '_' && after_digit && i + 1 < text.size()) {
            after_digit = false;
        } else {
            return std::nullopt;
        }
    }
    if (!after_digit) return std::nullopt;
    std::int64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, fault] = std::from_chars(digits.data(), end, number);
    if (fault != std::errc() || stop != end) return std::nullopt;
    return number;
}

Result<Variable> Variable::parse(std::string_view text, Parser& parser) {
    if (text.starts_with('_') || text.find("._") != std::string_view::npos) {
        Error error;
        error.code = "template.E012";
        error.message =
            "Variables and attributes may not begin with underscores: '" + std::string(text) + "'";
        return error;
    }
    // What Django 6 allows in numbers; before, a lone number that is malformed is a name.
    const int django_version = parser.engine().options().django_version;
    const std::string_view signs = django_version >= 600 ? "+-" : "";
    for (const char sign : signs) {
        if (text.find(sign) == std::string_view::npos) continue;
        Error error;
        error.code = "template.E012";
        error.message = std::string("Invalid character ('") + sign + "') in variable name: '" +
                        std::string(text) + "'";
        return error;
    }
    std::size_t count = 1;
    for (const char c : text) count += c == '.';
    auto* steps =
        static_cast<Step*>(parser.state().body.arena.allocate(count * sizeof(Step), alignof(Step)));
    std::size_t from = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t dot = std::min(text.find('.', from), text.size());
        Step* step = ::new (&steps[i]) Step;
        step->name = Name(text.substr(from, dot - from));
        if (const auto index = parse_index(step->name.text)) {
            step->index = *index;
            step->is_index = true;
        }
        from = dot + 1;
    }
    steps[0].name = shared_name(parser, steps[0].name.text);
    Variable variable{.steps = {steps, count}, .text = text};
    variable.builtin = builtin_constant(steps[0].name.text);
    variable.find_loop_attribute(django_version);
    return variable;
}

void Variable::find_loop_attribute(int django_version) {
    static constexpr Name kForLoop("forloop"), kParentLoop("parentloop");
    constexpr std::size_t kLevelsMax = 100;
    if (steps.size() < 2 || steps.size() > kLevelsMax || !(steps[0].name == kForLoop)) return;
    const auto between = steps.subspan(1, steps.size() - 2);
    if (!std::ranges::all_of(between, [](const Step& s) { return s.name == kParentLoop; })) return;
    const LoopAttribute attribute = loop_attribute_of(steps.back().name);
    if (attribute == LoopAttribute::Length && django_version < 600) return;
    loop_attribute = attribute;
    loop_level = static_cast<std::uint8_t>(between.size());
}

const Value* Variable::resolve_anywhere(Context& context, Value& place) const {
    if (loop_attribute != LoopAttribute::None) {
        if (const Value* found = loop_value(context, place)) return found;
    }
    const Value* current = context.is_newest(steps[0].name)
                               ? Context::value_of(context.bindings_.back())
                               : context.find_further(steps[0].name, &steps[0]);
    if (current == nullptr) current = builtin;
    if (current == nullptr) return nullptr;
    if (current->is_object()) return resolve_steps(current, context, place);
    if (steps.size() == 1) return current;
    if (steps.size() == 2 && current->is_dict()) {
        const Value* found = steps[1].find_in(current->as_dict());
        if (found != nullptr && !found->is_object()) return found;
    }
    return resolve_steps(current, context, place);
}

const Value* Variable::resolve_steps(const Value* current, Context& context, Value& place) const {
    try {
        if (current->is_object()) current = call_if_callable(current, context, place);
        for (const Step& step : steps.subspan(1)) {
            const Value* found = nullptr;
            switch (look_up(*current, step, place, found)) {
                case Lookup::Missing:
                    return nullptr;
                case Lookup::Found:
                    current = found;
                    break;
                case Lookup::Invalid:
                    current = &string_if_invalid(context);
                    break;
            }
            if (current->is_object()) current = call_if_callable(current, context, place);
        }
    } catch (const VariableDoesNotExist&) {
        // Of a template that the variable renders: `block.super`.
        forget_fault(context);
        return nullptr;
    } catch (const Exception& failure) {
        if (!failure.silent_variable_failure()) throw;
        forget_fault(context);
        return &string_if_invalid(context);
    }
    return current;
}

const Value* Step::find_anew_in(const Dict& dict) const {
    constexpr std::size_t kRowKeysMax = 32;  // a larger mapping is a table, not a row
    const Value* found = dict.find(name);
    if (found != nullptr && dict.size() <= kRowKeysMax) {
        for (std::uint32_t at = 0; at < dict.size(); ++at) {
            if (&dict.begin()[static_cast<std::ptrdiff_t>(at)].value != found) continue;
            std::atomic_ref(place).store(at, std::memory_order_relaxed);
            break;
        }
    }
    return found;
}

Lookup look_up(const Value& current, const Step& step, Value& place, const Value*& found) {
    switch (current.kind()) {
        case Kind::Dict: {
            const Dict& dict = current.as_dict();
            found = step.find_in(dict);
            if (found != nullptr) return Lookup::Found;
            break;
        }
        case Kind::Object: {
            const Object& object = current.as_object();
            if (std::optional<Value> value = object.attribute(current.self(), step.name)) {
                place = *std::move(value);
                found = &place;
                return Lookup::Found;
            }
            break;
        }
        case Kind::List:
        case Kind::Tuple:
            if (step.is_index) {
                const List& items = current.as_list();
                const std::int64_t size = static_cast<std::int64_t>(items.size());
                const std::int64_t index = step.index < 0 ? step.index + size : step.index;
                if (index < 0 || index >= size) return Lookup::Missing;
                found = &items[static_cast<std::size_t>(index)];
                return Lookup::Found;
            }
            if (const NamedTuple* type = current.named_tuple()) {
                const auto field = std::ranges::find(type->fields, step.name.text);
                if (field == type->fields.end()) break;
                found = &current.as_list()[static_cast<std::size_t>(field - type->fields.begin())];
                return Lookup::Found;
            }
            break;
        default:
            break;
    }
    // The result may replace what `current` is, so it is made beside it first.
    Value value;
    if (!current.is_object()) {
        const Lookup outcome = python_attribute(current, step.name, value);
        if (outcome != Lookup::Missing) {
            place = std::move(value);
            found = &place;
            return outcome;
        }
    }
    if (!step.is_index) return Lookup::Missing;
    if (current.is_dict()) {
        found = current.as_dict().find(Value(step.index));
        return found != nullptr ? Lookup::Found : Lookup::Missing;
    }
    if (current.kind() == Kind::Set || is_dict_view(current)) return Lookup::Missing;
    std::optional<Value> item = current.at(step.index);
    if (!item) return Lookup::Missing;
    place = *std::move(item);
    found = &place;
    return Lookup::Found;
}

Lookup get_property(const Value& value, const Step& step, Value& place) {
    const Value* found = nullptr;
    Value inner;
    const Lookup outcome = look_up(value, step, inner, found);
    if (outcome == Lookup::Found) place = *found;
    return outcome;
}

}  // namespace tatum::template_::impl
