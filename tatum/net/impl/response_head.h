#pragma once

#include <tatum/net/exchange.h>
#include <tatum/net/impl/buffer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tatum::net::impl {

/// RFC 9110 §6.4.1 and §15.3.6: 1xx, 204, 205 and 304 have no content, whatever the handler says.
constexpr bool has_no_content(int status) {
    return status < 200 || status == 204 || status == 205 || status == 304;
}
/// Of 205 too the length is told, which is 0; the others end with the head.
constexpr bool says_length(int status) { return status == 205 || !has_no_content(status); }

/// "404 Not Found: reason\n", the body of the server's own answers.
std::string plain_answer(int status, std::string_view reason);

/// Throws Exception when a header could not stand on its line: a name that is no token, or a
/// control character other than TAB in a value.
void check_header(const Header& header);

/// How the connection tells where a response ends.
struct Framing {
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_own_length = false;  ///< a Content-Length among the handler's headers stands
    enum class Connection : std::uint8_t { Unsaid, Close, KeepAlive, Upgrade } connection{};
};

/// What the handler's own headers ask of the connection.
struct HeadFacts {
    bool close = false;       ///< Connection: close
    bool has_date = false;    ///< a Date that wins over the server's
    bool has_length = false;  ///< a Content-Length
};
HeadFacts inspect(const ResponseHead& head);

/// Appends status line and headers. Throws as check_header().
void append_head(Buffer& out, const ResponseHead& head, const HeadFacts& facts,
                 const Framing& framing, std::string_view date_line, std::string_view server_line);

/// An interim response (1xx).
void append_interim(Buffer& out, const ResponseHead& head);

}  // namespace tatum::net::impl
