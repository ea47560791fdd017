#pragma once

#include <tatum/base/function.h>
#include <tatum/db/query_set.h>
#include <tatum/http/errors.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/urls/view.h>
#include <tatum/views/paginator.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Django's generic views: usable as they are, or as bases of one's own.
///
///     path<"product/">(ListView<Product>{{.paginate_by = 24}}, "product_list")
///
///     struct OnSale : ListView<Product> {
///         OnSale() { paginate_by = 24; template_name = "products/on_sale.html"; }
///         QuerySet<Product> get_queryset() override {
///             return ListView::get_queryset().filter(F<&Product::on_sale> == true);
///         }
///         Dict get_context_data() override {
///             Dict context = ListView::get_context_data();
///             context.set("title", "On sale");
///             return context;
///         }
///     };
namespace tatum::views {

/// The base of views that are classes. Each request gets a copy, so that members belong to the
/// request, as in Django.
class View {
public:
    virtual ~View() = default;
    http::Response operator()(http::Request& request, const Kwargs& kwargs);

    /// The methods that are answered; others get 405. A view with a post() adds "POST".
    std::vector<std::string> http_method_names = {"GET", "HEAD", "OPTIONS"};

protected:
    // One for each method; HEAD is get() without its body. The defaults answer 405.
    virtual http::Response get();
    virtual http::Response post();
    virtual http::Response put();
    virtual http::Response patch();
    virtual http::Response delete_();
    /// An empty answer with an Allow header.
    virtual http::Response options();
    /// Called before the method's function.
    virtual void setup() {}
    /// Chooses the method's function.
    virtual http::Response dispatch();
    http::Response http_method_not_allowed() const;

    http::Request& request() const { return *request_; }
    const Kwargs& kwargs() const { return *kwargs_; }

private:
    http::Request* request_ = nullptr;
    const Kwargs* kwargs_ = nullptr;
};

/// What views that render a template can be told.
struct TemplateOptions {
    std::string template_name = {};
    Dict extra_context = {};
    std::string content_type = {};  ///< empty: HTML
};

/// Renders a template with what the address has captured: TemplateView{"about.html"}.
class TemplateView : public View, public TemplateOptions {
public:
    TemplateView() = default;
    explicit TemplateView(std::string name, Dict context = {});
    explicit TemplateView(TemplateOptions options) : TemplateOptions(std::move(options)) {}

protected:
    http::Response get() override;
    virtual Dict get_context_data();
    virtual std::vector<std::string> get_template_names();
};

struct RedirectViewOptions {
    std::string url = {};           ///< "%(slug)s" stands for what the address has captured
    std::string pattern_name = {};  ///< a view to go to, with what was captured
    bool permanent = false;
    bool query_string = false;      ///< takes the query string along
    bool preserve_request = false;  ///< 307 and 308: the method and the body stay
};

/// Sends elsewhere: RedirectView{{.pattern_name = "product_detail", .permanent = true}}. 410 where
/// there is nowhere to go.
class RedirectView : public View, public RedirectViewOptions {
public:
    explicit RedirectView(RedirectViewOptions options = {});

protected:
    http::Response dispatch() override;
    /// nullopt: the page is gone.
    virtual std::optional<std::string> get_redirect_url();
};

/// What a ListView can be told: Django's names and defaults.
struct ListOptions {
    std::string template_name = {};
    /// Called for each request: [] { return Product::objects.filter(...); }. Empty: all. Rows of
    /// another model than the view's are ImproperlyConfigured.
    Function<db::AnyQuerySet()> queryset = {};
    std::int64_t paginate_by = 0;  ///< 0: all on one page
    std::int64_t paginate_orphans = 0;
    std::string page_kwarg = "page";
    std::vector<db::OrderBy> ordering = {};
    std::string context_object_name = {};  ///< empty: "product_list"
    bool allow_empty = true;               ///< false: 404 when there are no objects
    std::string template_name_suffix = "_list";
    Dict extra_context = {};
    std::string content_type = {};  ///< empty: HTML
};

/// What a DetailView can be told: Django's names and defaults.
struct DetailOptions {
    std::string template_name = {};
    /// As ListOptions::queryset.
    Function<db::AnyQuerySet()> queryset = {};
    std::string slug_field = "slug";
    std::string slug_url_kwarg = "slug";
    std::string pk_url_kwarg = "pk";
    bool query_pk_and_slug = false;        ///< both must fit when the address has both
    std::string context_object_name = {};  ///< empty: "product"
    std::string template_name_suffix = "_detail";
    Dict extra_context = {};
    std::string content_type = {};  ///< empty: HTML
};

namespace impl {

/// The parts of ListView and DetailView that know no C++ type of a model, so that they are compiled
/// once and not in every app.
class ListViewBase : public View, public ListOptions {
public:
    explicit ListViewBase(const db::ModelType& model);
    ListViewBase(const db::ModelType& model, ListOptions options);
    ListViewBase(const ListViewBase&);
    ListViewBase& operator=(const ListViewBase&) = delete;
    ~ListViewBase() override;

protected:
    virtual std::int64_t get_paginate_by();
    virtual std::string get_context_object_name();
    virtual std::vector<std::string> get_template_names();
    virtual Dict get_context_data();
    http::Response get() override;

    /// What the options say: queryset(), or all objects, in their `ordering`.
    db::AnyQuerySet optional_queryset() const;
    virtual db::AnyQuerySet any_queryset() = 0;
    /// What get_queryset() gave; there from get() on.
    const db::AnyQuerySet& objects() const { return *objects_; }
    /// Queries: 1. Without pages it reads the rows, which the page shows anyway.
    bool is_empty(const db::AnyQuerySet& objects);
    /// The page of these objects.
    http::Response show(db::AnyQuerySet objects);

private:
    const db::ModelType* model_;
    std::optional<db::AnyQuerySet> objects_;
};

class DetailViewBase : public View, public DetailOptions {
public:
    explicit DetailViewBase(const db::ModelType& model);
    DetailViewBase(const db::ModelType& model, DetailOptions options);
    DetailViewBase(const DetailViewBase&);
    DetailViewBase& operator=(const DetailViewBase&) = delete;
    ~DetailViewBase() override;

protected:
    virtual std::string get_context_object_name();
    virtual std::vector<std::string> get_template_names();
    virtual Dict get_context_data();
    http::Response get() override;

    db::AnyQuerySet optional_queryset() const;
    /// The row of `query` that the address names by pk and slug. Throws Http404, and
    /// ImproperlyConfigured when the address has neither.
    db::RowsPtr named_row(const db::AnyQuerySet& query) const;

    virtual void load() = 0;
    virtual Value loaded() const = 0;

private:
    const db::ModelType* model_;
};

}  // namespace impl

/// Shows the objects of a model: `object_list` and `product_list`, with `page_obj`, `paginator` and
/// `is_paginated`, in "products/product_list.html". Queries: 1, or 2 with pages; there 1 more where
/// allow_empty is false.
template <class T>
class ListView : public impl::ListViewBase {
public:
    ListView() : ListViewBase(db::model_type<T>) {}
    explicit ListView(ListOptions options) : ListViewBase(db::model_type<T>, std::move(options)) {}

protected:
    virtual QuerySet<T> get_queryset() { return QuerySet<T>(optional_queryset()); }
    /// What get_queryset() gave; there from get() on.
    QuerySet<T> object_list() const { return QuerySet<T>(objects()); }

    db::AnyQuerySet any_queryset() final { return get_queryset().any(); }
};

/// Shows the one object that the address names by `pk` or `slug`: `object` and `product`, in
/// "products/product_detail.html"; 404 when there is none. Queries: 1.
template <class T>
class DetailView : public impl::DetailViewBase {
public:
    DetailView() : DetailViewBase(db::model_type<T>) {}
    explicit DetailView(DetailOptions options)
        : DetailViewBase(db::model_type<T>, std::move(options)) {}

protected:
    virtual QuerySet<T> get_queryset() { return QuerySet<T>(optional_queryset()); }
    virtual T get_object() { return db::impl::take<T>(named_row(get_queryset().any())); }

    /// What get_object() gave; there from get() on.
    std::optional<T> object;

private:
    void load() final { object = get_object(); }
    Value loaded() const final { return Value(*object); }
};

}  // namespace tatum::views

namespace tatum {
using views::DetailView;
using views::ListView;
using views::RedirectView;
using views::TemplateView;
using views::View;
}  // namespace tatum
