#pragma once

#include <tatum/net/header.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tatum::net::impl {

/// Why a request is refused: the status to answer with, and a reason for logs and for the client.
struct ParseFault {
    int status = 400;
    std::string_view reason;  ///< a literal
};

enum class Progress : std::uint8_t { NeedMore, Done, Fault };

/// The lines of a head (RFC 9112 §3 and §5), with no regard to what they say. Views into the bytes.
struct ScannedHead {
    std::string_view method;
    std::string_view target;
    std::string_view version;  ///< "HTTP/1.1": the right form, any digits
    std::vector<Header> headers;
    bool line_complete = false;  ///< the request line has been read; after NeedMore too
    std::size_t bytes = 0;       ///< up to the end of the empty line; after Done
    ParseFault fault;            ///< after Fault
};

/// Reads a head from the beginning of `bytes`. Strict: lines end with CRLF, nothing is folded,
/// names are tokens, values hold no control character but TAB. A browser's head has 800 bytes, so
/// it looks at sixteen at a time; Beast's parser needs three times as long for it.
Progress scan_head(std::string_view bytes, std::size_t headers_max, ScannedHead& head);

/// The same for fields alone, up to an empty line: those of a trailer.
Progress scan_fields(std::string_view bytes, std::size_t headers_max, ScannedHead& head);

enum class Expectation : std::uint8_t { None, Continue, Unknown };

/// What one more Expect field adds to what those before it ask for: a list, RFC 9110 §10.1.1.
Expectation read_expect(std::string_view list, Expectation before);

}  // namespace tatum::net::impl
