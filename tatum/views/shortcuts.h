#pragma once

#include <tatum/base/value.h>
#include <tatum/db/query_set.h>
#include <tatum/http/errors.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/urls/view.h>

#include <concepts>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::views {

/// Further arguments of render().
struct RenderOptions {
    int status = 200;
    std::string_view content_type = http::kHtmlType;
};

/// A response with the template rendered for this request. The site's context processors add their
/// variables below `context`. Throws TemplateDoesNotExist, TemplateSyntaxError and what values
/// throw while they are printed.
http::Response render(http::Request& request, std::string_view template_name, Dict context = {},
                      const RenderOptions& options = {});
/// With the first of the templates that exists.
http::Response render(http::Request& request, std::span<const std::string> template_names,
                      Dict context = {}, const RenderOptions& options = {});

/// render() for a long page: it is sent in pieces of about 16 KiB while it is still being made, on
/// a fiber of its own. Returns with the first piece made, so that what fails before that is an
/// error page as usual; what fails later ends the connection. `request` and what `context` views
/// outlive the response. Off a fiber the page is made in one piece.
http::Response render_stream(http::Request& request, std::string_view template_name,
                             Dict context = {}, const RenderOptions& options = {});

/// The text alone; with a request also what the context processors add.
std::string render_to_string(std::string_view template_name, Dict context = {},
                             http::Request* request = nullptr);
std::string render_to_string(std::span<const std::string> template_names, Dict context = {},
                             http::Request* request = nullptr);

/// What render() used, kept as an extension of requests that a test client makes.
struct RenderRecord {
    std::vector<std::string> templates;
    std::vector<Dict> contexts;
};

/// The address of the view named `to`; else `to` itself when it looks like an address (it holds a
/// '/' or a '.'). Throws NoReverseMatch when it is neither.
std::string resolve_url(std::string_view to, const List& args = {}, const Dict& kwargs = {});
/// The object's own address.
template <class T>
    requires requires(const T& object) {
        { object.get_absolute_url() } -> std::convertible_to<std::string>;
    }
std::string resolve_url(const T& object) {
    return object.get_absolute_url();
}

/// Further arguments of redirect().
struct RedirectOptions {
    bool permanent = false;
    /// Repeats the method and the body of the request: 307 and 308.
    bool preserve_request = false;
};

/// To an address, a view by its name, or an object with get_absolute_url():
///
///     redirect("/thanks/")    redirect("product_detail", {{"slug", slug}})    redirect(product)
http::Response redirect(std::string_view to, const RedirectOptions& options = {});
http::Response redirect(std::string_view view_name, const Kwargs& kwargs,
                        const RedirectOptions& options = {});
template <class T>
    requires requires(const T& object) {
        { object.get_absolute_url() } -> std::convertible_to<std::string>;
    }
http::Response redirect(const T& object, const RedirectOptions& options = {}) {
    return redirect(std::string_view(resolve_url(object)), options);
}

namespace impl {
/// Throw Http404.
db::RowsPtr row_or_404(const db::AnyQuerySet& query, db::Conditions conditions);
db::AnyQuerySet rows_or_404(const db::AnyQuerySet& query, db::Conditions conditions);
}  // namespace impl

/// The one object of `query` (a QuerySet or a manager) that meets the conditions; Http404 when
/// there is none. Throws MultipleObjectsReturned as get() does. Queries: 1.
template <class Query, std::same_as<db::Q>... Conditions>
auto get_object_or_404(const Query& query, const Conditions&... conditions) {
    return db::impl::take<typename Query::value_type>(impl::row_or_404(query, {&conditions...}));
}

/// The objects of `query` that meet the conditions; Http404 when there are none. Queries: 1 here,
/// and 1 when the result is looped over.
template <class Query, std::same_as<db::Q>... Conditions>
auto get_list_or_404(const Query& query, const Conditions&... conditions) {
    return db::QuerySet<typename Query::value_type>(impl::rows_or_404(query, {&conditions...}));
}

}  // namespace tatum::views

namespace tatum {
using views::get_list_or_404;
using views::get_object_or_404;
using views::redirect;
using views::render;
using views::render_stream;
using views::render_to_string;
using views::resolve_url;
}  // namespace tatum
