#pragma once

#include <tatum/contrib/admin/impl/key_input.h>
#include <tatum/forms/any_model_form.h>

#include <set>

namespace tatum::admin::impl {

/// Which fields a form of the admin has, where, and how they are shown: a ModelAdmin's or an
/// inline's options, made into what model forms take. For one request.
class FormPlan {
public:
    /// `object` may be null: a row is added.
    FormPlan(const Page& page, const void* object, bool all_readonly);
    /// Of the rows of an inline; `key` is their key to the page's object.
    FormPlan(const Page& page, const Inline& rows, const db::ModelMeta& model,
             const db::FieldMeta& key, bool all_readonly);

    /// Of a row of a list, with these columns.
    FormPlan(const Page& page, const Names& columns);

    const db::ModelMeta& model() const { return *model_; }
    const std::vector<Fieldset>& fieldsets() const { return fieldsets_; }
    /// Those that can be changed.
    const Names& form_fields() const { return form_fields_; }
    bool is_readonly(std::string_view name) const;
    Shared<const forms::ModelFormOptions> form_options() const { return options_; }
    /// Relations shown as their key.
    const std::vector<const db::FieldMeta*>& key_inputs() const { return key_inputs_; }
    /// Gives the selects of a form their choices, which are read once for all forms of the plan.
    void share_choices(forms::BaseForm& form);
    const std::vector<Prepopulated>& prepopulated() const { return prepopulated_; }

private:
    void take_looks(const ModelAdminBase& admin);
    void make_fields(const FieldLines& fields, const Names& exclude, bool all_readonly,
                     std::string_view except);
    void make_options();
    forms::Cloned<forms::Widget> widget_for(const db::FieldMeta& field);

    const Page& page_;
    const db::ModelMeta* model_;
    std::vector<Fieldset> fieldsets_;
    Names form_fields_, readonly_, raw_id_, autocomplete_, filtered_;
    std::vector<RadioField> radio_;
    std::vector<Prepopulated> prepopulated_;
    std::vector<const db::FieldMeta*> key_inputs_;
    std::vector<const db::FieldMeta*> selects_;  ///< relations shown as a select
    std::map<const db::FieldMeta*, forms::Choices> choices_;
    Shared<const forms::ModelFormOptions> options_;
};

/// Tells the key inputs of a form what their keys stand for.
void want_texts(const FormPlan& plan, const forms::BaseForm& form, KeyTexts& texts);
void set_texts(const FormPlan& plan, forms::BaseForm& form, const KeyTexts& texts);

/// A field as the templates show it. `object` is what a read-only field is read from.
Dict field_context(const Page& page, const FormPlan& plan, const forms::BaseForm& form,
                   const std::string& name, const db::AnyObject& object);
/// The same of a field that is only shown.
Dict readonly_field_context(const Page& page, const FormPlan& plan, const std::string& name,
                            const db::AnyObject& object);
List fieldsets_context(const Page& page, const FormPlan& plan, const forms::BaseForm& form,
                       const db::AnyObject& object);
/// [{"field": "slug", "sources": ["name"], "max": 50}]
List prepopulated_context(const FormPlan& plan);

}  // namespace tatum::admin::impl
