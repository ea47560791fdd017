#pragma once

#include <tatum/contrib/auth/models.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tatum::http {
class Request;
}

namespace tatum::auth {

/// What somebody shows to be let in: {{"username", "ann"}, {"password", "secret"}}, or whatever a
/// backend asks for.
using Credentials = Dict;

/// Where users come from and what they may do. A site asks its backends in order. Immutable, used
/// by many threads; queries go to the database that is current. Django's BaseBackend: each method
/// says no until a class says otherwise.
class BaseBackend {
public:
    virtual ~BaseBackend() = default;

    /// What sessions remember and AUTHENTICATION_BACKENDS names, in Python's style, so that a
    /// Django site with the same database understands it.
    virtual std::string_view name() const = 0;
    /// The user with these credentials; nullopt: not known here, ask the next. Throws
    /// PermissionDenied: ask nobody else. `request` may be null. Credentials that are not for
    /// this backend are none.
    virtual std::optional<User> authenticate(http::Request* request,
                                             const Credentials& credentials) const;
    /// The user of a session; nullopt ends the session.
    virtual std::optional<User> get_user(std::int64_t id) const;

    virtual PermissionNames get_user_permissions(const User& user, const Value& object) const;
    virtual PermissionNames get_group_permissions(const User& user, const Value& object) const;
    virtual PermissionNames get_all_permissions(const User& user, const Value& object) const;
    /// Throws PermissionDenied: no, whatever others say.
    virtual bool has_perm(const User& user, std::string_view permission, const Value& object) const;
    virtual bool has_module_perms(const User& user, std::string_view app_label) const;
    virtual QuerySet<User> with_perm(std::string_view permission,
                                     const WithPermOptions& options) const;
};

/// Users and permissions of the tables of this app.
class ModelBackend : public BaseBackend {
public:
    std::string_view name() const override { return "django.contrib.auth.backends.ModelBackend"; }
    /// Takes `username` and `password`. Queries: 1, and 1 more when the hash was too weak.
    std::optional<User> authenticate(http::Request* request,
                                     const Credentials& credentials) const override;
    std::optional<User> get_user(std::int64_t id) const override;
    PermissionNames get_user_permissions(const User& user, const Value& object) const override;
    PermissionNames get_group_permissions(const User& user, const Value& object) const override;
    PermissionNames get_all_permissions(const User& user, const Value& object) const override;
    bool has_perm(const User& user, std::string_view permission,
                  const Value& object) const override;
    bool has_module_perms(const User& user, std::string_view app_label) const override;
    QuerySet<User> with_perm(std::string_view permission,
                             const WithPermOptions& options) const override;

    /// Only who is active.
    virtual bool user_can_authenticate(const User& user) const { return user.is_active; }
};

/// Lets in whom is_active keeps out; what then happens is up to the form or the view.
class AllowAllUsersModelBackend : public ModelBackend {
public:
    std::string_view name() const override {
        return "django.contrib.auth.backends.AllowAllUsersModelBackend";
    }
    bool user_can_authenticate(const User&) const override { return true; }
};

/// Whom a proxy or a web server has authenticated, through RemoteUserMiddleware. Takes
/// `remote_user`.
class RemoteUserBackend : public ModelBackend {
public:
    std::string_view name() const override {
        return "django.contrib.auth.backends.RemoteUserBackend";
    }
    /// Queries: 1, and those of a new user.
    std::optional<User> authenticate(http::Request* request,
                                     const Credentials& credentials) const override;

    /// Is somebody who is not known yet made a user?
    virtual bool create_unknown_user() const { return true; }
    /// "DOMAIN\\ann" may become "ann".
    virtual std::string clean_username(std::string_view username) const {
        return std::string(username);
    }
    /// May change and save the user each time; `created` tells of a new one.
    virtual void configure_user(http::Request*, User&, bool /*created*/) const {}
};

class AllowAllUsersRemoteUserBackend : public RemoteUserBackend {
public:
    std::string_view name() const override {
        return "django.contrib.auth.backends.AllowAllUsersRemoteUserBackend";
    }
    bool user_can_authenticate(const User&) const override { return true; }
};

using Backends = std::vector<Shared<const BaseBackend>>;

/// Those of the current site: what AUTHENTICATION_BACKENDS names.
const Backends& get_backends();
/// nullptr where the current site has none of that name.
const BaseBackend* find_backend(std::string_view name);

}  // namespace tatum::auth
