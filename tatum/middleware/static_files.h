#pragma once

#include <tatum/middleware/middleware.h>

namespace tatum::views {
class StaticFiles;
}

namespace tatum::middleware {

/// Answers for addresses below STATIC_URL, and lets the others pass. `files` outlives this.
class StaticFilesMiddleware final : public Middleware {
public:
    explicit StaticFilesMiddleware(const views::StaticFiles& files) : files_(files) {}
    http::Response process(http::Request& request, const Next& next) const override;

private:
    const views::StaticFiles& files_;
};

}  // namespace tatum::middleware
