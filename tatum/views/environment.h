#pragma once

#include <tatum/template/environment.h>

#include <string>
#include <string_view>

namespace tatum::views {

class StaticFiles;

/// What tags ask of a site: addresses come from the current resolver, static files from `files`.
/// Immutable.
class SiteEnvironment final : public template_::Environment {
public:
    /// `files` outlives this.
    SiteEnvironment(const StaticFiles& files, std::string media_url)
        : files_(files), media_url_(std::move(media_url)) {}

    Result<std::string> reverse(std::string_view view_name, std::span<const Value> args,
                                const Dict& kwargs, std::string_view current_app) const override;
    std::string static_url(std::string_view path) const override;
    std::string static_prefix() const override;
    std::string media_prefix() const override { return media_url_; }

private:
    const StaticFiles& files_;
    std::string media_url_;
};

}  // namespace tatum::views
