#pragma once

#include <tatum/base/result.h>
#include <tatum/contrib/admin/impl/field_path.h>
#include <tatum/contrib/admin/model_admin.h>

/// What a name in an option of an admin may be. `check` asks for all that an admin says; a page
/// asks for what get_list_filter() and its like have given it. Errors have Django's codes and
/// words; `option` in them is "list_filter[0]".
namespace tatum::admin::impl {

/// What a name means, for a page. Throws ImproperlyConfigured.
template <class T>
T meant(Result<T> result) {
    if (!result) throw ImproperlyConfigured(std::move(result).error());
    return *std::move(result);
}

bool has_name(const Names& names, std::string_view name);

/// Errors: `code` for what is no field of the model.
Result<const db::FieldMeta*> named_field(const db::ModelMeta& model, std::string_view option,
                                         std::string_view name, std::string code);
/// A field that leads to another model. Errors: `code` for what is no field; `code_kind` for
/// another.
Result<const db::FieldMeta*> named_relation(const db::ModelMeta& model, std::string_view option,
                                            std::string_view name, std::string code,
                                            std::string code_kind);
/// A many-to-many field whose pairs are a model of their own: edited through an inline.
bool has_own_pairs(const db::FieldMeta& field);
/// A name in list_editable. Errors: admin.E121 no field, E122 not in list_display, E123 in
/// list_display_links, E124 the column that leads to the object, E125 not to be changed.
Result<const db::FieldMeta*> named_editable(const ModelAdminBase& admin, std::string_view option,
                                            std::string_view name);
/// A name in `fields` or `fieldsets` that is not read-only. Errors: admin.E501 no field; admin.E013
/// has_own_pairs().
Result<const db::FieldMeta*> named_form_field(const db::ModelMeta& model, std::string_view option,
                                              std::string_view name);
/// Errors: admin.E116 no field; admin.E504 the kind of filter does not fit it.
Result<FieldPath> named_filter(const db::ModelMeta& model, std::string_view option,
                               const ListFilter& filter);
/// The lookup that an entry of search_fields stands for. Whether its field exists, the database
/// layer says.
std::string search_lookup(const db::ModelMeta& model, const std::string& field);
/// Errors: admin.E127 no field; admin.E128 no date.
Result<FieldPath> named_dates(const db::ModelMeta& model, const std::string& name);
/// The key of an inline's rows to their parent. Errors: admin.E202; admin.E506 its model is not
/// installed.
Result<const db::FieldMeta*> inline_key(const db::ModelMeta& parent, const Inline& rows);

}  // namespace tatum::admin::impl
