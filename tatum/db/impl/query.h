#pragma once

#include <tatum/db/any_query_set.h>
#include <tatum/db/impl/node.h>
#include <tatum/db/meta.h>

namespace tatum::db::impl {

/// One call of filter() or exclude(): its conditions hold for the same row of a multi-valued
/// relation.
struct Filter {
    NodePtr condition;
    bool negated = false;
    /// The next call is about the same rows: book.authors.filter(...) about the pairs of this book.
    bool sticky = false;
};

struct Annotation {
    std::string name;
    NodePtr expression;
    bool selected = true;  ///< false: alias()
    bool aggregate = false;
    std::size_t after_filters = 0;  ///< how many filters were there when it was added
};

struct Prefetch {
    std::string path;
    Shared<AnyQuerySet::State> rows;  ///< null: the relation's own
};

enum class ValuesMode : std::uint8_t { None, Dict, Tuple, Flat };
enum class Combinator : std::uint8_t { None, Union, UnionAll, Intersection, Difference };

struct Query;
/// Is it, or does it refer to, an aggregate?
bool is_aggregate(const Node& node, const Query& query);
/// Are its rows groups? Then the model's own order is not heeded.
bool has_aggregates(const Query& query);

/// values() of `fields`, of the parts too where queries are combined.
void set_values(Query& query, ValuesMode mode, std::span<const std::string> fields);

/// What a QuerySet asks for, before any SQL. A value.
struct Query {
    const ModelMeta* model = nullptr;
    std::vector<Filter> filters;
    std::vector<Annotation> annotations;
    std::vector<OrderBy> order;
    bool default_order = true;  ///< as the model says, while `order` is empty
    bool reversed = false;
    bool distinct = false;
    bool empty = false;  ///< none()
    bool for_update = false;
    std::int64_t low = 0;
    std::int64_t high = -1;  ///< -1: no end
    std::vector<std::string> select_related;
    bool select_all_related = false;
    std::vector<Prefetch> prefetches;
    std::vector<std::string> deferred;  ///< field names
    bool only = false;                  ///< `deferred` names what is read, not what is left out
    ValuesMode values = ValuesMode::None;
    std::vector<std::string> value_fields;
    std::size_t values_after_filters = 0;   ///< how many filters were there when they were named
    bool grouped_by_values = false;         ///< an aggregate was annotated after values()
    std::vector<std::string> group_fields;  ///< what values() named then; empty: every field
    Combinator combinator = Combinator::None;
    std::vector<Shared<AnyQuerySet::State>> combined;
    std::string alias;  ///< of the database; empty: "default"
    /// Object that every row's relation `known_field` leads to.
    RowsPtr known_object;
    const FieldMeta* known_field = nullptr;

    bool is_sliced() const { return low != 0 || high >= 0; }
    const Annotation* find_annotation(std::string_view name) const {
        for (const Annotation& annotation : annotations) {
            if (annotation.name == name) return &annotation;
        }
        return nullptr;
    }
};

}  // namespace tatum::db::impl

namespace tatum::db {

/// What copies of a QuerySet share: the query, and its rows once they are read.
struct AnyQuerySet::State {
    impl::Query query;
    RowsPtr rows;
    List values;
    bool evaluated = false;
    bool prefetched = false;  ///< all() keeps the rows
};

}  // namespace tatum::db
