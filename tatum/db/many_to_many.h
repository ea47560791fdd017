#pragma once

#include <tatum/db/impl/member_ops.h>
#include <tatum/db/query_set.h>

namespace tatum::db {

namespace impl {

/// What a ManyToMany is, without the type of its target. Loading and saving an object fill it in.
struct ManyToManyLink {
    const FieldMeta* field = nullptr;    ///< null until the object is loaded or saved
    Value owner;                         ///< its primary key
    const Database* database = nullptr;  ///< where the object is stored; null: the default
    RowsPtr prefetched;

    AnyQuerySet query(const ModelType& target) const;
    void add(const List& keys) const;
    void remove(const List& keys) const;
    void clear() const;
    void set(const List& keys) const;
};

}  // namespace impl

/// A many-to-many relation: product.categories.add(category), .all(), .filter(...). The pairs are
/// rows of a table of their own, or of the model named by through<...>().
/// All methods throw ValueError for an object that has not been saved yet.
template <class T, class Key = std::int64_t>
class ManyToMany : public QueryMethods<ManyToMany<T, Key>, T>, public impl::ManyToManyLink {
public:
    QuerySet<T> query_set() const { return QuerySet<T>(query(model_type<T>)); }

    /// Objects or keys; those already there stay. Queries: 2, of a relation that
    /// holds both ways 4, in one transaction.
    template <class... Items>
    void add(const Items&... items) const {
        ManyToManyLink::add({impl::operand(items)...});
    }
    /// Queries: 1.
    template <class... Items>
    void remove(const Items&... items) const {
        ManyToManyLink::remove({impl::operand(items)...});
    }
    /// Queries: 1.
    void clear() const { ManyToManyLink::clear(); }
    /// Makes the relation hold exactly these. Queries: up to 3, in one transaction.
    template <class Range>
    void set(const Range& items) const {
        List keys;
        for (const auto& item : items) keys.push_back(impl::operand(item));
        ManyToManyLink::set(keys);
    }
    void set(std::initializer_list<T> items) const { set<std::initializer_list<T>>(items); }
};

namespace impl {

template <class T, class Key>
struct MemberTraits<ManyToMany<T, Key>> {
    static constexpr const MemberOps& kOps = kManyToManyOps;
    static constexpr FieldKind kKind = FieldKind::ManyToManyField;
    static constexpr const ModelType* target() { return &model_type<T>; }
};

}  // namespace impl

template <class T, class Key>
Value to_value(const ManyToMany<T, Key>& relation) {
    return to_value(relation.query_set().any());
}

}  // namespace tatum::db

namespace tatum {
using db::ManyToMany;
}
