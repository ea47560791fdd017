#include <tatum/forms/impl/options.h>

#include <tatum/base/html.h>
#include <tatum/forms/impl/element.h>

namespace tatum::forms::impl {

void begin_option_group(std::string& out, const Value& heading) {
    out += "\n  <optgroup label=\"";
    html::append_conditionally_escaped(out, heading);
    out += "\">";
}

void append_option(std::string& out, const Value& value, const Attributes& attributes,
                   const Value& label) {
    out += "\n  <option value=\"";
    html::append_conditionally_escaped(out, value);
    out += '"';
    append_attributes(out, attributes);
    out += '>';
    html::append_conditionally_escaped(out, label);
    out += "</option>\n";
}

void begin_input_list(std::string& out, const Value& id, const Value& css_class) {
    out += "<div";
    if (id.truth()) append_attribute(out, Value::view("id"), id);
    if (css_class.truth()) append_attribute(out, Value::view("class"), css_class);
    out += '>';
}

void begin_input_group(std::string& out, const Value& heading) {
    out += "\n  <div><label>";
    html::append_conditionally_escaped(out, heading);
    out += "</label>";
}

void append_labelled_input(std::string& out, std::string_view type, std::string_view name,
                           const Value& value, const Attributes& attributes, const Value& label) {
    out += "<label";
    if (const Value* id = attributes.find("id"); id != nullptr && id->truth())
        append_attribute(out, Value::view("for"), *id);
    out += '>';
    begin_input(out, type, name, value);
    append_attributes(out, attributes);
    out += ">\n ";
    html::append_conditionally_escaped(out, label);
    out += "</label>";
}

void append_input_option(std::string& out, std::string_view type, std::string_view name,
                         const Value& value, const Attributes& attributes, const Value& label) {
    out += "<div>\n    ";
    append_labelled_input(out, type, name, value, attributes, label);
    out += "\n\n</div>";
}

}  // namespace tatum::forms::impl
