#include <tatum/contrib/admin/admin_site.h>

#include <tatum/contrib/admin/impl/accounts.h>
#include <tatum/contrib/admin/impl/checks.h>
#include <tatum/contrib/admin/impl/routes.h>
#include <tatum/contrib/admin/models.h>

#include <admin_files.h>

namespace tatum::admin {

namespace {

/// The list is made for each site that includes it.
Urls urls_of(const AdminSiteOptions& options) {
    return Urls{urls::path(
        "", include([options] { return impl::make_urls(options); }, {.app_name = "admin"}))};
}

const AdminSite default_site;

}  // namespace

AdminSite::AdminSite(AdminSiteOptions options)
    : options_(std::move(options)), urls_(urls_of(options_)) {}

App AdminSite::app() const {
    return App{.label = "admin",
               .verbose_name = "Administration",
               .models = models<LogEntry>(),
               .default_auto_field = "AutoField",
               .urls = &urls_,
               .url_prefix = options_.url_prefix,
               .files = &admin_files,
               .checks = {{.tag = "admin", .run = impl::check_admins}},
               .extensions = {&impl::accounts}};
}

const App app = default_site.app();
const Urls urls = default_site.urls();

}  // namespace tatum::admin
