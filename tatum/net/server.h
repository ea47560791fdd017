#pragma once

#include <tatum/base/result.h>
#include <tatum/net/address.h>
#include <tatum/net/exchange.h>
#include <tatum/net/fiber.h>
#include <tatum/net/listeners.h>
#include <tatum/net/network.h>
#include <tatum/net/offload.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tatum::net {

enum class Tick : std::uint8_t { First, Regular, Last };

/// What a server does with requests. One object serves all reactor threads at once.
class Handler {
public:
    virtual ~Handler() = default;

    /// Called on a fiber of its own for every request with a well-formed head. When it throws
    /// before a response has begun, the client gets the status of a RequestFault, 503 for Cancelled
    /// and TimedOut, else 500; afterwards the connection is cut, so that nobody takes a part for
    /// the whole. A body that is not read is skipped.
    virtual void handle(Exchange& exchange) = 0;

    /// Called on the same fiber once the response is complete or given up; for access logs.
    virtual void finished(const Exchange& exchange) noexcept { static_cast<void>(exchange); }

    /// A request that the server itself refused, before there was an Exchange. `reason` is for
    /// logs.
    struct Refusal {
        const Address& peer;
        int status;
        std::string_view reason;
    };
    virtual void refused(const Refusal& refusal) noexcept { static_cast<void>(refusal); }

    /// Called on every reactor thread, off fibers: before it serves, then every kTickEvery, and
    /// when it has stopped. For housekeeping; it must not wait.
    virtual void tick(Tick tick) noexcept { static_cast<void>(tick); }
};

inline constexpr Duration kTickEvery = std::chrono::milliseconds(500);

struct ServerLimits {
    std::size_t target_bytes_max = 16 * 1024;   ///< beyond: 414
    std::size_t head_bytes_max = 64 * 1024;     ///< request line and headers; beyond: 431
    std::size_t headers_max = 128;              ///< header fields; beyond: 431
    std::uint64_t body_bytes_max = 4ull << 30;  ///< beyond: 413; a handler may choose another
    std::size_t trailer_bytes_max = 8 * 1024;   ///< beyond: 431
    std::uint64_t skip_bytes_max = 256 * 1024;  ///< of a body that the handler left unread, to keep
                                                ///< the connection; a longer one closes it
    std::size_t connections_max = 20'000;       ///< in all; beyond: closed at once
    std::size_t connections_per_ip_max = 4'000;     ///< Unix sockets and loopback are exempt
    std::uint64_t requests_per_connection_max = 0;  ///< then it is closed; 0: no limit

    // HTTP/2. Beyond the last two the connection ends with ENHANCE_YOUR_CALM.
    std::uint32_t http2_streams_max = 100;                 ///< open at once; beyond: refused
    std::uint32_t http2_stream_window_bytes = 256 * 1024;  ///< of a body that nobody has read yet
    std::uint32_t http2_connection_window_bytes = 1024 * 1024;  ///< the same of all streams
    std::uint32_t http2_frame_bytes_max = 16 * 1024;            ///< 16 KiB to 16 MiB - 1
    std::uint32_t http2_table_bytes = 4096;  ///< of header compression, on either side
    /// Streams that a client may give up before they were answered (CVE-2023-44487), in ten
    /// seconds; each that is answered makes up for one. 0: no limit.
    std::uint32_t http2_resets_max = 200;
    /// PING, SETTINGS, PRIORITY, WINDOW_UPDATE, RST_STREAM, empty and unknown frames, in ten
    /// seconds; a piece of a response makes up for eight. 0: no limit.
    std::uint32_t http2_control_frames_max = 1000;
};

/// How many cores this process may use; at least 1.
unsigned cores_allowed();

/// A duration of zero means no limit.
struct ServerTimeouts {
    Duration head = std::chrono::seconds(20);        ///< from the first byte to the head's end: 408
    Duration body = std::chrono::seconds(30);        ///< without a byte of the body: 408
    Duration keep_alive = std::chrono::seconds(65);  ///< between requests
    Duration write = std::chrono::seconds(30);       ///< without the client taking a byte
    Duration proxy_header = std::chrono::seconds(5);  ///< for the PROXY header: closed
    Duration handler = std::chrono::seconds(0);       ///< until the response has begun: 503
    Duration linger = std::chrono::seconds(2);        ///< for the client to read a refusal
    Duration stop = std::chrono::seconds(30);         ///< for requests in flight at stop()
    /// Bodies must come, and responses be taken, at this rate on average, once rate_grace has
    /// passed. 0: any rate.
    std::uint64_t bytes_per_second_min = 240;
    Duration rate_grace = std::chrono::seconds(10);
};

/// PEM files: the server's certificate and those that vouch for it, and its key, unencrypted.
struct TlsCertificate {
    std::string chain_file;
    std::string key_file;
    /// What its issuer says of its state (OCSP, in DER), if something else keeps that file fresh.
    std::string ocsp_file = {};
};

struct ServerOptions {
    /// Forms of Address::parse(), and "fd:3" or "fd:3,4" for sockets that this process was started
    /// with. With kProxySuffix behind it, every connection begins with a PROXY header.
    std::vector<std::string> listen = {"127.0.0.1:8000"};
    /// The same, for TLS 1.2 and 1.3. Needs a certificate.
    std::vector<std::string> listen_tls;
    /// A client gets the one that has the name it asks for, else the first.
    std::vector<TlsCertificate> certificates;
    /// Asks the responders that certificates name, in the background, for what clients are handed
    /// with the certificate. The chain must hold the issuer.
    bool ocsp_stapling = true;
    /// Who may send PROXY headers; others are closed. Empty: whoever can connect.
    Networks proxy_networks;
    unsigned threads = 0;  ///< reactor threads; 0: as many as the process may use cores
    unsigned offload_threads = kOffloadThreads;
    int backlog = 4096;
    /// Other processes may listen at the same addresses, which get a share of the connections each.
    bool reuse_port = false;
    unsigned unix_socket_mode = 0666;  ///< permissions of a Unix socket's file
    std::string server_header;         ///< the Server header's value; empty: none
    bool http2 = true;  ///< over TLS by ALPN, else for clients that begin with its preface
    ServerLimits limits;
    ServerTimeouts timeouts;
};

/// A server for HTTP/1.1 (RFC 9110, 9112) and HTTP/2 (RFC 9113). Each reactor thread has listeners
/// of its own.
class Server {
public:
    /// Binds the addresses; nothing is accepted before run() or start(). The reactor threads get a
    /// copy of the calling thread's locals. `handler` outlives the server.
    /// Errors: net.E006 a certificate or key cannot be used, net.E007 a key belongs to another
    /// certificate, net.E001 and net.E002 as Address::parse(), net.E003 the address is taken,
    /// net.E004 it may not be used (a port below 1024, a folder without permission), net.E005
    /// anything else.
    static Result<std::unique_ptr<Server>> bind(ServerOptions options, Handler& handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// The addresses as bound, those for TLS last: port 0 has become the port that the system
    /// chose.
    const std::vector<Address>& addresses() const;

    /// Serves on the calling thread and the others until stop(); returns when the last request in
    /// flight has been answered, or the timeout for that has passed.
    void run();
    /// Serves in the background.
    void start();
    /// Stops accepting, closes idle connections, lets requests in flight finish. Any thread may
    /// call it, and a signal handler. Further calls change nothing.
    void stop() noexcept;
    /// stop(), and requests in flight are cancelled: those that heed it get 503. Any thread may
    /// call it, and a signal handler.
    void stop_now() noexcept;
    /// Waits for the end of start()'s threads.
    void join();
    /// Waits for that, but no longer than `patience`. True when all have ended.
    bool wait_until_stopped(Duration patience);
    /// Reads the certificates again, for connections to come. Any thread may call it. Errors as
    /// bind(); then the old ones stay.
    Result<void> reload_certificates();

    struct Counts {
        std::uint64_t connections = 0;  ///< accepted so far
        std::uint64_t connections_open = 0;
        std::uint64_t connections_refused = 0;  ///< over a limit
        std::uint64_t requests = 0;
        std::uint64_t requests_in_flight = 0;
        std::uint64_t bytes_in = 0;
        std::uint64_t bytes_out = 0;
    };
    /// A sum over the threads, for metrics; figures are a moment old.
    Counts counts() const;

private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace tatum::net
