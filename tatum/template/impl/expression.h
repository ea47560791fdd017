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

    Variable variable;  ///< Variable
    Kind kind = Kind::Constant;
    Value constant;  ///< Constant and Translated

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
    const Value* constant() const override { return constant_; }

    /// What render() does, without a virtual call.
    [[gnu::always_inline]] void append_to(Context& context, std::string& out) const {
        const Value* value = find_quickly(context);
        if (value == nullptr) return append_other(context, out);
        if (!value->is_string()) return render_value(context, *value, out);
        if (value->is_safe() || !context.autoescape()) {
            out.append(value->as_string());
        } else {
            html::append_escaped(out, value->as_string());
        }
    }

    /// The value where it lies, or in `place`; never null. Copies nothing when there are no
    /// filters. A variable that does not exist is None.
    [[gnu::always_inline]] const Value& get_or_none(Context& context, Value& place) const {
        const Value* found = find_quickly(context);
        return found != nullptr ? *found : get_other_or_none(context, place);
    }
    /// The same, where find_quickly() has found nothing.
    const Value& get_other_or_none(Context& context, Value& place) const;
    /// The same as get_or_none() with string_if_invalid for what does not exist.
    const Value& get(Context& context, Value& place) const {
        const Value* found = find_quickly(context);
        return found != nullptr ? *found : get_other(context, place);
    }

    /// The value, where it has no filters and is a constant or Variable::find_quickly() finds it;
    /// else nullptr.
    [[gnu::always_inline]] const Value* find_quickly(const Context& context) const {
        return is_plain_variable_ ? operand_.variable.find_quickly(context) : constant_;
    }

    /// A variable without filters?
    bool is_plain_variable() const { return is_plain_variable_; }
    const Operand& operand() const { return operand_; }
    std::span<const AppliedFilter> filters() const { return filters_; }
    Value apply_filters(Context& context, Value value) const;
    /// What stands for a variable that does not exist.
    Value invalid_text(Context& context) const;

private:
    friend class ExpressionParser;

    // What find_quickly() has not found.
    void append_other(Context& context, std::string& out) const;
    const Value& get_other(Context& context, Value& place) const;
    const Value& get_base(Context& context, Value& place, bool& missing) const;

    // What most renderings need comes first, to lie in one line of the cache.
    bool is_plain_variable_ = false;
    Operand operand_;
    std::span<const AppliedFilter> filters_;
    std::string_view source_;
    const Value* constant_ = nullptr;  ///< where there are no filters
};

/// The value of an operand; a variable that does not exist throws VariableDoesNotExist.
Value resolve_operand(const Operand& operand, Context& context);
/// A translated constant in the current language, safe as constants are.
Value translate_constant(const Value& constant);

}  // namespace tatum::template_::impl
