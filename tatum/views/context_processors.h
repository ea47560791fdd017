#pragma once

#include <tatum/base/value.h>
#include <tatum/http/request.h>

namespace tatum::views {

/// What every template of a request gets: `request`, `csrf_token`, and in debug mode for the
/// addresses in INTERNAL_IPS `debug` and `sql_queries`. Cheap: nothing is computed before a
/// template asks for it.
Dict standard_context(http::Request& request);

// Further ones, for Site::context_processors(). Django's of the same names.

/// STATIC_URL
Dict static_context(http::Request& request);
/// MEDIA_URL
Dict media_context(http::Request& request);
/// LANGUAGES, LANGUAGE_CODE, LANGUAGE_BIDI
Dict i18n_context(http::Request& request);
/// TIME_ZONE
Dict tz_context(http::Request& request);
/// csp_nonce, made when it is printed; the policy then allows it.
Dict csp_context(http::Request& request);

}  // namespace tatum::views
