#pragma once

#include <tatum/base/html.h>
#include <tatum/template/impl/variable.h>
#include <tatum/template/library.h>
#include <tatum/template/node.h>

#include <optional>
#include <span>
#include <string_view>

namespace tatum::template_ {
class Parser;
}

namespace tatum::template_::impl {

/// A constant, a constant to be translated, or a variable: what stands before the first '|', and
/// what a filter gets as its argument.
struct Operand {
    enum class Kind : std::uint8_t { Constant, Translated, Variable };

    Kind kind = Kind::Constant;
    Value constant;     ///< Constant and Translated
    Variable variable;  ///< Variable

    /// `text` is one of: "...", '...', _("..."), _('...'), a number, a variable.
    static Result<Operand> parse(std::string_view text, Parser& parser);
};

/// A filter with its argument, as one expression uses it.
struct AppliedFilter {
    const Filter* filter;
    bool has_argument = false;
    Operand argument;
};

/// A variable or constant with filters, ready to be resolved.
class Expression final : public FilterExpression {
public:
    /// Errors template.E010 and on; messages are Django's.
    static Result<const Expression*> parse(std::string_view text, Parser& parser);

    Value resolve(Context& context) const override;
    Value resolve_or_none(Context& context) const override;
    void render(Context& context, std::string& out) const override;
    std::string_view source() const override { return source_; }
    const Value* constant() const override;

    /// What render() does, without a virtual call.
    [[gnu::always_inline]] void append_to(Context& context, std::string& out) const {
        Value place;
        const Value& value = get(context, place);
        if (!value.is_string()) return render_value(context, value, out);
        if (value.is_safe() || !context.autoescape()) {
            out.append(value.as_string());
        } else {
            html::append_escaped(out, value.as_string());
        }
    }

    /// The value where it lies, or in `place`; never null. Copies nothing when there are no
    /// filters. A variable that does not exist is None.
    const Value& get_or_none(Context& context, Value& place) const {
        if (is_plain_variable()) {
            if (const Value* found = operand_.variable.resolve(context, place)) return *found;
            place = Value();
            return place;
        }
        return get_other_or_none(context, place);
    }
    /// The same with string_if_invalid for what does not exist.
    const Value& get(Context& context, Value& place) const {
        if (is_plain_variable()) {
            if (const Value* found = operand_.variable.resolve(context, place)) return *found;
            place = invalid_text(context);
            return place;
        }
        return get_other(context, place);
    }

    /// A variable without filters?
    bool is_plain_variable() const {
        return operand_.kind == Operand::Kind::Variable && filters_.empty();
    }
    const Operand& operand() const { return operand_; }
    std::span<const AppliedFilter> filters() const { return filters_; }
    Value apply_filters(Context& context, Value value) const;
    /// What stands for a variable that does not exist.
    Value invalid_text(Context& context) const;

private:
    friend class ExpressionParser;

    const Value& get_other(Context& context, Value& place) const;
    const Value& get_other_or_none(Context& context, Value& place) const;
    const Value& get_base(Context& context, Value& place, bool& missing) const;

    std::string_view source_;
    Operand operand_;
    std::span<const AppliedFilter> filters_;
};

/// The value of an operand; a variable that does not exist throws VariableDoesNotExist.
Value resolve_operand(const Operand& operand, Context& context);
/// A translated constant in the current language, safe as constants are.
Value translate_constant(const Value& constant);

}  // namespace tatum::template_::impl
