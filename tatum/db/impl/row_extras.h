#pragma once

#include <tatum/db/database.h>
#include <tatum/db/impl/sql.h>
#include <tatum/db/meta.h>
#include <tatum/db/model.h>

namespace tatum::db::impl {

/// What only some rows carry: annotations, columns left unread, prefetched relations.
struct RowExtras {
    struct Related {
        const FieldMeta* field = nullptr;  ///< the relation of the other model
        RowsPtr rows;                      ///< its rows; of a one-to-one relation one, or none
    };

    std::vector<std::pair<std::string, Value>> annotations;
    std::vector<const FieldMeta*> deferred;
    std::vector<Related> related;

    const Related* find(const FieldMeta& field) const {
        for (const Related& entry : related) {
            if (entry.field == &field) return &entry;
        }
        return nullptr;
    }
    void set(const FieldMeta& field, RowsPtr rows) {
        for (Related& entry : related) {
            if (entry.field == &field) {
                entry.rows = std::move(rows);
                return;
            }
        }
        related.push_back({&field, std::move(rows)});
    }
};

inline ModelBase& base_of(const ModelMeta& model, void* object) {
    return *model.type->base(object);
}
/// Tells the object's many-to-many members whose they are, and all its relations in which database.
void link_relations(const ModelMeta& model, void* object);
/// The alias of a database other than the default; "" for that and for null.
std::string_view alias_elsewhere(const Database* database);
/// The database that an object came from, or the default.
Database& database_of(const ModelMeta& model, const void* object, std::string_view using_);
const ModelBase& base_of(const ModelMeta& model, const void* object);
/// What save() does before it writes: auto_now, and refusing relations to unsaved objects.
void prepare_insert(const ModelMeta& model, void* object);
/// The value of a column that defer() or only() left out. Queries: 1.
Value read_deferred(const ModelMeta& model, const void* object, const FieldMeta& field);

}  // namespace tatum::db::impl
