#pragma once

#include <tatum/site/checks.h>

#include <vector>

namespace tatum::auth {

/// auth.E005 to E012: permissions that clash or are too long for their columns; auth.W101: a
/// setting that is not built; auth.E101: sessions::app is missing, or installed after auth::app.
std::vector<Check> checks();

}  // namespace tatum::auth
