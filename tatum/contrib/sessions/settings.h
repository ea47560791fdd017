#pragma once

#include "engine.h"

#include <tatum/http/cookies.h>

#include <cstddef>

namespace tatum::site {
class Site;
}

namespace tatum::sessions {

/// The SESSION_* settings, and the engine that they name. Immutable.
class SessionSettings {
public:
    /// Keys of sessions, Django's in length and letters. Others are not looked for.
    static constexpr std::size_t kKeySize = 32;
    static constexpr std::size_t kKeySizeMin = 8, kKeySizeMax = 40;

    std::string cookie_name;
    std::int64_t cookie_age = 0;  ///< seconds
    http::CookieOptions cookie;   ///< without its age
    bool save_every_request = false;
    bool expire_at_browser_close = false;
    bool csrf_use_sessions = false;
    Owned<const Engine> engine;

    /// Throws ImproperlyConfigured for an engine that there is none of.
    static SessionSettings from(const site::Site& site);
    static SessionSettings from(const Settings& settings, const EngineFactory* factory = nullptr);

    /// May it be the key of a session? A key that is the data itself is longer.
    bool is_key(std::string_view text) const;
    bool has_data_in_key() const { return data_in_key_; }

private:
    bool data_in_key_ = false;
};

}  // namespace tatum::sessions
