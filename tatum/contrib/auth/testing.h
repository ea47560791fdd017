#pragma once

#include <tatum/contrib/auth/login.h>

#include <string_view>

namespace tatum::testing {
class Client;
}

/// Accounts in tests: a testing::Client that is somebody.
namespace tatum::auth {

/// As if the form had been sent, without a request: false when authenticate() says no. Django's
/// client.login(). Costs a hash; force_login() does not.
bool login(testing::Client& client, std::string_view username, std::string_view password);
bool login(testing::Client& client, const Credentials& credentials);
/// Without a password. `backend` as for login(request).
void force_login(testing::Client& client, const User& user, std::string_view backend = {});
/// Ends the client's session and forgets its cookies.
void logout(testing::Client& client);

}  // namespace tatum::auth
