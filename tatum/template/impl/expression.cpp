#include <tatum/template/impl/expression.h>

#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/template/engine.h>
#include <tatum/template/impl/body.h>
#include <tatum/template/impl/convert.h>
#include <tatum/template/impl/render_state.h>
#include <tatum/template/parser.h>

#include <algorithm>
#include <new>

namespace tatum::template_::impl {
namespace {

Error syntax_error(std::string code, std::string message) {
    Error error;
    error.code = std::move(code);
    error.message = std::move(message);
    return error;
}

/// The end of a quoted string that starts at `from`, or 0.
std::size_t quoted_end(std::string_view text, std::size_t from) {
    if (from >= text.size() || (text[from] != '"' && text[from] != '\'')) return 0;
    const char quote = text[from];
    for (std::size_t i = from + 1; i < text.size(); ++i) {
        if (text[i] == quote) return i + 1;
        // A backslash takes the character after it along, but no line end.
        if (text[i] == '\\') {
            if (++i < text.size() && text[i] == '\n') return 0;
        }
    }
    return 0;
}

/// The end of `"..."` or `_("...")` at `from`, or 0.
std::size_t constant_end(std::string_view text, std::size_t from) {
    if (text.substr(from).starts_with("_(")) {
        const std::size_t end = quoted_end(text, from + 2);
        return end != 0 && end < text.size() && text[end] == ')' ? end + 1 : 0;
    }
    return quoted_end(text, from);
}

/// The end of a decimal digit (of any script) at `from`; `from` itself where there is none.
std::size_t digit_end(std::string_view text, std::size_t from) {
    std::size_t next = from;
    if (from >= text.size()) return from;
    return strings::decimal_digit(strings::next_code_point(text, next)) >= 0 ? next : from;
}

/// Moves past letters, digits and underscores (of any script), and dots if `dots`.
std::size_t word_end(std::string_view text, std::size_t from, bool dots) {
    std::size_t position = from;
    while (position < text.size()) {
        if (dots && text[position] == '.') {
            ++position;
            continue;
        }
        std::size_t next = position;
        if (!strings::is_word(strings::next_code_point(text, next))) break;
        position = next;
    }
    return position;
}

/// Django 6 has signs within numbers too; a name that holds one is refused by Variable::parse().
std::size_t signed_word_end(std::string_view text, std::size_t from) {
    std::size_t position = from;
    while (true) {
        position = word_end(text, position, true);
        if (position >= text.size() || (text[position] != '-' && text[position] != '+')) break;
        ++position;
    }
    return position;
}

/// The end of a variable or number at `from`; `from` itself where there is none.
std::size_t variable_end(std::string_view text, std::size_t from, int django_version) {
    if (django_version >= 600) return signed_word_end(text, from);
    const std::size_t end = word_end(text, from, true);
    if (end > from) return end;
    std::size_t digit = from;
    if (digit < text.size() && (text[digit] == '-' || text[digit] == '+')) ++digit;
    if (digit_end(text, digit) == digit) return from;
    while (digit < text.size()) {
        const bool is_part = text[digit] == '.' || text[digit] == 'e';
        const std::size_t next = is_part ? digit + 1 : digit_end(text, digit);
        if (next == digit) break;
        digit = next;
    }
    return digit;
}

std::size_t skip_space(std::string_view text, std::size_t from) {
    while (from < text.size()) {
        std::size_t next = from;
        if (!strings::is_space(strings::next_code_point(text, next))) break;
        from = next;
    }
    return from;
}

Value localized_time(const Value& value, Context& context) {
    if (value.kind() != Kind::DateTime || value.keeps_zone()) return value;
    const DateTime moment = value.as_datetime();
    if (!moment.is_aware() || !context.use_tz().value_or(options_of(context).use_tz)) return value;
    return localtime(moment);
}

/// No filter may make texts or lists that grow past the limits, however it is chained.
void check_size(const Value& value, Context& context) {
    std::size_t bytes = 0;
    if (value.is_string()) bytes = value.as_string().size();
    if (value.is_list()) bytes = value.as_list().size() * sizeof(Value);
    const Limits& limits = options_of(context).limits;
    if (bytes > limits.value_bytes) limit_passed("value_bytes", limits.value_bytes);
    RenderState* state = RenderState::find(context);
    if (state == nullptr) return;
    if ((state->filtered += bytes) > limits.filtered_bytes) {
        limit_passed("filtered_bytes", limits.filtered_bytes);
    }
}

}  // namespace

Value translate_constant(const Value& constant) {
    const std::string_view id = constant.as_string();
    if (id.empty()) return constant;
    // Message ids have their percent signs doubled, as xgettext's python-format wants it.
    if (id.find('%') == std::string_view::npos) return Value::safe(gettext(id));
    return Value::safe(gettext(strings::replace(id, "%", "%%")));
}

Result<Operand> Operand::parse(std::string_view text, Parser& parser) {
    Operand operand;
    std::string_view literal = text;
    if (text.starts_with("_(") && text.ends_with(')')) {
        operand.kind = Kind::Translated;
        literal = text.substr(2, text.size() - 3);
    }
    if (literal.starts_with('"') || literal.starts_with('\'')) {
        TATUM_TRY(const std::string unescaped, strings::unescape_string_literal(literal));
        operand.constant = Value::view(parser.keep(unescaped)).mark_safe();
        return operand;
    }
    if (std::optional<Value> number = parse_number(text)) {
        operand.constant = *std::move(number);
        return operand;
    }
    operand.kind = Kind::Variable;
    TATUM_TRY(operand.variable, Variable::parse(text, parser));
    return operand;
}

/// Reads `operand|filter:argument|...`. Django docs: ref/templates/language#filters.
class ExpressionParser {
public:
    ExpressionParser(std::string_view text, Parser& parser)
        : text_(text), parser_(parser), django_version_(parser.engine().options().django_version) {}

    Result<const Expression*> run() {
        auto* made = parser_.make<Expression>();
        made->source_ = text_;
        std::size_t position = constant_end(text_, 0);
        if (position == 0) position = variable_end(text_, 0, django_version_);
        if (position == 0) {
            if (filter_end(0) != 0) {
                return syntax_error("template.E010", "Could not find variable at start of " +
                                                         std::string(text_) + ".");
            }
            return remainder(0);
        }
        TATUM_TRY(made->operand_, Operand::parse(text_.substr(0, position), parser_));
        while (position < text_.size()) {
            const std::size_t end = filter_end(position);
            if (end == 0) return remainder(position);
            if (auto added = add_filter(); !added) return std::move(added).error();
            position = end;
        }
        made->filters_ = keep_filters();
        if (made->filters_.empty()) {
            const Operand& operand = made->operand_;
            made->is_plain_variable_ = operand.kind == Operand::Kind::Variable;
            if (operand.kind == Operand::Kind::Constant) made->constant_ = &operand.constant;
        }
        return static_cast<const Expression*>(made);
    }

private:
    /// Reads `|name:argument` at `from` into name_ and argument_; 0 when it is not one.
    std::size_t filter_end(std::size_t from) {
        std::size_t position = skip_space(text_, from);
        if (position >= text_.size() || text_[position] != '|') return 0;
        position = skip_space(text_, position + 1);
        const std::size_t name_end = word_end(text_, position, false);
        if (name_end == position) return 0;
        name_ = text_.substr(position, name_end - position);
        argument_ = {};
        if (name_end >= text_.size() || text_[name_end] != ':') return name_end;
        std::size_t end = constant_end(text_, name_end + 1);
        if (end == 0) end = variable_end(text_, name_end + 1, django_version_);
        if (end <= name_end + 1) return name_end;
        argument_ = text_.substr(name_end + 1, end - name_end - 1);
        return end;
    }

    Error remainder(std::size_t from) const {
        // Django searches on for something that looks like a filter; the text before it is named.
        ExpressionParser ahead(text_, parser_);
        for (std::size_t bar = text_.find('|', from + 1); bar < text_.size();
             bar = text_.find('|', bar + 1)) {
            if (ahead.filter_end(bar) == 0) continue;
            // White space before the bar is part of the filter.
            const std::size_t begin =
                from + 1 + strings::rstrip(text_.substr(from + 1, bar - from - 1)).size();
            return syntax_error("template.E011", "Could not parse some characters: " +
                                                     std::string(text_.substr(0, from)) + "|" +
                                                     std::string(text_.substr(from, begin - from)) +
                                                     "|" + std::string(text_.substr(begin)));
        }
        return syntax_error("template.E011", "Could not parse the remainder: '" +
                                                 std::string(text_.substr(from)) + "' from '" +
                                                 std::string(text_) + "'");
    }

    Result<void> add_filter() {
        const Filter* filter = parser_.find_filter(name_);
        if (filter == nullptr) {
            return syntax_error("template.E013", "Invalid filter: '" + std::string(name_) + "'");
        }
        const bool given = !argument_.empty();
        if (given ? filter->argument == Filter::Argument::None
                  : filter->argument == Filter::Argument::Required) {
            return syntax_error("template.E014",
                                std::string(name_) + " requires " +
                                    (filter->argument == Filter::Argument::Required ? "2" : "1") +
                                    " arguments, " + (given ? "2" : "1") + " provided");
        }
        AppliedFilter applied{filter, given, {}};
        if (given) {
            auto operand = Operand::parse(argument_, parser_);
            if (!operand) return std::move(operand).error();
            applied.argument = *std::move(operand);
        }
        filters_.push_back(std::move(applied));
        return {};
    }

    std::span<const AppliedFilter> keep_filters() {
        if (filters_.empty()) return {};
        auto* kept = parser_.make<std::vector<AppliedFilter>>(std::move(filters_));
        return {kept->data(), kept->size()};
    }

    std::string_view text_;
    Parser& parser_;
    int django_version_;
    std::string_view name_, argument_;
    std::vector<AppliedFilter> filters_;
};

Result<const Expression*> Expression::parse(std::string_view text, Parser& parser) {
    return ExpressionParser(text, parser).run();
}

/// Unlike Django: what was searched is named, not printed, for its values are nothing for a log.
[[noreturn]] static void fail_lookup(const Variable& variable, Context& context) {
    std::size_t missing = 0;
    for (; missing + 1 < variable.steps.size(); ++missing) {
        Variable before = variable;
        before.steps = variable.steps.first(missing + 1);
        before.loop_attribute = LoopAttribute::None;
        Value place;
        if (before.resolve(context, place) == nullptr) break;
    }
    const std::string_view name = variable.steps[missing].name.text;
    Error error;
    error.code = "template.E110";
    error.message = "Failed lookup for key [" + std::string(name) + "] in ";
    std::string path;
    for (const Step& step : variable.steps.first(missing)) {
        path += (path.empty() ? "" : ".") + std::string(step.name.text);
    }
    error.message += missing == 0 ? "the context" : "'" + path + "'";
    throw VariableDoesNotExist(std::move(error));
}

Value resolve_operand(const Operand& operand, Context& context) {
    switch (operand.kind) {
        case Operand::Kind::Constant:
            return operand.constant;
        case Operand::Kind::Translated:
            return translate_constant(operand.constant);
        case Operand::Kind::Variable:
            break;
    }
    Value place;
    const Value* found = operand.variable.resolve(context, place);
    if (found == nullptr) fail_lookup(operand.variable, context);
    return found == &place ? std::move(place) : *found;
}

const Value& Expression::get_base(Context& context, Value& place, bool& missing) const {
    switch (operand_.kind) {
        case Operand::Kind::Constant:
            return operand_.constant;
        case Operand::Kind::Translated:
            place = translate_constant(operand_.constant);
            return place;
        case Operand::Kind::Variable:
            break;
    }
    if (const Value* found = operand_.variable.resolve(context, place)) return *found;
    missing = true;
    return place;
}

Value Expression::invalid_text(Context& context) const {
    const Value& invalid = string_if_invalid(context);
    const std::string_view text = invalid.as_string();
    if (text.find("%s") == std::string_view::npos) return invalid;
    return strings::replace(text, "%s", operand_.variable.text);
}

const Value& Expression::get_other_or_none(Context& context, Value& place) const {
    if (is_plain_variable_) {
        const Value* found = operand_.variable.resolve_anywhere(context, place);
        if (found == nullptr) place = Value();
        return found != nullptr ? *found : place;
    }
    bool missing = false;
    const Value& base = get_base(context, place, missing);
    if (filters_.empty()) return base;
    place = apply_filters(context, missing ? Value() : base);
    return place;
}

const Value& Expression::get_other(Context& context, Value& place) const {
    if (is_plain_variable_) {
        const Value* found = operand_.variable.resolve_anywhere(context, place);
        if (found == nullptr) place = invalid_text(context);
        return found != nullptr ? *found : place;
    }
    bool missing = false;
    const Value& base = get_base(context, place, missing);
    if (missing) {
        place = invalid_text(context);
        // What stands for an invalid variable is not filtered, unless it is nothing.
        if (!place.as_string().empty()) return place;
    } else if (filters_.empty()) {
        return base;
    }
    place = apply_filters(context, missing ? place : base);
    return place;
}

Value Expression::apply_filters(Context& context, Value value) const {
    for (const AppliedFilter& applied : filters_) {
        const Filter& filter = *applied.filter;
        Value argument;
        const Value* given = nullptr;
        if (applied.has_argument) {
            given = &applied.argument.constant;
            if (applied.argument.kind != Operand::Kind::Constant) {
                argument = resolve_operand(applied.argument, context);
                given = &argument;
            }
        }
        if (filter.flags.expects_localtime) value = localized_time(value, context);
        const bool was_safe = value.is_safe();
        Value result = filter.function(filter.state.get(),
                                       FilterCall{value, given, context, context.autoescape()});
        if (filter.flags.is_safe && was_safe) {
            // As Python's mark_safe(), which makes a text of anything.
            if (!result.is_string()) result = Value(result.str());
            value = std::move(result).mark_safe();
        } else {
            value = std::move(result);
        }
        check_size(value, context);
    }
    return value;
}

Value Expression::resolve(Context& context) const {
    Value place;
    const Value& value = get(context, place);
    return &value == &place ? std::move(place) : value;
}

Value Expression::resolve_or_none(Context& context) const {
    Value place;
    const Value& value = get_or_none(context, place);
    return &value == &place ? std::move(place) : value;
}

void Expression::render(Context& context, std::string& out) const { append_to(context, out); }

void Expression::append_other(Context& context, std::string& out) const {
    Value place;
    render_value(context, get_other(context, place), out);
}

}  // namespace tatum::template_::impl
