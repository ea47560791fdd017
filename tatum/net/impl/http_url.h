#pragma once

#include <tatum/base/result.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tatum::net::impl {

/// An address that can be called.
struct HttpUrl {
    std::string text;    ///< without user, password and fragment
    std::string shown;   ///< for messages: without the query, which may hold secrets
    std::string origin;  ///< "https://api.example:443"
    std::string scheme, host;
    std::uint16_t port = 0;
    std::string user, password;  ///< of "https://user:password@host/", decoded
};

/// `url`, where it is relative from `base` (may be empty). Blanks and other bytes are encoded.
/// Error http_client.E001.
Result<HttpUrl> parse_http_url(std::string_view base, std::string_view url);

}  // namespace tatum::net::impl
