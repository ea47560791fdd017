#pragma once

#include <tatum/base/function.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>

namespace tatum::testing {

using View = Function<http::Response(http::Request&)>;

/// What the one view of a site does whose tests say it for each request: its address leads to
/// run_current_view(). Changed only while no request is running.
///
///     const Urls urls = {path<"run/">(run_current_view, "run")};
///     current_view() = [](Request& request) { return Response(session(request).get("x").str()); };
inline View& current_view() {
    static View view;
    return view;
}
inline http::Response run_current_view(http::Request& request) { return current_view()(request); }

}  // namespace tatum::testing
