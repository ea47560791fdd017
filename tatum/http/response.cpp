#include <tatum/http/response.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/header_lines.h>
#include <tatum/base/header_values.h>
#include <tatum/base/json.h>
#include <tatum/base/locals.h>
#include <tatum/base/signing.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/http/uploads.h>
#include <tatum/net/reason_phrase.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>

namespace tatum::http {

namespace {

/// RFC 6265 §4.1.1: what may stand in Domain and Path.
void check_cookie_attribute(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == ';')
            throw BadHeaderError("'" + std::string(text) + "' cannot stand in a cookie");
}

void check_cookie_name(std::string_view name) {
    if (!is_legal_cookie_text(name)) throw BadHeaderError("Illegal key " + strings::repr(name));
    for (const std::string_view reserved : {"expires", "path", "comment", "domain", "max-age",
                                            "secure", "httponly", "version", "samesite"})
        if (equals_ignoring_case(name, reserved))
            throw BadHeaderError("Attempt to set a reserved key " + strings::repr(name));
}

void check_status(int status) {
    if (status < 100 || status > 599)
        throw std::invalid_argument("HTTP status code must be an integer from 100 to 599.");
}

std::string file_name_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

BodyFile whole(OpenFile file) {
    const std::uint64_t size = file.size();
    return BodyFile{std::move(file), 0, size};
}

OpenFile open_or_404(const std::string& path) {
    try {
        return OpenFile::open(path);
    } catch (const std::system_error& error) {
        throw Http404(error.what());
    }
}

/// What a compressed file is sent as, since its content is not to be unpacked on the way.
std::string_view type_of_encoding(std::string_view encoding) {
    if (encoding == "br") return "application/x-brotli";
    if (encoding == "bzip2") return "application/x-bzip";
    if (encoding == "compress") return "application/x-compress";
    if (encoding == "gzip") return "application/gzip";
    if (encoding == "xz") return "application/x-xz";
    return {};
}

}  // namespace

Response::Response(Response&&) noexcept = default;
Response& Response::operator=(Response&&) noexcept = default;
Response::~Response() = default;

Response::Response(std::string content, const ResponseOptions& options)
    : status_(options.status), reason_(options.reason), content_(std::move(content)) {
    check_status(status_);
    if (!options.content_type.empty()) headers.add("Content-Type", options.content_type);
    for (const HeaderField& field : options.headers) headers.set(field.name, field.value);
}

Response::Response(Owned<BodyStream> stream, const ResponseOptions& options)
    : Response(std::string(), options) {
    set_stream(std::move(stream));
}

Response::Response(BodyFile file, const ResponseOptions& options)
    : Response(std::string(), options) {
    set_file(std::move(file));
}

void Response::set_status(int status) {
    check_status(status);
    status_ = status;
}

std::string_view reason_phrase(int status) { return net::reason_phrase(status); }

std::string_view Response::reason() const {
    return reason_.empty() ? reason_phrase(status_) : std::string_view(reason_);
}

void Response::set_reason(std::string_view reason) {
    if (!header_lines::is_field_value(reason))
        throw BadHeaderError("a reason phrase holds a control character");
    reason_ = reason;
}

std::string_view Response::charset() const {
    constexpr std::string_view kKey = "charset=";
    const std::string_view type = content_type();
    for (std::size_t at = type.find(';'); at != std::string_view::npos; at = type.find(';', at)) {
        at = type.find_first_not_of(" \t", at + 1);
        if (at == std::string_view::npos) break;
        if (!equals_ignoring_case(type.substr(at, kKey.size()), kKey)) continue;
        std::string_view charset = type.substr(at + kKey.size());
        charset = charset.substr(0, std::min(charset.find_first_of("; \t"), charset.size()));
        return strings::strip(charset, "\"");
    }
    return "utf-8";
}

void Response::set_content(std::string content) {
    kind_ = Kind::Text;
    content_ = std::move(content);
    stream_.reset();
    file_ = {};
}

void Response::set_stream(Owned<BodyStream> stream) {
    set_content({});
    kind_ = Kind::Stream;
    stream_ = std::move(stream);
}

void Response::set_file(BodyFile file) {
    set_content({});
    kind_ = Kind::File;
    file_ = std::move(file);
}

const std::string& Response::content() const {
    if (kind_ == Kind::Text) return content_;
    throw InternalError("This response has no `content`: it is a stream or a file.");
}

void Response::write(std::string_view text) {
    if (kind_ != Kind::Text) throw InternalError("This response is not writable");
    content_ += text;
}

Owned<BodyStream> Response::take_stream() { return std::move(stream_); }

std::string Response::take_content() { return std::move(content_); }

std::optional<std::uint64_t> Response::content_length() const {
    switch (kind_) {
        case Kind::Text:
            return content_.size();
        case Kind::File:
            return file_.length;
        case Kind::Stream:
            return stream_ ? stream_->size() : std::nullopt;
    }
    return std::nullopt;
}

void Response::set_cookie(std::string_view name, std::string_view value,
                          const CookieOptions& options) {
    check_cookie_name(name);
    check_cookie_attribute(options.path);
    check_cookie_attribute(options.domain);
    Cookie cookie{.name = std::string(name),
                  .value = std::string(value),
                  .path = options.path,
                  .domain = options.domain,
                  .secure = options.secure,
                  .httponly = options.httponly,
                  .samesite = options.samesite};
    if (options.max_age) {
        cookie.max_age_seconds = options.max_age->whole_seconds();
        cookie.expires = http_date(current_clock().now_seconds() + *cookie.max_age_seconds);
    } else if (options.expires) {
        // One second more, so that the age is not rounded below the moment.
        const Duration left{options.expires->utc_microseconds() - current_clock().now()};
        cookie.max_age_seconds =
            std::max<std::int64_t>(0, (left + Duration::seconds(1)).whole_seconds());
        cookie.expires = http_date(current_clock().now_seconds() + *cookie.max_age_seconds);
    }
    for (Cookie& other : cookies_) {
        if (other.name != name) continue;
        other = std::move(cookie);
        return;
    }
    cookies_.push_back(std::move(cookie));
}

void Response::set_signed_cookie(const HttpSettings& settings, std::string_view name,
                                 std::string_view value, std::string_view salt,
                                 const CookieOptions& options) {
    set_cookie(name,
               signing::sign_cookie(name, value, settings.keys, salt, settings.signed_cookie_salt),
               options);
}

void Response::delete_cookie(std::string_view name, std::string_view path, std::string_view domain,
                             SameSite samesite) {
    // Browsers ignore these without Secure, which would leave the cookie where it is.
    const bool secure =
        name.starts_with("__Secure-") || name.starts_with("__Host-") || samesite == SameSite::None;
    set_cookie(name, {},
               {.path = std::string(path),
                .domain = std::string(domain),
                .secure = secure,
                .samesite = samesite});
    const auto at = std::find_if(cookies_.begin(), cookies_.end(),
                                 [&](const Cookie& cookie) { return cookie.name == name; });
    at->max_age_seconds = 0;
    at->expires = "Thu, 01 Jan 1970 00:00:00 GMT";
}

ResponseNotAllowed::ResponseNotAllowed(std::span<const std::string_view> permitted,
                                       std::string content)
    : Response(std::move(content), {.status = 405}) {
    std::string methods;
    for (const std::string_view method : permitted) {
        if (!methods.empty()) methods += ", ";
        methods += method;
    }
    headers.set("Allow", methods);
}

ResponseNotModified::ResponseNotModified()
    : Response(std::string(), {.content_type = {}, .status = 304}) {}

ResponseRedirect::ResponseRedirect(std::string_view location, int status)
    : Response(std::string(), {.status = status}) {
    if (location.size() > kLocationBytesMax)
        throw DisallowedRedirect("Unsafe redirect exceeding " + std::to_string(kLocationBytesMax) +
                                 " characters");
    const auto split = uri::split(location);
    if (split && !split->scheme.empty()) {
        bool allowed = false;
        for (const std::string_view scheme : {"http", "https", "ftp"})
            allowed = allowed || equals_ignoring_case(split->scheme, scheme);
        if (!allowed)
            throw DisallowedRedirect("Unsafe redirect to URL with protocol '" +
                                     std::string(split->scheme) + "'");
    }
    headers.set("Location", uri::iri_to_uri(location));
}

ResponseRedirect::ResponseRedirect(std::string_view location, PreserveRequest preserve)
    : ResponseRedirect(location, preserve == PreserveRequest::Yes ? 307 : 302) {}

ResponsePermanentRedirect::ResponsePermanentRedirect(std::string_view location,
                                                     PreserveRequest preserve)
    : ResponseRedirect(location, preserve == PreserveRequest::Yes ? 308 : 301) {}

JsonResponse::JsonResponse(const Value& value, int status)
    : Response(json::dump(value).value(), {.content_type = "application/json", .status = status}) {}

FileResponse::FileResponse(const std::string& path, const FileOptions& options)
    : FileResponse(open_or_404(path), file_name_of(path), options) {}

FileResponse::FileResponse(OpenFile file, std::string_view name, const FileOptions& options)
    : Response(whole(std::move(file)), {.content_type = {}}) {
    describe(name, options);
}

FileResponse::FileResponse(const UploadedFile& file, const FileOptions& options)
    : Response(std::string(), {.content_type = {}}) {
    if (const auto& temporary = file.temporary_file())
        set_file(whole(temporary->file().duplicate()));
    else
        set_content(std::string(file.in_memory()));
    describe(file.name(), options);
}

void FileResponse::describe(std::string_view name, const FileOptions& options) {
    const std::string_view shown = options.filename.empty() ? name : options.filename;
    std::string_view type = options.content_type;
    if (type.empty()) {
        const GuessedType guessed = guess_content_type(shown);
        const std::string_view packed = type_of_encoding(guessed.encoding);
        type = packed.empty() ? guessed.type : packed;
    }
    headers.set("Content-Type", type);
    const auto disposition = header_values::content_disposition(
        options.as_attachment ? header_values::Disposition::Attachment
                              : header_values::Disposition::Inline,
        shown);
    if (disposition) headers.set("Content-Disposition", *disposition);
}

}  // namespace tatum::http
