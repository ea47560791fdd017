#pragma once

#include <tatum/base/result.h>
#include <tatum/net/impl/ocsp.h>
#include <tatum/net/impl/tls_tickets.h>
#include <tatum/net/server.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::net::impl {

/// The server's certificates, ready for use. Immutable, so that all threads share it; a reload
/// makes another one, and connections keep theirs.
class TlsContext {
public:
    /// Errors: net.E006 a file cannot be read or is none, net.E007 key and certificate differ.
    /// `options` and `tickets` outlive it.
    static Result<std::shared_ptr<const TlsContext>> load(const ServerOptions& options,
                                                          TlsTicketKeys& tickets);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// What is to be kept fresh for those certificates that can have it.
    std::vector<std::shared_ptr<OcspStaple>> staples() const;

private:
    friend class TlsStream;
    struct Impl;
    explicit TlsContext(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// TLS over a non-blocking socket, which it does not own.
class TlsStream {
public:
    /// Throws std::bad_alloc.
    TlsStream(std::shared_ptr<const TlsContext> context, int file);
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    enum class Progress { Done, WantRead, WantWrite, Closed, PlainHttp };
    struct Moved {
        Progress progress;
        std::size_t bytes = 0;
    };

    /// PlainHttp: the client speaks HTTP without TLS.
    Progress handshake();
    /// After the handshake: have both sides agreed on HTTP/2 (RFC 7301)?
    bool is_http2() const;
    Moved read(std::span<char> into);
    /// After WantWrite the next call begins with the same bytes.
    Moved write(std::string_view bytes);
    /// Tells the client that nothing follows; does not wait for anything.
    void close_notify();

private:
    struct Impl;
    Progress explain(int result);

    std::shared_ptr<const TlsContext> context_;
    std::unique_ptr<Impl> impl_;
};

/// Does a certificate's name ("*.example.org") stand for `host`? RFC 6125 §6.4: a wildcard is the
/// whole leftmost label.
bool matches_certificate_name(std::string_view name, std::string_view host);

}  // namespace tatum::net::impl
