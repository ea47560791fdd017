#pragma once

#include <tatum/contrib/admin/admin_site.h>
