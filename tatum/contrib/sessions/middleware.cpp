#include "middleware.h"

#include "session.h"

#include <tatum/http/caching.h>
#include <tatum/views/csrf.h>

namespace tatum::sessions {

namespace {

/// CSRF_USE_SESSIONS: the secret is in the session, where Django has it.
class SecretInSession final : public views::CsrfStore {
public:
    explicit SecretInSession(Session& session) : session_(session) {}
    std::string secret() const override {
        const Value kept = session_.get(kName);
        return kept.is_string() ? kept.str() : std::string();
    }
    void set_secret(const std::string& secret) override { session_.set(kName, secret); }

private:
    static constexpr std::string_view kName = "_csrftoken";
    Session& session_;
};

void tell_browser(const Session& session, const SessionSettings& settings,
                  http::Response& response) {
    http::CookieOptions cookie = settings.cookie;
    if (!session.get_expire_at_browser_close()) {
        cookie.max_age = Duration::seconds(session.get_expiry_age());
    }
    response.set_cookie(settings.cookie_name, session.session_key(), cookie);
}

/// Saves the session where that is due, and tells browser and caches.
void finish(Session& session, bool has_cookie, const SessionSettings& settings,
            http::Response& response) {
    if (settings.save_every_request && !session.is_empty()) session.items();
    if (session.is_empty()) {
        if (has_cookie) {
            response.delete_cookie(settings.cookie_name, settings.cookie.path,
                                   settings.cookie.domain, settings.cookie.samesite);
        }
        if (has_cookie || session.is_accessed()) http::patch_vary_headers(response, {"Cookie"});
        return;
    }
    if (session.is_accessed()) http::patch_vary_headers(response, {"Cookie"});
    const bool due = session.is_modified() || settings.save_every_request;
    constexpr int kServerError = 500;
    if (!due || response.status() >= kServerError) return;
    try {
        session.save();
    } catch (const UpdateError&) {
        throw SessionInterrupted(
            "The session was ended while the request was answered, as by a logout in another "
            "window.");
    }
    tell_browser(session, settings, response);
}

}  // namespace

http::Response SessionMiddleware::process(http::Request& request,
                                          const middleware::Next& next) const {
    const std::string* cookie = nullptr;
    if (request.headers().contains("Cookie")) {
        cookie = request.COOKIES().find(settings_->cookie_name);
    }
    Session& session = request.extensions.set(
        Session(settings_, cookie != nullptr ? std::string_view(*cookie) : std::string_view()));
    if (settings_->csrf_use_sessions) {
        request.extensions.refer<views::CsrfStore>(
            request.extensions.set(SecretInSession(session)));
    }
    http::Response response = next(request);
    if (cookie != nullptr || session.is_accessed()) {
        finish(session, cookie != nullptr, *settings_, response);
    }
    return response;
}

}  // namespace tatum::sessions
