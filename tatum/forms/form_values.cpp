#include <tatum/forms/impl/form_values.h>

#include <tatum/base/html.h>
#include <tatum/forms/choice_fields.h>
#include <tatum/forms/choice_widgets.h>
#include <tatum/forms/impl/form_state.h>

#include <array>
#include <memory>

namespace tatum::forms::impl {

namespace {

List choice_pairs(const Choices& choices) {
    List pairs;
    for (const Choice& choice : *choices.get()) {
        pairs.push_back(Value::tuple({choice.value, choice.label}));
    }
    return pairs;
}

/// `field.field.widget`.
class WidgetObject final : public Object {
public:
    explicit WidgetObject(const Widget& widget) : widget_(widget) {}

    std::string_view type_name(Self) const override { return widget_->type_name(); }
    std::vector<std::string> attribute_names(Self) const override {
        return {"attrs",        "input_type",    "is_hidden",    "is_required",
                "is_localized", "template_name", "use_fieldset", "needs_multipart_form",
                "choices",      "media"};
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "attrs") return Value(widget_->attrs);
        if (name.text == "input_type") return Value(widget_->input_type());
        if (name.text == "is_hidden") return Value(widget_->is_hidden());
        if (name.text == "is_required") return Value(widget_->is_required);
        if (name.text == "is_localized") return Value(widget_->is_localized);
        if (name.text == "use_fieldset") return Value(widget_->use_fieldset());
        if (name.text == "needs_multipart_form") return Value(widget_->needs_multipart_form());
        if (name.text == "media") return to_value(widget_->media());
        if (name.text == "template_name") {
            return Value(widget_->template_name.empty() ? widget_->default_template_name()
                                                        : widget_->template_name);
        }
        if (name.text == "choices") {
            if (const auto* select = dynamic_cast<const ChoiceWidget*>(widget_.get())) {
                return Value(choice_pairs(select->choices));
            }
        }
        return std::nullopt;
    }

private:
    Cloned<Widget> widget_;
};

/// `field.field`.
class FieldObject final : public Object {
public:
    explicit FieldObject(const Field& field) : field_(field) {}

    std::string_view type_name(Self) const override { return field_->type_name(); }
    std::vector<std::string> attribute_names(Self) const override {
        return {"required", "disabled", "label",   "label_suffix",        "initial",
                "widget",   "localize", "choices", "show_hidden_initial", "help_text"};
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "required") return Value(field_->required);
        if (name.text == "disabled") return Value(field_->disabled);
        if (name.text == "label") return Value(field_->label);
        if (name.text == "label_suffix") return Value(field_->label_suffix);
        if (name.text == "initial") return field_->initial.get();
        if (name.text == "help_text") return Value(field_->help_text);
        if (name.text == "localize") return Value(field_->localize());
        if (name.text == "show_hidden_initial") return Value(field_->show_hidden_initial);
        if (name.text == "widget") {
            return Value::adopt(std::make_unique<WidgetObject>(field_->widget()).release());
        }
        if (name.text == "choices") {
            if (const auto* choice = dynamic_cast<const ChoiceField*>(field_.get())) {
                return Value(choice_pairs(choice->choices()));
            }
        }
        return std::nullopt;
    }

private:
    Cloned<Field> field_;
};

/// One part of a widget: a radio button of a choice.
class BoundWidgetObject final : public Object {
public:
    explicit BoundWidgetObject(Dict widget) : widget_(std::move(widget)) {}

    std::string_view type_name(Self) const override { return "BoundWidget"; }
    void append_str(Self, std::string& out) const override { append_tag(out, true); }
    std::vector<std::string> attribute_names(Self) const override {
        return {"tag", "choice_label", "id_for_label", "data", "template_name"};
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "__html__" || name.text == "tag") {
            std::string out;
            append_tag(out, name.text != "tag");
            return Value::safe(out);
        }
        if (name.text == "choice_label") return widget_.get("label");
        if (name.text == "data") return Value(widget_);
        if (name.text == "template_name") return widget_.get("template_name");
        if (name.text == "id_for_label") {
            const Value* attrs = widget_.find("attrs");
            return attrs != nullptr && attrs->is_dict() ? attrs->as_dict().get("id") : Value();
        }
        return std::nullopt;
    }

private:
    void append_tag(std::string& out, bool wrap_label) const {
        Dict shown = widget_;
        shown.set("wrap_label", wrap_label);
        append_widget_html(out, shown);
    }

    Dict widget_;
};

template <class T, void (T::*append)(std::string&) const>
Value appended(const T& thing) {
    std::string out;
    (thing.*append)(out);
    return Value::safe(out);
}

using FieldReader = Value (*)(const BoundField&);
/// What a template may ask of a field.
constexpr std::pair<Name, FieldReader> kFieldAttributes[] = {
    {"__html__", appended<BoundField, &BoundField::append>},
    {"errors", [](const BoundField& f) { return to_value(f.errors()); }},
    {"label_tag", [](const BoundField& f) { return Value::safe(f.label_tag()); }},
    {"legend_tag", [](const BoundField& f) { return Value::safe(f.legend_tag()); }},
    {"label", [](const BoundField& f) { return Value(f.label()); }},
    {"name", [](const BoundField& f) { return Value(f.name()); }},
    {"html_name", [](const BoundField& f) { return Value(f.html_name()); }},
    {"html_initial_name", [](const BoundField& f) { return Value(f.html_initial_name()); }},
    {"html_initial_id", [](const BoundField& f) { return Value(f.html_initial_id()); }},
    {"help_text", [](const BoundField& f) { return Value(f.help_text()); }},
    {"auto_id", [](const BoundField& f) { return Value(f.auto_id()); }},
    {"id_for_label", [](const BoundField& f) { return Value(f.id_for_label()); }},
    {"is_hidden", [](const BoundField& f) { return Value(f.is_hidden()); }},
    {"data", [](const BoundField& f) { return f.data(); }},
    {"initial", [](const BoundField& f) { return f.initial(); }},
    {"value", [](const BoundField& f) { return f.value(); }},
    {"has_changed", [](const BoundField& f) { return Value(f.has_changed()); }},
    {"widget_type", [](const BoundField& f) { return Value(f.widget_type()); }},
    {"use_fieldset", [](const BoundField& f) { return Value(f.use_fieldset()); }},
    {"aria_describedby", [](const BoundField& f) { return Value(f.aria_describedby()); }},
    {"css_classes", [](const BoundField& f) { return Value(f.css_classes()); }},
    {"as_widget", [](const BoundField& f) { return Value::safe(f.as_widget()); }},
    {"as_text", [](const BoundField& f) { return Value::safe(f.as_text()); }},
    {"as_textarea", [](const BoundField& f) { return Value::safe(f.as_textarea()); }},
    {"as_hidden", [](const BoundField& f) { return Value::safe(f.as_hidden()); }},
    {"as_field_group", appended<BoundField, &BoundField::append_field_group>},
    {"render", appended<BoundField, &BoundField::append_field_group>},
    {"field",
     [](const BoundField& f) {
         return Value::adopt(std::make_unique<FieldObject>(f.field()).release());
     }},
};

class BoundFieldObject final : public Object {
public:
    BoundFieldObject(const BoundField& field) : field_(field) {}

    std::string_view type_name(Self) const override { return "BoundField"; }
    void append_str(Self, std::string& out) const override { field_.append(out); }
    bool truth(Self) const override { return true; }
    std::vector<std::string> attribute_names(Self) const override {
        std::vector<std::string> names;
        for (const auto& [name, read] : kFieldAttributes) names.emplace_back(name.text);
        names.emplace_back("subwidgets");
        return names;
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        for (const auto& [known, read] : kFieldAttributes) {
            if (known == name) return read(field_);
        }
        if (name.text == "subwidgets") return Value(parts());
        return std::nullopt;
    }
    /// Looping over a field gives the parts of its widget: radio buttons, boxes, options.
    std::optional<std::size_t> size(Self) const override { return parts().size(); }
    Value item(Self, std::size_t index) const override { return parts()[index]; }

private:
    /// Made once, since a choice may read the database.
    const List& parts() const {
        if (!parts_) {
            parts_.emplace();
            for (const Value& widget : field_.subwidgets()) {
                parts_->push_back(
                    Value::adopt(std::make_unique<BoundWidgetObject>(widget.as_dict()).release()));
            }
        }
        return *parts_;
    }

    BoundField field_;
    mutable std::optional<List> parts_;
};

using State = Shared<FormState>;

template <Layout layout>
Value laid_out_as(const State& form) {
    std::string out;
    append_form(out, form, layout);
    return Value::safe(out);
}

enum class Which : std::uint8_t { All, Visible, Hidden };
template <Which which>
Value list_of_fields(const State& form) {
    List fields;
    for (const NamedField& named : form->fields) {
        const bool is_hidden = named.field().widget().is_hidden();
        if (which == Which::All || is_hidden == (which == Which::Hidden)) {
            fields.push_back(to_value(BoundField(form, named.name())));
        }
    }
    return Value(std::move(fields));
}

Value plain_fields(const State& form) {
    Dict fields;
    for (const NamedField& named : form->fields) {
        fields.set(named.name(),
                   Value::adopt(std::make_unique<FieldObject>(named.field()).release()));
    }
    return Value(std::move(fields));
}

Value sent_data(const State& form) {
    return form->submission.data != nullptr ? to_value(*form->submission.data) : Value(Dict{});
}

using FormReader = Value (*)(const State&);
/// What a template may ask of a form; its fields come first.
constexpr std::pair<Name, FormReader> kFormAttributes[] = {
    {"__html__", [](const State& f) { return Value::safe(render_form(f)); }},
    {"errors", [](const State& f) { return to_value(f->checked_errors()); }},
    {"non_field_errors", [](const State& f) { return to_value(f->non_field_errors()); }},
    {"is_bound", [](const State& f) { return Value(f->is_bound); }},
    {"is_valid", [](const State& f) { return Value(f->is_bound && f->checked_errors().empty()); }},
    {"is_multipart", [](const State& f) { return Value(f->is_multipart()); }},
    {"visible_fields", list_of_fields<Which::Visible>},
    {"hidden_fields", list_of_fields<Which::Hidden>},
    {"fields", plain_fields},
    {"media", [](const State& f) { return to_value(f->media()); }},
    {"as_div", laid_out_as<Layout::Div>},
    {"as_p", laid_out_as<Layout::P>},
    {"as_table", laid_out_as<Layout::Table>},
    {"as_ul", laid_out_as<Layout::Ul>},
    {"render", [](const State& f) { return Value::safe(render_form(f)); }},
    {"prefix", [](const State& f) { return Value(f->options.prefix); }},
    {"initial", [](const State& f) { return Value(f->options.initial); }},
    {"auto_id", [](const State& f) { return Value(f->options.auto_id.value_or("id_%s")); }},
    {"label_suffix", [](const State& f) { return Value(f->label_suffix()); }},
    {"empty_permitted", [](const State& f) { return Value(f->options.empty_permitted); }},
    {"use_required_attribute", [](const State& f) { return Value(f->use_required_attribute()); }},
    {"error_css_class", [](const State& f) { return Value(f->options.error_css_class); }},
    {"required_css_class", [](const State& f) { return Value(f->options.required_css_class); }},
    {"data", sent_data},
    {"cleaned_data", [](const State& f) { return Value(f->cleaned_data); }},
    {"has_changed", [](const State& f) { return Value(!f->changed_data().empty()); }},
    {"changed_data", [](const State& f) { return Value(to_list(f->changed_data())); }},
};

class FormObject final : public Object {
public:
    explicit FormObject(const State& form) : form_(form) {}

    std::string_view type_name(Self) const override { return form_->type.name; }
    void append_str(Self, std::string& out) const override { out += render_form(form_); }
    void append_repr(Self, std::string& out) const override {
        const bool is_checked = form_->errors.has_value();
        out.append("<").append(form_->type.name).append(" bound=");
        out += form_->is_bound ? "True" : "False";
        out += ", valid=";
        out += !is_checked                                 ? "Unknown"
               : form_->is_bound && form_->errors->empty() ? "True"
                                                           : "False";
        out += ", fields=(";
        for (const NamedField& named : form_->fields) {
            out.append(&named == form_->fields.data() ? "" : ";").append(named.name());
        }
        out += ")>";
    }
    bool truth(Self) const override { return true; }
    std::vector<std::string> attribute_names(Self) const override {
        std::vector<std::string> names;
        for (const NamedField& named : form_->fields) names.push_back(named.name());
        for (const auto& [name, read] : kFormAttributes) names.emplace_back(name.text);
        return names;
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (form_->find(name.text) != nullptr) return to_value(BoundField(form_, name.text));
        for (const auto& [known, read] : kFormAttributes) {
            if (known == name) return read(form_);
        }
        return std::nullopt;
    }
    std::optional<std::size_t> size(Self) const override { return form_->fields.size(); }
    Value item(Self, std::size_t index) const override {
        return to_value(BoundField(form_, form_->fields[index].name()));
    }

private:
    State form_;
};

}  // namespace

Value bound_field_value(const BoundField& field) {
    return Value::adopt(std::make_unique<BoundFieldObject>(field).release());
}

Value form_value(const Shared<FormState>& form) {
    return Value::adopt(std::make_unique<FormObject>(form).release());
}

}  // namespace tatum::forms::impl

namespace tatum::forms {

Value to_value(const BoundField& field) { return impl::bound_field_value(field); }

}  // namespace tatum::forms
