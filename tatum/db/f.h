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
    static constexpr PathStep make() { return {member_name<Member>}; }
};
template <auto Relation, auto Member>
struct StepOf<Reverse<Relation>, Member> {
    using Source = typename MemberPointer<decltype(Relation)>::Class;
    using Class = typename Held<typename MemberPointer<decltype(Relation)>::Type>::Target;
    using Type = std::int64_t;
    using Target = Source;
    static constexpr PathStep make() { return {member_name<Relation>, &model_type<Source>}; }
};
template <auto Member>
using Step = StepOf<std::remove_cv_t<decltype(Member)>, Member>;

/// Where a path of several steps ends. Each starts from the model to which the one before leads.
template <auto First, auto... Rest>
struct PathOf : Step<First> {};
template <auto First, auto Second, auto... Rest>
struct PathOf<First, Second, Rest...> : PathOf<Second, Rest...> {
    static_assert(std::is_base_of_v<typename Step<Second>::Class, typename Step<First>::Target>,
                  "F<...>: a step does not belong to the model the one before leads to");
};

template <auto... Members>
inline constexpr PathStep kSteps[sizeof...(Members)] = {Step<Members>::make()...};

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

/// A path to a field that holds `Held`, and leads to the model `Target` where it is a relation: see
/// F.
template <class Held, class Target>
class FieldPath {
public:
    explicit constexpr FieldPath(impl::Path path) : path_(path) {}
    FieldPath(const FieldPath&) = default;

    impl::Path path() const { return path_; }
    Expression expression() const { return Expression(impl::make_path(path_)); }
    operator Expression() const { return expression(); }
    operator OrderBy() const { return impl::make_order(path_, false); }

    OrderBy operator-() const { return impl::make_order(path_, true); }
    OrderBy asc() const { return impl::make_order(path_, false); }
    OrderBy desc() const { return impl::make_order(path_, true); }

    /// For update() and the like.
    template <class V>
        requires impl::Comparable<V, Held, Target> || std::convertible_to<V, const char*>
    Assignment operator=(const V& value) const {
        return {path(), Expression::of_value(impl::operand(value))};
    }
    Assignment operator=(std::nullopt_t) const { return {path(), Expression::of_value({})}; }
    Assignment operator=(const Expression& value) const { return {path(), value}; }
    template <class OtherHeld, class OtherTarget>
    Assignment operator=(FieldPath<OtherHeld, OtherTarget> other) const {
        return {path(), other.expression()};
    }

    Q isnull(bool is_null = true) const {
        return impl::make_condition(path_, Lookup::IsNull, Value(is_null));
    }
    /// Any range of values: in({1, 2}), in(ids), or in(query) for a subquery.
    template <class Range>
    Q in(const Range& values) const {
        if constexpr (requires { values.any(); }) {
            return in_query(values.any());
        } else {
            List list;
            for (const auto& value : values) list.push_back(impl::operand(value));
            return impl::make_condition(path_, Lookup::In, Value(std::move(list)));
        }
    }
    Q in(std::initializer_list<Held> values) const {
        return in<std::initializer_list<Held>>(values);
    }
    /// Both ends included.
    Q range(const Held& first, const Held& last) const {
        return impl::make_condition(path_, Lookup::Range,
                                    Value::tuple({impl::operand(first), impl::operand(last)}));
    }
    Q iexact(std::string_view text) const {
        return impl::make_condition(path_, Lookup::IExact, text);
    }
    Q contains(std::string_view text) const {
        return impl::make_condition(path_, Lookup::Contains, text);
    }
    Q icontains(std::string_view text) const {
        return impl::make_condition(path_, Lookup::IContains, text);
    }
    Q startswith(std::string_view text) const {
        return impl::make_condition(path_, Lookup::StartsWith, text);
    }
    Q istartswith(std::string_view text) const {
        return impl::make_condition(path_, Lookup::IStartsWith, text);
    }
    Q endswith(std::string_view text) const {
        return impl::make_condition(path_, Lookup::EndsWith, text);
    }
    Q iendswith(std::string_view text) const {
        return impl::make_condition(path_, Lookup::IEndsWith, text);
    }
    /// RE2's syntax, searched anywhere in the text.
    Q regex(std::string_view pattern) const {
        return impl::make_condition(path_, Lookup::Regex, pattern);
    }
    Q iregex(std::string_view pattern) const {
        return impl::make_condition(path_, Lookup::IRegex, pattern);
    }

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
    friend Q operator==(FieldPath field, const V& value) {
        return field.compare(Lookup::Exact, value);
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator!=(FieldPath field, const V& value) {
        return !field.compare(Lookup::Exact, value);
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator<(FieldPath field, const V& value) {
        return field.compare(Lookup::Lt, value);
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator>(FieldPath field, const V& value) {
        return field.compare(Lookup::Gt, value);
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator<=(FieldPath field, const V& value) {
        return field.compare(Lookup::Lte, value);
    }
    template <class V>
        requires impl::Comparable<V, Held, Target>
    friend Q operator>=(FieldPath field, const V& value) {
        return field.compare(Lookup::Gte, value);
    }
    friend Q operator==(FieldPath field, std::nullopt_t) { return field.isnull(); }
    friend Q operator!=(FieldPath field, std::nullopt_t) { return field.isnull(false); }

private:
    template <class V>
    Q compare(Lookup lookup, const V& value) const {
        if constexpr (std::convertible_to<V, std::string_view>) {
            return impl::make_condition(path_, lookup, std::string_view(value));
        } else if constexpr (std::signed_integral<V>) {
            return impl::make_condition(path_, lookup, static_cast<long long>(value));
        } else {
            return impl::make_condition(path_, lookup, impl::operand(value));
        }
    }
    Q in_query(const AnyQuerySet& query) const;
    Expression part(std::string_view name) const {
        return Expression(impl::make_function(name, {impl::make_path(path_)}));
    }

    impl::Path path_;
};

namespace impl {
Q make_in_query(Path path, const AnyQuerySet& query);
}
template <class Held, class Target>
Q FieldPath<Held, Target>::in_query(const AnyQuerySet& query) const {
    return impl::make_in_query(path_, query);
}

// Column against column.
#define TATUM_COMPARE(sign, lookup)                                               \
    template <class H1, class T1, class H2, class T2>                             \
    Q operator sign(FieldPath<H1, T1> a, FieldPath<H2, T2> b) {                   \
        return Q(impl::make_lookup(a.path(), lookup, impl::make_path(b.path()))); \
    }
TATUM_COMPARE(==, Lookup::Exact)
TATUM_COMPARE(<, Lookup::Lt)
TATUM_COMPARE(>, Lookup::Gt)
TATUM_COMPARE(<=, Lookup::Lte)
TATUM_COMPARE(>=, Lookup::Gte)
#undef TATUM_COMPARE

// Arithmetic: F<&P::price> * 2, 2 * F<&P::price>, F<&P::price> - F<&P::cost>.
#define TATUM_COMBINE(sign, symbol)                                      \
    template <class Held, class Target, impl::Literal V>                 \
    Expression operator sign(FieldPath<Held, Target> a, const V& b) {    \
        return a.expression() sign Expression(b);                        \
    }                                                                    \
    template <impl::Literal V, class Held, class Target>                 \
    Expression operator sign(const V& a, FieldPath<Held, Target> b) {    \
        return Expression(a) sign b.expression();                        \
    }                                                                    \
    template <class H1, class T1, class H2, class T2>                    \
    Expression operator sign(FieldPath<H1, T1> a, FieldPath<H2, T2> b) { \
        return a.expression() sign b.expression();                       \
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
inline constexpr FieldPath<typename impl::PathOf<Members...>::Type,
                           typename impl::PathOf<Members...>::Target>
    F{{impl::kSteps<Members...>, sizeof...(Members)}};

}  // namespace tatum::db

namespace tatum {
using db::F;  // db::reverse keeps its namespace: tatum::reverse() gives the address of a view
}  // namespace tatum
