#pragma once

#include <tatum/contrib/admin/impl/columns.h>
#include <tatum/contrib/admin/impl/filters.h>
#include <tatum/forms/any_model_form.h>
#include <tatum/views/paginator.h>

#include <optional>

namespace tatum::admin::impl {

// Parameters of a list's address; the names are Django's.
inline constexpr const char* kAllVar = "all";
inline constexpr const char* kOrderVar = "o";
inline constexpr const char* kPageVar = "p";
inline constexpr const char* kSearchVar = "q";
inline constexpr const char* kErrorVar = "e";
inline constexpr const char* kPopupVar = "_popup";
inline constexpr const char* kToFieldVar = "_to_field";
inline constexpr const char* kFacetsVar = "_facets";
inline constexpr const char* kFiltersVar = "_changelist_filters";

/// Further words and bytes of a search are left out.
inline constexpr std::size_t kSearchWordsMax = 16;
inline constexpr std::size_t kSearchBytesMax = 400;
/// Terms of an order; further ones are left out.
inline constexpr std::size_t kOrderTermsMax = 16;

/// `rows` that match all words of `term`, each in one of the admin's search_fields.
db::AnyQuerySet search_results(const ModelAdminBase& admin, http::Request& request,
                               const db::AnyQuerySet& rows, std::string_view term);

/// May keys refer to rows of `model` by this field? As Django's to_field_allowed().
bool to_field_allowed(const AdminState& state, const ModelAdminBase& admin,
                      std::string_view to_field);

class ListForms;

/// A list of rows as one address asks for it: filtered, searched, sorted, cut into pages.
/// Queries: 1 to count, 1 for the full count, 1 for the rows, 1 for each filter that reads its
/// choices, up to 2 for date_hierarchy. None depends on the number of rows.
class ChangeList {
public:
    /// Throws IncorrectLookup; SuspiciousOperation for a filter or a field that is not allowed.
    ChangeList(const AdminState& state, const ModelAdminBase& admin, http::Request& request);

    /// What the address has chosen, all pages of it.
    const db::AnyQuerySet& queryset() const { return queryset_; }
    /// The rows of this page.
    const db::AnyQuerySet& result_list() const { return *results_; }
    std::int64_t result_count() const { return result_count_; }
    /// The rows of these keys among all that the admin knows, whether or not they match, with the
    /// relations and in the order of the list.
    db::AnyQuerySet rows_of(List keys) const;
    bool is_popup() const { return is_popup_; }
    const std::vector<Column>& columns() const { return columns_; }
    const Parameters& parameters() const { return parameters_; }

    /// What the link to add a row takes along: "?_popup=1", the filters, or nothing.
    std::string add_suffix() const;
    /// The variables that the template shows. `forms` are those of list_editable; may be null.
    Dict context(ListForms* forms) const;

private:
    void read_parameters();
    void check_lookups() const;
    void make_filters();
    void narrow_by_date(Parameters& rest);
    db::AnyQuerySet filtered(const FilterSpec* except) const;
    db::AnyQuerySet with_relations(const db::AnyQuerySet& rows) const;
    db::AnyQuerySet in_order(const db::AnyQuerySet& rows) const;
    Names default_ordering() const;
    Names ordering() const;
    void make_deterministic(Names& terms) const;
    std::vector<std::pair<std::size_t, bool>> sorted_columns() const;
    void load();

    List headers_context() const;
    bool is_link(std::size_t column) const;
    List rows_context(ListForms* forms) const;
    Dict row_context(const Value& row, ListForms* forms, forms::AnyModelForm* form) const;
    Dict cell_context(std::size_t column, const Value& row) const;
    List filters_context() const;
    Value filter_context(const FilterSpec& spec) const;
    List facet_counts(const FilterSpec& spec) const;
    Value date_context() const;
    Value pages_context() const;

    const AdminState& state_;
    const ModelAdminBase& admin_;
    http::Request& request_;
    std::string empty_value_;
    Parameters parameters_;  ///< of the address, the page and the error flag left out
    Parameters remaining_;   ///< what no filter has taken
    std::vector<Column> columns_;
    std::vector<ListFilter> list_filters_;  ///< what the specs point into
    std::vector<FilterSpec> specs_;
    std::vector<db::Q> date_conditions_;
    std::string query_, page_text_;
    std::string to_field_;
    bool is_popup_ = false, show_all_ = false, facets_ = false;
    db::AnyQuerySet queryset_;
    std::optional<db::AnyQuerySet> results_;
    std::optional<views::Page> page_;
    std::int64_t result_count_ = 0;
    std::optional<std::int64_t> full_count_;
    bool can_show_all_ = false, multi_page_ = false;
};

}  // namespace tatum::admin::impl
