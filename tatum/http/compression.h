#pragma once

#include <tatum/base/owned.h>
#include <tatum/http/body.h>
#include <tatum/http/codings.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tatum::http {

/// How much time a byte is worth.
enum class Effort : std::uint8_t {
    Fast,  ///< for what is made anew for each request
    Good,  ///< for what is compressed once, while a client waits, and sent many times
    Best,  ///< for what is compressed when the site is deployed; a second or two for each megabyte
};

struct CompressionOptions {
    Effort effort = Effort::Fast;
    /// So many bytes that mean nothing go ahead of the content, at most kPaddingBytesMax. Brotli
    /// adds up to three of its own.
    std::size_t padding_bytes = 0;
};

inline constexpr std::size_t kPaddingBytesMax = 200;

/// A random length from 0 to `bytes_max` for the padding of a page with a secret: its length does
/// not tell any more what was put beside the secret (BREACH).
std::size_t random_padding(std::size_t bytes_max);

/// Compresses in pieces, by gzip or brotli. Used by one fiber at a time.
class Compressor {
public:
    enum class Flush : std::uint8_t {
        None,    ///< keeps what compresses better with more
        Sync,    ///< the other side can read all that was given so far
        Finish,  ///< the end; once
    };

    /// Throws std::invalid_argument for Coding::Identity, std::bad_alloc.
    explicit Compressor(Coding coding, const CompressionOptions& options = {});
    ~Compressor();
    Compressor(Compressor&&) noexcept;
    Compressor& operator=(Compressor&&) noexcept;

    /// Appends to `out`.
    void add(std::string_view bytes, Flush flush, std::string& out);

private:
    class Impl;
    class Gzip;
    class Brotli;
    std::unique_ptr<Impl> impl_;
};

/// All at once. Costs CPU: offload what is large.
std::string compress(Coding coding, std::string_view bytes, const CompressionOptions& options = {});

/// The pieces of `plain`, each of which can be read as soon as it is there.
Owned<BodyStream> compress_stream(Coding coding, Owned<BodyStream> plain,
                                  const CompressionOptions& options = {});

/// Is it worth while for this type ("text/html; charset=utf-8")? Not for pictures, films and
/// archives, which are compressed already.
bool is_compressible_type(std::string_view content_type);

}  // namespace tatum::http
