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

namespace impl {

http::Response render_view(http::Request& request, const std::vector<std::string>& names,
                           Dict context, const std::string& content_type);
/// "products/product_list.html".
std::string conventional_template(const db::AnyQuerySet& query, std::string_view suffix);
/// "product".
const std::string& model_name(const db::AnyQuerySet& query);
/// The variables of a list, or where `options` has pages of the one that the address or the query
/// string asks for. Throws Http404.
Dict list_context(const db::AnyQuerySet& objects, PaginatorOptions options, const std::string& name,
                  const Dict& extra, const http::Request& request, const Kwargs& kwargs);
/// Narrows by pk and slug. Throws ImproperlyConfigured when the address has neither.
db::AnyQuerySet narrowed(const db::AnyQuerySet& query, const Kwargs& kwargs,
                         const std::string& pk_url_kwarg, const std::string& slug_url_kwarg,
                         const std::string& slug_field, bool query_pk_and_slug);
/// "No product found matching the query".
[[noreturn]] void throw_not_found(const db::AnyQuerySet& query);
void merge(Dict& into, const Dict& more);

}  // namespace impl

/// What a ListView can be told: Django's names and defaults.
template <class T>
struct ListOptions {
    std::string template_name = {};
    /// Called for each request: [] { return Product::objects.filter(...); }. Empty: all.
    Function<QuerySet<T>()> queryset = {};
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

/// Shows the objects of a model: `object_list` and `product_list`, with `page_obj`, `paginator` and
/// `is_paginated`, in "products/product_list.html". Queries: 1, or 2 with pages.
template <class T>
class ListView : public View, public ListOptions<T> {
public:
    ListView() = default;
    explicit ListView(ListOptions<T> options) : ListOptions<T>(std::move(options)) {}

protected:
    virtual QuerySet<T> get_queryset() {
        QuerySet<T> objects = this->queryset ? this->queryset() : T::objects.all();
        if (!this->ordering.empty()) {
            objects = QuerySet<T>(objects.any().order_by(this->ordering));
        }
        return objects;
    }
    virtual std::int64_t get_paginate_by() { return this->paginate_by; }
    virtual std::string get_context_object_name() {
        return this->context_object_name.empty() ? impl::model_name(object_list->any()) + "_list"
                                                 : this->context_object_name;
    }
    virtual std::vector<std::string> get_template_names() {
        if (!this->template_name.empty()) return {this->template_name};
        return {impl::conventional_template(object_list->any(), this->template_name_suffix)};
    }
    virtual Dict get_context_data() {
        return impl::list_context(object_list->any(),
                                  {.per_page = get_paginate_by(),
                                   .orphans = this->paginate_orphans,
                                   .allow_empty_first_page = this->allow_empty,
                                   .page_kwarg = this->page_kwarg},
                                  get_context_object_name(), this->extra_context, request(),
                                  kwargs());
    }
    http::Response get() override {
        object_list = get_queryset();
        if (!this->allow_empty && !object_list->exists()) {
            throw Http404("Empty list and 'allow_empty' is False.");
        }
        Dict context = get_context_data();
        return impl::render_view(request(), get_template_names(), std::move(context),
                                 this->content_type);
    }

    /// What get_queryset() gave; there from get() on.
    std::optional<QuerySet<T>> object_list;
};

/// What a DetailView can be told: Django's names and defaults.
template <class T>
struct DetailOptions {
    std::string template_name = {};
    /// Called for each request: [] { return Product::objects.filter(...); }. Empty: all.
    Function<QuerySet<T>()> queryset = {};
    std::string slug_field = "slug";
    std::string slug_url_kwarg = "slug";
    std::string pk_url_kwarg = "pk";
    bool query_pk_and_slug = false;        ///< both must fit when the address has both
    std::string context_object_name = {};  ///< empty: "product"
    std::string template_name_suffix = "_detail";
    Dict extra_context = {};
    std::string content_type = {};  ///< empty: HTML
};

/// Shows the one object that the address names by `pk` or `slug`: `object` and `product`, in
/// "products/product_detail.html"; 404 when there is none. Queries: 1.
template <class T>
class DetailView : public View, public DetailOptions<T> {
public:
    DetailView() = default;
    explicit DetailView(DetailOptions<T> options) : DetailOptions<T>(std::move(options)) {}

protected:
    virtual QuerySet<T> get_queryset() {
        return this->queryset ? this->queryset() : T::objects.all();
    }
    virtual T get_object() {
        const QuerySet<T> objects = get_queryset();
        const QuerySet<T> narrowed(impl::narrowed(objects.any(), kwargs(), this->pk_url_kwarg,
                                                  this->slug_url_kwarg, this->slug_field,
                                                  this->query_pk_and_slug));
        std::optional<T> found = narrowed.find();
        if (!found) impl::throw_not_found(objects.any());
        return *std::move(found);
    }
    virtual std::string get_context_object_name() {
        return this->context_object_name.empty() ? impl::model_name(any())
                                                 : this->context_object_name;
    }
    virtual std::vector<std::string> get_template_names() {
        if (!this->template_name.empty()) return {this->template_name};
        return {impl::conventional_template(any(), this->template_name_suffix)};
    }
    virtual Dict get_context_data() {
        const Value shown(*object);
        Dict context{{"object", shown}};
        context.set(get_context_object_name(), shown);
        impl::merge(context, this->extra_context);
        return context;
    }
    http::Response get() override {
        object = get_object();
        Dict context = get_context_data();
        return impl::render_view(request(), get_template_names(), std::move(context),
                                 this->content_type);
    }

    /// What get_object() gave; there from get() on.
    std::optional<T> object;

private:
    static db::AnyQuerySet any() { return T::objects; }
};

}  // namespace tatum::views

namespace tatum {
using views::DetailView;
using views::ListView;
using views::RedirectView;
using views::TemplateView;
using views::View;
}  // namespace tatum
