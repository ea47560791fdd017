#include "models.h"

#include "backends.h"
#include "passwords.h"
#include "permissions.h"
#include "username.h"

#include <tatum/base/error.h>
#include <tatum/base/settings.h>
#include <tatum/base/signing.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>
#include <tatum/base/validators.h>
#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/http/errors.h>

#include <algorithm>

namespace tatum::auth {

namespace {

constexpr int kPermissionNameMax = 255, kCodenameMax = 100, kGroupNameMax = 150;
constexpr int kPasswordMax = 128, kPersonNameMax = 150, kEmailMax = 254;

/// Letters, digits and @/./+/-/_ of any script, as Django's UnicodeUsernameValidator.
validators::RegexValidator username_validator() {
    return validators::RegexValidator(
        R"(^[\w.@+-]+\Z)",
        {.message = "Enter a valid username. This value may contain only letters, numbers, and "
                    "@/./+/-/_ characters."});
}

/// One of the answers of all backends, put together.
template <class Ask>
PermissionNames united(const Ask& ask) {
    PermissionNames all;
    for (const auto& backend : get_backends()) {
        PermissionNames some = ask(*backend);
        all.insert(all.end(), std::make_move_iterator(some.begin()),
                   std::make_move_iterator(some.end()));
    }
    std::ranges::sort(all);
    const auto rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
    return all;
}

/// The first yes counts; a backend that throws PermissionDenied ends the round.
template <class Ask>
bool any_backend(const Ask& ask) {
    try {
        return std::ranges::any_of(get_backends(), [&](const auto& b) { return ask(*b); });
    } catch (const PermissionDenied&) {
        return false;
    }
}

signing::Keys current_keys() {
    const Settings& settings = current_settings();
    if (settings.secret_key.empty()) {
        throw ImproperlyConfigured("The SECRET_KEY setting must not be empty.");
    }
    return {settings.secret_key, settings.secret_key_fallbacks};
}

}  // namespace

void Permission::define(Definition<Permission>& d) {
    d.field<&Permission::name>(max_length(kPermissionNameMax));
    d.field<&Permission::content_type>(on_delete(Cascade), verbose_name("content type"));
    d.field<&Permission::codename>(max_length(kCodenameMax));
    d.unique<&Permission::content_type, &Permission::codename>();
    d.ordering("content_type__app_label", "content_type__model", "codename");
}

std::string Permission::str() const { return content_type->str() + " | " + name; }

Permission PermissionManager::get_by_natural_key(std::string_view codename,
                                                 std::string_view app_label,
                                                 std::string_view model) const {
    const auto type = contenttypes::ContentType::objects.get_by_natural_key(app_label, model);
    return get(F<&Permission::codename> == codename, F<&Permission::content_type> == type);
}

void Group::define(Definition<Group>& d) {
    d.field<&Group::name>(max_length(kGroupNameMax), unique);
    d.field<&Group::permissions>(blank);
}

Group GroupManager::get_by_natural_key(std::string_view name) const {
    return get(F<&Group::name> == name);
}

void check_username(std::string_view username) {
    static const validators::RegexValidator letters = username_validator();
    letters(Value(username));
    validators::MaxLengthValidator{.limit_value = User::kUsernameMax}(Value(username));
}

void User::define(Definition<User>& d) {
    d.field<&User::password>(max_length(kPasswordMax));
    d.field<&User::last_login>(null, blank, verbose_name("last login"));
    d.field<&User::is_superuser>(default_(false), verbose_name("superuser status"),
                                 help_text("Designates that this user has all permissions without "
                                           "explicitly assigning them."));
    d.field<&User::username>(
        max_length(kUsernameMax), unique, validator(username_validator()),
        help_text("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."));
    d.field<&User::first_name>(max_length(kPersonNameMax), blank, verbose_name("first name"));
    d.field<&User::last_name>(max_length(kPersonNameMax), blank, verbose_name("last name"));
    d.field<&User::email>(EmailField, max_length(kEmailMax), blank, verbose_name("email address"));
    d.field<&User::is_staff>(
        default_(false), verbose_name("staff status"),
        help_text("Designates whether the user can log into this admin site."));
    d.field<&User::is_active>(
        default_(true), verbose_name("active"),
        help_text("Designates whether this user should be treated as active. Unselect this "
                  "instead of deleting accounts."));
    d.field<&User::date_joined>(verbose_name("date joined"));
    d.field<&User::groups>(blank, related_name("user_set"), related_query_name("user"),
                           help_text("The groups this user belongs to. A user will get all "
                                     "permissions granted to each of their groups."));
    d.field<&User::user_permissions>(blank, related_name("user_set"), related_query_name("user"),
                                     verbose_name("user permissions"),
                                     help_text("Specific permissions for this user."));
    d.method<&User::is_authenticated>();
    d.method<&User::is_anonymous>();
    d.method<&User::get_username>();
    d.method<&User::get_full_name>();
    d.method<&User::get_short_name>();
    d.method<&User::has_usable_password>();
}

std::string User::str() const {
    return is_anonymous() && username.empty() ? "AnonymousUser" : username;
}

void User::clean() {
    username = normalize_username(username);
    email = UserManager::normalize_email(email);
}

std::string User::get_full_name() const {
    return std::string(strings::strip(first_name + " " + last_name));
}

void User::set_password(std::string_view raw) { password = make_password(raw); }

bool User::check_password(std::string_view raw) {
    return auth::check_password(raw, password, [this](std::string_view right) {
        const std::string before = std::exchange(password, make_password(right));
        if (is_anonymous()) return;
        // Not save(): somebody may have set another password since this object was read.
        const db::Database* from = model_state().database;
        User::objects.db_manager(from != nullptr ? std::string_view(from->alias()) : "")
            .filter(F<&User::id> == id, F<&User::password> == before)
            .update(F<&User::password> = password);
    });
}

void User::set_unusable_password() { password = passwords::make_unusable_password(); }

bool User::has_usable_password() const { return passwords::is_password_usable(password); }

std::string User::get_session_auth_hash() const {
    return signing::session_auth_hash(password, current_keys().secret);
}

std::vector<std::string> User::get_session_auth_fallback_hash() const {
    std::vector<std::string> hashes;
    for (const std::string& secret : current_keys().fallbacks) {
        hashes.push_back(signing::session_auth_hash(password, secret));
    }
    return hashes;
}

bool User::has_perm(std::string_view permission, const Value& object) const {
    if (is_active && is_superuser) return true;
    return any_backend([&](const BaseBackend& b) { return b.has_perm(*this, permission, object); });
}

bool User::has_perms(std::initializer_list<std::string_view> permissions,
                     const Value& object) const {
    return std::ranges::all_of(permissions,
                               [&](std::string_view p) { return has_perm(p, object); });
}

bool User::has_perms(const std::vector<std::string>& permissions, const Value& object) const {
    return std::ranges::all_of(permissions,
                               [&](const std::string& p) { return has_perm(p, object); });
}

bool User::has_module_perms(std::string_view app_label) const {
    if (is_active && is_superuser) return true;
    return any_backend([&](const BaseBackend& b) { return b.has_module_perms(*this, app_label); });
}

PermissionNames User::get_user_permissions(const Value& object) const {
    return united([&](const BaseBackend& b) { return b.get_user_permissions(*this, object); });
}

PermissionNames User::get_group_permissions(const Value& object) const {
    return united([&](const BaseBackend& b) { return b.get_group_permissions(*this, object); });
}

PermissionNames User::get_all_permissions(const Value& object) const {
    return united([&](const BaseBackend& b) { return b.get_all_permissions(*this, object); });
}

std::string User::normalize_username(std::string_view username) {
    return strings::normalize(username, strings::Normalization::NFKC);
}

QuerySet<User> UserManager::query_set() const {
    return alias.empty() ? QuerySet<User>() : QuerySet<User>().using_(alias);
}

User UserManager::create_user(std::string_view username, std::string_view email,
                              std::optional<std::string_view> password, User extra) const {
    if (username.empty()) throw ValueError("The given username must be set");
    extra.username = User::normalize_username(username);
    extra.email = normalize_email(email);
    if (password) {
        extra.set_password(*password);
    } else {
        extra.set_unusable_password();
    }
    extra.save({.force_insert = true, .using_ = alias});
    if (password) password_changed(*password, extra);
    return extra;
}

User UserManager::create_superuser(std::string_view username, std::string_view email,
                                   std::optional<std::string_view> password, User extra) const {
    extra.is_staff = extra.is_superuser = true;
    return create_user(username, email, password, std::move(extra));
}

User UserManager::get_by_natural_key(std::string_view username) const {
    return get(F<&User::username> == username);
}

QuerySet<User> UserManager::with_perm(std::string_view permission,
                                      const WithPermOptions& options) const {
    const Backends& backends = get_backends();
    if (options.backend.empty() && backends.size() != 1) {
        throw ValueError(
            "You have multiple authentication backends configured and therefore must provide the "
            "`backend` argument.");
    }
    const BaseBackend* backend =
        options.backend.empty() ? backends.front().get() : find_backend(options.backend);
    if (backend == nullptr) {
        throw ValueError("There is no backend \"" + std::string(options.backend) + "\"");
    }
    const QuerySet<User> users = backend->with_perm(permission, options);
    return alias.empty() ? users : users.using_(alias);
}

std::string UserManager::normalize_email(std::string_view email) {
    const std::string_view stripped = strings::strip(email);
    const std::size_t at = stripped.rfind('@');
    if (at == std::string_view::npos) return std::string(email);
    return std::string(stripped.substr(0, at + 1)) + strings::lower(stripped.substr(at + 1));
}

std::string get_permission_codename(std::string_view action, const db::ModelMeta& model) {
    return std::string(action) + "_" + model.model_name;
}

}  // namespace tatum::auth
