#include <tatum/middleware/middleware.h>

namespace tatum::middleware {

Chain::Chain(MiddlewareList list, Handler handler, Rescue rescue)
    : list_(std::move(list)), handler_(std::move(handler)), rescue_(std::move(rescue)) {
    for (const auto& middleware : list_) {
        if (middleware->has_process_view()) view_hooks_.push_back(middleware.get());
    }
}

http::Response Chain::run(http::Request& request, std::size_t index) const {
    try {
        if (index == list_.size()) return handler_(request);
        return list_[index]->process(request, Next(*this, index + 1));
    } catch (...) {  // the edge between a view and its server: everything becomes a response
        return rescue_(request);
    }
}

std::optional<http::Response> Chain::process_view(http::Request& request) const {
    for (const Middleware* middleware : view_hooks_) {
        if (auto response = middleware->process_view(request)) return response;
    }
    return std::nullopt;
}

}  // namespace tatum::middleware
