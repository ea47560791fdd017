#include "settings.h"

#include <tatum/base/settings.h>
#include <tatum/site/site.h>

#include <algorithm>
#include <cstdlib>

namespace tatum::sessions {

namespace {

http::SameSite samesite_of(std::string_view text) {
    if (text == "Lax") return http::SameSite::Lax;
    if (text == "Strict") return http::SameSite::Strict;
    if (text == "None") return http::SameSite::None;
    return http::SameSite::Unset;
}

/// SESSION_FILE_PATH, else the folder that Python takes for temporary files.
std::string folder_of(const Settings& settings) {
    const Value path = settings.get("session_file_path");
    if (path.is_string() && !path.as_string().empty()) {
        const std::string text = path.str();
        return text.starts_with('/') || settings.base_dir.empty() ? text
                                                                  : settings.base_dir + "/" + text;
    }
    for (const char* variable : {"TMPDIR", "TEMP", "TMP"}) {
        if (const char* folder = std::getenv(variable)) return folder;
    }
    return "/tmp";
}

Owned<const Engine> engine_of(const Settings& settings) {
    const signing::Keys keys{settings.secret_key, settings.secret_key_fallbacks};
    // Django's "django.contrib.sessions.backends.db" is "db".
    const std::string& wanted = settings.session_engine;
    const std::string name = wanted.substr(wanted.rfind('.') + 1);
    const Duration age = Duration::seconds(settings.session_cookie_age);
    if (name == "db") return make_db_engine(keys);
    if (name == "signed_cookies") return make_signed_cookies_engine(age, keys);
    if (name == "file") {
        return make_file_engine({.folder = folder_of(settings),
                                 .cookie_name = settings.session_cookie_name,
                                 .cookie_age = age},
                                keys);
    }
    throw ImproperlyConfigured("SESSION_ENGINE: there is no \"" + wanted +
                               "\"; there are db, file and signed_cookies");
}

}  // namespace

SessionSettings SessionSettings::from(const Settings& settings, const EngineFactory* factory) {
    SessionSettings made;
    made.cookie_name = settings.session_cookie_name;
    made.cookie_age = settings.session_cookie_age;
    made.cookie.path = settings.session_cookie_path;
    made.cookie.domain = settings.session_cookie_domain;
    made.cookie.secure = settings.session_cookie_secure;
    made.cookie.httponly = settings.session_cookie_httponly;
    made.cookie.samesite = samesite_of(settings.session_cookie_samesite);
    made.save_every_request = settings.session_save_every_request;
    made.expire_at_browser_close = settings.session_expire_at_browser_close;
    made.csrf_use_sessions = settings.csrf_use_sessions;
    made.engine = factory != nullptr ? factory->make(settings) : engine_of(settings);
    made.data_in_key_ = made.engine->key_of({}).has_value();
    return made;
}

SessionSettings SessionSettings::from(const site::Site& site) {
    return from(site.settings(), site.extensions().find<EngineFactory>());
}

bool SessionSettings::is_key(std::string_view text) const {
    if (text.size() < kKeySizeMin) return false;
    if (has_data_in_key()) return true;
    return text.size() <= kKeySizeMax &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace tatum::sessions
