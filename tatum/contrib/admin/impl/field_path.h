#pragma once

#include <tatum/db/meta.h>

#include <string>
#include <string_view>
#include <vector>

namespace tatum::admin::impl {

/// A run-time path such as "manufacturer__name__startswith", walked through the models.
struct FieldPath {
    std::vector<const db::FieldMeta*> fields;  ///< as far as the parts name fields
    std::vector<std::string> names;            ///< the same parts, as written
    std::vector<std::string> rest;             ///< lookups and transforms, or nothing that is known
    const db::ModelMeta* model = nullptr;  ///< where the last field, or the last relation, leads
    bool many = false;                     ///< a row may be met several times

    const db::FieldMeta* last() const { return fields.empty() ? nullptr : fields.back(); }
    /// All parts are fields.
    bool is_field() const { return !fields.empty() && rest.empty(); }
};
FieldPath walk_path(const db::ModelMeta& model, std::string_view path);

/// Names that lead over relations only: "manufacturer__name" gives "manufacturer".
std::string relations_of(const FieldPath& path);

/// Whether a visitor may filter by this, as Django's lookup_allowed() decides: fields of the model
/// itself, and paths behind relations that `allowed` names.
bool lookup_allowed(const db::ModelMeta& model, std::string_view lookup,
                    const std::vector<std::string>& allowed);

}  // namespace tatum::admin::impl
