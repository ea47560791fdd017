#pragma once

#include <tatum/base/validation.h>

namespace tatum::db {
using tatum::ValidationError;
using tatum::ValidationFault;
}  // namespace tatum::db
