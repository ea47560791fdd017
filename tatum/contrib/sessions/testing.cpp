#include "testing.h"

#include <tatum/base/settings.h>
#include <tatum/site/site.h>
#include <tatum/testing/client.h>

namespace tatum::sessions {

void save(Session& session, testing::Client& client) {
    const site::SiteScope scope(client.site());
    session.save();
    client.cookies().set(client.site().settings().session_cookie_name, session.session_key());
}

Session client_session(testing::Client& client) {
    const site::SiteScope scope(client.site());
    const std::string* cookie = client.cookies().find(client.site().settings().session_cookie_name);
    Session session =
        open_session(client.site(), cookie != nullptr ? std::string_view(*cookie) : "");
    session.items();
    if (session.session_key().empty()) save(session, client);
    return session;
}

}  // namespace tatum::sessions
