#pragma once

#include <tatum/forms/text_fields.h>

namespace tatum::forms {

/// A file that was sent. Cleaned it is the file (see uploaded_file()); the initial value when none
/// was sent; or False when the field is to be cleared. Options: max_length (of the name),
/// allow_empty_file.
class FileField : public Field {
public:
    std::optional<int> max_length;
    bool allow_empty_file = false;

    FileField(Options options = {});
    TATUM_FORM_FIELD(FileField)
    Value to_python(const Value& value) const override;
    Value clean(const Value& value, const Value& initial = {}) const override;
    Value bound_data(const Value& data, const Value& initial) const override;
    bool has_changed(const Value& initial, const Value& data) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
    FileField(Options options, std::vector<Validator> default_validators);
};

/// A file whose head is that of a PNG, JPEG, GIF, WebP or BMP picture, and whose name ends as one
/// of a picture. Unlike Django: nothing but the head is read.
class ImageField : public FileField {
public:
    ImageField(Options options = {});
    TATUM_FORM_FIELD(ImageField)
    Value to_python(const Value& value) const override;
    Attributes widget_attrs(const Widget& widget) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

}  // namespace tatum::forms
