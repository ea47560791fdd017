#include <tatum/base/i18n.h>
#include <tatum/contrib/admin/impl/log.h>

namespace tatum::admin::impl {

http::Response index(const AdminState& state, http::Request& request) {
    return render_page(state, request, "index.html",
                       Dict{{"title", Value(gettext(state.options().index_title))},
                            {"app_list", Value(app_list(state, request))},
                            {"recent_actions", Value(recent_actions(state, request))},
                            {"is_index", true}});
}

http::Response app_index(const AdminState& state, http::Request& request,
                         const std::string& app_label) {
    List apps = app_list(state, request, app_label);
    if (apps.empty()) throw Http404("The requested admin page does not exist.");
    const std::string name = state.app_name(app_label);
    return render_page(
        state, request, "app_index.html",
        Dict{{"title", Value(fill(gettext("%(app)s administration"), {{"app", name}}))},
             {"app_list", Value(std::move(apps))},
             {"app_label", Value(app_label)},
             {"breadcrumbs", Value(List{Value(crumb(name))})}});
}

}  // namespace tatum::admin::impl
