#pragma once

#include <string_view>

namespace tatum::net {

/// RFC 9110 §15 and IANA's registry: "Not Found"; "Unknown Status Code" when there is none.
std::string_view reason_phrase(int status);

}  // namespace tatum::net
