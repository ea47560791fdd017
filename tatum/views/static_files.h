#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/views/app_files.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::views {

/// Where static files are looked for, and how they are served.
struct StaticOptions {
    /// STATIC_URL: begins and ends with '/'; or an absolute address, and nothing is served here.
    std::string url = "/static/";
    /// Folders on disk, the first that has a file wins; they come before `apps`.
    std::vector<std::string> folders;
    /// STATIC_ROOT, which collectstatic has filled; empty: none. It is searched first, and where it
    /// has a staticfiles.json, the hashed names are those in there.
    std::string root;
    /// The `static/` files of the site and its apps, in order.
    std::vector<const AppFiles*> apps;
    /// Reads source folders instead of what is embedded, and uses plain names.
    bool debug = false;
    /// Outside debug: addresses hold a hash of the content, so that browsers may keep them for
    /// good.
    bool hashed = true;
};

/// A static file as it is now.
struct StaticFile {
    std::string name;           ///< "css/base.css"
    std::string path;           ///< on disk; empty for an embedded file
    std::string_view content;   ///< of an embedded file
    std::int64_t modified = 0;  ///< seconds since 1970 in UTC
    std::int32_t modified_nanoseconds = 0;
    std::uint64_t size = 0;
};

/// The static files of a site: finds them, names them, serves them. Safe for use by any thread.
///
/// A hashed name is "css/base.55e7cbb9ba48.css": as Django's ManifestStaticFilesStorage makes it,
/// the start of the content's MD5. References to other files in a style sheet get hashed names too.
///
/// A file is sent plain, or compressed by gzip or brotli where the client takes that: from a file
/// beside it ("base.css.br"), else compressed when it is first wanted. No name leads out of the
/// folders, be it by "..", by a symbolic link or by anything else.
class StaticFiles {
public:
    static constexpr std::size_t kHashLength = 12;
    static constexpr std::size_t kHashedFileBytesMax = 64u << 20;

    explicit StaticFiles(StaticOptions options);
    ~StaticFiles();
    StaticFiles(const StaticFiles&) = delete;
    StaticFiles& operator=(const StaticFiles&) = delete;

    const std::string& prefix() const;
    /// The address of a file; its plain name where there is no such file.
    std::string url(std::string_view name) const;
    /// "css/base.HASH.css"; nullopt when there is no such file.
    std::optional<std::string> hashed_name(std::string_view name) const;

    /// nullopt when there is none, or `name` leaves the folders.
    std::optional<StaticFile> find(std::string_view name) const;
    /// Every place that has the file, the one that is served first.
    std::vector<std::string> find_all(std::string_view name) const;
    /// Names of all files, sorted, each once.
    std::vector<std::string> names() const;
    /// The content as it is served: style sheets with hashed names outside debug, but those below
    /// `root` as they are.
    std::string read(const StaticFile& file) const;

    /// True when the path lies below the prefix.
    bool covers(std::string_view path) const;
    /// Answers GET and HEAD for a path that it covers, with validators; 404 and 405 included.
    http::Response serve(http::Request& request) const;

    /// Makes what the first requests for embedded files would otherwise wait for: hashed names and
    /// compressed forms, of which it returns the number. For a server that starts; does nothing in
    /// debug mode.
    std::size_t prepare() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A name that stays below its folder: relative, no empty segment, none that begins with '.' but
/// ".well-known", no '\\', no control character.
bool is_safe_file_name(std::string_view name);

/// A file below `folder`: Django's static.serve. Throws Http404.
http::Response serve_file(http::Request& request, const std::string& folder, std::string_view name);

}  // namespace tatum::views
