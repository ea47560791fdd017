#pragma once

#include <tatum/http/codings.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/views/impl/folder.h>
#include <tatum/views/static_files.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tatum::views::impl {

/// How long browsers may keep a file without asking.
enum class FileCaching : std::uint8_t {
    Revalidate,  ///< asks each time
    Private,     ///< asks each time, and no cache that others share may keep it
    Short,       ///< for kShortSeconds
    Immutable,   ///< for good: its name changes with its content
};
inline constexpr int kShortSeconds = 60;
inline constexpr int kImmutableSeconds = 31'536'000;

/// The type of a file of that name, with its charset: a text without one would be read in the
/// browser's own. A compressed file has the type of its compression.
std::string content_type_of(std::string_view name);

/// A strong entity tag of time and size, with "-gzip" or "-br" for a coding.
std::string etag_of(const StaticFile& file, http::Coding coding = http::Coding::Identity);
/// One of the content itself.
std::string etag_of(std::string_view content, http::Coding coding = http::Coding::Identity);

/// What a response says of a file.
struct FileHeaders {
    std::string content_type;
    std::string etag;
    std::int64_t modified = 0;         ///< seconds since 1970 UTC
    std::string_view last_modified{};  ///< the same as a header has it; empty: made of it
    http::Coding coding = http::Coding::Identity;
    FileCaching caching = FileCaching::Revalidate;
    bool varies = false;  ///< by Accept-Encoding
};

/// 304 or 412 where the request's conditions ask for it, else the content, or the part of it that a
/// Range header wants.
http::Response respond_with_text(http::Request& request, const FileHeaders& headers,
                                 std::string content);
/// The same for a file, which the kernel may send.
http::Response respond_with_file(http::Request& request, const FileHeaders& headers,
                                 http::OpenFile file);
/// As it lies there, without codings.
http::Response respond_with_file(http::Request& request, OpenedFile opened, FileCaching caching);

}  // namespace tatum::views::impl
