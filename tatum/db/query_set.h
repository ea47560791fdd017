#pragma once

#include <tatum/db/any_query_set.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace tatum::db {

namespace impl {

template <class Previous, auto First, auto... Rest>
constexpr void mark_continuing(bool* out) {
    *out = std::is_base_of_v<typename Step<First>::Class, Previous>;
    if constexpr (sizeof...(Rest) > 0) {
        mark_continuing<typename Step<First>::Target, Rest...>(out + 1);
    }
}

/// Members grouped into paths: one that stands in the model to which the one before leads continues
/// its path; any other starts a new one.
template <auto... Members>
struct Paths {
    Path paths[sizeof...(Members)];
    std::size_t count = 0;

    constexpr Paths() {
        bool continues[sizeof...(Members)] = {};
        mark_continuing<void, Members...>(continues);
        for (std::size_t i = 0; i < sizeof...(Members); ++i) {
            if (continues[i]) {
                ++paths[count - 1].count;
            } else {
                paths[count++] = {kSteps<Members...> + i, 1};
            }
        }
    }
    operator PathList() const { return {paths, count}; }
};
template <auto... Members>
inline constexpr Paths<Members...> kPaths;

template <class T>
T take(RowsPtr rows) {
    return std::move(*static_cast<T*>(rows->at(0)));
}
template <class T>
std::optional<T> take_if(RowsPtr rows) {
    if (!rows) return std::nullopt;
    return take<T>(std::move(rows));
}

}  // namespace impl

/// Rows that were read: a container of T that shares its storage when copied.
template <class T>
class RowList {
public:
    explicit RowList(RowsPtr rows) : rows_(std::move(rows)) {}

    RowIterator<T> begin() const { return RowIterator<T>(rows_->chunks()); }
    RowIterator<T> end() const { return {}; }
    std::size_t size() const { return rows_->count(); }
    bool empty() const { return size() == 0; }
    T& operator[](std::size_t index) const { return *static_cast<T*>(rows_->at(index)); }
    /// The row of this primary key, or null.
    T* find(const Value& pk) const {
        for (T& row : *this) {
            if (row.pk() == pk) return &row;
        }
        return nullptr;
    }

private:
    RowsPtr rows_;
};

/// What managers and query sets can do alike. `Self` says where to begin, by query_set().
/// Methods that return a QuerySet run no query.
template <class Self, class T>
class QueryMethods {
public:
    using value_type = T;

    /// All conditions hold; in one call, for the same row of a multi-valued relation.
    template <std::same_as<Q>... Qs>
    QuerySet<T> filter(const Qs&... conditions) const {
        return wrap(any_().filter({&conditions...}));
    }
    template <std::same_as<Q>... Qs>
    QuerySet<T> exclude(const Qs&... conditions) const {
        return wrap(any_().exclude({&conditions...}));
    }
    /// F<...>, -F<...>, "name", "-name", "category__name", "?"; nothing for no order at all.
    template <std::convertible_to<OrderBy>... Terms>
    QuerySet<T> order_by(const Terms&... terms) const {
        const std::initializer_list<OrderBy> list{OrderBy(terms)...};
        return wrap(any_().order_by({list.begin(), list.size()}));
    }
    QuerySet<T> all() const { return wrap(any_().all()); }
    QuerySet<T> none() const { return wrap(any_().none()); }
    QuerySet<T> reverse() const { return wrap(any_().reverse()); }
    QuerySet<T> distinct() const { return wrap(any_().distinct()); }
    /// The value is then in row.annotation("name"), in conditions, and in templates.
    QuerySet<T> annotate(std::string_view name, const Expression& expression) const {
        return wrap(any_().annotate(name, expression));
    }
    QuerySet<T> alias(std::string_view name, const Expression& expression) const {
        return wrap(any_().alias(name, expression));
    }
    /// Reads the related rows in the same query. A member of the related model continues the path:
    /// select_related<&Product::category, &Category::catalog>().
    template <auto... Members>
    QuerySet<T> select_related() const {
        return wrap(any_().select_related(impl::kPaths<Members...>));
    }
    template <std::convertible_to<std::string>... Names>
    QuerySet<T> select_related(const Names&... names) const {
        const std::vector<std::string> list{std::string(names)...};
        return wrap(any_().select_related(list));
    }
    /// Reads the related rows in one more query for each relation.
    template <auto... Members>
    QuerySet<T> prefetch_related() const {
        return wrap(any_().prefetch_related(impl::kPaths<Members...>));
    }
    template <std::convertible_to<std::string>... Names>
    QuerySet<T> prefetch_related(const Names&... names) const {
        const std::vector<std::string> list{std::string(names)...};
        return wrap(any_().prefetch_related(list));
    }
    /// Django's Prefetch(): the related rows are those of `rows`.
    template <class U>
    QuerySet<T> prefetch_related(std::string_view relation, const QuerySet<U>& rows) const {
        return wrap(any_().prefetch_related(relation, rows.any()));
    }
    /// Leaves columns unread; the members keep their initial values until refresh_from_db().
    template <auto... Members>
    QuerySet<T> defer() const {
        return wrap(any_().defer(impl::kPaths<Members...>));
    }
    template <auto... Members>
    QuerySet<T> only() const {
        return wrap(any_().only(impl::kPaths<Members...>));
    }
    QuerySet<T> slice(Slice part) const { return wrap(any_().slice(part)); }
    QuerySet<T> using_(std::string_view alias) const { return wrap(any_().using_(alias)); }
    QuerySet<T> select_for_update() const { return wrap(any_().select_for_update()); }
    template <std::same_as<QuerySet<T>>... Others>
    QuerySet<T> union_(const Others&... others) const {
        const AnyQuerySet list[] = {others.any()...};
        return wrap(any_().union_(list, false));
    }
    template <std::same_as<QuerySet<T>>... Others>
    QuerySet<T> union_all(const Others&... others) const {
        const AnyQuerySet list[] = {others.any()...};
        return wrap(any_().union_(list, true));
    }
    QuerySet<T> intersection(const QuerySet<T>& other) const {
        return wrap(any_().intersection(other.any()));
    }
    QuerySet<T> difference(const QuerySet<T>& other) const {
        return wrap(any_().difference(other.any()));
    }

    /// Dictionaries of the named fields (or all): values("name", "category__name").
    template <std::convertible_to<std::string>... Names>
    ValuesQuerySet values(const Names&... names) const {
        const std::vector<std::string> list{std::string(names)...};
        return any_().values(list);
    }
    template <std::convertible_to<std::string>... Names>
    ValuesQuerySet values_list(const Names&... names) const {
        const std::vector<std::string> list{std::string(names)...};
        return any_().values_list(list);
    }
    /// Bare values of one field: Django's values_list(name, flat=True).
    ValuesQuerySet values_flat(std::string_view name) const { return any_().values_flat(name); }
    /// The distinct years ("year"), months, weeks or days of a date, oldest first: dates("born",
    /// "month", "DESC"). As Dates; see AnyQuerySet::dates().
    ValuesQuerySet dates(const Term& field, std::string_view kind,
                         std::string_view order = "ASC") const {
        return any_().dates(field, kind, order);
    }
    /// The same of a moment, as DateTimes of the current time zone; also of "hour", "minute",
    /// "second".
    ValuesQuerySet datetimes(const Term& field, std::string_view kind,
                             std::string_view order = "ASC") const {
        return any_().datetimes(field, kind, order);
    }

    /// Queries: 1. Throws T::DoesNotExist or T::MultipleObjectsReturned.
    template <std::same_as<Q>... Qs>
    T get(const Qs&... conditions) const {
        return impl::take<T>(narrowed(conditions...).get());
    }
    /// Queries: 1. Empty when there is no row; throws T::MultipleObjectsReturned.
    template <std::same_as<Q>... Qs>
    std::optional<T> find(const Qs&... conditions) const {
        return impl::take_if<T>(narrowed(conditions...).find());
    }
    /// By primary key. Queries: 1. Throws T::DoesNotExist.
    T get_pk(const Value& pk) const { return impl::take<T>(any_().get_pk(pk)); }
    /// Queries: 1, or 0 when evaluated. By primary key where there is no order.
    std::optional<T> first() const { return copy_if(any_().first()); }
    std::optional<T> last() const { return copy_if(any_().last()); }
    /// Queries: 1. By the fields named, or d.get_latest_by(). Throw T::DoesNotExist.
    template <std::convertible_to<std::string>... Names>
    T latest(const Names&... names) const {
        const std::vector<std::string> list{std::string(names)...};
        return impl::take<T>(any_().latest(list));
    }
    template <std::convertible_to<std::string>... Names>
    T earliest(const Names&... names) const {
        const std::vector<std::string> list{std::string(names)...};
        return impl::take<T>(any_().earliest(list));
    }
    /// Queries: 1, or 0 when evaluated.
    std::int64_t count() const { return any_().count(); }
    bool exists() const { return any_().exists(); }
    bool contains(const T& object) const { return any_().contains(object.pk()); }
    /// Queries: 1. aggregate(Sum(F<&Product::price>)).
    Value aggregate(const Expression& expression) const { return any_().aggregate(expression); }
    /// Queries: 1. aggregate({{"total", Sum(...)}, {"highest", Max(...)}}).
    Dict aggregate(std::initializer_list<NamedExpression> expressions) const {
        return any_().aggregate({expressions.begin(), expressions.size()});
    }
    /// Queries: 1. The rows whose primary keys are in `keys`.
    RowList<T> in_bulk(const List& keys) const { return RowList<T>(any_().in_bulk(keys)); }

    /// Saves the object and returns it with its key. Queries: 1.
    T create(T object) const {
        object.save_in(any_(), true);
        return object;
    }
    /// The row that has these values, or a new one with them and the defaults; true when it is new.
    /// Another thread's row wins a race. Queries: 1 when it exists, 4 when not (savepoint
    /// included).
    std::pair<T, bool> get_or_create(std::initializer_list<Assignment> lookup,
                                     std::initializer_list<Assignment> defaults = {}) const {
        bool created = false;
        RowsPtr rows = any_().get_or_create({lookup.begin(), lookup.size()},
                                            {defaults.begin(), defaults.size()}, created);
        return {impl::take<T>(std::move(rows)), created};
    }
    /// As get_or_create(), but gives a row that exists the values of `defaults`.
    std::pair<T, bool> update_or_create(std::initializer_list<Assignment> lookup,
                                        std::initializer_list<Assignment> defaults) const {
        bool created = false;
        RowsPtr rows = any_().update_or_create({lookup.begin(), lookup.size()},
                                               {defaults.begin(), defaults.size()}, created);
        return {impl::take<T>(std::move(rows)), created};
    }
    /// Inserts all and sets their keys. Runs no save() and no signals. Queries: 1 for each batch.
    template <class Range>
    void bulk_create(Range& objects, const BulkCreateOptions& options = {}) const {
        any_().bulk_create(pointers(objects), options);
    }
    /// Writes the fields named of all the objects. Queries: 1 for each batch.
    template <auto... Members, class Range>
    std::int64_t bulk_update(Range& objects, std::size_t batch_size = 0) const {
        const std::string names[] = {std::string(impl::member_name<Members>)...};
        return any_().bulk_update(pointers(objects), names, batch_size);
    }
    /// Queries: 1. update(F<&World::number> = 5, F<&World::seen> = F<&World::seen> + 1). The number
    /// of rows matched.
    template <std::same_as<Assignment>... Assignments>
    std::int64_t update(const Assignments&... assignments) const {
        const Assignment list[] = {assignments...};
        return any_().update(list);
    }
    /// The rows of a statement of one's own, its columns matched to fields by name. Queries: 1.
    RowList<T> raw(std::string_view sql, const List& parameters = {}) const {
        return RowList<T>(any_().raw(sql, parameters));
    }
    std::string explain() const { return any_().explain(); }
    std::string sql() const { return any_().sql(); }

    operator AnyQuerySet() const { return any_(); }

private:
    AnyQuerySet any_() const { return static_cast<const Self&>(*this).query_set().any(); }
    static QuerySet<T> wrap(AnyQuerySet query) { return QuerySet<T>(std::move(query)); }
    template <class... Qs>
    AnyQuerySet narrowed(const Qs&... conditions) const {
        if constexpr (sizeof...(Qs) == 0) {
            return any_();
        } else {
            return any_().filter({&conditions...});
        }
    }
    static std::optional<T> copy_if(const RowsPtr& rows) {
        if (!rows) return std::nullopt;
        return *static_cast<const T*>(rows->at(0));
    }
    template <class Range>
    static std::vector<void*> pointers(Range& objects) {
        std::vector<void*> list;
        for (T& object : objects) list.push_back(&object);
        return list;
    }
};

/// Rows of T, or what selects them: an immutable, lazy value. See AnyQuerySet for sharing and
/// threads. Iterating, size() and empty() run the query once (and one more for each
/// prefetch_related()); after that they run none.
template <class T>
class QuerySet : public QueryMethods<QuerySet<T>, T> {
public:
    QuerySet() : any_(model_type<T>) {}
    explicit QuerySet(AnyQuerySet any) : any_(std::move(any)) {}

    RowIterator<T> begin() const { return RowIterator<T>(any_.rows().chunks()); }
    RowIterator<T> end() const { return {}; }
    std::size_t size() const { return any_.rows().count(); }
    bool empty() const { return size() == 0; }

    /// products[{0, 24}]: runs no query, unless this one is evaluated (then it shares its rows).
    QuerySet operator[](Slice part) const { return this->slice(part); }
    /// Queries: 1, or 0 when evaluated. Throws T::DoesNotExist past the end.
    T operator[](std::int64_t index) const { return *static_cast<const T*>(any_.at(index)->at(0)); }
    /// The number of rows deleted, related ones included. Queries: see AnyQuerySet::delete_().
    std::int64_t delete_() const { return any_.delete_(); }

    const AnyQuerySet& any() const { return any_; }
    const QuerySet& query_set() const { return *this; }

private:
    AnyQuerySet any_;
};

/// T::objects. For a manager of one's own, derive from QueryMethods<OwnManager, T> and begin with
/// another query_set().
template <class T>
class Manager : public QueryMethods<Manager<T>, T> {
public:
    QuerySet<T> query_set() const { return QuerySet<T>(); }
};

/// The rows that point at an object: category.related<&Product::category>(). A QuerySet that can
/// also create such rows.
template <class T>
class RelatedManager : public QuerySet<T> {
public:
    RelatedManager(AnyQuerySet query, std::string_view field, Value owner)
        : QuerySet<T>(std::move(query)), field_(field), owner_(std::move(owner)) {}

    /// Saves `object` with its relation pointing here. Queries: 1.
    T create(T object) const {
        impl::set_field(model_type<T>, &object, field_, owner_);
        object.save_in(this->any(), true);
        return object;
    }
    /// Makes the objects point here, and saves them. Queries: 1 for each.
    template <std::same_as<T>... Objects>
    void add(Objects&... objects) const {
        (add_one(objects), ...);
    }

private:
    void add_one(T& object) const {
        impl::set_field(model_type<T>, &object, field_, owner_);
        object.save_in(this->any(), false);
    }

    std::string_view field_;
    Value owner_;
};

template <class T>
Value to_value(const QuerySet<T>& query) {
    return to_value(query.any());
}
template <class T>
Value to_value(const RelatedManager<T>& query) {
    return to_value(query.any());
}
template <class T>
Value to_value(const Manager<T>& manager) {
    return to_value(manager.query_set().any());
}

}  // namespace tatum::db

namespace tatum {
using db::Manager;
using db::QuerySet;
}  // namespace tatum
