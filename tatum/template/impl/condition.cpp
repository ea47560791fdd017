#include <tatum/template/impl/condition.h>

#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>
#include <tatum/template/parser.h>

#include <exception>
#include <optional>

namespace tatum::template_::impl {
namespace {

using Operator = Condition::Operator;

struct Symbol {
    std::string_view text;
    Operator op;
    int power;  ///< how tightly it binds
};

// Precedence follows Python. Django docs: ref/templates/builtins#boolean-operators.
constexpr Symbol kSymbols[] = {
    {"or", Operator::Or, 6},
    {"and", Operator::And, 7},
    {"not", Operator::Not, 8},
    {"in", Operator::In, 9},
    {"not in", Operator::NotIn, 9},
    {"is", Operator::Is, 10},
    {"is not", Operator::IsNot, 10},
    {"==", Operator::Equal, 10},
    {"!=", Operator::NotEqual, 10},
    {">", Operator::Greater, 10},
    {">=", Operator::GreaterEqual, 10},
    {"<", Operator::Less, 10},
    {"<=", Operator::LessEqual, 10},
};

/// An operator, an operand, or the end.
struct Lexeme {
    std::string_view text;
    const Symbol* symbol = nullptr;
    const Condition* operand = nullptr;
    bool end = false;
};

Error condition_error(std::string message) {
    Error error = tag_error(std::move(message));
    error.code = "template.E022";
    return error;
}

/// A top-down operator precedence parser (V. Pratt, 1973).
class ConditionParser {
public:
    ConditionParser(std::span<const std::string_view> bits, Parser& parser)
        : bits_(bits), parser_(parser) {}

    Result<const Condition*> run() {
        if (auto read = read_pieces(); !read) return std::move(read).error();
        TATUM_TRY(const Condition* whole, expression(0, 0));
        if (!current().end) {
            return condition_error("Unused '" + std::string(current().text) +
                                   "' at end of if expression.");
        }
        return whole;
    }

private:
    Result<void> read_pieces() {
        for (std::size_t i = 0; i < bits_.size(); ++i) {
            std::string_view text = bits_[i];
            const bool more = i + 1 < bits_.size();
            if (text == "is" && more && bits_[i + 1] == "not") {
                text = "is not";
                ++i;
            } else if (text == "not" && more && bits_[i + 1] == "in") {
                text = "not in";
                ++i;
            }
            Lexeme piece{text};
            for (const Symbol& symbol : kSymbols) {
                if (symbol.text == text) piece.symbol = &symbol;
            }
            if (piece.symbol == nullptr) {
                TATUM_TRY(const Expression* operand, compile(parser_, text));
                piece.operand = parser_.make<Condition>(operand);
            }
            pieces_.push_back(piece);
        }
        pieces_.push_back({"", nullptr, nullptr, true});
        return {};
    }

    const Lexeme& current() const { return pieces_[next_]; }

    /// What starts an expression: an operand or "not".
    Result<const Condition*> prefix(std::size_t depth) {
        const Lexeme piece = current();
        if (piece.end) return condition_error("Unexpected end of expression in if tag.");
        ++next_;
        if (piece.operand != nullptr) return piece.operand;
        if (piece.symbol->op != Operator::Not) {
            return condition_error("Not expecting '" + std::string(piece.text) +
                                   "' in this position in if tag.");
        }
        TATUM_TRY(const Condition* inner, expression(piece.symbol->power, depth + 1));
        return static_cast<const Condition*>(
            parser_.make<Condition>(Operator::Not, inner, nullptr));
    }

    Result<const Condition*> expression(int power, std::size_t depth) {
        if (depth > Condition::kDepthMax) {
            return condition_error("The if expression is nested too deeply.");
        }
        TATUM_TRY(const Condition* left, prefix(depth));
        // A chain of operators of one power is as deep a tree as it is long.
        std::size_t length = 0;
        while (current().symbol != nullptr && power < current().symbol->power) {
            const Lexeme piece = current();
            if (piece.symbol->op == Operator::Not) {
                return condition_error("Not expecting 'not' as infix operator in if tag.");
            }
            if (++length > kChainMax) {
                return condition_error("The if expression is too long.");
            }
            ++next_;
            TATUM_TRY(const Condition* right, expression(piece.symbol->power, depth + 1));
            left = parser_.make<Condition>(piece.symbol->op, left, right);
        }
        return left;
    }

    static constexpr std::size_t kChainMax = 100;
    std::span<const std::string_view> bits_;
    Parser& parser_;
    std::vector<Lexeme> pieces_;
    std::size_t next_ = 0;
};

const Value& constant(bool value) {
    static const Value yes(true), no(false);
    return value ? yes : no;
}

}  // namespace

Result<const Condition*> Condition::parse(std::span<const std::string_view> bits, Parser& parser) {
    return ConditionParser(bits, parser).run();
}

std::optional<bool> contains(const Value& haystack, const Value& needle) {
    switch (haystack.kind()) {
        case Kind::String:
            if (!needle.is_string()) return std::nullopt;
            return haystack.as_string().find(needle.as_string()) != std::string_view::npos;
        case Kind::Dict:
            return haystack.as_dict().find(needle) != nullptr;
        case Kind::List:
        case Kind::Tuple:
        case Kind::Set:
            for (const Value& item : haystack.as_list()) {
                if (item == needle) return true;
            }
            return false;
        case Kind::Range: {
            const auto& range = haystack.as_range();
            if (needle.kind() != Kind::Int && needle.kind() != Kind::Bool) break;
            const std::int64_t n = needle.as_int();
            const bool inside = range.step > 0 ? n >= range.start && n < range.stop
                                               : n <= range.start && n > range.stop;
            return inside && (n - range.start) % range.step == 0;
        }
        default:
            break;
    }
    const std::optional<List> items = haystack.items();
    if (!items) return std::nullopt;
    for (const Value& item : *items) {
        if (item == needle) return true;
    }
    return false;
}

bool is_same(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::None:
            return true;
        case Kind::Bool:
            return a.as_bool() == b.as_bool();
        case Kind::Int: {
            // Python keeps one object for each small number.
            const std::int64_t number = a.as_int();
            return number == b.as_int() && number >= -5 && number <= 256;
        }
        case Kind::String:
            return a.as_string().data() == b.as_string().data() &&
                   a.as_string().size() == b.as_string().size();
        case Kind::Object:
            return a.owner() == b.owner() && a.self() == b.self();
        default:
            return a.owner() != nullptr && a.owner() == b.owner();
    }
}

bool Condition::holds_other(Context& context) const {
    try {
        if (operator_ != Operator::Literal) return test(context);
        Value place;
        return expression_->get_other_or_none(context, place).truth();
    } catch (const VariableDoesNotExist&) {
        forget_fault(context);
        return false;
    }
}

bool Condition::test(Context& context) const {
    try {
        switch (operator_) {
            case Operator::Or:
                return first_->test(context) || second_->test(context);
            case Operator::And:
                return first_->test(context) && second_->test(context);
            case Operator::Not:
                return !first_->test(context);
            case Operator::Literal: {
                Value place;
                return expression_->get_or_none(context, place).truth();
            }
            default:
                return compare(context);
        }
    } catch (const TemplateError& error) {
        // A comparison that fails is false, but no limit may be passed in silence.
        if (operator_ == Operator::Literal || error.error()->code == "template.E190") throw;
        forget_fault(context);
        return false;
    } catch (const std::exception&) {
        if (operator_ == Operator::Literal) throw;
        forget_fault(context);
        return false;
    }
}

const Value& Condition::evaluate(Context& context, Value& place) const {
    switch (operator_) {
        case Operator::Literal:
            return expression_->get_or_none(context, place);
        case Operator::Or:
        case Operator::And: {
            const Value& left = first_->evaluate(context, place);
            if (left.truth() == (operator_ == Operator::Or)) return left;
            return second_->evaluate(context, place);
        }
        default:
            return constant(test(context));
    }
}

bool Condition::compare(Context& context) const {
    if (first_->operator_ == Operator::Literal && second_->operator_ == Operator::Literal) {
        const Value* left = first_->expression_->find_quickly(context);
        const Value* right = second_->expression_->find_quickly(context);
        if (left != nullptr && right != nullptr) return compare(*left, *right);
    }
    Value left_place, right_place;
    // A copy: what the right side renders (`block.super`) may change or move the variable.
    const Value left = first_->evaluate(context, left_place);
    return compare(left, second_->evaluate(context, right_place));
}

bool Condition::compare(const Value& left, const Value& right) const {
    switch (operator_) {
        case Operator::Equal:
            return left == right;
        case Operator::NotEqual:
            return !(left == right);
        case Operator::Is:
            return is_same(left, right);
        case Operator::IsNot:
            return !is_same(left, right);
        case Operator::In:
            return contains(right, left).value_or(false);
        case Operator::NotIn: {
            const auto found = contains(right, left);
            return found && !*found;
        }
        default:
            break;
    }
    const auto order = Value::compare(left, right);
    if (!order) return false;
    switch (operator_) {
        case Operator::Greater:
            return *order == std::partial_ordering::greater;
        case Operator::Less:
            return *order == std::partial_ordering::less;
        case Operator::GreaterEqual:
            return *order == std::partial_ordering::greater ||
                   *order == std::partial_ordering::equivalent;
        default:
            return *order == std::partial_ordering::less ||
                   *order == std::partial_ordering::equivalent;
    }
}

}  // namespace tatum::template_::impl
