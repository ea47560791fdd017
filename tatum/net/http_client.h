#pragma once

#include <tatum/base/function.h>
#include <tatum/base/locals.h>
#include <tatum/base/result.h>
#include <tatum/base/value.h>
#include <tatum/net/fiber.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::net {

class HttpTransport;

/// Names and values, in order.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// What went wrong before there was a reply, or with one. what() says it for the log; error()->code
/// is
/// - http_client.E001 the address or a header is none, or the scheme is not http or https
/// - http_client.E002 the host has no address
/// - http_client.E003 nobody answers there
/// - http_client.E004 TLS: no trusted certificate for that name, or no common protocol
/// - http_client.E005 it took too long
/// - http_client.E006 the address is not public, where only such are allowed
/// - http_client.E007 the reply, or its head, is larger than allowed
/// - http_client.E008 too many redirects, or one that cannot be followed
/// - http_client.E009 the connection broke, or the reply is no HTTP
/// - http_client.E010 a test has no recording of this call
/// - http_client.E011 the status is no success: raise_for_status()
/// - http_client.E012 the body is no JSON: HttpReply::json()
struct HttpError : Exception {
    using Exception::Exception;
};

/// A part of a form that is sent as multipart/form-data: a file where it has a file name.
struct HttpFormPart {
    std::string name, value;
    std::string file_name = {};
    std::string content_type = {};  ///< empty: of a file application/octet-stream
};

struct HttpBasicAuth {
    std::string user, password;
};

/// Fills at most `buffer`; 0 at the end. It may suspend the fiber; what it throws ends the call.
using HttpBodyReader = Function<std::size_t(std::span<char> buffer)>;

/// The particulars of one call, all of them optional:
///
///     client.get("https://api.example/items", {.params = {{"page", "2"}}, .timeout = 5s});
///     client.post("https://api.example/items", {.json = Dict{{"name", "Sauce"}}});
///
/// There is one body at most: json, form, parts, body or body_reader.
struct HttpCall {
    HttpFields headers = {};
    HttpFields params = {};  ///< added to the query string, encoded
    std::optional<Value> json = {};
    HttpFields form = {};                  ///< application/x-www-form-urlencoded
    std::vector<HttpFormPart> parts = {};  ///< multipart/form-data
    std::string body = {};
    std::string content_type = {};  ///< of body and body_reader
    /// A body that is made while it is sent, chunked unless `body_size` says how long it is. Such a
    /// call is not tried again, nor redirected with its body.
    HttpBodyReader body_reader = {};
    std::optional<std::uint64_t> body_size = {};
    std::optional<HttpBasicAuth> basic_auth = {};
    std::string bearer_token = {};
    // In the place of the client's options:
    std::optional<Duration> timeout = {};
    std::optional<std::uint64_t> reply_bytes_max = {};
    std::optional<int> redirects_max = {};
    std::optional<int> retries = {};
    /// May the call be made twice? By default GET, HEAD, OPTIONS, TRACE, PUT and DELETE may.
    std::optional<bool> idempotent = {};
};

/// What came back. A value.
struct HttpReply {
    int status = 0;
    std::string url;     ///< that of the reply: after redirects
    HttpFields headers;  ///< as they came, repeated ones included
    std::string body;    ///< decompressed
    int redirects = 0;
    int attempts = 1;

    /// The first of that name, compared without case; nullopt when there is none.
    std::optional<std::string_view> header(std::string_view name) const;
    bool ok() const { return status >= 200 && status < 300; }
    /// Throws HttpError http_client.E012.
    Value json() const;
    /// Throws HttpError http_client.E011 unless ok().
    const HttpReply& raise_for_status() const&;
    HttpReply raise_for_status() &&;
};

/// A reply whose body is read while it comes: no faster than it is read. Movable; used by one fiber
/// at a time. What is not read is not waited for: the connection is closed at the end of its life.
class HttpReplyStream {
public:
    class Source;
    HttpReplyStream(HttpReply head, std::unique_ptr<Source> source);
    ~HttpReplyStream();
    HttpReplyStream(HttpReplyStream&&) noexcept;
    HttpReplyStream& operator=(HttpReplyStream&&) noexcept;

    int status() const { return head_.status; }
    bool ok() const { return head_.ok(); }
    /// Everything but the body.
    const HttpReply& head() const { return head_; }

    /// At most `buffer`, as soon as there is something; 0 at the end. Throws HttpError, Cancelled,
    /// TimedOut.
    std::size_t read(std::span<char> buffer);
    /// Appends the next piece; false at the end. The form that StreamingResponse wants.
    bool next(std::string& out);

private:
    HttpReply head_;
    std::unique_ptr<Source> source_;
};

/// Which addresses a client may connect to.
enum class PrivateNetworks : bool {
    Allow,
    /// Only what is_public(): for addresses that users give. Each address that a connection is
    /// opened to is checked, after redirects too, so that names which resolve to something else
    /// the second time (DNS rebinding) gain nothing.
    Refuse,
};

/// IP addresses of a host, as text. It may suspend the fiber. Throws what the call shall throw.
using HttpResolver = Function<std::vector<std::string>(const std::string& host)>;

/// A duration of zero means no limit.
struct HttpClientOptions {
    std::string base_url = {};  ///< relative addresses start here: "https://api.example/v1/"
    HttpFields headers = {};    ///< of every call to the origin of base_url, or to any without one
    std::string user_agent = "tatum";

    /// From the call to the end of the reply, all attempts and redirects included; of open() to the
    /// end of the head.
    Duration timeout = std::chrono::seconds(30);
    Duration timeout_connect = std::chrono::seconds(10);  ///< with TLS, of one attempt
    /// A body, sent or read, that moves more slowly than bytes_per_second_min for so long, the
    /// caller's own time not counted, is given up.
    Duration timeout_stall = std::chrono::seconds(30);
    std::uint64_t bytes_per_second_min = 1;
    std::uint64_t reply_bytes_max = 32u
                                    << 20;  ///< decompressed; of open() only where a call says so
    std::size_t head_bytes_max = 64 * 1024;

    /// 0: a redirect is a reply like any other. Beyond it: http_client.E008.
    int redirects_max = 5;
    /// Further attempts where nothing was sent, and for idempotent calls also where the connection
    /// broke or the status is 429, 502, 503 or 504.
    int retries = 2;
    Duration retry_delay =
        std::chrono::milliseconds(200);  ///< doubled each time; half of it random
    Duration retry_delay_max = std::chrono::seconds(10);
    /// A Retry-After up to this is obeyed; a longer one makes the reply final.
    Duration retry_after_max = std::chrono::seconds(30);

    PrivateNetworks private_networks = PrivateNetworks::Allow;
    std::string ca_file = {};  ///< PEM; empty: the system's
    /// PEM files of a client certificate and its key.
    std::string certificate_file = {}, key_file = {};
    /// Off only for tests and for machines that nobody can put a certificate on.
    bool verify_tls = true;
    bool decompress = true;  ///< asks for gzip, deflate and br
    bool cookies = false;    ///< keeps them, between calls and for the hosts that set them
    std::string proxy = {};  ///< "http://proxy:3128"; the environment's is never used
    std::size_t connections_kept = 16;  ///< idle
    HttpResolver resolver = {};         ///< empty: the system's
    /// Outlives the client; null: that of the nearest
    /// HttpTransportScope, else the network.
    HttpTransport* transport = nullptr;
};

/// Makes HTTP calls: https verified, HTTP/2 where the other side speaks it, connections reused. On
/// a fiber a call suspends it, off a fiber it blocks; cancelling the fiber ends the transfer. Safe
/// for use by any number of fibers and threads at once; make one and keep it. A status of 400 and
/// more is a reply, not an error: raise_for_status().
///
/// Redirects: 301, 302 and 303 turn POST into GET, 307 and 308 repeat it. Authorization, Cookie and
/// the client's own headers do not follow to another origin.
class HttpClient {
public:
    /// Throws ImproperlyConfigured when the options contradict each other.
    explicit HttpClient(HttpClientOptions options = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Each throws HttpError, and Cancelled and TimedOut as every wait does.
    HttpReply get(std::string_view url, const HttpCall& call = {}) {
        return request("GET", url, call);
    }
    HttpReply head(std::string_view url, const HttpCall& call = {}) {
        return request("HEAD", url, call);
    }
    HttpReply post(std::string_view url, const HttpCall& call = {}) {
        return request("POST", url, call);
    }
    HttpReply put(std::string_view url, const HttpCall& call = {}) {
        return request("PUT", url, call);
    }
    HttpReply patch(std::string_view url, const HttpCall& call = {}) {
        return request("PATCH", url, call);
    }
    HttpReply delete_(std::string_view url, const HttpCall& call = {}) {
        return request("DELETE", url, call);
    }
    HttpReply request(std::string_view method, std::string_view url, const HttpCall& call = {});
    /// The same for callers that go on without a reply. Throws Cancelled and TimedOut only.
    Result<HttpReply> try_request(std::string_view method, std::string_view url,
                                  const HttpCall& call = {});
    /// Returns when the head is there. The stream must not outlive the client.
    HttpReplyStream open(std::string_view method, std::string_view url, const HttpCall& call = {});

    const HttpClientOptions& options() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A call as it goes out, for those who stand in for the network.
struct HttpSent {
    std::string method, url;
    HttpFields headers;
    std::string body;
};

/// Answers calls in the place of the network, in tests: those of the clients that are given it, or
/// of all that have none of their own within an HttpTransportScope. Each hop of a redirect
/// and each attempt is a call of its own.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    /// What it needs to know of a call. Without bodies, `sent.body` is empty where the caller makes
    /// it while it is sent, and replies of the network pass unseen.
    enum class Sees : bool { Heads, Bodies };
    virtual Sees sees() const { return Sees::Bodies; }
    /// nullopt: ask the network, and tell observe() if it sees bodies.
    virtual Result<std::optional<HttpReply>> answer(const HttpSent& sent) = 0;
    virtual void observe(const HttpSent& sent, const HttpReply& reply) {
        static_cast<void>(sent);
        static_cast<void>(reply);
    }
};

/// Until the end of the block `transport` answers all clients that have none of their own, of this
/// fiber or thread and of those that it starts.
class HttpTransportScope {
public:
    explicit HttpTransportScope(HttpTransport& transport)
        : scope_(Slot::HttpTransport, &transport) {}

private:
    LocalScope scope_;
};

}  // namespace tatum::net

namespace tatum {
using net::HttpCall;
using net::HttpClient;
using net::HttpClientOptions;
using net::HttpError;
using net::HttpReply;
}  // namespace tatum
