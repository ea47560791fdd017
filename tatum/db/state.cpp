#include <tatum/db/state.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/db/schema/names.h>

#include <algorithm>

namespace tatum::db {

namespace {

bool same_label(std::string_view a, std::string_view b) {
    return ascii::equals_ignoring_case(a, b);
}

}  // namespace

bool FieldState::has_index() const {
    if (is_unique() || is_many_to_many()) return false;
    return db_index.value_or(type == "SlugField" || type == "ForeignKey");
}

std::string FieldState::column() const {
    if (!db_column.empty()) return db_column;
    return is_key() ? name + "_id" : name;
}

bool operator==(const FieldState& a, const FieldState& b) {
    return a.name == b.name && a.type == b.type && a.null == b.null &&
           a.primary_key == b.primary_key && a.is_unique() == b.is_unique() &&
           a.has_index() == b.has_index() && a.max_length == b.max_length &&
           a.max_digits == b.max_digits && a.decimal_places == b.decimal_places &&
           a.column() == b.column() && same_label(a.to, b.to) && a.to_field == b.to_field &&
           same_label(a.through, b.through) && a.db_table == b.db_table &&
           a.db_constraint == b.db_constraint;
}

std::string ModelState::table() const {
    return db_table.empty() ? strings::ascii_lower(app_label + "_" + name) : db_table;
}

const FieldState* ModelState::field(std::string_view field_name) const {
    const auto found = std::ranges::find(fields, field_name, &FieldState::name);
    return found == fields.end() ? nullptr : &*found;
}

FieldState* ModelState::field(std::string_view field_name) {
    const auto found = std::ranges::find(fields, field_name, &FieldState::name);
    return found == fields.end() ? nullptr : &*found;
}

const FieldState& ModelState::primary_key() const {
    const auto found = std::ranges::find_if(fields, &FieldState::primary_key);
    if (found == fields.end()) throw ImproperlyConfigured(label() + " has no primary key.");
    return *found;
}

void ModelState::complete() {
    if (std::ranges::none_of(fields, &FieldState::primary_key)) {
        fields.insert(fields.begin(), {.name = "id", .type = "BigAutoField", .primary_key = true});
    }
    for (auto& field : fields) {
        if (field.to == "self") field.to = label();
    }
    for (auto& index : indexes) {
        if (index.name.empty()) index.name = schema::declared_index_name(*this, index);
    }
}

const ModelState* ProjectState::find(std::string_view label) const {
    const auto found = std::ranges::find_if(
        models_, [&](const ModelState& model) { return same_label(model.label(), label); });
    return found == models_.end() ? nullptr : &*found;
}

ModelState* ProjectState::find(std::string_view label) {
    const auto found = std::ranges::find_if(
        models_, [&](const ModelState& model) { return same_label(model.label(), label); });
    return found == models_.end() ? nullptr : &*found;
}

const ModelState& ProjectState::at(std::string_view label) const {
    if (const auto* model = find(label)) return *model;
    throw ImproperlyConfigured("There is no model '" + std::string(label) + "'.");
}

ModelState& ProjectState::at(std::string_view label) {
    if (auto* model = find(label)) return *model;
    throw ImproperlyConfigured("There is no model '" + std::string(label) + "'.");
}

void ProjectState::add(ModelState model) {
    model.complete();
    models_.push_back(std::move(model));
}

void ProjectState::remove(std::string_view label) {
    std::erase_if(models_, [&](const ModelState& m) { return same_label(m.label(), label); });
}

ModelState automatic_through(const ModelState& model, const FieldState& field,
                             const ProjectState& project) {
    const auto& target = project.at(field.to);
    std::string from = strings::ascii_lower(model.name), to = strings::ascii_lower(target.name);
    if (same_label(model.label(), target.label())) {
        from = "from_" + from;
        to = "to_" + to;
    }
    ModelState through{
        .app_label = model.app_label,
        .name = model.name + "_" + field.name,
        .db_table = field.db_table.empty() ? model.table() + "_" + field.name : field.db_table};
    const auto key = [&](std::string name, std::string label) {
        return FieldState{.name = std::move(name),
                          .type = "ForeignKey",
                          .to = std::move(label),
                          .db_constraint = field.db_constraint};
    };
    through.fields = {key(from, model.label()), key(to, target.label())};
    through.unique_together = {{from, to}};
    through.managed = model.managed;
    // Its own key is of the kind that the model's is, as both follow the app's default.
    const auto pk = std::ranges::find_if(model.fields, &FieldState::primary_key);
    if (pk != model.fields.end() && pk->is_auto()) {
        through.fields.insert(through.fields.begin(),
                              {.name = "id", .type = pk->type, .primary_key = true});
    }
    through.complete();
    return through;
}

const FieldState& target_field(const FieldState& field, const ProjectState& project) {
    const auto& model = project.at(field.to);
    if (field.to_field.empty()) return model.primary_key();
    if (const auto* target = model.field(field.to_field)) return *target;
    throw ImproperlyConfigured(model.label() + " has no field '" + field.to_field + "'.");
}

}  // namespace tatum::db
