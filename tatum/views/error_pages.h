#pragma once

#include <tatum/base/function.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <exception>
#include <string>
#include <string_view>

namespace tatum::views {

/// A view for an error of the site's own making, in place of the default one: handler404 and its
/// like. `text` is the exception's and may hold secrets.
using ErrorHandler = Function<http::Response(http::Request& request, std::string_view text)>;

/// A site's own handlers; an empty one means the default.
struct ErrorHandlers {
    ErrorHandler handler400, handler403, handler404, handler500;
};

/// The status that answers an exception. This is the only table of its kind:
///
///     Http404                                   404
///     PermissionDenied                          403
///     SuspiciousOperation, RequestDataTooBig
///     and TooManyFieldsSent included, BadRequest,
///     UnreadablePostError                       400
///     net::RequestFault                         its own: 413 beyond the server's limit
///     net::TimedOut                             503
///     anything else                             500
int status_of(const std::exception_ptr& exception);

/// An extension of a request: what its view throws is not made a response. For tests.
struct RaisesExceptions {};

/// Turns the exception that is being handled into a response and logs it: in debug mode a page that
/// explains, else the site's handler or the default page. When making that page fails, a short page
/// without a template takes its place. Rethrows net::Disconnected and net::Cancelled, since nobody
/// would get a response, and everything for a request with RaisesExceptions that is no Http404,
/// PermissionDenied or SuspiciousOperation.
http::Response rescue(http::Request& request, const ErrorHandlers& handlers);

// The default pages: the template 400.html, 403.html, 404.html or 500.html where the site has one,
// else a short page of our own. 404.html gets `request_path` and `exception`, 500.html nothing.
http::Response bad_request(http::Request& request, std::string_view text);
http::Response permission_denied(http::Request& request, std::string_view text);
http::Response page_not_found(http::Request& request, std::string_view text);
http::Response server_error(http::Request& request, std::string_view text);

/// The page for a request that CsrfViewMiddleware refuses: the template 403_csrf.html, else our
/// own. Outside debug mode the reason is only logged.
http::Response csrf_failure(http::Request& request, std::string_view reason);

/// A page without a template: never fails, tells nothing but the status.
http::Response short_page(int status);

// In debug mode. They show request, settings and source lines, so nobody else may see them.
http::Response technical_404(http::Request& request, std::string_view text);
http::Response technical_500(http::Request& request, const std::exception_ptr& exception,
                             int status = 500);
/// What a site in debug mode shows at "/" while it has no urls yet.
http::Response default_urlconf(http::Request& request);

/// Settings for a debug page, by name; those that may be secret (API, AUTH, TOKEN, KEY, SECRET,
/// PASS, SIGNATURE or HTTP_COOKIE in the name, passwords in addresses) are replaced by asterisks.
Dict cleansed_settings();
inline constexpr std::string_view kCleansed = "********************";
bool is_secret_name(std::string_view name);

}  // namespace tatum::views
