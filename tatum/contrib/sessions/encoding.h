#pragma once

#include <tatum/base/signing.h>

namespace tatum::sessions {

/// signing::session_encode(), but throws SessionDataError for what has no JSON.
std::string encoded(const Dict& data, const signing::Keys& keys, signing::SessionEngine engine);

}  // namespace tatum::sessions
