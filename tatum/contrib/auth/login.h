#pragma once

#include <tatum/contrib/auth/backends.h>

#include <optional>
#include <string_view>

/// Django's django.contrib.auth. Sessions are Django's too: who is logged in there is logged in
/// here, where both have the same database and the same SECRET_KEY.
namespace tatum::auth {

// What a session holds.
inline constexpr std::string_view kSessionKey = "_auth_user_id";
inline constexpr std::string_view kBackendSessionKey = "_auth_user_backend";
inline constexpr std::string_view kHashSessionKey = "_auth_user_hash";
/// The field with the address to go to afterwards.
inline constexpr std::string_view kRedirectFieldName = "next";

/// The user whom the first backend that knows the credentials gives, with `backend` set. Nullopt
/// sends user_login_failed. `request` may be null. Costs the time of one hash whether or not there
/// is such a user (tens to hundreds of milliseconds, on the pool).
std::optional<User> authenticate(http::Request* request, const Credentials& credentials);
std::optional<User> authenticate(http::Request& request, std::string_view username,
                                 std::string_view password);

/// Makes `user` the request's and the session's. The session gets a new key and keeps what it
/// holds, unless it was another user's or of another password: then it is emptied. The CSRF token
/// is a new one. Sets last_login; sends user_logged_in. Queries: 1, and the session's.
///
/// `backend` is a backend's name; empty: the one that authenticated the user, or the only one there
/// is. Throws ValueError when that leaves it open, or for a user without a key.
void login(http::Request& request, User& user, std::string_view backend = {});
/// Empties the session; sends user_logged_out before.
void logout(http::Request& request);
/// Keeps this session when the user's password changes, which ends all others. Call it after
/// saving.
void update_session_auth_hash(http::Request& request, const User& user);

/// The user of the request: User& user = auth::user(request). Reads session and user when first
/// asked; then keeps it. Nobody logged in: a user without a key. Queries: 0 the second time, and
/// where the session is empty; else 1 and the session's. Throws ImproperlyConfigured where the app
/// is not installed.
User& user(http::Request& request);
/// Replaces it for the rest of the request, for tests and for middleware that knows better; the
/// session stays.
void set_user(http::Request& request, User user);
/// What user() reads: from the session, checked. Ends a session whose hash does not fit.
User get_user(http::Request& request);

}  // namespace tatum::auth
