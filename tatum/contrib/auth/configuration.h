#pragma once

#include <tatum/base/passwords.h>
#include <tatum/base/signals.h>
#include <tatum/contrib/auth/backends.h>
#include <tatum/contrib/auth/passwords.h>

#include <optional>

namespace tatum::site {
class Site;
}

namespace tatum::auth {

/// What a site says of accounts in code; the rest are settings.
struct Options {
    /// Backends of one's own. AUTHENTICATION_BACKENDS may name them; where there is no such setting
    /// they are all there are, in this order (say ModelBackend too where it is to go on), and
    /// without any ModelBackend is the only one.
    Backends backends = {};
    /// Beside those of AUTH_PASSWORD_VALIDATORS.
    PasswordValidators password_validators = {};
    /// Algorithms and costs in place of PASSWORD_HASHERS.
    std::optional<passwords::Policy> password_policy = {};
};

/// Before the site runs:
///
///     Site site{"settings.toml"};
///     auth::configure(site, {.backends = {shared<const EmailBackend>()}});
void configure(site::Site& site, Options options);

/// What happens to accounts. Connect before the site runs, in main() or in App::on_ready.
struct Signals {
    Signal<http::Request&, User&> user_logged_in;
    /// Before the session is emptied. Null: nobody was logged in.
    Signal<http::Request&, const User*> user_logged_out;
    /// The credentials with everything secret in them starred out; the request may be null.
    Signal<const Credentials&, http::Request*> user_login_failed;
};
Signals& signals(const site::Site& site);

}  // namespace tatum::auth
