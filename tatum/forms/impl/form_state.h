#pragma once

#include <tatum/base/owned.h>
#include <tatum/forms/form.h>
#include <tatum/forms/impl/member_slot.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::forms::impl {

/// A class of forms as its declaration says; immutable, one for each class.
struct FormClass {
    FormType type;
    FormFields fields;
    FormOptions defaults;
    Media media;
    std::vector<MemberSlot> slots;
    /// The object whose members the slots are.
    void* (*object)(BaseForm& form) = nullptr;
};

/// All of a form but the members of its class. Held by the form, its BoundFields and its Values;
/// used by one fiber at a time.
///
/// While the form lives, `owner` is it, and its own code is called; later the state is on its own
/// (detach()), with a copy of the data that was sent.
class FormState {
public:
    FormState(const FormType& form_type, FormFields form_fields, const FormArguments& arguments);
    FormState(const FormClass& declared, const FormArguments& arguments);

    /// The form goes, others still hold its state.
    void detach();

    NamedField* find(std::string_view name);
    const Field& field(std::string_view name);
    Field& own_field(std::string_view name);
    void order(const std::vector<std::string>& names);

    const ErrorDict& checked_errors();
    void full_clean();
    void add_error(std::string_view field, const std::vector<ValidationFault>& faults);
    ErrorList non_field_errors();
    ErrorList errors_of(std::string_view field);
    const std::vector<std::string>& changed_data();
    Value initial_of(std::string_view name);
    std::string add_prefix(std::string_view field) const;
    std::string auto_id(std::string_view html_name) const;
    ErrorList make_errors(std::string_view error_class, std::string_view field_id) const;
    std::string label_suffix() const;
    /// The form's own errors, and under them those of hidden fields.
    ErrorList top_errors();
    bool use_required_attribute() const { return options.use_required_attribute.value_or(true); }
    Media media();
    bool is_multipart() const;

    FormType type;
    FormFields fields;
    FormOptions options;
    Submission submission;
    bool is_bound = false;
    BaseForm* owner = nullptr;
    const FormClass* form_class = nullptr;
    Dict cleaned_data;
    std::optional<ErrorDict> errors;
    int template_depth = 0;  ///< of the site's templates that are rendering it

private:
    void clean_fields();
    void clean_one(const std::string& name);
    void clean_form();
    /// Puts a cleaned value into the member of the form's class. Throws ValidationError when the
    /// member cannot hold it.
    void fill_member(const MemberSlot& slot, const Value& cleaned);
    const MemberSlot* slot_of(std::string_view name) const;
    /// Runs a hook of the form's class, and takes what it has done to the members into
    /// cleaned_data.
    void run_hook(void (*hook)(BaseForm& form));

    std::optional<std::vector<std::string>> changed_data_;
    Dict initial_;  ///< of fields that have been asked
    Owned<http::QueryDict> own_data_;
    Owned<http::FileDict> own_files_;
};

/// The ways in which a form is laid out.
enum class Layout : std::uint8_t { Div, P, Table, Ul };
void append_form(std::string& out, const Shared<FormState>& form, Layout layout);
std::string render_form(const Shared<FormState>& form);
std::string render_form(const Shared<FormState>& form, std::string_view template_name,
                        Dict context);
Dict form_context(const Shared<FormState>& form);
Value form_value(const Shared<FormState>& form);

/// Appends what the site's template makes of a form or of a part of it, without white space at its
/// ends. Throws ImproperlyConfigured where templates of one form stand inside each other
/// kTemplateDepthMax times: one of them shows itself.
inline constexpr int kTemplateDepthMax = 20;
void append_site_template(std::string& out, FormState& form, std::string_view template_name,
                          const Dict& variables);

/// Text that was appended from `start` on loses the white space at its ends.
void strip_from(std::string& out, std::size_t start);

}  // namespace tatum::forms::impl
