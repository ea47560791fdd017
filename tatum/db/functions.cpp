#include <tatum/db/functions.h>

#include <tatum/db/impl/node.h>

namespace tatum::db {

namespace {

using impl::Node;
using impl::NodeKind;

Expression function(std::string_view name, std::initializer_list<Term> terms) {
    auto node = shared<Node>();
    node->kind = NodeKind::Function;
    node->text = name;
    for (const Term& term : terms) node->children.push_back(term.node());
    return Expression(std::move(node));
}

Expression aggregate(std::string_view name, const Term& what, const AggregateOptions& options) {
    auto node = shared<Node>();
    node->kind = NodeKind::Aggregate;
    node->text = name;
    node->distinct = options.distinct;
    node->children.push_back(what.node());
    node->condition = options.filter.node();
    if (options.default_value.is_none()) return Expression(std::move(node));
    return function("COALESCE",
                    {Expression(std::move(node)), Expression::of_value(options.default_value)});
}

Expression of_query(NodeKind kind, const AnyQuerySet& query) {
    auto node = shared<Node>();
    node->kind = kind;
    node->query = query.state();
    return Expression(std::move(node));
}

}  // namespace

Expression Count(const Term& what, const AggregateOptions& options) {
    return aggregate("COUNT", what, options);
}
Expression Count() {
    auto star = shared<Node>();
    star->kind = NodeKind::Star;
    return aggregate("COUNT", Expression(std::move(star)), {});
}
Expression Sum(const Term& what, const AggregateOptions& options) {
    return aggregate("SUM", what, options);
}
Expression Avg(const Term& what, const AggregateOptions& options) {
    return aggregate("AVG", what, options);
}
Expression Min(const Term& what, const AggregateOptions& options) {
    return aggregate("MIN", what, options);
}
Expression Max(const Term& what, const AggregateOptions& options) {
    return aggregate("MAX", what, options);
}
Expression StdDev(const Term& what, const AggregateOptions& options) {
    return aggregate("STDDEV_POP", what, options);
}
Expression Variance(const Term& what, const AggregateOptions& options) {
    return aggregate("VAR_POP", what, options);
}

Expression Func(std::string_view name, std::initializer_list<Term> arguments) {
    return function(name, arguments);
}
Expression Coalesce(std::initializer_list<Term> terms) { return function("COALESCE", terms); }
Expression Concat(std::initializer_list<Term> terms) { return function("CONCAT", terms); }
Expression Greatest(std::initializer_list<Term> terms) { return function("GREATEST", terms); }
Expression Least(std::initializer_list<Term> terms) { return function("LEAST", terms); }
Expression NullIf(const Term& a, const Term& b) { return function("NULLIF", {a, b}); }
Expression Lower(const Term& text) { return function("LOWER", {text}); }
Expression Upper(const Term& text) { return function("UPPER", {text}); }
Expression Length(const Term& text) { return function("LENGTH", {text}); }
Expression Trim(const Term& text) { return function("TRIM", {text}); }
Expression Replace(const Term& text, const Term& old, const Term& by) {
    return function("REPLACE", {text, old, by});
}
Expression Substr(const Term& text, std::int64_t start) {
    return function("SUBSTR", {text, start});
}
Expression Substr(const Term& text, std::int64_t start, std::int64_t length) {
    return function("SUBSTR", {text, start, length});
}
Expression Abs(const Term& number) { return function("ABS", {number}); }
Expression Round(const Term& number, int places) { return function("ROUND", {number, places}); }
Expression Now() { return function("now", {}); }

Expression Cast(const Term& what, CastTo type) {
    switch (type) {
        case CastTo::Integer:
            return function("cast_integer", {what});
        case CastTo::Float:
            return function("cast_real", {what});
        case CastTo::Text:
            return function("cast_text", {what});
        case CastTo::Decimal:
            return function("cast_decimal", {what});
    }
    return what;
}

Expression ExtractYear(const Term& when) { return function("year", {when}); }
Expression ExtractMonth(const Term& when) { return function("month", {when}); }
Expression ExtractDay(const Term& when) { return function("day", {when}); }
Expression ExtractWeekDay(const Term& when) { return function("week_day", {when}); }
Expression ExtractHour(const Term& when) { return function("hour", {when}); }
Expression TruncDate(const Term& when) { return function("date", {when}); }
Expression TruncMonth(const Term& when) { return function("trunc_month", {when}); }
Expression TruncYear(const Term& when) { return function("trunc_year", {when}); }

Expression Case(std::initializer_list<When> whens, const Expression& otherwise) {
    auto node = shared<Node>();
    node->kind = NodeKind::Case;
    for (const When& when : whens) {
        node->children.push_back(when.condition.node());
        node->children.push_back(when.then.node());
    }
    node->left = otherwise.node();
    return Expression(std::move(node));
}

Expression Subquery(const AnyQuerySet& query) { return of_query(NodeKind::Subquery, query); }
Expression Exists(const AnyQuerySet& query) { return of_query(NodeKind::Exists, query); }

Expression OuterRef(const Term& path) {
    auto node = shared<Node>();
    node->kind = NodeKind::OuterRef;
    node->path = path.node()->path;
    node->text = path.node()->text;
    if (path.node()->kind != NodeKind::Path) node->left = path.node();
    return Expression(std::move(node));
}

}  // namespace tatum::db
