#pragma once

#include <tatum/db/state.h>

#include <string>
#include <variant>
#include <vector>

namespace tatum::db::schema {
class SqliteEditor;
}

/// The steps a migration is made of. Their names are Django's. Models and fields are named without
/// the app, since a migration changes its own app only.
namespace tatum::db::migrations {

struct CreateModel {
    ModelState model;
};
struct DeleteModel {
    std::string model;
};
struct RenameModel {
    std::string old_name, new_name;
};
struct AlterModelTable {
    std::string model, db_table;
};
struct AlterUniqueTogether {
    std::string model;
    std::vector<std::vector<std::string>> unique_together;
};
struct AddField {
    std::string model;
    FieldState field;
};
struct RemoveField {
    std::string model, name;
};
struct AlterField {
    std::string model;
    FieldState field;
};
struct RenameField {
    std::string model, old_name, new_name;
};
struct AddIndex {
    std::string model;
    IndexState index;
};
struct RemoveIndex {
    std::string model, name;
};
struct AddConstraint {
    std::string model;
    ConstraintState constraint;
};
struct RemoveConstraint {
    std::string model, name;
};
/// Statements of one's own. Without `reverse_sql` the migration cannot be unapplied.
struct RunSQL {
    std::vector<std::string> sql;
    std::vector<std::string> reverse_sql;
    bool reversible = false;
};

using Operation = std::variant<CreateModel, DeleteModel, RenameModel, AlterModelTable,
                               AlterUniqueTogether, AddField, RemoveField, AlterField, RenameField,
                               AddIndex, RemoveIndex, AddConstraint, RemoveConstraint, RunSQL>;

/// Changes `project` as the operation of `app` says. Throws ImproperlyConfigured where it names
/// what is not there.
void apply(const Operation& operation, const std::string& app, ProjectState& project);

/// The SQL of the change from `before` to `after`.
void forwards(const Operation& operation, const std::string& app, const ProjectState& before,
              const ProjectState& after, schema::SqliteEditor& editor);
/// The SQL of the way back: from `after` to `before`. Throws IrreversibleError.
void backwards(const Operation& operation, const std::string& app, const ProjectState& before,
               const ProjectState& after, schema::SqliteEditor& editor);

struct IrreversibleError : Exception {
    using Exception::Exception;
};

/// For people: "Create model Category".
std::string describe(const Operation& operation);
/// For file names: "category", "remove_product_weight"; empty for RunSQL.
std::string name_fragment(const Operation& operation);
/// In front of a description in listings: '+' adds, '-' removes, '~' alters, 's' is SQL.
char symbol(const Operation& operation);

}  // namespace tatum::db::migrations
