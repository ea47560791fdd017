#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/db/database.h>
#include <tatum/db/definition.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/execute.h>
#include <tatum/db/impl/member_ops.h>
#include <tatum/db/impl/sql.h>
#include <tatum/db/meta.h>
#include <tatum/db/model.h>

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace tatum::db {

struct ModelRegistry::Impl {
    std::vector<std::unique_ptr<ModelMeta>> models;
    std::unordered_map<const ModelType*, ModelMeta*> by_type;
    bool finished = false;
};

namespace {

/// Memory for one object of a model, for looking at while the model is described.
class Probe {
public:
    explicit Probe(const ModelType& type)
        : type_(type), memory_(std::make_unique<std::byte[]>(type.size + type.alignment)) {
        void* at = memory_.get();
        std::size_t space = type.size + type.alignment;
        object_ = std::align(type.alignment, type.size, at, space);
        type.construct(object_);
    }
    ~Probe() { type_.destroy(object_); }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    void* object() const { return object_; }

private:
    const ModelType& type_;
    std::unique_ptr<std::byte[]> memory_;
    void* object_ = nullptr;
};

/// Django's DEFAULT_AUTO_FIELD.
FieldKind auto_kind(std::string_view name) {
    for (const FieldKind kind :
         {FieldKind::AutoField, FieldKind::BigAutoField, FieldKind::SmallAutoField}) {
        if (field_kind_name(kind) == name) return kind;
    }
    throw ImproperlyConfigured("\"" + std::string(name) + "\" is no kind of automatic key.");
}

std::unique_ptr<FieldMeta> automatic_id(const ModelMeta& model, FieldKind kind) {
    auto field = std::make_unique<FieldMeta>();
    field->name = field->attname = field->column = "id";
    field->kind = kind;
    field->model = &model;
    field->primary_key = field->unique = field->blank = true;
    field->verbose_name = "ID";
    field->ops = &impl::kInt64Ops;
    return field;
}

void add_automatic_id(ModelMeta& model, void* probe, FieldKind kind = FieldKind::BigAutoField) {
    auto field = automatic_id(model, kind);
    if (probe) {
        const std::int64_t* id = &model.type->base(probe)->id;
        field->offset =
            static_cast<std::uint32_t>(static_cast<const char*>(static_cast<const void*>(id)) -
                                       static_cast<const char*>(static_cast<const void*>(probe)));
    }
    model.pk = field.get();
    model.fields.insert(model.fields.begin(), std::move(field));
}

void complete_names(ModelMeta& model) {
    model.model_name = strings::ascii_lower(model.name);
    model.label = model.app_label + "." + model.name;
    if (model.db_table.empty()) model.db_table = model.app_label + "_" + model.model_name;
    if (model.verbose_name.empty()) {
        model.verbose_name = strings::camel_case_to_spaces(model.name);
    }
    if (model.verbose_name_plural.empty()) model.verbose_name_plural = model.verbose_name + "s";
}

void number_fields(ModelMeta& model) {
    for (std::size_t i = 0; i < model.fields.size(); ++i) {
        model.fields[i]->index = static_cast<std::uint32_t>(i);
    }
}

void add_attribute(ModelMeta& model, std::string name, AttributeMeta::What what,
                   const FieldMeta* field, const ReverseMeta* reverse = nullptr,
                   const MethodMeta* method = nullptr) {
    if (name.empty()) return;
    const Name hashed{std::string_view(name)};
    for (const AttributeMeta& old : model.attributes) {
        if (old.name == name) return;
    }
    const std::uint32_t hash = hashed.hash;
    model.attributes.push_back({std::move(name), hash, what, field, reverse, method});
}

/// What templates may look up. Earlier entries win.
void fill_attributes(ModelMeta& model) {
    using What = AttributeMeta::What;
    if (!model.type) return;
    for (const MethodMeta& method : model.methods) {
        add_attribute(model, method.name, What::Method, nullptr, nullptr, &method);
    }
    for (const auto& field : model.fields) {
        add_attribute(model, field->attname, What::Value, field.get());
        if (field->relation) add_attribute(model, field->name, What::Related, field.get());
        if (!field->choices.empty()) {
            add_attribute(model, "get_" + field->name + "_display", What::Display, field.get());
        }
    }
    add_attribute(model, "pk", What::Value, model.pk);
    for (const auto& field : model.many_to_many) {
        add_attribute(model, field->name, What::Many, field.get());
    }
    for (const ReverseMeta& reverse : model.reverse) {
        add_attribute(model, reverse.accessor, What::Reverse, nullptr, &reverse);
    }
    if (model.type->get_absolute_url) {
        add_attribute(model, "get_absolute_url", What::AbsoluteUrl, nullptr);
    }
    std::sort(model.attributes.begin(), model.attributes.end(),
              [](const AttributeMeta& a, const AttributeMeta& b) { return a.hash < b.hash; });
    // At least half of the places stay empty, which ends each search.
    model.attribute_places.assign(std::bit_ceil(2 * model.attributes.size() + 1), 0);
    const std::size_t mask = model.attribute_places.size() - 1;
    for (std::size_t i = 0; i < model.attributes.size(); ++i) {
        std::size_t at = model.attributes[i].hash & mask;
        while (model.attribute_places[at] != 0) at = (at + 1) & mask;
        model.attribute_places[at] = static_cast<std::uint16_t>(i + 1);
    }
}

/// The statements of save(), which are the same every time.
void fill_statements(ModelMeta& model) {
    std::string columns, places, sets;
    for (const auto& field : model.fields) {
        if (field.get() == model.pk) continue;
        if (!columns.empty()) {
            columns += ", ";
            places += ", ";
            sets += ", ";
        }
        impl::append_quoted(columns, field->column);
        places += "?";
        impl::append_quoted(sets, field->column);
        sets += " = ?";
    }
    std::string table, key;
    impl::append_quoted(table, model.db_table);
    impl::append_quoted(key, model.pk->column);
    model.insert_sql = columns.empty()
                           ? "INSERT INTO " + table + " (" + key + ") VALUES (NULL)"
                           : "INSERT INTO " + table + " (" + columns + ") VALUES (" + places + ")";
    model.insert_with_key_sql = "INSERT INTO " + table + " (" + key +
                                (columns.empty() ? "" : ", ") + columns + ") VALUES (?" +
                                (columns.empty() ? "" : ", ") + places + ")";
    model.update_sql = columns.empty() ? std::string()
                                       : "UPDATE " + table + " SET " + sets + " WHERE " + table +
                                             "." + key + " = ?";
}

/// Connects the models, collecting what is wrong.
class Linker {
public:
    Linker(ModelRegistry& registry, std::vector<std::unique_ptr<ModelMeta>>& models,
           std::unordered_map<const ModelType*, ModelMeta*>& by_type)
        : registry_(registry), models_(models), by_type_(by_type) {}

    void run() {
        for (std::size_t i = 0; i < models_.size(); ++i) {
            ModelMeta& model = *models_[i];
            for (auto& field : model.fields) {
                if (field->relation && !model.auto_created) find_target(*field);
            }
            for (auto& field : model.many_to_many) {
                if (find_target(*field)) link_through(model, *field, i);
            }
        }
        for (auto& model : models_) {
            for (auto& field : model->fields) add_reverse(*model, *field);
            for (auto& field : model->many_to_many) add_reverse(*model, *field);
        }
        for (auto& model : models_) check_names(*model);
        for (auto& model : models_) check_keys(*model);
        for (auto& model : models_) {
            fill_attributes(*model);
            fill_statements(*model);
        }
        if (faults_.empty()) return;
        throw ImproperlyConfigured("The models cannot be used:" + faults_);
    }

private:
    void fault(const std::string& text) { faults_ += "\n  " + text; }
    static std::string name_of(const FieldMeta& field) {
        return field.model->label + "." + field.name;
    }
    ModelMeta* find(const ModelType* type) const {
        const auto found = by_type_.find(type);
        return found == by_type_.end() ? nullptr : found->second;
    }

    bool find_target(FieldMeta& field) {
        RelationMeta& relation = *field.relation;
        ModelMeta* target = find(relation.target_type);
        if (!target) {
            fault(name_of(field) + " refers to the model " +
                  std::string(relation.target_type->name) + ", which is not installed.");
            return false;
        }
        relation.target = target;
        relation.to_field = target->pk;
        if (!relation.to_field_name.empty()) {
            relation.to_field = target->find_field(relation.to_field_name);
            if (!relation.to_field || !relation.to_field->unique) {
                fault(name_of(field) + ": to_field '" + relation.to_field_name +
                      "' is no unique field of " + target->label + ".");
                relation.to_field = target->pk;
            }
        }
        return true;
    }

    static std::unique_ptr<FieldMeta> pair_key(const ModelMeta& model, const ModelMeta& target,
                                               const std::string& name) {
        auto field = std::make_unique<FieldMeta>();
        field->name = name;
        field->attname = field->column = name + "_id";
        field->kind = FieldKind::ForeignKey;
        field->model = &model;
        field->db_index = true;
        field->verbose_name = name;
        field->relation = std::make_unique<RelationMeta>();
        field->relation->target_type = target.type;
        field->relation->target = &target;
        field->relation->to_field = target.pk;
        field->relation->related_name = model.name + "+";
        return field;
    }

    /// Finds the table of pairs, or makes it and puts it after the model at `place`.
    void link_through(ModelMeta& model, FieldMeta& field, std::size_t place) {
        RelationMeta& relation = *field.relation;
        if (relation.through_type) {
            link_declared_through(model, field);
            return;
        }
        auto through = std::make_unique<ModelMeta>();
        through->registry = &registry_;
        through->name = model.name + "_" + field.name;
        through->app_label = model.app_label;
        through->auto_created = true;
        through->managed = model.managed;
        through->db_table =
            relation.db_table.empty() ? model.db_table + "_" + field.name : relation.db_table;
        const bool self = relation.target == &model;
        const std::string from = self ? "from_" + model.model_name : model.model_name;
        const std::string to = self ? "to_" + model.model_name : relation.target->model_name;
        add_automatic_id(*through, nullptr);
        through->fields.push_back(pair_key(*through, model, from));
        relation.through_source = through->fields.back().get();
        through->fields.push_back(pair_key(*through, *relation.target, to));
        relation.through_target = through->fields.back().get();
        through->unique_together.push_back({from, to});
        complete_names(*through);
        number_fields(*through);
        relation.through = through.get();
        models_.insert(models_.begin() + static_cast<std::ptrdiff_t>(place) + 1,
                       std::move(through));
    }

    void link_declared_through(const ModelMeta& model, FieldMeta& field) {
        RelationMeta& relation = *field.relation;
        ModelMeta* through = find(relation.through_type);
        if (!through) {
            fault(name_of(field) + ": through<" + std::string(relation.through_type->name) +
                  "> is not installed.");
            return;
        }
        relation.through = through;
        for (auto& key : through->fields) {
            if (!key->relation) continue;
            if (key->relation->target_type == model.type && !relation.through_source) {
                relation.through_source = key.get();
            } else if (key->relation->target_type == relation.target_type &&
                       !relation.through_target) {
                relation.through_target = key.get();
            }
        }
        if (!relation.through_source || !relation.through_target) {
            fault(name_of(field) + ": " + through->label + " needs a key to " + model.label +
                  " and one to " + relation.target->label + ".");
        }
    }

    void add_reverse(ModelMeta& model, FieldMeta& field) {
        if (!field.relation || !field.relation->target) return;
        RelationMeta& relation = *field.relation;
        ReverseMeta reverse{&field, &model, {}, {}};
        const std::string& declared =
            relation.related_name.empty() ? model.default_related_name : relation.related_name;
        const bool hidden = declared.ends_with('+');
        const bool many = field.kind != FieldKind::OneToOneField;
        if (!hidden) {
            reverse.accessor =
                !declared.empty() ? declared : model.model_name + (many ? "_set" : "");
        }
        reverse.query_name = !relation.related_query_name.empty() ? relation.related_query_name
                             : !declared.empty() && !hidden       ? declared
                                                                  : model.model_name;
        // A symmetrical relation is its own reverse.
        if (relation.symmetrical) reverse.accessor.clear();
        if (hidden && model.auto_created) reverse.query_name = model.name + "+";
        relation.related_name = reverse.accessor;
        relation.related_query_name = reverse.query_name;
        relation.reverse_step = {field.name, model.type};
        find_meta(*relation.target).reverse.push_back(std::move(reverse));
    }

    ModelMeta& find_meta(const ModelMeta& model) {
        for (auto& candidate : models_) {
            if (candidate.get() == &model) return *candidate;
        }
        throw InternalError("a model that is not in its registry");
    }

    /// An object's key finds the field that it refers to by its type alone.
    void check_keys(const ModelMeta& model) {
        std::vector<const FieldMeta*> referred{model.pk};
        for (const ReverseMeta& reverse : model.reverse) {
            const FieldMeta& field = *reverse.field;
            if (field.is_many_to_many() || field.ops == nullptr) continue;
            const FieldMeta& to = *field.relation->to_field;
            if (&impl::held_type(to) != &impl::held_type(field)) {
                fault(name_of(field) + " holds keys of another type than " + model.label + "." +
                      to.name + ": name the type, as in ForeignKey<" + model.name +
                      ", std::string>.");
            } else if (std::ranges::find(referred, &to) == referred.end()) {
                referred.push_back(&to);
            }
        }
        for (std::size_t i = 1; i < referred.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (&impl::held_type(*referred[i]) != &impl::held_type(*referred[j])) continue;
                fault("Keys refer to " + name_of(*referred[i]) + ", which is of the same type as " +
                      referred[j]->name + ": they could not be told apart. Refer to one of them.");
            }
        }
    }

    void check_names(const ModelMeta& model) {
        for (std::size_t i = 0; i < model.reverse.size(); ++i) {
            const ReverseMeta& reverse = model.reverse[i];
            if (reverse.accessor.empty()) continue;
            if (model.find_field(reverse.accessor)) {
                fault("The reverse accessor of " + name_of(*reverse.field) +
                      " clashes with the field " + model.label + "." + reverse.accessor +
                      ". Give it another related_name.");
            }
            for (std::size_t j = i + 1; j < model.reverse.size(); ++j) {
                if (model.reverse[j].accessor != reverse.accessor) continue;
                fault("The reverse accessors of " + name_of(*reverse.field) + " and " +
                      name_of(*model.reverse[j].field) + " are both " + model.label + "." +
                      reverse.accessor + ". Give one another related_name.");
            }
        }
        const auto check = [&](const std::vector<std::string>& names, const std::string& what) {
            for (const std::string& name : names) {
                const std::string_view bare = name.starts_with('-')
                                                  ? std::string_view(name).substr(1)
                                                  : std::string_view(name);
                if (model.find_field(bare)) continue;
                fault(model.label + ": " + what + " names '" + std::string(bare) +
                      "', which is no field.");
            }
        };
        for (const auto& names : model.unique_together) check(names, "a unique rule");
        for (const auto& unique : model.constraints) check(unique.fields, "a unique rule");
        for (const auto& index : model.indexes) check(index.fields, "an index");
        if (!model.get_latest_by.empty()) check({model.get_latest_by}, "get_latest_by");
    }

    ModelRegistry& registry_;
    std::vector<std::unique_ptr<ModelMeta>>& models_;
    std::unordered_map<const ModelType*, ModelMeta*>& by_type_;
    std::string faults_;
};

}  // namespace

ModelRegistry::ModelRegistry() : impl_(std::make_unique<Impl>()) {}
ModelRegistry::~ModelRegistry() = default;

const ModelMeta& ModelRegistry::add(const ModelType& type, std::string_view app_label,
                                    std::string_view auto_field) {
    if (impl_->finished) throw ImproperlyConfigured("A model was added after the site started.");
    if (impl_->by_type.contains(&type)) {
        throw ImproperlyConfigured("The model " + std::string(type.name) + " is installed twice.");
    }
    auto owned = std::make_unique<ModelMeta>();
    ModelMeta& model = *owned;
    model.type = &type;
    model.registry = this;
    model.name = type.name;
    model.app_label = app_label;
    const Probe probe(type);
    impl::DefinitionBase definition(model, probe.object());
    type.define(definition);
    definition.rethrow_fault();
    if (!model.pk) add_automatic_id(model, probe.object(), auto_kind(auto_field));
    complete_names(model);
    number_fields(model);
    if (find(model.label)) {
        throw ImproperlyConfigured("There are two models called " + model.label + ".");
    }
    impl_->by_type.emplace(&type, &model);
    impl_->models.push_back(std::move(owned));
    return model;
}

void ModelRegistry::add(std::span<const ModelType* const> types, std::string_view app_label,
                        std::string_view auto_field) {
    for (const ModelType* type : types) add(*type, app_label, auto_field);
}

void ModelRegistry::finish() {
    if (impl_->finished) return;
    Linker(*this, impl_->models, impl_->by_type).run();
    impl_->finished = true;
}

bool ModelRegistry::finished() const { return impl_->finished; }

const ModelMeta* ModelRegistry::find(const ModelType& type) const {
    const auto found = impl_->by_type.find(&type);
    return found == impl_->by_type.end() ? nullptr : found->second;
}

const ModelMeta& ModelRegistry::get(const ModelType& type) const {
    if (const ModelMeta* model = find(type)) return *model;
    throw ImproperlyConfigured("The model " + std::string(type.name) +
                               " is not installed: list it in an App that main() installs.");
}

const ModelMeta* ModelRegistry::find(std::string_view label) const {
    for (const auto& model : impl_->models) {
        if (ascii::equals_ignoring_case(model->label, label)) return model.get();
    }
    return nullptr;
}

const std::vector<std::unique_ptr<ModelMeta>>& ModelRegistry::models() const {
    return impl_->models;
}

const ModelRegistry& ModelRegistry::current() { return Databases::current().registry(); }

}  // namespace tatum::db
