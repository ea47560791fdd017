#pragma once

#include <tatum/contrib/admin/admin_site.h>

namespace products {

/// All of the catalog, for the staff: part of products::app.
extern const tatum::admin::Registry products_admin;

}  // namespace products
