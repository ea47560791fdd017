#pragma once

#include <tatum/forms/form.h>
#include <tatum/forms/model_fields.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::forms {

/// Stands in `fields` for all fields that can be edited.
inline constexpr std::string_view kAllFields = "__all__";

/// Is the object written to the database?
enum class Commit : bool { No, Yes };

/// What a model form is made of, by the names of Django's Meta. One of `fields` and `exclude` is
/// needed: what a form shows is said, not guessed.
struct ModelFormOptions {
    std::vector<std::string> fields = {};  ///< in this order; {"__all__"}: all that are editable
    std::vector<std::string> exclude = {};
    std::vector<std::pair<std::string, Cloned<Widget>>> widgets = {};
    Dict labels = {};
    Dict help_texts = {};
    /// By field, Dicts by code; those of the form as a whole under "__all__".
    Dict error_messages = {};
    std::vector<std::string> localized_fields = {};  ///< {"__all__"}: all
    /// By field, as FormFieldOptions::field_class.
    std::vector<std::pair<std::string, Function<Owned<Field>(FieldOptions)>>> field_classes = {};
    /// All that can be said of a field, where the above is not enough.
    std::vector<std::pair<std::string, FormFieldOptions>> field_options = {};
    /// Makes the fields in place of formfield_for(), which it may call. Null: the form leaves the
    /// field out.
    Function<Owned<Field>(const db::FieldMeta& field, const FormFieldOptions& options)>
        formfield_callback = {};
    /// Fields of the form's own: in place of the model's of that name, or beside them.
    FormFields declared = {};
};

/// The object that a form edits: a copy of what it is made of, or the very object of an AnyObject.
class Instance {
public:
    Instance() = default;
    Instance(std::nullopt_t) {}
    Instance(db::AnyObject object) : object_(std::move(object)) {}
    Instance(const std::optional<db::AnyObject>& object) : object_(object) {}
    template <std::derived_from<db::ModelBase> M>
    Instance(const M& object) : object_(db::AnyObject::copy_of(db::model_type<M>, &object)) {}
    template <std::derived_from<db::ModelBase> M>
    Instance(const std::optional<M>& object) {
        if (object) object_ = db::AnyObject::copy_of(db::model_type<M>, &*object);
    }

    const std::optional<db::AnyObject>& object() const { return object_; }

private:
    std::optional<db::AnyObject> object_;
};

/// Further arguments of a model form, by Django's names; see FormOptions.
struct ModelFormExtras {
    Instance instance = {};  ///< what is edited; none: a new object is made
    Dict initial = {};       ///< wins over what the instance has
    std::string prefix = {};
    std::optional<std::string> auto_id = {}, label_suffix = {};
    bool empty_permitted = false;
    std::optional<bool> use_required_attribute = {};
    std::vector<std::string> field_order = {};
    std::string error_css_class = {}, required_css_class = {};

    FormOptions form_options() const;
};

/// What a model form was sent, if anything, with its options and the object that it edits.
struct ModelFormArguments : FormArguments {
    ModelFormArguments() = default;
    ModelFormArguments(const FormArguments& form, Instance object = {});
    ModelFormArguments(const ModelFormExtras& extras);
    ModelFormArguments(http::Request& request, const ModelFormExtras& extras = {});
    ModelFormArguments(const http::QueryDict& data, const ModelFormExtras& extras = {});
    ModelFormArguments(const http::QueryDict& data, const http::FileDict& files,
                       const ModelFormExtras& extras = {});

    Instance instance;
};

/// The fields that a form of `model` has, in its order. Throws FieldError for names that are no
/// fields of it and for those that cannot be edited, ImproperlyConfigured without `fields` and
/// `exclude`. Runs no query.
FormFields fields_for_model(const db::ModelMeta& model, const ModelFormOptions& options);

namespace impl {
struct ModelFormClass;
struct ModelFormDeclaration;
Shared<const ModelFormClass> make_model_form_class(const ModelFormDeclaration& declaration);
}  // namespace impl

/// A form that makes or changes an object of a model which is met at run time; ModelForm of
/// model_form.h is its face for apps. Django's ModelForm.
///
/// Checking it fills the instance, also when something is wrong with other fields, and then checks
/// the instance, as Model<T>::full_clean() does, but for fields that are not in the form or have
/// failed. Queries of is_valid(): 1 for each relation that was sent, and 1 for each rule of
/// uniqueness. Unlike Django: a relation is looked up once, not again by the model; a fault that
/// the model finds with a field that the form does not have is shown as one of the whole form.
class AnyModelForm : public BaseForm {
public:
    /// Without an instance: a new object, and its own initial values are those of the fields.
    AnyModelForm(const db::ModelMeta& model, const ModelFormOptions& options,
                 const ModelFormArguments& arguments = {});
    /// The same, for many forms that share their options.
    AnyModelForm(const db::ModelMeta& model, Shared<const ModelFormOptions> options,
                 const ModelFormArguments& arguments = {});
    AnyModelForm(AnyModelForm&&) noexcept;
    ~AnyModelForm();

    const db::AnyObject& instance() const { return instance_; }
    const ModelFormOptions& model_options() const { return *options_; }

    /// Stores the files that were sent, each in its field's storage, and writes the instance and
    /// its many-to-many fields, these in one transaction with it. With Commit::No it only stores
    /// the files: save the instance, then call save_m2m(). When the row cannot be written, or a
    /// transaction around it is rolled back, what was stored is removed again; unlike in Django,
    /// which leaves it. Throws ValueError when the form is not valid. Queries: as
    /// Model<T>::save(), and up to 3 for each many-to-many field.
    db::AnyObject save(Commit commit = Commit::Yes);
    void save_m2m();

    /// Fields that the model is not asked about: those that the form does not have or that have
    /// failed, and those left empty where only the form allows it.
    std::vector<std::string> validation_exclusions();
    /// Looks for other rows with the same values. Runs by itself when the form is checked; for
    /// forms that change the instance afterwards.
    void validate_unique();

protected:
    /// Of a class with a declaration; see model_form.h.
    AnyModelForm(const impl::ModelFormClass& form_class, const ModelFormArguments& arguments);

private:
    struct Ready;
    AnyModelForm(Ready ready);
    AnyModelForm(const impl::ModelFormClass& form_class, Ready ready);

    static const FormType kType;
    static void set_hooks(FormType& type);
    static void after_clean(BaseForm& form);
    static void after_clean_field(BaseForm& form, std::string_view field);
    void post_clean();
    void construct_instance();
    void set_instance(const db::FieldMeta& field, const Value& cleaned);
    void set_file(const db::FieldMeta& field, const Value& cleaned);
    void store_files();
    bool has_uploads() const;
    void update_errors(const ValidationError& error);
    bool is_meant(const db::FieldMeta& field) const;
    std::vector<std::string> relations_seen() const;
    friend Shared<const impl::ModelFormClass> impl::make_model_form_class(
        const impl::ModelFormDeclaration& declaration);

    db::AnyObject instance_;
    Shared<const ModelFormOptions> options_;
    const impl::ModelFormClass* class_ = nullptr;
};

}  // namespace tatum::forms

namespace tatum {
using forms::AnyModelForm;
using forms::Commit;
}  // namespace tatum
