#pragma once

#include <tatum/db/expressions.h>

#include <utility>

/// Database functions and aggregates, with Django's names.
namespace tatum::db {

/// An argument of a function: an expression, or the name of a field. As in Django a string is a
/// field's name; a literal text is Value("text").
class Term : public Expression {
public:
    Term(const Expression& expression) : Expression(expression) {}
    Term(const char* field) : Expression(Expression::field(field)) {}
    Term(const std::string& field) : Expression(Expression::field(field)) {}
    template <impl::Literal V>
        requires(!std::convertible_to<V, std::string_view>)
    Term(const V& value) : Expression(value) {}
    template <class P>
        requires requires(const P& path) { path.expression(); }
    Term(const P& path) : Expression(path.expression()) {}
};

struct AggregateOptions {
    bool distinct = false;
    Q filter;                       ///< counts only the rows that match
    Value default_value = Value();  ///< instead of None when there are no rows
};

Expression Count(const Term& what, const AggregateOptions& options = {});
/// COUNT(*).
Expression Count();
Expression Sum(const Term& what, const AggregateOptions& options = {});
Expression Avg(const Term& what, const AggregateOptions& options = {});
Expression Min(const Term& what, const AggregateOptions& options = {});
Expression Max(const Term& what, const AggregateOptions& options = {});
Expression StdDev(const Term& what, const AggregateOptions& options = {});
Expression Variance(const Term& what, const AggregateOptions& options = {});

/// A function by its SQL name: Func("SUBSTR", {F<...>, 1, 3}).
Expression Func(std::string_view name, std::initializer_list<Term> arguments);
Expression Coalesce(std::initializer_list<Term> terms);
Expression Concat(std::initializer_list<Term> terms);
Expression Greatest(std::initializer_list<Term> terms);
Expression Least(std::initializer_list<Term> terms);
Expression NullIf(const Term& a, const Term& b);
Expression Lower(const Term& text);
Expression Upper(const Term& text);
Expression Length(const Term& text);
Expression Trim(const Term& text);
Expression Replace(const Term& text, const Term& old, const Term& by);
/// `start` counts from 1.
Expression Substr(const Term& text, std::int64_t start);
Expression Substr(const Term& text, std::int64_t start, std::int64_t length);
Expression Abs(const Term& number);
Expression Round(const Term& number, int places = 0);
/// CURRENT_TIMESTAMP of the database.
Expression Now();
enum class CastTo : std::uint8_t { Integer, Float, Text, Decimal };
Expression Cast(const Term& what, CastTo type);

// Parts of a date or time, in the current time zone for a DateTime.
Expression ExtractYear(const Term& when);
Expression ExtractMonth(const Term& when);
Expression ExtractDay(const Term& when);
Expression ExtractWeekDay(const Term& when);  ///< Sunday is 1
Expression ExtractHour(const Term& when);
Expression TruncDate(const Term& when);
Expression TruncMonth(const Term& when);
Expression TruncYear(const Term& when);

/// When(F<&Order::total> > 100, Value("large")).
struct When {
    When(const Q& if_, const Term& then_) : condition(if_), then(then_) {}
    Q condition;
    Expression then;
};
/// The first When that holds, else `otherwise`, else NULL.
Expression Case(std::initializer_list<When> whens, const Expression& otherwise = {});

/// The rows of another query, as a value: its first selected column. Refer to the row outside by
/// OuterRef.
Expression Subquery(const AnyQuerySet& query);
/// True when `query` has rows.
Expression Exists(const AnyQuerySet& query);
/// A field of the query around a Subquery or Exists.
Expression OuterRef(const Term& path);

}  // namespace tatum::db

namespace tatum {
using db::Avg, db::Case, db::Coalesce, db::Concat, db::Count, db::Exists, db::Func, db::Lower,
    db::Max, db::Min, db::Now, db::OuterRef, db::Subquery, db::Sum, db::Upper, db::When;
}  // namespace tatum
