#pragma once

#include <tatum/forms/model_choice_fields.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::forms {

/// What a form says of one field of a model, in place of what the model says.
struct FormFieldOptions {
    Cloned<Widget> widget = {};
    std::optional<std::string> label = {};
    std::optional<std::string> help_text = {};  ///< HTML
    std::optional<bool> required = {};
    std::optional<Initial> initial = {};
    Dict error_messages = {};  ///< by code
    bool localize = false;
    bool disabled = false;
    /// Makes the field from what would go into the usual one: [](FieldOptions options) {
    /// return owned<MyField>(std::move(options)); }. It gets what it can use of the model's.
    Function<Owned<Field>(FieldOptions)> field_class = {};
    /// Changes what has been gathered, just before the field is made of it.
    Function<void(FieldOptions& options)> adjust = {};
    /// The alias of the database that the rows of a relation are read from; empty: the default.
    std::string using_ = {};
};

/// The form field of a field of a model: Django's formfield(). Its kind, its widget, what it
/// refuses, its label, help text and initial value are those that Django gives to it; what the
/// C++ type of the member cannot hold is refused as well. Null for the keys that a database numbers
/// and for BinaryField, which forms do not show. Runs no query.
///
/// Unlike Django: the options min_value() and max_value() of numbers stand in the widget, too; a
/// FilePathField is a text, since a model does not say in which folder.
Owned<Field> formfield_for(const db::FieldMeta& field, const FormFieldOptions& options = {});

/// Does a form that takes all fields show this one? Not what is not editable, nor what has no form
/// field.
bool is_form_field(const db::FieldMeta& field);

/// The values of an object by the names of its fields, as a form shows them: a relation as its key,
/// a many-to-many relation as a list of rows, a file as what has `name` and `url`. `fields` empty:
/// all that are editable. Of an object that is new, members without a default that are as T{} makes
/// them are left out. Queries: none; 1 for each many-to-many field of a saved object that is shown.
Dict model_to_dict(const db::AnyObject& object, std::span<const std::string> fields = {},
                   std::span<const std::string> exclude = {});

}  // namespace tatum::forms
