#pragma once

#include <tatum/contrib/admin/impl/form_plan.h>
#include <tatum/contrib/admin/impl/log.h>
#include <tatum/forms/model_formsets.h>

namespace tatum::admin::impl {

/// The rows of one inline: Django's inline formset with its empty form, which the page's script
/// copies, and with what a visitor may do to the rows.
///
/// Queries: 1 for the rows, and 1 for each relation that is shown as a select; none depends on the
/// number of rows. Checking what was sent: as AnyModelForm, for each row that has changed.
class InlineForms {
public:
    /// nullptr where the visitor may not even see the rows.
    static Owned<InlineForms> make(const Page& page, const Inline& rows,
                                   const db::AnyObject& parent, std::string prefix,
                                   bool all_readonly);

    InlineForms(const Page& page, const Inline& rows, const db::FieldMeta& key,
                const db::AnyObject& parent, std::string prefix, bool all_readonly);
    ~InlineForms();

    bool is_multipart() { return formset_->is_multipart(); }
    bool is_valid() { return !formset_->is_bound() || formset_->is_valid(); }
    /// Writes what has changed; the parent is saved by now. Throws IntegrityError.
    void save(ChangeMessage& message);
    void want_texts(KeyTexts& texts);
    void set_texts(const KeyTexts& texts);
    Dict context();
    /// The rules of slugs, by prefix.
    void add_prepopulated(Dict& rules);
    std::size_t error_count() { return formset_->total_error_count(); }

private:
    /// What the visitor may do to the rows.
    struct Rights {
        bool see = false, add = false, change = false, delete_ = false;
    };
    Rights rights_of(const db::AnyObject& parent, bool all_readonly) const;
    db::AnyQuerySet rows() const;
    void make_formset(const db::AnyObject& parent);
    void make_ready(forms::AnyModelForm& form, bool is_editable);
    bool is_new(std::size_t form) const {
        return static_cast<std::int64_t>(form) >= formset_->initial_form_count();
    }
    forms::AnyModelForm& empty_form() const {
        return static_cast<forms::AnyModelForm&>(empty_->form());
    }
    std::string hidden_html(const forms::BaseForm& form, bool is_editable) const;
    static std::string delete_html(const forms::BaseForm& form, const std::string& row);
    List fields_context(const forms::AnyModelForm& form, bool is_editable, bool with_errors) const;
    Dict row_context(forms::AnyModelForm& form, bool is_new, const std::string& row);
    List rows_context();
    List columns_context();

    const Page& page_;
    const Inline& inline_;
    const db::ModelMeta& model_;
    const db::FieldMeta& key_;
    const ModelAdminBase* admin_;  ///< of the rows' model; may be null
    std::string prefix_;
    Rights may_;
    FormPlan plan_;
    Owned<forms::AnyInlineFormSet> formset_;
    Names texts_;  ///< of each form, what people call its row as it is in the table
    Owned<forms::HeldForm> empty_;
};

}  // namespace tatum::admin::impl
