#pragma once

#include <tatum/forms/formsets.h>
#include <tatum/forms/model_form.h>

namespace tatum::forms {

/// Makes a form of a model formset: of which class, and with what options.
using ModelFormFactory = Function<Owned<HeldForm>(const ModelFormArguments& arguments)>;
/// Forms whose class is AnyModelForm. `options` name fields or exclude some.
ModelFormFactory model_form_factory(const db::ModelMeta& model, const ModelFormOptions& options);
ModelFormFactory model_form_factory(const db::ModelMeta& model,
                                    Shared<const ModelFormOptions> options);
/// Forms of a class: model_form_factory<LinkForm>().
template <class F>
ModelFormFactory model_form_factory() {
    return [](const ModelFormArguments& arguments) -> Owned<HeldForm> {
        return owned<HeldFormOf<F>>(F(arguments));
    };
}

/// What a formset of a model has beside the options of all formsets.
struct ModelFormSetOptions {
    FormSetOptions formset = {};
    /// Those that are edited; empty: all rows of the model. Without an order they are by primary
    /// key. Read once, when the forms are made.
    std::optional<db::AnyQuerySet> queryset = {};
    /// For forms that make new rows: a dictionary of initial values for each.
    List initial = {};
    bool edit_only = false;  ///< makes no new rows
};

/// Forms for several rows of a model: Django's BaseModelFormSet. A hidden field in each form says
/// which row it is of; a row that is not among queryset(), or not there any more, is neither
/// changed nor deleted.
///
/// There is a form for each row, so that `queryset` should be bounded.
///
/// Queries: 1 for the rows. is_valid(): that, 1 for each hidden key that is none of these rows, and
/// those of the forms. save(): those of saving each form that has changed, and of deleting.
class AnyModelFormSet : public BaseFormSet {
public:
    AnyModelFormSet(const db::ModelMeta& model, ModelFormFactory forms,
                    const FormArguments& arguments = {}, const ModelFormSetOptions& options = {});
    AnyModelFormSet(const db::ModelType& type, ModelFormFactory forms,
                    const FormArguments& arguments = {}, const ModelFormSetOptions& options = {});
    ~AnyModelFormSet() override;

    const db::ModelMeta& model() const { return *model_; }
    /// Evaluated on the first use.
    const db::AnyQuerySet& queryset();

    /// What save() has done: see there.
    struct Changed {
        db::AnyObject object;
        std::vector<std::string> fields;
    };
    /// Saves what has changed, in one transaction: rows of forms that were changed, new rows, and
    /// deletes those that are marked. With Commit::No it writes nothing: save and delete the
    /// objects of changed_objects(), new_objects() and deleted_objects() and call save_m2m().
    /// Throws ValueError when a form is not valid. The rows that were saved.
    std::vector<db::AnyObject> save(Commit commit = Commit::Yes);
    void save_m2m();
    const std::vector<Changed>& changed_objects() const { return changed_objects_; }
    const std::vector<db::AnyObject>& new_objects() const { return new_objects_; }
    const std::vector<db::AnyObject>& deleted_objects() const { return deleted_objects_; }

    AnyModelForm& model_form(std::size_t index) { return as_model_form(form(index)); }

    std::int64_t initial_form_count() override;

protected:
    static AnyModelForm& as_model_form(BaseForm& form) { return static_cast<AnyModelForm&>(form); }

    void clean() override { validate_unique(); }
    void add_fields(BaseForm& form, std::optional<std::size_t> index) override;
    Owned<HeldForm> make_form(const FormArguments& arguments,
                              std::optional<std::size_t> index) override;
    /// No two forms have what must differ between rows. Throws ValidationError.
    void validate_unique();
    virtual std::string unique_error_message(const std::vector<std::string>& fields) const;
    virtual std::string date_error_message(const db::DateCheck& check) const;
    virtual std::string form_error_message() const;

    virtual db::AnyObject save_new(AnyModelForm& form, Commit commit);
    virtual db::AnyObject save_existing(AnyModelForm& form, Commit commit);
    virtual void delete_existing(const db::AnyObject& object, Commit commit);

    /// The key that all forms have alike; empty where there is none.
    virtual std::string common_field() const { return {}; }

private:
    /// The row with that key among queryset().
    std::optional<db::AnyObject> existing_object(const Value& key);
    std::optional<db::AnyObject> object_of(const FormArguments& arguments, std::size_t index);
    std::vector<AnyModelForm*> forms_to_compare();
    Value row_data(const AnyModelForm& form, const std::vector<std::string>& fields) const;
    void refuse_twin(AnyModelForm& form, const std::vector<std::string>& fields) const;
    void save_existing_objects(Commit commit, std::vector<db::AnyObject>& saved);
    void save_new_objects(Commit commit, std::vector<db::AnyObject>& saved);

    const db::ModelMeta* model_;
    ModelFormFactory make_;
    ModelFormSetOptions model_options_;
    std::optional<db::AnyQuerySet> queryset_;
    Dict places_;  ///< of the rows of queryset_, by their keys
    std::vector<Changed> changed_objects_;
    std::vector<db::AnyObject> new_objects_, deleted_objects_;
    std::vector<AnyModelForm*> saved_forms_;
};

/// What an inline formset has beside the options of all formsets: Django's defaults for them.
struct InlineFormSetOptions {
    FormSetOptions formset = {.extra = 3, .can_delete = true};
    std::optional<db::AnyQuerySet> queryset = {};
    List initial = {};
    bool edit_only = false;
    /// The key to the parent, where the model has more than one.
    std::string fk_name = {};
    /// The forms make new rows of another parent, whatever the keys in them say.
    bool save_as_new = false;
};

/// The key of `model` that leads to `parent`. Throws ValueError when there is none of that name, or
/// none, or more than one.
const db::FieldMeta& foreign_key_to(const db::ModelMeta& parent, const db::ModelMeta& model,
                                    std::string_view fk_name = {});

/// Forms for the rows that belong to one object: Django's BaseInlineFormSet. Where the key to the
/// parent is unique there is one form at most. A row of another parent is never changed, whatever
/// the keys that were sent.
class AnyInlineFormSet : public AnyModelFormSet {
public:
    AnyInlineFormSet(db::AnyObject parent, const db::ModelMeta& model, ModelFormFactory forms,
                     const FormArguments& arguments = {}, const InlineFormSetOptions& options = {});
    AnyInlineFormSet(db::AnyObject parent, const db::ModelType& type, ModelFormFactory forms,
                     const FormArguments& arguments = {}, const InlineFormSetOptions& options = {});

    const db::AnyObject& parent() const { return parent_; }
    const db::FieldMeta& foreign_key() const { return *key_; }

    std::int64_t initial_form_count() override;

protected:
    void add_fields(BaseForm& form, std::optional<std::size_t> index) override;
    Owned<HeldForm> make_form(const FormArguments& arguments,
                              std::optional<std::size_t> index) override;
    db::AnyObject save_new(AnyModelForm& form, Commit commit) override;
    std::string default_prefix() const override;
    std::string unique_error_message(const std::vector<std::string>& fields) const override;
    std::string common_field() const override;

private:
    Value parent_key() const;

    db::AnyObject parent_;
    const db::FieldMeta* key_;
    bool save_as_new_;
};

/// A formset of rows of M, with forms of the class F:
///
///     ModelFormSet<TagForm, Tag> tags(request, {.formset = {.extra = 2}});
///     if (tags.is_valid()) tags.save();
template <class F, class M = typename F::Object>
class ModelFormSet : public AnyModelFormSet {
public:
    explicit ModelFormSet(const FormArguments& arguments = {},
                          const ModelFormSetOptions& options = {})
        : AnyModelFormSet(db::model_type<M>, model_form_factory<F>(), arguments, options) {}
    F& operator[](std::size_t index) { return static_cast<F&>(form(index)); }
};

/// A formset of the rows of M that belong to a `parent`:
///
///     InlineFormSet<LinkForm> links(note, request);
template <class F, class M = typename F::Object>
class InlineFormSet : public AnyInlineFormSet {
public:
    /// Edits a copy of `parent`.
    template <std::derived_from<db::ModelBase> P>
    explicit InlineFormSet(const P& parent, const FormArguments& arguments = {},
                           const InlineFormSetOptions& options = {})
        : AnyInlineFormSet(db::AnyObject::copy_of(db::model_type<P>, &parent), db::model_type<M>,
                           model_form_factory<F>(), arguments, options) {}
    F& operator[](std::size_t index) { return static_cast<F&>(form(index)); }
};

}  // namespace tatum::forms

namespace tatum {
using forms::InlineFormSet;
using forms::ModelFormSet;
}  // namespace tatum
