#include "testing.h"

#include "request_user.h"

#include <tatum/contrib/sessions/testing.h>
#include <tatum/http/request.h>
#include <tatum/site/site.h>
#include <tatum/testing/client.h>

namespace tatum::auth {

namespace {

/// A request that no one sees, with the client's session; saved at the end.
void with_request(testing::Client& client, const Function<void(http::Request&)>& use) {
    const site::SiteScope scope(client.site());
    http::RequestText text;
    http::Request request(std::move(text), client.site().http_settings());
    const LocalScope current(Slot::Request, &request);
    sessions::Session& session = request.extensions.set(sessions::client_session(client));
    request.extensions.set(impl::RequestUser{&request});
    use(request);
    sessions::save(session, client);
}

}  // namespace

bool login(testing::Client& client, const Credentials& credentials) {
    const site::SiteScope scope(client.site());
    const std::optional<User> user = authenticate(nullptr, credentials);
    if (user) force_login(client, *user);
    return user.has_value();
}

bool login(testing::Client& client, std::string_view username, std::string_view password) {
    return login(client, {{"username", username}, {"password", password}});
}

void force_login(testing::Client& client, const User& user, std::string_view backend) {
    with_request(client, [&](http::Request& request) {
        User copy = user;
        // The first one would do for Django too.
        const std::string name = !backend.empty() ? std::string(backend)
                                 : copy.backend.empty()
                                     ? std::string(get_backends().front()->name())
                                     : copy.backend;
        login(request, copy, name);
    });
}

void logout(testing::Client& client) {
    with_request(client, [](http::Request& request) { logout(request); });
    client.cookies() = {};
}

}  // namespace tatum::auth
