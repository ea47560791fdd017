#include "permissions.h"

#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/site/migrations.h>
#include <tatum/site/site.h>

#include <set>

namespace tatum::auth {

namespace {

/// Codename and name of all permissions of a model, those that it declares last.
std::vector<std::pair<std::string, std::string>> permissions_of(const db::ModelMeta& model) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const std::string_view action : kDefaultPermissions) {
        all.emplace_back(get_permission_codename(action, model),
                         "Can " + std::string(action) + " " + model.verbose_name);
    }
    all.insert(all.end(), model.permissions.begin(), model.permissions.end());
    return all;
}

/// A model that has a table here and is no table of pairs.
std::vector<const db::ModelMeta*> models_with_permissions(const site::Migrated& migrated) {
    std::vector<const db::ModelMeta*> models;
    for (const auto& model : migrated.site.models().models()) {
        if (!model->auto_created && migrated.has(*model)) models.push_back(model.get());
    }
    return models;
}

}  // namespace

void create_permissions(const site::Migrated& migrated) {
    if (!migrated.has(db::model_type<Permission>)) return;
    if (!migrated.has(db::model_type<contenttypes::ContentType>)) return;
    contenttypes::create_contenttypes(migrated);
    const std::string_view alias = migrated.database.alias();
    const std::vector<const db::ModelMeta*> models = models_with_permissions(migrated);
    const auto types = contenttypes::ContentType::objects.get_for_models(models, alias);
    const QuerySet<Permission> rows = QuerySet<Permission>().using_(alias);
    std::set<std::pair<std::int64_t, std::string>> there;
    for (const Permission& permission : rows.order_by()) {
        there.emplace(permission.content_type.id, permission.codename);
    }
    std::vector<Permission> missing;
    for (std::size_t i = 0; i < models.size(); ++i) {
        for (auto& [codename, name] : permissions_of(*models[i])) {
            if (!there.emplace(types[i].id, codename).second) continue;
            missing.push_back({.name = name, .content_type = types[i].id, .codename = codename});
        }
    }
    // Another process may migrate as well.
    if (!missing.empty()) rows.bulk_create(missing, {.ignore_conflicts = true});
}

}  // namespace tatum::auth
