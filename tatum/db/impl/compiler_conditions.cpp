#include <tatum/base/locals.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/compiler.h>
#include <tatum/db/impl/query_value.h>

#include <algorithm>
#include <utility>

namespace tatum::db::impl {

/// Counts, over the parts of a condition, which joins need a row. A join that one alternative of an
/// OR can do without must be outer; one that every part needs may be inner.
class JoinVotes {
public:
    void add(const std::vector<std::size_t>& needed) {
        for (const std::size_t alias : needed) {
            auto found = std::find_if(votes_.begin(), votes_.end(),
                                      [&](const auto& vote) { return vote.first == alias; });
            if (found == votes_.end()) {
                votes_.emplace_back(alias, 1);
            } else {
                ++found->second;
            }
        }
    }
    /// Sets the types of the joins; returns those the whole condition needs.
    std::vector<std::size_t> apply(Compiler& compiler, bool any_of, std::size_t parts) {
        std::vector<std::size_t> promoted, demoted;
        for (const auto& [alias, count] : votes_) {
            if (any_of && count < parts) {
                promoted.push_back(alias);
            } else {
                demoted.push_back(alias);
            }
        }
        compiler.promote(promoted);
        compiler.demote(demoted);
        return demoted;
    }

private:
    std::vector<std::pair<std::size_t, std::size_t>> votes_;
};

namespace {

struct LookupName {
    std::string_view name;
    Lookup lookup;
};
constexpr LookupName kLookupNames[] = {
    {"exact", Lookup::Exact},
    {"iexact", Lookup::IExact},
    {"contains", Lookup::Contains},
    {"icontains", Lookup::IContains},
    {"in", Lookup::In},
    {"gt", Lookup::Gt},
    {"gte", Lookup::Gte},
    {"lt", Lookup::Lt},
    {"lte", Lookup::Lte},
    {"startswith", Lookup::StartsWith},
    {"istartswith", Lookup::IStartsWith},
    {"endswith", Lookup::EndsWith},
    {"iendswith", Lookup::IEndsWith},
    {"range", Lookup::Range},
    {"isnull", Lookup::IsNull},
    {"regex", Lookup::Regex},
    {"iregex", Lookup::IRegex},
};

std::string_view comparison(Lookup lookup) {
    switch (lookup) {
        case Lookup::Gt:
            return " > ";
        case Lookup::Gte:
            return " >= ";
        case Lookup::Lt:
            return " < ";
        case Lookup::Lte:
            return " <= ";
        default:
            return " = ";
    }
}

/// An expression of the query around, seen from inside a subquery.
NodePtr as_outer(const NodePtr& node) {
    if (!node) return node;
    auto outer = shared<Node>();
    outer->kind = NodeKind::OuterRef;
    outer->left = node;
    return outer;
}

/// Is it NULL where the rows its paths lead to are missing? COALESCE, CASE and COUNT need not be.
bool is_strict(const Node& node) {
    if (node.kind == NodeKind::Combined) return is_strict(*node.left) && is_strict(*node.right);
    return node.kind == NodeKind::Path || node.kind == NodeKind::Literal ||
           node.kind == NodeKind::OuterRef;
}

/// HAVING is about groups: a condition on one of many rows, as an alternative to one on an
/// aggregate, has no single row to look at. Negations do not look at one.
void refuse_many_beside_aggregate(const Node& node, const Query& query) {
    if (node.kind == NodeKind::And || node.kind == NodeKind::Or || node.kind == NodeKind::Xor) {
        for (const NodePtr& child : node.children) refuse_many_beside_aggregate(*child, query);
    } else if (node.kind == NodeKind::Lookup && !is_aggregate(node, query) &&
               leads_to_many(node, query)) {
        throw QueryError(
            "A condition on many related rows cannot be an alternative to one on an aggregate. Use "
            "Exists() for it.");
    }
}

bool is_literal_lookup(const Node& node) { return !node.right && !node.query; }

/// An integer that no column can hold: is it below all (-1) or above (1)? 0: it can be held.
int side_of_all(const Value& value) {
    if (value.kind() != Kind::BigInt && !value.is_string()) return 0;
    std::string_view digits = value.as_string();
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return 0;
    }
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    const std::string_view most = negative ? "9223372036854775808" : "9223372036854775807";
    const bool fits =
        digits.size() < most.size() || (digits.size() == most.size() && digits <= most);
    return fits ? 0 : negative ? -1 : 1;
}

/// What a comparison with such a number comes to.
Truth truth_of(Lookup lookup, int side) {
    const bool less = lookup == Lookup::Lt || lookup == Lookup::Lte;
    const bool more = lookup == Lookup::Gt || lookup == Lookup::Gte;
    return (less && side > 0) || (more && side < 0) ? Truth::Always : Truth::Never;
}

/// isnull=True, or a comparison with None, which means the same.
bool wants_null(const Node& node, Lookup lookup) {
    if (lookup == Lookup::IsNull) {
        if (node.value.kind() == Kind::Bool) return node.value.truth();
        throw ValueError("The value for an isnull lookup must be True or False, not " +
                         node.value.repr() + ".");
    }
    return is_literal_lookup(node) && node.value.is_none() &&
           (lookup == Lookup::Exact || lookup == Lookup::IExact);
}

void join_with(Sql& out, std::string_view connector, const Sql& part) {
    if (!out.text.empty()) out += connector;
    out += part;
}

}  // namespace

bool is_aggregate(const Node& node, const Query& query) {
    if (node.kind == NodeKind::Aggregate) return true;
    if (node.kind == NodeKind::OuterRef) return false;
    if (node.kind == NodeKind::Path || node.kind == NodeKind::Lookup) {
        std::vector<PathStep> storage;
        if (node.path.steps || !node.text.empty()) {
            const auto steps = steps_of(node, storage);
            if (!steps.front().reverse_of) {
                const Annotation* annotation = query.find_annotation(steps.front().name);
                if (annotation && annotation->aggregate) return true;
            }
        }
    }
    const auto refers = [&](const NodePtr& child) { return child && is_aggregate(*child, query); };
    return refers(node.left) || refers(node.right) ||
           std::any_of(node.children.begin(), node.children.end(), refers);
}

/// Conditions on aggregates are for HAVING; an AND is divided between both.
void Compiler::split_having(const NodePtr& condition, bool negated) {
    const Aliases before = std::exchange(filter_joins_, {});
    Aliases existing;
    for (std::size_t i = 1; i < joins_.size(); ++i) {
        if (!joins_[i].outer) existing.push_back(i);
    }
    const auto place = [&](const NodePtr& node, bool negate, Sql& out) {
        if (&out == &having_ && !negate) refuse_many_beside_aggregate(*node, query_);
        Aliases reuse = before;
        const Context context{.reuse = &reuse};
        const Built built =
            negate ? this->condition(Node{.kind = NodeKind::Not, .left = node}, context)
                   : this->condition(*node, context);
        demote(built.needed);
        if (built.truth == Truth::Never) nothing_ = true;
        if (built.truth == Truth::Depends) join_with(out, " AND ", built.sql);
        filter_joins_.insert(filter_joins_.end(), reuse.begin(), reuse.end());
    };
    if (!is_aggregate(*condition, query_)) {
        place(condition, negated, where_);
    } else if (condition->kind != NodeKind::And || negated) {
        place(condition, negated, having_);
    } else {
        auto rows = shared<Node>();
        auto groups = shared<Node>();
        rows->kind = groups->kind = NodeKind::And;
        for (const NodePtr& child : condition->children) {
            (is_aggregate(*child, query_) ? groups : rows)->children.push_back(child);
        }
        if (!rows->children.empty()) place(rows, false, where_);
        place(groups, false, having_);
    }
    demote(existing);
}

void Compiler::join_values() {
    for (const std::string& name : query_.value_fields) {
        const Node path{.kind = NodeKind::Path, .text = name};
        Aliases used;
        if (!query_.find_annotation(name) && leads_to_many(path, query_)) {
            expression(path, nullptr, used);
        }
    }
}

void Compiler::add_filters() {
    if (filtered_) return;
    filtered_ = true;
    base();
    std::size_t done = 0;
    for (std::size_t i = 0; i <= query_.filters.size(); ++i) {
        // Joins are shared in the order in which annotate(), values() and filter() were called.
        // What leads to many rows makes rows of them, also where nobody wants its value.
        for (; done < query_.annotations.size() && query_.annotations[done].after_filters <= i;
             ++done) {
            const Annotation& annotation = query_.annotations[done];
            if (grouped_ || leads_to_many(*annotation.expression, query_)) {
                annotation_sql(annotation);
            }
        }
        if (i == query_.values_after_filters) join_values();
        if (i < query_.filters.size()) {
            if (i == 0 || !query_.filters[i - 1].sticky) filter_joins_.clear();
            split_having(query_.filters[i].condition, query_.filters[i].negated);
        }
    }
    if (query_.empty) nothing_ = true;
}

Built Compiler::condition(const Node& node, Context context) {
    switch (node.kind) {
        case NodeKind::And:
        case NodeKind::Or:
            return join_conditions(node, context);
        case NodeKind::Xor:
            return exclusive_or(node, context);
        case NodeKind::Not:
            return negation(node, context);
        case NodeKind::Lookup:
            return lookup(node, context);
        case NodeKind::Condition:
            return condition(*node.left, context);
        default: {
            Built built;
            built.sql = expression(node, context.reuse, built.needed);
            if (!is_strict(node)) built.needed.clear();
            return built;
        }
    }
}

Built Compiler::join_conditions(const Node& node, Context context) {
    Built built;
    JoinVotes votes;
    const bool any_of = (node.kind == NodeKind::Or) != context.negated;
    const bool is_and = node.kind == NodeKind::And;
    std::size_t never = 0, always = 0, shown = 0;
    for (const NodePtr& child : node.children) {
        const Built part = condition(*child, context);
        votes.add(part.needed);
        if (part.truth == Truth::Never) {
            ++never;
        } else if (part.truth == Truth::Always) {
            ++always;
        } else {
            join_with(built.sql, is_and ? " AND " : " OR ", part.sql);
            ++shown;
        }
    }
    if (context.decides_rows) {
        built.needed = votes.apply(*this, any_of, node.children.size());
    }
    if (is_and ? never > 0 : (shown == 0 && always == 0)) {
        built.truth = Truth::Never;
    } else if (is_and ? shown == 0 : always > 0) {
        built.truth = Truth::Always;
    } else if (shown > 1) {
        built.sql.text = "(" + built.sql.text + ")";
    }
    return built;
}

/// Holds when an odd number of the parts do; one that is NULL does not, as in Django. A part may
/// count by not holding, so none of them can demand rows.
Built Compiler::exclusive_or(const Node& node, Context context) {
    context.decides_rows = false;
    Built built;
    std::size_t always = 0, shown = 0;
    for (const NodePtr& child : node.children) {
        const Built part = condition(*child, context);
        if (part.truth == Truth::Always) ++always;
        if (part.truth != Truth::Depends) continue;
        built.sql += shown++ == 0 ? "(CASE WHEN " : " + CASE WHEN ";
        built.sql += part.sql;
        built.sql += " THEN 1 ELSE 0 END";
    }
    if (shown == 0) {
        built.truth = always % 2 == 1 ? Truth::Always : Truth::Never;
        return built;
    }
    built.sql += always % 2 == 1 ? ") % 2 = 0" : ") % 2 = 1";
    return built;
}

Built Compiler::negation(const Node& node, Context context) {
    context.branch_negated = true;
    context.negated = !context.negated;
    Built built = condition(*node.left, context);
    if (context.decides_rows) demote(built.needed);
    if (built.truth != Truth::Depends) {
        built.truth = built.truth == Truth::Always ? Truth::Never : Truth::Always;
        return built;
    }
    const bool enclosed = built.sql.text.starts_with('(') && node.left->kind != NodeKind::Not &&
                          (node.left->kind == NodeKind::And || node.left->kind == NodeKind::Or);
    built.sql.text = enclosed ? "NOT " + built.sql.text : "NOT (" + built.sql.text + ")";
    return built;
}

/// The lookup at the end of a run-time path; `exact` when there is none.
Lookup Compiler::take_lookup(const Node& node, std::span<const PathStep>& rest,
                             const Side& left) const {
    if (node.text.empty() || rest.empty()) return node.lookup;
    for (const LookupName& known : kLookupNames) {
        if (known.name != rest.back().name) continue;
        // A mapping may have a key of that name, but then the lookup is meant, as in Django.
        rest = rest.first(rest.size() - 1);
        return known.lookup;
    }
    (void)left;
    return node.lookup;
}

Built Compiler::lookup(const Node& node, Context context) {
    Side left;
    Lookup kind = node.lookup;
    std::string_view part;
    const Node* path_node = &node;
    if (node.left) {
        const Node& inner = *node.left;
        const bool of_year = inner.kind == NodeKind::Function && inner.text == "year" &&
                             inner.children.front()->kind == NodeKind::Path;
        if (of_year) {
            path_node = inner.children.front().get();
            part = "year";
        } else {
            left.sql = expression(inner, context.reuse, left.used);
            path_node = nullptr;
        }
    }
    if (path_node) {
        std::vector<PathStep> storage;
        const auto steps = steps_of(*path_node, storage);
        const ResolvedPath path = resolve_path(*query_.model, steps, &query_);
        if (context.branch_negated && context.splits && path.many()) {
            return split_exclude(node, steps, path, context);
        }
        left = side_of(path, context.reuse);
        auto rest = path.rest;
        if (path_node == &node) kind = take_lookup(node, rest, left);
        if (part.empty() && !rest.empty() && rest.back().name == "year") {
            part = "year";
            rest = rest.first(rest.size() - 1);
        }
        for (const PathStep& step : rest) {
            left.sql = transform(left.sql, step.name, left.target);
        }
    }
    if (context.reuse) {
        context.reuse->insert(context.reuse->end(), left.used.begin(), left.used.end());
    }
    if (node.left && !is_strict(path_node ? *path_node : *node.left)) left.used.clear();
    return compare(node, std::move(left), kind, part, context);
}

/// exclude() over many rows: no row of them may match, so they are looked at in a subquery.
Built Compiler::split_exclude(const Node& node, std::span<const PathStep> steps,
                              const ResolvedPath& path, Context context) {
    const auto many =
        std::find_if(path.hops.begin(), path.hops.end(), [](const Hop& hop) { return hop.many; });
    const auto place = static_cast<std::size_t>(many - path.hops.begin());
    ResolvedPath before;
    before.hops.assign(path.hops.begin(), many);
    before.target = many->from_field;
    Side outside = side_of(before, context.reuse);
    auto rest = path.rest;
    const bool null_wanted = wants_null(node, take_lookup(node, rest, outside));
    // What this filter() has demanded of one of the rows so far, it goes on to demand of that one.
    const std::size_t same_row = context.reuse && !null_wanted
                                     ? find_joined({path.hops.begin(), many + 1}, *context.reuse)
                                     : 0;

    std::vector<PathStep> inner_steps;
    const bool through = place + 1 < path.hops.size() && path.hops[place + 1].step == many->step;
    if (through) inner_steps.push_back({path.hops[place + 1].from_field->name, nullptr});
    const auto following = steps.subspan(many->step + 1);
    const bool ends_here = following.size() == path.rest.size();
    if (ends_here && !through) inner_steps.push_back({"pk", nullptr});
    inner_steps.insert(inner_steps.end(), following.begin(), following.end());

    Node inside = node;
    inside.kind = NodeKind::Lookup;
    inside.right = as_outer(node.right);
    inside.left = nullptr;
    inside.path = {inner_steps.data(), inner_steps.size()};
    if (node.left) {  // a part of a date: the path is inside of it
        auto moved = shared<Node>(*node.left);
        auto inner_path = shared<Node>(*moved->children.front());
        inner_path->path = inside.path;
        moved->children = {inner_path};
        inside.left = moved;
        inside.path = {};
    }

    Query query;
    query.model = many->to;
    const auto correlated = [&](const Node* condition) {
        Compiler inner(query, dialect_, this);
        inner.around_ = around_;  // the subqueries of the condition were written here
        inner.base();
        Aliases reuse;
        Built built;
        if (condition) {
            built = inner.condition(*condition, {.reuse = &reuse});
            // Its joins are of that query.
            if (built.truth == Truth::Never)
                return Built{.sql = {}, .truth = Truth::Never, .needed = {}};
        }
        Built out;
        out.sql += "EXISTS(SELECT 1";
        inner.append_from(out.sql);
        out.sql += " WHERE ";
        if (condition && built.truth == Truth::Depends) {
            out.sql += built.sql;
            out.sql += " AND ";
        }
        if (same_row != 0) {
            inner.append_column(out.sql.text, 0, *many->to->pk);
            out.sql += " = ";
            append_column(out.sql.text, same_row, *many->to->pk);
        } else {
            inner.append_column(out.sql.text, 0, *many->to_field);
            out.sql += " = ";
            out.sql += outside.sql;
        }
        out.sql += ")";
        return out;
    };

    if (!null_wanted) return correlated(&inside);
    // No row at all counts as a null too.
    Built any = correlated(nullptr);
    any.sql.text = "NOT " + any.sql.text;
    if (ends_here) return any;
    Built null_row = correlated(&inside);
    Built out;
    out.sql += "(";
    out.sql += null_row.sql;
    out.sql += " OR ";
    out.sql += any.sql;
    out.sql += ")";
    return out;
}

Built Compiler::compare(const Node& node, Side left, Lookup lookup, std::string_view part,
                        Context context) {
    Built built;
    const bool is_literal = is_literal_lookup(node);
    const bool null_wanted = wants_null(node, lookup);
    if (null_wanted) lookup = Lookup::IsNull;
    if (is_literal && node.value.is_none() && lookup != Lookup::IsNull) {
        throw ValueError("Cannot use None as a query value");
    }
    Aliases used = left.used;
    Sql& out = built.sql;
    const bool done = part == "year" && is_literal && year_range(out, node, left, lookup);
    if (!done && !part.empty()) left.sql = transform(left.sql, part, left.target);
    if (!done) {
        switch (lookup) {
            case Lookup::IsNull:
                out += left.sql;
                out += null_wanted ? " IS NULL" : " IS NOT NULL";
                break;
            case Lookup::In:
                out += left.sql;
                out += in_list(node, left, built.truth);
                break;
            case Lookup::Range: {
                if (!is_literal || !node.value.is_list() || node.value.as_list().size() != 2) {
                    throw ValueError("The range lookup needs two values, got " + node.value.repr() +
                                     ".");
                }
                const List& ends = node.value.as_list();
                out += left.sql;
                out += " BETWEEN ";
                out += literal(ends[0], left.sql.output);
                out += " AND ";
                out += literal(ends[1], left.sql.output);
                break;
            }
            case Lookup::Exact:
            case Lookup::Gt:
            case Lookup::Gte:
            case Lookup::Lt:
            case Lookup::Lte: {
                Sql right;
                if (is_literal && left.sql.output.field && is_integer(*left.sql.output.field)) {
                    if (const int side = side_of_all(node.value)) {
                        built.truth = truth_of(lookup, side);
                        break;
                    }
                }
                if (is_literal) {
                    right = literal(node.value, left.sql.output);
                    const bool up = lookup == Lookup::Gte || lookup == Lookup::Lt;
                    if (up) right.params.back().form = Param::Form::Ceiling;
                } else if (node.query) {
                    right = of_query(Node{.kind = NodeKind::Subquery, .query = node.query});
                } else {
                    right = expression(*node.right, context.reuse, used);
                }
                out += left.sql;
                out += comparison(lookup);
                out += right;
                break;
            }
            default:
                out = pattern(node, left, lookup, used, context);
                break;
        }
    }
    if (context.reuse) context.reuse->insert(context.reuse->end(), used.begin(), used.end());
    if (context.negated && lookup != Lookup::IsNull && built.truth == Truth::Depends) {
        keep_rows_without_value(out, node, left, context.reuse);
    }
    if (null_wanted == context.negated) {
        built.needed = !node.right || is_strict(*node.right) ? used : std::move(left.used);
    }
    return built;
}

/// NOT (NULL = 1) is NULL; a row without a value in one of the columns is to be kept.
void Compiler::keep_rows_without_value(Sql& out, const Node& node, const Side& left,
                                       const Aliases* reuse) {
    Sql present;
    const auto demand = [&](const Side& side) {
        present += " AND ";
        append_column(present.text, side.alias, *side.target);
        present += " IS NOT NULL";
    };
    if (left.target && (left.target->null || joins_[left.alias].outer)) demand(left);
    if (node.right && node.right->kind == NodeKind::Path) {
        std::vector<PathStep> storage;
        const auto path = resolve_path(*query_.model, steps_of(*node.right, storage), &query_);
        const Side right = side_of(path, reuse);
        if (path.rest.empty() && right.target && right.target->null) demand(right);
    }
    if (present.text.empty()) return;
    out.text = "(" + out.text;
    out += present;
    out += ")";
}

Sql Compiler::in_list(const Node& node, const Side& left, Truth& truth) {
    Sql out;
    const auto in_query = [&](const Query& query) {
        Compiler inner(query, dialect_, around_);
        const FieldMeta* key = nullptr;
        if (query.value_fields.empty()) {
            const FieldMeta* target = left.target;
            if (target && target->relation && target->relation->target != query.model) {
                throw ValueError("Cannot use QuerySet for \"" + query.model->name +
                                 "\": Use a QuerySet for \"" + target->relation->target->name +
                                 "\".");
            }
            key = target && target->relation ? target->relation->to_field : query.model->pk;
        }
        bool nothing = false;
        const Sql select = inner.subquery(key, nothing);
        if (nothing) truth = Truth::Never;
        out += " IN (";
        out += select;
        out += ")";
    };
    if (node.query) {
        in_query(node.query->query);
        return out;
    }
    if (const auto* state = query_of(node.value)) {
        in_query(state->query);
        return out;
    }
    std::optional<List> made;
    if (!node.value.is_list() && !node.right && !node.value.is_string()) made = node.value.items();
    if (node.right || (!made && !node.value.is_list())) {
        throw ValueError("The in lookup needs a list of values, got " + node.value.repr() + ".");
    }
    bool any = false;
    for (const Value& item : made ? *made : node.value.as_list()) {
        const bool whole = left.sql.output.field && is_integer(*left.sql.output.field);
        if (item.is_none() || (whole && side_of_all(item) != 0)) continue;
        out += any ? ", " : " IN (";
        out += literal(item, left.sql.output);
        any = true;
    }
    if (!any) truth = Truth::Never;
    out += ")";
    return out;
}

Sql Compiler::pattern(const Node& node, const Side& left, Lookup lookup, Aliases& used,
                      Context context) {
    using Form = Param::Form;
    Sql out;
    const bool ignore_case = lookup == Lookup::IExact || lookup == Lookup::IContains ||
                             lookup == Lookup::IStartsWith || lookup == Lookup::IEndsWith ||
                             lookup == Lookup::IRegex;
    const Form form = lookup == Lookup::IExact                                    ? Form::Escaped
                      : lookup == Lookup::Contains || lookup == Lookup::IContains ? Form::Contains
                      : lookup == Lookup::StartsWith || lookup == Lookup::IStartsWith
                          ? Form::StartsWith
                          : Form::EndsWith;
    const bool regex = lookup == Lookup::Regex || lookup == Lookup::IRegex;
    Sql right;
    if (node.right) {
        const Sql text = expression(*node.right, context.reuse, used);
        right = regex ? text : dialect_.pattern_of(text, form);
    } else {
        right.add({node.value, nullptr, !regex ? form : ignore_case ? Form::IRegex : Form::Raw});
        right.params.back().origin = &node.value;
    }
    out += left.sql;
    if (regex) {
        dialect_.append_regex(out, ignore_case && node.right != nullptr, right);
    } else {
        dialect_.append_like(out, ignore_case, right);
    }
    return out;
}

/// created__year=2024 as a range of the column itself, which an index can serve.
bool Compiler::year_range(Sql& out, const Node& node, const Side& left, Lookup lookup) {
    const FieldKind kind = left.sql.output.kind;
    const bool moment = kind == FieldKind::DateTimeField;
    if ((!moment && kind != FieldKind::DateField) || node.value.kind() != Kind::Int ||
        node.value.as_int() < 1 || node.value.as_int() > 9998 ||
        (lookup != Lookup::Exact && lookup != Lookup::Gt && lookup != Lookup::Gte &&
         lookup != Lookup::Lt && lookup != Lookup::Lte)) {
        return false;
    }
    const auto year = static_cast<int>(node.value.as_int());
    const Date first = Date::make(year, 1, 1).value();
    const Date last = Date::make(year, 12, 31).value();
    const auto add = [&](bool end) {
        const Time time = Time::from_microseconds(end ? 86'400'000'000 - 1 : 0);
        const Value bound = moment ? Value(DateTime(end ? last : first, time, current_time_zone()))
                                   : Value(end ? last : first);
        Sql sql = literal(bound, left.sql.output);
        sql.params.back().origin = nullptr;
        return sql;
    };
    out += left.sql;
    if (lookup == Lookup::Exact) {
        out += " BETWEEN ";
        out += add(false);
        out += " AND ";
        out += add(true);
    } else {
        out += comparison(lookup);
        out += add(lookup == Lookup::Gt || lookup == Lookup::Lte);
    }
    return true;
}

}  // namespace tatum::db::impl
