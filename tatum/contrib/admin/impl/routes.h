#pragma once

#include <tatum/contrib/admin/admin_site.h>

namespace tatum::admin::impl {

/// The pages of the admin of the current site, with Django's paths and names.
Urls make_urls(const AdminSiteOptions& options);

}  // namespace tatum::admin::impl
