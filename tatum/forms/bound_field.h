#pragma once

#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/forms/errors.h>
#include <tatum/forms/field.h>
#include <tatum/forms/widget.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::forms {

namespace impl {
class FormState;
}

/// How label_tag() differs from the field's own label.
struct LabelOptions {
    Value contents = {};  ///< None: the label. Escaped unless safe
    Attributes attrs = {};
    std::optional<std::string> label_suffix = {};
    std::string_view tag = "label";
};

/// How as_widget() differs from the field's own widget.
struct AsWidgetOptions {
    const Widget* widget = nullptr;  ///< null: the field's
    Attributes attrs = {};
    bool only_initial = false;  ///< the initial value, under "initial-NAME"
};

/// A field of a form with its data: Django's BoundField. A handle that shares the form's state, so
/// it may outlive the form. What it says is of the moment; a field that has been removed from the
/// form has none of it (ImproperlyConfigured).
class BoundField {
public:
    BoundField(Shared<impl::FormState> form, std::string_view name);
    BoundField(const BoundField&);
    BoundField(BoundField&&) noexcept;
    BoundField& operator=(const BoundField&);
    ~BoundField();

    const std::string& name() const { return name_; }
    const Field& field() const;
    /// With the form's prefix.
    std::string html_name() const;
    std::string html_initial_name() const;
    std::string html_initial_id() const;
    /// In the language; made of the name when the field has none.
    std::string label() const;
    std::string help_text() const;
    /// "id_name", by the form's auto_id; empty when fields have no ids.
    std::string auto_id() const;
    std::string id_for_label() const;
    bool is_hidden() const;
    /// Checks the form if that has not been done.
    ErrorList errors() const;
    /// As the widget read it.
    Value data() const;
    /// A function among them is called once.
    Value initial() const;
    /// What the widget shows: what was sent, else the initial value.
    Value value() const;
    bool has_changed() const;
    /// "text", "checkbox": the widget's class.
    std::string widget_type() const;
    bool use_fieldset() const;
    std::string aria_describedby() const;
    /// `extra` and the form's classes for fields with errors and for required ones.
    std::string css_classes(std::string_view extra = {}) const;
    /// With `required`, `disabled` and what screen readers need.
    Attributes build_widget_attrs(Attributes attrs = {}) const;

    std::string label_tag(const LabelOptions& options = {}) const;
    std::string legend_tag(LabelOptions options = {}) const;
    std::string as_widget(const AsWidgetOptions& options = {}) const;
    std::string as_text(const Attributes& attrs = {}) const;
    std::string as_textarea(const Attributes& attrs = {}) const;
    std::string as_hidden(const Attributes& attrs = {}) const;
    /// Label, help, errors and widget, as in as_div().
    std::string as_field_group() const;
    /// The contexts of the widget's parts, the options of a choice.
    List subwidgets() const;

    /// Append what the functions above return.
    void append_label_tag(std::string& out, const LabelOptions& options) const;
    void append_widget(std::string& out, const AsWidgetOptions& options) const;
    void append_field_group(std::string& out) const;
    /// The widget, and its initial value beside it with show_hidden_initial.
    void append(std::string& out) const;

private:
    Attributes widget_attrs(Attributes attrs, const Widget& widget) const;

    Shared<impl::FormState> form_;
    std::string name_;
};

/// For templates; see the topic on forms.
Value to_value(const BoundField& field);

}  // namespace tatum::forms

namespace tatum {
using forms::BoundField;
}
