#pragma once

#include <tatum/site/app.h>
#include <tatum/urls/urls.h>

namespace tatum::admin {

/// The admin as it is: AdminSite().app(). Needs contenttypes::app, sessions::app, messages::app and
/// auth::app.
extern const App app;
/// For a site with urls of its own: path<"admin/">(include(admin::urls)).
extern const urls::Urls urls;

}  // namespace tatum::admin
