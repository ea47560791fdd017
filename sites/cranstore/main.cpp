#include "demo_storage.h"

#include <commerce/products/app.h>
#include <tatum/contrib/admin/admin_site.h>
#include <tatum/contrib/auth/app.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/site/site.h>
#include <tatum/views/error_pages.h>

#include <cranstore_demo_files.h>

/// CranStore: a store for cranberries and their friends.
int main(int argc, char** argv) {
    // The demo's goods: a fixture and pictures, made by seed/generate.py when the build is
    // configured.
    const tatum::App demo{.label = "cranstore_demo", .files = &cranstore_demo_files};

    const tatum::admin::AdminSite staff{{.site_header = "CranStore", .index_title = "The store"}};

    tatum::Site site{"settings.toml"};
    site.install(products::app, demo, staff.app(), tatum::auth::app, tatum::sessions::app,
                 tatum::messages::app, tatum::contenttypes::app);
    site.storage_backends(cranstore::storage_backends);
    site.handlers({.handler400 = products::bad_request,
                   .handler403 = products::permission_denied,
                   .handler404 = products::page_not_found});
    return site.run(argc, argv);
}
