#include "decorators.h"

#include <tatum/base/settings.h>
#include <tatum/base/uri.h>
#include <tatum/http/errors.h>
#include <tatum/http/query_dict.h>
#include <tatum/views/shortcuts.h>

namespace tatum::auth {

namespace {

std::string login_address(const LoginOptions& options) {
    const std::string& url =
        options.login_url.empty() ? current_settings().login_url : options.login_url;
    if (url.empty()) throw ImproperlyConfigured("LOGIN_URL is empty, and no view names another.");
    return views::resolve_url(url);
}

}  // namespace

http::Response redirect_to_login(std::string_view next, const LoginOptions& options) {
    const std::string address = login_address(options);
    if (options.redirect_field_name.empty()) return http::ResponseRedirect(address);
    const uri::Split parts = uri::split(address).value();
    QueryDict query = QueryDict::parse(parts.query);
    query.set(options.redirect_field_name, std::string(next));
    const auto query_start =
        static_cast<std::size_t>(parts.path.data() + parts.path.size() - address.data());
    std::string target = address.substr(0, query_start) + "?" + query.urlencode("/");
    if (!parts.fragment.empty()) target += "#" + std::string(parts.fragment);
    return http::ResponseRedirect(target);
}

http::Response redirect_to_login(http::Request& request, const LoginOptions& options) {
    const std::string address = login_address(options);
    const uri::Split parts = uri::split(address).value();
    // Where the login page is on this host, the path alone will do.
    const bool here = (parts.scheme.empty() || parts.scheme == request.scheme()) &&
                      (parts.netloc.empty() || parts.netloc == request.get_host());
    return redirect_to_login(here ? request.get_full_path() : request.build_absolute_uri(),
                             options);
}

namespace impl {

bool has_permissions(http::Request& request, const std::vector<std::string>& permissions,
                     const PermissionOptions& options) {
    if (user(request).has_perms(permissions)) return true;
    if (options.raise_exception) throw PermissionDenied("A permission is missing.");
    return false;
}

}  // namespace impl
}  // namespace tatum::auth
