#pragma once

#include <tatum/base/owned.h>
#include <tatum/http/body.h>
#include <tatum/http/cookies.h>
#include <tatum/http/extensions.h>
#include <tatum/http/headers.h>
#include <tatum/http/query_dict.h>
#include <tatum/http/settings.h>
#include <tatum/http/uploads.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::urls {
class ResolverMatch;
}

namespace tatum::http {

enum class Method : std::uint8_t {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Trace,
    Connect,
    Other
};
std::string_view to_string(Method method);
/// Case-sensitive, as methods are; anything unknown is Other.
Method parse_method(std::string_view text);

/// Does Request::json() take a body whatever its type, or only application/json and the like? A
/// form on another site can send text/plain only, so that Required is some protection too.
enum class JsonType : std::uint8_t { Any, Required };

/// A request as it stands on the wire. All views live as long as the Request made from it.
struct RequestHead {
    std::string_view method;
    /// Origin form, "/a%20b?x=1", or "*". The wire has turned the absolute form into it.
    std::string_view target;
    std::span<const HeaderField> headers;
    std::string_view scheme = "http";
    std::string_view remote_address;  ///< the peer's IP address as text; empty for a local socket
    std::uint16_t remote_port = 0;
    std::string_view server_name;  ///< the local address
    std::uint16_t server_port = 80;
    int http_minor = 1;  ///< 0 for HTTP/1.0
    std::string_view id;
};

/// A request as strings, for tests and for code that calls views by itself.
struct RequestText {
    std::string method = "GET";
    /// Percent-encoded, with an optional query string.
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string scheme = "http";
    std::string remote_address = "127.0.0.1";
    std::string server_name = "testserver";
    std::uint16_t server_port = 80;
};

/// What a browser asks for: Django's HttpRequest. What is parsed, is parsed when first asked for
/// and kept. Movable, not copyable; used by one fiber at a time. Views that it returns live as long
/// as it.
class Request {
public:
    /// `settings` and `body` (may be null: there is none) outlive the request.
    Request(const RequestHead& head, BodySource* body,
            const HttpSettings& settings = HttpSettings::defaults());
    /// Owns everything but `settings`.
    explicit Request(RequestText text, const HttpSettings& settings = HttpSettings::defaults());
    ~Request();
    Request(Request&&) noexcept;
    Request& operator=(Request&&) noexcept;

    Method method() const { return method_; }
    std::string_view method_text() const { return method_text_; }
    bool is_get() const { return method_ == Method::Get; }
    bool is_post() const { return method_ == Method::Post; }

    /// Percent-decoded UTF-8 with the script name: "/shop/a b/". Bytes that are not UTF-8 stay
    /// percent-encoded.
    std::string_view path() const { return path_; }
    /// The part of path() that the urls see: without the script name.
    std::string_view path_info() const { return path_info_; }
    std::string_view script_name() const { return script_name_; }
    /// What follows '?', as it came.
    std::string_view query_string() const { return query_string_; }
    /// As it came: path and query string, percent-encoded.
    std::string_view target() const { return target_; }

    const Headers& headers() const { return headers_; }
    /// The value of a header, or "". Where it came on several lines, these joined with ", "
    /// (RFC 9110 §5.3); headers() has them one by one.
    std::string_view header(std::string_view name) const;
    std::string_view remote_address() const { return remote_address_; }
    std::uint16_t remote_port() const { return remote_port_; }
    std::string_view server_name() const { return server_name_; }
    int http_minor() const { return http_minor_; }
    /// What names this request in log lines and in the response's X-Request-ID; empty in a request
    /// that came over no wire.
    std::string_view id() const { return id_; }

    /// The fields of the query string. Throws TooManyFieldsSent.
    const QueryDict& GET() const;
    /// The fields of a form sent with POST, empty for any other body. Reads the body. Throws
    /// RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError,
    /// UnreadablePostError.
    const QueryDict& POST() const;
    /// The files of a multipart form. Reads the body; throws as POST().
    const FileDict& FILES() const;
    const Cookies& COOKIES() const;

    /// All of the body, at most data_upload_max_memory_size. Throws RequestDataTooBig,
    /// UnreadablePostError, RawPostDataException when it was read as a stream or as files.
    std::string_view body() const;
    /// A piece of the body into `buffer`; 0 at the end. After this, body() and POST() fail.
    std::size_t read(std::span<char> buffer);
    /// All of the body, in memory or in a temporary file by its size (FILE_UPLOAD_MAX_MEMORY_SIZE),
    /// for what is sent with PUT; no limit but the server's. The name is the caller's, the content
    /// type the client's. After this, body() and POST() fail. Throws UnreadablePostError,
    /// std::system_error when the disk is full, RawPostDataException as body().
    UploadedFile body_file(std::string_view name = "body") const;
    /// The body as JSON. Throws as body(), BadRequest when it is no JSON (400),
    /// UnsupportedMediaType when its type must be JSON and is not (415).
    Value json(JsonType type = JsonType::Any) const;
    /// Handlers for uploaded files; change them before POST() or FILES() is called.
    UploadHandlers& upload_handlers();

    /// "multipart/form-data", in lower case and without parameters.
    std::string_view content_type() const;
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    const Parameters& content_params() const;
    std::optional<std::uint64_t> content_length() const;
    /// The charset of GET and POST: that of the content type, else "utf-8".
    std::string_view encoding() const;
    /// Parses GET and POST anew when next asked for.
    void set_encoding(std::string_view encoding);

    /// "http" or "https", SECURE_PROXY_SSL_HEADER considered.
    std::string_view scheme() const;
    bool is_secure() const { return scheme() == "https"; }
    /// Host and port as the client wrote them. Throws DisallowedHost unless ALLOWED_HOSTS has it.
    std::string get_host() const;
    std::string get_port() const;
    /// Path, percent-encoded, with the query string.
    std::string get_full_path() const;
    /// The same for another path, unencoded.
    std::string get_full_path(std::string_view path) const;
    /// `location` (empty: this request's full path) made absolute. Throws DisallowedHost.
    std::string build_absolute_uri(std::string_view location = {}) const;

    /// The value of a cookie made by Response::set_signed_cookie(); nullopt when it is missing, bad
    /// or older than `max_age`.
    std::optional<std::string> get_signed_cookie(std::string_view name, std::string_view salt = {},
                                                 std::optional<Duration> max_age = {}) const;

    /// Does the Accept header allow this media type?
    bool accepts(std::string_view media_type) const;
    /// The one of `media_types` that the client likes best; nullopt when it accepts none.
    std::optional<std::string_view> get_preferred_type(
        std::span<const std::string_view> media_types) const;
    std::optional<std::string_view> get_preferred_type(
        std::initializer_list<std::string_view> media_types) const {
        return get_preferred_type(std::span(media_types.begin(), media_types.size()));
    }

    const HttpSettings& settings() const { return *settings_; }

    /// The match of the route; null before resolving. An extension.
    const urls::ResolverMatch* resolver_match() const;

    /// User, session, messages, CSRF token and the like, attached by middleware.
    Extensions extensions;

private:
    struct Parsed;
    struct Kept;

    void set_target(std::string_view target);
    std::string_view keep(std::string text);
    Parsed& parsed() const;
    void load_post() const;
    void parse_multipart() const;
    std::string_view load_body() const;
    std::string raw_host() const;

    const HttpSettings* settings_;
    Owned<Kept> kept_;  ///< of a request made from strings
    BodySource* source_ = nullptr;
    Method method_ = Method::Get;
    std::uint16_t remote_port_ = 0, server_port_ = 80;
    int http_minor_ = 1;
    std::string_view method_text_, target_, path_, path_info_, script_name_, query_string_, scheme_,
        remote_address_, server_name_, id_;
    Headers headers_;
    mutable Owned<Parsed> parsed_;
    std::vector<Owned<std::string>> texts_;  ///< what was decoded
};

/// `request.path`, `request.GET.q`, `request.user` for templates. The request outlives the Value.
Value to_value(const Request& request);

}  // namespace tatum::http

namespace tatum {
using http::Request;
}
