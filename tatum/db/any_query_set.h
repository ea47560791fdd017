#pragma once

#include <tatum/base/shared.h>
#include <tatum/db/f.h>
#include <tatum/db/functions.h>
#include <tatum/db/rows.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>

namespace tatum::db {

class ValuesQuerySet;

namespace impl {
enum class Combinator : std::uint8_t;
}

/// Rows `start` (counted from 0) up to and without `stop`.
struct Slice {
    std::int64_t start = 0;
    std::optional<std::int64_t> stop = std::nullopt;
};

/// Several typed paths, as select_related<...>() and only<...>() take them.
using PathList = std::span<const impl::Path>;
/// Conditions that live until the call is over.
using Conditions = std::initializer_list<const Q*>;

struct BulkCreateOptions {
    std::size_t batch_size = 0;     ///< rows a statement; 0: as many as the database takes
    bool ignore_conflicts = false;  ///< rows that violate a constraint are left out; ids stay unset
    std::vector<std::string> update_conflicts =
        {};  ///< fields to update when `unique_fields` clash
    std::vector<std::string> unique_fields = {};
};

/// Rows of a model, or what selects them: an immutable, lazy value without the model's C++ type.
/// For code that meets models at run time (the admin, forms, filters in a URL); apps use
/// QuerySet<T>, which forwards to it. Methods that return an AnyQuerySet run no query.
///
/// A query set that has been evaluated keeps its rows and shares them with its copies. Its rows,
/// and so it, belong to one thread at a time. Methods of a temporary change it instead of a copy.
class AnyQuerySet {
public:
    explicit AnyQuerySet(const ModelType& type);
    explicit AnyQuerySet(const ModelMeta& model);
    AnyQuerySet(const AnyQuerySet&) noexcept;
    AnyQuerySet(AnyQuerySet&&) noexcept = default;
    AnyQuerySet& operator=(const AnyQuerySet&) noexcept;
    AnyQuerySet& operator=(AnyQuerySet&&) noexcept = default;
    ~AnyQuerySet();

    const ModelMeta& model() const;
    const impl::Query& query() const;

    // Conditions of one call hold for the same row of a multi-valued relation, as in Django.
    AnyQuerySet filter(Conditions conditions) const&;
    AnyQuerySet filter(Conditions conditions) &&;
    AnyQuerySet filter(const Q& condition) const { return filter({&condition}); }
    AnyQuerySet exclude(Conditions conditions) const;
    AnyQuerySet exclude(const Q& condition) const { return exclude({&condition}); }
    /// Replaces the order; without terms there is none, not even the model's.
    AnyQuerySet order_by(std::span<const OrderBy> terms) const;
    AnyQuerySet reverse() const;
    AnyQuerySet distinct() const;
    AnyQuerySet none() const;
    AnyQuerySet all() const&;
    AnyQuerySet all() &&;
    AnyQuerySet annotate(std::string_view name, const Expression& expression) const;
    /// As annotate(), but only for use in conditions and orders.
    AnyQuerySet alias(std::string_view name, const Expression& expression) const;
    AnyQuerySet select_related(std::span<const std::string> relations) const;
    AnyQuerySet select_related(PathList relations) const;
    AnyQuerySet prefetch_related(std::span<const std::string> relations) const;
    AnyQuerySet prefetch_related(PathList relations) const;
    AnyQuerySet prefetch_related(std::string_view relation, const AnyQuerySet& rows) const;
    /// Leaves columns unread until touched by refresh_from_db(); reads of the member give its
    /// default.
    AnyQuerySet defer(std::span<const std::string> fields) const;
    AnyQuerySet only(std::span<const std::string> fields) const;
    AnyQuerySet defer(PathList fields) const;
    AnyQuerySet only(PathList fields) const;
    AnyQuerySet slice(Slice slice) const;
    AnyQuerySet union_(std::span<const AnyQuerySet> others, bool all) const;
    AnyQuerySet intersection(const AnyQuerySet& other) const;
    AnyQuerySet difference(const AnyQuerySet& other) const;
    AnyQuerySet using_(std::string_view alias) const;
    /// Locks the rows until the transaction ends. SQLite: no effect, since a transaction that
    /// writes is alone.
    AnyQuerySet select_for_update() const;
    /// Rows of one field each, as Values: dictionaries, tuples, or the bare value.
    ValuesQuerySet values(std::span<const std::string> fields) const;
    ValuesQuerySet values_list(std::span<const std::string> fields) const;
    ValuesQuerySet values_flat(std::string_view field) const;
    /// The distinct first days of the years, months, weeks or single days ("year", "month", "week",
    /// "day") of a field that is a date or a moment; `order` is "ASC" or "DESC". Nulls are left
    /// out. Throw ValueError for another field, kind or order.
    ValuesQuerySet dates(const Term& field, std::string_view kind,
                         std::string_view order = "ASC") const;
    /// The same as moments, also of "hour", "minute" and "second", in the current time zone.
    ValuesQuerySet datetimes(const Term& field, std::string_view kind,
                             std::string_view order = "ASC") const;

    /// Queries: 1 on the first call, plus 1 for each prefetch_related(); 0 afterwards.
    Rows& rows() const;
    bool is_evaluated() const;
    /// Queries: 1, or 0 when evaluated.
    std::int64_t count() const;
    bool exists() const;
    /// Queries: 1. Throws the model's DoesNotExist or MultipleObjectsReturned.
    RowsPtr get() const&;
    RowsPtr get() &&;
    /// As get(), but empty when there is no row.
    RowsPtr find() const&;
    RowsPtr find() &&;
    RowsPtr get_pk(const Value& pk) const;
    /// Queries: 1, or 0 when evaluated. By primary key where there is no order. Empty when no rows.
    RowsPtr first() const;
    RowsPtr last() const;
    RowsPtr at(std::int64_t index) const;
    /// By `fields`, or the model's get_latest_by. Throw DoesNotExist. Queries: 1.
    RowsPtr latest(std::span<const std::string> fields) const;
    RowsPtr earliest(std::span<const std::string> fields) const;
    /// Queries: 1.
    Value aggregate(const Expression& expression) const;
    Dict aggregate(std::span<const NamedExpression> expressions) const;
    /// Queries: 1. The number of rows matched.
    std::int64_t update(std::span<const Assignment> assignments) const;
    /// Follows on_delete as Django does. Queries: 1 where nothing references the model, else one or
    /// more for each model met, in one transaction. The number of rows deleted, related ones
    /// included.
    std::int64_t delete_() const;
    /// Is a row of this primary key among them? Queries: 1, or 0 when evaluated.
    bool contains(const Value& pk) const;
    RowsPtr in_bulk(const List& keys) const;
    /// The rows of a statement of one's own; its columns are matched to fields by name. Queries: 1.
    RowsPtr raw(std::string_view sql, const List& parameters) const;
    RowsPtr get_or_create(std::span<const Assignment> lookup, std::span<const Assignment> defaults,
                          bool& created) const;
    RowsPtr update_or_create(std::span<const Assignment> lookup,
                             std::span<const Assignment> defaults, bool& created) const;
    void bulk_create(std::span<void* const> objects, const BulkCreateOptions& options) const;
    std::int64_t bulk_update(std::span<void* const> objects, std::span<const std::string> fields,
                             std::size_t batch_size) const;
    /// How the database would run it. Queries: 1.
    std::string explain() const;
    /// The statement with its parameters in place, for people to read. Runs no query.
    std::string sql() const;
    /// The alias that reads go to.
    std::string_view db() const;
    bool is_ordered() const;

    struct State;
    explicit AnyQuerySet(Shared<State> state) : state_(std::move(state)) {}
    const Shared<State>& state() const { return state_; }

private:
    AnyQuerySet clone() const;
    /// Itself where nobody else has a part in it, and it has no rows yet.
    AnyQuerySet taken() &&;
    AnyQuerySet combine(impl::Combinator combinator, std::span<const AnyQuerySet> others) const;
    RowsPtr extreme(std::span<const std::string> fields, bool descending) const;

    Shared<State> state_;
};

/// A QuerySet whose rows are dictionaries, tuples or bare values.
class ValuesQuerySet {
public:
    explicit ValuesQuerySet(AnyQuerySet query) : query_(std::move(query)) {}

    ValuesQuerySet filter(const Q& condition) const;
    ValuesQuerySet exclude(const Q& condition) const;
    template <std::convertible_to<OrderBy>... Terms>
    ValuesQuerySet order_by(const Terms&... terms) const {
        return order_by(std::initializer_list<OrderBy>{OrderBy(terms)...});
    }
    ValuesQuerySet order_by(std::initializer_list<OrderBy> terms) const;
    ValuesQuerySet distinct() const;
    /// After values() an aggregate counts per group of those values, as in Django.
    ValuesQuerySet annotate(std::string_view name, const Expression& expression) const;
    ValuesQuerySet slice(Slice slice) const;
    ValuesQuerySet operator[](Slice part) const { return slice(part); }

    /// Queries: 1 on the first call.
    const List& rows() const;
    auto begin() const { return rows().begin(); }
    auto end() const { return rows().end(); }
    std::size_t size() const { return rows().size(); }
    std::optional<Value> first() const;
    std::int64_t count() const { return query_.count(); }
    bool exists() const { return query_.exists(); }
    bool is_ordered() const { return query_.is_ordered(); }
    std::string sql() const { return query_.sql(); }
    const AnyQuerySet& any() const { return query_; }

private:
    AnyQuerySet query_;
};

namespace impl {
/// Sets a field of an object whose model is met at run time.
void set_field(const ModelType& type, void* object, std::string_view field, const Value& value);
}  // namespace impl

Value to_value(const AnyQuerySet& query);
Value to_value(const ValuesQuerySet& query);

}  // namespace tatum::db
