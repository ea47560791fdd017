#include <tatum/views/files.h>

#include <tatum/base/header_values.h>
#include <tatum/base/settings.h>
#include <tatum/base/uri.h>
#include <tatum/http/errors.h>
#include <tatum/views/impl/file_response.h>
#include <tatum/views/impl/folder.h>
#include <tatum/views/static_files.h>

#include <optional>
#include <utility>

namespace tatum::views {

namespace {

using header_values::Disposition;

/// What a page made of an uploaded file may do: nothing.
constexpr std::string_view kSandbox = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

std::string_view base_name(std::string_view name) {
    return name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
}

std::optional<impl::OpenedFile> open_safely(const std::string& folder, std::string_view name) {
    if (!is_safe_file_name(name)) return std::nullopt;
    return impl::open_below(folder, name);
}

bool reads_only(const http::Request& request) {
    return request.method() == http::Method::Get || request.method() == http::Method::Head;
}

/// The other server fills in length, validators and ranges.
http::Response handed_over(std::string_view header, std::string_view place,
                           std::string_view content_type) {
    http::Response response(std::string(), {.content_type = content_type});
    std::string quoted;
    uri::append_quoted(quoted, place);
    response.headers.set(header, quoted);
    response.headers.set("Cache-Control", "private, no-cache");
    return response;
}

}  // namespace

bool is_safe_to_show(std::string_view content_type) {
    const std::string_view type =
        content_type.substr(0, std::min(content_type.find(';'), content_type.size()));
    if (type == "image/svg+xml") return false;
    return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/") ||
           type == "text/plain" || type == "application/pdf";
}

MediaFiles MediaFiles::from(const Settings& settings) {
    return {settings.media_url, settings.media_root};
}

bool MediaFiles::covers(std::string_view path) const {
    // "/" alone would take the whole site.
    return !root_.empty() && url_.size() > 1 && url_.starts_with('/') && url_.ends_with('/') &&
           path.starts_with(url_);
}

http::Response MediaFiles::serve(http::Request& request) const {
    if (!reads_only(request)) return http::ResponseNotAllowed({"GET", "HEAD"});
    const std::string_view name = request.path_info().substr(url_.size());
    auto opened = open_safely(root_, name);
    if (!opened) throw Http404("\"" + std::string(name) + "\" is no media file");
    const std::string type = impl::content_type_of(name);
    http::Response response =
        impl::respond_with_file(request, *std::move(opened), impl::FileCaching::Revalidate);
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (type != "application/pdf") response.headers.set("Content-Security-Policy", kSandbox);
    if (!is_safe_to_show(type)) {
        const auto disposition =
            header_values::content_disposition(Disposition::Attachment, base_name(name));
        if (disposition) response.headers.set("Content-Disposition", *disposition);
    }
    return response;
}

http::Response serve_private(http::Request& request, std::string_view name,
                             const http::FileOptions& options) {
    if (!reads_only(request)) return http::ResponseNotAllowed({"GET", "HEAD"});
    const Settings& settings = current_settings();
    if (settings.sendfile_root.empty()) {
        throw ImproperlyConfigured("SENDFILE_ROOT is not set: serve_private() has no folder");
    }
    auto opened = open_safely(settings.sendfile_root, name);
    if (!opened) throw Http404("\"" + std::string(name) + "\" is no private file");
    const std::string_view shown = options.filename.empty() ? base_name(name) : options.filename;
    const std::string type = options.content_type.empty() ? impl::content_type_of(shown)
                                                          : std::string(options.content_type);
    http::Response response;
    if (settings.sendfile_backend == "nginx") {
        response = handed_over("X-Accel-Redirect", settings.sendfile_url + std::string(name), type);
    } else if (settings.sendfile_backend == "xsendfile") {
        response = handed_over("X-Sendfile", opened->facts.path, type);
    } else {
        const impl::FileHeaders headers{.content_type = type,
                                        .etag = impl::etag_of(opened->facts),
                                        .modified = opened->facts.modified,
                                        .caching = impl::FileCaching::Private};
        response = impl::respond_with_file(request, headers, std::move(opened->file));
    }
    const auto disposition = header_values::content_disposition(
        options.as_attachment ? Disposition::Attachment : Disposition::Inline, shown);
    if (disposition) response.headers.set("Content-Disposition", *disposition);
    return response;
}

}  // namespace tatum::views
