#pragma once

#include <tatum/db/migrations/migration.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tatum::db::migrations {

/// What only a person can know. The defaults answer as `makemigrations --noinput` does.
class Questioner {
public:
    virtual ~Questioner() = default;
    /// Was the field renamed, rather than one removed and another added? They are alike but for the
    /// name.
    virtual bool is_rename(const ModelState& model, const FieldState& removed,
                           const FieldState& added);
    virtual bool is_rename(const ModelState& removed, const ModelState& added);
    /// What existing rows get in a field that may not be null and has no default; nullopt: stop and
    /// let the model be changed. The default stops.
    virtual std::optional<Value> default_for(const ModelState& model, const FieldState& field);
};

/// A new field needs a value for the rows that exist, and nobody gave one.
struct NeedsDefault : Exception {
    using Exception::Exception;
};

/// The migrations that lead from the end of `graph` to the models as they are declared. At most a
/// few per app: more than one only where apps refer to each other in a circle. Names are numbered
/// on from the app's last. Empty when nothing changed. Throws NeedsDefault, and
/// ImproperlyConfigured when an app has two leaves.
std::vector<Migration> detect_changes(const MigrationGraph& graph, const ProjectState& declared,
                                      Questioner& questioner);

/// "0002_product_weight", "0001_initial": the name of a migration with these operations.
std::string migration_name(std::span<const Operation> operations, int number, bool initial);

}  // namespace tatum::db::migrations
