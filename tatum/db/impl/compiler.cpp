#include <tatum/db/impl/compiler.h>

#include <tatum/db/exceptions.h>

#include <algorithm>

namespace tatum::db::impl {

namespace {

/// select_related() without names follows foreign keys this deep, as in Django.
constexpr int kRelatedDepthMax = 5;
/// Orderings that refer to each other in a circle end here.
constexpr int kOrderDepthMax = 8;

void separate(Sql& out) {
    if (!out.text.empty()) out += ", ";
}

/// The paths below `name`: of "category__catalog" below "category" it is "catalog".
std::vector<std::string> below(const std::vector<std::string>& paths, const std::string& name) {
    std::vector<std::string> rest;
    for (const std::string& path : paths) {
        if (path.size() > name.size() + 2 && path.starts_with(name + "__")) {
            rest.push_back(path.substr(name.size() + 2));
        }
    }
    return rest;
}

/// Terms of GROUP BY or ORDER BY. A column that came before adds nothing and is left out; terms
/// with parameters are kept, since those of the same text may differ by them.
struct TermList {
    Sql list;
    std::vector<std::string> seen;

    void add(const Sql& term, std::string text) {
        if (term.params.empty()) {
            if (std::find(seen.begin(), seen.end(), text) != seen.end()) return;
            seen.push_back(std::move(text));
        }
        separate(list);
        list += term;
    }
};

void append_direction(Sql& out, const OrderBy& term, bool reverse) {
    out += term.descending() != reverse ? " DESC" : " ASC";
    using Nulls = OrderBy::Nulls;
    // Turned around, the NULLs are at the other end.
    const bool first = term.nulls() == (reverse ? Nulls::Last : Nulls::First);
    if (term.nulls() != Nulls::Default) out += first ? " NULLS FIRST" : " NULLS LAST";
}

/// Which rows there are depends on their order only where some of them are wanted.
void drop_order_of_all(Query& query) {
    if (query.is_sliced()) return;
    query.order.clear();
    query.default_order = false;
}

bool selects(const Compiled& compiled, std::string_view annotation) {
    return std::any_of(compiled.extras.begin(), compiled.extras.end(),
                       [&](const ExtraPlan& extra) { return extra.name == annotation; });
}

/// The model whose own order a path to a relation stands for; null when it has none.
const ModelMeta* model_behind(const ResolvedPath& path, std::span<const PathStep> steps) {
    const FieldMeta* target = path.target;
    if (!target || !path.rest.empty() || steps.back().name == "pk") return nullptr;
    const ModelMeta* related = nullptr;
    if (target->is_relation()) {
        if (steps.back().name != target->attname) related = target->relation->target;
    } else if (!path.hops.empty() && path.hops.back().step + 1 == steps.size()) {
        related = path.hops.back().to;  // seen from the other end
    }
    return related && !related->ordering.empty() ? related : nullptr;
}

bool is_selected(const Compiled& compiled, const Sql& columns, const std::string& text) {
    const bool is_alias =
        std::any_of(compiled.extras.begin(), compiled.extras.end(),
                    [&](const ExtraPlan& extra) { return text == quoted(extra.name); });
    return is_alias || (", " + columns.text + ", ").find(", " + text + ", ") != std::string::npos;
}

bool names(const std::vector<std::string>& paths, const std::string& name) {
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
        return path == name || path.starts_with(name + "__");
    });
}

}  // namespace

bool has_aggregates(const Query& query) {
    const auto counts = [&](const NodePtr& node) { return node && is_aggregate(*node, query); };
    return std::any_of(query.annotations.begin(), query.annotations.end(),
                       [](const Annotation& annotation) { return annotation.aggregate; }) ||
           std::any_of(query.filters.begin(), query.filters.end(),
                       [&](const Filter& filter) { return counts(filter.condition); }) ||
           std::any_of(query.order.begin(), query.order.end(),
                       [&](const OrderBy& term) { return counts(term.node()); });
}

bool leads_to_many(const Node& node, const Query& query, bool inside) {
    if (node.kind == NodeKind::OuterRef && !inside) return false;
    const bool names_here = inside ? node.kind == NodeKind::OuterRef && !node.left
                                   : node.kind == NodeKind::Path || node.kind == NodeKind::Lookup;
    if (names_here && (node.path.steps || !node.text.empty())) {
        std::vector<PathStep> storage;
        const ResolvedPath path = resolve_path(*query.model, steps_of(node, storage), &query);
        if (path.many()) return true;
        if (path.annotation && leads_to_many(*path.annotation->expression, query, false)) {
            return true;
        }
    }
    if (node.query && !inside) {
        for (const Filter& filter : node.query->query.filters) {
            if (leads_to_many(*filter.condition, query, true)) return true;
        }
    }
    const auto leads = [&](const NodePtr& child) {
        return child && leads_to_many(*child, query, inside && node.kind != NodeKind::OuterRef);
    };
    return leads(node.left) || leads(node.right) || leads(node.condition) ||
           std::any_of(node.children.begin(), node.children.end(), leads);
}

Compiler::Compiler(const Query& query, const Dialect& dialect, Compiler* outer)
    : query_(query),
      dialect_(dialect),
      outer_(outer),
      annotations_(query.annotations.size()),
      annotation_state_(query.annotations.size()) {
    // A subquery names its tables U0, U1, ...; one inside of it V0, V1, ...
    if (outer)
        prefix_ =
            outer->prefix_.empty() ? "U" : std::string(1, static_cast<char>(outer->prefix_[0] + 1));
    grouped_ = has_aggregates(query);
}

void Compiler::append_where(Sql& out) const {
    if (where_.text.empty()) return;
    out += " WHERE ";
    out += where_;
}

void Compiler::add_limits(Sql& out) const {
    if (!query_.is_sliced()) return;
    out += " LIMIT ";
    if (query_.high >= 0) {
        out.add(
            {Value(static_cast<long long>(query_.high - query_.low)), nullptr, Param::Form::Raw});
        out.params.back().source = outer_ ? kConstantSource : kLimitSource;
    } else {
        out += dialect_.no_limit();
    }
    if (query_.low > 0) {
        out += " OFFSET ";
        out.add({Value(static_cast<long long>(query_.low)), nullptr, Param::Form::Raw});
        out.params.back().source = outer_ ? kConstantSource : kOffsetSource;
    }
}

/// Does defer() or only() leave the field in? The key always is.
bool Compiler::is_read(const FieldMeta& field, std::string_view prefix) const {
    if (query_.deferred.empty() || field.primary_key) return true;
    const std::string name = std::string(prefix) + field.name;
    bool listed = false;
    bool any_here = false;
    for (const std::string& path : query_.deferred) {
        listed = listed || path == name || path == std::string(prefix) + field.attname ||
                 (query_.only && path.starts_with(name + "__"));
        any_here = any_here || path.starts_with(prefix);
    }
    if (!query_.only) return !listed;
    return listed || (!prefix.empty() && !any_here);
}

void Compiler::add_model(Compiled& out, Sql& columns, const ModelMeta& model, std::size_t alias,
                         int parent, const FieldMeta* via, bool reverse,
                         const std::vector<std::string>* related, bool all, int depth) {
    const std::size_t number = out.models.size();
    const std::string prefix =
        parent < 0 ? ""
                   : read_prefixes_[static_cast<std::size_t>(parent)] +
                         (reverse ? via->relation->related_query_name : via->name) + "__";
    read_prefixes_.push_back(prefix);
    out.models.emplace_back();
    ModelPlan plan;
    plan.model = &model;
    plan.parent = parent;
    plan.via = via;
    plan.reverse = reverse;
    plan.alias = alias;
    plan.first_cell = out.first_extra;
    for (const auto& field : model.fields) {
        if (!is_read(*field, prefix)) {
            plan.deferred.push_back(field.get());
            continue;
        }
        separate(columns);
        append_column(columns.text, alias, *field);
        if (field.get() == model.pk) plan.pk_cell = out.first_extra;
        plan.columns.push_back({field->ops->read, field.get(), field->offset});
        ++out.first_extra;
    }
    out.models[number] = std::move(plan);
    if (related || all) {
        add_related(out, columns, number, alias, related ? *related : std::vector<std::string>{},
                    all, depth);
    }
}

void Compiler::add_related(Compiled& out, Sql& columns, std::size_t plan, std::size_t alias,
                           const std::vector<std::string>& paths, bool all, int depth) {
    if (all && depth >= kRelatedDepthMax) return;
    const ModelMeta& model = *out.models[plan].model;
    std::vector<std::string> known;
    const auto follow = [&](const PathStep& step, const std::string& name, const FieldMeta& via,
                            bool reverse) {
        std::vector<Hop> hops;
        append_hops(hops, model, step, 0);
        const std::size_t to = join(hops.front(), alias, nullptr);
        const auto rest = below(paths, name);
        add_model(out, columns, *hops.front().to, to, static_cast<int>(plan), &via, reverse,
                  rest.empty() ? nullptr : &rest, all, depth + 1);
    };
    for (const auto& field : model.fields) {
        if (!field->relation) continue;
        known.push_back(field->name);
        if (names(paths, field->name) || (all && !field->null)) {
            follow({field->name, nullptr}, field->name, *field, false);
        }
    }
    for (const ReverseMeta& reverse : model.reverse) {
        if (!reverse.one()) continue;
        known.push_back(reverse.query_name);
        if (names(paths, reverse.query_name)) {
            follow({reverse.query_name, nullptr}, reverse.query_name, *reverse.field, true);
        }
    }
    for (const std::string& path : paths) {
        const std::string name = path.substr(0, path.find("__"));
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        std::string choices;
        for (const std::string& choice : known) choices += (choices.empty() ? "" : ", ") + choice;
        throw FieldError("Invalid field name(s) given in select_related: '" + name +
                         "'. Choices are: " + (choices.empty() ? "(none)" : choices));
    }
}

void Compiler::add_value_columns(Compiled& out, Sql& columns) {
    const auto add = [&](const std::string& name, Sql sql) {
        separate(columns);
        out.extras.push_back({name, sql.output});
        columns += sql;
        if (query_.find_annotation(name)) {
            columns += " AS ";
            append_quoted(columns.text, name);
        }
    };
    if (query_.value_fields.empty()) {
        for (const auto& field : query_.model->fields) {
            Side found = side_of({{}, field.get(), nullptr, {}}, nullptr);
            add(field->attname, std::move(found.sql));
        }
    }
    for (const std::string& name : query_.value_fields) {
        Aliases used;
        Node node{.kind = NodeKind::Path, .text = name};
        add(name, expression(node, nullptr, used));
    }
    if (!query_.value_fields.empty()) return;
    for (const Annotation& annotation : query_.annotations) {
        if (annotation.selected) add(annotation.name, annotation_sql(annotation));
    }
}

void Compiler::add_group_by(Sql& out, const Compiled& compiled) {
    if (!grouped_) return;
    TermList terms;
    const auto add = [&](const Sql& sql) { terms.add(sql, sql.text); };
    const bool by_key = !query_.grouped_by_values || query_.group_fields.empty();
    const auto add_named = [&](const std::string& name) {
        const Node path{.kind = NodeKind::Path, .text = name};
        if (is_aggregate(path, query_) || (by_key && !leads_to_many(path, query_))) return;
        Aliases used;
        add(expression(path, nullptr, used));
    };
    const auto add_annotation = [&](const Annotation& annotation) {
        if (annotation.aggregate || !annotation.selected) return;
        if (!by_key || leads_to_many(*annotation.expression, query_)) {
            add(annotation_sql(annotation));
        }
    };
    if (by_key) {
        // The other columns of a table depend on its key.
        Sql key;
        append_column(key.text, 0, *query_.model->pk);
        add(key);
        for (const ModelPlan& related : compiled.models) {
            Sql column;
            append_column(column.text, related.alias, *related.model->pk);
            add(column);
        }
    }
    for (const std::string& name : query_.group_fields) add_named(name);
    for (const std::string& name : query_.value_fields) add_named(name);
    if (query_.value_fields.empty()) {
        for (const Annotation& annotation : query_.annotations) add_annotation(annotation);
    }
    if (!terms.list.text.empty()) {
        out += " GROUP BY ";
        out += terms.list;
    }
    if (!having_.text.empty()) {
        out += " HAVING ";
        out += having_;
    }
}

void Compiler::add_order_term(std::vector<Sql>& terms, const Compiled& compiled,
                              const OrderBy& term, bool reverse, int depth, const ModelMeta& model,
                              std::span<const Hop> before) {
    const bool descending = term.descending() != reverse;
    Sql out;
    if (term.is_random()) {
        out += dialect_.random();
        terms.push_back(std::move(out));
        return;
    }
    const Node& node = *term.node();
    Aliases used;
    if (node.kind == NodeKind::Path) {
        std::vector<PathStep> storage;
        const auto steps = steps_of(node, storage);
        ResolvedPath path = resolve_path(model, steps, depth == 0 ? &query_ : nullptr);
        path.hops.insert(path.hops.begin(), before.begin(), before.end());
        const FieldMeta* target = path.target;
        // Where NULLs are to stand, or the key is among the values, the column itself is meant.
        const bool by_column = term.nulls() != OrderBy::Nulls::Default ||
                               (depth == 0 && selects(compiled, path_text(steps)));
        const ModelMeta* related = by_column ? nullptr : model_behind(path, steps);
        if (related && depth < kOrderDepthMax) {
            // Ordered by a relation means as the related model is ordered.
            if (target->is_relation()) {
                append_hops(path.hops, *target->model, {target->name, nullptr}, 0);
            }
            for (const OrderBy& inner : related->ordering) {
                add_order_term(terms, compiled, inner, descending, depth + 1, *related, path.hops);
            }
            return;
        }
        Side found = side_of(path, nullptr);
        for (const PathStep& step : path.rest) {
            found.sql = transform(found.sql, step.name, found.target);
        }
        // What is selected need not be computed again.
        if (path.annotation && path.rest.empty() && selects(compiled, path.annotation->name)) {
            append_quoted(out.text, path.annotation->name);
        } else {
            out = std::move(found.sql);
        }
    } else {
        out = expression(node, nullptr, used);
    }
    append_direction(out, term, reverse);
    terms.push_back(std::move(out));
}

/// With `columns`: adds what they lack of it, since of different rows only those can order them.
void Compiler::add_order(Sql& out, const Compiled& compiled, Sql* columns) {
    const bool by_model = query_.order.empty() && query_.default_order && !grouped_;
    const auto& order = by_model ? query_.model->ordering : query_.order;
    std::vector<Sql> terms;
    for (const OrderBy& term : order) {
        add_order_term(terms, compiled, term, query_.reversed, 0, *query_.model, {});
    }
    if (terms.empty()) return;
    TermList list;
    for (const Sql& term : terms) {
        const auto end = std::max(term.text.rfind(" DESC") + 1, term.text.rfind(" ASC") + 1);
        Sql what(term.text.substr(0, end == 0 ? end : end - 1));
        list.add(term, what.text);
        if (!columns || what.text.empty() || is_selected(compiled, *columns, what.text)) continue;
        what.params = term.params;
        *columns += ", ";
        *columns += what;
    }
    out += " ORDER BY ";
    out += list.list;
}

Compiled Compiler::select() {
    if (query_.combinator != Combinator::None) return combined_select();
    Compiled compiled;
    add_filters();
    Sql columns;
    if (query_.values == ValuesMode::None) {
        add_model(compiled, columns, *query_.model, 0, -1, nullptr, false,
                  query_.select_related.empty() ? nullptr : &query_.select_related,
                  query_.select_all_related, 0);
        for (const Annotation& annotation : query_.annotations) {
            if (!annotation.selected) continue;
            const Sql& sql = annotation_sql(annotation);
            separate(columns);
            columns += sql;
            columns += " AS ";
            append_quoted(columns.text, annotation.name);
            compiled.extras.push_back({annotation.name, sql.output});
        }
    } else {
        add_value_columns(compiled, columns);
    }
    Sql order;
    add_order(order, compiled, query_.distinct ? &columns : nullptr);  // may add joins
    Sql groups;
    add_group_by(groups, compiled);
    Sql out(query_.distinct ? "SELECT DISTINCT " : "SELECT ");
    out += columns;
    append_from(out);
    append_where(out);
    out += groups;
    out += order;
    add_limits(out);
    compiled.sql = std::move(out.text);
    compiled.params = std::move(out.params);
    compiled.nothing = nothing_ || (query_.high >= 0 && query_.high <= query_.low);
    return compiled;
}

Compiled Compiler::combined_select() {
    constexpr std::string_view kWords[] = {"", " UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT "};
    Compiled compiled;
    Sql out;
    if (query_.empty) nothing_ = true;
    for (const auto& part : query_.combined) {
        Compiler inner(part->query, dialect_, outer_);
        Compiled one = inner.select();
        // The first part names the columns.
        if (compiled.models.empty() && compiled.extras.empty()) {
            compiled.models = std::move(one.models);
            compiled.extras = std::move(one.extras);
            compiled.first_extra = one.first_extra;
        }
        // Nothing combined: a union loses that part, an intersection becomes nothing.
        if (one.nothing) {
            if (query_.combinator == Combinator::Intersection ||
                (query_.combinator == Combinator::Difference && out.text.empty())) {
                nothing_ = true;
            }
            continue;
        }
        if (!out.text.empty()) out += kWords[static_cast<std::size_t>(query_.combinator)];
        const bool enclosed = part->query.is_sliced() || part->query.combinator != Combinator::None;
        if (enclosed) out += "SELECT * FROM (";
        out.text += one.sql;
        out.params.insert(out.params.end(), one.params.begin(), one.params.end());
        if (enclosed) out += ")";
    }
    if (out.text.empty()) nothing_ = true;
    // Only columns of the result can order it, by their numbers.
    bool first = true;
    for (const OrderBy& term : query_.order) {
        const std::string name = term.is_random() ? "" : path_text(*term.node());
        std::size_t number = 0;
        if (!compiled.models.empty()) {
            for (std::size_t i = 0; i < compiled.models[0].columns.size(); ++i) {
                const FieldMeta& field = *compiled.models[0].columns[i].field;
                if (field.name == name || field.attname == name ||
                    (name == "pk" && field.primary_key))
                    number = i + 1;
            }
        }
        for (std::size_t i = 0; i < compiled.extras.size(); ++i) {
            if (compiled.extras[i].name == name) number = compiled.first_extra + i + 1;
        }
        if (number == 0) {
            throw QueryError("ORDER BY term '" + name +
                             "' does not match any column in the result set.");
        }
        out += first ? " ORDER BY " : ", ";
        first = false;
        out += "(";
        out += std::to_string(number);
        out += ")";
        append_direction(out, term, query_.reversed);
    }
    add_limits(out);
    compiled.sql = std::move(out.text);
    compiled.params = std::move(out.params);
    compiled.nothing = nothing_ || (query_.high >= 0 && query_.high <= query_.low);
    return compiled;
}

/// The query itself as the table of another.
Compiled Compiler::wrap(std::string_view outer_select) {
    Query rows = query_;
    drop_order_of_all(rows);
    Compiled inner = Compiler(rows, dialect_, outer_).select();
    Compiled compiled;
    compiled.nothing = inner.nothing;
    compiled.sql = std::string(outer_select) + " FROM (" + inner.sql + ") subquery";
    compiled.params = std::move(inner.params);
    return compiled;
}

Compiled Compiler::count() {
    if (!has_plain_rows()) return wrap("SELECT COUNT(*)");
    add_filters();
    return select_over_rows(Sql("COUNT(*) AS \"__count\""));
}

/// Those that FROM and WHERE give, as they are.
bool Compiler::has_plain_rows() const {
    return query_.combinator == Combinator::None && !query_.distinct && !query_.is_sliced() &&
           !grouped_;
}

/// `columns` of plain rows whose filters and annotations have joined.
Compiled Compiler::select_over_rows(const Sql& columns) const {
    Sql out("SELECT ");
    out += columns;
    append_from(out);
    append_where(out);
    Compiled compiled;
    compiled.sql = std::move(out.text);
    compiled.params = std::move(out.params);
    compiled.nothing = nothing_;
    return compiled;
}

Compiled Compiler::exists() {
    // Which of them are different ones, the columns say.
    const bool skips_distinct = query_.distinct && query_.low > 0;
    if (query_.combinator != Combinator::None || skips_distinct) return wrap("SELECT 1");
    add_filters();
    Sql groups;
    add_group_by(groups, {});  // may add joins
    Sql out("SELECT 1 AS \"a\"");
    append_from(out);
    append_where(out);
    out += groups;
    out += " LIMIT 1";
    if (query_.low > 0) {
        out += " OFFSET ";
        out.add({Value(static_cast<long long>(query_.low)), nullptr, Param::Form::Raw});
        out.params.back().source = outer_ ? kConstantSource : kOffsetSource;
    }
    Compiled compiled;
    compiled.sql = std::move(out.text);
    compiled.params = std::move(out.params);
    compiled.nothing = nothing_ || (query_.high >= 0 && query_.high <= query_.low);
    return compiled;
}

Sql Compiler::keys(const FieldMeta& key, bool& nothing) { return subquery(&key, nothing); }

Sql Compiler::subquery(const FieldMeta* key, bool& nothing) {
    return inner_select(key, query_.is_sliced(), nothing);
}

Sql Compiler::first_row(bool& nothing) { return inner_select(nullptr, true, nothing); }

Sql Compiler::combined_subquery(const FieldMeta* key, bool ordered, bool& nothing) {
    Query rows = query_;
    if (rows.values == ValuesMode::None) {
        const std::string name = (key ? *key : *query_.model->pk).attname;
        set_values(rows, ValuesMode::Flat, {&name, 1});
    }
    if (!ordered) rows.order.clear();
    Compiled inner = Compiler(rows, dialect_, outer_).combined_select();
    nothing = inner.nothing;
    Sql out(std::move(inner.sql));
    out.params = std::move(inner.params);
    if (!inner.extras.empty()) out.output = inner.extras.front().output;
    return out;
}

/// `ordered`: which rows there are, or which is the first, depends on the order.
Sql Compiler::inner_select(const FieldMeta* key, bool ordered, bool& nothing) {
    if (query_.combinator != Combinator::None) return combined_subquery(key, ordered, nothing);
    add_filters();
    Compiled compiled;
    Sql columns;
    Output output;
    if (key || query_.values == ValuesMode::None) {
        const FieldMeta& field = key ? *key : *query_.model->pk;
        append_column(columns.text, 0, field);
        output = {field.kind, &field};
    } else {
        add_value_columns(compiled, columns);
        if (!compiled.extras.empty()) output = compiled.extras.front().output;
    }
    Sql order;
    if (ordered) add_order(order, compiled);
    Sql groups;
    add_group_by(groups, compiled);
    Sql out(query_.distinct ? "SELECT DISTINCT " : "SELECT ");
    out += columns;
    append_from(out);
    append_where(out);
    out += groups;
    out += order;
    add_limits(out);
    out.output = output;
    nothing = nothing_ || (query_.high >= 0 && query_.high <= query_.low);
    return out;
}

Sql Compiler::exists_subquery(bool& nothing) {
    Compiled inner = exists();
    nothing = inner.nothing;
    Sql out("EXISTS(" + inner.sql + ")");
    out.params = std::move(inner.params);
    return out;
}

Compiled Compiler::aggregate(std::span<const NamedExpression> expressions) {
    if (!has_plain_rows()) return aggregate_rows(expressions);
    Aliases used;
    Sql columns;
    std::vector<ExtraPlan> extras;
    add_filters();
    for (const NamedExpression& named : expressions) {
        const Sql sql = expression(*named.expression.node(), nullptr, used);
        separate(columns);
        columns += sql;
        extras.push_back({named.name, sql.output});
    }
    Compiled compiled = select_over_rows(columns);
    compiled.extras = std::move(extras);
    return compiled;
}

/// Aggregates over a slice, over distinct rows or over groups: the rows are found first, with what
/// is aggregated as columns of theirs.
Compiled Compiler::aggregate_rows(std::span<const NamedExpression> expressions) {
    Compiled compiled;
    Query rows = query_;
    drop_order_of_all(rows);
    std::vector<const Node*> calls;
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        const Node& node = *expressions[i].expression.node();
        if (node.kind != NodeKind::Aggregate) {
            throw QueryError("Only plain aggregates can be computed over a slice or over groups.");
        }
        calls.push_back(&node);
        NodePtr what = node.children.front();
        if (what->kind == NodeKind::Star) continue;
        if (query_.combinator != Combinator::None) {
            throw QueryError(
                "Only Count() without a field can be computed over union(), intersection() or "
                "difference().");
        }
        if (node.condition) {
            // Rows that the filter leaves out have NULL there, which aggregates pass over.
            auto filtered = shared<Node>();
            filtered->kind = NodeKind::Case;
            filtered->children = {node.condition, what};
            what = std::move(filtered);
        }
        const std::string name = "__arg" + std::to_string(i);
        rows.annotations.push_back(
            {name, what, true, is_aggregate(*what, query_), rows.filters.size()});
        if (!rows.value_fields.empty()) rows.value_fields.push_back(name);
    }
    Compiler inner(rows, dialect_);
    Compiled found = inner.select();
    std::string select = "SELECT ";
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (i > 0) select += ", ";
        const bool star = calls[i]->children.front()->kind == NodeKind::Star;
        const std::string column = "__arg" + std::to_string(i);
        Output output{FieldKind::BigIntegerField};
        for (const ExtraPlan& extra : found.extras) {
            if (extra.name == column) output = aggregate_output(calls[i]->text, extra.output);
        }
        select += calls[i]->text + (calls[i]->distinct ? "(DISTINCT " : "(") +
                  (star ? "*" : "\"" + column + "\"") + ")";
        compiled.extras.push_back({expressions[i].name, output});
    }
    compiled.sql = select + " FROM (" + found.sql + ") subquery";
    compiled.params = std::move(found.params);
    compiled.nothing = found.nothing;
    return compiled;
}

/// Adds to a statement which rows it is about: by the condition itself where only its table is
/// needed, else by the keys of the rows.
Compiled Compiler::compiled_for_chosen_rows(Sql out) {
    Compiled compiled;
    if (joins_.size() == 1 && having_.text.empty() && !query_.is_sliced()) {
        append_where(out);
        compiled.nothing = nothing_;
    } else {
        Compiler inner(query_, dialect_, this);
        out += " WHERE ";
        append_column(out.text, 0, *query_.model->pk);
        out += " IN (";
        out += inner.keys(*query_.model->pk, compiled.nothing);
        out += ")";
    }
    compiled.sql = std::move(out.text);
    compiled.params = std::move(out.params);
    return compiled;
}

Compiled Compiler::update(std::span<const Assignment> assignments) {
    add_filters();
    Sql sets;
    Aliases used;
    const std::size_t known_joins = joins_.size();
    for (const Assignment& assignment : assignments) {
        const std::string_view name = assignment.path.steps ? assignment.path.steps[0].name
                                                            : std::string_view(assignment.name);
        const FieldMeta* field = query_.model->find_field(name);
        if (!field || field->is_many_to_many()) refuse_keyword(*query_.model, name, nullptr);
        separate(sets);
        append_quoted(sets.text, field->column);
        sets += " = ";
        const Node& value = *assignment.value.node();
        if (value.kind == NodeKind::Literal) {
            sets += literal(value.value, {field->kind, field});
        } else {
            sets += expression(value, nullptr, used);
        }
    }
    if (!used.empty() || joins_.size() > known_joins) {
        throw FieldError("Joined field references are not permitted in this query");
    }
    Sql out("UPDATE ");
    append_quoted(out.text, query_.model->db_table);
    out += " SET ";
    out += sets;
    return compiled_for_chosen_rows(std::move(out));
}

Compiled Compiler::delete_rows() {
    add_filters();
    Sql out("DELETE FROM ");
    append_quoted(out.text, query_.model->db_table);
    return compiled_for_chosen_rows(std::move(out));
}

Sql Compiler::bare_condition(const Node& node) {
    bare_ = true;
    base();
    Built built = condition(node, {});
    if (joins_.size() > 1) {
        throw FieldError("A constraint of " + query_.model->name +
                         " can only refer to its own columns.");
    }
    if (built.truth != Truth::Depends) {
        return Sql(built.truth == Truth::Always ? "1 = 1" : "0 = 1");
    }
    return std::move(built.sql);
}

}  // namespace tatum::db::impl
