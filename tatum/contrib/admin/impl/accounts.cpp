#include <tatum/contrib/admin/impl/accounts.h>

#include <tatum/base/i18n.h>
#include <tatum/base/uri.h>
#include <tatum/contrib/admin/impl/access.h>
#include <tatum/contrib/admin/impl/change_list.h>
#include <tatum/contrib/admin/impl/log.h>
#include <tatum/contrib/auth/forms.h>
#include <tatum/contrib/auth/login.h>
#include <tatum/contrib/auth/models.h>
#include <tatum/db/transaction.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/shortcuts.h>

namespace tatum::admin::impl {

namespace {

using auth::User;

struct UserAdmin : ModelAdmin<User> {
    UserAdmin() {
        list_display = {"username", "email", "first_name", "last_name", "is_staff"};
        list_filter = {"is_staff", "is_superuser", "is_active", "groups"};
        search_fields = {"username", "first_name", "last_name", "email"};
        ordering = {"username"};
        filter_horizontal = {"groups", "user_permissions"};
        readonly_fields = {"last_login", "date_joined"};
        fieldsets = {
            {.fields = {"username"}},
            {.name = "Personal info", .fields = {{"first_name", "last_name"}, "email"}},
            {.name = "Permissions",
             .fields = {"is_active", "is_staff", "is_superuser", "groups", "user_permissions"}},
            {.name = "Important dates", .fields = {{"last_login", "date_joined"}}}};
    }
    /// Rights are given by those who have all of them: nobody gives himself what he has not.
    Names get_readonly_fields(http::Request& request, const User* object) const override {
        Names names = ModelAdmin::get_readonly_fields(request, object);
        if (!auth::user(request).is_superuser) {
            names.insert(names.end(), {"is_superuser", "user_permissions", "groups", "is_staff"});
        }
        return names;
    }
    bool has_change_permission(http::Request& request, const User* object) const override {
        const bool above = object != nullptr && object->is_superuser;
        return ModelAdmin::has_change_permission(request, object) &&
               (!above || auth::user(request).is_superuser);
    }
    bool has_delete_permission(http::Request& request, const User* object) const override {
        const bool above = object != nullptr && object->is_superuser;
        return ModelAdmin::has_delete_permission(request, object) &&
               (!above || auth::user(request).is_superuser);
    }
};

struct GroupAdmin : ModelAdmin<auth::Group> {
    GroupAdmin() {
        search_fields = {"name"};
        ordering = {"name"};
        filter_horizontal = {"permissions"};
    }
};

/// Only staff; the text is Django's.
struct StaffLogin : auth::AuthenticationForm {
    using AuthenticationForm::AuthenticationForm;
    void confirm_login_allowed(const User& who) override {
        AuthenticationForm::confirm_login_allowed(who);
        if (!who.is_staff) throw get_invalid_login_error();
    }
    ValidationError get_invalid_login_error() const override {
        return ValidationError(
            fill(gettext("Please enter the correct %(username)s and password for a staff account. "
                         "Note that both fields may be case-sensitive."),
                 {{"username", "username"}}),
            "invalid_login");
    }
};

/// Where to go after logging in: within this site, else the index.
std::string next_address(http::Request& request) {
    std::string next(request.is_post() ? request.POST().get("next") : std::string_view());
    if (next.empty()) next = std::string(request.GET().get("next"));
    const std::vector<std::string> hosts{request.get_host()};
    const bool is_ours =
        !next.empty() &&
        uri::url_has_allowed_host_and_scheme(
            next, hosts, request.is_secure() ? uri::RequireHttps::Yes : uri::RequireHttps::No);
    return is_ours ? next : urls::reverse("admin:index");
}

db::RowsPtr user_row(const Page& page, const std::string& object_id) {
    db::RowsPtr row = page.find(object_id);
    const bool may = page.admin.any_change_permission(page.request, row ? row->at(0) : nullptr);
    if (!may) throw PermissionDenied("no permission to change " + page.model().label);
    return row;
}

}  // namespace

const Registry accounts = {register_<User, UserAdmin>(), register_<auth::Group, GroupAdmin>()};

http::Response login_page(const AdminState& state, http::Request& request) {
    if (!request.is_post() && may_enter(request)) {
        return views::redirect(urls::reverse("admin:index"));
    }
    StaffLogin form(request);
    if (request.is_post() && form.is_valid()) {
        const std::string next = next_address(request);
        auth::login(request, *form.user);
        return views::redirect(next);
    }
    return render_page(state, request, "login.html",
                       Dict{{"title", Value(gettext("Log in"))},
                            {"form", Value(form)},
                            {"next", Value(next_address(request))}});
}

http::Response logout_page(const AdminState& state, http::Request& request) {
    if (!request.is_post()) return http::ResponseNotAllowed({"POST", "OPTIONS"});
    auth::logout(request);
    return render_page(state, request, "message.html",
                       Dict{{"title", Value(gettext("Logged out"))},
                            {"text", Value(gettext("Thanks for spending some quality time with "
                                                   "the web site today."))},
                            {"has_permission", false},
                            {"link_url", Value(urls::reverse("admin:index"))},
                            {"link_label", Value(gettext("Log in again"))}});
}

http::Response password_change_page(const AdminState& state, http::Request& request) {
    User& user = auth::user(request);
    auth::PasswordChangeForm form(user, request);
    if (request.is_post() && form.is_valid()) {
        form.save();
        auth::update_session_auth_hash(request, user);
        return views::redirect(urls::reverse("admin:password_change_done"));
    }
    return render_page(
        state, request, "password_change_form.html",
        Dict{{"title", Value(gettext("Password change"))},
             {"form", Value(form)},
             {"breadcrumbs", Value(List{Value(crumb(std::string(gettext("Password change"))))})}});
}

http::Response password_change_done(const AdminState& state, http::Request& request) {
    return render_page(
        state, request, "message.html",
        Dict{{"title", Value(gettext("Password change successful"))},
             {"text", Value(gettext("Your password was changed."))},
             {"breadcrumbs", Value(List{Value(crumb(std::string(gettext("Password change"))))})}});
}

http::Response add_user_page(const Page& page, const std::string&) {
    if (!page.admin.has_add_permission(page.request) ||
        !page.admin.any_change_permission(page.request, nullptr)) {
        throw PermissionDenied("no permission to add " + page.model().label);
    }
    auth::UserCreationForm form(page.request);
    if (page.request.is_post() && form.is_valid()) {
        const User user = db::transaction::atomic([&] {
            User made = form.save();
            log_addition(page, db::AnyObject::copy_of(page.admin.type(), &made),
                         "[{\"added\": {}}]");
            return made;
        });
        tell(
            page.request, Notice::Success,
            fill(gettext("The {name} “{obj}” was added successfully. You may edit it again below."),
                 {{"name", page.model().verbose_name}, {"obj", user.username}}));
        return views::redirect(model_url(page.model(), "change", user.pk()));
    }
    return render_page(
        page, "password_change_form.html",
        Dict{{"title", Value(fill(gettext("Add %s"), page.model().verbose_name))},
             {"form", Value(form)},
             {"button", Value(gettext("Save"))},
             {"breadcrumbs", Value(breadcrumbs(page, {}, {}, std::string(gettext("Add"))))}});
}

http::Response user_password_page(const Page& page, const std::string& object_id) {
    const db::RowsPtr row = user_row(page, object_id);
    if (!row) return gone(page, object_id);
    User& user = *static_cast<User*>(row->at(0));
    auth::SetPasswordForm form(user, page.request);
    if (page.request.is_post() && form.is_valid()) {
        db::transaction::atomic([&] {
            form.save();
            log_change(page, db::AnyObject(row, row->at(0)),
                       "[{\"changed\": {\"fields\": [\"password\"]}}]");
        });
        if (user.id == user_id(page.request)) auth::update_session_auth_hash(page.request, user);
        tell(page.request, Notice::Success, std::string(gettext("Password changed successfully.")));
        return views::redirect(model_url(page.model(), "change", user.pk()));
    }
    return render_page(
        page, "password_change_form.html",
        Dict{{"title", Value(fill(gettext("Change password: %s"), user.username))},
             {"form", Value(form)},
             {"button", Value(gettext("Change password"))},
             {"breadcrumbs",
              Value(breadcrumbs(page, user.username, model_url(page.model(), "change", user.pk()),
                                std::string(gettext("Change password"))))}});
}

}  // namespace tatum::admin::impl
