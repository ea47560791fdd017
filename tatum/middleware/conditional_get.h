#pragma once

#include <tatum/middleware/middleware.h>

namespace tatum::middleware {

/// Gives responses to GET an ETag made of their content, and answers 304 where the browser has that
/// page already: Django's ConditionalGetMiddleware. Streams, and what must not be stored, pass.
class ConditionalGetMiddleware final : public Middleware {
public:
    http::Response process(http::Request& request, const Next& next) const override;
};

}  // namespace tatum::middleware
