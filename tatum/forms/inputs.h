#pragma once

#include <tatum/base/function.h>
#include <tatum/forms/widget.h>

namespace tatum::forms {

/// All <input> elements. An attribute "type" replaces the type.
class Input : public Widget {
public:
    std::string_view input_type() const override { return type_; }
    void set_input_type(std::string_view type) override { type_ = type; }
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

protected:
    Input(WidgetOptions options, std::string_view type);
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

private:
    std::string type_;
};

class TextInput : public Input {
public:
    TextInput(WidgetOptions options = {}) : Input(std::move(options), "text") {}
    TATUM_WIDGET(TextInput, "text")
protected:
    TextInput(WidgetOptions options, std::string_view type) : Input(std::move(options), type) {}
};
class NumberInput : public Input {
public:
    NumberInput(WidgetOptions options = {}) : Input(std::move(options), "number") {}
    TATUM_WIDGET(NumberInput, "number")
};
class EmailInput : public Input {
public:
    EmailInput(WidgetOptions options = {}) : Input(std::move(options), "email") {}
    TATUM_WIDGET(EmailInput, "email")
};
class URLInput : public Input {
public:
    URLInput(WidgetOptions options = {}) : Input(std::move(options), "url") {}
    TATUM_WIDGET(URLInput, "url")
};
class ColorInput : public Input {
public:
    ColorInput(WidgetOptions options = {}) : Input(std::move(options), "color") {}
    TATUM_WIDGET(ColorInput, "color")
};
class SearchInput : public Input {
public:
    SearchInput(WidgetOptions options = {}) : Input(std::move(options), "search") {}
    TATUM_WIDGET(SearchInput, "search")
};
class TelInput : public Input {
public:
    TelInput(WidgetOptions options = {}) : Input(std::move(options), "tel") {}
    TATUM_WIDGET(TelInput, "tel")
};

struct PasswordInputOptions {
    Attributes attrs = {};
    bool render_value = false;  ///< shows again what was sent
    std::string template_name = {};
};
class PasswordInput : public Input {
public:
    bool render_value = false;

    PasswordInput(PasswordInputOptions options = {});
    TATUM_WIDGET(PasswordInput, "password")
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

protected:
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;
};

class HiddenInput : public Input {
public:
    HiddenInput(WidgetOptions options = {}) : Input(std::move(options), "hidden") {}
    TATUM_WIDGET(HiddenInput, "hidden")
};
/// One hidden input a value of a list.
class MultipleHiddenInput : public HiddenInput {
public:
    MultipleHiddenInput(WidgetOptions options = {}) : HiddenInput(std::move(options)) {}
    TATUM_WIDGET(MultipleHiddenInput, "multiple_hidden")
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    Value format_value(const Value& value) const override;
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

protected:
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override {
        Widget::append_html(out, name, value, extra_attrs);
    }
};

/// With `allow_multiple_selected` it reads a list of files.
struct FileInputOptions {
    Attributes attrs = {};
    bool allow_multiple_selected = false;
    std::string template_name = {};
};
class FileInput : public Input {
public:
    /// Throws ImproperlyConfigured for an attribute "multiple" where only one file is read.
    FileInput(FileInputOptions options = {});
    TATUM_WIDGET(FileInput, "file")
    bool allow_multiple_selected() const { return allow_multiple_selected_; }
    bool needs_multipart_form() const override { return true; }
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    bool value_omitted_from_data(const Submission& submission,
                                 std::string_view name) const override;
    Value format_value(const Value& value) const override;
    bool use_required_attribute(const Value& initial) const override;

private:
    bool allow_multiple_selected_ = false;
};

/// With a link to the file there is, and a box that clears the field. What it reads: a file; False
/// (clear it); None (leave it); or file_input_contradiction().
class ClearableFileInput : public FileInput {
public:
    std::string initial_text = "Currently";
    std::string input_text = "Change";
    std::string clear_checkbox_label = "Clear";

    ClearableFileInput(FileInputOptions options = {}) : FileInput(std::move(options)) {}
    TATUM_WIDGET(ClearableFileInput, "clearable_file_input")
    virtual std::string clear_checkbox_name(std::string_view name) const;
    virtual std::string clear_checkbox_id(std::string_view checkbox_name) const;
    /// Has `value` an address?
    virtual bool is_initial(const Value& value) const;
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    bool value_omitted_from_data(const Submission& submission,
                                 std::string_view name) const override;
    Attributes attrs_from_data(const Submission& submission, std::string_view name) const override;
    Value format_value(const Value& value) const override;
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

protected:
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override {
        Widget::append_html(out, name, value, extra_attrs);
    }
};

class Textarea : public Widget {
public:
    /// 40 by 10, unless `attrs` say so.
    Textarea(WidgetOptions options = {});
    TATUM_WIDGET(Textarea, "textarea")

protected:
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;
};

/// `format` is strftime's; empty: the first input format of the language.
struct DateInputOptions {
    Attributes attrs = {};
    std::string format = {};
    std::string template_name = {};
};
class DateTimeBaseInput : public TextInput {
public:
    std::string format;
    bool supports_microseconds() const override { return false; }
    Value format_value(const Value& value) const override;

protected:
    explicit DateTimeBaseInput(DateInputOptions options);
    /// Of the current language.
    virtual std::string_view default_format() const = 0;
};
class DateInput : public DateTimeBaseInput {
public:
    DateInput(DateInputOptions options = {}) : DateTimeBaseInput(std::move(options)) {}
    TATUM_WIDGET(DateInput, "date")
protected:
    std::string_view default_format() const override;
};
class DateTimeInput : public DateTimeBaseInput {
public:
    DateTimeInput(DateInputOptions options = {}) : DateTimeBaseInput(std::move(options)) {}
    TATUM_WIDGET(DateTimeInput, "datetime")
protected:
    std::string_view default_format() const override;
};
class TimeInput : public DateTimeBaseInput {
public:
    TimeInput(DateInputOptions options = {}) : DateTimeBaseInput(std::move(options)) {}
    TATUM_WIDGET(TimeInput, "time")
protected:
    std::string_view default_format() const override;
};

struct CheckboxInputOptions {
    Attributes attrs = {};
    /// Whether the box is checked for a value; unset: for all but False, None and "".
    Function<bool(const Value&)> check_test = {};
    std::string template_name = {};
};
class CheckboxInput : public Input {
public:
    Function<bool(const Value&)> check_test;

    CheckboxInput(CheckboxInputOptions options = {});
    TATUM_WIDGET(CheckboxInput, "checkbox")
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    bool value_omitted_from_data(const Submission&, std::string_view) const override {
        return false;
    }
    Value format_value(const Value& value) const override;
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

protected:
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

private:
    bool is_checked(const Value& value) const;
};

}  // namespace tatum::forms
