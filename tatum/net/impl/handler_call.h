#pragma once

#include <tatum/net/server.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tatum::net::impl {

/// How a handler has ended, and what the client is to hear of that.
struct HandlerEnd {
    enum class Kind : std::uint8_t {
        Answered,
        ClientLeft,
        Cancelled,  ///< `status` is for a client that still is there
        Failed,     ///< `status` is due unless a response has begun
    };
    Kind kind = Kind::Answered;
    int status = 0;
    std::string text = {};
};

/// Runs the handler up to the end of its response. A fault that is not meant for the client is
/// logged here. On a fiber.
HandlerEnd call_handler(Handler& handler, Exchange& exchange);

}  // namespace tatum::net::impl
