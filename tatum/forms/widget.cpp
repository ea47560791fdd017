#include <tatum/forms/widget.h>

#include <tatum/base/formats.h>
#include <tatum/forms/impl/element.h>
#include <tatum/forms/impl/localize_input.h>
#include <tatum/forms/renderer.h>

namespace tatum::forms {

namespace {

/// The mark that a file was sent and the box that clears the field was checked.
class ContradictionMark final : public Object {
public:
    std::string_view type_name(Self) const override { return "FileInputContradiction"; }
};

}  // namespace

Value Submission::get(std::string_view name) const {
    if (data == nullptr) return {};
    const std::string* found = data->find(name);
    return found == nullptr ? Value() : Value(*found);
}

List Submission::getlist(std::string_view name) const {
    return data == nullptr ? List() : to_list(data->getlist(name));
}

Value file_input_contradiction() { return Value::adopt(new ContradictionMark); }

bool is_file_input_contradiction(const Value& value) {
    return value.is_object() &&
           dynamic_cast<const ContradictionMark*>(&value.as_object()) != nullptr;
}

Widget::~Widget() = default;

Value Widget::value_from_data(const Submission& submission, std::string_view name) const {
    return submission.get(name);
}

bool Widget::value_omitted_from_data(const Submission& submission, std::string_view name) const {
    return !submission.has(name);
}

Attributes Widget::attrs_from_data(const Submission&, std::string_view) const { return {}; }

Value Widget::format_value(const Value& value) const {
    if (value.is_none() || (value.is_string() && value.as_string().empty())) return {};
    if (is_localized) return impl::localize_input(value, {});
    return value.is_string() ? value : Value(value.str());
}

bool Widget::use_required_attribute(const Value&) const { return !is_hidden(); }

Dict Widget::get_context(std::string_view name, const Value& value,
                         const Attributes& extra_attrs) const {
    Dict widget;
    widget.set("name", name);
    widget.set("is_hidden", is_hidden());
    widget.set("required", is_required);
    widget.set("value", format_value(value));
    widget.set("attrs", build_attrs(extra_attrs));
    widget.set("template_name",
               template_name.empty() ? default_template_name() : std::string_view(template_name));
    return Dict{{"widget", std::move(widget)}};
}

List Widget::subwidgets(std::string_view name, const Value& value,
                        const Attributes& extra_attrs) const {
    return {get_context(name, value, extra_attrs).get("widget")};
}

void Widget::render(std::string& out, std::string_view name, const Value& value,
                    const Attributes& extra_attrs) const {
    if (template_name.empty()) {
        append_html(out, name, value, extra_attrs);
    } else {
        append_template(out, template_name, get_context(name, value, extra_attrs));
    }
}

std::string Widget::render(std::string_view name, const Value& value,
                           const Attributes& extra_attrs) const {
    std::string out;
    render(out, name, value, extra_attrs);
    return out;
}

void Widget::append_html(std::string& out, std::string_view name, const Value& value,
                         const Attributes& extra_attrs) const {
    append_widget_html(out, get_context(name, value, extra_attrs).get("widget").as_dict());
}

Attributes Widget::build_attrs(const Attributes& extra_attrs) const {
    Attributes all = attrs;
    for (const auto& [key, value] : extra_attrs) all.set(key, value);
    return all;
}

}  // namespace tatum::forms
