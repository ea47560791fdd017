#include <tatum/base/i18n.h>

#include <charconv>
#include <cmath>
#include <string>

namespace tatum {

namespace {

enum Operation : std::uint8_t {
    Constant,
    N,
    Conditional,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Not,
};

struct BinaryOperator {
    std::string_view text;
    Operation operation;
    int precedence;
};
/// Longer texts before their prefixes.
constexpr BinaryOperator kBinaryOperators[] = {
    {"||", Or, 1},        {"&&", And, 2},     {"==", Equal, 3},        {"!=", NotEqual, 3},
    {"<=", LessEqual, 4}, {"<", Less, 4},     {">=", GreaterEqual, 4}, {">", Greater, 4},
    {"+", Add, 5},        {"-", Subtract, 5}, {"*", Multiply, 6},      {"/", Divide, 6},
    {"%", Modulo, 6},
};

constexpr std::size_t kFormsMax = 16;

// Arithmetic of rules: as Python's gettext divides, rounded down. Unlike there, whole numbers wrap,
// and what is divided by zero is zero.

std::int64_t sum(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t difference(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t product(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
std::int64_t quotient(std::int64_t a, std::int64_t b) {
    if (b == 0) return 0;
    if (b == -1) return difference(0, a);
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}
std::int64_t remainder(std::int64_t a, std::int64_t b) {
    return b == 0 ? 0 : difference(a, product(quotient(a, b), b));
}

double sum(double a, double b) { return a + b; }
double difference(double a, double b) { return a - b; }
double product(double a, double b) { return a * b; }
double quotient(double a, double b) { return b == 0 ? 0 : std::floor(a / b); }
double remainder(double a, double b) {
    if (b == 0) return 0;
    const double rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

}  // namespace

/// Recursive descent by precedence; C's grammar without assignment and bits.
struct PluralParser {
    std::string_view text;
    std::size_t position = 0;
    PluralRule rule;

    using Index = std::optional<std::uint16_t>;

    void skip_blanks() {
        while (position < text.size() && (text[position] == ' ' || text[position] == '\t' ||
                                          text[position] == '\n' || text[position] == '\r')) {
            ++position;
        }
    }
    bool skip(std::string_view token) {
        skip_blanks();
        if (text.substr(position, token.size()) != token) return false;
        position += token.size();
        return true;
    }
    Index add(PluralRule::Node node) {
        if (rule.nodes_.size() >= PluralRule::kNodesMax) return std::nullopt;
        rule.nodes_.push_back(node);
        return static_cast<std::uint16_t>(rule.nodes_.size() - 1);
    }
    Index primary(int depth) {
        if (depth > PluralRule::kDepthMax) return std::nullopt;
        if (skip("(")) {
            const Index inner = conditional(depth + 1);
            return inner && skip(")") ? inner : std::nullopt;
        }
        if (skip("!")) {
            const Index inner = primary(depth + 1);
            return inner ? add({.operation = Not, .a = *inner}) : std::nullopt;
        }
        if (skip("n")) return add({.operation = N});
        skip_blanks();
        std::int64_t number = 0;
        const char* begin = text.data() + position;
        const auto parsed = std::from_chars(begin, text.data() + text.size(), number);
        if (parsed.ec != std::errc() || number < 0) return std::nullopt;
        position += static_cast<std::size_t>(parsed.ptr - begin);
        return add({.operation = Constant, .constant = number});
    }
    Index binary(int precedence_min, int depth) {
        Index left = primary(depth);
        while (left) {
            const BinaryOperator* next = nullptr;
            skip_blanks();
            for (const BinaryOperator& candidate : kBinaryOperators) {
                if (text.substr(position, candidate.text.size()) == candidate.text) {
                    next = &candidate;
                    break;
                }
            }
            if (next == nullptr || next->precedence < precedence_min) return left;
            position += next->text.size();
            const Index right = binary(next->precedence + 1, depth + 1);
            if (!right) return std::nullopt;
            left = add({.operation = next->operation, .a = *left, .b = *right});
        }
        return left;
    }
    Index conditional(int depth) {
        if (depth > PluralRule::kDepthMax) return std::nullopt;
        const Index condition = binary(1, depth);
        if (!condition || !skip("?")) return condition;
        const Index yes = conditional(depth + 1);
        if (!yes || !skip(":")) return std::nullopt;
        const Index no = conditional(depth + 1);
        if (!no) return std::nullopt;
        return add({.operation = Conditional, .a = *condition, .b = *yes, .c = *no});
    }
};

PluralRule::PluralRule()
    : nodes_{{.operation = N},
             {.operation = Constant, .constant = 1},
             {.operation = NotEqual, .a = 0, .b = 1}} {}

Result<PluralRule> PluralRule::parse(std::string_view plural_forms) {
    const Error malformed{.code = "i18n.E001",
                          .message = "not a Plural-Forms value: " + std::string(plural_forms)};
    PluralParser parser{.text = plural_forms};
    parser.rule.nodes_.clear();
    if (!parser.skip("nplurals") || !parser.skip("=")) return malformed;
    parser.skip_blanks();
    std::size_t forms = 0;
    const char* begin = plural_forms.data() + parser.position;
    const auto parsed = std::from_chars(begin, plural_forms.data() + plural_forms.size(), forms);
    if (parsed.ec != std::errc() || forms == 0 || forms > kFormsMax) return malformed;
    parser.position += static_cast<std::size_t>(parsed.ptr - begin);
    if (!parser.skip(";") || !parser.skip("plural") || !parser.skip("=")) return malformed;
    if (!parser.conditional(0)) return malformed;
    parser.skip(";");
    parser.skip_blanks();
    if (parser.position != plural_forms.size()) return malformed;
    parser.rule.forms_ = forms;
    return std::move(parser.rule);
}

template <class Number>
Number PluralRule::evaluate(std::size_t index, Number n) const {
    const Node& node = nodes_[index];
    switch (node.operation) {
        case Constant:
            return static_cast<Number>(node.constant);
        case N:
            return n;
        case Conditional:
            return evaluate(evaluate(node.a, n) != 0 ? node.b : node.c, n);
        case Or:
            return evaluate(node.a, n) != 0 || evaluate(node.b, n) != 0;
        case And:
            return evaluate(node.a, n) != 0 && evaluate(node.b, n) != 0;
        case Not:
            return evaluate(node.a, n) == 0;
        default:
            break;
    }
    const Number a = evaluate(node.a, n);
    const Number b = evaluate(node.b, n);
    switch (node.operation) {
        case Equal:
            return a == b;
        case NotEqual:
            return a != b;
        case Less:
            return a < b;
        case LessEqual:
            return a <= b;
        case Greater:
            return a > b;
        case GreaterEqual:
            return a >= b;
        case Add:
            return sum(a, b);
        case Subtract:
            return difference(a, b);
        case Multiply:
            return product(a, b);
        case Divide:
            return quotient(a, b);
        case Modulo:
            return remainder(a, b);
        default:
            return 0;
    }
}

std::optional<std::size_t> PluralRule::form(PluralCount n) const {
    const std::size_t root = nodes_.size() - 1;
    const double form = n.exact ? std::trunc(evaluate(root, *n.exact))
                                : static_cast<double>(evaluate(root, n.whole));
    if (!(form >= 0 && form < static_cast<double>(forms_))) return std::nullopt;
    return static_cast<std::size_t>(form);
}

PluralCount PluralCount::fraction(double n) {
    PluralCount count(0);
    count.exact = n;
    return count;
}

}  // namespace tatum
