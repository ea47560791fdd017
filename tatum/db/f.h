#pragma once

#include <tatum/db/expressions.h>
#include <tatum/db/model_type.h>

#include <optional>

namespace tatum::db {

template <class T, class Key>
class ForeignKey;
template <class T, class Key>
class OneToOneField;
template <class T, class Key>
class ManyToMany;

/// The rows of another model that point here: F<reverse<&Product::category>, &Product::name> is a
/// path of Category.
template <auto Member>
struct Reverse {};
template <auto Member>
inline constexpr Reverse<Member> reverse{};

namespace impl {

template <class M>
struct MemberPointer;
template <class C, class M>
struct MemberPointer<M C::*> {
    using Class = C;
    using Type = M;
};

/// What a member holds, without optional<>; and the model it leads to, if any.
template <class M>
struct Held {
    using Type = M;
    using Target = void;
};
template <class M>
struct Held<std::optional<M>> : Held<M> {};
template <class T, class Key>
struct Held<ForeignKey<T, Key>> {
    using Type = Key;
    using Target = T;
};
template <class T, class Key>
struct Held<OneToOneField<T, Key>> : Held<ForeignKey<T, Key>> {};
template <class T, class Key>
struct Held<ManyToMany<T, Key>> : Held<ForeignKey<T, Key>> {};

/// One step as a type: what it starts from, what it holds, where it leads.
template <class M, auto Member>
struct StepOf : Held<typename MemberPointer<M>::Type> {
    using Class = typename MemberPointer<M>::Class;
    static constexpr PathStep make() { return {member_name<Member>()}; }
};
template <auto Relation, auto Member>
struct StepOf<Reverse<Relation>, Member> {
    using Source = typename MemberPointer<decltype(Relation)>::Class;
    using Class = typename Held<typename MemberPointer<decltype(Relation)>::Type>::Target;
    using Type = std::int64_t;
    using Target = Source;
    static constexpr PathStep make() { return {member_name<Relation>(), &model_type<Source>}; }
};
template <auto Member>
using Step = StepOf<std::remove_cv_t<decltype(Member)>, Member>;

/// Each step starts from the model to which the one before leads.
template <auto First, auto... Rest>
struct PathCheck {
    using Last = Step<First>;
    static constexpr bool kOk = true;
};
template <auto First, auto Second, auto... Rest>
struct PathCheck<First, Second, Rest...> {
    using Next = PathCheck<Second, Rest...>;
    using Last = typename Next::Last;
    static constexpr bool kOk =
        std::is_base_of_v<typename Step<Second>::Class, typename Step<First>::Target> && Next::kOk;
};

template <class V, class Target>
concept ModelOf =
    !std::is_void_v<Target> && std::is_class_v<V> &&
    (std::is_base_of_v<Target, V> || std::same_as<V, ForeignKey<Target, std::int64_t>>);

/// May a member that holds `M` be compared with a V?
template <class V, class M, class Target>
concept Comparable =
    ModelOf<V, Target> || std::same_as<V, M> || std::same_as<V, std::optional<M>> ||
    std::same_as<V, Value> || std::same_as<M, Value> ||
    (std::same_as<M, std::string> && std::convertible_to<V, std::string_view>) ||
    (std::is_floating_point_v<M> && std::is_arithmetic_v<V>) ||
    ((std::is_integral_v<M> || std::same_as<M, Decimal>) && !std::same_as<M, bool> &&
     std::is_integral_v<V> && !std::same_as<V, bool>);

template <class V>
Value operand(const V& value) {
    if constexpr (requires { value.pk(); }) {
        return value.pk();
    } else {
        return literal(value);
    }
}
template <class V>
Value operand(const std::optional<V>& value) {
    return value ? literal(*value) : Value();
}

}  // namespace impl

/// "field = value" for update(), get_or_create() and the like: F<&World::number> = 5, or
/// Assignment("number", 5) for a run-time name.
struct Assignment {
    impl::Path path;
    std::string name;
    Expression value;

    Assignment(impl::Path field, Expression right) : path(field), value(std::move(right)) {}
    Assignment(std::string_view field, Expression right) : name(field), value(std::move(right)) {}
};

/// A typed path to a field: see F.
template <auto... Members>
class FieldPath {
    using Check = impl::PathCheck<Members...>;
    static_assert(Check::kOk,
                  "F<...>: a step does not belong to the model the one before leads to");
    using Held = typename Check::Last::Type;
    using Target = typename Check::Last::Target;
    static constexpr impl::PathStep kSteps[] = {impl::Step<Members>::make()...};

public:
    static constexpr impl::Path path() { return {kSteps, sizeof...(Members)}; }
    Expression expression() const { return Expression(impl::make_path(path())); }
    operator Expression() const { return expression(); }
    operator OrderBy() const { return {expression()}; }

    OrderBy operator-() const { return -OrderBy(expression()); }
    OrderBy asc() const { return {expression()}; }
    OrderBy desc() const { return -OrderBy(expression()); }

    /// For update() and the like.
    template <class V>
        requires impl::Comparable<V, Held, Target> || std::convertible_to<V, const char*>
    Assignment operator=(const V& value) const {
        return {path(), Expression::of_value(impl::operand(value))};
    }
    Assignment operator=(std::nullopt_t) const { return {path(), Expression::of_value({})}; }
    Assignment operator=(const Expression& value) const { return {path(), value}; }
    template <auto... Others>
    Assignment operator=(FieldPath<Others...> other) const {
        return {path(), other.expression()};
    }
    FieldPath() = default;
    FieldPath(const FieldPath&) = default;

    Q isnull(bool is_null = true) const { return make(Lookup::IsNull, Value(is_null)); }
    /// Any range of values: in({1, 2}), in(ids), or in(query) for a subquery.
    template <class Range>
    Q in(const Range& values) const {
        if constexpr (requires { values.any(); }) {
            return in_query(values.any());
        } else {
            List list;
            for (const auto& value : values) list.push_back(impl::operand(value));
            return make(Lookup::In, Value(std::move(list)));
        }
    }
    Q in(std::initializer_list<Held> values) const {
        return in<std::initializer_list<Held>>(values);
    }
    /// Both ends included.
    Q range(const Held& first, const Held& last) const {
        return make(Lookup::Range, Value::tuple({impl::operand(first), impl::operand(last)}));
    }
    Q iexact(std::string_view text) const { return make(Lookup::IExact, Value(text)); }
    Q contains(std::string_view text) const { return make(Lookup::Contains, Value(text)); }
    Q icontains(std::string_view text) const { return make(Lookup::IContains, Value(text)); }
    Q startswith(std::string_view text) const { return make(Lookup::StartsWith, Value(text)); }
    Q istartswith(std::string_view text) const { return make(Lookup::IStartsWith, Value(text)); }
    Q endswith(std::string_view text) const { return make(Lookup::EndsWith, Value(text)); }
    Q iendswith(std::string_view text) const { return make(Lookup::IEndsWith, Value(text)); }
    /// RE2's syntax, searched anywhere in the text.
    Q regex(std::string_view pattern) const { return make(Lookup::Regex, Value(pattern)); }
    Q iregex(std::string_view pattern) const { return make(Lookup::IRegex, Value(pattern)); }

    // Parts of a date or time.
    Expression year() const { return part("year"); }
    Expression month() const { return part("month"); }
    Expression day() const { return part("day"); }
    Expression week_day() const { return part("week_day"); }
    Expression hour() const { return part("hour"); }
    Expression minute() const { return part("minute"); }
    Expression date() const { return part("date"); }

    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator==(FieldPath, const V& value) {
        return make(Lookup::Exact, impl::operand(value));
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator!=(FieldPath, const V& value) {
        return !make(Lookup::Exact, impl::operand(value));
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator<(FieldPath, const V& value) {
        return make(Lookup::Lt, impl::operand(value));
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator>(FieldPath, const V& value) {
        return make(Lookup::Gt, impl::operand(value));
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator<=(FieldPath, const V& value) {
        return make(Lookup::Lte, impl::operand(value));
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator>=(FieldPath, const V& value) {
        return make(Lookup::Gte, impl::operand(value));
    }
    friend Q operator==(FieldPath, std::nullopt_t) { return make(Lookup::IsNull, Value(true)); }
    friend Q operator!=(FieldPath, std::nullopt_t) { return make(Lookup::IsNull, Value(false)); }

private:
    static Q make(Lookup lookup, Value value) {
        return Q(impl::make_lookup(path(), lookup, std::move(value)));
    }
    static Q in_query(const AnyQuerySet& query);
    Expression part(std::string_view name) const {
        return Expression(impl::make_function(name, {impl::make_path(path())}));
    }
};

namespace impl {
Q make_in_query(Path path, const AnyQuerySet& query);
}
template <auto... Members>
Q FieldPath<Members...>::in_query(const AnyQuerySet& query) {
    return impl::make_in_query(path(), query);
}

// Column against column.
#define TATUM_COMPARE(sign, lookup)                                               \
    template <auto... A, auto... B>                                               \
    Q operator sign(FieldPath<A...> a, FieldPath<B...> b) {                       \
        return Q(impl::make_lookup(a.path(), lookup, impl::make_path(b.path()))); \
    }
TATUM_COMPARE(==, Lookup::Exact)
TATUM_COMPARE(<, Lookup::Lt)
TATUM_COMPARE(>, Lookup::Gt)
TATUM_COMPARE(<=, Lookup::Lte)
TATUM_COMPARE(>=, Lookup::Gte)
#undef TATUM_COMPARE

// Arithmetic: F<&P::price> * 2, 2 * F<&P::price>, F<&P::price> - F<&P::cost>.
#define TATUM_COMBINE(sign, symbol)                                  \
    template <auto... A, impl::Literal V>                            \
    Expression operator sign(FieldPath<A...> a, const V& b) {        \
        return a.expression() sign Expression(b);                    \
    }                                                                \
    template <impl::Literal V, auto... A>                            \
    Expression operator sign(const V& a, FieldPath<A...> b) {        \
        return Expression(a) sign b.expression();                    \
    }                                                                \
    template <auto... A, auto... B>                                  \
    Expression operator sign(FieldPath<A...> a, FieldPath<B...> b) { \
        return a.expression() sign b.expression();                   \
    }
TATUM_COMBINE(+, '+')
TATUM_COMBINE(-, '-')
TATUM_COMBINE(*, '*')
TATUM_COMBINE(/, '/')
TATUM_COMBINE(%, '%')
#undef TATUM_COMBINE

/// A field of a model, or of one that its relations lead to, by members: F<&Product::category,
/// &Category::slug>. Compared with a value it is a condition (a value of another type does not
/// compile); with '-' it orders descending; with '=' it assigns in update().
template <auto... Members>
inline constexpr FieldPath<Members...> F{};

}  // namespace tatum::db

namespace tatum {
using db::F;  // db::reverse keeps its namespace: tatum::reverse() gives the address of a view
}  // namespace tatum
