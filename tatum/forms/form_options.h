#pragma once

#include <tatum/base/function.h>
#include <tatum/db/fields.h>
#include <tatum/forms/field.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::forms {

namespace impl {
struct FieldDraft;
}

/// An option that fields of forms have and those of models do not; made by one of the functions
/// below.
class FormFieldOption {
public:
    using Apply = Function<void(impl::FieldDraft& draft)>;

    explicit FormFieldOption(Apply apply) noexcept;
    FormFieldOption(const FormFieldOption&);
    FormFieldOption& operator=(const FormFieldOption&);
    ~FormFieldOption();

    void apply(impl::FieldDraft& draft) const { apply_(draft); }

private:
    Apply apply_;
};

/// An option as FormDefinition::field() takes it: one of these, or one of a model's field
/// (max_length(100), email, choices({...})), as it is or as the function that makes it.
class FormFieldOptionArgument {
public:
    FormFieldOptionArgument(const FormFieldOption& option) : own_(&option) {}
    FormFieldOptionArgument(FormFieldOption (*make)()) : make_own_(make) {}
    FormFieldOptionArgument(const db::FieldOption& option) : of_model_(&option) {}
    FormFieldOptionArgument(db::FieldOption (*make)()) : make_of_model_(make) {}

    void apply(impl::FieldDraft& draft) const;

private:
    const FormFieldOption* own_ = nullptr;
    FormFieldOption (*make_own_)() = nullptr;
    const db::FieldOption* of_model_ = nullptr;
    db::FieldOption (*make_of_model_)() = nullptr;
};

// Declarations run once: none of these throws (a process without memory ends there), which makes
// them cheap to compile. Texts are looked up in the current language when they are shown.

/// Must something be sent? By default it must, but for std::optional and bool.
FormFieldOption required(bool is_required) noexcept;
FormFieldOption label(std::string_view text) noexcept;
FormFieldOption label_suffix(std::string_view text) noexcept;
/// What the form shows at first: a value, or a function that makes one for each form.
FormFieldOption initial(Initial value) noexcept;
template <class E>
    requires std::is_enum_v<E>
FormFieldOption initial(E value) noexcept {
    return initial(Initial(static_cast<long long>(value)));
}
FormFieldOption widget(const Widget& widget) noexcept;
/// By code: error_messages({{"required", "We need your name."}}).
FormFieldOption error_messages(Dict messages) noexcept;
/// Numbers and dates are read and shown as the language has them.
FormFieldOption localize() noexcept;
/// Shown but not changeable: whatever is sent, the initial value stays.
FormFieldOption disabled() noexcept;
/// Changes are told by a hidden input with the initial value.
FormFieldOption show_hidden_initial() noexcept;
/// strptime formats of dates and times.
FormFieldOption input_formats(std::vector<std::string> formats) noexcept;
FormFieldOption min_length(int code_points) noexcept;
/// Does white space around a text go? It does by default.
FormFieldOption strip(bool does_strip) noexcept;
FormFieldOption empty_value(Value value) noexcept;
/// The text is one in which this regular expression finds something.
FormFieldOption regex(std::string_view expression) noexcept;
FormFieldOption step_size(Value step) noexcept;
/// The choices of each moment: asked for whenever they are used.
FormFieldOption choices_from(Function<std::vector<Choice>()> make) noexcept;
/// The site's template for label, help, errors and widget together.
FormFieldOption template_name(std::string_view name) noexcept;
/// A field of one's own. The options of its kind (max_length, choices, ...) are its own; those that
/// all fields have may stand beside this one.
FormFieldOption form_field(const Field& field) noexcept;

}  // namespace tatum::forms

namespace tatum {
using forms::choices_from, forms::disabled, forms::empty_value, forms::error_messages,
    forms::form_field, forms::initial, forms::input_formats, forms::label, forms::label_suffix,
    forms::min_length, forms::regex, forms::required, forms::show_hidden_initial, forms::step_size,
    forms::strip, forms::widget;
}  // namespace tatum
