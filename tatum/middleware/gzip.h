#pragma once

#include <tatum/middleware/middleware.h>

#include <cstddef>

namespace tatum::middleware {

/// Compresses responses for browsers that accept it: Django's GZipMiddleware, with brotli beside
/// gzip. A random number of bytes without meaning, up to kRandomBytesMax, goes ahead of the
/// content, so that the length of a page with a secret does not tell what was put beside it
/// (BREACH).
///
/// The pieces of a stream can be read as they come. A request of HTTP/1.0 or through a proxy (Via)
/// is treated like any other, since the response varies by Accept-Encoding.
///
/// Unlike Django: what is compressed already by its type (pictures, films, archives), parts (206),
/// and what forbids it (Cache-Control: no-transform) stays as it is, and so do files.
class GZipMiddleware final : public Middleware {
public:
    static constexpr std::size_t kContentBytesMin = 200;
    static constexpr std::size_t kRandomBytesMax = 100;
    /// A longer page is compressed on the pool.
    static constexpr std::size_t kInPlaceBytesMax = 128 * 1024;

    http::Response process(http::Request& request, const Next& next) const override;
};

}  // namespace tatum::middleware
