#pragma once

#include <tatum/db/state.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::db::schema {

/// The SQL of changes to models, for SQLite. It runs nothing: statements() are to be executed in
/// order, in one transaction and with foreign keys switched off, since what ALTER TABLE cannot do
/// is done by making the table anew. Each method takes the models as they are after the change;
/// names and statements are Django's.
class SqliteEditor {
public:
    struct Options {
        int django_version = 601;  ///< major * 100 + minor, where the text of statements differs
    };

    SqliteEditor() = default;
    explicit SqliteEditor(Options options) : options_(options) {}

    /// The table, those of its many-to-many fields, and (deferred) the indexes.
    void create_model(const ModelState& model, const ProjectState& project);
    void delete_model(const ModelState& model, const ProjectState& project);
    /// `before` and `after` differ in name or db_table.
    void rename_model(const ModelState& before, const ModelState& after,
                      const ProjectState& project_before, const ProjectState& project);

    /// `model` has the field already. A field that may not be null fills existing rows with its
    /// default_value; without one, with "" for texts, else the statement fails on a table with
    /// rows.
    void add_field(const ModelState& model, const FieldState& field, const ProjectState& project);
    /// `before` still has the field, `after` does not.
    void remove_field(const ModelState& before, const ModelState& after, const FieldState& field,
                      const ProjectState& project);
    /// Also renames: `old_field` belongs to `before`, `new_field` to `after`.
    void alter_field(const ModelState& before, const ModelState& after, const FieldState& old_field,
                     const FieldState& new_field, const ProjectState& project);

    void add_index(const ModelState& model, const IndexState& index);
    void remove_index(const IndexState& index);
    void add_constraint(const ModelState& after, const ConstraintState& constraint,
                        const ProjectState& project);
    void remove_constraint(const ModelState& after, const ConstraintState& constraint,
                           const ProjectState& project);
    void alter_unique_together(const ModelState& before, const ModelState& after,
                               const ProjectState& project);

    /// A statement of somebody's own.
    void execute(std::string sql) { statements_.push_back(std::move(sql)); }

    /// Everything so far, the deferred statements (indexes) at the end. Each ends with ';'.
    std::vector<std::string> statements();

private:
    /// One column of a table that is made anew, and what fills it.
    struct Source {
        std::string column, expression;
    };
    /// An index that is still to be made, which renamed tables and columns follow until then.
    struct Index {
        bool unique = false;
        std::string name;  ///< empty: made from the table and the columns
        std::string table;
        std::vector<std::string> columns;  ///< "-price" is descending
        std::string condition;             ///< SQL; empty: of all rows

        std::string final_name() const;
    };

    static std::string sql_of(const Index& index);
    void create_table(const ModelState& model, std::string_view table, const ProjectState& project);
    void remake_table(const ModelState& before, const ModelState& after,
                      std::span<const Source> changed, const ProjectState& project);
    std::string column_sql(const ModelState& model, const FieldState& field,
                           const ProjectState& project) const;
    std::string column_type(const FieldState& field, const ProjectState& project) const;
    std::string constraint_sql(const ModelState& model, const ConstraintState& constraint) const;
    void drop_table(const std::string& table);
    void rename_table(const std::string& from, const std::string& to);
    void rename_column(const std::string& table, const std::string& from, const std::string& to);
    void alter_many_to_many(const ModelState& before, const ModelState& after,
                            const FieldState& old_field, const FieldState& new_field,
                            const ProjectState& project);
    void drop_index(const std::string& name);
    /// False when no such index waits to be made.
    bool forget_index(const std::string& name);
    void add_unique_index(const ModelState& model, const ConstraintState& constraint);
    void add_indexes(const ModelState& model);
    void add_unique(const ModelState& model, std::span<const std::string> fields);
    void add_field_index(const ModelState& model, const FieldState& field);

    Options options_;
    std::vector<std::string> statements_;
    std::vector<Index> deferred_;
};

/// The type of a field's column ("varchar(300)"); empty for a ManyToManyField.
std::string sqlite_type(const FieldState& field, const ProjectState& project);

}  // namespace tatum::db::schema
