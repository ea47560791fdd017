#pragma once

#include <tatum/forms/choices.h>
#include <tatum/forms/widget.h>

namespace tatum::forms {

namespace impl {
class OptionWriter;
}

struct ChoiceWidgetOptions {
    Attributes attrs = {};
    Choices choices = {};
    std::string template_name = {};
    std::string option_template_name = {};
};

/// An option as it is shown.
struct ChoiceOption {
    Value value;
    std::string_view label;  ///< of the Choice, or of whoever changed it; outlives the option
    bool selected = false;
    std::string index;  ///< "2", or "0_1" within a group
    Attributes attrs;
};

/// Widgets that choose among values.
class ChoiceWidget : public Widget {
public:
    Choices choices;
    std::string option_template_name;

    virtual bool allow_multiple_selected() const { return false; }
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    /// A list of the values that are selected, as text.
    Value format_value(const Value& value) const override;
    std::string id_for_label(std::string_view id) const override;
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;
    List subwidgets(std::string_view name, const Value& value,
                    const Attributes& extra_attrs) const override;

protected:
    explicit ChoiceWidget(ChoiceWidgetOptions options);

    /// For attributes of one's own on an option: called for each before it is shown.
    virtual void change_option(ChoiceOption&, const Choice&) const {}
    virtual std::string_view default_option_template_name() const = 0;
    /// Radio buttons and boxes have the attributes of the widget, and ids with an index.
    virtual bool option_inherits_attrs() const { return true; }
    virtual bool add_id_index() const { return true; }
    virtual std::string_view checked_attribute() const { return "checked"; }

    /// What is done with groups and options.
    class Visitor;
    void visit_options(Visitor& visitor, const Value& formatted,
                       const Attributes& extra_attrs) const;
    std::string_view option_template() const;

private:
    class ContextMaker;
    friend class impl::OptionWriter;
    Attributes option_attrs(const Attributes& extra_attrs, const ChoiceOption& option) const;
};

class Select : public ChoiceWidget {
public:
    Select(ChoiceWidgetOptions options = {}) : ChoiceWidget(std::move(options)) {}
    TATUM_WIDGET(Select, "select")
    std::string_view input_type() const override { return "select"; }
    /// Only where nothing is chosen at first, as HTML wants it.
    bool use_required_attribute(const Value& initial) const override;
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

protected:
    std::string_view default_option_template_name() const override;
    bool option_inherits_attrs() const override { return false; }
    bool add_id_index() const override { return false; }
    std::string_view checked_attribute() const override { return "selected"; }
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;
};

/// Unknown, Yes, No.
class NullBooleanSelect : public Select {
public:
    NullBooleanSelect(WidgetOptions options = {});
    TATUM_WIDGET(NullBooleanSelect, "select")
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    Value format_value(const Value& value) const override;
};

class SelectMultiple : public Select {
public:
    SelectMultiple(ChoiceWidgetOptions options = {}) : Select(std::move(options)) {}
    TATUM_WIDGET(SelectMultiple, "select")
    bool allow_multiple_selected() const override { return true; }
    bool value_omitted_from_data(const Submission&, std::string_view) const override {
        return false;
    }
};

class RadioSelect : public ChoiceWidget {
public:
    RadioSelect(ChoiceWidgetOptions options = {}) : ChoiceWidget(std::move(options)) {}
    TATUM_WIDGET(RadioSelect, "radio")
    std::string_view input_type() const override { return "radio"; }
    bool use_fieldset() const override { return true; }
    /// None: a label for the first button would choose it.
    std::string id_for_label(std::string_view) const override { return {}; }

protected:
    std::string_view default_option_template_name() const override;
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;
};

class CheckboxSelectMultiple : public RadioSelect {
public:
    CheckboxSelectMultiple(ChoiceWidgetOptions options = {}) : RadioSelect(std::move(options)) {}
    TATUM_WIDGET(CheckboxSelectMultiple, "checkbox_select")
    std::string_view input_type() const override { return "checkbox"; }
    bool allow_multiple_selected() const override { return true; }
    /// Never: a browser would want all boxes checked.
    bool use_required_attribute(const Value&) const override { return false; }
    bool value_omitted_from_data(const Submission&, std::string_view) const override {
        return false;
    }

protected:
    std::string_view default_option_template_name() const override;
};

}  // namespace tatum::forms
