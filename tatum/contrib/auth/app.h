#pragma once

#include <tatum/contrib/auth/configuration.h>
#include <tatum/site/app.h>

/// Users, groups and permissions: django.contrib.auth on Django's tables. Needs contenttypes::app
/// and sessions::app, installed before it:
///
///     site.install(contenttypes::app, sessions::app, auth::app, ...);
///
/// Its views (login, logout, change of password) are in urls.h.
namespace tatum::auth {

extern const App app;

}  // namespace tatum::auth
