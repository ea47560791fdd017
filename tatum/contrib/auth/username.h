#pragma once

#include <string_view>

namespace tatum::auth {

/// That a name has only letters, digits and @/./+/-/_ of any script and is not too long. Throws
/// ValidationError.
void check_username(std::string_view username);

}  // namespace tatum::auth
