#pragma once

#include "settings.h"

#include <tatum/base/shared.h>
#include <tatum/middleware/middleware.h>

namespace tatum::sessions {

/// Gives each request its Session, and saves and announces it once the response is there: before
/// the body of a response that is streamed. Lies around the standard middleware, so that CSRF
/// tokens can be kept in sessions.
class SessionMiddleware final : public Middleware {
public:
    explicit SessionMiddleware(Shared<const SessionSettings> settings)
        : settings_(std::move(settings)) {}
    http::Response process(http::Request& request, const middleware::Next& next) const override;

private:
    Shared<const SessionSettings> settings_;
};

}  // namespace tatum::sessions
