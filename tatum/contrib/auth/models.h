#pragma once

#include <tatum/base/shared.h>
#include <tatum/base/timezone.h>
#include <tatum/contrib/contenttypes/models.h>
#include <tatum/db/model.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::auth {

struct GroupManager;
struct PermissionManager;
struct UserManager;

namespace impl {
struct PermissionCache;
}

/// What somebody may do: "shop.change_order". Made by `migrate` for each model, four by four (add,
/// change, delete, view), and those that a model declares with d.permission().
struct Permission : Model<Permission> {
    std::string name;  ///< for people: "Can change order"
    ForeignKey<contenttypes::ContentType> content_type;
    std::string codename;  ///< "change_order"

    static const PermissionManager objects;

    static void define(Definition<Permission>&);
    std::string str() const;
};

struct PermissionManager : db::QueryMethods<PermissionManager, Permission> {
    QuerySet<Permission> query_set() const { return QuerySet<Permission>(); }
    /// Queries: 1, or 2 when the content type is not remembered. Throws DoesNotExist.
    Permission get_by_natural_key(std::string_view codename, std::string_view app_label,
                                  std::string_view model) const;
};

/// People who may do the same.
struct Group : Model<Group> {
    std::string name;
    ManyToMany<Permission> permissions;

    static const GroupManager objects;

    static void define(Definition<Group>&);
    std::string str() const { return name; }
};

struct GroupManager : db::QueryMethods<GroupManager, Group> {
    QuerySet<Group> query_set() const { return QuerySet<Group>(); }
    Group get_by_natural_key(std::string_view name) const;
};

/// Names of permissions, "app.codename", sorted and each once.
using PermissionNames = std::vector<std::string>;

/// Somebody who can log in. Django's table and formats, so that a Django site has the same users.
///
/// Who is not logged in is a User too, without a key: is_authenticated() tells. Do not save it.
/// Permissions are read once for an object and kept, as in Django: read the user anew to see
/// changes of them.
struct User : Model<User> {
    std::string password;  ///< the hash; set_password() makes it
    std::optional<DateTime> last_login;
    bool is_superuser = false;
    std::string username, first_name, last_name, email;
    bool is_staff = false;
    bool is_active = true;
    DateTime date_joined = now();
    ManyToMany<Group> groups;
    ManyToMany<Permission> user_permissions;

    // No columns:
    /// The name of the backend that authenticated this object; empty for one read from the
    /// database.
    std::string backend;
    mutable Shared<const impl::PermissionCache> permission_cache;

    static const UserManager objects;

    static constexpr int kUsernameMax = 150;

    static void define(Definition<User>&);
    /// The name; "AnonymousUser" for nobody.
    std::string str() const;
    /// Normalizes name and email.
    void clean();

    bool is_authenticated() const { return id != 0; }
    bool is_anonymous() const { return id == 0; }
    const std::string& get_username() const { return username; }
    std::string get_full_name() const;
    std::string get_short_name() const { return first_name; }

    /// Changes the member only. Throws ValueError as make_password() does.
    void set_password(std::string_view raw);
    /// Stores a stronger hash where there is one now. Queries: 0, or 1 then.
    bool check_password(std::string_view raw);
    void set_unusable_password();
    bool has_usable_password() const;
    /// What a session remembers of the password, so that changing it ends the session. Throws
    /// ImproperlyConfigured without SECRET_KEY.
    std::string get_session_auth_hash() const;
    /// The same by each of SECRET_KEY_FALLBACKS.
    std::vector<std::string> get_session_auth_fallback_hash() const;

    // With an object (a model's, or what a backend of one's own understands): permissions for that
    // alone. ModelBackend knows none of these.

    /// Everything for active superusers. Queries: 2 the first time (1 for what comes from groups,
    /// 1 for the user's own), then none.
    bool has_perm(std::string_view permission, const Value& object = {}) const;
    bool has_perms(std::initializer_list<std::string_view> permissions,
                   const Value& object = {}) const;
    bool has_perms(const std::vector<std::string>& permissions, const Value& object = {}) const;
    /// Any permission of that app.
    bool has_module_perms(std::string_view app_label) const;
    /// The union of what the backends say.
    PermissionNames get_user_permissions(const Value& object = {}) const;
    PermissionNames get_group_permissions(const Value& object = {}) const;
    PermissionNames get_all_permissions(const Value& object = {}) const;

    /// Unicode's form NFKC, so that what looks the same is the same.
    static std::string normalize_username(std::string_view username);
};

/// Which users with_perm() finds.
struct WithPermOptions {
    std::optional<bool> is_active = true;  ///< nullopt: whether or not
    bool include_superusers = true;
    std::string_view backend = {};  ///< needed where a site has several
    Value object = {};
};

/// User::objects.
struct UserManager : db::QueryMethods<UserManager, User> {
    std::string_view alias = {};  ///< of a database; empty: "default"

    QuerySet<User> query_set() const;
    UserManager db_manager(std::string_view database) const { return {.alias = database}; }

    /// Saves a new user; `extra` holds the other fields. Without a password nobody can log in with
    /// one. Queries: 1. Throws ValueError for an empty name, IntegrityError for one that is taken.
    ///
    ///     User::objects.create_user("ann", "ann@example.com", "secret", {.first_name = "Ann"});
    User create_user(std::string_view username, std::string_view email = {},
                     std::optional<std::string_view> password = {}, User extra = {}) const;
    /// With is_staff and is_superuser.
    User create_superuser(std::string_view username, std::string_view email = {},
                          std::optional<std::string_view> password = {}, User extra = {}) const;
    /// Queries: 1. Throws User::DoesNotExist.
    User get_by_natural_key(std::string_view username) const;
    /// The users who have "app.codename". Throws ValueError for another form, and where several
    /// backends leave open whose answer is meant.
    QuerySet<User> with_perm(std::string_view permission, const WithPermOptions& = {}) const;

    /// The part behind the last '@' in lower case.
    static std::string normalize_email(std::string_view email);
};

inline constexpr PermissionManager Permission::objects{};
inline constexpr GroupManager Group::objects{};
inline constexpr UserManager User::objects{};

/// "change_order".
std::string get_permission_codename(std::string_view action, const db::ModelMeta& model);

}  // namespace tatum::auth
