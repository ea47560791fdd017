#pragma once

#include <tatum/base/result.h>
#include <tatum/contrib/admin/model_admin.h>
#include <tatum/db/meta.h>

namespace tatum::admin::impl {

/// A column of a list, or a read-only field of a form: where its value comes from and how it is
/// shown.
struct Column {
    std::string name;
    std::string heading;
    const db::FieldMeta* field = nullptr;  ///< of the value; null for anything computed
    std::vector<std::string> steps;        ///< attributes from the row to the value
    const Display* display = nullptr;
    bool is_str = false;
    std::string ordering;  ///< "" where it does not sort
    std::string select;    ///< the relations to read with the rows; "" for none
    std::string empty_value;
    bool boolean = false;

    bool is_number() const;
};

/// A name in list_display. Errors: admin.E108 nothing of the model or the admin; admin.E109 a row
/// has several of it.
Result<Column> list_column(const ModelAdminBase& admin, std::string_view option,
                           const std::string& name, const std::string& empty_value);
/// A read-only field of a form. `admin` is null for the rows of an inline whose model nobody has
/// registered; `owner` is who names it. Errors: admin.E035.
Result<Column> readonly_column(const db::ModelMeta& model, const ModelAdminBase* admin,
                               std::string_view owner, std::string_view option,
                               const std::string& name, const std::string& empty_value);

/// The value of the column for a row; None when a relation on the way is null or its row is gone.
Value column_value(const Column& column, const db::ModelMeta& model, const Value& row);
/// As HTML.
std::string column_html(const Column& column, const db::ModelMeta& model, const Value& row);
/// A value of `field` (may be null) as HTML: dates and numbers as the language writes them, choices
/// by their labels, files as links.
std::string value_html(const Value& value, const db::FieldMeta* field, bool boolean,
                       const std::string& empty_value);

}  // namespace tatum::admin::impl
