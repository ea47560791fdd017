#pragma once

#include <tatum/middleware/middleware.h>

#include <cstddef>

namespace tatum::middleware {

/// Compresses responses for browsers that accept gzip: Django's GZipMiddleware. A random number of
/// bytes, up to kRandomBytesMax, goes into the file name of the gzip header, so that the length of
/// a page with a secret does not tell what was put beside it (BREACH).
class GZipMiddleware final : public Middleware {
public:
    static constexpr std::size_t kContentBytesMin = 200;
    static constexpr std::size_t kRandomBytesMax = 100;
    static constexpr int kLevel = 6;

    http::Response process(http::Request& request, const Next& next) const override;
};

/// Does this Accept-Encoding header take gzip? (RFC 9110 §12.5.3)
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace tatum::middleware
