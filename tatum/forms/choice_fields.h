#pragma once

#include <tatum/forms/text_fields.h>

namespace tatum::forms {

/// One of `choices`, as text. A choice whose value is not a text is chosen by what it prints.
class ChoiceField : public Field {
public:
    ChoiceField(Options options = {});
    TATUM_FORM_FIELD(ChoiceField)

    const Choices& choices() const { return choices_; }
    /// Also those of the widget, when it has any.
    void set_choices(Choices choices);
    void set_widget(const Widget& widget) override;
    Value to_python(const Value& value) const override;
    void validate(const Value& value) const override;
    virtual bool valid_value(const Value& value) const;

protected:
    ChoiceField(Options options, const Widget& default_widget);
    std::string_view default_error_message(std::string_view code) const override;

private:
    Choices choices_;
};

/// A choice that `coerce` turns into a value of another type. Options: coerce, empty_value ("").
class TypedChoiceField : public ChoiceField {
public:
    Function<Value(const Value&)> coerce;
    Value empty_value = "";

    TypedChoiceField(Options options = {});
    TATUM_FORM_FIELD(TypedChoiceField)
    Value clean(const Value& value, const Value& initial = {}) const override;
    bool has_changed(const Value& initial, const Value& data) const override;

private:
    Value coerced(const Value& value) const;
};

/// A list of choices.
class MultipleChoiceField : public ChoiceField {
public:
    MultipleChoiceField(Options options = {});
    TATUM_FORM_FIELD(MultipleChoiceField)
    Owned<Widget> hidden_widget() const override;
    Value to_python(const Value& value) const override;
    void validate(const Value& value) const override;
    bool has_changed(const Value& initial, const Value& data) const override;

protected:
    MultipleChoiceField(Options options, const Widget& default_widget);
    std::string_view default_error_message(std::string_view code) const override;
};

/// Options: coerce, empty_value ([]).
class TypedMultipleChoiceField : public MultipleChoiceField {
public:
    Function<Value(const Value&)> coerce;
    Value empty_value = List();

    TypedMultipleChoiceField(Options options = {});
    TATUM_FORM_FIELD(TypedMultipleChoiceField)
    Value clean(const Value& value, const Value& initial = {}) const override;
    void validate(const Value& value) const override;

private:
    Value coerced(const Value& value) const;
};

/// A file or folder of the server's disk, below `path`. The folder is read when the field is made.
/// Options: match, recursive, allow_files (on), allow_folders (off).
class FilePathField : public ChoiceField {
public:
    /// More entries than this are an error (ImproperlyConfigured).
    static constexpr std::size_t kEntriesMax = 100'000;

    explicit FilePathField(std::string_view path, Options options = {});
    TATUM_FORM_FIELD(FilePathField)
};

}  // namespace tatum::forms
