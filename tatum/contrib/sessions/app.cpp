#include "app.h"

#include "commands.h"
#include "middleware.h"
#include "models.h"

#include <tatum/base/settings.h>
#include <tatum/site/site.h>

#include <sessions_files.h>

namespace tatum::sessions {

namespace {

/// Django's security.W012 and W015.
std::vector<CheckMessage> check_cookie(const Site& site) {
    const Settings& settings = site.settings();
    std::vector<CheckMessage> messages;
    if (!settings.session_cookie_secure) {
        messages.push_back({.level = CheckLevel::Warning,
                            .id = "security.W012",
                            .message = "SESSION_COOKIE_SECURE is off: over http anybody on the way "
                                       "can read the cookie and be its visitor.",
                            .hint = "Set SESSION_COOKIE_SECURE = true."});
    }
    if (!settings.session_cookie_httponly) {
        messages.push_back({.level = CheckLevel::Warning,
                            .id = "security.W015",
                            .message = "SESSION_COOKIE_HTTPONLY is off: a script that gets into a "
                                       "page can read the cookie.",
                            .hint = "Set SESSION_COOKIE_HTTPONLY = true."});
    }
    return messages;
}

}  // namespace

const App app{
    .label = "sessions",
    .models = db::models<models::Session>(),
    .files = &sessions_files,
    .outer_middleware = {[](const Site& site) -> Shared<const Middleware> {
        return shared<const SessionMiddleware>(
            shared<const SessionSettings>(SessionSettings::from(site)));
    }},
    .commands = {clearsessions()},
    .checks = {{.tag = "security", .run = check_cookie, .deploy = true}},
};

}  // namespace tatum::sessions
