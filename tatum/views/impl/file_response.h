#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/views/static_files.h>

#include <cstdint>
#include <string>

namespace tatum::views::impl {

/// How long browsers may keep a file without asking.
enum class FileCaching : std::uint8_t {
    Revalidate,  ///< asks each time
    Short,       ///< for kShortSeconds
    Immutable,   ///< for good: its name changes with its content
};
inline constexpr int kShortSeconds = 60;
inline constexpr int kImmutableSeconds = 31'536'000;

/// A file whose content is in memory; the entity tag is its digest.
http::Response respond_with_text(http::Request& request, const StaticFile& file,
                                 std::string content, FileCaching caching);
/// A file on disk, which the kernel may send; the entity tag is made of time and size.
http::Response respond_with_file(http::Request& request, const StaticFile& file,
                                 FileCaching caching);

}  // namespace tatum::views::impl
