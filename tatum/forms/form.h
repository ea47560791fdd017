#pragma once

#include <tatum/base/owned.h>
#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/forms/bound_field.h>
#include <tatum/forms/errors.h>
#include <tatum/forms/field.h>
#include <tatum/forms/media.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::http {
class Request;
}

namespace tatum::forms {

class BaseForm;

/// Further arguments of a form, by Django's names. What is not set here is as the form's class says
/// (FormDefinition::defaults()), else as Django has it.
struct FormOptions {
    std::string prefix = {};
    /// Wins over the fields' own. A callable is called.
    Dict initial = {};
    /// The fields' ids: "%s" stands for the name. Empty: they have none. "id_%s".
    std::optional<std::string> auto_id = {};
    std::optional<std::string> label_suffix = {};  ///< ":" in the language
    /// Valid when nothing was changed. Not together with use_required_attribute.
    bool empty_permitted = false;
    std::optional<bool> use_required_attribute = {};  ///< true
    std::vector<std::string> field_order = {};        ///< fields that it leaves out come last
    std::string error_css_class = {}, required_css_class = {};
    /// Templates of the site in place of compiled code: for `{{ form }}` (with `form`, `fields`,
    /// `hidden_fields`, `errors`), a field's group (`field`), a list of errors (`errors`,
    /// `error_class`), and a label (`field`, `label`, `attrs`, `use_tag`, `tag`).
    std::string template_name = {}, template_name_field = {}, template_name_errors = {},
                template_name_label = {};
};

/// What a form was sent, if anything, and its options. Made of a request (bound when the method is
/// POST or PUT), of fields and files, or of options alone (unbound). What it views outlives the
/// form.
struct FormArguments {
    FormArguments() = default;
    FormArguments(const FormOptions& form_options);
    FormArguments(http::Request& request);
    FormArguments(http::Request& request, const FormOptions& form_options);
    FormArguments(const http::QueryDict& data);
    FormArguments(const http::QueryDict& data, const FormOptions& form_options);
    FormArguments(const http::QueryDict& data, const http::FileDict& files,
                  const FormOptions& form_options);
    FormArguments(const FormArguments&);
    FormArguments& operator=(const FormArguments&);
    ~FormArguments();

    Submission submission;
    bool is_bound = false;
    FormOptions options;
};

/// A field with its name, as a form holds it. A value: copies share the field until one of them
/// changes it.
class NamedField {
public:
    /// Keeps a clone of `field`.
    NamedField(std::string_view name, const Field& field);
    NamedField(std::string_view name, Owned<Field> field);
    NamedField(const NamedField&);
    NamedField(NamedField&&) noexcept;
    NamedField& operator=(const NamedField&);
    NamedField& operator=(NamedField&&) noexcept;
    ~NamedField();

    const std::string& name() const { return name_; }
    const Field& field() const { return **field_; }
    /// For changing: this copy's own from now on.
    Field& own_field();

private:
    std::string name_;
    Shared<Cloned<Field>> field_;
};
using FormFields = std::vector<NamedField>;

/// What kind of form it is: how its own code is called. One constant for each class of forms; what
/// is null is as in BaseForm.
struct FormType {
    std::string_view name = "Form";  ///< the class's own
    /// Checks all fields together; throws ValidationError or calls add_error().
    void (*clean)(BaseForm& form) = nullptr;
    /// After a field has been cleaned: may change its value (set_cleaned()), or throw.
    void (*clean_field)(BaseForm& form, std::string_view field) = nullptr;
    /// After clean(): Django's _post_clean(), for forms that fill an object.
    void (*post_clean)(BaseForm& form) = nullptr;
    /// Before anything is cleaned.
    void (*before_clean)(BaseForm& form) = nullptr;
};

namespace impl {
class FormState;
struct FormClass;
struct FormStart;
extern const FormType kPlainForm;
}  // namespace impl

/// Fields under their names, with what was sent for them: Django's forms.Form, and the core of all
/// forms. Usable as it is, with fields that are known at run time:
///
///     BaseForm form({{"name", CharField{}}, {"age", IntegerField{{.required = false}}}}, request);
///     if (form.is_valid()) use(form.cleaned_data().get("name"));
///
/// Movable, not copyable; used by one fiber at a time. It is checked once, when errors are first
/// asked for. A Value made of it keeps what it shows alive, and the data it was sent.
class BaseForm {
public:
    BaseForm(FormFields fields, const FormArguments& arguments = {});
    BaseForm(const FormType& type, FormFields fields, const FormArguments& arguments = {});
    BaseForm(BaseForm&& other) noexcept;
    BaseForm& operator=(BaseForm&&) = delete;
    BaseForm(const BaseForm&) = delete;
    ~BaseForm();

    /// Has anything been sent?
    bool is_bound() const;
    /// Bound, and nothing is wrong.
    [[nodiscard]] bool is_valid();
    /// Checks the form if that has not been done.
    const ErrorDict& errors();
    /// For code that moves errors elsewhere.
    ErrorDict& changeable_errors();
    /// Those of the form as a whole.
    ErrorList non_field_errors();
    /// `field` empty: the form as a whole. The field's cleaned value goes. Throws
    /// ImproperlyConfigured for a field that the form does not have.
    void add_error(std::string_view field, std::string_view message,
                   std::string_view code = "invalid");
    /// All faults of `error`; those that name no field go to `field`.
    void add_error(std::string_view field, const ValidationError& error);
    /// With `code`, one of that code.
    bool has_error(std::string_view field, std::string_view code = {});
    /// Checks again.
    void full_clean();

    /// By name, of the fields that are valid. Empty before the form is checked.
    const Dict& cleaned_data() const;
    Dict& cleaned_data();
    /// None where the field is not valid.
    Value cleaned(const Name& field) const { return cleaned_data().get(field); }
    void set_cleaned(std::string_view field, Value value);

    bool has_changed() const { return !changed_data().empty(); }
    /// Names of fields whose data differs from what they show at first.
    const std::vector<std::string>& changed_data() const;

    /// Throws ImproperlyConfigured when there is no such field.
    BoundField operator[](std::string_view field) const;
    std::vector<BoundField> bound_fields() const;
    std::vector<BoundField> hidden_fields() const;
    std::vector<BoundField> visible_fields() const;

    const FormFields& fields() const;
    /// nullptr when there is none.
    const Field* find_field(std::string_view name) const;
    /// This form's own copy, for changing. Throws ImproperlyConfigured when there is none.
    Field& field(std::string_view name);
    /// At the end, or in place of the field of that name.
    void add_field(std::string_view name, const Field& field);
    void add_field(std::string_view name, Owned<Field> field);
    void remove_field(std::string_view name);
    /// Fields that `names` leaves out come last; unknown names are ignored.
    void order_fields(const std::vector<std::string>& names);

    const FormOptions& options() const;
    const std::string& prefix() const { return options().prefix; }
    /// "prefix-name".
    std::string add_prefix(std::string_view field) const;
    /// What a field shows at first.
    Value get_initial_for_field(std::string_view field) const;
    /// The form's own part of it. Not initial(), which would hide the option of that name in
    /// define().
    const Dict& initial_data() const { return options().initial; }
    void set_initial_data(Dict initial);
    const Submission& submission() const;
    const FormType& type() const;

    bool is_multipart() const;
    Media media() const;

    std::string as_div() const;
    std::string as_p() const;
    std::string as_table() const;
    std::string as_ul() const;
    /// as_div(), or the template of FormOptions::template_name.
    std::string render() const;
    /// With another template of the site, and more variables.
    std::string render(std::string_view template_name, Dict context = {}) const;
    /// What form templates see.
    Dict get_context() const;

protected:
    /// Of a class with a declaration; see form_definition.h.
    BaseForm(const impl::FormStart& start);

private:
    friend Value to_value(const BaseForm& form);

    Shared<impl::FormState> state_;
};

/// For templates: fields by name, loops over fields, `errors`, `as_p` and all else that Django's
/// forms have.
Value to_value(const BaseForm& form);

}  // namespace tatum::forms

namespace tatum {
using forms::BaseForm;
using forms::FormOptions;
}  // namespace tatum
