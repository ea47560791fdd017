#include <tatum/contrib/admin/impl/columns.h>

#include <tatum/base/formats.h>
#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/contrib/admin/impl/field_path.h>
#include <tatum/db/exceptions.h>
#include <tatum/files/field_file.h>

namespace tatum::admin::impl {

namespace {

std::string pretty(std::string_view name) {
    return strings::replace(strings::replace(name, "__", " "), "_", " ");
}

Column field_column(Column column, const FieldPath& path) {
    const db::FieldMeta* field = path.last();
    column.field = field;
    column.steps = path.names;
    const bool is_key_column = field->is_relation() && column.name == field->attname;
    column.heading = field->verbose_name;
    column.ordering = column.name;
    column.boolean = field->kind == db::FieldKind::BooleanField && field->choices.empty();
    if (!is_key_column) column.select = relations_of(path);
    return column;
}

std::string boolean_html(const Value& value) {
    if (value.is_none()) {
        return "<span class=\"mark unknown\" role=\"img\" aria-label=\"" +
               html::escape(gettext("Unknown")) + "\">?</span>";
    }
    const bool yes = value.truth();
    return std::string("<span class=\"mark ") + (yes ? "yes" : "no") +
           "\" role=\"img\" aria-label=\"" + html::escape(gettext(yes ? "Yes" : "No")) + "\">" +
           (yes ? "✓" : "✗") + "</span>";
}

std::string file_html(const files::FieldFile& file, const std::string& empty_value) {
    if (!file) return html::escape(empty_value);
    return "<a href=\"" + html::escape(file.url()) + "\">" + html::escape(file.name()) + "</a>";
}

std::string number_html(const Value& value, const db::FieldMeta* field) {
    NumberOptions options;
    if (field != nullptr && field->kind == db::FieldKind::DecimalField) {
        options.decimal_pos = field->decimal_places;
    }
    return html::escape(number_format(value, options));
}

}  // namespace

bool Column::is_number() const {
    using enum db::FieldKind;
    if (field == nullptr || !field->choices.empty()) return false;
    switch (field->kind) {
        case SmallIntegerField:
        case IntegerField:
        case BigIntegerField:
        case PositiveSmallIntegerField:
        case PositiveIntegerField:
        case PositiveBigIntegerField:
        case FloatField:
        case DecimalField:
            return true;
        default:
            return false;
    }
}

namespace {

/// nullopt for a name that is nothing of the model or the admin, and for what a row has several of.
std::optional<Column> make_column(const db::ModelMeta& model, const ModelAdminBase* admin,
                                  const std::string& name, const std::string& empty_value) {
    Column column{.name = name, .empty_value = empty_value};
    if (const Display* display = admin != nullptr ? admin->find_display(name) : nullptr) {
        column.display = display;
        column.heading =
            display->options.description.empty() ? pretty(name) : display->options.description;
        column.ordering = display->options.ordering;
        column.boolean = display->options.boolean;
        if (!display->options.empty_value.empty())
            column.empty_value = display->options.empty_value;
        return column;
    }
    if (name == "__str__") {
        column.is_str = true;
        column.heading = model.verbose_name;
        return column;
    }
    if (const FieldPath path = walk_path(model, name); path.is_field()) {
        if (path.many) return std::nullopt;
        return field_column(std::move(column), path);
    }
    if (const db::MethodMeta* method = model.find_method(name)) {
        column.steps = {name};
        column.heading =
            method->short_description.empty() ? pretty(name) : method->short_description;
        return column;
    }
    if (model.find_attribute(name) != nullptr) {  // get_FOO_display, get_absolute_url
        column.steps = {name};
        column.heading = pretty(name);
        return column;
    }
    return std::nullopt;
}

}  // namespace

Result<Column> list_column(const ModelAdminBase& admin, std::string_view option,
                           const std::string& name, const std::string& empty_value) {
    const db::ModelMeta& model = admin.model();
    if (auto column = make_column(model, &admin, name, empty_value)) return *std::move(column);
    const std::string value = "The value of '" + std::string(option) + "' ";
    const FieldPath path = walk_path(model, name);
    if (path.is_field() && path.many) {
        return Error{
            .code = "admin.E109",
            .message = value + "must not be a many-to-many field or a reverse foreign key."};
    }
    return Error{.code = "admin.E108",
                 .message = value + "refers to '" + name +
                            "', which is not a callable or attribute of '" + admin.class_name() +
                            "', or an attribute, method, or field on '" + model.label + "'."};
}

Result<Column> readonly_column(const db::ModelMeta& model, const ModelAdminBase* admin,
                               std::string_view owner, std::string_view option,
                               const std::string& name, const std::string& empty_value) {
    if (auto column = make_column(model, admin, name, empty_value)) return *std::move(column);
    return Error{.code = "admin.E035",
                 .message = "The value of '" + std::string(option) + "' refers to '" + name +
                            "', which is not a callable, an attribute of '" + std::string(owner) +
                            "', or an attribute of '" + model.label + "'."};
}

Value column_value(const Column& column, const db::ModelMeta& model, const Value& row) {
    try {
        if (column.display != nullptr) return column.display->call(row.self());
        if (column.is_str) return Value(model.str_of(row.self()));
        Value value = row;
        for (const std::string& step : column.steps) {
            if (!value.is_object()) return {};
            auto found = value.as_object().attribute(value.self(), Name(step));
            if (!found && step == "pk") {
                found = static_cast<const db::Rows&>(value.as_object()).meta().pk_of(value.self());
            }
            if (!found) return {};
            value = *std::move(found);
        }
        return value;
    } catch (const db::ObjectDoesNotExist&) {
        return {};
    }
}

std::string value_html(const Value& value, const db::FieldMeta* field, bool boolean,
                       const std::string& empty_value) {
    if (boolean) return boolean_html(value);
    if (field != nullptr && !field->choices.empty()) {
        const std::string label = field->display(value);
        return label.empty() ? html::escape(empty_value) : html::escape(label);
    }
    if (value.is_none() || (value.is_string() && value.as_string().empty())) {
        return html::escape(empty_value);
    }
    if (const files::FieldFile* file = files::field_file(value)) {
        return file_html(*file, empty_value);
    }
    switch (value.kind()) {
        case Kind::Bool:
            return boolean_html(value);
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
        case Kind::Decimal:
            if (field != nullptr && (field->is_auto() || field->is_relation())) break;
            return number_html(value, field);
        case Kind::DateTime: {
            const DateTime moment = value.as_datetime();
            const Value local(moment.is_aware() ? localtime(moment) : moment);
            return html::escape(localize(local).str());
        }
        case Kind::Date:
        case Kind::Time:
            return html::escape(localize(value).str());
        default:
            break;
    }
    if (field != nullptr && field->kind == db::FieldKind::URLField) {
        const std::string address = html::escape(value.str());
        const bool is_web = address.starts_with("http://") || address.starts_with("https://");
        if (is_web) return "<a href=\"" + address + "\" rel=\"noopener\">" + address + "</a>";
    }
    std::string text;
    html::append_conditionally_escaped(text, value.is_string() ? value : Value(value.str()));
    return text;
}

std::string column_html(const Column& column, const db::ModelMeta& model, const Value& row) {
    return value_html(column_value(column, model, row), column.field, column.boolean,
                      column.empty_value);
}

}  // namespace tatum::admin::impl
