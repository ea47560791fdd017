#include <tatum/db/meta.h>
#include <tatum/db/migrations/executor.h>

#include <algorithm>

namespace tatum::db::migrations {

namespace {

std::optional<int> unless_zero(int number) {
    return number == 0 ? std::nullopt : std::optional<int>(number);
}

Value condition_of(const ModelMeta& model, const Q& condition) {
    return condition.empty() ? Value() : Value(condition_sql(model, condition));
}

FieldState field_state(const FieldMeta& meta) {
    FieldState field{.name = meta.name,
                     .type = std::string(field_kind_name(meta.kind)),
                     .null = meta.null,
                     .primary_key = meta.primary_key,
                     .unique = meta.unique && !meta.primary_key,
                     .max_length = unless_zero(meta.max_length),
                     .max_digits = unless_zero(meta.max_digits)};
    if (field.max_digits) field.decimal_places = meta.decimal_places;
    if (const auto* relation = meta.relation.get()) {
        field.to = relation->target->label;
        field.db_constraint = relation->db_constraint;
        field.to_field = relation->to_field_name;
        if (relation->through_type != nullptr) field.through = relation->through->label;
        const auto usual = meta.model->db_table + "_" + meta.name;
        if (relation->db_table != usual) field.db_table = relation->db_table;
    }
    if (meta.is_many_to_many()) return field;
    if (field.column() != meta.column) field.db_column = meta.column;
    if (field.has_index() != (meta.db_index && !field.is_unique())) field.db_index = meta.db_index;
    if (meta.has_default) field.default_value = meta.default_value;
    return field;
}

ModelState model_state(const ModelMeta& meta) {
    ModelState model{.app_label = meta.app_label, .name = meta.name, .managed = meta.managed};
    if (model.table() != meta.db_table) model.db_table = meta.db_table;
    for (const auto& field : meta.fields) model.fields.push_back(field_state(*field));
    for (const auto& field : meta.many_to_many) model.fields.push_back(field_state(*field));
    model.unique_together = meta.unique_together;
    for (const auto& index : meta.indexes) {
        model.indexes.push_back({index.named ? index.name : std::string(), index.fields,
                                 condition_of(meta, index.condition)});
    }
    for (const auto& check : meta.checks) {
        model.constraints.push_back({.kind = ConstraintState::Kind::Check,
                                     .name = check.name,
                                     .condition = condition_of(meta, check.condition)});
    }
    for (const auto& unique : meta.constraints) {
        model.constraints.push_back({.kind = ConstraintState::Kind::Unique,
                                     .name = unique.name,
                                     .fields = unique.fields,
                                     .condition = condition_of(meta, unique.condition)});
    }
    return model;
}

}  // namespace

ProjectState declared_state(const ModelRegistry& registry) {
    ProjectState project;
    for (const auto& model : registry.models()) {
        if (!model->auto_created) project.add(model_state(*model));
    }
    return project;
}

}  // namespace tatum::db::migrations
