#pragma once

/// The automatic admin: everything that an app's admin.cpp needs.
#include <tatum/contrib/admin/admin_site.h>
#include <tatum/contrib/admin/model_admin.h>
