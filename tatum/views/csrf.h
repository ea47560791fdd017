#pragma once

#include <tatum/base/value.h>
#include <tatum/http/request.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// CSRF tokens in Django's format. A site's secret for a visitor is kSecretLength letters; what
/// pages carry is the secret masked anew each time, so that compression leaks nothing (BREACH).
namespace tatum::views {

inline constexpr std::size_t kCsrfSecretLength = 32;
inline constexpr std::size_t kCsrfTokenLength = 2 * kCsrfSecretLength;
inline constexpr std::string_view kCsrfSessionKey = "_csrftoken";

/// A new secret.
std::string new_csrf_secret();
/// `mask` followed by the secret shifted by it; both have kCsrfSecretLength letters and digits.
std::string mask_csrf_secret(std::string_view secret, std::string_view mask);
std::string mask_csrf_secret(std::string_view secret);
/// The secret that a token of the right form stands for, masked or not.
std::string plain_csrf_secret(std::string_view token);
/// What is wrong with a token's form: "has incorrect length", "has invalid characters"; nullopt
/// when nothing is.
std::optional<std::string_view> csrf_token_fault(std::string_view token);
/// True when the masked or plain token stands for the secret. Takes the same time wherever they
/// differ. Both are of the right form.
bool csrf_token_matches(std::string_view token, std::string_view secret);

/// The state of a request's token: an extension, set by CsrfViewMiddleware.
struct CsrfState {
    std::string secret;         ///< empty: none yet
    bool needs_update = false;  ///< the response is to set the cookie and varies by it
    bool checks_done = false;   ///< the request has passed
    bool exempt = false;        ///< a test client's request: not to be checked
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
