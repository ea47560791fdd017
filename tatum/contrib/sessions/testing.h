#pragma once

#include "session.h"

namespace tatum::testing {
class Client;
}

namespace tatum::sessions {

/// The session of a test client. Where it has none, one is made and its cookie given to the client.
/// What a test changes is there for the next request once it is save()d.
Session client_session(testing::Client& client);

/// Saves, and gives the client the cookie, whose value changes where SESSION_ENGINE is
/// "signed_cookies".
void save(Session& session, testing::Client& client);

}  // namespace tatum::sessions
