#pragma once

#include <tatum/base/value.h>
#include <tatum/http/request.h>

#include <string>

namespace tatum::views {

/// The state of a request's CSRF token: an extension, set by CsrfViewMiddleware. The tokens
/// themselves are tatum/base/signing.h's.
struct CsrfState {
    std::string secret;         ///< empty: none yet
    bool needs_update = false;  ///< the response is to set the cookie, and varies by it
    bool checks_done = false;   ///< the request has passed
    bool exempt = false;        ///< a test client's request: not to be checked
};

/// Where the secret is kept in place of a cookie (CSRF_USE_SESSIONS): an extension of the request,
/// attached by what keeps sessions.
class CsrfStore {
public:
    virtual ~CsrfStore() = default;
    /// Empty when there is none.
    virtual std::string secret() const = 0;
    virtual void set_secret(const std::string& secret) = 0;
};

/// The token for a form or a script; makes a secret when there is none, and lets the middleware
/// send the cookie. Django's get_token().
std::string csrf_token(http::Request& request);
/// A new secret, for when a user logs in.
void rotate_csrf_token(http::Request& request);

/// The variable `csrf_token` of a template: makes the token when it is printed, so that a page
/// without a form sets no cookie. `request` outlives the Value.
Value lazy_csrf_token(http::Request& request);

}  // namespace tatum::views

namespace tatum {
using views::csrf_token;
}
