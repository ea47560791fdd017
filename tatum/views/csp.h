#pragma once

#include <tatum/base/value.h>
#include <tatum/http/request.h>

#include <string>

namespace tatum::views {

/// The nonce of a request's Content-Security-Policy: an extension. Empty until somebody asks.
struct CspNonce {
    std::string value;
};

/// The nonce, made when first asked for; the policy of the response then names it wherever it has
/// kCspNonce.
const std::string& csp_nonce(http::Request& request);

/// Stands for the request's nonce in a policy: Django's CSP.NONCE.
inline constexpr std::string_view kCspNonce = "<CSP_NONCE_SENTINEL>";

/// A template's `csp_nonce`, made when it is printed. `request` outlives the Value.
Value lazy_csp_nonce(http::Request& request);

}  // namespace tatum::views
