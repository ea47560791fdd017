#include <tatum/views/decorators.h>

#include <tatum/base/log.h>

#include <algorithm>

namespace tatum::views::impl {

std::optional<http::Response> refuse_method(const http::Request& request,
                                            const std::vector<std::string>& allowed) {
    if (std::ranges::find(allowed, request.method_text()) != allowed.end()) return std::nullopt;
    logging::Logger("tatum.request")
        .warning("Method not allowed (" + std::string(request.method_text()) +
                 "): " + std::string(request.path()));
    const std::vector<std::string_view> names(allowed.begin(), allowed.end());
    return http::ResponseNotAllowed(names);
}

}  // namespace tatum::views::impl
