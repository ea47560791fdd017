#include <tatum/db/schema/sqlite_editor.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/db/impl/sql.h>
#include <tatum/db/schema/condition.h>
#include <tatum/db/schema/names.h>

#include <algorithm>
#include <array>

namespace tatum::db::schema {

namespace {

using impl::quoted;

std::string quoted_list(std::span<const std::string> columns) {
    std::string out;
    for (const auto& column : columns) {
        if (!out.empty()) out += ", ";
        out += column.starts_with('-') ? quoted(column.substr(1)) + " DESC" : quoted(column);
    }
    return out;
}

struct ColumnType {
    std::string_view field, sql;
    std::string_view referred = {};  ///< what a key to such a field is, where that differs
};

/// Types without parameters. "varchar" stands for those with a length.
constexpr std::array<ColumnType, 31> kColumnTypes{{
    {"AutoField", "integer"},
    {"BigAutoField", "integer", "bigint"},
    {"SmallAutoField", "integer", "smallint"},
    {"BigIntegerField", "bigint"},
    {"BinaryField", "BLOB"},
    {"BooleanField", "bool"},
    {"CharField", "varchar"},
    {"DateField", "date"},
    {"DateTimeField", "datetime"},
    {"DecimalField", "decimal"},
    {"DurationField", "bigint"},
    {"EmailField", "varchar"},
    {"FileField", "varchar"},
    {"FilePathField", "varchar"},
    {"FloatField", "real"},
    {"GenericIPAddressField", "char(39)"},
    {"ImageField", "varchar"},
    {"IntegerField", "integer"},
    {"JSONField", "text"},
    {"PositiveBigIntegerField", "bigint unsigned", "bigint"},
    {"PositiveIntegerField", "integer unsigned", "integer"},
    {"PositiveSmallIntegerField", "smallint unsigned", "smallint"},
    {"SlugField", "varchar"},
    {"SmallIntegerField", "smallint"},
    {"TextField", "text"},
    {"TimeField", "time"},
    {"URLField", "varchar"},
    {"UUIDField", "char(32)"},
    {"IPAddressField", "char(15)"},
    {"NullBooleanField", "bool"},
    {"CommaSeparatedIntegerField", "varchar"},
}};

/// The length that a type has when the declaration gives none.
int usual_length(std::string_view type) {
    if (type == "EmailField") return 254;
    if (type == "URLField") return 200;
    if (type == "SlugField") return 50;
    return type == "CharField" ? 0 : 100;
}

const ColumnType& column_type_of(const FieldState& field) {
    const auto found = std::ranges::find(kColumnTypes, field.type, &ColumnType::field);
    if (found == kColumnTypes.end()) {
        throw ImproperlyConfigured("The field '" + field.name +
                                   "' has a type that SQLite has no column for: " + field.type +
                                   ".");
    }
    return *found;
}

std::string check_of(const FieldState& field) {
    const auto column = quoted(field.column());
    if (field.type.starts_with("Positive")) return column + " >= 0";
    if (field.type == "JSONField") return "(JSON_VALID(" + column + ") OR " + column + " IS NULL)";
    return {};
}

bool is_text(const FieldState& field) {
    const auto sql = column_type_of(field).sql;
    return sql == "varchar" || field.type == "TextField" || sql.starts_with("char(");
}

/// What existing rows get in a column that is new or may no longer be null.
std::string fill_of(const FieldState& field) {
    if (field.default_value) return sql_literal(field, *field.default_value);
    if (!field.null && !field.is_key() && is_text(field)) return "''";
    return "NULL";
}

/// The names of a table's columns, many-to-many fields left out.
std::vector<const FieldState*> stored_fields(const ModelState& model) {
    std::vector<const FieldState*> fields;
    for (const auto& field : model.fields) {
        if (!field.is_many_to_many()) fields.push_back(&field);
    }
    return fields;
}

}  // namespace

std::string sqlite_type(const FieldState& field, const ProjectState& project) {
    if (field.is_many_to_many()) return {};
    if (field.is_key()) {
        const auto& target = target_field(field, project);
        if (target.is_key()) return sqlite_type(target, project);
        const auto& type = column_type_of(target);
        return type.referred.empty() ? sqlite_type(target, project) : std::string(type.referred);
    }
    const auto& type = column_type_of(field);
    if (type.sql != "varchar") return std::string(type.sql);
    const int length = field.max_length.value_or(usual_length(field.type));
    return length == 0 ? "varchar" : "varchar(" + std::to_string(length) + ")";
}

std::string SqliteEditor::column_type(const FieldState& field, const ProjectState& project) const {
    return sqlite_type(field, project);
}

std::string SqliteEditor::column_sql(const ModelState& model, const FieldState& field,
                                     const ProjectState& project) const {
    std::string sql = quoted(field.column()) + " " + column_type(field, project);
    sql += field.null ? " NULL" : " NOT NULL";
    if (field.primary_key) {
        sql += " PRIMARY KEY";
    } else if (field.is_unique()) {
        sql += " UNIQUE";
    }
    if (!field.is_key()) {
        if (const auto check = check_of(field); !check.empty()) sql += " CHECK (" + check + ")";
        if (field.is_auto()) sql += " AUTOINCREMENT";
    } else if (field.db_constraint) {
        const auto& target = project.at(field.to);
        // A self-reference names the final table, also while the table is being made anew.
        sql += " REFERENCES " +
               quoted(target.label() == model.label() ? model.table() : target.table()) + " (" +
               quoted(target_field(field, project).column()) + ") DEFERRABLE INITIALLY DEFERRED";
    }
    return sql;
}

std::string SqliteEditor::constraint_sql(const ModelState& model,
                                         const ConstraintState& constraint) const {
    const auto head = "CONSTRAINT " + quoted(constraint.name);
    if (constraint.kind == ConstraintState::Kind::Unique) {
        return head + " UNIQUE (" + quoted_list(columns_of(model, constraint.fields)) + ")";
    }
    return head + " CHECK (" + sql_condition(constraint.condition, model, options_.django_version) +
           ")";
}

void SqliteEditor::add_unique_index(const ModelState& model, const ConstraintState& constraint) {
    deferred_.push_back(
        {.unique = true,
         .name = constraint.name,
         .table = model.table(),
         .columns = columns_of(model, constraint.fields),
         .condition = sql_condition(constraint.condition, model, options_.django_version)});
}

void SqliteEditor::create_table(const ModelState& model, std::string_view table,
                                const ProjectState& project) {
    std::string body;
    const auto add = [&](const std::string& part) {
        if (!body.empty()) body += ", ";
        body += part;
    };
    for (const auto* field : stored_fields(model)) add(column_sql(model, *field, project));
    for (const auto& constraint : model.constraints) {
        const bool partial =
            constraint.kind == ConstraintState::Kind::Unique && !constraint.condition.is_none();
        if (!partial) add(constraint_sql(model, constraint));
    }
    execute("CREATE TABLE " + quoted(table) + " (" + body + ");");
}

void SqliteEditor::add_unique(const ModelState& model, std::span<const std::string> fields) {
    deferred_.push_back(
        {.unique = true, .table = model.table(), .columns = columns_of(model, fields)});
}

void SqliteEditor::add_field_index(const ModelState& model, const FieldState& field) {
    deferred_.push_back({.table = model.table(), .columns = {field.column()}});
}

void SqliteEditor::add_indexes(const ModelState& model) {
    for (const auto& fields : model.unique_together) add_unique(model, fields);
    for (const auto& constraint : model.constraints) {
        if (constraint.kind == ConstraintState::Kind::Unique && !constraint.condition.is_none()) {
            add_unique_index(model, constraint);
        }
    }
    for (const auto* field : stored_fields(model)) {
        if (field->has_index()) add_field_index(model, *field);
    }
    for (const auto& index : model.indexes) add_index(model, index);
}

void SqliteEditor::create_model(const ModelState& model, const ProjectState& project) {
    create_table(model, model.table(), project);
    add_indexes(model);
    for (const auto& field : model.fields) {
        if (field.is_many_to_many() && field.through.empty()) {
            create_model(automatic_through(model, field, project), project);
        }
    }
}

void SqliteEditor::delete_model(const ModelState& model, const ProjectState& project) {
    for (const auto& field : model.fields) {
        if (field.is_many_to_many() && field.through.empty()) {
            drop_table(automatic_through(model, field, project).table());
        }
    }
    drop_table(model.table());
}

void SqliteEditor::drop_table(const std::string& table) {
    execute("DROP TABLE " + quoted(table) + ";");
    // Indexes that wait for this table would never find it.
    std::erase_if(deferred_, [&](const Index& index) { return index.table == table; });
}

void SqliteEditor::rename_table(const std::string& from, const std::string& to) {
    if (from == to) return;
    execute("ALTER TABLE " + quoted(from) + " RENAME TO " + quoted(to) + ";");
    for (auto& index : deferred_) {
        if (index.table == from) index.table = to;
    }
}

void SqliteEditor::rename_column(const std::string& table, const std::string& from,
                                 const std::string& to) {
    if (from == to) return;
    // A condition is text. SQLite renames the columns in it, once the index is there.
    for (const auto& index : deferred_) {
        if (index.table == table && !index.condition.empty()) execute(sql_of(index));
    }
    std::erase_if(deferred_, [&](const Index& index) {
        return index.table == table && !index.condition.empty();
    });
    execute("ALTER TABLE " + quoted(table) + " RENAME COLUMN " + quoted(from) + " TO " +
            quoted(to) + ";");
    for (auto& index : deferred_) {
        if (index.table != table) continue;
        for (auto& column : index.columns) {
            if (column == from) column = to;
            if (column == "-" + from) column = "-" + to;
        }
    }
}

void SqliteEditor::rename_model(const ModelState& before, const ModelState& after,
                                const ProjectState& project_before, const ProjectState& project) {
    rename_table(before.table(), after.table());
    // The tables of pairs are named after the model that has the field, their columns after both.
    for (const auto& model : project.models()) {
        const bool own = model.label() == after.label();
        const auto& old_model = own ? before : project_before.at(model.label());
        for (const auto& field : model.fields) {
            const auto* old_field = old_model.field(field.name);
            if (!field.is_many_to_many() || !field.through.empty() || !model.managed) continue;
            if (old_field == nullptr ||
                (!own && !ascii::equals_ignoring_case(field.to, after.label())))
                continue;
            const auto from = automatic_through(old_model, *old_field, project_before);
            const auto to = automatic_through(model, field, project);
            rename_table(from.table(), to.table());
            for (std::size_t i = 1; i < to.fields.size(); ++i) {
                rename_column(to.table(), from.fields[i].column(), to.fields[i].column());
            }
        }
    }
}

void SqliteEditor::remake_table(const ModelState& before, const ModelState& after,
                                std::span<const Source> changed, const ProjectState& project) {
    const auto fresh = "new__" + after.table();
    create_table(after, fresh, project);
    std::string columns, expressions;
    for (const auto* field : stored_fields(after)) {
        const auto column = field->column();
        const auto source = std::ranges::find(changed, column, &Source::column);
        const auto expression = source == changed.end() ? quoted(column) : source->expression;
        if (expression.empty()) continue;
        columns += (columns.empty() ? "" : ", ") + quoted(column);
        expressions += (expressions.empty() ? "" : ", ") + expression;
    }
    execute("INSERT INTO " + quoted(fresh) + " (" + columns + ") SELECT " + expressions + " FROM " +
            quoted(before.table()) + ";");
    drop_table(before.table());  // its indexes, deferred ones too, are made anew with it
    execute("ALTER TABLE " + quoted(fresh) + " RENAME TO " + quoted(after.table()) + ";");
    add_indexes(after);
}

void SqliteEditor::add_field(const ModelState& model, const FieldState& field,
                             const ProjectState& project) {
    if (field.is_many_to_many()) {
        if (field.through.empty()) create_model(automatic_through(model, field, project), project);
        return;
    }
    const auto fill = fill_of(field);
    if (field.is_unique() || !field.null || fill != "NULL") {
        const Source source{field.column(), fill};
        remake_table(model, model, std::span(&source, 1), project);
        return;
    }
    execute("ALTER TABLE " + quoted(model.table()) + " ADD COLUMN " +
            column_sql(model, field, project) + ";");
    if (field.has_index()) add_field_index(model, field);
}

void SqliteEditor::remove_field(const ModelState& before, const ModelState& after,
                                const FieldState& field, const ProjectState& project) {
    if (field.is_many_to_many()) {
        if (field.through.empty()) drop_table(automatic_through(before, field, project).table());
        return;
    }
    const bool plain =
        !field.is_unique() && !field.has_index() && !field.is_key() && check_of(field).empty();
    if (!plain) return remake_table(before, after, {}, project);
    execute("ALTER TABLE " + quoted(after.table()) + " DROP COLUMN " + quoted(field.column()) +
            ";");
}

void SqliteEditor::alter_many_to_many(const ModelState& before, const ModelState& after,
                                      const FieldState& old_field, const FieldState& new_field,
                                      const ProjectState& project) {
    if (old_field.type != new_field.type ||
        !ascii::equals_ignoring_case(old_field.through, new_field.through)) {
        throw ImproperlyConfigured("The field " + after.label() + "." + new_field.name +
                                   " cannot be altered into or out of a many-to-many field; "
                                   "remove it and add it anew.");
    }
    if (!new_field.through.empty()) return;
    const auto from = automatic_through(before, old_field, project);
    const auto to = automatic_through(after, new_field, project);
    rename_table(from.table(), to.table());
    if (from.fields == to.fields) return;
    // The keys lead elsewhere now; the pairs keep their numbers.
    for (std::size_t i = 1; i < to.fields.size(); ++i) {
        rename_column(to.table(), from.fields[i].column(), to.fields[i].column());
    }
    remake_table(to, to, {}, project);
}

void SqliteEditor::alter_field(const ModelState& before, const ModelState& after,
                               const FieldState& old_field, const FieldState& new_field,
                               const ProjectState& project) {
    if (old_field.is_many_to_many() || new_field.is_many_to_many()) {
        return alter_many_to_many(before, after, old_field, new_field, project);
    }
    FieldState renamed = old_field;
    renamed.name = new_field.name;
    renamed.db_column = new_field.db_column;
    const bool same_definition =
        column_sql(after, renamed, project) == column_sql(after, new_field, project) &&
        renamed.has_index() == new_field.has_index();
    const auto was = old_field.column(), is = new_field.column();
    if (same_definition && was == is) return;
    // Unlike Django: also before the table is made anew, for the sake of triggers and views.
    rename_column(after.table(), was, is);
    if (same_definition && !new_field.has_index() && check_of(new_field).empty()) return;
    const auto fill = fill_of(new_field);
    const bool fills = old_field.null && !new_field.null && fill != "NULL";
    const Source source{is, fills ? "coalesce(" + quoted(is) + ", " + fill + ")" : quoted(is)};
    remake_table(before, after, std::span(&source, 1), project);
}

void SqliteEditor::add_index(const ModelState& model, const IndexState& index) {
    Index made{
        .name = index.name, .table = model.table(), .columns = columns_of(model, index.fields)};
    if (!index.condition.is_none()) {
        made.condition = sql_condition(index.condition, model, options_.django_version);
    }
    deferred_.push_back(std::move(made));
}

std::string SqliteEditor::Index::final_name() const {
    return name.empty() ? index_name(table, columns, unique ? "_uniq" : "") : name;
}

std::string SqliteEditor::sql_of(const Index& index) {
    std::string sql = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    sql += quoted(index.final_name()) + " ON " + quoted(index.table) + " (" +
           quoted_list(index.columns) + ")";
    if (!index.condition.empty()) sql += " WHERE " + index.condition;
    return sql + ";";
}

void SqliteEditor::remove_index(const IndexState& index) { drop_index(index.name); }

bool SqliteEditor::forget_index(const std::string& name) {
    return std::erase_if(deferred_,
                         [&](const Index& index) { return index.final_name() == name; }) > 0;
}

void SqliteEditor::drop_index(const std::string& name) {
    if (!forget_index(name)) execute("DROP INDEX " + quoted(name) + ";");
}

void SqliteEditor::add_constraint(const ModelState& after, const ConstraintState& constraint,
                                  const ProjectState& project) {
    if (constraint.kind == ConstraintState::Kind::Unique && !constraint.condition.is_none()) {
        add_unique_index(after, constraint);
    } else {
        remake_table(after, after, {}, project);
    }
}

void SqliteEditor::remove_constraint(const ModelState& after, const ConstraintState& constraint,
                                     const ProjectState& project) {
    if (constraint.kind == ConstraintState::Kind::Unique && !constraint.condition.is_none()) {
        drop_index(constraint.name);
    } else {
        remake_table(after, after, {}, project);
    }
}

void SqliteEditor::alter_unique_together(const ModelState& before, const ModelState& after,
                                         const ProjectState& project) {
    const auto has = [](const ModelState& model, const std::vector<std::string>& fields) {
        return std::ranges::find(model.unique_together, fields) != model.unique_together.end();
    };
    bool stands = false;
    for (const auto& fields : before.unique_together) {
        if (has(after, fields)) continue;
        const auto name = index_name(before.table(), columns_of(before, fields), "_uniq");
        if (!forget_index(name)) stands = true;
    }
    // An index keeps its name when the table or a column of it is renamed, so nothing here knows
    // what to drop. Django looks into the database; a table made anew has what it should have.
    if (stands) return remake_table(after, after, {}, project);
    for (const auto& fields : after.unique_together) {
        if (!has(before, fields)) add_unique(after, fields);
    }
}

std::vector<std::string> SqliteEditor::statements() {
    auto all = std::move(statements_);
    for (const auto& index : deferred_) all.push_back(sql_of(index));
    statements_.clear();
    deferred_.clear();
    return all;
}

}  // namespace tatum::db::schema
