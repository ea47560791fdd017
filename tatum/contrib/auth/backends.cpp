#include "backends.h"

#include "passwords.h"
#include "permissions.h"

#include <tatum/base/error.h>
#include <tatum/db/database.h>
#include <tatum/db/functions.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tatum::auth {

std::optional<User> BaseBackend::authenticate(http::Request*, const Credentials&) const {
    return std::nullopt;
}

std::optional<User> BaseBackend::get_user(std::int64_t) const { return std::nullopt; }

PermissionNames BaseBackend::get_user_permissions(const User&, const Value&) const { return {}; }

PermissionNames BaseBackend::get_group_permissions(const User&, const Value&) const { return {}; }

PermissionNames BaseBackend::get_all_permissions(const User& user, const Value& object) const {
    const PermissionNames own = get_user_permissions(user, object);
    const PermissionNames shared = get_group_permissions(user, object);
    PermissionNames all;
    std::ranges::set_union(own, shared, std::back_inserter(all));
    return all;
}

bool BaseBackend::has_perm(const User& user, std::string_view permission,
                           const Value& object) const {
    const PermissionNames all = get_all_permissions(user, object);
    return std::ranges::find(all, permission) != all.end();
}

bool BaseBackend::has_module_perms(const User&, std::string_view) const { return false; }

QuerySet<User> BaseBackend::with_perm(std::string_view, const WithPermOptions&) const {
    return QuerySet<User>().none();
}

namespace {

const Value* text_credential(const Credentials& credentials, const char* name) {
    const Value* value = credentials.find(name);
    return value != nullptr && value->is_string() ? value : nullptr;
}

/// "shop.change_order", sorted. Queries: 1.
PermissionNames read_names(const QuerySet<Permission>& permissions) {
    PermissionNames names;
    const auto rows =
        permissions.order_by().values_list("content_type__app_label", "codename").distinct();
    for (const Value& row : rows) {
        const List& pair = row.as_list();
        names.push_back(pair[0].str() + "." + pair[1].str());
    }
    std::ranges::sort(names);
    return names;
}

QuerySet<Permission> all_permissions(const User& user) {
    const db::Database* from = user.model_state().database;
    return from != nullptr ? QuerySet<Permission>().using_(from->alias()) : QuerySet<Permission>();
}

/// The part of the cache that `member` names, filled by `read`.
template <class Read>
const PermissionNames& cached(const User& user,
                              std::optional<PermissionNames> impl::PermissionCache::* member,
                              const Read& read) {
    if (!user.permission_cache || !((*user.permission_cache).*member)) {
        PermissionNames names = read();  // may fill another part
        impl::PermissionCache next;
        if (user.permission_cache) next = *user.permission_cache;
        next.*member = std::move(names);
        user.permission_cache = shared<const impl::PermissionCache>(std::move(next));
    }
    return *((*user.permission_cache).*member);
}

bool has_none(const User& user, const Value& object) {
    return !user.is_active || user.is_anonymous() || !object.is_none();
}

/// "app.codename" taken apart.
std::pair<std::string_view, std::string_view> parts_of(std::string_view permission) {
    const std::size_t dot = permission.find('.');
    if (dot == std::string_view::npos || permission.find('.', dot + 1) != std::string_view::npos) {
        throw ValueError("Permission name should be in the form app_label.permission_codename.");
    }
    return {permission.substr(0, dot), permission.substr(dot + 1)};
}

}  // namespace

std::optional<User> ModelBackend::authenticate(http::Request*,
                                               const Credentials& credentials) const {
    const Value* username = text_credential(credentials, "username");
    const Value* password = text_credential(credentials, "password");
    if (username == nullptr || password == nullptr) return std::nullopt;
    const std::string_view raw = password->as_string();
    std::optional<User> user;
    // A name with a zero byte is nobody's; some databases would not even be asked.
    if (username->as_string().find('\0') == std::string_view::npos) {
        user = User::objects.find(F<&User::username> == username->as_string());
    }
    if (!user) {
        spend_time_on(raw);
        return std::nullopt;
    }
    if (!user->check_password(raw) || !user_can_authenticate(*user)) return std::nullopt;
    return user;
}

std::optional<User> ModelBackend::get_user(std::int64_t id) const {
    std::optional<User> user = User::objects.find(F<&User::id> == id);
    if (user && !user_can_authenticate(*user)) user.reset();
    return user;
}

PermissionNames ModelBackend::get_user_permissions(const User& user, const Value& object) const {
    if (has_none(user, object)) return {};
    return cached(user, &impl::PermissionCache::user, [&] {
        const auto all = all_permissions(user);
        return read_names(user.is_superuser ? all : all.filter(Q("user", Value(user.id))));
    });
}

PermissionNames ModelBackend::get_group_permissions(const User& user, const Value& object) const {
    if (has_none(user, object)) return {};
    return cached(user, &impl::PermissionCache::group, [&] {
        const auto all = all_permissions(user);
        return read_names(user.is_superuser ? all : all.filter(Q("group__user", Value(user.id))));
    });
}

PermissionNames ModelBackend::get_all_permissions(const User& user, const Value& object) const {
    if (has_none(user, object)) return {};
    return cached(user, &impl::PermissionCache::all,
                  [&] { return BaseBackend::get_all_permissions(user, object); });
}

bool ModelBackend::has_perm(const User& user, std::string_view permission,
                            const Value& object) const {
    return user.is_active && BaseBackend::has_perm(user, permission, object);
}

bool ModelBackend::has_module_perms(const User& user, std::string_view app_label) const {
    if (!user.is_active) return false;
    const PermissionNames all = get_all_permissions(user, {});
    return std::ranges::any_of(all, [&](const std::string& name) {
        return std::string_view(name).substr(0, name.find('.')) == app_label;
    });
}

QuerySet<User> ModelBackend::with_perm(std::string_view permission,
                                       const WithPermOptions& options) const {
    if (!options.object.is_none()) return QuerySet<User>().none();
    const auto [app_label, codename] = parts_of(permission);
    const Expression outer = OuterRef("pk");
    const Q theirs = (Q("group__user", outer) || Q("user", outer)) &&
                     Q("codename", Value(codename)) &&
                     Q("content_type__app_label", Value(app_label));
    Q wanted = Exists(QuerySet<Permission>().filter(theirs)) == Expression(Value(true));
    if (options.include_superusers) wanted = wanted || F<&User::is_superuser> == true;
    if (options.is_active) wanted = wanted && F<&User::is_active> == *options.is_active;
    return QuerySet<User>().filter(wanted);
}

std::optional<User> RemoteUserBackend::authenticate(http::Request* request,
                                                    const Credentials& credentials) const {
    const Value* remote = text_credential(credentials, "remote_user");
    if (remote == nullptr || !remote->truth()) return std::nullopt;
    const std::string username = clean_username(remote->as_string());
    std::optional<User> user;
    bool created = false;
    if (create_unknown_user()) {
        std::tie(user, created) =
            User::objects.get_or_create({F<&User::username> = username},
                                        {F<&User::password> = passwords::make_unusable_password()});
    } else {
        user = User::objects.find(F<&User::username> == username);
        if (!user) return std::nullopt;
    }
    configure_user(request, *user, created);
    if (!user_can_authenticate(*user)) return std::nullopt;
    return user;
}

}  // namespace tatum::auth
