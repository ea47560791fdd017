#pragma once

#include <tatum/base/value.h>

namespace tatum::views {

// What a view tells the middleware about its response: set as an extension of it.

/// No X-Frame-Options header.
struct XFrameOptionsExempt {};

/// Another Content-Security-Policy than the site's; an empty Dict: none.
struct CspOverride {
    Dict policy;
};
struct CspReportOnlyOverride {
    Dict policy;
};

/// A page of the framework's own that shows an error in debug mode: its inline styles need no
/// policy.
struct DebugPage {};

}  // namespace tatum::views
