#pragma once

#include <tatum/base/owned.h>
#include <tatum/contrib/admin/options.h>
#include <tatum/db/query_set.h>

namespace tatum::admin {

namespace impl {
class AdminState;
}

/// Whether save_model() writes a new row or one that was there.
enum class Saving : std::uint8_t { Add, Change };

/// What the admin knows of one model; ModelAdmin<T> is its typed face. The options are set by the
/// constructor and immutable afterwards: one object serves all requests and threads, so the
/// functions are const and get the request.
class ModelAdminBase {
public:
    explicit ModelAdminBase(const db::ModelType& type) : type_(&type) {}
    virtual ~ModelAdminBase() = default;
    ModelAdminBase(const ModelAdminBase&) = delete;
    ModelAdminBase& operator=(const ModelAdminBase&) = delete;

    // --- the list ---

    /// Fields ("name"), fields behind keys ("manufacturer__name"), methods that the model exposes,
    /// what display() has named, and "__str__". A field named "pk" is the key.
    Names list_display = {"__str__"};
    /// Columns that lead to the object. Empty: the first; with no_list_display_links: none.
    Names list_display_links = {};
    bool no_list_display_links = false;
    std::vector<ListFilter> list_filter = {};
    /// Fields that a search looks into: "name" for any part of it, "^name" for its beginning,
    /// "=name" for all of it, or with a lookup of its own: "sku__startswith". Empty: no search.
    /// Also what autocomplete_fields of other models search.
    Names search_fields = {};
    std::string search_help_text = {};
    /// "-created"; empty: the model's own.
    Names ordering = {};
    int list_per_page = 100;
    /// Up to how many rows "Show all" is offered.
    int list_max_show_all = 200;
    /// A date or moment by which the list is narrowed year by year, month by month, day by day.
    std::string date_hierarchy = {};
    /// Keys to read with the list. Empty: those that list_display names.
    Names list_select_related = {};
    /// Columns of list_display that are changed in the list itself, by those who may change rows.
    /// Not one that leads to the object.
    Names list_editable = {};
    /// Columns by which visitors may sort; nullopt: all that can be sorted.
    std::optional<Names> sortable_by = {};
    bool actions_on_top = true, actions_on_bottom = false;
    /// Says how many rows there are in all besides how many match. Queries: 1 more where false
    /// would do.
    bool show_full_result_count = true;
    bool preserve_filters = true;
    ShowFacets show_facets = ShowFacets::Allow;
    /// What stands for nothing; empty: the AdminSite's.
    std::string empty_value_display = {};

    // --- the form ---

    /// Empty: all that are editable.
    FieldLines fields = {};
    /// Instead of `fields`.
    std::vector<Fieldset> fieldsets = {};
    Names exclude = {}, readonly_fields = {};
    /// Keys shown as their number, with a link to look one up.
    Names raw_id_fields = {};
    /// Keys that are searched for by typing. The other model is registered, with search_fields. No
    /// page reads more of its rows than are shown.
    Names autocomplete_fields = {};
    std::vector<RadioField> radio_fields = {};
    /// Many-to-many fields with a box to filter the choices.
    Names filter_horizontal = {}, filter_vertical = {};
    std::vector<Prepopulated> prepopulated_fields = {};
    bool save_as = false, save_as_continue = true, save_on_top = false;
    /// A link to get_absolute_url() of the object.
    bool view_on_site = true;

    // --- what is registered by the functions of ModelAdmin<T> ---

    const std::vector<impl::Inline>& inlines() const { return inlines_; }
    const std::vector<impl::Display>& displays() const { return displays_; }
    const impl::Display* find_display(std::string_view name) const;
    const std::vector<impl::Action>& actions() const { return actions_; }
    /// Takes "delete_selected" away.
    void disable_action(std::string_view name) { disabled_actions_.emplace_back(name); }
    bool is_disabled(std::string_view action) const;

    /// A slug made of other fields, by their names.
    void prepopulated(std::string_view field, Names sources) {
        prepopulated_fields.push_back({std::string(field), std::move(sources)});
    }

    // --- what may be overridden ---

    virtual Names get_list_display(http::Request&) const { return list_display; }
    virtual std::vector<ListFilter> get_list_filter(http::Request&) const { return list_filter; }
    virtual Names get_search_fields(http::Request&) const { return search_fields; }
    virtual Names get_ordering(http::Request&) const { return ordering; }
    virtual bool has_add_permission(http::Request& request) const;
    /// Whether the model is on the index at all.
    virtual bool has_module_permission(http::Request& request) const;

    // What ModelAdmin<T> says with types; `object` is null where none is meant.
    virtual db::AnyQuerySet any_queryset(http::Request& request) const = 0;
    virtual bool any_change_permission(http::Request& request, const void* object) const = 0;
    virtual bool any_delete_permission(http::Request& request, const void* object) const = 0;
    virtual bool any_view_permission(http::Request& request, const void* object) const = 0;
    virtual Names any_readonly_fields(http::Request& request, const void* object) const = 0;
    virtual std::vector<Fieldset> any_fieldsets(http::Request& request,
                                                const void* object) const = 0;
    virtual void any_save_model(http::Request& request, void* object, Saving saving) const = 0;
    virtual void any_saved(http::Request& request, void* object, Saving saving) const = 0;
    virtual void any_delete_model(http::Request& request, void* object) const = 0;
    virtual void any_delete_queryset(http::Request& request, const db::AnyQuerySet& rows) const = 0;

    const db::ModelType& type() const { return *type_; }
    /// The model as the site knows it; there once the site is set up.
    const db::ModelMeta& model() const { return *model_; }
    /// "ProductAdmin"; as model().
    const std::string& class_name() const { return class_name_; }

protected:
    bool default_permission(http::Request& request, std::string_view action) const;

    std::vector<impl::Inline> inlines_;
    std::vector<impl::Display> displays_;
    std::vector<impl::Action> actions_;

private:
    friend class impl::AdminState;

    const db::ModelType* type_;
    const db::ModelMeta* model_ = nullptr;
    std::string class_name_;
    Names disabled_actions_;
};

/// How staff manage the rows of T.
///
///     struct ProductAdmin : ModelAdmin<Product> {
///         ProductAdmin() {
///             list_display = {"name", "category", "price"};
///             list_filter = {"category"};
///             search_fields = {"name", "category__name"};
///             prepopulated<&Product::slug, &Product::name>();
///             tabular_inline<ProductDetail>();
///         }
///     };
template <class T>
class ModelAdmin : public ModelAdminBase {
public:
    ModelAdmin() : ModelAdminBase(db::model_type<T>) {}

    /// A slug made of other fields while these are typed.
    template <auto Field, auto... Sources>
    void prepopulated() {
        ModelAdminBase::prepopulated(db::impl::member_name<Field>,
                                     {std::string(db::impl::member_name<Sources>)...});
    }
    using ModelAdminBase::prepopulated;

    /// Rows of U, whose key points here, in a table or one below the other.
    template <class U>
    void tabular_inline(InlineOptions options = {}, InlinePermissions<T> permissions = {}) {
        add_inline<U>(impl::InlineLook::Tabular, std::move(options), std::move(permissions));
    }
    template <class U>
    void stacked_inline(InlineOptions options = {}, InlinePermissions<T> permissions = {}) {
        add_inline<U>(impl::InlineLook::Stacked, std::move(options), std::move(permissions));
    }

    /// A computed column or read-only field: what `function` says of an object. It is called for
    /// each row that is shown, so a relation that it touches belongs into list_select_related.
    template <class F>
        requires std::constructible_from<Value, std::invoke_result_t<F, const T&>>
    void display(std::string_view name, F function, DisplayOptions options = {}) {
        displays_.push_back({std::string(name),
                             [function = std::move(function)](const void* object) {
                                 return Value(function(*static_cast<const T*>(object)));
                             },
                             std::move(options)});
    }

    /// Something to do with the rows that are ticked: (Request&, const QuerySet<T>&). It may return
    /// a Response; else it leads back to the list.
    template <class F>
        requires std::invocable<F, http::Request&, const db::QuerySet<T>&>
    void action(std::string_view name, F function, ActionOptions options = {}) {
        actions_.push_back(
            {std::string(name),
             [function = std::move(function)](http::Request& request, const db::AnyQuerySet& rows) {
                 const db::QuerySet<T> typed(rows);
                 if constexpr (std::is_void_v<std::invoke_result_t<F, http::Request&,
                                                                   const db::QuerySet<T>&>>) {
                     function(request, typed);
                     return impl::ActionResult();
                 } else {
                     return impl::ActionResult(function(request, typed));
                 }
             },
             std::move(options)});
    }

    // --- what may be overridden ---

    /// The rows that this admin knows of.
    virtual db::QuerySet<T> get_queryset(http::Request&) const {
        return db::QuerySet<T>(db::AnyQuerySet(type()));
    }
    // `object` is null where the question is about any at all.
    virtual bool has_change_permission(http::Request& request, const T* /*object*/) const {
        return default_permission(request, "change");
    }
    virtual bool has_delete_permission(http::Request& request, const T* /*object*/) const {
        return default_permission(request, "delete");
    }
    virtual bool has_view_permission(http::Request& request, const T* /*object*/) const {
        return default_permission(request, "view") || default_permission(request, "change");
    }
    /// `object` is null on the page that adds one.
    virtual Names get_readonly_fields(http::Request&, const T* /*object*/) const {
        return readonly_fields;
    }
    virtual std::vector<Fieldset> get_fieldsets(http::Request&, const T* /*object*/) const {
        return fieldsets;
    }
    /// Saves what the form has made of `object`. In a transaction with its inlines and the log.
    virtual void save_model(http::Request&, T& object, Saving) const { object.save(); }
    /// After the object, its many-to-many fields and its inlines have been saved, in the same
    /// transaction. What it throws (ValidationError) undoes all of it and is shown on the page.
    virtual void saved(http::Request&, T& /*object*/, Saving) const {}
    virtual void delete_model(http::Request&, T& object) const { object.delete_(); }
    /// What "delete selected" does.
    virtual void delete_queryset(http::Request&, const db::QuerySet<T>& rows) const {
        rows.delete_();
    }

    db::AnyQuerySet any_queryset(http::Request& request) const final {
        return get_queryset(request).any();
    }
    bool any_change_permission(http::Request& request, const void* object) const final {
        return has_change_permission(request, static_cast<const T*>(object));
    }
    bool any_delete_permission(http::Request& request, const void* object) const final {
        return has_delete_permission(request, static_cast<const T*>(object));
    }
    bool any_view_permission(http::Request& request, const void* object) const final {
        return has_view_permission(request, static_cast<const T*>(object));
    }
    Names any_readonly_fields(http::Request& request, const void* object) const final {
        return get_readonly_fields(request, static_cast<const T*>(object));
    }
    std::vector<Fieldset> any_fieldsets(http::Request& request, const void* object) const final {
        return get_fieldsets(request, static_cast<const T*>(object));
    }
    void any_save_model(http::Request& request, void* object, Saving saving) const final {
        save_model(request, *static_cast<T*>(object), saving);
    }
    void any_saved(http::Request& request, void* object, Saving saving) const final {
        saved(request, *static_cast<T*>(object), saving);
    }
    void any_delete_model(http::Request& request, void* object) const final {
        delete_model(request, *static_cast<T*>(object));
    }
    void any_delete_queryset(http::Request& request, const db::AnyQuerySet& rows) const final {
        delete_queryset(request, db::QuerySet<T>(rows));
    }

private:
    template <class U>
    void add_inline(impl::InlineLook look, InlineOptions options, InlinePermissions<T> may) {
        inlines_.push_back({&db::model_type<U>, look, std::move(options),
                            impl::inline_hook<T>(std::move(may.has_view_permission)),
                            impl::inline_hook<T>(std::move(may.has_add_permission)),
                            impl::inline_hook<T>(std::move(may.has_change_permission)),
                            impl::inline_hook<T>(std::move(may.has_delete_permission))});
    }
};

}  // namespace tatum::admin

namespace tatum {
using admin::ModelAdmin;
}
