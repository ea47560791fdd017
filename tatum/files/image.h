#pragma once

#include <tatum/files/file.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tatum::files {

/// What the head of a picture's file says.
struct ImageHead {
    std::string_view content_type;  ///< "image/png"
    std::uint32_t width = 0, height = 0;
};

/// Reads the head of a PNG, JPEG, GIF, WebP or BMP file; nullopt for anything else, and for a
/// picture without an area. Looks at no more than kBytesMax bytes of it.
class ImageReader {
public:
    static constexpr std::size_t kBytesMax = 1u << 20;
    static std::optional<ImageHead> read(std::string_view bytes);
    /// Suspends the fiber while the disk is read.
    static std::optional<ImageHead> read(const File& file);
};

}  // namespace tatum::files
