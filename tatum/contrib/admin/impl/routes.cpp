#include <tatum/contrib/admin/impl/routes.h>

#include <tatum/base/uri.h>
#include <tatum/contrib/admin/impl/access.h>
#include <tatum/contrib/admin/impl/accounts.h>
#include <tatum/http/errors.h>
#include <tatum/site/site.h>
#include <tatum/urls/path.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/decorators.h>
#include <tatum/views/shortcuts.h>

namespace tatum::admin::impl {

namespace {

using http::Request;
using http::Response;

Response to_login(Request& request) {
    return views::redirect(urls::reverse("admin:login") +
                           "?next=" + uri::quote(request.get_full_path(), "/"));
}

/// A page for staff only; others are asked to log in and come back.
template <class F>
auto staff_page(F page) {
    return views::never_cache(
        [page = std::move(page)](Request& request, const Kwargs& kwargs) -> Response {
            if (!may_enter(request)) return to_login(request);
            return page(request, kwargs);
        });
}

using PageFunction = Response (*)(const Page& page, const std::string& object_id);

/// A page about one row, or about none.
auto model_page(const Shared<const AdminState>& state, const ModelAdminBase& admin,
                PageFunction page) {
    return staff_page([state, &admin, page](Request& request, const Kwargs& kwargs) {
        return page({*state, admin, request}, kwargs.text("object_id").value_or(""));
    });
}

Response list_page(const Page& page, const std::string&) { return changelist(page); }
Response add_page(const Page& page, const std::string&) { return change_page(page, {}); }

/// Addresses of former times: "products/product/5/".
Response to_change_page(const Page& page, const std::string& object_id) {
    return views::redirect(model_url(page.model(), "change", Value(unquote_pk(object_id))));
}

Urls model_urls(const Shared<const AdminState>& state, const ModelAdminBase& admin) {
    const db::ModelMeta& model = admin.model();
    const std::string prefix = model.app_label + "_" + model.model_name + "_";
    const bool is_user = model.label == "auth.User";
    std::vector<urls::Url> entries = {
        urls::path("", model_page(state, admin, list_page), prefix + "changelist"),
        urls::path("add/", model_page(state, admin, is_user ? add_user_page : add_page),
                   prefix + "add"),
        urls::path("<path:object_id>/history/", model_page(state, admin, history_page),
                   prefix + "history"),
        urls::path("<path:object_id>/delete/", model_page(state, admin, delete_page),
                   prefix + "delete"),
        urls::path("<path:object_id>/change/", model_page(state, admin, change_page),
                   prefix + "change"),
    };
    if (is_user) {
        entries.push_back(urls::path("<path:object_id>/password/",
                                     model_page(state, admin, user_password_page),
                                     prefix + "password_change"));
    }
    entries.push_back(urls::path("<path:object_id>/", model_page(state, admin, to_change_page)));
    return Urls(std::move(entries));
}

}  // namespace

Urls make_urls(const AdminSiteOptions& options) {
    const auto state = shared<const AdminState>(options, site::current_site());
    std::vector<urls::Url> entries = {
        urls::path("", staff_page([state](Request& request, const Kwargs&) {
                       return index(*state, request);
                   }),
                   "index"),
        urls::path("login/", views::never_cache([state](Request& request) {
                       return login_page(*state, request);
                   }),
                   "login"),
        urls::path("logout/", staff_page([state](Request& request, const Kwargs&) {
                       return logout_page(*state, request);
                   }),
                   "logout"),
        urls::path("password_change/", staff_page([state](Request& request, const Kwargs&) {
                       return password_change_page(*state, request);
                   }),
                   "password_change"),
        urls::path("password_change/done/", staff_page([state](Request& request, const Kwargs&) {
                       return password_change_done(*state, request);
                   }),
                   "password_change_done"),
        urls::path("autocomplete/", staff_page([state](Request& request, const Kwargs&) {
                       return autocomplete(*state, request);
                   }),
                   "autocomplete"),
    };
    for (const auto& admin : state->all()) {
        entries.push_back(
            urls::path(admin->model().app_label + "/" + admin->model().model_name + "/",
                       include(model_urls(state, *admin))));
    }
    entries.push_back(
        urls::path("<slug:app_label>/", staff_page([state](Request& request, const Kwargs& kwargs) {
                       return app_index(*state, request, kwargs.text("app_label").value_or(""));
                   }),
                   "app_list"));
    // Whoever is not logged in does not learn what there is.
    entries.push_back(
        urls::path("<path:rest>", staff_page([](Request& request, const Kwargs&) -> Response {
                       throw Http404(std::string(request.path()));
                   })));
    return Urls(std::move(entries), {.app_name = "admin"});
}

}  // namespace tatum::admin::impl
