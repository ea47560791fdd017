#pragma once

#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/db/fwd.h>

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tatum::db {

/// How the two sides of a condition are compared; the names are those of Django's lookups.
enum class Lookup : std::uint8_t {
    Exact,
    IExact,
    Contains,
    IContains,
    In,
    Gt,
    Gte,
    Lt,
    Lte,
    StartsWith,
    IStartsWith,
    EndsWith,
    IEndsWith,
    Range,
    IsNull,
    Regex,
    IRegex,
};

namespace impl {

using NodePtr = Shared<const Node>;

/// One step of a typed path: a member by name, or the reverse of a relation of another model.
struct PathStep {
    std::string_view name;
    const ModelType* reverse_of = nullptr;
};
/// A typed path; its steps are constants.
struct Path {
    const PathStep* steps = nullptr;
    std::size_t count = 0;
};

NodePtr make_path(Path path);
NodePtr make_lookup(Path path, Lookup lookup, const NodePtr& right);
NodePtr make_lookup(const NodePtr& left, Lookup lookup, const NodePtr& right);
NodePtr make_combined(char operation, const NodePtr& left, const NodePtr& right);
NodePtr make_function(std::string_view name, std::initializer_list<NodePtr> arguments);

/// What C++ value may stand for a literal in an expression.
template <class V>
concept Literal =
    std::same_as<V, Value> || std::is_arithmetic_v<V> || std::same_as<V, Decimal> ||
    std::same_as<V, Date> || std::same_as<V, Time> || std::same_as<V, DateTime> ||
    std::same_as<V, Duration> || std::same_as<V, Uuid> || std::convertible_to<V, std::string_view>;

template <class V>
Value literal(const V& value) {
    if constexpr (std::is_enum_v<V>) {
        return Value(static_cast<long long>(value));
    } else if constexpr (std::convertible_to<V, std::string_view>) {
        return Value(std::string_view(value));
    } else {
        return Value(value);
    }
}

}  // namespace impl

/// A condition: what filter() takes. A value, cheap to copy. Made by comparing F<...> paths, or of
/// a run-time name as Django writes it: Q("category__slug__icontains", "sauce").
class Q {
public:
    /// Matches every row.
    Q() = default;
    /// `path` is checked when the query is made; FieldError lists the choices.
    Q(std::string_view path, Value value);
    /// The other side is a column or an expression: Q("stock__lt", Expression::field("ordered")).
    Q(std::string_view path, const Expression& right);
    explicit Q(impl::NodePtr node) : node_(std::move(node)) {}
    Q(const Q&) noexcept;
    Q(Q&&) noexcept = default;
    Q& operator=(const Q&) noexcept;
    Q& operator=(Q&&) noexcept = default;
    ~Q();

    bool empty() const { return node_ == nullptr; }
    const impl::NodePtr& node() const { return node_; }

    friend Q operator&&(const Q& a, const Q& b) { return a.combine('&', b); }
    friend Q operator||(const Q& a, const Q& b) { return a.combine('|', b); }
    friend Q operator^(const Q& a, const Q& b) { return a.combine('^', b); }
    friend Q operator!(const Q& q) { return q.negate(); }

private:
    Q combine(char connector, const Q& other) const;
    Q negate() const;

    impl::NodePtr node_;
};

class OrderBy;

namespace impl {
Q make_condition(Path path, Lookup lookup, Value value);
Q make_condition(Path path, Lookup lookup, std::string_view text);
Q make_condition(Path path, Lookup lookup, long long number);
OrderBy make_order(Path path, bool descending);
}  // namespace impl

/// Something that SQL computes: a column, a literal, a function, an aggregate. A value, cheap to
/// copy. Literals convert; a column is F<...> or Expression::field("name").
class Expression {
public:
    Expression() = default;
    template <impl::Literal V>
    Expression(const V& value) : Expression(of_value(impl::literal(value))) {}
    /// A condition as a boolean expression.
    Expression(const Q& condition);
    explicit Expression(impl::NodePtr node) : node_(std::move(node)) {}
    Expression(const Expression&) noexcept;
    Expression(Expression&&) noexcept = default;
    Expression& operator=(const Expression&) noexcept;
    Expression& operator=(Expression&&) noexcept = default;
    ~Expression();

    /// A column, transform or annotation by its run-time name: "category__name".
    static Expression field(std::string_view path);
    static Expression of_value(Value value);
    /// SQL as it stands, with '?' where `parameters` go.
    static Expression raw(std::string_view sql, List parameters = {});

    const impl::NodePtr& node() const { return node_; }

    OrderBy asc() const;
    OrderBy desc() const;
    Q in(const List& values) const;
    Q isnull(bool is_null = true) const;
    Q contains(const Expression& part) const { return compare(Lookup::Contains, part); }
    Q icontains(const Expression& part) const { return compare(Lookup::IContains, part); }
    Q startswith(const Expression& part) const { return compare(Lookup::StartsWith, part); }
    Q iexact(const Expression& other) const { return compare(Lookup::IExact, other); }
    Q range(const Value& first, const Value& last) const;
    Q compare(Lookup lookup, const Expression& right) const {
        return Q(impl::make_lookup(node_, lookup, right.node_));
    }

    friend Q operator==(const Expression& a, const Expression& b) {
        return a.compare(Lookup::Exact, b);
    }
    friend Q operator!=(const Expression& a, const Expression& b) {
        return !a.compare(Lookup::Exact, b);
    }
    friend Q operator<(const Expression& a, const Expression& b) {
        return a.compare(Lookup::Lt, b);
    }
    friend Q operator>(const Expression& a, const Expression& b) {
        return a.compare(Lookup::Gt, b);
    }
    friend Q operator<=(const Expression& a, const Expression& b) {
        return a.compare(Lookup::Lte, b);
    }
    friend Q operator>=(const Expression& a, const Expression& b) {
        return a.compare(Lookup::Gte, b);
    }
    friend Expression operator+(const Expression& a, const Expression& b) { return a.join('+', b); }
    friend Expression operator-(const Expression& a, const Expression& b) { return a.join('-', b); }
    friend Expression operator*(const Expression& a, const Expression& b) { return a.join('*', b); }
    friend Expression operator/(const Expression& a, const Expression& b) { return a.join('/', b); }
    friend Expression operator%(const Expression& a, const Expression& b) { return a.join('%', b); }

private:
    Expression join(char operation, const Expression& other) const {
        return Expression(impl::make_combined(operation, node_, other.node_));
    }

    impl::NodePtr node_;
};

/// One term of an ORDER BY: F<...>, -F<...>, "name", "-name", "?" (random), or an expression.
class OrderBy {
public:
    enum class Nulls : std::uint8_t { Default, First, Last };

    OrderBy(const char* name) : OrderBy(std::string_view(name)) {}
    OrderBy(const std::string& name) : OrderBy(std::string_view(name)) {}
    OrderBy(std::string_view name);
    OrderBy(const Expression& expression);
    OrderBy(const OrderBy&) noexcept;
    OrderBy(OrderBy&&) noexcept = default;
    OrderBy& operator=(const OrderBy&) noexcept;
    OrderBy& operator=(OrderBy&&) noexcept = default;
    ~OrderBy();

    OrderBy nulls_first() const { return with(Nulls::First); }
    OrderBy nulls_last() const { return with(Nulls::Last); }
    OrderBy operator-() const;

    const impl::NodePtr& node() const { return node_; }
    bool descending() const { return descending_; }
    bool is_random() const { return node_ == nullptr; }
    Nulls nulls() const { return nulls_; }

private:
    OrderBy with(Nulls nulls) const;

    impl::NodePtr node_;  ///< null: random
    bool descending_ = false;
    Nulls nulls_ = Nulls::Default;
};

inline OrderBy Expression::asc() const { return {*this}; }
inline OrderBy Expression::desc() const { return -OrderBy(*this); }

/// "total", Sum(...): an expression and the name under which its value is found.
struct NamedExpression {
    std::string name;
    Expression expression;
};

}  // namespace tatum::db

namespace tatum {
using db::Expression;
using db::Lookup;
using db::Q;
}  // namespace tatum
