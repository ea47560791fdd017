#include <tatum/db/any_query_set.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/collector.h>
#include <tatum/db/impl/execute.h>
#include <tatum/db/impl/key_portions.h>
#include <tatum/db/impl/row_extras.h>
#include <tatum/db/transaction.h>

#include <algorithm>
#include <unordered_set>

namespace tatum::db {

namespace {

/// Parameters that one statement has at most. SQLite's own limit is higher.
constexpr std::size_t kParametersMax = 30'000;

std::string_view name_of(const Assignment& assignment) {
    return assignment.path.steps ? assignment.path.steps[0].name
                                 : std::string_view(assignment.name);
}

Q condition_of(std::span<const Assignment> lookup) {
    Q all;
    for (const Assignment& assignment : lookup) {
        const auto& value = assignment.value.node();
        all = all &&
              (assignment.path.steps ? Q(impl::make_lookup(assignment.path, Lookup::Exact, value))
                                     : Q(assignment.name, assignment.value));
    }
    return all;
}

void assign(const ModelMeta& model, void* object, std::span<const Assignment> values) {
    for (const Assignment& assignment : values) {
        const std::string_view name = name_of(assignment);
        // A condition on a related row ("author__name") says nothing about this one.
        const bool longer = assignment.path.steps ? assignment.path.count > 1
                                                  : name.find("__") != std::string_view::npos;
        if (longer) continue;
        const impl::Node& value = *assignment.value.node();
        if (value.kind != impl::NodeKind::Literal) {
            throw ValueError("Field '" + std::string(name) +
                             "' of a new row needs a value, not an expression.");
        }
        model.field(name).set(object, value.value);
    }
}

/// Writes rows into several-row INSERTs.
class BulkInsert {
public:
    BulkInsert(Database& database, const ModelMeta& model, const BulkCreateOptions& options)
        : database_(database), model_(model), options_(options) {}

    void insert(std::span<void* const> objects, bool with_key) {
        const std::size_t columns = model_.fields.size() - (with_key ? 0 : 1);
        std::size_t batch =
            std::max<std::size_t>(kParametersMax / std::max<std::size_t>(columns, 1), 1);
        if (options_.batch_size) batch = std::min(batch, options_.batch_size);
        for (std::size_t start = 0; start < objects.size(); start += batch) {
            insert_batch(objects.subspan(start, std::min(batch, objects.size() - start)), with_key);
        }
    }

private:
    struct TakeKeys final : impl::RowSink {
        std::vector<std::int64_t> keys;
        void row(std::span<const impl::Cell> cells) override { keys.push_back(cells[0].integer); }
    };

    std::string columns(bool with_key) const {
        std::string list;
        for (const auto& field : model_.fields) {
            if (field.get() == model_.pk && !with_key) continue;
            if (!list.empty()) list += ", ";
            impl::append_quoted(list, field->column);
        }
        return list;
    }

    std::string conflict() const {
        if (options_.ignore_conflicts) return " ON CONFLICT DO NOTHING";
        if (options_.update_conflicts.empty()) return {};
        std::string unique, sets;
        for (const std::string& name : options_.unique_fields) {
            unique += unique.empty() ? "" : ", ";
            impl::append_quoted(unique, model_.field(name).column);
        }
        for (const std::string& name : options_.update_conflicts) {
            std::string column;
            impl::append_quoted(column, model_.field(name).column);
            sets += (sets.empty() ? "" : ", ") + column + " = EXCLUDED." + column;
        }
        return " ON CONFLICT(" + unique + ") DO UPDATE SET " + sets;
    }

    void insert_batch(std::span<void* const> objects, bool with_key) {
        impl::Scratch scratch;
        std::vector<impl::Cell> cells;
        std::string sql = "INSERT INTO ";
        impl::append_quoted(sql, model_.db_table);
        sql += " (" + columns(with_key) + ") VALUES ";
        for (std::size_t i = 0; i < objects.size(); ++i) {
            sql += i == 0 ? "(" : ", (";
            bool first = true;
            for (const auto& field : model_.fields) {
                if (field.get() == model_.pk && !with_key) continue;
                sql += first ? "?" : ", ?";
                first = false;
                const void* member = static_cast<const std::byte*>(objects[i]) + field->offset;
                cells.push_back(field->ops->bind(member, *field, scratch));
            }
            sql += ")";
        }
        sql += conflict();
        const bool wants_keys = !with_key && !options_.ignore_conflicts;
        if (wants_keys) {
            sql += " RETURNING ";
            impl::append_quoted(sql, model_.pk->column);
        }
        TakeKeys keys;
        database_.backend().run(sql, cells, &keys, impl::Access::Write);
        for (std::size_t i = 0; i < objects.size(); ++i) {
            if (i < keys.keys.size()) {
                model_.pk->set(objects[i], Value(static_cast<long long>(keys.keys[i])));
            }
            impl::ModelState& state = impl::base_of(model_, objects[i]).model_state();
            state.adding = false;
            state.database = &database_;
            impl::link_relations(model_, objects[i]);
        }
    }

    Database& database_;
    const ModelMeta& model_;
    const BulkCreateOptions& options_;
};

}  // namespace

RowsPtr AnyQuerySet::get_or_create(std::span<const Assignment> lookup,
                                   std::span<const Assignment> defaults, bool& created) const {
    const Q condition = condition_of(lookup);
    created = false;
    if (RowsPtr rows = filter(condition).find()) return rows;
    RowsPtr rows = Rows::make(*model().type, 1);
    void* object = rows->add();
    assign(model(), object, lookup);
    assign(model(), object, defaults);
    try {
        transaction::atomic({.using_ = query().alias},
                            [&] { impl::save_in(*model().type, object, *this, true); });
    } catch (const IntegrityError&) {
        // Somebody else may have made the row in the meantime.
        if (RowsPtr theirs = filter(condition).find()) return theirs;
        throw;
    }
    created = true;
    return rows;
}

RowsPtr AnyQuerySet::update_or_create(std::span<const Assignment> lookup,
                                      std::span<const Assignment> defaults, bool& created) const {
    return transaction::atomic({.using_ = query().alias}, [&] {
        RowsPtr rows = get_or_create(lookup, defaults, created);
        if (created) return rows;
        void* object = rows->at(0);
        assign(model(), object, defaults);
        impl::save_in(*model().type, object, *this, false);
        return rows;
    });
}

void AnyQuerySet::bulk_create(std::span<void* const> objects,
                              const BulkCreateOptions& options) const {
    if (objects.empty()) return;
    if (options.ignore_conflicts && !options.update_conflicts.empty()) {
        throw ValueError("ignore_conflicts and update_conflicts are mutually exclusive.");
    }
    std::vector<void*> with_key, without_key;
    for (void* object : objects) {
        impl::prepare_insert(model(), object);
        const bool keyed = !model().pk->is_auto() || !model().pk_of(object).is_none();
        (keyed ? with_key : without_key).push_back(object);
    }
    BulkInsert bulk(impl::database_for(query()), model(), options);
    transaction::atomic({.using_ = query().alias, .savepoint = false}, [&] {
        if (!with_key.empty()) bulk.insert(with_key, true);
        if (!without_key.empty()) bulk.insert(without_key, false);
    });
}

std::int64_t AnyQuerySet::bulk_update(std::span<void* const> objects,
                                      std::span<const std::string> fields,
                                      std::size_t batch_size) const {
    if (fields.empty()) throw ValueError("Field names must be given to bulk_update().");
    std::vector<const FieldMeta*> columns{model().pk};
    for (const std::string& name : fields) {
        const FieldMeta& field = model().field(name);
        if (field.primary_key) {
            throw ValueError("bulk_update() cannot be used with primary key fields.");
        }
        if (field.is_many_to_many()) {
            throw ValueError("bulk_update() can only be used with concrete fields.");
        }
        columns.push_back(&field);
    }
    std::string table;
    impl::append_quoted(table, model().db_table);
    std::string head = "UPDATE " + table + " SET ";
    for (std::size_t i = 1; i < columns.size(); ++i) {
        if (i > 1) head += ", ";
        impl::append_quoted(head, columns[i]->column);
        head += " = \"rows\".column" + std::to_string(i + 1);
    }
    head += " FROM (VALUES ";
    std::string tail = ") AS \"rows\" WHERE " + table + ".";
    impl::append_quoted(tail, model().pk->column);
    tail += " = \"rows\".column1";

    std::size_t batch = kParametersMax / columns.size();
    if (batch_size) batch = std::min(batch, batch_size);
    Database& database = impl::database_for(query());
    const auto update = [&](std::span<void* const> some) {
        impl::Scratch scratch;
        std::vector<impl::Cell> cells;
        std::string sql = head;
        for (std::size_t i = 0; i < some.size(); ++i) {
            if (model().pk_of(some[i]).is_none()) {
                throw ValueError("All bulk_update() objects must have a primary key set.");
            }
            sql += i == 0 ? "(?" : ", (?";
            for (std::size_t j = 1; j < columns.size(); ++j) sql += ", ?";
            sql += ")";
            for (const FieldMeta* field : columns) {
                const void* member = static_cast<const std::byte*>(some[i]) + field->offset;
                cells.push_back(field->ops->bind(member, *field, scratch));
            }
        }
        return database.backend().run(sql + tail, cells, nullptr, impl::Access::Write).changes;
    };
    if (objects.empty()) return 0;
    if (objects.size() <= batch) return update(objects);
    return transaction::atomic({.using_ = query().alias, .savepoint = false}, [&] {
        std::int64_t count = 0;
        for (std::size_t start = 0; start < objects.size(); start += batch) {
            count += update(objects.subspan(start, std::min(batch, objects.size() - start)));
        }
        return count;
    });
}

namespace {

/// Matches the columns of a statement of the user's own to fields.
class RawReader final : public impl::RowSink {
public:
    RawReader(const ModelMeta& model, const Database& database, std::vector<std::string> names)
        : rows(Rows::make(*model.type)), model_(model), database_(database) {
        for (const std::string& name : names) {
            const FieldMeta* match = nullptr;
            for (const auto& field : model.fields) {
                if (field->column == name || field->name == name) match = field.get();
            }
            fields_.push_back(match);
            names_.push_back(name);
        }
        for (const auto& field : model.fields) {
            if (std::find(fields_.begin(), fields_.end(), field.get()) == fields_.end()) {
                missing_.push_back(field.get());
            }
        }
        if (std::find(fields_.begin(), fields_.end(), model.pk) == fields_.end()) {
            throw QueryError("Raw query must include the primary key");
        }
    }

    void row(std::span<const impl::Cell> cells) override {
        void* object = rows->add();
        impl::ModelState& state = impl::base_of(model_, object).model_state();
        state.adding = false;
        state.database = &database_;
        if (!missing_.empty()) state.extras().deferred = missing_;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (fields_[i]) {
                void* member = static_cast<std::byte*>(object) + fields_[i]->offset;
                fields_[i]->ops->read(member, cells[i], *fields_[i]);
            } else {
                state.extras().annotations.emplace_back(names_[i], impl::cell_value(cells[i], {}));
            }
        }
        impl::link_relations(model_, object);
    }

    RowsPtr rows;

private:
    const ModelMeta& model_;
    const Database& database_;
    std::vector<const FieldMeta*> fields_, missing_;
    std::vector<std::string> names_;
};

}  // namespace

RowsPtr AnyQuerySet::raw(std::string_view sql, const List& parameters) const {
    Database& database = impl::database_for(query());
    impl::Scratch scratch;
    std::vector<impl::Cell> cells;
    for (const Value& value : parameters) {
        cells.push_back(impl::param_cell({value, nullptr, impl::Param::Form::Raw}, scratch));
    }
    RawReader reader(model(), database, database.backend().column_names(sql));
    database.backend().run(sql, cells, &reader, impl::access_of(sql));
    return std::move(reader.rows);
}

// Many-to-many
// -------------------------------------------------------------------------------------

namespace impl {

namespace {

struct Pair {
    const FieldMeta& field;
    const RelationMeta& relation;
    const ModelMeta& through;
    const FieldMeta& source;
    const FieldMeta& target;
    Database& database;
};

Pair pair_of(const ManyToManyLink& link) {
    if (!link.field || link.owner.is_none()) {
        throw ValueError(
            "The object needs to have a primary key value before this many-to-many "
            "relationship can be used: save it first.");
    }
    const RelationMeta& relation = *link.field->relation;
    const std::string_view alias = alias_elsewhere(link.database);
    return {*link.field,
            relation,
            *relation.through,
            *relation.through_source,
            *relation.through_target,
            Databases::current().get(alias.empty() ? "default" : alias)};
}

AnyQuerySet pairs_where(const Pair& pair, const FieldMeta& field, const Value& owner) {
    return AnyQuerySet(pair.through)
        .filter(Q(field.name, owner))
        .order_by({})
        .using_(pair.database.alias());
}

void insert_pairs(const Pair& pair, const Value& owner, const List& keys, bool mirrored) {
    Scratch scratch;
    std::vector<Cell> cells;
    std::string sql = "INSERT INTO ";
    append_quoted(sql, pair.through.db_table);
    sql += " (";
    append_quoted(sql, (mirrored ? pair.target : pair.source).column);
    sql += ", ";
    append_quoted(sql, (mirrored ? pair.source : pair.target).column);
    sql += ") VALUES ";
    for (std::size_t i = 0; i < keys.size(); ++i) {
        sql += i == 0 ? "(?, ?)" : ", (?, ?)";
        cells.push_back(param_cell({owner, nullptr, Param::Form::Raw}, scratch));
        cells.push_back(param_cell({keys[i], nullptr, Param::Form::Raw}, scratch));
    }
    pair.database.backend().run(sql, cells, nullptr, Access::Write);
}

/// The keys that go with `owner`; `mirrored`: of the pairs that a symmetrical relation has the
/// other way round.
List present_keys(const Pair& pair, const Value& owner, const List* among, bool mirrored) {
    const FieldMeta& source = mirrored ? pair.target : pair.source;
    const FieldMeta& target = mirrored ? pair.source : pair.target;
    const AnyQuerySet query = pairs_where(pair, source, owner);
    if (!among) return query.values_flat(target.attname).rows();
    List present;
    in_portions(*among, [&](List some) {
        const List found = query.filter(Q(target.name + "__in", Value(std::move(some))))
                               .values_flat(target.attname)
                               .rows();
        present.insert(present.end(), found.begin(), found.end());
    });
    return present;
}

/// As the relation keeps them: "5" is 5.
List clean_keys(const Pair& pair, const List& keys) {
    List clean;
    for (const Value& key : keys) {
        if (key.is_none()) throw ValueError("An object that has not been saved has no relations.");
        clean.push_back(pair.target.clean_type(key));
    }
    return clean;
}

using KeySet = std::unordered_set<Value, HashOfValue>;

KeySet set_of(const List& keys) { return {keys.begin(), keys.end()}; }

void atomic_in(const Database& database, auto&& function) {
    transaction::atomic({.using_ = database.alias(), .savepoint = false}, function);
}

void add_missing(const Pair& pair, const Value& owner, const List& keys, bool mirrored) {
    KeySet known = set_of(present_keys(pair, owner, &keys, mirrored));
    List missing;
    for (const Value& key : keys) {
        if (known.insert(key).second) missing.push_back(key);
    }
    if (missing.empty()) return;
    in_portions(missing, [&](const List& some) { insert_pairs(pair, owner, some, mirrored); });
}

void add_pairs(const Pair& pair, const Value& owner, const List& keys) {
    add_missing(pair, owner, keys, false);
    if (pair.relation.symmetrical) add_missing(pair, owner, keys, true);
}

void remove_pairs(const Pair& pair, const Value& owner, const List& keys) {
    in_portions(keys, [&](const List& some) {
        pairs_where(pair, pair.source, owner)
            .filter(Q(pair.target.name + "__in", Value(some)))
            .delete_();
        if (!pair.relation.symmetrical) return;
        pairs_where(pair, pair.target, owner)
            .filter(Q(pair.source.name + "__in", Value(some)))
            .delete_();
    });
}

}  // namespace

AnyQuerySet ManyToManyLink::query(const ModelType& target) const {
    const Pair pair = pair_of(*this);
    auto state = shared<AnyQuerySet::State>();
    state->query.model = &ModelRegistry::current().get(target);
    state->query.alias = alias_elsewhere(database);
    // From the related rows back to the owner: the reverse of this field.
    const Q is_owner = make_condition(Path{&pair.relation.reverse_step, 1}, Lookup::Exact, owner);
    state->query.filters.push_back({.condition = is_owner.node(), .sticky = true});
    if (prefetched) {
        state->rows = prefetched;
        state->evaluated = state->prefetched = true;
    }
    return AnyQuerySet(std::move(state));
}

void ManyToManyLink::add(const List& keys) const {
    const Pair pair = pair_of(*this);
    atomic_in(pair.database, [&] { add_pairs(pair, owner, clean_keys(pair, keys)); });
}

void ManyToManyLink::remove(const List& keys) const {
    const Pair pair = pair_of(*this);
    atomic_in(pair.database, [&] { remove_pairs(pair, owner, clean_keys(pair, keys)); });
}

void ManyToManyLink::clear() const {
    const Pair pair = pair_of(*this);
    atomic_in(pair.database, [&] {
        pairs_where(pair, pair.source, owner).delete_();
        if (pair.relation.symmetrical) pairs_where(pair, pair.target, owner).delete_();
    });
}

void ManyToManyLink::set(const List& wanted_keys) const {
    const Pair pair = pair_of(*this);
    const List keys = clean_keys(pair, wanted_keys);
    atomic_in(pair.database, [&] {
        const KeySet wanted = set_of(keys);
        List gone;
        for (const Value& key : present_keys(pair, owner, nullptr, false)) {
            if (!wanted.contains(key)) gone.push_back(key);
        }
        if (!gone.empty()) remove_pairs(pair, owner, gone);
        if (!keys.empty()) add_pairs(pair, owner, keys);
    });
}

}  // namespace impl
}  // namespace tatum::db
