#pragma once

#include <tatum/base/function.h>
#include <tatum/base/shared.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace tatum::middleware {

class Chain;

/// The rest of the chain, the view at its end. Never throws: what a view or a later middleware
/// throws has become a response.
class Next {
public:
    http::Response operator()(http::Request& request) const;

private:
    friend class Chain;
    Next(const Chain& chain, std::size_t index) : chain_(chain), index_(index) {}

    const Chain& chain_;
    std::size_t index_;
};

/// Sees every request on its way in and every response on its way out. Immutable: one object serves
/// all threads at once, and what belongs to a request is kept in its extensions.
class Middleware {
public:
    virtual ~Middleware() = default;

    /// Calls `next` for the response, or answers by itself. May throw as a view does.
    virtual http::Response process(http::Request& request, const Next& next) const = 0;

    /// Asked once the url is resolved, before the view runs, when has_process_view(); an answer
    /// takes the view's place.
    virtual std::optional<http::Response> process_view(http::Request&) const {
        return std::nullopt;
    }
    virtual bool has_process_view() const { return false; }
};

using MiddlewareList = std::vector<Shared<const Middleware>>;

/// The middleware of a site and what lies within it. Immutable. Cost: one virtual call for each
/// middleware, no allocation.
class Chain {
public:
    /// Answers a request at the chain's end: resolves its address and calls the view.
    using Handler = Function<http::Response(http::Request&)>;
    /// Makes a response of the exception that is being handled (std::current_exception()).
    using Rescue = Function<http::Response(http::Request&)>;

    Chain(MiddlewareList list, Handler handler, Rescue rescue);
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;

    http::Response operator()(http::Request& request) const { return run(request, 0); }

    /// What the first middleware that answers in the view's place says; for the Handler.
    std::optional<http::Response> process_view(http::Request& request) const;

private:
    friend class Next;
    http::Response run(http::Request& request, std::size_t index) const;

    MiddlewareList list_;
    std::vector<const Middleware*> view_hooks_;
    Handler handler_;
    Rescue rescue_;
};

inline http::Response Next::operator()(http::Request& request) const {
    return chain_.run(request, index_);
}

}  // namespace tatum::middleware

namespace tatum {
using middleware::Middleware;
}
