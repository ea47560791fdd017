#include "kinds.h"

#include <tatum/base/text.h>
#include <tatum/db/schema/names.h>
#include <tatum/db/schema/sqlite_editor.h>

#include <algorithm>

namespace tatum::conformance {

namespace {

using db::ConstraintState;
using db::FieldState;
using db::ModelState;
using db::ProjectState;

std::vector<std::string> texts(const Value& list) {
    std::vector<std::string> out;
    for (const auto& item : list.items().value_or(List{})) out.push_back(item.str());
    return out;
}

std::optional<int> number(const Dict& kwargs, std::string_view key) {
    const auto value = kwargs.get(Name(key));
    return value.is_none() ? std::nullopt : std::optional(static_cast<int>(to_integer(value)));
}

FieldState read_field(const Dict& spec) {
    static const Dict kNoArguments;
    const auto* given = spec.find("kwargs");
    const Dict& kwargs = given == nullptr ? kNoArguments : given->as_dict();
    FieldState field{.name = spec.get("name").str(),
                     .type = spec.get("field").str(),
                     .null = kwargs.get("null").truth(),
                     .primary_key = kwargs.get("primary_key").truth(),
                     .unique = kwargs.get("unique").truth(),
                     .max_length = number(kwargs, "max_length"),
                     .max_digits = number(kwargs, "max_digits"),
                     .decimal_places = number(kwargs, "decimal_places")};
    if (kwargs.contains("db_index")) field.db_index = kwargs.get("db_index").truth();
    if (kwargs.contains("db_column")) field.db_column = kwargs.get("db_column").str();
    if (kwargs.contains("db_table")) field.db_table = kwargs.get("db_table").str();
    if (kwargs.contains("to_field")) field.to_field = kwargs.get("to_field").str();
    if (kwargs.contains("through")) field.through = kwargs.get("through").str();
    if (kwargs.contains("db_constraint")) field.db_constraint = kwargs.get("db_constraint").truth();
    if (const auto target = texts(spec.get("args")); !target.empty()) field.to = target.front();
    return field;
}

/// With the lookups by name, as Django's Q(**kwargs) orders them.
Value read_condition(const Value& condition) {
    if (condition.is_list()) {
        List parts;
        for (const auto& part : condition.as_list()) parts.push_back(read_condition(part));
        return Value(std::move(parts));
    }
    if (!condition.is_dict()) return condition;
    std::vector<std::string> names;
    for (const auto& [name, value] : condition.as_dict()) names.push_back(name.str());
    std::ranges::sort(names);
    Dict sorted;
    for (const auto& name : names) sorted.set(name, condition.as_dict().get(Name(name)));
    return Value(std::move(sorted));
}

ConstraintState read_constraint(const Dict& spec) {
    return {.kind = spec.get("type").str() == "check" ? ConstraintState::Kind::Check
                                                      : ConstraintState::Kind::Unique,
            .name = spec.get("name").str(),
            .fields = texts(spec.get("fields")),
            .condition = read_condition(spec.get("condition"))};
}

ModelState read_model(const Dict& spec) {
    ModelState model{.app_label = spec.get("app").str(), .name = spec.get("name").str()};
    const auto fields = spec.get("fields").items().value_or(List{});
    for (const auto& field : fields) model.fields.push_back(read_field(field.as_dict()));
    if (!spec.contains("meta")) return model;
    const Dict& meta = spec.find("meta")->as_dict();
    if (meta.contains("db_table")) model.db_table = meta.get("db_table").str();
    const auto together = meta.get("unique_together").items().value_or(List{});
    for (const auto& group : together) model.unique_together.push_back(texts(group));
    const auto indexes = meta.get("indexes").items().value_or(List{});
    for (const auto& item : indexes) {
        const auto& index = item.as_dict();
        model.indexes.push_back({index.contains("name") ? index.get("name").str() : std::string(),
                                 texts(index.get("fields")),
                                 read_condition(index.get("condition"))});
    }
    const auto constraints = meta.get("constraints").items().value_or(List{});
    for (const auto& item : constraints)
        model.constraints.push_back(read_constraint(item.as_dict()));
    return model;
}

ProjectState read_project(const Case& c) {
    ProjectState project;
    for (const auto& model : c.list("models")) project.add(read_model(model.as_dict()));
    return project;
}

Outcome run_schema(const Case& c) {
    const auto project = read_project(c);
    db::schema::SqliteEditor editor({.django_version = c.since("6.1") ? 601 : 502});
    for (const auto& model : project.models()) editor.create_model(model, project);
    List statements;
    for (const auto& statement : editor.statements()) statements.emplace_back(statement);
    return Outcome::value(std::move(statements));
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : ",") + part;
    return out;
}

Dict generated_names(const ModelState& model, const ProjectState& project) {
    namespace names = db::schema;
    Dict out;
    for (const auto& field : model.fields) {
        if (field.is_many_to_many()) continue;
        const auto column = field.column();
        if (field.has_index()) {
            out.set("index:" + column, names::index_name(model.table(), std::span(&column, 1)));
        }
        if (field.is_key()) {
            out.set("fk:" + column,
                    names::foreign_key_name(model.table(), column, project.at(field.to).table(),
                                            db::target_field(field, project).column()));
        }
    }
    for (const auto& fields : model.unique_together) {
        const auto columns = names::columns_of(model, fields);
        out.set("uniq:" + joined(columns), names::index_name(model.table(), columns, "_uniq"));
    }
    for (const auto& index : model.indexes) out.set("meta:" + joined(index.fields), index.name);
    return out;
}

/// What Django shows of a model and its fields where the declaration says nothing.
void add_verbose_names(Dict& out, const ModelState& model, const Dict& spec) {
    const Value given = spec.get("meta");
    const Dict meta = given.is_dict() ? given.as_dict() : Dict();
    const auto name = meta.contains("verbose_name") ? meta.get("verbose_name").str()
                                                    : db::schema::verbose_name_of_class(model.name);
    out.set("verbose_name", name);
    out.set("verbose_name_plural", meta.contains("verbose_name_plural")
                                       ? meta.get("verbose_name_plural").str()
                                       : name + "s");
    const auto declared = spec.get("fields").items().value_or(List{});
    const bool declares_id = std::ranges::any_of(
        declared, [](const Value& field) { return field.as_dict().get("name").str() == "id"; });
    Dict fields;
    for (const auto& field : model.fields) {
        if (field.is_many_to_many()) continue;
        fields.set(field.name, field.name == "id" && !declares_id
                                   ? Value("ID")
                                   : Value(strings::replace(field.name, "_", " ")));
    }
    out.set("verbose_names", std::move(fields));
}

Outcome run_model_names(const Case& c) {
    const auto project = read_project(c);
    List all;
    for (std::size_t i = 0; i < project.models().size(); ++i) {
        const auto& model = project.models()[i];
        Dict out;
        List columns, many;
        for (const auto& field : model.fields) {
            if (!field.is_many_to_many()) {
                columns.emplace_back(field.column());
                continue;
            }
            const auto through = db::automatic_through(model, field, project);
            Dict pair;
            pair.set("table", through.table());
            pair.set("columns", List{through.fields[1].column(), through.fields[2].column()});
            many.emplace_back(std::move(pair));
        }
        out.set("table", model.table());
        out.set("columns", std::move(columns));
        out.set("m2m", std::move(many));
        out.set("names", generated_names(model, project));
        add_verbose_names(out, model, c.list("models")[i].as_dict());
        all.emplace_back(std::move(out));
    }
    return Outcome::value(std::move(all));
}

Outcome run_truncate_name(const Case& c) {
    const auto length = c.get("length");
    return Outcome::value(db::schema::truncate_name(
        c.text("name"),
        length.is_none() ? std::nullopt
                         : std::optional(static_cast<std::size_t>(to_integer(length))),
        static_cast<std::size_t>(c.integer("hash_len", 4))));
}

constexpr CaseKind kSchemaKinds[] = {
    {"schema", run_schema}, {"model_names", run_model_names}, {"truncate_name", run_truncate_name}};

}  // namespace

std::span<const CaseKind> schema_kinds() { return kSchemaKinds; }

}  // namespace tatum::conformance
