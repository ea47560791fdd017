#pragma once

#include <tatum/contrib/admin/admin_site.h>

namespace reviews {

extern const tatum::admin::Registry registry;

}  // namespace reviews
