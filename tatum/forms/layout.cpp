#include <tatum/base/html.h>
#include <tatum/base/text.h>
#include <tatum/forms/impl/form_state.h>
#include <tatum/forms/impl/form_values.h>
#include <tatum/forms/renderer.h>

namespace tatum::forms::impl {

void strip_from(std::string& out, std::size_t start) {
    const std::string_view text = std::string_view(out).substr(start);
    const std::string_view inner = strings::strip(text);
    if (inner.size() == text.size()) return;
    const auto before = static_cast<std::size_t>(inner.data() - text.data());
    out.resize(inner.empty() ? start : start + before + inner.size());
    if (!inner.empty()) out.erase(start, before);
}

void append_site_template(std::string& out, FormState& form, std::string_view template_name,
                          const Dict& variables) {
    if (form.template_depth >= kTemplateDepthMax) {
        throw ImproperlyConfigured("the template '" + std::string(template_name) +
                                   "' of the form " + std::string(form.type.name) +
                                   " shows itself");
    }
    struct Depth {
        explicit Depth(int& depth) : place(depth) { ++place; }
        ~Depth() { --place; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;
        int& place;
    } const depth(form.template_depth);
    const std::size_t start = out.size();
    append_template(out, template_name, variables);
    strip_from(out, start);
}

void append_help_text(std::string& out, const BoundField& field, std::string_view element) {
    const std::string help = field.help_text();
    if (help.empty()) return;
    out.append("<").append(element).append(" class=\"helptext\"");
    if (const std::string id = field.auto_id(); !id.empty()) {
        out += " id=\"";
        html::append_escaped(out, id);
        out += "_helptext\"";
    }
    out += '>';
    out += help;  // HTML, by whoever declared the field
    out.append("</").append(element).append(">");
}

namespace {

/// The fields of a form as its layouts see them.
struct Sorted {
    std::vector<BoundField> visible, hidden;
    ErrorList errors;  ///< on top
};

Sorted sorted_fields(const Shared<FormState>& form) {
    Sorted sorted;
    sorted.errors = form->top_errors();
    for (const NamedField& named : form->fields) {
        auto& list = named.field().widget().is_hidden() ? sorted.hidden : sorted.visible;
        list.emplace_back(form, named.name());
    }
    return sorted;
}

void append_hidden(std::string& out, const Sorted& sorted) {
    for (const BoundField& field : sorted.hidden) field.append(out);
}

void append_open_tag(std::string& out, std::string_view element, const BoundField& field) {
    out.append("<").append(element);
    if (const std::string classes = field.css_classes(); !classes.empty()) {
        out += " class=\"";
        html::append_escaped(out, classes);
        out += '"';
    }
    out += '>';
}

void append_label(std::string& out, const BoundField& field) {
    if (!field.label().empty()) field.append_label_tag(out, {});
}

/// The hidden fields stand within the last visible one. `indent` is that of the template.
void append_hidden_within(std::string& out, const Sorted& sorted, bool is_last,
                          std::string_view indent) {
    if (is_last) {
        out.append("\n").append(indent).append("  ");
        append_hidden(out, sorted);
        out.append("\n").append(indent);
    }
    out += '\n';
}

void append_as_div(std::string& out, const Sorted& sorted, const BoundField& field, bool is_last) {
    out += "\n  ";
    append_open_tag(out, "div", field);
    out += "\n    ";
    field.append_field_group(out);
    out += "\n    ";
    append_hidden_within(out, sorted, is_last, "    ");
    out += "</div>\n";
}

/// What <p> and <li> have in common: label, widget, help.
void append_line(std::string& out, const Sorted& sorted, const BoundField& field, bool is_last) {
    append_label(out, field);
    out += "\n    ";
    field.append(out);
    out += "\n    ";
    if (!field.help_text().empty()) {
        out += "\n      ";
        append_help_text(out, field, "span");
        out += "\n    ";
    }
    out += "\n    ";
    append_hidden_within(out, sorted, is_last, "    ");
}

void append_as_p(std::string& out, const Sorted& sorted, const BoundField& field, bool is_last) {
    out += "\n  ";
    field.errors().render(out);
    out += "\n  ";
    append_open_tag(out, "p", field);
    out += "\n    ";
    append_line(out, sorted, field, is_last);
    out += "  </p>\n";
}

void append_as_li(std::string& out, const Sorted& sorted, const BoundField& field, bool is_last) {
    out += "\n  ";
    append_open_tag(out, "li", field);
    out += "\n    ";
    field.errors().render(out);
    out += "\n    ";
    append_line(out, sorted, field, is_last);
    out += "  </li>\n";
}

void append_as_row(std::string& out, const Sorted& sorted, const BoundField& field, bool is_last) {
    out += "\n  ";
    append_open_tag(out, "tr", field);
    out += "\n    <th>";
    append_label(out, field);
    out += "</th>\n    <td>\n      ";
    field.errors().render(out);
    out += "\n      ";
    field.append(out);
    out += "\n      ";
    if (!field.help_text().empty()) {
        out += "\n        <br>\n        ";
        append_help_text(out, field, "span");
        out += "\n      ";
    }
    out += "\n      ";
    append_hidden_within(out, sorted, is_last, "      ");
    out += "    </td>\n  </tr>\n";
}

/// The errors on top, with the hidden fields where there are no others.
void append_top(std::string& out, const Sorted& sorted, Layout layout) {
    const bool has_errors = !sorted.errors.empty(), has_fields = !sorted.visible.empty();
    if (layout == Layout::Div || layout == Layout::P) {
        sorted.errors.render(out);
        out += '\n';
        if (has_errors && !has_fields) {
            const std::string_view element = layout == Layout::Div ? "div" : "p";
            out.append("\n  <").append(element).append(">");
            append_hidden(out, sorted);
            out.append("</").append(element).append(">\n");
        }
        out += '\n';
        return;
    }
    if (has_errors) {
        const bool is_table = layout == Layout::Table;
        const std::string_view indent = is_table ? "      " : "  ";
        out += is_table ? "\n  <tr>\n    <td colspan=\"2\">\n      " : "\n  <li>\n    ";
        sorted.errors.render(out);
        out.append("\n").append(indent);
        if (!has_fields) {
            out.append("\n").append(indent).append("  ");
            append_hidden(out, sorted);
            out.append("\n").append(indent);
        }
        out += is_table ? "\n    </td>\n  </tr>\n" : "\n  </li>\n";
    }
    out += '\n';
}

}  // namespace

void append_form(std::string& out, const Shared<FormState>& form, Layout layout) {
    const std::size_t start = out.size();
    const Sorted sorted = sorted_fields(form);
    append_top(out, sorted, layout);
    for (std::size_t i = 0; i < sorted.visible.size(); ++i) {
        const bool is_last = i + 1 == sorted.visible.size();
        const BoundField& field = sorted.visible[i];
        switch (layout) {
            case Layout::Div:
                append_as_div(out, sorted, field, is_last);
                break;
            case Layout::P:
                append_as_p(out, sorted, field, is_last);
                break;
            case Layout::Table:
                append_as_row(out, sorted, field, is_last);
                break;
            case Layout::Ul:
                append_as_li(out, sorted, field, is_last);
                break;
        }
    }
    if (sorted.visible.empty() && sorted.errors.empty()) append_hidden(out, sorted);
    strip_from(out, start);
}

Dict form_context(const Shared<FormState>& form) {
    const Sorted sorted = sorted_fields(form);
    List visible, hidden;
    for (const BoundField& field : sorted.visible) {
        visible.push_back(Value::tuple({to_value(field), to_value(field.errors())}));
    }
    for (const BoundField& field : sorted.hidden) hidden.push_back(to_value(field));
    return {{"form", form_value(form)},
            {"fields", Value(std::move(visible))},
            {"hidden_fields", Value(std::move(hidden))},
            {"errors", to_value(sorted.errors)}};
}

std::string render_form(const Shared<FormState>& form) {
    if (!form->options.template_name.empty()) {
        return render_form(form, form->options.template_name, {});
    }
    std::string out;
    append_form(out, form, Layout::Div);
    return out;
}

std::string render_form(const Shared<FormState>& form, std::string_view template_name,
                        Dict context) {
    Dict variables = form_context(form);
    for (const auto& [name, value] : context) variables.set(name, value);
    std::string out;
    append_site_template(out, *form, template_name, variables);
    return out;
}

}  // namespace tatum::forms::impl
