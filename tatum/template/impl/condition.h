#pragma once

#include <tatum/template/impl/expression.h>

#include <span>
#include <string_view>

namespace tatum::template_::impl {

/// A parsed `{% if %}` expression. Operators that fail (comparing a number with a text) are false,
/// as in Django.
class Condition {
public:
    static constexpr std::size_t kDepthMax = 50;

    enum class Operator : std::uint8_t {
        Or,
        And,
        Not,
        In,
        NotIn,
        Is,
        IsNot,
        Equal,
        NotEqual,
        Greater,
        GreaterEqual,
        Less,
        LessEqual,
        Literal
    };

    /// Errors template.E022; messages are Django's.
    static Result<const Condition*> parse(std::span<const std::string_view> bits, Parser& parser);

    /// Whether the branch is taken; it is not if a variable that a filter needs does not exist.
    [[gnu::always_inline]] bool holds(Context& context) const {
        if (operator_ == Operator::Literal) {
            if (const Value* value = expression_->find_quickly(context)) return value->truth();
        }
        return holds_other(context);
    }

    Condition(Operator op, const Condition* first, const Condition* second)
        : operator_(op), first_(first), second_(second) {}
    explicit Condition(const Expression* expression)
        : operator_(Operator::Literal), expression_(expression) {}

private:
    /// Python's value of the expression: `a or b` is a or b, not a bool. May point into `place`.
    const Value& evaluate(Context& context, Value& place) const;
    bool holds_other(Context& context) const;
    bool test(Context& context) const;
    bool compare(Context& context) const;
    bool compare(const Value& left, const Value& right) const;

    Operator operator_;
    const Condition* first_ = nullptr;
    const Condition* second_ = nullptr;
    const Expression* expression_ = nullptr;
};

/// Python's `needle in haystack`; nullopt where Python raises TypeError.
std::optional<bool> contains(const Value& haystack, const Value& needle);
/// Python's `a is b`, as far as values have an identity.
bool is_same(const Value& a, const Value& b);

}  // namespace tatum::template_::impl
