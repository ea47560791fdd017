#pragma once

#include <tatum/contrib/admin/app.h>
#include <tatum/contrib/admin/model_admin.h>
#include <tatum/urls/urls.h>

namespace tatum::admin {

/// A model and the class that says how it is managed.
struct Registration {
    const db::ModelType* model = nullptr;
    std::string_view class_name;  ///< "ProductAdmin"
    Owned<ModelAdminBase> (*make)() = nullptr;
};

/// register_<Product, ProductAdmin>(), or register_<Currency>() with all options as they are.
template <class T, class Admin = ModelAdmin<T>>
Registration register_() {
    std::string_view name = "ModelAdmin";
    if constexpr (!std::is_same_v<Admin, ModelAdmin<T>>) name = db::impl::class_name<Admin>;
    return {&db::model_type<T>, name, []() -> Owned<ModelAdminBase> { return owned<Admin>(); }};
}

/// What an app shows in the admin. It stands in the app's `extensions`; without admin::app on the
/// site nobody reads it.
///
///     const admin::Registry products_admin = {
///         admin::register_<Product, ProductAdmin>(),
///         admin::register_<Currency>(),
///     };
///     const App app{.label = "products", ..., .extensions = {&products_admin}};
class Registry final : public site::Extension {
public:
    Registry(std::initializer_list<Registration> registrations) : all_(registrations) {}

    const std::vector<Registration>& registrations() const { return all_; }

private:
    std::vector<Registration> all_;
};

/// What an admin is called and where it stands.
struct AdminSiteOptions {
    std::string site_header = "Administration";  ///< at the top of every page
    std::string site_title = {};                 ///< in the browser's tab; empty: the header
    std::string index_title = "Site administration";
    std::string site_url = "/";  ///< "View site"; empty: no such link
    std::string empty_value_display = "-";
    std::string url_prefix = "admin/";
};

/// An admin under a name of its own, for main(). Outlives the site.
///
///     const admin::AdminSite staff{{.site_header = "CranStore"}};
///     site.install(staff.app(), auth::app, products::app);
///
/// Its pages have Django's paths and names ("admin:products_product_changelist"). A site with urls
/// of its own includes them: path<"staff/">(include(staff.urls())).
class AdminSite {
public:
    explicit AdminSite(AdminSiteOptions options = {});

    const AdminSiteOptions& options() const { return options_; }
    const urls::Urls& urls() const { return urls_; }
    App app() const;

private:
    AdminSiteOptions options_;
    urls::Urls urls_;
};

}  // namespace tatum::admin
