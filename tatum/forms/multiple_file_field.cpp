#include <tatum/forms/multiple_file_field.h>

#include <tatum/forms/inputs.h>

namespace tatum::forms {

namespace {

FieldOptions with_input_for_many(FieldOptions options) {
    if (!options.widget) options.widget = FileInput({.allow_multiple_selected = true});
    return options;
}

}  // namespace

MultipleFileField::MultipleFileField(Options options)
    : FileField(with_input_for_many(std::move(options))) {}

Owned<Field> MultipleFileField::clone() const { return owned<MultipleFileField>(*this); }

Value MultipleFileField::clean(const Value& value, const Value& shown) const {
    List files;
    if (value.is_list()) {
        for (const Value& file : value.as_list()) files.push_back(FileField::clean(file, shown));
    }
    // Nothing was sent: the field says whether it may be so.
    if (files.empty()) FileField::clean(value.is_list() ? Value() : value, shown);
    return Value(std::move(files));
}

bool MultipleFileField::has_changed(const Value&, const Value& data) const { return data.truth(); }

}  // namespace tatum::forms
