#pragma once

#include <tatum/base/function.h>
#include <tatum/base/value.h>
#include <tatum/db/any_query_set.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a ModelAdmin and its inlines are told. The names are Django's.
namespace tatum::admin {

using Names = std::vector<std::string>;

/// One line of a form: a field, or several side by side: {"name", {"price", "stock"}}.
struct FieldLine {
    Names names;

    FieldLine(const char* name) : names{name} {}
    FieldLine(std::string name) { names.push_back(std::move(name)); }
    FieldLine(std::initializer_list<const char*> side_by_side)
        : names(side_by_side.begin(), side_by_side.end()) {}
};
using FieldLines = std::vector<FieldLine>;

/// A part of a form under a heading of its own.
struct Fieldset {
    std::string name = {};  ///< empty: no heading
    FieldLines fields = {};
    /// "collapse": folded up until somebody opens it. "wide": labels and fields get more room.
    Names classes = {};
    std::string description = {};
};

/// Says how a computed column or read-only field is shown: Django's @admin.display.
struct DisplayOptions {
    std::string description = {};  ///< the heading; empty: made of the name
    bool boolean = false;          ///< a tick or a cross instead of True and False
    std::string ordering = {};     ///< a field by which the column sorts: "-manufacturer__name"
    std::string empty_value = {};  ///< instead of empty_value_display
};

/// Says how an action is offered: Django's @admin.action.
struct ActionOptions {
    /// "Publish selected %(verbose_name_plural)s"; empty: made of the name.
    std::string description = {};
    /// Who is offered it: those who may do at least one of "view", "add", "change", "delete", or
    /// have one of the app's own permissions, named as ModelMeta::permissions does.
    Names permissions = {};
};

/// What one choice of a SimpleListFilter is called in the address and on the page.
struct FilterChoice {
    std::string value, label;
};

/// A filter that is no field.
///
///     SimpleListFilter{.title = "season", .parameter_name = "season",
///                      .lookups = [](Request&) { return FilterChoices{{"open", "Open now"}}; },
///                      .queryset = [](const AnyQuerySet& rows, std::string_view value) { ... }}
using FilterChoices = std::vector<FilterChoice>;
struct SimpleListFilter {
    std::string title;
    std::string parameter_name;
    /// The choices for this request; none of them: the filter is left out.
    Function<FilterChoices(http::Request&)> lookups;
    /// Called when a value is chosen, with what the address says: it may be none of the choices.
    Function<db::AnyQuerySet(const db::AnyQuerySet&, std::string_view value)> queryset;
};

/// How a field is offered for filtering.
enum class FilterKind : std::uint8_t {
    Default,      ///< as its type says
    AllValues,    ///< the values that there are
    Related,      ///< all rows of the other model
    RelatedOnly,  ///< those that some row points to
    Choices,
    Boolean,
    Date,
    Empty  ///< whether there is a value
};

/// One entry of list_filter: a field, perhaps behind relations, with a kind of its own if need be;
/// or a SimpleListFilter.
struct ListFilter {
    std::string field;
    FilterKind kind = FilterKind::Default;
    std::optional<SimpleListFilter> simple;

    ListFilter(const char* path) : field(path) {}
    ListFilter(std::string path) : field(std::move(path)) {}
    ListFilter(std::string path, FilterKind how) : field(std::move(path)), kind(how) {}
    ListFilter(SimpleListFilter own) : simple(std::move(own)) {}
};

/// A slug or the like that is made of other fields while these are typed, as long as it is empty.
struct Prepopulated {
    std::string field;
    Names sources;
};

/// The look of radio_fields.
enum class Radio : std::uint8_t { Horizontal, Vertical };
struct RadioField {
    std::string field;
    Radio look = Radio::Vertical;
};

/// Whether the choices of a filter are counted.
enum class ShowFacets : std::uint8_t { Allow, Always, Never };

/// Rows of another model, edited on the page of the one they belong to.
struct InlineOptions {
    std::string fk_name = {};  ///< where the model has several keys to the other
    int extra = 3;             ///< empty forms for new rows
    int min_num = 0;
    int max_num = 1000;
    bool can_delete = true;
    bool show_change_link = false;
    std::string verbose_name = {}, verbose_name_plural = {};
    FieldLines fields = {};
    Names exclude = {}, readonly_fields = {}, raw_id_fields = {}, autocomplete_fields = {};
    std::vector<Prepopulated> prepopulated_fields = {};
    std::vector<RadioField> radio_fields = {};
    Names ordering = {};
    /// Keys to read with the rows: what their str() and read-only fields touch.
    Names select_related = {};
    Names classes = {};  ///< "collapse"
};

/// Who may do what to the rows of an inline, instead of those who have the permissions of the rows'
/// own model. `object` is the one that the page is about; null on the page that adds one.
template <class T>
struct InlinePermissions {
    using Hook = Function<bool(http::Request&, const T* object)>;

    Hook has_view_permission = {}, has_add_permission = {};
    Hook has_change_permission = {}, has_delete_permission = {};
};

namespace impl {

enum class InlineLook : std::uint8_t { Tabular, Stacked };
/// InlinePermissions of whatever model; empty: the permission of the rows' model.
using InlineHook = Function<bool(http::Request&, const void* object)>;
template <class T>
InlineHook inline_hook(typename InlinePermissions<T>::Hook hook) {
    if (!hook) return {};
    return [hook = std::move(hook)](http::Request& request, const void* object) {
        return hook(request, static_cast<const T*>(object));
    };
}
struct Inline {
    const db::ModelType* model = nullptr;
    InlineLook look = InlineLook::Tabular;
    InlineOptions options;
    InlineHook may_view, may_add, may_change, may_delete;
};

struct Display {
    std::string name;
    Function<Value(const void* object)> call;
    DisplayOptions options;
};

/// What an action answers; empty: back to the list.
using ActionResult = std::optional<http::Response>;
struct Action {
    std::string name;
    Function<ActionResult(http::Request&, const db::AnyQuerySet&)> run;
    ActionOptions options;
};

}  // namespace impl
}  // namespace tatum::admin
