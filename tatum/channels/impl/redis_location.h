#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tatum::channels::impl {

/// Where a Redis server is, and as whom to speak to it. A value.
struct RedisLocation {
    std::string path;  ///< of a Unix socket; empty: host and port
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string user, password;
    int database = 0;

    /// Forms as in LayerOptions::location. Throws ImproperlyConfigured.
    static RedisLocation parse(std::string_view url);
    /// Without the password, for logs.
    std::string str() const;
};

}  // namespace tatum::channels::impl
