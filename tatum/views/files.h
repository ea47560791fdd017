#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <string>
#include <string_view>

namespace tatum {
struct Settings;
}

namespace tatum::views {

/// The files that users have uploaded, below MEDIA_URL: for anybody who knows the address. Safe for
/// use by any thread.
///
/// Nobody knows what users upload, so nothing is believed of it: no compressed forms beside a file,
/// no sniffing of types, and what a browser would run (HTML, SVG, XML, scripts, anything unknown)
/// is a download. Pictures, films, sounds, plain text and PDF are shown.
class MediaFiles {
public:
    MediaFiles(std::string url, std::string root) : url_(std::move(url)), root_(std::move(root)) {}
    /// MEDIA_URL and MEDIA_ROOT. Nothing is served where one is empty or MEDIA_URL names a host.
    static MediaFiles from(const Settings& settings);

    /// True when the path lies below the prefix.
    bool covers(std::string_view path) const;
    /// Answers GET and HEAD for a path that it covers, with validators and ranges; 405 otherwise.
    /// Throws Http404.
    http::Response serve(http::Request& request) const;

private:
    std::string url_, root_;
};

/// A file that only some may see: call it in a view, after the check. `name` is relative to
/// SENDFILE_ROOT. By SENDFILE_BACKEND the bytes are sent
/// - "server" (the default): by Tatum, with sendfile(2), ranges and validators;
/// - "nginx": by nginx, which is told so by `X-Accel-Redirect: SENDFILE_URL` and the name;
/// - "xsendfile": by Apache's mod_xsendfile or lighttpd, told by `X-Sendfile` and the path.
/// Throws Http404 when there is no such file or the name leaves the folder, ImproperlyConfigured
/// when SENDFILE_ROOT is not set.
http::Response serve_private(http::Request& request, std::string_view name,
                             const http::FileOptions& options = {});

/// May a browser show a file of this type as a page of the site's own origin? Not when it could
/// hold a script.
bool is_safe_to_show(std::string_view content_type);

}  // namespace tatum::views

namespace tatum {
using views::serve_private;
}
