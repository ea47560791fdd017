#pragma once

#include <tatum/middleware/middleware.h>
#include <tatum/views/files.h>

namespace tatum::views {
class StaticFiles;
}

namespace tatum::middleware {

/// Answers for addresses below STATIC_URL and MEDIA_URL at hosts that are allowed, and lets the
/// others pass. `files` outlives this.
class StaticFilesMiddleware final : public Middleware {
public:
    StaticFilesMiddleware(const views::StaticFiles& files, views::MediaFiles media)
        : files_(files), media_(std::move(media)) {}
    http::Response process(http::Request& request, const Next& next) const override;

private:
    const views::StaticFiles& files_;
    views::MediaFiles media_;
};

}  // namespace tatum::middleware
