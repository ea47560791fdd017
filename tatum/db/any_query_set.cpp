#include <tatum/db/any_query_set.h>

#include <tatum/base/text.h>
#include <tatum/db/database.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/collector.h>
#include <tatum/db/impl/execute.h>
#include <tatum/db/impl/query_key.h>
#include <tatum/db/impl/query_value.h>
#include <tatum/db/impl/row_extras.h>
#include <tatum/db/transaction.h>

#include <algorithm>
#include <unordered_map>

namespace tatum::db {

using impl::Compiled;
using impl::Compiler;
using impl::Query;

namespace {

std::vector<std::string> names_of(PathList list) {
    std::vector<std::string> names;
    for (const impl::Path& path : list) {
        names.push_back(impl::path_text({path.steps, path.count}));
    }
    return names;
}

void refuse_sliced(const Query& query, std::string_view what) {
    if (!query.is_sliced()) return;
    throw QueryError("Cannot " + std::string(what) + " a query once a slice has been taken.");
}

void refuse_combined(const Query& query, std::string_view what) {
    if (query.combinator == impl::Combinator::None) return;
    throw NotSupportedError("Calling QuerySet." + std::string(what) +
                            "() after union(), intersection() or difference() is not supported.");
}

impl::NodePtr all_of(Conditions conditions) {
    if (conditions.size() == 1) return (*conditions.begin())->node();
    Q all;
    for (const Q* condition : conditions) all = all && *condition;
    return all.node();
}

void add_filter(Query& query, Conditions conditions, bool negated) {
    auto condition = all_of(conditions);
    if (!condition) return;
    refuse_sliced(query, "filter");
    refuse_combined(query, negated ? "exclude" : "filter");
    query.filters.push_back({std::move(condition), negated});
}

/// Adds to the list what is not there yet.
void add_all(std::vector<std::string>& list, std::span<const std::string> more) {
    for (const std::string& item : more) {
        if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
    }
}

/// What an aggregate of no rows is.
Value value_of_nothing(const impl::Node& node) {
    if (node.text == "COUNT") return Value(0);
    const bool has_default = node.text == "COALESCE" && node.children.size() == 2 &&
                             node.children[0]->kind == impl::NodeKind::Aggregate &&
                             node.children[1]->kind == impl::NodeKind::Literal;
    return has_default ? node.children[1]->value : Value();
}

RowsPtr one_row(const RowsPtr& rows, std::size_t index) {
    if (index >= rows->count()) return {};
    return Rows::copy_of(rows->type(), rows->at(index));
}

}  // namespace

AnyQuerySet::AnyQuerySet(const ModelType& type) : AnyQuerySet(ModelRegistry::current().get(type)) {}
AnyQuerySet::AnyQuerySet(const ModelMeta& model) : state_(shared<State>()) {
    state_->query.model = &model;
}

AnyQuerySet::AnyQuerySet(const AnyQuerySet&) noexcept = default;
AnyQuerySet& AnyQuerySet::operator=(const AnyQuerySet&) noexcept = default;
AnyQuerySet::~AnyQuerySet() = default;

const ModelMeta& AnyQuerySet::model() const { return *state_->query.model; }
const Query& AnyQuerySet::query() const { return state_->query; }
std::string_view AnyQuerySet::db() const {
    return query().alias.empty() ? std::string_view("default") : std::string_view(query().alias);
}

AnyQuerySet AnyQuerySet::clone() const {
    auto state = shared<State>();
    state->query = state_->query;
    return AnyQuerySet(std::move(state));
}

AnyQuerySet AnyQuerySet::taken() && {
    return state_.is_only_holder() && !state_->evaluated ? std::move(*this) : clone();
}

AnyQuerySet AnyQuerySet::filter(Conditions conditions) const& { return clone().filter(conditions); }
AnyQuerySet AnyQuerySet::filter(Conditions conditions) && {
    AnyQuerySet next = std::move(*this).taken();
    add_filter(next.state_->query, conditions, false);
    return next;
}

AnyQuerySet AnyQuerySet::exclude(Conditions conditions) const {
    AnyQuerySet next = clone();
    add_filter(next.state_->query, conditions, true);
    return next;
}

AnyQuerySet AnyQuerySet::order_by(std::span<const OrderBy> terms) const {
    refuse_sliced(query(), "reorder");
    AnyQuerySet next = clone();
    next.state_->query.order.assign(terms.begin(), terms.end());
    next.state_->query.default_order = false;
    return next;
}

AnyQuerySet AnyQuerySet::reverse() const {
    refuse_sliced(query(), "reverse");
    AnyQuerySet next = clone();
    next.state_->query.reversed = !query().reversed;
    return next;
}

AnyQuerySet AnyQuerySet::distinct() const {
    refuse_sliced(query(), "create distinct fields of");
    refuse_combined(query(), "distinct");
    AnyQuerySet next = clone();
    next.state_->query.distinct = true;
    return next;
}

AnyQuerySet AnyQuerySet::none() const {
    AnyQuerySet next = clone();
    next.state_->query.empty = true;
    return next;
}

AnyQuerySet AnyQuerySet::all() const& {
    // Rows that prefetch_related() has read stay.
    return state_->prefetched ? *this : clone();
}
AnyQuerySet AnyQuerySet::all() && {
    return state_->prefetched ? std::move(*this) : std::move(*this).taken();
}

AnyQuerySet AnyQuerySet::annotate(std::string_view name, const Expression& expression) const {
    refuse_combined(query(), "annotate");
    if (model().find_field(name)) {
        throw ValueError("The annotation '" + std::string(name) +
                         "' conflicts with a field on the model.");
    }
    AnyQuerySet next = clone();
    Query& changed = next.state_->query;
    std::erase_if(changed.annotations,
                  [&](const impl::Annotation& annotation) { return annotation.name == name; });
    const bool aggregate = impl::is_aggregate(*expression.node(), changed);
    changed.annotations.push_back(
        {std::string(name), expression.node(), true, aggregate, changed.filters.size()});
    if (changed.values == impl::ValuesMode::None) return next;
    if (aggregate && !changed.grouped_by_values) {
        changed.grouped_by_values = true;
        changed.group_fields = changed.value_fields;
    }
    const std::string added[] = {std::string(name)};
    if (!changed.value_fields.empty()) add_all(changed.value_fields, added);
    return next;
}

AnyQuerySet AnyQuerySet::alias(std::string_view name, const Expression& expression) const {
    AnyQuerySet next = annotate(name, expression);
    next.state_->query.annotations.back().selected = false;
    std::erase(next.state_->query.value_fields, name);
    return next;
}

AnyQuerySet AnyQuerySet::select_related(std::span<const std::string> relations) const {
    refuse_combined(query(), "select_related");
    AnyQuerySet next = clone();
    if (relations.empty()) next.state_->query.select_all_related = true;
    add_all(next.state_->query.select_related, relations);
    return next;
}
AnyQuerySet AnyQuerySet::select_related(PathList relations) const {
    return select_related(names_of(relations));
}

AnyQuerySet AnyQuerySet::prefetch_related(std::span<const std::string> relations) const {
    AnyQuerySet next = clone();
    for (const std::string& relation : relations) {
        next.state_->query.prefetches.push_back({relation, nullptr});
    }
    return next;
}

AnyQuerySet AnyQuerySet::prefetch_related(PathList relations) const {
    AnyQuerySet next = clone();
    for (const impl::Path& path : relations) {
        // Reverse steps go by the accessor, which the registry knows.
        std::string text;
        const ModelMeta* at = &model();
        for (const impl::PathStep& step : std::span(path.steps, path.count)) {
            std::string name(step.name);
            const ModelMeta* to = nullptr;
            if (step.reverse_of) {
                for (const ReverseMeta& reverse : at->reverse) {
                    if (reverse.model->type == step.reverse_of &&
                        reverse.field->name == step.name) {
                        name = reverse.accessor.empty() ? reverse.query_name : reverse.accessor;
                        to = reverse.model;
                    }
                }
            } else if (const FieldMeta* field = at->find_field(name); field && field->relation) {
                to = field->relation->target;
            }
            text += (text.empty() ? "" : "__") + name;
            if (!to) break;
            at = to;
        }
        next.state_->query.prefetches.push_back({text, nullptr});
    }
    return next;
}

AnyQuerySet AnyQuerySet::prefetch_related(std::string_view relation,
                                          const AnyQuerySet& rows) const {
    AnyQuerySet next = clone();
    next.state_->query.prefetches.push_back({std::string(relation), rows.state_});
    return next;
}

AnyQuerySet AnyQuerySet::defer(std::span<const std::string> fields) const {
    refuse_combined(query(), "defer");
    AnyQuerySet next = clone();
    Query& changed = next.state_->query;
    if (changed.only) {
        for (const std::string& name : fields) std::erase(changed.deferred, name);
    } else {
        add_all(changed.deferred, fields);
    }
    return next;
}
AnyQuerySet AnyQuerySet::only(std::span<const std::string> fields) const {
    refuse_combined(query(), "only");
    AnyQuerySet next = clone();
    next.state_->query.only = true;
    next.state_->query.deferred.assign(fields.begin(), fields.end());
    if (fields.empty()) next.state_->query.only = false;
    return next;
}
AnyQuerySet AnyQuerySet::defer(PathList fields) const { return defer(names_of(fields)); }
AnyQuerySet AnyQuerySet::only(PathList fields) const { return only(names_of(fields)); }

AnyQuerySet AnyQuerySet::slice(Slice part) const {
    if (part.start < 0 || (part.stop && *part.stop < 0)) {
        throw QueryError("Negative indexing is not supported.");
    }
    AnyQuerySet next = clone();
    Query& changed = next.state_->query;
    const std::int64_t low = changed.low;
    // A slice of a slice stays inside of it.
    if (part.stop) {
        const std::int64_t high = low + std::max(*part.stop, part.start);
        changed.high = changed.high < 0 ? high : std::min(changed.high, high);
    }
    changed.low = changed.high < 0 ? low + part.start : std::min(changed.high, low + part.start);
    if (!state_->evaluated || state_->query.values != impl::ValuesMode::None) return next;
    // The rows are there: no second query.
    const Rows& rows = *state_->rows;
    const auto count = static_cast<std::int64_t>(rows.count());
    const std::int64_t stop = part.stop ? std::min(*part.stop, count) : count;
    RowsPtr some = Rows::make(
        rows.type(), static_cast<std::size_t>(std::max<std::int64_t>(stop - part.start, 1)));
    for (std::int64_t i = part.start; i < stop; ++i) {
        some->add_copy(rows.at(static_cast<std::size_t>(i)));
    }
    next.state_->rows = std::move(some);
    next.state_->evaluated = true;
    return next;
}

AnyQuerySet AnyQuerySet::combine(impl::Combinator combinator,
                                 std::span<const AnyQuerySet> others) const {
    auto state = shared<State>();
    Query& combined = state->query;
    combined.model = query().model;
    combined.alias = query().alias;
    combined.values = query().values;
    combined.value_fields = query().value_fields;
    combined.combinator = combinator;
    combined.default_order = false;
    // Orders inside mean nothing unless a slice depends on them.
    const auto part = [&](const AnyQuerySet& one) {
        AnyQuerySet copy = one.clone();
        Query& inside = copy.state_->query;
        if (!inside.is_sliced()) {
            inside.order.clear();
            inside.default_order = false;
        }
        combined.combined.push_back(copy.state_);
    };
    part(*this);
    for (const AnyQuerySet& other : others) part(other);
    return AnyQuerySet(std::move(state));
}

AnyQuerySet AnyQuerySet::union_(std::span<const AnyQuerySet> others, bool all) const {
    return combine(all ? impl::Combinator::UnionAll : impl::Combinator::Union, others);
}
AnyQuerySet AnyQuerySet::intersection(const AnyQuerySet& other) const {
    return combine(impl::Combinator::Intersection, {&other, 1});
}
AnyQuerySet AnyQuerySet::difference(const AnyQuerySet& other) const {
    return combine(impl::Combinator::Difference, {&other, 1});
}

AnyQuerySet AnyQuerySet::using_(std::string_view alias) const {
    AnyQuerySet next = clone();
    next.state_->query.alias = alias == "default" ? std::string_view() : alias;
    return next;
}

AnyQuerySet AnyQuerySet::select_for_update() const {
    AnyQuerySet next = clone();
    next.state_->query.for_update = true;
    return next;
}

void impl::set_values(Query& query, ValuesMode mode, std::span<const std::string> fields) {
    query.values = mode;
    query.value_fields.assign(fields.begin(), fields.end());
    query.values_after_filters = query.filters.size();
    for (auto& part : query.combined) {
        if (part->query.values != ValuesMode::None) continue;
        auto named = shared<AnyQuerySet::State>();
        named->query = part->query;
        set_values(named->query, mode, fields);
        part = std::move(named);
    }
}

ValuesQuerySet AnyQuerySet::values(std::span<const std::string> fields) const {
    AnyQuerySet next = clone();
    impl::set_values(next.state_->query, impl::ValuesMode::Dict, fields);
    return ValuesQuerySet(std::move(next));
}
ValuesQuerySet AnyQuerySet::values_list(std::span<const std::string> fields) const {
    AnyQuerySet next = clone();
    impl::set_values(next.state_->query, impl::ValuesMode::Tuple, fields);
    return ValuesQuerySet(std::move(next));
}
ValuesQuerySet AnyQuerySet::values_flat(std::string_view field) const {
    AnyQuerySet next = clone();
    const std::string name(field);
    impl::set_values(next.state_->query, impl::ValuesMode::Flat, {&name, 1});
    return ValuesQuerySet(std::move(next));
}

Rows& AnyQuerySet::rows() const {
    if (!state_->rows) {
        state_->rows = impl::fetch(state_->query);
        state_->evaluated = true;
    }
    return *state_->rows;
}
bool AnyQuerySet::is_evaluated() const { return state_->evaluated; }

std::int64_t AnyQuerySet::count() const {
    if (state_->evaluated && state_->rows) return static_cast<std::int64_t>(state_->rows->count());
    impl::FirstRow first({});
    impl::Statement(impl::Shape::Count, query(), impl::database_for(query())).run(&first);
    return first.found ? first.values.front().as_int() : 0;
}

bool AnyQuerySet::exists() const {
    if (state_->evaluated && state_->rows) return state_->rows->count() > 0;
    impl::FirstRow first({});
    impl::Statement(impl::Shape::Exists, query(), impl::database_for(query())).run(&first);
    return first.found;
}

RowsPtr AnyQuerySet::find() const& { return clone().find(); }
RowsPtr AnyQuerySet::find() && {
    // One more than needed shows that there are several.
    constexpr std::int64_t kLimit = 2;
    const AnyQuerySet some = std::move(*this).taken();
    Query& changed = some.state_->query;
    if (!changed.is_sliced()) {
        changed.default_order = false;
        changed.high = kLimit;
    }
    RowsPtr rows = RowsPtr::share(&some.rows());
    if (rows->count() > 1) {
        const ModelMeta& model = some.model();
        model.type->fail(
            GetFault::MultipleObjectsReturned,
            "get() returned more than one " + model.name + " -- it returned more than 1!");
    }
    return rows->count() == 1 ? rows : RowsPtr();
}

RowsPtr AnyQuerySet::get() const& { return clone().get(); }
RowsPtr AnyQuerySet::get() && {
    const ModelMeta& of = model();
    RowsPtr rows = std::move(*this).find();
    if (!rows) of.type->fail(GetFault::DoesNotExist, of.name + " matching query does not exist.");
    return rows;
}

RowsPtr AnyQuerySet::get_pk(const Value& pk) const { return filter(Q("pk", pk)).get(); }

RowsPtr AnyQuerySet::first() const {
    if (state_->rows) return one_row(state_->rows, 0);
    AnyQuerySet one = is_ordered() ? clone() : order_by(std::vector<OrderBy>{OrderBy("pk")});
    return one_row(RowsPtr::share(&one.slice({0, 1}).rows()), 0);
}

RowsPtr AnyQuerySet::last() const {
    if (state_->rows) {
        return state_->rows->count() ? one_row(state_->rows, state_->rows->count() - 1) : RowsPtr();
    }
    const AnyQuerySet one =
        is_ordered() ? reverse() : order_by(std::vector<OrderBy>{OrderBy("-pk")});
    return one_row(RowsPtr::share(&one.slice({0, 1}).rows()), 0);
}

bool AnyQuerySet::is_ordered() const {
    return !query().order.empty() ||
           (query().default_order && !model().ordering.empty() && !impl::has_aggregates(query()));
}

RowsPtr AnyQuerySet::at(std::int64_t index) const {
    RowsPtr row;
    if (state_->rows) {
        row = one_row(state_->rows, static_cast<std::size_t>(index));
    } else {
        row = one_row(RowsPtr::share(&slice({index, index + 1}).rows()), 0);
    }
    if (!row) model().type->fail(GetFault::DoesNotExist, model().name + " index out of range.");
    return row;
}

RowsPtr AnyQuerySet::latest(std::span<const std::string> fields) const {
    return extreme(fields, true);
}
RowsPtr AnyQuerySet::earliest(std::span<const std::string> fields) const {
    return extreme(fields, false);
}

RowsPtr AnyQuerySet::extreme(std::span<const std::string> fields, bool descending) const {
    std::vector<OrderBy> order(fields.begin(), fields.end());
    if (order.empty() && !model().get_latest_by.empty()) order.emplace_back(model().get_latest_by);
    if (order.empty()) {
        throw ValueError(
            "earliest() and latest() require either fields as positional arguments or "
            "'get_latest_by' in the model's Meta.");
    }
    if (descending) {
        for (OrderBy& term : order) term = -term;
    }
    RowsPtr row = one_row(RowsPtr::share(&order_by(order).slice({0, 1}).rows()), 0);
    if (!row) {
        model().type->fail(GetFault::DoesNotExist,
                           model().name + " matching query does not exist.");
    }
    return row;
}

Value AnyQuerySet::aggregate(const Expression& expression) const {
    const NamedExpression named{"value", expression};
    return aggregate({&named, 1}).get("value");
}

Dict AnyQuerySet::aggregate(std::span<const NamedExpression> expressions) const {
    Database& database = impl::database_for(query());
    const Compiled compiled =
        Compiler(query(), database.backend().dialect()).aggregate(expressions);
    impl::FirstRow first(compiled.extras);
    impl::run(database, compiled, &first, impl::Access::Read);
    Dict result;
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        const impl::Node& node = *expressions[i].expression.node();
        result.set(expressions[i].name, first.found ? first.values[i] : value_of_nothing(node));
    }
    return result;
}

std::int64_t AnyQuerySet::update(std::span<const Assignment> assignments) const {
    refuse_sliced(query(), "update");
    refuse_combined(query(), "update");
    if (assignments.empty()) return 0;
    Database& database = impl::database_for(query());
    const Compiled compiled = Compiler(query(), database.backend().dialect()).update(assignments);
    return impl::run(database, compiled, nullptr, impl::Access::Write).changes;
}

std::int64_t AnyQuerySet::delete_() const {
    if (query().is_sliced()) throw QueryError("Cannot use 'limit' or 'offset' with delete().");
    refuse_combined(query(), "delete");
    if (query().distinct) throw QueryError("Cannot call delete() after .distinct().");
    if (query().values != impl::ValuesMode::None) {
        throw QueryError("Cannot call delete() after .values() or .values_list()");
    }
    if (impl::Collector::can_delete_fast(model())) {
        Database& database = impl::database_for(query());
        const Compiled compiled = Compiler(query(), database.backend().dialect()).delete_rows();
        return impl::run(database, compiled, nullptr, impl::Access::Write).changes;
    }
    const AnyQuerySet plain = order_by({});
    const RowsPtr rows = RowsPtr::share(&plain.rows());
    std::vector<void*> objects;
    for (std::size_t i = 0; i < rows->count(); ++i) objects.push_back(rows->at(i));
    impl::Collector collector(query().alias);
    collector.collect(model(), objects, rows);
    return collector.run();
}

bool AnyQuerySet::contains(const Value& pk) const {
    if (state_->evaluated && state_->rows) {
        for (std::size_t i = 0; i < state_->rows->count(); ++i) {
            if (model().pk_of(state_->rows->at(i)) == pk) return true;
        }
        return false;
    }
    return filter(Q("pk", pk)).exists();
}

RowsPtr AnyQuerySet::in_bulk(const List& keys) const {
    refuse_sliced(query(), "use in_bulk() on");
    const AnyQuerySet some = filter(Q("pk__in", Value(keys)));
    RowsPtr rows = RowsPtr::share(&some.rows());
    // Conditions on many related rows give a row several times.
    std::unordered_map<Value, std::size_t, impl::HashOfValue> places;
    std::vector<const void*> once;
    for (std::size_t i = 0; i < rows->count(); ++i) {
        const auto [known, is_new] = places.emplace(model().pk_of(rows->at(i)), once.size());
        if (is_new) once.push_back(nullptr);
        once[known->second] = rows->at(i);
    }
    if (once.size() == rows->count()) return rows;
    RowsPtr different = Rows::make(rows->type(), once.size());
    for (const void* row : once) different->add_copy(row);
    different->keep(std::move(rows));
    return different;
}

std::string AnyQuerySet::sql() const {
    Database& database = impl::database_for(query());
    const Compiled compiled = Compiler(query(), database.backend().dialect()).select();
    impl::Scratch scratch;
    std::vector<impl::Cell> cells;
    for (const impl::Param& param : compiled.params) {
        cells.push_back(impl::param_cell(param, scratch));
    }
    return impl::render_sql(compiled.sql, cells);
}

std::string AnyQuerySet::explain() const {
    Database& database = impl::database_for(query());
    Compiled compiled = Compiler(query(), database.backend().dialect()).select();
    struct Lines final : impl::RowSink {
        std::string text;
        void row(std::span<const impl::Cell> cells) override {
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (i > 0) text += ' ';
                text += impl::cell_value(cells[i], {}).str();
            }
            text += '\n';
        }
    } lines;
    compiled.sql = "EXPLAIN QUERY PLAN " + compiled.sql;
    impl::run(database, compiled, &lines, impl::Access::Read);
    if (!lines.text.empty()) lines.text.pop_back();
    return std::move(lines.text);
}

// Values
// -------------------------------------------------------------------------------------------

ValuesQuerySet ValuesQuerySet::filter(const Q& condition) const {
    return ValuesQuerySet(query_.filter(condition));
}
ValuesQuerySet ValuesQuerySet::exclude(const Q& condition) const {
    return ValuesQuerySet(query_.exclude(condition));
}
ValuesQuerySet ValuesQuerySet::order_by(std::initializer_list<OrderBy> terms) const {
    return ValuesQuerySet(query_.order_by({terms.begin(), terms.size()}));
}
ValuesQuerySet ValuesQuerySet::distinct() const { return ValuesQuerySet(query_.distinct()); }
ValuesQuerySet ValuesQuerySet::annotate(std::string_view name, const Expression& expression) const {
    return ValuesQuerySet(query_.annotate(name, expression));
}
ValuesQuerySet ValuesQuerySet::slice(Slice part) const {
    return ValuesQuerySet(query_.slice(part));
}

const List& ValuesQuerySet::rows() const {
    AnyQuerySet::State& state = *query_.state();
    if (!state.evaluated) {
        state.values = impl::fetch_values(state.query);
        state.evaluated = true;
    }
    return state.values;
}

std::optional<Value> ValuesQuerySet::first() const {
    if (query_.state()->evaluated) {
        const List& known = rows();
        return known.empty() ? std::nullopt : std::optional(known.front());
    }
    const impl::Query& query = query_.query();
    const bool by_key = !query_.is_ordered() && !query.is_sliced() && !query.distinct &&
                        !query.grouped_by_values && query.combinator == impl::Combinator::None;
    const ValuesQuerySet one = (by_key ? order_by({OrderBy("pk")}) : *this).slice({0, 1});
    if (one.rows().empty()) return std::nullopt;
    return one.rows().front();
}

}  // namespace tatum::db
