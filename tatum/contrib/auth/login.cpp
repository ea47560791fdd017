#include "login.h"

#include "configuration.h"
#include "request_user.h"

#include <tatum/base/crypto.h>
#include <tatum/base/error.h>
#include <tatum/base/text.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/http/errors.h>
#include <tatum/site/site.h>
#include <tatum/views/csrf.h>

#include <algorithm>
#include <charconv>

namespace tatum::auth {

namespace {

constexpr std::string_view kStars = "********************";
constexpr std::string_view kSecretWords[] = {"api",    "token",    "key",
                                             "secret", "password", "signature"};

/// What receivers of user_login_failed may see.
Credentials cleansed(const Credentials& credentials) {
    Credentials clean;
    for (const auto& [key, value] : credentials) {
        const std::string name = strings::ascii_lower(key.str());
        const bool secret = std::ranges::any_of(kSecretWords, [&](std::string_view word) {
            return name.find(word) != std::string::npos;
        });
        clean.set(key, secret ? Value(kStars) : value);
    }
    return clean;
}

/// The text of what a session holds; empty when it holds something else.
std::string text_in(const sessions::Session& session, std::string_view name) {
    const Value value = session.get(Name(name));
    return value.is_string() ? std::string(value.as_string()) : std::string();
}

/// Django keeps the key as text.
std::optional<std::int64_t> user_id_in(const sessions::Session& session) {
    const Value value = session.get(Name(kSessionKey));
    if (value.kind() == Kind::Int) return value.as_int();
    if (!value.is_string()) return std::nullopt;
    const std::string_view text = value.as_string();
    std::int64_t id = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return id;
}

/// Does the session belong to this user with this password?
bool is_verified(sessions::Session& session, const User& user) {
    const std::string kept = text_in(session, kHashSessionKey);
    if (kept.empty()) return false;
    const std::string hash = user.get_session_auth_hash();
    if (crypto::constant_time_compare(kept, hash)) return true;
    for (const std::string& older : user.get_session_auth_fallback_hash()) {
        if (!crypto::constant_time_compare(kept, older)) continue;
        session.cycle_key();
        session.set(kHashSessionKey, hash);
        return true;
    }
    return false;
}

std::string backend_of(const User& user, std::string_view asked) {
    if (!asked.empty()) return std::string(asked);
    if (!user.backend.empty()) return user.backend;
    const Backends& backends = get_backends();
    if (backends.size() != 1) {
        throw ValueError(
            "You have multiple authentication backends configured and therefore must provide the "
            "`backend` argument or set the `backend` attribute on the user.");
    }
    return std::string(backends.front()->name());
}

const Signals& current_signals() { return signals(site::current_site()); }

}  // namespace

std::optional<User> authenticate(http::Request* request, const Credentials& credentials) {
    for (const auto& backend : get_backends()) {
        std::optional<User> user;
        try {
            user = backend->authenticate(request, credentials);
        } catch (const PermissionDenied&) {
            break;
        }
        if (!user) continue;
        user->backend = backend->name();
        return user;
    }
    if (views::current_site_or_null() != nullptr) {
        current_signals().user_login_failed.send(cleansed(credentials), request);
    }
    return std::nullopt;
}

std::optional<User> authenticate(http::Request& request, std::string_view username,
                                 std::string_view password) {
    return authenticate(&request, {{"username", username}, {"password", password}});
}

void login(http::Request& request, User& user, std::string_view backend) {
    if (user.is_anonymous()) throw ValueError("login() is for users that are in the database");
    sessions::Session& session = sessions::session(request);
    const std::string hash = user.get_session_auth_hash();
    const std::string chosen = backend_of(user, backend);
    if (session.has(Name(kSessionKey))) {
        if (user_id_in(session) != user.id ||
            !crypto::constant_time_compare(text_in(session, kHashSessionKey), hash)) {
            session.flush();
        }
    } else {
        session.cycle_key();
    }
    session.set(kSessionKey, std::to_string(user.id));
    session.set(kBackendSessionKey, chosen);
    session.set(kHashSessionKey, hash);
    views::rotate_csrf_token(request);
    user.backend = chosen;
    user.last_login = now();
    user.save({.update_fields = {"last_login"}});
    set_user(request, user);
    current_signals().user_logged_in.send(request, auth::user(request));
}

void logout(http::Request& request) {
    const User& before = user(request);
    current_signals().user_logged_out.send(request, before.is_anonymous() ? nullptr : &before);
    sessions::session(request).flush();
    set_user(request, impl::nobody());
}

void update_session_auth_hash(http::Request& request, const User& changed) {
    sessions::Session& session = sessions::session(request);
    session.cycle_key();
    User& current = user(request);
    if (current.is_anonymous() || current.id != changed.id) return;
    session.set(kHashSessionKey, changed.get_session_auth_hash());
    if (&current != &changed) current.password = changed.password;
}

User get_user(http::Request& request) {
    sessions::Session& session = sessions::session(request);
    const std::optional<std::int64_t> id = user_id_in(session);
    if (!id) return impl::nobody();
    const BaseBackend* backend = find_backend(text_in(session, kBackendSessionKey));
    if (backend == nullptr) return impl::nobody();
    std::optional<User> user = backend->get_user(*id);
    if (!user) return impl::nobody();
    if (!is_verified(session, *user)) {
        session.flush();
        return impl::nobody();
    }
    user->backend = backend->name();
    return *std::move(user);
}

}  // namespace tatum::auth
