#pragma once

#include <tatum/base/function.h>
#include <tatum/base/owned.h>
#include <tatum/forms/form.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::forms {

/// Names of the fields that formsets add.
inline constexpr std::string_view kTotalForms = "TOTAL_FORMS", kInitialForms = "INITIAL_FORMS",
                                  kMinNumForms = "MIN_NUM_FORMS", kMaxNumForms = "MAX_NUM_FORMS",
                                  kOrderField = "ORDER", kDeleteField = "DELETE";

/// A form on the heap, of whatever class.
class HeldForm {
public:
    virtual ~HeldForm() = default;
    virtual BaseForm& form() = 0;
};
template <class T>
class HeldFormOf final : public HeldForm {
public:
    explicit HeldFormOf(const FormArguments& arguments) : form_(arguments) {}
    explicit HeldFormOf(T form) : form_(std::move(form)) {}
    T& form() override { return form_; }

private:
    T form_;
};
/// Makes one of a formset's forms.
using FormFactory = Function<Owned<HeldForm>(const FormArguments& arguments)>;
/// One of forms whose fields are known at run time.
FormFactory form_factory(FormFields fields);
template <class T>
FormFactory form_factory() {
    return [](const FormArguments& arguments) -> Owned<HeldForm> {
        return owned<HeldFormOf<T>>(arguments);
    };
}

/// The arguments of Django's formset_factory() and of formsets together.
struct FormSetOptions {
    static constexpr std::int64_t kMaxNum = 1000;

    std::int64_t extra = 1;  ///< empty forms beside those with initial data
    bool can_order = false;
    bool can_delete = false;
    bool can_delete_extra = true;
    std::int64_t min_num = 0;
    std::int64_t max_num = kMaxNum;
    bool validate_min = false, validate_max = false;
    /// Are forms with initial data checked in which nothing was changed? Without that, forms for
    /// many rows cost the queries of those that were changed.
    bool check_unchanged = true;
    /// As many forms are made at most, whatever a client asks for; max_num + kMaxNum.
    std::optional<std::int64_t> absolute_max = {};

    std::string prefix = {};  ///< "form"
    std::optional<std::string> auto_id = {};
    List initial = {};         ///< a dictionary for each form
    Dict error_messages = {};  ///< missing_management_form, too_many_forms, too_few_forms
    /// Further options of every form.
    FormOptions form = {};
    Cloned<Widget> deletion_widget = {}, ordering_widget = {};
    /// The site's templates in place of compiled code: of the formset (`formset`), and of its
    /// errors.
    std::string template_name = {}, template_name_errors = {};
};

/// Several forms of one kind on one page: Django's BaseFormSet. How many there are, the hidden
/// management form says; it is the client who sends it, so absolute_max bounds it.
///
/// Forms are made when they are first asked for, and checked once. Neither copied nor moved; used
/// by one fiber at a time; what it was sent outlives it. Derive to override what is virtual.
class BaseFormSet {
public:
    /// Throws ValueError when absolute_max is below max_num.
    BaseFormSet(FormFactory form, const FormSetOptions& options = {});
    /// Bound when the method is POST or PUT.
    BaseFormSet(FormFactory form, http::Request& request, const FormSetOptions& options = {});
    BaseFormSet(FormFactory form, const http::QueryDict& data, const FormSetOptions& options = {});
    BaseFormSet(FormFactory form, const http::QueryDict& data, const http::FileDict& files,
                const FormSetOptions& options = {});
    BaseFormSet(FormFactory form, const FormArguments& arguments, const FormSetOptions& options);
    virtual ~BaseFormSet();
    BaseFormSet(const BaseFormSet&) = delete;
    BaseFormSet& operator=(const BaseFormSet&) = delete;

    bool is_bound() const { return arguments_.is_bound; }
    /// Bound, and nothing is wrong with forms that are not to be deleted.
    [[nodiscard]] bool is_valid();
    void full_clean();
    /// Of each form that is not to be deleted, as they are now: clean() may still add some to a
    /// form.
    std::vector<const ErrorDict*> errors();
    /// Those of the formset as a whole.
    const ErrorList& non_form_errors();
    std::size_t total_error_count();
    bool has_changed();

    BaseForm& management_form();
    std::size_t size() { return forms().size(); }
    /// Throws std::out_of_range.
    BaseForm& form(std::size_t index);
    /// Valid as long as the formset.
    std::vector<BaseForm*> all_forms();
    std::vector<BaseForm*> initial_forms();
    std::vector<BaseForm*> extra_forms();
    /// For a script that adds forms: its index is "__prefix__".
    Owned<HeldForm> empty_form();
    /// Empty unless the formset is valid.
    std::vector<BaseForm*> deleted_forms();
    /// In the order of their ORDER fields, without those to be deleted. Throws
    /// ImproperlyConfigured unless the formset is valid and can_order.
    std::vector<BaseForm*> ordered_forms();
    /// Throws ImproperlyConfigured unless the formset is valid.
    List cleaned_data();

    const FormSetOptions& options() const { return options_; }
    std::string prefix() const;
    /// "form-0".
    std::string add_prefix(std::size_t index) const;
    const Submission& submission() const { return arguments_.submission; }
    bool is_multipart();
    Media media();

    std::string as_div();
    std::string as_p();
    std::string as_table();
    std::string as_ul();
    /// as_div(), or the template of FormSetOptions::template_name.
    std::string render();

    virtual std::int64_t total_form_count();
    virtual std::int64_t initial_form_count();
    /// Is the form marked for deletion?
    virtual bool should_delete_form(BaseForm& form);

protected:
    /// Checks the forms together; throws ValidationError.
    virtual void clean() {}
    /// Adds the fields for order and deletion; nullopt: to the empty form.
    virtual void add_fields(BaseForm& form, std::optional<std::size_t> index);
    /// What form number `index` is made with; nullopt: the empty form.
    virtual FormArguments form_arguments(std::optional<std::size_t> index);
    /// Makes form number `index`, without the fields of add_fields().
    virtual Owned<HeldForm> make_form(const FormArguments& arguments,
                                      std::optional<std::size_t> index);
    virtual std::string default_prefix() const { return "form"; }

    const std::vector<Owned<HeldForm>>& forms();
    HeldForm& held(std::size_t index) { return *forms().at(index); }
    /// A fault of the whole beside those that clean() throws.
    void add_non_form_error(ValidationFault fault);

private:
    enum class Layout : std::uint8_t { Div, P, Table, Ul };
    std::string lay_out(Layout layout);
    void check_counts(std::int64_t empty_forms);
    std::int64_t counted(std::string_view field);
    std::string message(std::string_view code, std::int64_t count) const;
    bool is_considered(std::size_t index);

    friend Value to_value(const BaseFormSet& formset);

    BaseFormSet* self_ = this;  ///< what templates ask of a formset may check it
    FormFactory make_;
    FormSetOptions options_;
    FormArguments arguments_;
    std::optional<BaseForm> management_form_;
    std::optional<std::vector<Owned<HeldForm>>> forms_;
    bool is_checked_ = false;
    ErrorList non_form_errors_;
};

/// For templates: loops give forms; `management_form`, `empty_form`, `non_form_errors`, `errors`,
/// `as_p`, `media` and so on. Of the moment: forms are made and, when bound, checked.
Value to_value(const BaseFormSet& formset);

/// Are all valid? All are checked, whatever the first says.
bool all_valid(std::initializer_list<BaseFormSet*> formsets);

/// A formset of forms of a class:
///
///     FormSet<ContactForm> contacts(request, {.extra = 2, .can_delete = true});
///     if (contacts.is_valid()) for (ContactForm& contact : contacts) ...
template <class T>
class FormSet : public BaseFormSet {
public:
    FormSet(const FormSetOptions& options = {}) : BaseFormSet(form_factory<T>(), options) {}
    FormSet(http::Request& request, const FormSetOptions& options = {})
        : BaseFormSet(form_factory<T>(), request, options) {}
    FormSet(const http::QueryDict& data, const FormSetOptions& options = {})
        : BaseFormSet(form_factory<T>(), data, options) {}
    FormSet(const http::QueryDict& data, const http::FileDict& files,
            const FormSetOptions& options = {})
        : BaseFormSet(form_factory<T>(), data, files, options) {}
    /// For forms whose constructors take more: `make` makes a HeldFormOf<T>.
    FormSet(FormFactory make, const FormArguments& arguments, const FormSetOptions& options = {})
        : BaseFormSet(std::move(make), arguments, options) {}

    T& operator[](std::size_t index) { return static_cast<T&>(form(index)); }

    class Iterator {
    public:
        Iterator(FormSet* forms, std::size_t index) : forms_(forms), index_(index) {}
        T& operator*() const { return (*forms_)[index_]; }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        bool operator==(const Iterator& other) const { return index_ == other.index_; }

    private:
        FormSet* forms_;
        std::size_t index_;
    };
    Iterator begin() { return {this, 0}; }
    Iterator end() { return {this, size()}; }

    std::vector<T*> deleted_forms() { return typed(BaseFormSet::deleted_forms()); }
    std::vector<T*> ordered_forms() { return typed(BaseFormSet::ordered_forms()); }
    std::vector<T*> initial_forms() { return typed(BaseFormSet::initial_forms()); }
    std::vector<T*> extra_forms() { return typed(BaseFormSet::extra_forms()); }

private:
    static std::vector<T*> typed(const std::vector<BaseForm*>& forms) {
        std::vector<T*> all;
        for (BaseForm* form : forms) all.push_back(static_cast<T*>(form));
        return all;
    }
};

}  // namespace tatum::forms

namespace tatum {
using forms::FormSet;
using forms::FormSetOptions;
}  // namespace tatum
