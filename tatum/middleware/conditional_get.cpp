#include <tatum/middleware/conditional_get.h>

#include <tatum/http/conditional.h>

namespace tatum::middleware {

http::Response ConditionalGetMiddleware::process(http::Request& request, const Next& next) const {
    http::Response response = next(request);
    if (request.method() != http::Method::Get) return response;
    const bool may_be_stored =
        response.headers.get("Cache-Control", {}).find("no-store") == std::string_view::npos;
    if (may_be_stored) http::set_response_etag(response);
    http::apply_conditions(request, response);
    return response;
}

}  // namespace tatum::middleware
