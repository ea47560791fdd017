#include <tatum/base/html.h>
#include <tatum/forms/impl/element.h>
#include <tatum/forms/impl/options.h>
#include <tatum/forms/impl/widget_parts.h>
#include <tatum/forms/renderer.h>
#include <tatum/forms/widget.h>

namespace tatum::forms {

namespace {

constexpr std::string_view kWidgetFolder = "django/forms/widgets/";

/// A widget's context, by name.
struct WidgetContext {
    const Dict& widget;

    Value get(std::string_view key) const { return widget.get(Name(key)); }
    std::string text(std::string_view key) const { return get(key).str(); }
    bool truth(std::string_view key) const { return get(key).truth(); }
    const Attributes& attrs() const {
        static const Attributes none;
        const Value* found = widget.find("attrs");
        return found != nullptr && found->is_dict() ? found->as_dict() : none;
    }
    Value attr(std::string_view key) const { return attrs().get(Name(key)); }
    List list(std::string_view key) const { return get(key).items().value_or(List()); }
};

void input_html(std::string& out, const WidgetContext& context) {
    impl::begin_input(out, context.text("type"), context.text("name"), context.get("value"));
    impl::append_attributes(out, context.attrs());
    out += '>';
}

void textarea_html(std::string& out, const WidgetContext& context) {
    out += "<textarea";
    impl::append_text_attribute(out, "name", context.text("name"));
    impl::append_attributes(out, context.attrs());
    out += ">\n";
    const Value value = context.get("value");
    if (value.truth()) html::append_conditionally_escaped(out, value);
    out += "</textarea>";
}

void select_option_html(std::string& out, const WidgetContext& context) {
    const std::size_t begin = out.size();
    impl::append_option(out, context.get("value"), context.attrs(), context.get("label"));
    out.erase(begin, 3);  // the line's beginning within a <select>
    out.pop_back();
}

void input_option_html(std::string& out, const WidgetContext& context) {
    if (!context.truth("wrap_label")) return input_html(out, context);
    impl::append_labelled_input(out, context.text("type"), context.text("name"),
                                context.get("value"), context.attrs(), context.get("label"));
}

/// Calls `option` with each option, between `begin` and `end` where it stands in a group.
template <class Begin, class OptionCall>
void each_option(const WidgetContext& context, Begin begin, OptionCall option, std::string& out,
                 std::string_view end) {
    for (const Value& group : context.list("optgroups")) {
        const Value heading = group.at(0).value_or(Value());
        if (heading.truth()) begin(heading);
        for (const Value& each : group.at(1).value_or(Value()).items().value_or(List()))
            if (each.is_dict()) option(each.as_dict());
        if (heading.truth()) out += end;
    }
}

void select_html(std::string& out, const WidgetContext& context) {
    out += "<select";
    impl::append_text_attribute(out, "name", context.text("name"));
    impl::append_attributes(out, context.attrs());
    out += '>';
    each_option(
        context, [&](const Value& heading) { impl::begin_option_group(out, heading); },
        [&](const Dict& option) {
            out += "\n  ";
            append_widget_html(out, option);
            out += '\n';
        },
        out, "\n  </optgroup>");
    out += "\n</select>";
}

void input_list_html(std::string& out, const WidgetContext& context) {
    impl::begin_input_list(out, context.attr("id"), context.attr("class"));
    each_option(
        context, [&](const Value& heading) { impl::begin_input_group(out, heading); },
        [&](const Dict& option) {
            out += "<div>\n    ";
            append_widget_html(out, option);
            out += "\n\n</div>";
        },
        out, "\n  </div>");
    out += "\n</div>";
}

void parts_html(std::string& out, const WidgetContext& context) {
    const std::size_t begin = out.size();
    for (const Value& part : context.list("subwidgets")) {
        if (part.is_dict()) append_widget_html(out, part.as_dict());
        out += '\n';
    }
    impl::remove_space_between_tags(out, begin);
}

void clear_box_html(std::string& out, const WidgetContext& context) {
    out += "\n<input type=\"checkbox\"";
    impl::append_text_attribute(out, "name", context.text("checkbox_name"));
    impl::append_text_attribute(out, "id", context.text("checkbox_id"));
    if (context.attr("disabled").truth()) out += " disabled";
    if (context.attr("checked").truth()) out += " checked";
    out += ">\n<label";
    impl::append_text_attribute(out, "for", context.text("checkbox_id"));
    out += '>';
    html::append_conditionally_escaped(out, context.get("clear_checkbox_label"));
    out += "</label>";
}

void clearable_file_html(std::string& out, const WidgetContext& context) {
    if (context.truth("is_initial")) {
        const Value file = context.get("value");
        const Value url = file.is_object()
                              ? file.as_object().attribute(file.self(), Name("url")).value_or("")
                              : Value();
        html::append_conditionally_escaped(out, context.get("initial_text"));
        out += ": <a href=\"";
        html::append_conditionally_escaped(out, url);
        out += "\">";
        html::append_conditionally_escaped(out, file);
        out += "</a>";
        if (!context.truth("required")) clear_box_html(out, context);
        out += "<br>\n";
        html::append_conditionally_escaped(out, context.get("input_text"));
        out += ":\n";
    }
    out += "<input";
    impl::append_text_attribute(out, "type", context.text("type"));
    impl::append_text_attribute(out, "name", context.text("name"));
    impl::append_attributes(out, context.attrs());
    out += '>';
}

template <void (*Show)(std::string& out, const WidgetContext& context)>
void show(std::string& out, const Dict& widget) {
    Show(out, WidgetContext{widget});
}

void attrs_html(std::string& out, const WidgetContext& context) {
    impl::append_attributes(out, context.attrs());
}

#define TATUM_PART(NAME, FUNCTION, BEHIND) \
    {NAME, show<FUNCTION>, "{% load tatum_widgets %}{% widget_html '" NAME "' %}" BEHIND}
constexpr impl::NamedWidgetPart kParts[] = {
    TATUM_PART("attrs", attrs_html, ""),
    TATUM_PART("text", input_html, "\n\n"),
    TATUM_PART("number", input_html, "\n\n"),
    TATUM_PART("email", input_html, "\n\n"),
    TATUM_PART("url", input_html, "\n\n"),
    TATUM_PART("color", input_html, "\n\n"),
    TATUM_PART("search", input_html, "\n\n"),
    TATUM_PART("tel", input_html, "\n\n"),
    TATUM_PART("password", input_html, "\n\n"),
    TATUM_PART("hidden", input_html, "\n\n"),
    TATUM_PART("file", input_html, "\n\n"),
    TATUM_PART("date", input_html, "\n\n"),
    TATUM_PART("datetime", input_html, "\n\n"),
    TATUM_PART("time", input_html, "\n\n"),
    TATUM_PART("checkbox", input_html, "\n\n"),
    TATUM_PART("input", input_html, "\n"),
    TATUM_PART("textarea", textarea_html, "\n"),
    TATUM_PART("select", select_html, "\n"),
    TATUM_PART("select_option", select_option_html, "\n"),
    TATUM_PART("radio", input_list_html, "\n\n"),
    TATUM_PART("checkbox_select", input_list_html, "\n\n"),
    TATUM_PART("multiple_input", input_list_html, "\n"),
    TATUM_PART("radio_option", input_option_html, "\n\n"),
    TATUM_PART("checkbox_option", input_option_html, "\n\n"),
    TATUM_PART("input_option", input_option_html, "\n"),
    TATUM_PART("clearable_file_input", clearable_file_html, "\n"),
    TATUM_PART("multiple_hidden", parts_html, "\n\n"),
    TATUM_PART("multiwidget", parts_html, "\n"),
    TATUM_PART("splitdatetime", parts_html, "\n\n"),
    TATUM_PART("splithiddendatetime", parts_html, "\n\n"),
    TATUM_PART("select_date", parts_html, "\n\n"),
};
#undef TATUM_PART

}  // namespace

namespace impl {

std::span<const NamedWidgetPart> widget_parts() { return kParts; }

const NamedWidgetPart* find_widget_part(std::string_view name) {
    for (const NamedWidgetPart& part : kParts)
        if (part.name == name) return &part;
    return nullptr;
}

}  // namespace impl

void append_widget_html(std::string& out, const Dict& widget) {
    const std::string template_name = widget.get("template_name").str();
    std::string_view name = template_name;
    if (name.starts_with(kWidgetFolder) && name.ends_with(".html")) {
        name.remove_prefix(kWidgetFolder.size());
        name.remove_suffix(5);
        if (const auto* part = impl::find_widget_part(name)) return part->append(out, widget);
    }
    append_template(out, template_name, Dict{{"widget", widget}});
}

}  // namespace tatum::forms
