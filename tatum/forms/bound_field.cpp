#include <tatum/forms/bound_field.h>

#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>
#include <tatum/forms/fields.h>
#include <tatum/forms/impl/form_state.h>
#include <tatum/forms/impl/form_values.h>
#include <tatum/forms/widgets.h>

namespace tatum::forms {

namespace {

/// "First name" of "first_name": as Python's capitalize(), the rest is in lower case.
std::string pretty_name(std::string_view name) {
    const std::string words = strings::replace(name, "_", " ");
    const std::size_t second = strings::offset_of(words, 1);
    return strings::upper(std::string_view(words).substr(0, second)) +
           strings::lower(std::string_view(words).substr(second));
}

/// ` name="value"` for each, in order; true is a bare attribute.
void append_attributes(std::string& out, const Attributes& attrs) {
    for (const auto& [name, value] : attrs) {
        if (value.kind() == Kind::Bool && !value.as_bool()) continue;
        out += ' ';
        html::append_conditionally_escaped(out, name);
        if (value.kind() == Kind::Bool) continue;
        out += "=\"";
        html::append_escaped(out, value.str());
        out += '"';
    }
}

/// The last character of a label: "Name:" has its own.
bool ends_in_punctuation(std::string_view text) {
    std::size_t start = text.size();
    while (start > 0 && (static_cast<unsigned char>(text[--start]) & 0xC0) == 0x80) {
    }
    return gettext(":?.!").find(text.substr(start)) != std::string_view::npos;
}

const MultiValueField* with_optional_parts(const Field& field) {
    const auto* parts = dynamic_cast<const MultiValueField*>(&field);
    return parts == nullptr || parts->require_all_fields ? nullptr : parts;
}

/// A copy of a widget of several parts, in which each is required as its own field is.
Owned<Widget> with_required_parts(const MultiValueField& field, const Widget& widget,
                                  const Value& initial) {
    Owned<Widget> copy = widget.clone();
    auto* parts = dynamic_cast<MultiWidget*>(copy.get());
    if (parts == nullptr) return nullptr;
    for (std::size_t i = 0; i < parts->widgets.size() && i < field.fields.size(); ++i) {
        Widget& part = *parts->widgets[i].widget;
        part.attrs.set("required",
                       part.use_required_attribute(initial) && field.fields[i]->required);
    }
    return copy;
}

/// The id that a label is for, and the ids of help and errors are made of.
std::string own_id(const Widget& widget, const std::string& auto_id) {
    const Value id = widget.attrs.get("id");
    return id.truth() ? id.str() : auto_id;
}

}  // namespace

BoundField::BoundField(Shared<impl::FormState> form, std::string_view name)
    : form_(std::move(form)), name_(name) {}
BoundField::BoundField(const BoundField&) = default;
BoundField::BoundField(BoundField&&) noexcept = default;
BoundField& BoundField::operator=(const BoundField&) = default;
BoundField::~BoundField() = default;

const Field& BoundField::field() const { return form_->field(name_); }
std::string BoundField::html_name() const { return form_->add_prefix(name_); }
std::string BoundField::html_initial_name() const { return "initial-" + html_name(); }
std::string BoundField::html_initial_id() const {
    return "initial-" + form_->add_prefix(auto_id());
}

std::string BoundField::label() const {
    const std::optional<std::string>& own = field().label;
    if (!own) return pretty_name(name_);
    return own->empty() ? std::string() : std::string(gettext(std::string_view(*own)));
}

std::string BoundField::help_text() const {
    const std::string& own = field().help_text;
    return own.empty() ? own : std::string(gettext(std::string_view(own)));
}

std::string BoundField::auto_id() const { return form_->auto_id(html_name()); }

std::string BoundField::id_for_label() const {
    const Widget& widget = field().widget();
    return widget.id_for_label(own_id(widget, auto_id()));
}

bool BoundField::is_hidden() const { return field().widget().is_hidden(); }
ErrorList BoundField::errors() const { return form_->errors_of(name_); }

Value BoundField::data() const {
    return field().widget().value_from_data(form_->submission, html_name());
}

Value BoundField::initial() const { return form_->initial_of(name_); }

Value BoundField::value() const {
    Value shown = initial();
    if (form_->is_bound) shown = field().bound_data(data(), shown);
    return field().prepare_value(shown);
}

bool BoundField::has_changed() const {
    for (const std::string& name : form_->changed_data()) {
        if (name == name_) return true;
    }
    return false;
}

std::string BoundField::widget_type() const {
    std::string type = strings::ascii_lower(field().widget().type_name());
    for (const std::string_view suffix : {"widget", "input"}) {
        if (type.ends_with(suffix)) {
            type.resize(type.size() - suffix.size());
            break;
        }
    }
    return type;
}

bool BoundField::use_fieldset() const { return field().widget().use_fieldset(); }

std::string BoundField::aria_describedby() const {
    if (field().widget().attrs.get("aria-describedby").truth()) return {};
    const std::string id = auto_id();
    std::string ids;
    if (id.empty() || is_hidden()) return ids;
    if (!field().help_text.empty()) ids = id + "_helptext";
    if (!errors().empty()) ids += (ids.empty() ? "" : " ") + id + "_error";
    return ids;
}

std::string BoundField::css_classes(std::string_view extra) const {
    std::vector<std::string_view> classes;
    const auto add = [&](std::string_view name) {
        for (const std::string_view there : classes) {
            if (there == name) return;
        }
        classes.push_back(name);
    };
    for (const std::string_view name : strings::split(extra)) add(name);
    const FormOptions& options = form_->options;
    if (!options.error_css_class.empty() && !errors().empty()) add(options.error_css_class);
    if (!options.required_css_class.empty() && field().required) add(options.required_css_class);
    std::string joined;
    for (const std::string_view name : classes)
        joined.append(joined.empty() ? "" : " ").append(name);
    return joined;
}

Attributes BoundField::build_widget_attrs(Attributes attrs) const {
    return widget_attrs(std::move(attrs), field().widget());
}

Attributes BoundField::widget_attrs(Attributes attrs, const Widget& widget) const {
    const Field& shown = field();
    if (shown.required && form_->use_required_attribute() &&
        widget.use_required_attribute(initial())) {
        const bool has_parts = with_optional_parts(shown) != nullptr &&
                               dynamic_cast<const MultiWidget*>(&shown.widget()) != nullptr;
        if (!has_parts) attrs.set("required", true);
    }
    if (shown.disabled) attrs.set("disabled", true);
    if (!widget.is_hidden() && !errors().empty()) attrs.set("aria-invalid", "true");
    if (!attrs.get("aria-describedby").truth() && !use_fieldset()) {
        if (std::string ids = aria_describedby(); !ids.empty()) attrs.set("aria-describedby", ids);
    }
    return attrs;
}

// Rendering ------------------------------------------------------------------------------------

void BoundField::append_widget(std::string& out, const AsWidgetOptions& options) const {
    const Field& shown = field();
    const Widget* widget = options.widget != nullptr ? options.widget : &shown.widget();
    Attributes attrs = widget_attrs(options.attrs, *widget);
    Owned<Widget> changed;
    const MultiValueField* parts = with_optional_parts(shown);
    if (parts != nullptr && shown.required && form_->use_required_attribute() &&
        widget->use_required_attribute(initial())) {
        changed = with_required_parts(*parts, *widget, initial());
    }
    if (shown.localize() && !widget->is_localized) {
        if (!changed) changed = widget->clone();
        changed->is_localized = true;
    }
    if (changed) widget = changed.get();
    if (const std::string id = auto_id(); !id.empty() && !widget->attrs.contains("id")) {
        if (!attrs.contains("id")) attrs.set("id", options.only_initial ? html_initial_id() : id);
    }
    const std::string name = options.only_initial ? html_initial_name() : html_name();
    const bool was_sent = options.only_initial && form_->submission.has(name);
    const Value value =
        was_sent ? shown.hidden_widget()->value_from_data(form_->submission, name) : this->value();
    widget->render(out, name, value, attrs);
}

void BoundField::append(std::string& out) const {
    append_widget(out, {});
    if (!field().show_hidden_initial) return;
    const Owned<Widget> hidden = field().hidden_widget();
    append_widget(out, {.widget = hidden.get(), .only_initial = true});
}

std::string BoundField::as_widget(const AsWidgetOptions& options) const {
    std::string out;
    append_widget(out, options);
    return out;
}

std::string BoundField::as_text(const Attributes& attrs) const {
    const TextInput widget;
    return as_widget({.widget = &widget, .attrs = attrs});
}

std::string BoundField::as_textarea(const Attributes& attrs) const {
    const Textarea widget;
    return as_widget({.widget = &widget, .attrs = attrs});
}

std::string BoundField::as_hidden(const Attributes& attrs) const {
    const Owned<Widget> widget = field().hidden_widget();
    return as_widget({.widget = widget.get(), .attrs = attrs});
}

void BoundField::append_label_tag(std::string& out, const LabelOptions& options) const {
    const Field& labelled = field();
    Value contents = options.contents.truth() ? options.contents : Value(label());
    const std::string suffix = options.label_suffix    ? *options.label_suffix
                               : labelled.label_suffix ? *labelled.label_suffix
                                                       : form_->label_suffix();
    if (!suffix.empty() && contents.truth() && !ends_in_punctuation(contents.str())) {
        std::string with_suffix;
        html::append_conditionally_escaped(with_suffix, contents);
        html::append_escaped(with_suffix, suffix);
        contents = Value::safe(with_suffix);
    }
    Attributes attrs = options.attrs;
    const Widget& widget = labelled.widget();
    const std::string id = own_id(widget, auto_id());
    if (!id.empty()) {
        if (const std::string target = widget.id_for_label(id); !target.empty()) {
            attrs.set("for", target);
        }
        const std::string& required_class = form_->options.required_css_class;
        if (labelled.required && !required_class.empty()) {
            const Value own = attrs.get("class");
            attrs.set("class", own.is_none() ? required_class : own.str() + " " + required_class);
        }
    }
    const std::size_t start = out.size();
    if (!form_->options.template_name_label.empty()) {
        impl::append_site_template(out, *form_, form_->options.template_name_label,
                                   {{"field", to_value(*this)},
                                    {"label", contents},
                                    {"attrs", Value(attrs)},
                                    {"use_tag", !id.empty()},
                                    {"tag", options.tag}});
    } else if (id.empty()) {
        html::append_conditionally_escaped(out, contents);
    } else {
        out.append("<").append(options.tag);
        append_attributes(out, attrs);
        out += '>';
        html::append_conditionally_escaped(out, contents);
        out.append("</").append(options.tag).append(">");
    }
    impl::strip_from(out, start);
}

std::string BoundField::label_tag(const LabelOptions& options) const {
    std::string out;
    append_label_tag(out, options);
    return out;
}

std::string BoundField::legend_tag(LabelOptions options) const {
    options.tag = "legend";
    return label_tag(options);
}

void BoundField::append_field_group(std::string& out) const {
    const std::size_t start = out.size();
    const Field& shown = field();
    const std::string& own =
        shown.template_name.empty() ? form_->options.template_name_field : shown.template_name;
    if (!own.empty()) {
        impl::append_site_template(out, *form_, own, {{"field", to_value(*this)}});
        return;
    }
    // The line breaks are those that Django's template leaves.
    const bool is_set = use_fieldset();
    if (is_set) {
        out += "\n  <fieldset";
        if (const std::string ids = aria_describedby(); !ids.empty()) {
            out += " aria-describedby=\"";
            html::append_escaped(out, ids);
            out += '"';
        }
        out += ">\n  ";
    } else {
        out += "\n  ";
    }
    if (!label().empty()) append_label_tag(out, {.tag = is_set ? "legend" : "label"});
    out += "\n\n";
    impl::append_help_text(out, *this, "div");
    out += '\n';
    errors().render(out);
    out += '\n';
    append(out);
    if (is_set) out += "</fieldset>";
    impl::strip_from(out, start);
}

std::string BoundField::as_field_group() const {
    std::string out;
    append_field_group(out);
    return out;
}

List BoundField::subwidgets() const {
    const Widget& widget = field().widget();
    Attributes attrs;
    if (const std::string id = own_id(widget, auto_id()); !id.empty()) attrs.set("id", id);
    return widget.subwidgets(html_name(), value(), build_widget_attrs(std::move(attrs)));
}

}  // namespace tatum::forms
