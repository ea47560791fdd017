#pragma once

#include <tatum/base/owned.h>
#include <tatum/base/value.h>
#include <tatum/http/body.h>
#include <tatum/http/cookies.h>
#include <tatum/http/errors.h>
#include <tatum/http/extensions.h>
#include <tatum/http/headers.h>
#include <tatum/http/settings.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tatum::http {

class Request;
class UploadedFile;

inline constexpr std::string_view kHtmlType = "text/html; charset=utf-8";

/// RFC 9110 §15 and the registry: "Not Found"; "Unknown Status Code" when there is none.
std::string_view reason_phrase(int status);

/// Arguments of a Response's constructor.
struct ResponseOptions {
    std::string_view content_type = kHtmlType;
    int status = 200;
    std::string_view reason = {};  ///< empty: the usual one
    std::initializer_list<HeaderField> headers = {};
};

/// What a view answers: Django's HttpResponse. Movable, not copyable.
///
/// The kinds below (ResponseNotFound, JsonResponse, ...) only differ in how they are made; each is
/// returned as a Response.
class Response {
public:
    /// 200 with an empty body.
    Response() : Response(std::string()) {}
    /// Throws BadHeaderError, and std::invalid_argument unless 100 <= status <= 599.
    explicit Response(std::string content, const ResponseOptions& options = {});
    explicit Response(const char* content, const ResponseOptions& options = {})
        : Response(std::string(content), options) {}
    explicit Response(std::string_view content, const ResponseOptions& options = {})
        : Response(std::string(content), options) {}
    explicit Response(Owned<BodyStream> stream, const ResponseOptions& options = {});
    explicit Response(BodyFile file, const ResponseOptions& options = {});
    Response(Response&&) noexcept;
    Response& operator=(Response&&) noexcept;
    ~Response();

    int status() const { return status_; }
    /// 100 to 599. The reason phrase follows unless it was set.
    void set_status(int status);
    std::string_view reason() const;
    void set_reason(std::string_view reason);

    Headers headers;
    bool has_header(std::string_view name) const { return headers.contains(name); }
    std::string_view content_type() const { return headers.get("Content-Type", {}); }
    /// "utf-8" unless the content type names another.
    std::string_view charset() const;

    bool is_streaming() const { return kind_ == Kind::Stream; }
    bool is_file() const { return kind_ == Kind::File; }
    /// The body when it is a string. Throws InternalError when it is a stream or a file.
    const std::string& content() const;
    void set_content(std::string content);
    void set_stream(Owned<BodyStream> stream);
    void set_file(BodyFile file);
    /// Appends to the body, which is a string.
    void write(std::string_view text);
    /// Null unless is_streaming(). The response gives it up.
    Owned<BodyStream> take_stream();
    BodyFile* file() { return is_file() ? &file_ : nullptr; }
    const BodyFile* file() const { return is_file() ? &file_ : nullptr; }
    std::string take_content();
    /// In bytes; nullopt for a stream that does not know.
    std::optional<std::uint64_t> content_length() const;

    /// Replaces a cookie of that name. Throws BadHeaderError when name, path or domain cannot stand
    /// in a cookie.
    void set_cookie(std::string_view name, std::string_view value = {},
                    const CookieOptions& options = {});
    /// Signed with the settings' keys and `salt`, so that Request::get_signed_cookie() reads it.
    void set_signed_cookie(const HttpSettings& settings, std::string_view name,
                           std::string_view value, std::string_view salt = {},
                           const CookieOptions& options = {});
    /// Tells the browser to drop it; `path`, `domain` and `samesite` as when it was set.
    void delete_cookie(std::string_view name, std::string_view path = "/",
                       std::string_view domain = {}, SameSite samesite = SameSite::Unset);
    const std::vector<Cookie>& cookies() const { return cookies_; }
    std::vector<Cookie>& cookies() { return cookies_; }

    /// What layers above attach: a template still to be rendered, the user's choice of language.
    Extensions extensions;

private:
    enum class Kind : std::uint8_t { Text, Stream, File };

    int status_ = 200;
    Kind kind_ = Kind::Text;  // which of the three is the body
    std::string reason_;
    std::vector<Cookie> cookies_;
    std::string content_;
    Owned<BodyStream> stream_;
    BodyFile file_;
};

// Plain answers. Each takes an optional text.
struct ResponseBadRequest : Response {
    explicit ResponseBadRequest(std::string content = {}, std::string_view content_type = kHtmlType)
        : Response(std::move(content), {content_type, 400}) {}
};
struct ResponseForbidden : Response {
    explicit ResponseForbidden(std::string content = {}, std::string_view content_type = kHtmlType)
        : Response(std::move(content), {content_type, 403}) {}
};
struct ResponseNotFound : Response {
    explicit ResponseNotFound(std::string content = {}, std::string_view content_type = kHtmlType)
        : Response(std::move(content), {content_type, 404}) {}
};
struct ResponseGone : Response {
    explicit ResponseGone(std::string content = {}, std::string_view content_type = kHtmlType)
        : Response(std::move(content), {content_type, 410}) {}
};
struct ResponseServerError : Response {
    explicit ResponseServerError(std::string content = {},
                                 std::string_view content_type = kHtmlType)
        : Response(std::move(content), {content_type, 500}) {}
};
/// 405 with an Allow header.
struct ResponseNotAllowed : Response {
    explicit ResponseNotAllowed(std::span<const std::string_view> permitted,
                                std::string content = {});
    explicit ResponseNotAllowed(std::initializer_list<std::string_view> permitted,
                                std::string content = {})
        : ResponseNotAllowed(std::span(permitted.begin(), permitted.size()), std::move(content)) {}
};
/// 304: no body and no Content-Type.
struct ResponseNotModified : Response {
    ResponseNotModified();
};

/// Whether a redirect repeats the method and the body of the request (307 and 308) or asks with GET
/// (302 and 301).
enum class PreserveRequest : bool { No, Yes };

/// 302 or 307. `location` is percent-encoded where it must be. Throws DisallowedRedirect for a
/// scheme other than http, https and ftp and for more than kLocationBytesMax bytes.
struct ResponseRedirect : Response {
    static constexpr std::size_t kLocationBytesMax = 2048;
    explicit ResponseRedirect(std::string_view location,
                              PreserveRequest preserve = PreserveRequest::No);

protected:
    ResponseRedirect(std::string_view location, int status);
};
/// 301 or 308.
struct ResponsePermanentRedirect : ResponseRedirect {
    explicit ResponsePermanentRedirect(std::string_view location,
                                       PreserveRequest preserve = PreserveRequest::No);
};

/// `value` as JSON, in the form of Python's json.dumps with Django's encoder.
struct JsonResponse : Response {
    explicit JsonResponse(const Value& value, int status = 200);
};

/// Arguments of a FileResponse.
struct FileOptions {
    bool as_attachment = false;
    /// Shown to the user in "save as"; empty: the name of the file.
    std::string_view filename = {};
    /// Empty: guessed from the name.
    std::string_view content_type = {};
};

/// A file from the disk, with Content-Length, Content-Type and Content-Disposition. Throws Http404
/// when there is no such regular file. Ranges: apply_range() in conditional.h.
struct FileResponse : Response {
    explicit FileResponse(const std::string& path, const FileOptions& options = {});
    FileResponse(OpenFile file, std::string_view name, const FileOptions& options = {});
    /// The content as it is now; a temporary file may go meanwhile.
    explicit FileResponse(const UploadedFile& file, const FileOptions& options = {});

private:
    void describe(std::string_view name, const FileOptions& options);
};

/// A body made while it is sent, by a function `bool next(std::string& out)` as of BodyStream.
struct StreamingResponse : Response {
    template <class F>
        requires std::is_invocable_r_v<bool, F&, std::string&>
    explicit StreamingResponse(F next, const ResponseOptions& options = {})
        : Response(owned<FunctionStream<F>>(std::move(next)), options) {}
    explicit StreamingResponse(Owned<BodyStream> stream, const ResponseOptions& options = {})
        : Response(std::move(stream), options) {}

private:
    template <class F>
    struct FunctionStream final : BodyStream {
        explicit FunctionStream(F next) : next_(std::move(next)) {}
        bool next(std::string& out) override { return next_(out); }
        F next_;
    };
};

/// The usual content type of a file of that name ("a.css": "text/css"), else
/// "application/octet-stream"; and its coding ("gzip" for "a.css.gz"), else "".
struct GuessedType {
    std::string_view type, encoding;
};
GuessedType guess_content_type(std::string_view name);

}  // namespace tatum::http

namespace tatum {
using http::FileResponse;
using http::JsonResponse;
using http::Response;
using http::ResponseBadRequest;
using http::ResponseForbidden;
using http::ResponseGone;
using http::ResponseNotAllowed;
using http::ResponseNotFound;
using http::ResponseNotModified;
using http::ResponsePermanentRedirect;
using http::ResponseRedirect;
using http::ResponseServerError;
using http::StreamingResponse;
}  // namespace tatum
