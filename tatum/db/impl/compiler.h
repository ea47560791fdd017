#pragma once

#include <tatum/db/impl/query.h>
#include <tatum/db/impl/sql.h>

#include <optional>
#include <span>

namespace tatum::db::impl {

/// One step from a table to another.
struct Hop {
    const ModelMeta* to = nullptr;
    const FieldMeta* from_field = nullptr;  ///< column on this side
    const FieldMeta* to_field = nullptr;    ///< column on the other
    bool direct = false;                    ///< along a foreign key, which holds the other's key
    bool many = false;                      ///< may lead to several rows
    bool nullable = false;                  ///< may lead to none
    std::size_t step = 0;                   ///< which step of the path it belongs to
};

/// Where a path of names leads.
struct ResolvedPath {
    std::vector<Hop> hops;
    const FieldMeta* target = nullptr;
    const Annotation* annotation = nullptr;  ///< instead of target
    std::span<const PathStep> rest;          ///< transforms and a lookup
    bool many() const {
        for (const Hop& hop : hops) {
            if (hop.many) return true;
        }
        return false;
    }
};

/// Follows `steps` from `model`. Throws FieldError with the choices when the first names nothing.
ResolvedPath resolve_path(const ModelMeta& model, std::span<const PathStep> steps,
                          const Query* query);
/// The hops that one step makes; empty when `step` is no relation of `model`.
void append_hops(std::vector<Hop>& hops, const ModelMeta& model, const PathStep& step,
                 std::size_t number);
/// "Cannot resolve keyword 'x' into field. Choices are: ..."
[[noreturn]] void refuse_keyword(const ModelMeta& model, std::string_view keyword,
                                 const Query* query);

/// Is its value another for each row that a relation to many leads to? `inside` a subquery of
/// `query` only what it names of that one counts.
bool leads_to_many(const Node& node, const Query& query, bool inside = false);

/// How cells become members: one table read per row.
struct ColumnPlan {
    void (*read)(void* member, const Cell& cell, const FieldMeta& field);
    const FieldMeta* field;
    std::uint32_t offset;
};
struct ModelPlan {
    const ModelMeta* model = nullptr;
    int parent = -1;                 ///< in Compiled::models
    const FieldMeta* via = nullptr;  ///< the parent's foreign key, or this one's for a reverse
    bool reverse = false;
    std::size_t alias = 0;  ///< its table, among the compiler's joins
    std::size_t first_cell = 0, pk_cell = 0;
    std::vector<ColumnPlan> columns;
    std::vector<const FieldMeta*> deferred;
};
struct ExtraPlan {
    std::string name;
    Output output;
};

/// What an aggregate of such values yields.
Output aggregate_output(std::string_view function, const Output& argument);

/// A statement and how to read its rows.
struct Compiled {
    std::string sql;
    std::vector<Param> params;
    std::vector<ModelPlan> models;  ///< parents first
    std::vector<ExtraPlan> extras;  ///< annotations, or the columns of values()
    std::size_t first_extra = 0;
    bool nothing = false;  ///< no row can match: there is nothing to run
};

/// What a compiled condition is, apart from its SQL.
enum class Truth : std::uint8_t { Depends, Never, Always };

struct Built {
    Sql sql;
    Truth truth = Truth::Depends;
    std::vector<std::size_t> needed;  ///< joins that need a row for the condition to hold
};

/// Turns one SELECT (or the tables and conditions of an UPDATE or DELETE) into SQL. Joins are made
/// when a path needs them, and reused; whether they are INNER or LEFT OUTER is known at the end, as
/// in Django: django.db.models.sql.query describes the rules.
class Compiler {
public:
    Compiler(const Query& query, const Dialect& dialect, Compiler* outer = nullptr);

    Compiled select();
    Compiled count();
    Compiled exists();
    /// SELECT of the primary keys.
    Sql keys(const FieldMeta& key, bool& nothing);
    /// A query as a list in another: its first column, or `key`.
    Sql subquery(const FieldMeta* key, bool& nothing);
    /// A query as a value in another: the first column of its first row.
    Sql first_row(bool& nothing);
    Sql exists_subquery(bool& nothing);
    Compiled aggregate(std::span<const NamedExpression> expressions);
    Compiled update(std::span<const Assignment> assignments);
    Compiled delete_rows();
    /// Conditions over the model's own columns, without the table's name.
    Sql bare_condition(const Node& condition);

private:
    Compiled compiled_for_chosen_rows(Sql out);
    bool has_plain_rows() const;
    Compiled select_over_rows(const Sql& columns) const;
    Compiled aggregate_rows(std::span<const NamedExpression> expressions);
    Sql inner_select(const FieldMeta* key, bool ordered, bool& nothing);
    Sql combined_subquery(const FieldMeta* key, bool ordered, bool& nothing);
    friend class JoinVotes;
    struct Join {
        std::string alias;
        const ModelMeta* model = nullptr;
        std::size_t parent = 0;
        const FieldMeta* from_field = nullptr;
        const FieldMeta* to_field = nullptr;
        bool nullable = false;
        bool outer = false;
    };
    using Aliases = std::vector<std::size_t>;
    struct Side {
        Sql sql;
        Aliases used;
        const FieldMeta* target = nullptr;  ///< a plain column
        std::size_t alias = 0;
        bool nullable = false;
    };
    struct Context {
        bool branch_negated = false;
        bool negated = false;
        Aliases* reuse = nullptr;  ///< multi-valued joins of this filter(); null: all
        /// Rows for which it does not hold are left out, so that its joins may be inner ones.
        bool decides_rows = true;
        bool splits = true;  ///< a negation over many rows looks at them in a subquery
    };
    static const Context kInExpression;

    // Joins, in compiler_joins.cpp.
    std::size_t base();
    std::size_t find_join(const Hop& hop, std::size_t parent, const Aliases* reuse) const;
    std::size_t find_joined(std::span<const Hop> hops, const Aliases& reuse) const;
    std::size_t join(const Hop& hop, std::size_t parent, const Aliases* reuse);
    std::size_t set_up(std::span<const Hop> hops, const Aliases* reuse, Aliases& used);
    static void trim(ResolvedPath& path);
    void promote(Aliases aliases);
    void demote(Aliases aliases);
    void append_column(std::string& out, std::size_t alias, const FieldMeta& field) const;
    void append_from(Sql& out) const;

    // Conditions, in compiler_conditions.cpp.
    void add_filters();
    void join_values();
    Built condition(const Node& node, Context context);
    Built join_conditions(const Node& node, Context context);
    Built exclusive_or(const Node& node, Context context);
    Built negation(const Node& node, Context context);
    Built lookup(const Node& node, Context context);
    Built split_exclude(const Node& node, std::span<const PathStep> steps, const ResolvedPath& path,
                        Context context);
    Built compare(const Node& node, Side left, Lookup lookup, std::string_view part,
                  Context context);
    void keep_rows_without_value(Sql& out, const Node& node, const Side& left,
                                 const Aliases* reuse);
    Sql in_list(const Node& node, const Side& left, Truth& truth);
    Sql pattern(const Node& node, const Side& left, Lookup lookup, Aliases& used, Context context);
    bool year_range(Sql& out, const Node& node, const Side& left, Lookup lookup);
    void split_having(const NodePtr& condition, bool negated);
    Lookup take_lookup(const Node& node, std::span<const PathStep>& rest, const Side& left) const;

    // Expressions, in compiler_expressions.cpp.
    Side side(std::span<const PathStep> steps, const Aliases* reuse);
    Side side_of(const ResolvedPath& path, const Aliases* reuse);
    Sql transform(const Sql& sql, std::string_view name, const FieldMeta* field) const;
    Sql expression(const Node& node, const Aliases* reuse, Aliases& used);
    Sql function(const Node& node, const Aliases* reuse, Aliases& used);
    Sql aggregate_call(const Node& node, const Aliases* reuse, Aliases& used);
    Sql combined(const Node& node, const Aliases* reuse, Aliases& used);
    Sql case_when(const Node& node, const Aliases* reuse, Aliases& used);
    Sql of_query(const Node& node);
    Sql literal(const tatum::Value& value, const Output& like) const;
    const Sql& annotation_sql(const Annotation& annotation);

    // Statements, in compiler.cpp.
    void add_model(Compiled& out, Sql& columns, const ModelMeta& model, std::size_t alias,
                   int parent, const FieldMeta* via, bool reverse,
                   const std::vector<std::string>* related, bool all, int depth);
    void add_related(Compiled& out, Sql& columns, std::size_t plan, std::size_t alias,
                     const std::vector<std::string>& paths, bool all, int depth);
    bool is_read(const FieldMeta& field, std::string_view prefix) const;
    void add_value_columns(Compiled& out, Sql& columns);
    void add_order(Sql& out, const Compiled& compiled, Sql* columns = nullptr);
    void add_order_term(std::vector<Sql>& terms, const Compiled& compiled, const OrderBy& term,
                        bool reverse, int depth, const ModelMeta& model,
                        std::span<const Hop> before);
    void add_group_by(Sql& out, const Compiled& compiled);
    void add_limits(Sql& out) const;
    void append_where(Sql& out) const;
    Compiled combined_select();
    Compiled wrap(std::string_view outer_select);

    const Query& query_;
    const Dialect& dialect_;
    Compiler* outer_;
    Compiler* around_ = this;  ///< of the subqueries in this query: what their OuterRefs mean
    std::string prefix_;
    std::vector<Join> joins_;
    std::vector<Sql> annotations_;  ///< as query_.annotations
    std::vector<std::uint8_t> annotation_state_;
    Aliases filter_joins_;  ///< that the next filter may use again
    Sql where_, having_;
    bool nothing_ = false;
    bool grouped_ = false;   ///< there are aggregates
    bool bare_ = false;      ///< columns without their table
    bool filtered_ = false;  ///< add_filters() has run
    std::vector<std::string> read_prefixes_;
};

}  // namespace tatum::db::impl
