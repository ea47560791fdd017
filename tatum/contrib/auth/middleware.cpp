#include "middleware.h"

#include "backends.h"
#include "decorators.h"
#include "request_user.h"

#include <tatum/base/error.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/urls/resolver.h>

namespace tatum::auth {

http::Response AuthenticationMiddleware::process(http::Request& request,
                                                 const middleware::Next& next) const {
    // A test may have set the user beforehand.
    if (request.extensions.find<impl::RequestUser>() == nullptr) {
        request.extensions.set(impl::RequestUser{&request});
    }
    return next(request);
}

http::Response LoginRequiredMiddleware::process(http::Request& request,
                                                const middleware::Next& next) const {
    return next(request);
}

std::optional<http::Response> LoginRequiredMiddleware::process_view(http::Request& request) const {
    const urls::ResolverMatch* match = request.resolver_match();
    if (match == nullptr || match->view().has(urls::ViewFlags::LoginNotRequired)) {
        return std::nullopt;
    }
    if (user(request).is_authenticated()) return std::nullopt;
    return redirect_to_login(request);
}

namespace {

/// The backend that the session was made by, when it is one for remote users.
const RemoteUserBackend* remote_backend_of(http::Request& request) {
    const Value name = sessions::session(request).get(Name(kBackendSessionKey));
    if (!name.is_string()) return nullptr;
    return dynamic_cast<const RemoteUserBackend*>(find_backend(name.as_string()));
}

}  // namespace

void RemoteUserMiddleware::log_in(http::Request& request) const {
    const std::string_view name = request.header(options_.header);
    User& current = user(request);
    const RemoteUserBackend* remote =
        current.is_authenticated() ? remote_backend_of(request) : nullptr;
    if (name.empty()) {
        if (remote != nullptr && options_.force_logout_if_no_header) logout(request);
        return;
    }
    if (current.is_authenticated()) {
        const std::string expected =
            remote != nullptr ? remote->clean_username(name) : std::string(name);
        if (current.username == expected) return;
        if (remote != nullptr) logout(request);
    }
    std::optional<User> found = authenticate(&request, {{"remote_user", name}});
    if (found) login(request, *found);
}

http::Response RemoteUserMiddleware::process(http::Request& request,
                                             const middleware::Next& next) const {
    log_in(request);
    return next(request);
}

}  // namespace tatum::auth
