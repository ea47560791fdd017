#include <tatum/db/impl/execute.h>

#include <tatum/db/exceptions.h>
#include <tatum/db/foreign_key.h>
#include <tatum/db/impl/query_key.h>
#include <tatum/db/impl/row_extras.h>

#include <algorithm>

namespace tatum::db::impl {

namespace {

/// Reads rows straight into the members of objects. What select_related() joined goes into Rows of
/// its own, that the main ones keep; the foreign keys point into it.
class ObjectReader final : public RowSink {
public:
    ObjectReader(const Compiled& compiled, const Database& database, std::size_t expected)
        : compiled_(compiled), database_(database), tables_(&first_) {
        if (compiled.models.size() > 1) {
            more_.resize(compiled.models.size());
            tables_ = more_.data();
        }
        rows = make_table(0, expected);
        for (std::size_t i = 1; i < compiled.models.size(); ++i)
            rows->keep(make_table(i, expected));
    }

    void row(std::span<const Cell> cells) override {
        for (std::size_t i = 0; i < compiled_.models.size(); ++i) {
            const ModelPlan& plan = compiled_.models[i];
            void* parent = nullptr;
            if (plan.parent >= 0) {
                parent = tables_[plan.parent].object;
                if (!parent || cells[plan.pk_cell].is_null()) {
                    tables_[i].object = nullptr;
                    continue;
                }
            }
            void* object = tables_[i].rows->add();
            tables_[i].object = object;
            read(plan, tables_[i].plain, object, cells);
            if (parent && !plan.reverse) link(plan, i, parent, object);
        }
        // From the end: what a row is linked with is copied along.
        for (std::size_t i = compiled_.models.size(); i-- > 1;) {
            const ModelPlan& plan = compiled_.models[i];
            if (plan.reverse && tables_[plan.parent].object) {
                link_reverse(plan, tables_[plan.parent].object, tables_[i].object);
            }
        }
        if (!compiled_.extras.empty()) read_extras(cells);
    }

    RowsPtr rows;

private:
    /// The rows of one model.
    struct Table {
        Rows* rows = nullptr;
        void* object = nullptr;  ///< of the row that is read
        bool plain = false;      ///< nothing but columns to fill in
    };

    RowsPtr make_table(std::size_t number, std::size_t expected) {
        const ModelPlan& plan = compiled_.models[number];
        RowsPtr made = Rows::make(*plan.model->type, expected);
        const bool plain = plan.deferred.empty() && plan.model->many_to_many.empty() &&
                           alias_elsewhere(&database_).empty();
        tables_[number] = {made.get(), nullptr, plain};
        return made;
    }

    void read(const ModelPlan& plan, bool plain, void* object, std::span<const Cell> cells) {
        auto* bytes = static_cast<std::byte*>(object);
        const Cell* cell = &cells[plan.first_cell];
        for (const ColumnPlan& column : plan.columns) {
            column.read(bytes + column.offset, *cell++, *column.field);
        }
        ModelState& state = base_of(*plan.model, object).model_state();
        state.adding = false;
        state.database = &database_;
        if (plain) return;
        if (!plan.deferred.empty()) state.extras().deferred = plan.deferred;
        link_relations(*plan.model, object);
    }

    void link(const ModelPlan& plan, std::size_t number, void* parent, void* object) {
        const void* member = static_cast<std::byte*>(parent) + plan.via->offset;
        plan.via->ops->loaded(member)->borrow(tables_[number].rows, object);
    }

    /// The row knows where it came from: a copy, made before that holds it.
    void link_reverse(const ModelPlan& plan, void* parent, const void* object) {
        const ModelMeta& model = *compiled_.models[static_cast<std::size_t>(plan.parent)].model;
        RowsPtr one = Rows::make(*plan.model->type, 1);
        if (object) {
            const auto* member = static_cast<std::byte*>(one->add_copy(object)) + plan.via->offset;
            LoadedObject& back = *plan.via->ops->loaded(member);
            if (!back.get()) {
                RowsPtr owner = Rows::copy_of(*model.type, parent);
                back.borrow(owner.get(), owner->at(0));
                one->keep(std::move(owner));
            }
        }
        base_of(model, parent).model_state().extras().set(*plan.via, std::move(one));
    }

    void read_extras(std::span<const Cell> cells) {
        auto& extras =
            base_of(*compiled_.models[0].model, tables_[0].object).model_state().extras();
        for (std::size_t i = 0; i < compiled_.extras.size(); ++i) {
            extras.annotations.emplace_back(
                compiled_.extras[i].name,
                cell_value(cells[compiled_.first_extra + i], compiled_.extras[i].output));
        }
    }

    const Compiled& compiled_;
    const Database& database_;
    Table first_;
    std::vector<Table> more_;
    Table* tables_;  ///< one for each of the models
};

class ValueReader final : public RowSink {
public:
    ValueReader(const Compiled& compiled, ValuesMode mode) : compiled_(compiled), mode_(mode) {}

    void row(std::span<const Cell> cells) override {
        const auto value = [&](std::size_t i) {
            return cell_value(cells[i], compiled_.extras[i].output);
        };
        if (mode_ == ValuesMode::Flat) {
            values.push_back(value(0));
        } else if (mode_ == ValuesMode::Tuple) {
            List items;
            for (std::size_t i = 0; i < compiled_.extras.size(); ++i) items.push_back(value(i));
            values.push_back(Value::tuple(std::move(items)));
        } else {
            Dict entries;
            for (std::size_t i = 0; i < compiled_.extras.size(); ++i) {
                entries.set(compiled_.extras[i].name, value(i));
            }
            values.emplace_back(std::move(entries));
        }
    }

    List values;

private:
    const Compiled& compiled_;
    ValuesMode mode_;
};

std::size_t expected_rows(const Query& query) {
    return query.high >= 0
               ? static_cast<std::size_t>(std::max<std::int64_t>(query.high - query.low, 0))
               : 0;
}

void link_known_object(const Query& query, Rows& rows) {
    if (!query.known_field || !query.known_object) return;
    const FieldMeta& field = *query.known_field;
    rows.keep(query.known_object);
    for (std::size_t i = 0; i < rows.count(); ++i) {
        const void* member = static_cast<std::byte*>(rows.at(i)) + field.offset;
        field.ops->loaded(member)->borrow(query.known_object.get(), query.known_object->at(0));
    }
}

}  // namespace

const ModelBase& base_of(const ModelMeta& model, const void* object) {
    return *model.type->const_base(object);
}

std::string_view alias_elsewhere(const Database* database) {
    if (!database || database->alias() == "default") return {};
    return database->alias();
}

void link_relations(const ModelMeta& model, void* object) {
    const Database* database = base_of(model, object).model_state().database;
    if (alias_elsewhere(database).empty()) database = nullptr;
    for (const auto& field : model.fields) {
        if (!field->relation) continue;
        field->ops->loaded(static_cast<std::byte*>(object) + field->offset)->set_database(database);
    }
    for (const auto& field : model.many_to_many) {
        auto* link = static_cast<ManyToManyLink*>(
            static_cast<void*>(static_cast<std::byte*>(object) + field->offset));
        link->field = field.get();
        link->owner = model.pk_of(object);
        link->database = database;
    }
}

Database& database_for(const Query& query) {
    return Databases::current().get(query.alias.empty() ? "default" : query.alias);
}

RunResult run(Database& database, const Compiled& compiled, RowSink* sink, Access access) {
    if (compiled.nothing) return {};
    Scratch scratch;
    constexpr std::size_t kInside = 16;
    Cell inside[kInside];
    std::vector<Cell> outside;
    Cell* cells = inside;
    if (compiled.params.size() > kInside) {
        outside.resize(compiled.params.size());
        cells = outside.data();
    }
    for (std::size_t i = 0; i < compiled.params.size(); ++i) {
        cells[i] = param_cell(compiled.params[i], scratch);
    }
    return database.backend().run(compiled.sql, {cells, compiled.params.size()}, sink, access);
}

RowsPtr fetch(const Query& query) {
    if (query.values != ValuesMode::None) {
        throw QueryError("The rows of values(), values_list() and values_flat() are no objects.");
    }
    Database& database = database_for(query);
    const Statement statement(Shape::Select, query, database);
    ObjectReader reader(statement.compiled(), database, expected_rows(query));
    statement.run(&reader);
    link_known_object(query, *reader.rows);
    if (!query.prefetches.empty() && reader.rows->count() > 0) {
        std::vector<void*> objects;
        for (std::size_t i = 0; i < reader.rows->count(); ++i) {
            objects.push_back(reader.rows->at(i));
        }
        prefetch(objects, query);
    }
    return std::move(reader.rows);
}

List fetch_values(const Query& query) {
    Database& database = database_for(query);
    const Statement statement(Shape::Select, query, database);
    const ValuesMode mode = query.values == ValuesMode::None ? ValuesMode::Dict : query.values;
    ValueReader reader(statement.compiled(), mode);
    statement.run(&reader);
    return std::move(reader.values);
}

}  // namespace tatum::db::impl
