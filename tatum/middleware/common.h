#pragma once

#include <tatum/middleware/middleware.h>

#include <memory>
#include <string>
#include <vector>

namespace tatum {
struct Settings;
}

namespace tatum::middleware {

struct CommonOptions {
    bool append_slash = true;
    bool prepend_www = false;
    bool debug = false;
    /// Regular expressions; a client whose User-Agent matches one gets 403.
    std::vector<std::string> disallowed_user_agents;

    static CommonOptions from(const Settings& settings);
};

/// Checks the host, refuses unwanted clients, and redirects to the address with a slash at its end
/// or "www." in front: Django's CommonMiddleware. Throws ImproperlyConfigured when a pattern is
/// malformed.
class CommonMiddleware final : public Middleware {
public:
    explicit CommonMiddleware(CommonOptions options = {});
    ~CommonMiddleware() override;
    http::Response process(http::Request& request, const Next& next) const override;

private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

}  // namespace tatum::middleware
