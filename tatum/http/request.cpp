#include <tatum/http/request.h>

#include <tatum/base/header_values.h>
#include <tatum/base/json.h>
#include <tatum/base/signing.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/http/encodings.h>
#include <tatum/http/hosts.h>
#include <tatum/http/impl/urljoin.h>
#include <tatum/http/multipart.h>
#include <tatum/http/negotiation.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <vector>

namespace tatum::http {

namespace {

constexpr std::array<std::string_view, 10> kMethods = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", ""};
constexpr std::size_t kReadSize = 64 * 1024;

/// What Django leaves as it is when it percent-encodes bytes that are no UTF-8.
void append_percent(std::string& out, unsigned char byte) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    ((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
}

/// A path's bytes as text: what is no UTF-8 is percent-encoded again (RFC 3987 §3.2).
std::string repair_utf8(std::string_view bytes) {
    if (strings::is_valid_utf8(bytes)) return std::string(bytes);
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t start = at;
        const char32_t c = strings::next_code_point(bytes, at);
        const std::string_view piece = bytes.substr(start, at - start);
        if (c == strings::kReplacement && piece != "\xEF\xBF\xBD")
            for (const char byte : piece) append_percent(out, static_cast<unsigned char>(byte));
        else
            out += piece;
    }
    return out;
}

std::string in_quotes(std::string_view text) { return strings::repr(text); }

}  // namespace

std::string_view to_string(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

Method parse_method(std::string_view text) {
    for (std::size_t i = 0; i + 1 < kMethods.size(); ++i)
        if (kMethods[i] == text) return static_cast<Method>(i);
    return Method::Other;
}

/// What has been asked for and is kept.
struct Request::Parsed {
    std::optional<QueryDict> get, post;
    FileDict files;
    std::optional<Cookies> cookies;
    std::optional<std::string> body;
    bool read_started = false;
    std::optional<header_values::Parameters> content;
    std::optional<std::string> encoding;
    std::optional<AcceptedTypes> accepted;
    std::map<std::string, std::string, std::less<>> joined_headers;
    UploadHandlers handlers;
};

struct Request::Kept {
    explicit Kept(RequestText text_) : text(std::move(text_)), body(std::move(text.body)) {
        for (const auto& [name, value] : text.headers) fields.push_back({name, value});
    }
    RequestText text;
    std::vector<HeaderField> fields;
    StringBodySource body;
};

Request::Request(const RequestHead& head, BodySource* source, const HttpSettings& settings)
    : settings_(&settings),
      source_(source),
      method_(parse_method(head.method)),
      remote_port_(head.remote_port),
      server_port_(head.server_port),
      http_minor_(head.http_minor),
      method_text_(head.method),
      scheme_(head.scheme),
      remote_address_(head.remote_address),
      server_name_(head.server_name),
      id_(head.id),
      headers_(Headers::view(head.headers)) {
    set_target(head.target);
}

Request::Request(RequestText text, const HttpSettings& settings)
    : settings_(&settings), kept_(owned<Kept>(std::move(text))) {
    const RequestText& own = kept_->text;
    source_ = &kept_->body;
    method_ = parse_method(own.method);
    server_port_ = own.server_port;
    method_text_ = own.method;
    scheme_ = own.scheme;
    remote_address_ = own.remote_address;
    server_name_ = own.server_name;
    headers_ = Headers::view(kept_->fields);
    set_target(own.target);
}

Request::~Request() = default;
Request::Request(Request&&) noexcept = default;
Request& Request::operator=(Request&&) noexcept = default;

std::string_view Request::keep(std::string text) {
    return *texts_.emplace_back(owned<std::string>(std::move(text)));
}

Request::Parsed& Request::parsed() const {
    if (!parsed_) parsed_ = owned<Parsed>();
    return *parsed_;
}

void Request::set_target(std::string_view target) {
    target_ = target;
    const std::size_t question = std::min(target.find('?'), target.size());
    if (question < target.size()) query_string_ = target.substr(question + 1);
    path_ = target.substr(0, question);
    if (path_.find('%') != std::string_view::npos || !strings::is_ascii(path_))
        path_ = keep(repair_utf8(uri::unquote(path_)));
    path_info_ = path_;
    std::string_view script = settings_->force_script_name;
    if (script.ends_with('/')) script.remove_suffix(1);
    if (script.empty()) return;
    script_name_ = script;
    if (path_.starts_with(script) && (path_.size() == script.size() || path_[script.size()] == '/'))
        path_info_ = path_.substr(script.size());
    else
        path_ = keep(std::string(script).append(path_info_));
    if (path_info_.empty()) path_info_ = "/";
}

const QueryDict& Request::GET() const {
    Parsed& kept = parsed();
    if (!kept.get)
        kept.get =
            QueryDict::parse(query_string_, encoding(), settings_->data_upload_max_number_fields);
    return *kept.get;
}

const QueryDict& Request::POST() const {
    if (!parsed().post) load_post();
    return *parsed_->post;
}

const FileDict& Request::FILES() const {
    if (!parsed().post) load_post();
    return parsed_->files;
}

std::string_view Request::header(std::string_view name) const {
    std::string_view first;
    std::string joined;
    int lines = 0;
    for (const HeaderField field : headers_) {
        if (!equals_ignoring_case(field.name, name)) continue;
        if (++lines == 1) {
            first = field.value;
        } else {
            if (lines == 2) joined = first;
            joined.append(equals_ignoring_case(name, "Cookie") ? "; " : ", ").append(field.value);
        }
    }
    if (lines < 2) return first;
    // What was returned before stays valid.
    auto& kept = parsed().joined_headers;
    return kept.try_emplace(strings::ascii_lower(name), std::move(joined)).first->second;
}

const Cookies& Request::COOKIES() const {
    Parsed& kept = parsed();
    if (!kept.cookies) {
        // HTTP/2 and some proxies split the header (RFC 9113 §8.2.3).
        std::string joined;
        const std::vector<std::string_view> lines = headers_.get_all("Cookie");
        for (std::size_t i = 1; i < lines.size(); ++i) joined.append("; ").append(lines[i]);
        if (!joined.empty()) joined.insert(0, lines[0]);
        const std::string_view first = lines.empty() ? std::string_view() : lines[0];
        kept.cookies = Cookies::parse(joined.empty() ? first : std::string_view(joined));
    }
    return *kept.cookies;
}

void Request::load_post() const {
    Parsed& kept = parsed();
    const bool lost = kept.read_started && !kept.body;
    if (method_ != Method::Post || lost) {
        kept.post.emplace();
    } else if (content_type() == "multipart/form-data") {
        parse_multipart();
    } else if (content_type() == "application/x-www-form-urlencoded") {
        if (!is_utf8(encoding()))
            throw BadRequest(
                "HTTP requests with the 'application/x-www-form-urlencoded' content type must be "
                "UTF-8 encoded.");
        kept.post = QueryDict::parse(body(), "utf-8", settings_->data_upload_max_number_fields);
    } else {
        kept.post.emplace();
    }
}

void Request::parse_multipart() const {
    Parsed& kept = parsed();
    kept.post.emplace();  // whoever reports a fault may ask for POST again, and finds it empty
    if (kept.handlers.empty()) kept.handlers.push_back(default_upload_handler(*settings_));
    try {
        for (const auto& handler : kept.handlers) handler->start(*this, content_length());
    } catch (const StopUpload&) {
        kept.read_started = true;  // nothing of the body is wanted
        return;
    }
    MultipartParser parser(header("Content-Type"), *settings_, kept.handlers, encoding());
    if (kept.body) {
        parser.feed(*kept.body);
    } else if (source_ != nullptr) {
        kept.read_started = true;
        std::vector<char> buffer(kReadSize);
        for (std::size_t count = source_->read(buffer); count > 0; count = source_->read(buffer))
            if (!parser.feed({buffer.data(), count})) break;
    }
    MultipartForm form = parser.finish();
    kept.post = std::move(form.fields);
    kept.files = std::move(form.files);
}

std::string_view Request::load_body() const {
    Parsed& kept = parsed();
    std::string text;
    const std::optional<std::size_t>& limit = settings_->data_upload_max_memory_size;
    const auto check = [&](std::uint64_t size) {
        if (limit && size > *limit)
            throw RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.");
    };
    if (source_ != nullptr) {
        const std::uint64_t expected = source_->size().value_or(0);
        check(expected);
        kept.read_started = true;
        std::size_t used = 0;
        for (;;) {
            // One byte more than announced, so that the end shows in the second read. Memory is
            // taken for what comes, not for what is announced.
            const std::size_t believed = std::max(kReadSize, 2 * used);
            text.resize(std::max(used + kReadSize / 16,
                                 static_cast<std::size_t>(std::min(expected + 1, believed))));
            const std::size_t count = source_->read(std::span(text).subspan(used));
            if (count == 0) break;
            check(used += count);
        }
        text.resize(used);
    }
    kept.body = std::move(text);
    return *kept.body;
}

std::string_view Request::body() const {
    Parsed& kept = parsed();
    if (kept.body) return *kept.body;
    if (kept.read_started)
        throw RawPostDataException(
            "You cannot access body after reading from request's data stream");
    return load_body();
}

std::size_t Request::read(std::span<char> buffer) {
    Parsed& kept = parsed();
    kept.read_started = true;
    if (source_ == nullptr || kept.body) return 0;
    return source_->read(buffer);
}

UploadedFile Request::body_file(std::string_view name) const {
    Parsed& kept = parsed();
    const std::string_view type = header("Content-Type");
    if (kept.body) return {name, *kept.body, type};
    if (kept.read_started)
        throw RawPostDataException(
            "You cannot access body after reading from request's data stream");
    kept.read_started = true;
    const auto handler = default_upload_handler(*settings_);
    handler->new_file({.file_name = std::string(name), .content_type = std::string(type)});
    std::uint64_t size = 0;
    std::vector<char> buffer(kReadSize);
    while (source_ != nullptr) {
        const std::size_t count = source_->read(buffer);
        if (count == 0) break;
        handler->receive_data_chunk({buffer.data(), count}, size);
        size += count;
    }
    return *handler->file_complete(size);
}

Value Request::json(JsonType type) const {
    if (type == JsonType::Required) {
        const std::string_view media = content_type();
        const bool is_json = media == "application/json" ||
                             (media.starts_with("application/") && media.ends_with("+json"));
        if (!is_json)
            throw UnsupportedMediaType("the body's type is " + in_quotes(media) +
                                       ", not application/json");
        if (!is_utf8(encoding()))
            throw UnsupportedMediaType("JSON is UTF-8, not " + std::string(encoding()));
    }
    auto value = json::parse(body());
    if (!value) throw BadRequest("the body is no JSON: " + value.error().message);
    return *std::move(value);
}

UploadHandlers& Request::upload_handlers() {
    Parsed& kept = parsed();
    if (kept.post)
        throw InternalError(
            "You cannot set the upload handlers after the upload has been processed.");
    if (kept.handlers.empty()) kept.handlers.push_back(default_upload_handler(*settings_));
    return kept.handlers;
}

std::string_view Request::content_type() const {
    content_params();
    return parsed_->content->value;
}

const Request::Parameters& Request::content_params() const {
    Parsed& kept = parsed();
    if (!kept.content) {
        auto parameters = header_values::parse_parameters(header("Content-Type"));
        if (!parameters) throw BadRequest("Invalid Content-Type: " + parameters.error().message);
        kept.content = *std::move(parameters);
    }
    return kept.content->parameters;
}

std::optional<std::uint64_t> Request::content_length() const {
    return source_ == nullptr ? 0 : source_->size();
}

std::string_view Request::encoding() const {
    Parsed& kept = parsed();
    if (!kept.encoding) {
        kept.encoding = "utf-8";
        if (headers_.contains("Content-Type")) {
            content_params();
            const std::string* charset = kept.content->find("charset");
            if (charset != nullptr && is_known_encoding(*charset)) kept.encoding = *charset;
        }
    }
    return *kept.encoding;
}

void Request::set_encoding(std::string_view encoding) {
    Parsed& kept = parsed();
    kept.encoding = encoding;
    kept.get.reset();
    kept.post.reset();
}

std::string_view Request::scheme() const {
    if (settings_->secure_proxy_ssl_header) {
        const auto& [name, secure] = *settings_->secure_proxy_ssl_header;
        if (const auto value = headers_.get(name)) {
            // With several proxies the value is a list; the first one is the client's.
            const std::string_view first =
                value->substr(0, std::min(value->find(','), value->size()));
            return strings::strip(first) == secure ? "https" : "http";
        }
    }
    return scheme_;
}

std::string Request::raw_host() const {
    if (settings_->use_x_forwarded_host)
        if (const auto host = headers_.get("X-Forwarded-Host")) return std::string(*host);
    if (const auto host = headers_.get("Host")) return std::string(*host);
    std::string host(server_name_);
    const std::string port = get_port();
    if (port != (is_secure() ? "443" : "80")) host.append(":").append(port);
    return host;
}

std::string Request::get_host() const {
    static const std::array<std::string, 3> kLocal = {".localhost", "127.0.0.1", "[::1]"};
    std::string host = raw_host();
    const HostAndPort parts = split_domain_port(host);
    std::span<const std::string> allowed = settings_->allowed_hosts;
    if (settings_->debug && allowed.empty()) allowed = kLocal;
    if (!parts.domain.empty() && validate_host(parts.domain, allowed)) return host;
    std::string message = "Invalid HTTP_HOST header: " + in_quotes(host) + ".";
    if (parts.domain.empty())
        message += " The domain name provided is not valid according to RFC 1034/1035.";
    else
        message += " You may need to add " + in_quotes(parts.domain) + " to ALLOWED_HOSTS.";
    throw DisallowedHost(message);
}

std::string Request::get_port() const {
    if (settings_->use_x_forwarded_port)
        if (const auto port = headers_.get("X-Forwarded-Port")) return std::string(*port);
    return std::to_string(server_port_);
}

std::string Request::get_full_path() const { return get_full_path(path_); }

std::string Request::get_full_path(std::string_view path) const {
    std::string full = uri::escape_uri_path(path);
    if (!query_string_.empty()) full.append("?").append(uri::iri_to_uri(query_string_));
    return full;
}

std::string Request::build_absolute_uri(std::string_view location) const {
    const std::string origin = std::string(scheme()) + "://" + get_host();
    if (location.empty()) return uri::iri_to_uri(origin + get_full_path());
    return uri::iri_to_uri(impl::urljoin(origin, path_, location));
}

std::optional<std::string> Request::get_signed_cookie(std::string_view name, std::string_view salt,
                                                      std::optional<Duration> max_age) const {
    const std::string* value = COOKIES().find(name);
    if (value == nullptr) return std::nullopt;
    auto unsigned_value = signing::unsign_cookie(name, *value, settings_->keys, salt, max_age,
                                                 settings_->signed_cookie_salt,
                                                 settings_->signed_cookie_legacy_salt_fallback);
    if (!unsigned_value) return std::nullopt;
    return *std::move(unsigned_value);
}

bool Request::accepts(std::string_view media_type) const {
    Parsed& kept = parsed();
    if (!kept.accepted) kept.accepted.emplace(headers_.get("Accept"));
    return kept.accepted->accepts(media_type);
}

std::optional<std::string_view> Request::get_preferred_type(
    std::span<const std::string_view> media_types) const {
    Parsed& kept = parsed();
    if (!kept.accepted) kept.accepted.emplace(headers_.get("Accept"));
    return kept.accepted->preferred(media_types);
}

const urls::ResolverMatch* Request::resolver_match() const {
    return extensions.find<urls::ResolverMatch>();
}

}  // namespace tatum::http
