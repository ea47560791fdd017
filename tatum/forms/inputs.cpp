#include <tatum/forms/inputs.h>

#include <tatum/base/error.h>
#include <tatum/base/formats.h>
#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/unicode.h>
#include <tatum/forms/impl/element.h>
#include <tatum/forms/impl/localize_input.h>

namespace tatum::forms {

namespace {

bool is_empty_text(const Value& value) { return value.is_string() && value.as_string().empty(); }

/// The "widget" of a context, for adding to it.
Dict widget_of(Dict context) { return context.get("widget").as_dict(); }

Dict with_widget(Dict widget) { return Dict{{"widget", Value(std::move(widget))}}; }

}  // namespace

#define TATUM_CLONE(NAME) \
    Owned<Widget> NAME::clone() const { return owned<NAME>(*this); }
TATUM_CLONE(TextInput)
TATUM_CLONE(NumberInput)
TATUM_CLONE(EmailInput)
TATUM_CLONE(URLInput)
TATUM_CLONE(ColorInput)
TATUM_CLONE(SearchInput)
TATUM_CLONE(TelInput)
TATUM_CLONE(PasswordInput)
TATUM_CLONE(HiddenInput)
TATUM_CLONE(MultipleHiddenInput)
TATUM_CLONE(FileInput)
TATUM_CLONE(ClearableFileInput)
TATUM_CLONE(Textarea)
TATUM_CLONE(DateInput)
TATUM_CLONE(DateTimeInput)
TATUM_CLONE(TimeInput)
TATUM_CLONE(CheckboxInput)
#undef TATUM_CLONE

Input::Input(WidgetOptions options, std::string_view type)
    : Widget(std::move(options.attrs)), type_(type) {
    template_name = std::move(options.template_name);
    if (const Value* other = attrs.find("type")) {
        type_ = other->str();
        attrs.erase("type");
    }
}

Dict Input::get_context(std::string_view name, const Value& value,
                        const Attributes& extra_attrs) const {
    Dict widget = widget_of(Widget::get_context(name, value, extra_attrs));
    widget.set("type", input_type());
    return with_widget(std::move(widget));
}

void Input::append_html(std::string& out, std::string_view name, const Value& value,
                        const Attributes& extra_attrs) const {
    impl::begin_input(out, type_, name, format_value(value));
    impl::append_attributes(out, attrs, extra_attrs);
    out += '>';
}

PasswordInput::PasswordInput(PasswordInputOptions options)
    : Input({std::move(options.attrs), std::move(options.template_name)}, "password"),
      render_value(options.render_value) {}

Dict PasswordInput::get_context(std::string_view name, const Value& value,
                                const Attributes& extra_attrs) const {
    return Input::get_context(name, render_value ? value : Value(), extra_attrs);
}

void PasswordInput::append_html(std::string& out, std::string_view name, const Value& value,
                                const Attributes& extra_attrs) const {
    Input::append_html(out, name, render_value ? value : Value(), extra_attrs);
}

Value MultipleHiddenInput::value_from_data(const Submission& submission,
                                           std::string_view name) const {
    return submission.getlist(name);
}

Value MultipleHiddenInput::format_value(const Value& value) const {
    return value.is_none() ? Value(List()) : value;
}

Dict MultipleHiddenInput::get_context(std::string_view name, const Value& value,
                                      const Attributes& extra_attrs) const {
    Dict widget = widget_of(Input::get_context(name, value, extra_attrs));
    const Attributes all = build_attrs(extra_attrs);
    const Value id = all.get("id");
    HiddenInput part;
    part.is_required = is_required;
    List parts;
    const List values = format_value(value).items().value_or(List());
    for (std::size_t i = 0; i < values.size(); ++i) {
        Attributes part_attrs = all;
        if (id.truth()) part_attrs.set("id", id.str() + "_" + std::to_string(i));
        parts.push_back(part.get_context(name, values[i], part_attrs).get("widget"));
    }
    widget.set("subwidgets", std::move(parts));
    return with_widget(std::move(widget));
}

FileInput::FileInput(FileInputOptions options)
    : Input({std::move(options.attrs), std::move(options.template_name)}, "file"),
      allow_multiple_selected_(options.allow_multiple_selected) {
    if (allow_multiple_selected_) {
        if (!attrs.contains("multiple")) attrs.set("multiple", true);
    } else if (attrs.get("multiple").truth()) {
        throw ImproperlyConfigured("a file input with 'multiple' needs allow_multiple_selected");
    }
}

Value FileInput::value_from_data(const Submission& submission, std::string_view name) const {
    if (submission.files == nullptr) return allow_multiple_selected_ ? Value(List()) : Value();
    if (allow_multiple_selected_) return to_list(submission.files->getlist(name));
    const http::UploadedFile* file = submission.files->find(name);
    return file == nullptr ? Value() : Value(*file);
}

bool FileInput::value_omitted_from_data(const Submission& submission, std::string_view name) const {
    return !submission.has_file(name);
}

Value FileInput::format_value(const Value&) const { return {}; }

bool FileInput::use_required_attribute(const Value& initial) const {
    return Input::use_required_attribute(initial) && !initial.truth();
}

std::string ClearableFileInput::clear_checkbox_name(std::string_view name) const {
    return std::string(name) + "-clear";
}

std::string ClearableFileInput::clear_checkbox_id(std::string_view checkbox_name) const {
    return std::string(checkbox_name) + "_id";
}

bool ClearableFileInput::is_initial(const Value& value) const {
    if (!value.is_object() || !value.truth()) return false;
    const std::optional<Value> url = value.as_object().attribute(value.self(), Name("url"));
    return url && url->truth();
}

Value ClearableFileInput::value_from_data(const Submission& submission,
                                          std::string_view name) const {
    Value upload = FileInput::value_from_data(submission, name);
    if (is_required) return upload;
    const Value clear = CheckboxInput().value_from_data(submission, clear_checkbox_name(name));
    if (!clear.truth()) return upload;
    return upload.truth() ? file_input_contradiction() : Value(false);
}

bool ClearableFileInput::value_omitted_from_data(const Submission& submission,
                                                 std::string_view name) const {
    return FileInput::value_omitted_from_data(submission, name) &&
           !submission.has(clear_checkbox_name(name));
}

Attributes ClearableFileInput::attrs_from_data(const Submission& submission,
                                               std::string_view name) const {
    return submission.has(clear_checkbox_name(name)) ? Attributes{{"checked", true}} : Attributes();
}

Value ClearableFileInput::format_value(const Value& value) const {
    return is_initial(value) ? value : Value();
}

Dict ClearableFileInput::get_context(std::string_view name, const Value& value,
                                     const Attributes& extra_attrs) const {
    Dict widget = widget_of(Input::get_context(name, value, extra_attrs));
    const std::string checkbox_name = clear_checkbox_name(name);
    widget.set("checkbox_name", checkbox_name);
    widget.set("checkbox_id", clear_checkbox_id(checkbox_name));
    widget.set("is_initial", is_initial(value));
    widget.set("input_text", gettext(std::string_view(input_text)));
    widget.set("initial_text", gettext(std::string_view(initial_text)));
    widget.set("clear_checkbox_label", gettext(std::string_view(clear_checkbox_label)));
    Attributes all = build_attrs(extra_attrs);
    if (!all.contains("disabled")) all.set("disabled", false);
    all.set("checked", extra_attrs.get("checked").truth());
    widget.set("attrs", std::move(all));
    return with_widget(std::move(widget));
}

Textarea::Textarea(WidgetOptions options) : Widget({{"cols", "40"}, {"rows", "10"}}) {
    attrs = build_attrs(options.attrs);
    template_name = std::move(options.template_name);
}

void Textarea::append_html(std::string& out, std::string_view name, const Value& value,
                           const Attributes& extra_attrs) const {
    out += "<textarea";
    impl::append_text_attribute(out, "name", name);
    impl::append_attributes(out, attrs, extra_attrs);
    out += ">\n";
    const Value text = format_value(value);
    if (text.truth()) html::append_conditionally_escaped(out, text);
    out += "</textarea>";
}

DateTimeBaseInput::DateTimeBaseInput(DateInputOptions options)
    : TextInput({std::move(options.attrs), std::move(options.template_name)}),
      format(std::move(options.format)) {}

Value DateTimeBaseInput::format_value(const Value& value) const {
    return impl::localize_input(value, format.empty() ? default_format() : format);
}

std::string_view DateInput::default_format() const {
    return formats_of(current_language()).date_input.front();
}

std::string_view DateTimeInput::default_format() const {
    return formats_of(current_language()).datetime_input.front();
}

std::string_view TimeInput::default_format() const {
    return formats_of(current_language()).time_input.front();
}

CheckboxInput::CheckboxInput(CheckboxInputOptions options)
    : Input({std::move(options.attrs), std::move(options.template_name)}, "checkbox"),
      check_test(std::move(options.check_test)) {}

bool CheckboxInput::is_checked(const Value& value) const {
    if (check_test) return check_test(value);
    return !value.is_none() && !(value.kind() == Kind::Bool && !value.as_bool()) &&
           !is_empty_text(value);
}

Value CheckboxInput::value_from_data(const Submission& submission, std::string_view name) const {
    const std::string* sent = submission.data == nullptr ? nullptr : submission.data->find(name);
    return sent != nullptr && !sent->empty() && strings::lower(*sent) != "false";
}

Value CheckboxInput::format_value(const Value& value) const {
    if (value.is_none() || value.kind() == Kind::Bool || is_empty_text(value)) return {};
    return value.is_string() ? value : Value(value.str());
}

Dict CheckboxInput::get_context(std::string_view name, const Value& value,
                                const Attributes& extra_attrs) const {
    if (!is_checked(value)) return Input::get_context(name, value, extra_attrs);
    Attributes with_check = extra_attrs;
    with_check.set("checked", true);
    return Input::get_context(name, value, with_check);
}

void CheckboxInput::append_html(std::string& out, std::string_view name, const Value& value,
                                const Attributes& extra_attrs) const {
    if (!is_checked(value)) return Input::append_html(out, name, value, extra_attrs);
    if (attrs.contains("checked") || extra_attrs.contains("checked")) {
        Attributes with_check = extra_attrs;
        with_check.set("checked", true);
        return Input::append_html(out, name, value, with_check);
    }
    Input::append_html(out, name, value, extra_attrs);
    out.pop_back();
    out += " checked>";
}

}  // namespace tatum::forms
