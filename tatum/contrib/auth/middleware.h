#pragma once

#include <tatum/middleware/middleware.h>

#include <string>
#include <string_view>

namespace tatum::auth {

/// Gives requests a user: auth::user(request), `request.user` in templates. auth::app brings it.
/// Costs no query before somebody asks.
class AuthenticationMiddleware final : public middleware::Middleware {
public:
    http::Response process(http::Request& request, const middleware::Next& next) const override;
};

/// Sends who is not logged in to LOGIN_URL, whatever the view, unless it is decorated with
/// login_not_required() (LoginView is). Addresses that no view answers stay 404. Unlike Django: a
/// login_url that a decorator of the view names is not known here.
///
///     site.use(shared<const auth::LoginRequiredMiddleware>());
class LoginRequiredMiddleware final : public middleware::Middleware {
public:
    http::Response process(http::Request& request, const middleware::Next& next) const override;
    std::optional<http::Response> process_view(http::Request& request) const override;
    bool has_process_view() const override { return true; }
};

struct RemoteUserOptions {
    /// A header that the proxy in front sets on every request, and removes when it comes from
    /// outside: anybody could send it.
    std::string header = "X-Remote-User";
    /// Ends the session when a request comes without the header. False: Django's
    /// PersistentRemoteUserMiddleware, for a proxy that sets it on the login page only.
    bool force_logout_if_no_header = true;
};

/// Logs in whom the proxy in front names, with RemoteUserBackend among the site's backends. Whoever
/// reaches the site past the proxy can be anybody: let it listen where only the proxy comes.
///
///     site.use(shared<const auth::RemoteUserMiddleware>(auth::RemoteUserOptions{}));
class RemoteUserMiddleware final : public middleware::Middleware {
public:
    explicit RemoteUserMiddleware(RemoteUserOptions options = {}) : options_(std::move(options)) {}
    http::Response process(http::Request& request, const middleware::Next& next) const override;

private:
    void log_in(http::Request& request) const;

    RemoteUserOptions options_;
};

}  // namespace tatum::auth
