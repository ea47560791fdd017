#include <tatum/contrib/admin/model_admin.h>

#include <tatum/contrib/admin/impl/access.h>
#include <tatum/db/meta.h>

#include <algorithm>

namespace tatum::admin {

const impl::Display* ModelAdminBase::find_display(std::string_view name) const {
    const auto found = std::ranges::find(displays_, name, &impl::Display::name);
    return found == displays_.end() ? nullptr : &*found;
}

bool ModelAdminBase::is_disabled(std::string_view action) const {
    return std::ranges::find(disabled_actions_, action) != disabled_actions_.end();
}

bool ModelAdminBase::default_permission(http::Request& request, std::string_view action) const {
    return impl::has_perm(request,
                          model().app_label + "." + std::string(action) + "_" + model().model_name);
}

bool ModelAdminBase::has_add_permission(http::Request& request) const {
    return default_permission(request, "add");
}

bool ModelAdminBase::has_module_permission(http::Request& request) const {
    return impl::has_module_perms(request, model().app_label);
}

}  // namespace tatum::admin
