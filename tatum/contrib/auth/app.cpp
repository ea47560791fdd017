#include "app.h"

#include "checks.h"
#include "commands.h"
#include "context_processors.h"
#include "middleware.h"
#include "models.h"
#include "permissions.h"
#include "site_state.h"

#include <tatum/site/migrations.h>
#include <tatum/site/site.h>

#include <auth_files.h>

namespace tatum::auth {

const App app{
    .label = "auth",
    .verbose_name = "Authentication and Authorization",
    .models = models<Permission, Group, User>(),
    .default_auto_field = "AutoField",
    .files = &auth_files,
    .context_processors = {context},
    .middleware = {[](const Site& site) {
        impl::load_settings(site);
        return Shared<const middleware::Middleware>(shared<const AuthenticationMiddleware>());
    }},
    .commands = commands(),
    .checks = checks(),
    .on_migrated = create_permissions,
};

}  // namespace tatum::auth
