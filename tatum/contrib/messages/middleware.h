#pragma once

#include "storage.h"

#include <tatum/base/shared.h>
#include <tatum/middleware/middleware.h>

namespace tatum::messages {

/// Gives each request its MessageStorage, and leaves what was not shown for the next one.
class MessageMiddleware final : public Middleware {
public:
    explicit MessageMiddleware(Shared<const MessageSettings> settings)
        : settings_(std::move(settings)) {}
    http::Response process(http::Request& request, const middleware::Next& next) const override;

private:
    Shared<const MessageSettings> settings_;
};

}  // namespace tatum::messages
