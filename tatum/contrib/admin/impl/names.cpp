#include <tatum/contrib/admin/impl/names.h>

#include <tatum/db/exceptions.h>
#include <tatum/forms/model_fields.h>
#include <tatum/forms/model_formsets.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

Error fault(std::string code, std::string_view option, std::string_view name,
            const std::string& rule) {
    return {.code = std::move(code),
            .message = "The value of '" + std::string(option) + "' refers to '" +
                       std::string(name) + "', " + rule};
}

bool is_date(const db::FieldMeta& field) {
    return field.kind == db::FieldKind::DateField || field.kind == db::FieldKind::DateTimeField;
}

/// What a field needs for a kind of filter; empty where it has that.
std::string missing_for(FilterKind kind, const FieldPath& path) {
    const db::FieldMeta& field = *path.last();
    switch (kind) {
        case FilterKind::Related:
        case FilterKind::RelatedOnly:
            return path.model == nullptr ? "a relation" : "";
        case FilterKind::Choices:
            return field.choices.empty() ? "choices" : "";
        case FilterKind::Boolean:
            return field.kind != db::FieldKind::BooleanField ? "a BooleanField" : "";
        case FilterKind::Date:
            return !is_date(field) ? "a DateField or DateTimeField" : "";
        case FilterKind::Empty:
            return !field.is_text() && !field.null ? "a field that may be empty" : "";
        case FilterKind::Default:
        case FilterKind::AllValues:
            return "";
    }
    return "";
}

}  // namespace

bool has_name(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

Result<const db::FieldMeta*> named_field(const db::ModelMeta& model, std::string_view option,
                                         std::string_view name, std::string code) {
    if (const db::FieldMeta* field = model.find_field(name)) return field;
    return fault(std::move(code), option, name, "which is not a field of '" + model.label + "'.");
}

Result<const db::FieldMeta*> named_relation(const db::ModelMeta& model, std::string_view option,
                                            std::string_view name, std::string code,
                                            std::string code_kind) {
    TATUM_TRY(const db::FieldMeta* field, named_field(model, option, name, std::move(code)));
    if (field->is_relation()) return field;
    return Error{.code = std::move(code_kind),
                 .message = "The value of '" + std::string(option) +
                            "' must be a foreign key or a many-to-many field."};
}

bool has_own_pairs(const db::FieldMeta& field) {
    return field.is_many_to_many() && field.relation->through != nullptr &&
           !field.relation->through->auto_created;
}

Result<const db::FieldMeta*> named_form_field(const db::ModelMeta& model, std::string_view option,
                                              std::string_view name) {
    TATUM_TRY(const db::FieldMeta* field, named_field(model, option, name, "admin.E501"));
    if (!has_own_pairs(*field)) return field;
    return Error{.code = "admin.E013",
                 .message = "The value of '" + std::string(option) +
                            "' cannot include the ManyToManyField '" + std::string(name) +
                            "', because that field manually specifies a relationship model."};
}

Result<const db::FieldMeta*> named_editable(const ModelAdminBase& admin, std::string_view option,
                                            std::string_view name) {
    const Names& columns = admin.list_display;
    TATUM_TRY(const db::FieldMeta* field, named_field(admin.model(), option, name, "admin.E121"));
    if (!has_name(columns, name)) {
        return fault("admin.E122", option, name, "which is not contained in 'list_display'.");
    }
    if (has_name(admin.list_display_links, name)) {
        return Error{.code = "admin.E123",
                     .message = "The value of '" + std::string(name) +
                                "' cannot be in both 'list_editable' and 'list_display_links'."};
    }
    const bool first_is_link = admin.list_display_links.empty() && !admin.no_list_display_links;
    if (first_is_link && columns.front() == name) {
        return Error{.code = "admin.E124",
                     .message = "The value of '" + std::string(option) +
                                "' refers to the first field in 'list_display' ('" +
                                std::string(name) +
                                "'), which cannot be used unless 'list_display_links' is set."};
    }
    if (forms::is_form_field(*field)) return field;
    return fault("admin.E125", option, name, "which is not editable through the admin.");
}

Result<FieldPath> named_filter(const db::ModelMeta& model, std::string_view option,
                               const ListFilter& filter) {
    FieldPath path = walk_path(model, filter.field);
    if (!path.is_field()) {
        return fault("admin.E116", option, filter.field, "which does not refer to a Field.");
    }
    const std::string missing = missing_for(filter.kind, path);
    if (missing.empty()) return path;
    return fault("admin.E504", option, filter.field,
                 "but its kind of filter needs " + missing + ".");
}

std::string search_lookup(const db::ModelMeta& model, const std::string& field) {
    if (field.starts_with('^')) return field.substr(1) + "__istartswith";
    if (field.starts_with('=')) return field.substr(1) + "__iexact";
    return walk_path(model, field).rest.empty() ? field + "__icontains" : field;
}

Result<FieldPath> named_dates(const db::ModelMeta& model, const std::string& name) {
    FieldPath path = walk_path(model, name);
    if (!path.is_field()) {
        return fault("admin.E127", "date_hierarchy", name, "which does not refer to a Field.");
    }
    if (path.model == nullptr && is_date(*path.last())) return path;
    return Error{.code = "admin.E128",
                 .message = "The value of 'date_hierarchy' must be a DateField or DateTimeField."};
}

Result<const db::FieldMeta*> inline_key(const db::ModelMeta& parent, const Inline& rows) {
    const db::ModelMeta* model = parent.registry->find(*rows.model);
    if (model == nullptr) {
        return Error{.code = "admin.E506",
                     .message = "The model '" + std::string(rows.model->name) +
                                "' of an inline is not installed."};
    }
    try {
        return &forms::foreign_key_to(parent, *model, rows.options.fk_name);
    } catch (const db::ValueError& error) {
        return Error{.code = "admin.E202", .message = error.what()};
    }
}

}  // namespace tatum::admin::impl
