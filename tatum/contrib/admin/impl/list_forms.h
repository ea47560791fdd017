#pragma once

#include <tatum/contrib/admin/impl/form_plan.h>
#include <tatum/contrib/admin/impl/names.h>
#include <tatum/forms/model_formsets.h>

#include <optional>

namespace tatum::admin::impl {

class ChangeList;

/// The forms of list_editable: one for each row of a list, with Django's names of fields. Unlike
/// Django: a row that has_change_permission() refuses has none.
///
/// Queries: 1 for the rows, and 1 for each relation that is shown; none depends on the number of
/// rows. is_valid() and save(): those of the rows in which something was changed.
class ListForms {
public:
    enum class Source : bool {
        List,  ///< what the list shows
        Sent,  ///< what was sent, whether or not the list still shows these rows
    };

    /// Throws PermissionDenied when a row was sent that may not be changed.
    ListForms(const Page& page, const ChangeList& list, Source source);

    bool is_bound() const { return formset_->is_bound(); }
    /// Each form is good, and so are all of them together.
    bool is_valid() { return formset_->is_valid(); }
    /// Saves the rows that were changed, and their history, in one transaction: how many. nullopt
    /// when the database or a save_model() refuses it; errors() then has the reason.
    std::optional<std::size_t> save();

    std::size_t size() { return formset_->size(); }
    forms::AnyModelForm& form(std::size_t index) { return formset_->model_form(index); }
    /// The form of a row that the list shows; may be null.
    forms::AnyModelForm* find(const Value& pk);
    bool is_multipart() { return formset_->is_multipart(); }

    /// Before anything is shown: looks up what the keys in the forms stand for.
    void prepare();
    bool has_column(std::string_view name) const { return has_name(columns_, name); }
    /// A column of the row that people call `row`, as templates show fields.
    Dict cell(forms::AnyModelForm& form, const std::string& column, const std::string& row) const;
    /// What is wrong with a row as a whole.
    List row_errors(forms::AnyModelForm& form) const;
    /// What is wrong with all of them together.
    List errors() const;
    std::size_t error_count() const;
    /// What no cell shows: how many forms there are, and of which rows.
    std::string hidden_html() const;

private:
    const Page& page_;
    Names columns_;
    FormPlan plan_;
    Owned<forms::AnyModelFormSet> formset_;
    Dict places_;  ///< of the forms, by the keys of their rows
    std::optional<std::string> refusal_;
};

}  // namespace tatum::admin::impl
