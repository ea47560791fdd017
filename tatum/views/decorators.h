#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/function.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/urls/view.h>
#include <tatum/views/response_flags.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Views around views. Each takes any view and gives one with the same parameters:
///
///     path<"contact/">(require_http_methods(contact, {"GET", "POST"}), "contact")
namespace tatum::views {

/// The arguments of cache_control(): parts of the Cache-Control header.
struct CacheControl {
    std::optional<std::int64_t> max_age = std::nullopt;  ///< seconds
    std::optional<std::int64_t> s_maxage = std::nullopt;
    std::optional<std::int64_t> stale_while_revalidate = std::nullopt;
    bool public_ = false;
    bool private_ = false;
    bool no_cache = false;
    bool no_store = false;
    bool no_transform = false;
    bool must_revalidate = false;
    bool proxy_revalidate = false;
    bool must_understand = false;
    bool immutable = false;
};

/// The arguments of condition(): what identifies the page that the view would make.
struct Condition {
    /// The entity tag, quoted or not; empty when there is none.
    Function<std::string(http::Request&)> etag = {};
    Function<std::optional<DateTime>(http::Request&)> last_modified = {};
};

namespace impl {

/// The 405 answer unless the method is one of `allowed`; logs it.
std::optional<http::Response> refuse_method(const http::Request& request,
                                            const std::vector<std::string>& allowed);
void add_cache_control(http::Response& response, const CacheControl& options);
void add_never_cache(http::Response& response);
http::Response run_condition(http::Request& request, const Condition& condition,
                             const Function<http::Response()>& next);

}  // namespace impl

/// 405 for other methods.
template <class F>
auto require_http_methods(F view, std::initializer_list<std::string_view> methods) {
    return urls::decorate(std::move(view),
                          [allowed = std::vector<std::string>(methods.begin(), methods.end())](
                              http::Request& request, auto&& next) -> http::Response {
                              if (auto refused = impl::refuse_method(request, allowed))
                                  return *std::move(refused);
                              return next();
                          });
}
template <class F>
auto require_GET(F view) {
    return require_http_methods(std::move(view), {"GET"});
}
template <class F>
auto require_POST(F view) {
    return require_http_methods(std::move(view), {"POST"});
}
/// GET and HEAD.
template <class F>
auto require_safe(F view) {
    return require_http_methods(std::move(view), {"GET", "HEAD"});
}

/// Answers 304 or 412 without running the view where the request's conditions allow it (RFC 9110
/// §13), and adds ETag and Last-Modified to its responses.
template <class F>
auto condition(F view, Condition conditions) {
    return urls::decorate(std::move(view),
                          [conditions = std::move(conditions)](http::Request& request,
                                                               auto&& next) -> http::Response {
                              return impl::run_condition(request, conditions,
                                                         [&next] { return next(); });
                          });
}
template <class F>
auto etag(F view, Function<std::string(http::Request&)> function) {
    return condition(std::move(view), {.etag = std::move(function)});
}
template <class F>
auto last_modified(F view, Function<std::optional<DateTime>(http::Request&)> function) {
    return condition(std::move(view), {.last_modified = std::move(function)});
}

/// Adds to the Cache-Control header.
template <class F>
auto cache_control(F view, CacheControl options) {
    return urls::decorate(std::move(view),
                          [options](http::Request&, auto&& next) -> http::Response {
                              http::Response response = next();
                              impl::add_cache_control(response, options);
                              return response;
                          });
}
/// Nobody keeps the response.
template <class F>
auto never_cache(F view) {
    return urls::decorate(std::move(view), [](http::Request&, auto&& next) -> http::Response {
        http::Response response = next();
        impl::add_never_cache(response);
        return response;
    });
}

/// CsrfViewMiddleware does not check the view's requests.
template <class F>
auto csrf_exempt(F view) {
    return urls::with_flags(std::move(view), urls::ViewFlags::CsrfExempt);
}
/// CsrfViewMiddleware checks the view's requests even where its settings say that it need not.
template <class F>
auto csrf_protect(F view) {
    return urls::with_flags(std::move(view), urls::ViewFlags::CsrfProtect);
}
/// The response sets the CSRF cookie, for pages whose forms come from scripts.
template <class F>
auto ensure_csrf_cookie(F view) {
    return urls::with_flags(std::move(view), urls::ViewFlags::EnsureCsrfCookie);
}
/// CommonMiddleware adds no slash to the view's address.
template <class F>
auto no_append_slash(F view) {
    return urls::with_flags(std::move(view), urls::ViewFlags::NoAppendSlash);
}

/// X-Frame-Options for the view's responses: none, SAMEORIGIN or DENY.
template <class F>
auto xframe_options_exempt(F view) {
    return urls::decorate(
        std::move(view),
        [](http::Request&, auto&& next) -> http::Response {
            http::Response response = next();
            response.extensions.set(XFrameOptionsExempt{});
            return response;
        },
        urls::ViewFlags::XFrameOptionsExempt);
}
template <class F>
auto xframe_options_sameorigin(F view) {
    return urls::decorate(std::move(view), [](http::Request&, auto&& next) -> http::Response {
        http::Response response = next();
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN");
        return response;
    });
}
template <class F>
auto xframe_options_deny(F view) {
    return urls::decorate(std::move(view), [](http::Request&, auto&& next) -> http::Response {
        http::Response response = next();
        response.headers.setdefault("X-Frame-Options", "DENY");
        return response;
    });
}

/// Another Content-Security-Policy for the view's responses; {} for none.
template <class F>
auto csp_override(F view, Dict policy) {
    return urls::decorate(
        std::move(view),
        [policy = std::move(policy)](http::Request&, auto&& next) -> http::Response {
            http::Response response = next();
            response.extensions.set(CspOverride{policy});
            return response;
        });
}
template <class F>
auto csp_report_only_override(F view, Dict policy) {
    return urls::decorate(
        std::move(view),
        [policy = std::move(policy)](http::Request&, auto&& next) -> http::Response {
            http::Response response = next();
            response.extensions.set(CspReportOnlyOverride{policy});
            return response;
        });
}

}  // namespace tatum::views

namespace tatum {
using views::cache_control;
using views::condition;
using views::csp_override;
using views::csp_report_only_override;
using views::csrf_exempt;
using views::csrf_protect;
using views::ensure_csrf_cookie;
using views::etag;
using views::last_modified;
using views::never_cache;
using views::no_append_slash;
using views::require_GET;
using views::require_http_methods;
using views::require_POST;
using views::require_safe;
using views::xframe_options_deny;
using views::xframe_options_exempt;
using views::xframe_options_sameorigin;
}  // namespace tatum
