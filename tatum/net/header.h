#pragma once

#include <string_view>

namespace tatum::net {

/// One header line of a message. Views into the message's text.
struct Header {
    std::string_view name;
    std::string_view value;
};

}  // namespace tatum::net
