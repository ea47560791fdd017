#include "models.h"

#include "cache.h"

#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/site/migrations.h>
#include <tatum/site/site.h>

#include <algorithm>

namespace tatum::contenttypes {

namespace {

constexpr int kNameMax = 100;

std::string_view alias_or_default(std::string_view alias) {
    return alias.empty() ? std::string_view("default") : alias;
}

ContentType object_of(const ContentTypeCache::Entry& entry, const db::Database& database) {
    ContentType type{.app_label = entry.app_label, .model = entry.model};
    type.id = entry.id;
    type.model_state().adding = false;
    type.model_state().database = &database;
    return type;
}

const db::ModelMeta& installed(const ContentType& type) {
    if (const db::ModelMeta* model = type.model_class()) return *model;
    throw ContentType::DoesNotExist("The model '" + type.app_label + "." + type.model +
                                    "' is not installed.");
}

}  // namespace

const ContentTypeManager ContentType::objects{};

void ContentType::define(Definition<ContentType>& d) {
    d.field<&ContentType::app_label>(max_length(kNameMax));
    d.field<&ContentType::model>(max_length(kNameMax),
                                 tatum::verbose_name("python model class name"));
    d.unique<&ContentType::app_label, &ContentType::model>();
    d.db_table("django_content_type");
    d.verbose_name("content type");
    d.verbose_name_plural("content types");
    d.method<&ContentType::name>();
}

const db::ModelMeta* ContentType::model_class() const {
    return db::ModelRegistry::current().find(app_label + "." + model);
}

std::string ContentType::name() const {
    const db::ModelMeta* meta = model_class();
    return meta == nullptr ? model : meta->verbose_name;
}

std::string ContentType::str() const {
    const db::ModelMeta* meta = model_class();
    if (meta == nullptr) return model;
    const App* owner = site::current_site().app(app_label);
    return (owner == nullptr ? app_label : owner->title()) + " | " + meta->verbose_name;
}

db::AnyQuerySet ContentType::all_objects() const {
    db::AnyQuerySet rows(installed(*this));
    const db::Database* database = model_state().database;
    return database == nullptr ? rows : rows.using_(database->alias());
}

db::RowsPtr ContentType::get_object(const Value& pk) const { return all_objects().get_pk(pk); }

ContentType ContentTypeManager::get_by_natural_key(std::string_view app_label,
                                                   std::string_view model,
                                                   std::string_view using_) const {
    const std::string_view alias = alias_or_default(using_);
    const db::Database& database = db::Databases::current().get(alias);
    ContentTypeCache& cache = ContentTypeCache::current();
    if (const auto known = cache.find(database, app_label, model)) {
        return object_of(*known, database);
    }
    ContentType found = QuerySet<ContentType>().using_(alias).get(
        F<&ContentType::app_label> == app_label, F<&ContentType::model> == model);
    cache.add(database, found);
    return found;
}

ContentType ContentTypeManager::get_for_id(std::int64_t id, std::string_view using_) const {
    const std::string_view alias = alias_or_default(using_);
    const db::Database& database = db::Databases::current().get(alias);
    ContentTypeCache& cache = ContentTypeCache::current();
    if (const auto known = cache.find(database, id)) return object_of(*known, database);
    ContentType found = QuerySet<ContentType>().using_(alias).get_pk(id);
    cache.add(database, found);
    return found;
}

ContentType ContentTypeManager::get_for_model(const db::ModelMeta& model,
                                              std::string_view using_) const {
    try {
        return get_by_natural_key(model.app_label, model.model_name, using_);
    } catch (const ContentType::DoesNotExist&) {
        // Not migrated since the model was installed; the row is made below.
    }
    const std::string_view alias = alias_or_default(using_);
    ContentType made = QuerySet<ContentType>()
                           .using_(alias)
                           .get_or_create({F<&ContentType::app_label> = model.app_label,
                                           F<&ContentType::model> = model.model_name})
                           .first;
    ContentTypeCache::current().add(db::Databases::current().get(alias), made);
    return made;
}

ContentType ContentTypeManager::get_for_model(const db::ModelType& model,
                                              std::string_view using_) const {
    return get_for_model(db::ModelRegistry::current().get(model), using_);
}

std::vector<ContentType> ContentTypeManager::get_for_models(
    const std::vector<const db::ModelMeta*>& models, std::string_view using_) const {
    const std::string_view alias = alias_or_default(using_);
    const db::Database& database = db::Databases::current().get(alias);
    ContentTypeCache& cache = ContentTypeCache::current();
    List missing;
    for (const db::ModelMeta* model : models) {
        if (!cache.find(database, model->app_label, model->model_name)) {
            missing.push_back(model->model_name);
        }
    }
    // Names of models that several apps have bring rows that nobody asked for: few, and harmless.
    std::vector<ContentType> read;
    if (!missing.empty()) {
        for (const ContentType& type :
             QuerySet<ContentType>().using_(alias).filter(Q("model__in", missing))) {
            cache.add(database, type);
            read.push_back(type);
        }
    }
    std::vector<ContentType> types;
    for (const db::ModelMeta* model : models) {
        const auto found = std::ranges::find_if(read, [&](const ContentType& type) {
            return type.app_label == model->app_label && type.model == model->model_name;
        });
        types.push_back(found != read.end() ? *found : get_for_model(*model, using_));
    }
    return types;
}

void ContentTypeManager::clear_cache() const { ContentTypeCache::current().clear(); }

void create_contenttypes(const site::Migrated& migrated) {
    if (!migrated.has(db::model_type<ContentType>)) return;
    ContentTypeCache& cache = ContentTypeCache::current();
    cache.clear();
    const auto rows = QuerySet<ContentType>().using_(migrated.database.alias());
    const auto is_there = [&](const db::ModelMeta& model) {
        return cache.find(migrated.database, model.app_label, model.model_name).has_value();
    };
    for (const ContentType& type : rows) cache.add(migrated.database, type);
    std::vector<ContentType> missing;
    for (const auto& model : migrated.site.models().models()) {
        if (model->auto_created || !migrated.has(*model) || is_there(*model)) continue;
        missing.push_back({.app_label = model->app_label, .model = model->model_name});
    }
    if (missing.empty()) return;
    // Another process may migrate as well.
    rows.bulk_create(missing, {.ignore_conflicts = true});
    for (const ContentType& type : rows.all()) cache.add(migrated.database, type);
}

}  // namespace tatum::contenttypes
