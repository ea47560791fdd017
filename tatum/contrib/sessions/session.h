#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/http/errors.h>
#include <tatum/http/request.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::site {
class Site;
}

namespace tatum::sessions {

class SessionSettings;

/// The session that a request has changed was ended meanwhile, as by a logout in another window;
/// answered with 400.
struct SessionInterrupted : http::BadRequest {
    using BadRequest::BadRequest;
};
/// save() of a session that is not there any more.
struct UpdateError : Exception {
    using Exception::Exception;
};
/// A session holds something that has no JSON: a moment, a model's row.
struct SessionDataError : Exception {
    using Exception::Exception;
};

/// What the site remembers of a visitor: a dictionary of what JSON can hold. Read when first asked
/// for; saved at the end of the request when it was changed, unless the response is an error of the
/// server. Of two requests that change one session at once, the later wins.
///
///     session(request).set("cart", cart.pk());
///     const Value cart = session(request).get("cart");
///
/// A list or a dictionary in it is a copy: change that and set() it again. Belongs to its request's
/// fiber. Templates see it as `request.session`.
class Session {
public:
    static constexpr std::string_view kAttribute = "session";

    /// `key`, from a cookie, is believed only as far as there is such a session.
    Session(Shared<const SessionSettings> settings, std::string_view key);
    Session(Session&&) noexcept = default;
    Session& operator=(Session&&) noexcept = default;

    // Reading. Queries of the first call: 1 where the browser has sent a cookie.
    Value get(const Name& name, Value default_ = {}) const;
    bool has(const Name& name) const;
    const Dict& items() const;

    // Changing; each marks the session as modified.
    void set(std::string_view name, Value value);
    /// The value there is, else `value`, which is then set.
    Value set_default(std::string_view name, Value value);
    void update(const Dict& values);
    /// The value, which is gone then; `default_` when there was none.
    Value pop(const Name& name, Value default_ = {});
    /// False when there was none.
    bool erase(const Name& name);
    /// Empty, under the same key.
    void clear();

    /// Empty, and the next save() is under a new key: for logging out. Queries: 1 where there is a
    /// session.
    void flush();
    /// The same data under a new key, against session fixation: for logging in. Queries: 2.
    void cycle_key();

    // How long it lasts. Unless told: SESSION_COOKIE_AGE, or SESSION_EXPIRE_AT_BROWSER_CLOSE.
    /// So long after the last change; whole seconds. 0: until the browser is closed.
    void set_expiry(Duration after);
    void set_expiry(const DateTime& moment);
    void set_expiry_from_settings();
    /// In seconds; negative when it is over.
    std::int64_t get_expiry_age() const;
    DateTime get_expiry_date() const;
    bool get_expire_at_browser_close() const;

    // Does the browser keep cookies? Set one with a page, and ask in the next request.
    void set_test_cookie();
    bool test_cookie_worked() const;
    void delete_test_cookie();

    /// Empty: none yet.
    const std::string& session_key() const;
    /// Nothing in it, and no key.
    bool is_empty() const;
    bool is_accessed() const { return accessed_; }
    bool is_modified() const { return modified_; }
    void set_modified(bool modified = true) { modified_ = modified; }

    // What the middleware does by itself; for code without a request.
    /// Queries: 1. Throws UpdateError, SessionDataError.
    void save();
    bool exists(const std::string& key) const;
    /// Ends the session of that key.
    void remove(const std::string& key);

private:
    const Dict& data() const;
    Dict& changing();
    void create();

    Shared<const SessionSettings> settings_;
    mutable std::string key_;
    mutable Dict data_;
    mutable bool loaded_ = false, accessed_ = false;
    bool modified_ = false;
};

/// The request's session. Throws ImproperlyConfigured where sessions::app is not installed.
Session& session(http::Request& request);

/// A session outside of requests, by its key, or a new one: for commands and tests. save() it.
Session open_session(const site::Site& site, std::string_view key = {});

Value to_value(const Session& session);

}  // namespace tatum::sessions

namespace tatum {
using sessions::session;
}
