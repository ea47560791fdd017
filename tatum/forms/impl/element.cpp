#include <tatum/forms/impl/element.h>

#include <tatum/base/html.h>
#include <tatum/base/text.h>

namespace tatum::forms::impl {

void append_text_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    html::append_escaped(out, value);
    out += '"';
}

void append_attribute(std::string& out, const Value& name, const Value& value) {
    const bool is_bool = value.kind() == Kind::Bool;
    if (is_bool && !value.as_bool()) return;
    out += ' ';
    html::append_conditionally_escaped(out, name);
    if (is_bool) return;
    out += "=\"";
    html::append_conditionally_escaped(out, value);
    out += '"';
}

void append_attributes(std::string& out, const Attributes& attributes) {
    for (const auto& [name, value] : attributes) append_attribute(out, name, value);
}

void append_attributes(std::string& out, const Attributes& attributes, const Attributes& more) {
    if (more.empty()) return append_attributes(out, attributes);
    for (const auto& [name, value] : attributes) {
        const Value* other = more.find(name);
        append_attribute(out, name, other == nullptr ? value : *other);
    }
    for (const auto& [name, value] : more) {
        if (attributes.empty() || attributes.find(name) == nullptr)
            append_attribute(out, name, value);
    }
}

void begin_input(std::string& out, std::string_view type, std::string_view name,
                 const Value& value) {
    out += "<input type=\"";
    html::append_escaped(out, type);
    out += "\" name=\"";
    html::append_escaped(out, name);
    out += '"';
    if (value.is_none()) return;
    out += " value=\"";
    html::append_conditionally_escaped(out, value);
    out += '"';
}

void remove_space_between_tags(std::string& out, std::size_t begin) {
    const std::string_view made = std::string_view(out).substr(begin);
    const std::string tight(strings::strip(html::strip_spaces_between_tags(made)));
    out.replace(begin, std::string::npos, tight);
}

}  // namespace tatum::forms::impl
