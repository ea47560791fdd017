#include <tatum/contrib/admin/impl/access.h>

#include <tatum/contrib/admin/impl/page.h>
#include <tatum/contrib/auth/login.h>
#include <tatum/contrib/messages/messages.h>

namespace tatum::admin::impl {

bool may_enter(http::Request& request) {
    const auth::User& user = auth::user(request);
    return user.is_active && user.is_staff;
}

bool has_perm(http::Request& request, std::string_view permission) {
    return auth::user(request).has_perm(permission);
}

bool has_module_perms(http::Request& request, std::string_view app_label) {
    return auth::user(request).has_module_perms(app_label);
}

std::int64_t user_id(http::Request& request) { return auth::user(request).id; }

bool is_logged_in(http::Request& request) { return auth::user(request).is_authenticated(); }

void tell(http::Request& request, Notice notice, const std::string& text) {
    const messages::MessageOptions options{.fail_silently = true};
    if (notice == Notice::Success) messages::success(request, text, options);
    if (notice == Notice::Warning) messages::warning(request, text, options);
    if (notice == Notice::Error) messages::error(request, text, options);
}

}  // namespace tatum::admin::impl
