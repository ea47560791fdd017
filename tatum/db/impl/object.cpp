#include <tatum/base/timezone.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/execute.h>
#include <tatum/db/impl/row_extras.h>
#include <tatum/db/transaction.h>

#include <algorithm>
#include <memory>

namespace tatum::db::impl {

namespace {

std::byte* member_of(const FieldMeta& field, void* object) {
    return static_cast<std::byte*>(object) + field.offset;
}
const std::byte* member_of(const FieldMeta& field, const void* object) {
    return static_cast<const std::byte*>(object) + field.offset;
}

/// auto_now and auto_now_add.
void set_moments(const ModelMeta& model, void* object, bool adding) {
    for (const auto& field : model.fields) {
        if (!field->auto_now && !(field->auto_now_add && adding)) continue;
        switch (field->kind) {
            case FieldKind::DateField:
                field->set(object, Value(local_date()));
                break;
            case FieldKind::TimeField:
                field->set(object, Value(localtime(now()).time()));
                break;
            default:
                field->set(object, Value(now()));
                break;
        }
    }
}

void refuse_unsaved_relations(const ModelMeta& model, const void* object) {
    for (const auto& field : model.fields) {
        if (!field->relation) continue;
        const LoadedObject& loaded = *field->ops->loaded(member_of(*field, object));
        if (loaded.get() && field->get(object).is_none()) {
            throw ValueError(
                "save() prohibited to prevent data loss due to unsaved related object '" +
                field->name + "'.");
        }
    }
}

Cell bind(const FieldMeta& field, const void* object, Scratch& scratch) {
    return field.ops->bind(member_of(field, object), field, scratch);
}

void insert(Database& database, const ModelMeta& model, void* object) {
    const bool with_key = !model.pk->is_auto() || !model.pk->get(object).is_none();
    Scratch scratch;
    std::vector<Cell> cells;
    cells.reserve(model.fields.size());
    if (with_key) cells.push_back(bind(*model.pk, object, scratch));
    for (const auto& field : model.fields) {
        if (field.get() != model.pk) cells.push_back(bind(*field, object, scratch));
    }
    const RunResult result = database.backend().run(
        with_key ? model.insert_with_key_sql : model.insert_sql, cells, nullptr, Access::Write);
    if (!with_key) model.pk->set(object, Value(static_cast<long long>(result.last_id)));
}

/// False when no row has the key.
bool update(Database& database, const ModelMeta& model, const void* object,
            std::span<const std::string> only) {
    Scratch scratch;
    std::vector<Cell> cells;
    std::string sql;
    const auto* extras = base_of(model, object).model_state().find_extras();
    const bool partial = !only.empty() || (extras && !extras->deferred.empty());
    for (const auto& field : model.fields) {
        if (field.get() == model.pk) continue;
        if (partial) {
            const bool named = std::find(only.begin(), only.end(), field->name) != only.end() ||
                               std::find(only.begin(), only.end(), field->attname) != only.end();
            const bool unread =
                extras && std::find(extras->deferred.begin(), extras->deferred.end(),
                                    field.get()) != extras->deferred.end();
            if (only.empty() ? unread : !named) continue;
            sql += sql.empty() ? "" : ", ";
            append_quoted(sql, field->column);
            sql += " = ?";
        }
        cells.push_back(bind(*field, object, scratch));
    }
    cells.push_back(bind(*model.pk, object, scratch));
    if (partial) {
        if (sql.empty()) return true;
        std::string whole = "UPDATE ";
        append_quoted(whole, model.db_table);
        whole += " SET " + sql + " WHERE ";
        append_quoted(whole, model.db_table);
        whole += '.';
        append_quoted(whole, model.pk->column);
        whole += " = ?";
        return database.backend().run(whole, cells, nullptr, Access::Write).changes > 0;
    }
    if (model.update_sql.empty()) {
        return AnyQuerySet(model)
            .filter(Q("pk", model.pk_of(object)))
            .using_(database.alias())
            .exists();
    }
    return database.backend().run(model.update_sql, cells, nullptr, Access::Write).changes > 0;
}

void refuse_unknown(const ModelMeta& model, std::span<const std::string> names) {
    for (const std::string& name : names) {
        const FieldMeta* field = model.find_field(name);
        if (field && !field->is_many_to_many() && !field->primary_key) continue;
        throw ValueError(
            "The following fields do not exist in this model, are m2m fields, or are "
            "non-concrete fields: " +
            name);
    }
}

bool has_deferred(const ModelState& state) {
    return state.find_extras() && !state.find_extras()->deferred.empty();
}

/// A member that was left unread keeps its initial value; another was assigned since, and is saved.
void forget_assigned(const ModelMeta& model, const void* object, ModelState& state) {
    if (!has_deferred(state)) return;
    const RowsPtr fresh = Rows::make(*model.type, 1);
    const void* initial = fresh->add();
    std::erase_if(state.extras().deferred, [&](const FieldMeta* field) {
        return !(field->get(object) == field->get(initial));
    });
}

/// What was left unread where the object came from is wanted in another database.
void read_all_deferred(const ModelMeta& model, void* object, const ModelState& state) {
    std::vector<std::string> names;
    for (const FieldMeta* field : state.find_extras()->deferred) names.push_back(field->name);
    refresh(*model.type, object, names);
}

void save_to(Database& database, const ModelMeta& model, void* object, const SaveOptions& options) {
    ModelState& state = base_of(model, object).model_state();
    if (options.force_insert && (options.force_update || !options.update_fields.empty())) {
        throw ValueError("Cannot force both insert and updating in model saving.");
    }
    refuse_unknown(model, options.update_fields);
    refuse_unsaved_relations(model, object);
    forget_assigned(model, object, state);
    if (has_deferred(state) && (state.database != &database || options.force_insert)) {
        read_all_deferred(model, object, state);
    }
    set_moments(model, object, state.adding);
    const bool has_key = !model.pk_of(object).is_none();
    // Half of a row is no new one.
    const bool must_update =
        options.force_update || !options.update_fields.empty() || has_deferred(state);
    if (must_update && !has_key)
        throw ValueError("Cannot force an update in save() with no primary key.");
    bool saved = false;
    // A key that was chosen may or may not be in the table; an object that came from it is.
    if (has_key && !options.force_insert) {
        saved = update(database, model, object, options.update_fields);
        if (!saved && must_update) {
            throw DatabaseError(options.force_update
                                    ? "Forced update did not affect any rows."
                                    : "Save with update_fields did not affect any rows.");
        }
    }
    if (!saved) insert(database, model, object);
    state.adding = false;
    state.database = &database;
    link_relations(model, object);
}

}  // namespace

void prepare_insert(const ModelMeta& model, void* object) {
    refuse_unsaved_relations(model, object);
    set_moments(model, object, true);
}

Database& database_of(const ModelMeta& model, const void* object, std::string_view using_) {
    const Databases& databases = Databases::current();
    if (!using_.empty()) return databases.get(using_);
    const Database* from = base_of(model, object).model_state().database;
    return from ? databases.get(from->alias()) : databases.default_();
}

void save(const ModelType& type, void* object) { save(type, object, {}); }
void save(const ModelType& type, void* object, const SaveOptions& options) {
    const ModelMeta& model = ModelRegistry::current().get(type);
    save_to(database_of(model, object, options.using_), model, object, options);
}

void save_in(const ModelType& type, void* object, const AnyQuerySet& query, bool insert) {
    const ModelMeta& model = ModelRegistry::current().get(type);
    save_to(database_for(query.query()), model, object, {.force_insert = insert});
}

void refresh(const ModelType& type, void* object, std::span<const std::string> fields) {
    const ModelMeta& model = ModelRegistry::current().get(type);
    AnyQuerySet query = AnyQuerySet(model).filter(Q("pk", model.pk_of(object)));
    query = query.using_(database_of(model, object, {}).alias());
    if (!fields.empty()) query = query.only(fields);
    const RowsPtr rows = query.get();
    ModelState& state = base_of(model, object).model_state();
    for (const auto& field : model.fields) {
        const bool wanted = fields.empty() ||
                            std::find(fields.begin(), fields.end(), field->name) != fields.end() ||
                            std::find(fields.begin(), fields.end(), field->attname) != fields.end();
        if (!wanted || field.get() == model.pk) continue;
        if (!field->ops->set(
                member_of(*field, object),
                field->ops->get(member_of(*field, static_cast<const void*>(rows->at(0))),
                                nullptr))) {
            throw ValueError("Field '" + field->name + "' cannot be read again.");
        }
        if (state.find_extras()) std::erase(state.extras().deferred, field.get());
    }
    state.adding = false;
    if (fields.empty() && state.find_extras()) state.extras().related.clear();
    link_relations(model, object);
}

Value read_deferred(const ModelMeta& model, const void* object, const FieldMeta& field) {
    AnyQuerySet query = AnyQuerySet(model).filter(Q("pk", model.pk_of(object)));
    query = query.using_(database_of(model, object, {}).alias());
    return query.values_flat(field.attname).first().value_or(Value());
}

Value pk_of(const ModelType& type, const void* object) {
    return ModelRegistry::current().get(type).pk_of(object);
}
void set_pk(const ModelType& type, void* object, const Value& pk) {
    const ModelMeta& model = ModelRegistry::current().get(type);
    model.pk->set(object, pk.is_none() && model.pk->is_auto() ? Value(0) : pk);
}
void set_field(const ModelType& type, void* object, std::string_view field, const Value& value) {
    ModelRegistry::current().get(type).field(field).set(object, value);
}
bool same_row(const ModelType& type, const void* a, const void* b) {
    if (a == b) return true;
    const ModelMeta& model = ModelRegistry::current().get(type);
    const Value key = model.pk_of(a);
    return !key.is_none() && key == model.pk_of(b);
}
std::string str_of(const ModelType& type, const void* object) {
    return type.str ? type.str(object) : ModelRegistry::current().get(type).str_of(object);
}
std::string display_of(const ModelType& type, const void* object, std::string_view field) {
    const FieldMeta& meta = ModelRegistry::current().get(type).field(field);
    return meta.display(meta.get(object));
}

// State
// --------------------------------------------------------------------------------------------

ModelState::ModelState(const ModelState& other) : adding(other.adding), database(other.database) {
    if (other.extras_ != nullptr) {
        extras_ = std::make_unique<RowExtras>(*other.extras_).release();
    }
}
ModelState& ModelState::operator=(const ModelState& other) {
    if (this != &other) *this = ModelState(other);
    return *this;
}
ModelState& ModelState::operator=(ModelState&& other) noexcept {
    adding = other.adding;
    database = other.database;
    std::swap(extras_, other.extras_);
    return *this;
}
void ModelState::destroy_extras() { const std::unique_ptr<RowExtras> owned(extras_); }
RowExtras& ModelState::extras() {
    if (extras_ == nullptr) extras_ = std::make_unique<RowExtras>().release();
    return *extras_;
}

// Relations
// ----------------------------------------------------------------------------------------

LoadedObject::LoadedObject(const LoadedObject& other) { copy_from(other); }
LoadedObject::LoadedObject(LoadedObject&& other) noexcept {
    copy_from(other);
    other.reset();
}
LoadedObject& LoadedObject::operator=(const LoadedObject& other) {
    if (this != &other) {
        reset();
        copy_from(other);
    }
    return *this;
}
LoadedObject& LoadedObject::operator=(LoadedObject&& other) noexcept { return *this = other; }
void LoadedObject::share(Rows* rows, void* object) {
    reset();
    rows->retain();
    rows_ = rows;
    object_ = object;
    owned_ = true;
}
void LoadedObject::release() { rows_->release(); }
void LoadedObject::reset() {
    if (owned_) release();
    rows_ = nullptr;
    object_ = nullptr;
    owned_ = false;
}
void LoadedObject::copy_from(const LoadedObject& other) {
    database_ = other.database_;
    if (other.rows_) share(other.rows_, other.object_);
}

const MemberOps& held_type(const FieldMeta& field) {
    if (field.ops == &kIntKeyOps) return kInt64Ops;
    if (field.ops == &kStringKeyOps) return kStringOps;
    return field.ops == &kUuidKeyOps ? kUuidOps : *field.ops;
}

namespace {

/// The field of `model` that a foreign key with such keys refers to. A key does not know; the
/// registry takes care that its type tells.
const FieldMeta& referenced(const ModelMeta& model, const MemberOps& ops) {
    if (&held_type(*model.pk) == &ops) return *model.pk;
    for (const ReverseMeta& reverse : model.reverse) {
        const FieldMeta* to = reverse.field->relation->to_field;
        if (to && &held_type(*to) == &ops) return *to;
    }
    return *model.pk;
}

/// What a key that refers to `field` of an object is.
template <class Key>
const Key& key_in(const FieldMeta& field, const void* object) {
    const void* member = member_of(field, object);
    return field.relation ? static_cast<const ForeignKeyOf<Key>*>(member)->id
                          : *static_cast<const Key*>(member);
}

template <class Key>
const MemberOps& ops_of() {
    if constexpr (std::is_same_v<Key, std::int64_t>) {
        return kInt64Ops;
    } else if constexpr (std::is_same_v<Key, std::string>) {
        return kStringOps;
    } else {
        return kUuidOps;
    }
}

}  // namespace

template <class Key>
void* foreign_object(const ForeignKeyOf<Key>& key, const ModelType& target) {
    if (key.is_null()) return nullptr;
    if (void* object = key.loaded.get()) {
        const FieldMeta& to = referenced(key.loaded.rows()->meta(), ops_of<Key>());
        if (&held_type(to) == &ops_of<Key>() && key_in<Key>(to, object) == key.id) return object;
    }
    // Not loaded yet, or another key was assigned since.
    const ModelMeta& model = ModelRegistry::current().get(target);
    const FieldMeta& to = referenced(model, ops_of<Key>());
    AnyQuerySet query = AnyQuerySet(model).filter(Q(to.name, Value(key.id)));
    const std::string_view alias = alias_elsewhere(key.loaded.database());
    if (!alias.empty()) query = query.using_(alias);
    const RowsPtr rows = query.get();
    key.loaded.share(rows.get(), rows->at(0));
    return key.loaded.get();
}

template <class Key>
void* needed_object(const ForeignKeyOf<Key>& key, const ModelType& target) {
    if (void* object = foreign_object(key, target)) return object;
    target.fail(GetFault::DoesNotExist,
                "The foreign key to " + std::string(target.name) + " is empty.");
    return nullptr;
}

template <class Key>
void set_object(ForeignKeyOf<Key>& key, const ModelType& target, const void* object) {
    const RowsPtr copy = Rows::copy_of(target, object);
    const FieldMeta& to = referenced(copy->meta(), ops_of<Key>());
    key.id = key_in<Key>(to, object);
    key.loaded.share(copy.get(), copy->at(0));
}

template void* foreign_object(const ForeignKeyOf<std::int64_t>&, const ModelType&);
template void* foreign_object(const ForeignKeyOf<std::string>&, const ModelType&);
template void* foreign_object(const ForeignKeyOf<Uuid>&, const ModelType&);
template void* needed_object(const ForeignKeyOf<std::int64_t>&, const ModelType&);
template void* needed_object(const ForeignKeyOf<std::string>&, const ModelType&);
template void* needed_object(const ForeignKeyOf<Uuid>&, const ModelType&);
template void set_object(ForeignKeyOf<std::int64_t>&, const ModelType&, const void*);
template void set_object(ForeignKeyOf<std::string>&, const ModelType&, const void*);
template void set_object(ForeignKeyOf<Uuid>&, const ModelType&, const void*);

AnyQuerySet related(const ModelType& type, const void* object, const ModelType& source,
                    std::string_view field_name) {
    const ModelMeta& model = ModelRegistry::current().get(type);
    const ModelMeta& from = ModelRegistry::current().get(source);
    const FieldMeta& field = from.field(field_name);
    const RelationMeta& relation = *field.relation;
    if (relation.target != &model) {
        throw ImproperlyConfigured(from.name + "." + field.name + " does not lead to " +
                                   model.name + ".");
    }
    const FieldMeta& to = *relation.to_field;
    const Value key = to.get(object);
    if (key.is_none()) {
        throw ValueError("'" + model.name +
                         "' instance needs to have a primary key value before this relationship "
                         "can be used.");
    }
    auto state = shared<AnyQuerySet::State>();
    state->query.model = &from;
    auto node = shared<Node>();
    node->kind = NodeKind::Lookup;
    node->text = field.name;
    node->value = key;
    state->query.filters.push_back({.condition = std::move(node), .sticky = true});
    const ModelState& of_object = base_of(model, object).model_state();
    state->query.alias = alias_elsewhere(of_object.database);
    if (const auto* extras = of_object.find_extras()) {
        if (const auto* known = extras->find(field)) {
            state->rows = known->rows;
            state->evaluated = state->prefetched = true;
            return AnyQuerySet(std::move(state));
        }
    }
    if (!field.is_many_to_many()) {
        state->query.known_field = &field;
        state->query.known_object = Rows::copy_of(type, object);
    }
    return AnyQuerySet(std::move(state));
}

}  // namespace tatum::db::impl

namespace tatum::db {

Value ModelBase::annotation(const Name& name) const {
    if (const auto* extras = state_.find_extras()) {
        for (const auto& [annotated, value] : extras->annotations) {
            if (annotated == name.text) return value;
        }
    }
    return {};
}

}  // namespace tatum::db
