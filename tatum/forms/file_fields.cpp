#include <tatum/forms/file_fields.h>

#include <tatum/base/i18n.h>
#include <tatum/base/unicode.h>
#include <tatum/files/field_file.h>
#include <tatum/files/image.h>
#include <tatum/forms/inputs.h>

namespace tatum::forms {

Owned<Field> FileField::clone() const { return owned<FileField>(*this); }
Owned<Field> ImageField::clone() const { return owned<ImageField>(*this); }

FileField::FileField(Options options) : FileField(std::move(options), std::vector<Validator>()) {}

FileField::FileField(Options options, std::vector<Validator> default_validators)
    : Field(options, ClearableFileInput()),
      max_length(options.max_length),
      allow_empty_file(options.allow_empty_file.value_or(false)) {
    only_options(options, "FileField", {"max_length", "allow_empty_file"});
    validators.insert(validators.begin(), default_validators.begin(), default_validators.end());
    apply_widget_attrs();
}

std::string_view FileField::default_error_message(std::string_view code) const {
    if (code == "invalid") return "No file was submitted. Check the encoding type on the form.";
    if (code == "missing") return "No file was submitted.";
    if (code == "empty") return "The submitted file is empty.";
    if (code == "contradiction")
        return "Please either submit a file or check the clear checkbox, not both.";
    return Field::default_error_message(code);
}

Value FileField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    std::optional<Value> name, size;
    if (value.is_object()) {
        name = value.as_object().attribute(value.self(), Name("name"));
        size = value.as_object().attribute(value.self(), Name("size"));
    }
    if (!name || !size) fail("invalid");
    const std::string file_name = name->str();
    const auto length = static_cast<std::int64_t>(strings::length(file_name));
    if (max_length && length > *max_length) {
        Dict params{{"max", *max_length}, {"length", length}};
        std::string message = error_message("max_length");
        if (message.empty())
            message =
                ngettext("Ensure this filename has at most %(max)d character (it has %(length)d).",
                         "Ensure this filename has at most %(max)d characters (it has %(length)d).",
                         *max_length);
        message = format_message(message, params);
        throw ValidationError(ValidationFault{
            .code = "max_length", .message = std::move(message), .params = std::move(params)});
    }
    if (file_name.empty()) fail("invalid");
    if (!allow_empty_file && !size->truth()) fail("empty");
    return value;
}

Value FileField::clean(const Value& value, const Value& initial_value) const {
    if (is_file_input_contradiction(value)) fail("contradiction");
    const bool clears = value.kind() == Kind::Bool && !value.as_bool();
    if (clears && !required) return false;
    if ((clears || !value.truth()) && initial_value.truth()) return initial_value;
    // A disabled field is cleaned with the file of its row, which may have none.
    const bool is_none = clears || (files::field_file(value) != nullptr && !value.truth());
    return Field::clean(is_none ? Value() : value);
}

Value FileField::bound_data(const Value&, const Value& initial_value) const {
    return initial_value;
}

bool FileField::has_changed(const Value&, const Value& data) const {
    return !disabled && !data.is_none();
}

ImageField::ImageField(Options options)
    : FileField(std::move(options), {&validators::validate_image_file_extension}) {
    apply_widget_attrs();
}

std::string_view ImageField::default_error_message(std::string_view code) const {
    if (code == "invalid_image")
        return "Upload a valid image. The file you uploaded was either not an image or a corrupted "
               "image.";
    return FileField::default_error_message(code);
}

Value ImageField::to_python(const Value& value) const {
    const Value file = FileField::to_python(value);
    if (file.is_none()) return file;
    const http::UploadedFile* uploaded = uploaded_file(file);
    if (uploaded == nullptr) return file;
    const auto head = files::ImageReader::read(files::File(*uploaded));
    if (!head) fail("invalid_image");
    http::UploadedFile image = *uploaded;
    image.set_content_type(std::string(head->content_type), {});
    return image;
}

Attributes ImageField::widget_attrs(const Widget& widget) const {
    if (widget.attrs.contains("accept") || dynamic_cast<const FileInput*>(&widget) == nullptr)
        return {};
    return {{"accept", "image/*"}};
}

}  // namespace tatum::forms
