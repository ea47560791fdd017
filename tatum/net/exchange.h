#pragma once

#include <tatum/net/address.h>
#include <tatum/net/byte_stream.h>
#include <tatum/net/fiber.h>
#include <tatum/net/header.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tatum::net {

enum class HttpVersion : std::uint8_t { Http10, Http11, Http2 };
enum class Scheme : std::uint8_t { Http, Https };

/// A request's head as it came over the wire. All views live as long as the Exchange.
struct RequestHead {
    std::string_view method;  ///< as sent: "GET"; methods are case-sensitive
    std::string_view target;  ///< as sent: "/a?b", "http://host/a?b", "*"
    std::string_view path;    ///< still percent-encoded; begins with '/', or is "*"
    std::string_view query;   ///< without '?'
    std::string_view host;    ///< with port, as sent: of an absolute target, else of the Host
                              ///< header. Syntactically valid; empty only in HTTP/1.0
    HttpVersion version = HttpVersion::Http11;
    /// In the order in which they came, repeated ones included. Names keep their case; values are
    /// stripped of white space at both ends and hold no control character but TAB.
    std::span<const Header> headers;

    /// The value of the first header of that name, compared without case; nullopt when absent.
    std::optional<std::string_view> header(std::string_view name) const;
};

/// Status and headers of a response. Framing is the server's: it adds Content-Length or
/// Transfer-Encoding, Connection, Date and (if configured) Server. Of the handler's own,
/// Transfer-Encoding, Connection (but `close` is obeyed) and Keep-Alive are dropped; Content-Length
/// is used only where there is no body to count: HEAD and 304. A Date given wins.
struct ResponseHead {
    int status = 200;
    std::span<const Header> headers;
    std::string_view reason = {};  ///< empty: the usual one
    /// More headers, as they go on the wire: "Name: value\r\n" for each. Taken as they are, so they
    /// must be well-formed and hold none of those named above.
    std::string_view header_lines = {};
};

/// The request cannot be read further: the server answers with `status` when nothing was sent yet,
/// and closes the connection. Thrown by Exchange::read(); a handler may let it pass.
struct RequestFault : Exception {
    RequestFault(int status_code, const std::string& message)
        : Exception(message), status(status_code) {}
    int status;  ///< 400 malformed, 408 too slow, 413 body too large, 431 trailers too large
};
/// The client has closed the connection, or does not take the response any more.
struct Disconnected : Exception {
    using Exception::Exception;
};

/// One request and its response on the wire. Used by the handler's fiber alone. The order is: read
/// the body if wanted, then either respond() once, or begin(), write()..., finish().
class Exchange {
public:
    virtual ~Exchange() = default;

    virtual const RequestHead& request() const = 0;

    // --- the request's body ---

    /// As announced; nullopt when chunked. 0 when there is no body.
    virtual std::optional<std::uint64_t> content_length() const = 0;
    /// The next bytes of the body, at most into.size(); suspends until there are some. 0 at the
    /// end. Sends `100 Continue` first if the client waits for it. Throws RequestFault,
    /// Disconnected.
    virtual std::size_t read(std::span<char> into) = 0;
    /// A body longer than this ends in RequestFault 413. The server's option unless set.
    virtual void set_body_limit(std::uint64_t bytes) = 0;
    /// Header fields after a chunked body; complete once read() has returned 0. Never merged with
    /// the head's.
    virtual std::span<const Header> trailers() const = 0;

    // --- the response ---

    /// The whole response at once. For HEAD the body is counted and not sent; with 204 and 304
    /// there is none. Throws Disconnected.
    virtual void respond(const ResponseHead& head, std::string_view body) = 0;
    /// The head of a response whose body follows by write() and send_file(). Without a length the
    /// body is chunked (HTTP/1.0: ends with the connection).
    virtual void begin(const ResponseHead& head,
                       std::optional<std::uint64_t> length = std::nullopt) = 0;
    /// More of the body; ignored for HEAD, 204 and 304. Suspends while the client is slower than
    /// the handler. The bytes may go once it returns. Throws Disconnected; Exception when more than
    /// `length` was written.
    virtual void write(std::string_view bytes) = 0;
    /// `length` bytes of the open file from `offset`, by sendfile(2) where possible. A file that
    /// has become shorter ends the connection and throws Exception, since the length is already
    /// told.
    virtual void send_file(int file, std::uint64_t offset, std::uint64_t length) = 0;
    /// Makes sure that what was written is on its way to the client, for server-sent events.
    virtual void flush() = 0;
    /// Ends the body. The server calls it if the handler did not.
    virtual void finish() = 0;
    /// An interim response: 103 Early Hints. Nothing for HTTP/1.0.
    virtual void inform(const ResponseHead& head) = 0;
    /// True after respond(), begin() or upgrade().
    virtual bool begun() const = 0;
    /// Ends the connection after this response.
    virtual void close_after() = 0;

    // --- another protocol ---

    /// True when this request may be answered with upgrade(): HTTP/1.1, no body, no response yet.
    virtual bool can_upgrade() const { return false; }
    /// Answers `101 Switching Protocols` with these headers (Connection is added, Upgrade is not)
    /// and leaves HTTP for good. The stream lives as long as the exchange. Throws InternalError
    /// unless can_upgrade(), and Disconnected.
    virtual ByteStream& upgrade(const ResponseHead& head);

    // --- the client ---

    /// From now on the fiber is cancelled when the client leaves before the response has ended.
    virtual void cancel_when_client_leaves() = 0;
    /// From now on the fiber is cancelled when the server begins to stop: for responses that have
    /// no end of their own.
    virtual void cancel_when_server_stops() {}
    /// False once the client is known to have left.
    virtual bool connected() const = 0;
    virtual const Address& peer() const = 0;
    virtual const Address& local() const = 0;
    virtual Scheme scheme() const = 0;

    // --- facts for logs ---

    /// When the head had been read.
    virtual TimePoint started() const = 0;
    /// Of this request: head, framing and body as they came, and as they were sent.
    virtual std::uint64_t bytes_in() const = 0;
    virtual std::uint64_t bytes_out() const = 0;
    /// 0 before begun().
    virtual int status() const = 0;

    /// The handler's own, from handle() to finished(); it clears it.
    void* attached = nullptr;
};

}  // namespace tatum::net
