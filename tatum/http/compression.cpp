#include <tatum/http/compression.h>

#include <tatum/base/crypto.h>
#include <tatum/base/text.h>
#include <tatum/http/headers.h>

#include <brotli/encode.h>

#define ZLIB_CONST  // next_in points to what it only reads
#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

namespace tatum::http {

namespace {

constexpr std::size_t kPieceBytes = 16 * 1024;
constexpr int kGzipWindow = 15 + 16;  // zlib's code for its largest window with a gzip header
constexpr int kGzipMemoryLevel = 8;
constexpr char kPadding = 'a';

std::size_t padding_of(const CompressionOptions& options) {
    return std::min(options.padding_bytes, kPaddingBytesMax);
}

}  // namespace

std::size_t random_padding(std::size_t bytes_max) {
    const std::size_t most = std::min(bytes_max, kPaddingBytesMax);
    if (most == 0) return 0;
    // One byte draws it: some lengths come a little more often, which tells nothing.
    static_assert(kPaddingBytesMax < 256);
    return static_cast<unsigned char>(crypto::random_bytes(1)[0]) % (most + 1);
}

class Compressor::Impl {
public:
    virtual ~Impl() = default;
    virtual void add(std::string_view bytes, Flush flush, std::string& out) = 0;
};

/// The padding is the file name in the header (RFC 1952 §2.3.1), which nobody reads.
class Compressor::Gzip final : public Impl {
public:
    explicit Gzip(const CompressionOptions& options) : name_(padding_of(options), kPadding) {
        const int level = options.effort == Effort::Fast ? 6 : 9;
        if (::deflateInit2(&stream_, level, Z_DEFLATED, kGzipWindow, kGzipMemoryLevel,
                           Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc();
        }
        if (!name_.empty()) header_.name = reinterpret_cast<Bytef*>(name_.data());
        header_.os = 255;  // unknown: the same bytes wherever they are made
        ::deflateSetHeader(&stream_, &header_);
    }
    ~Gzip() override { ::deflateEnd(&stream_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    void add(std::string_view bytes, Flush flush, std::string& out) override {
        const int code = flush == Flush::None   ? Z_NO_FLUSH
                         : flush == Flush::Sync ? Z_SYNC_FLUSH
                                                : Z_FINISH;
        std::array<char, kPieceBytes> buffer;
        do {  // zlib counts in 32 bits
            const std::string_view piece = bytes.substr(0, 1u << 30);
            bytes.remove_prefix(piece.size());
            stream_.next_in = reinterpret_cast<const Bytef*>(piece.data());
            stream_.avail_in = static_cast<uInt>(piece.size());
            do {
                stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
                stream_.avail_out = static_cast<uInt>(buffer.size());
                ::deflate(&stream_, bytes.empty() ? code : Z_NO_FLUSH);
                out.append(buffer.data(), buffer.size() - stream_.avail_out);
            } while (stream_.avail_out == 0);
        } while (!bytes.empty());
    }

private:
    z_stream stream_{};
    gz_header header_{};
    std::string name_;
};

/// The padding is a metadata block (RFC 7932 §9.2), which decoders skip.
class Compressor::Brotli final : public Impl {
public:
    explicit Brotli(const CompressionOptions& options)
        : state_(::BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)),
          padding_(padding_of(options)) {
        if (state_ == nullptr) throw std::bad_alloc();
        const bool fast = options.effort == Effort::Fast;
        const std::uint32_t quality = fast ? 4 : options.effort == Effort::Good ? 9 : 11;
        ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_QUALITY, quality);
        ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_LGWIN, fast ? 18 : 22);
    }
    ~Brotli() override { ::BrotliEncoderDestroyInstance(state_); }
    Brotli(const Brotli&) = delete;
    Brotli& operator=(const Brotli&) = delete;

    void add(std::string_view bytes, Flush flush, std::string& out) override {
        if (padding_ > 0) {
            // One more than asked for: of a block of one byte the encoder writes that it has none,
            // and then the byte all the same, which no decoder can read.
            run(std::string(padding_ + 1, kPadding), BROTLI_OPERATION_EMIT_METADATA, out);
            padding_ = 0;
        }
        run(bytes,
            flush == Flush::None   ? BROTLI_OPERATION_PROCESS
            : flush == Flush::Sync ? BROTLI_OPERATION_FLUSH
                                   : BROTLI_OPERATION_FINISH,
            out);
    }

private:
    void run(std::string_view bytes, BrotliEncoderOperation operation, std::string& out) {
        std::size_t left = bytes.size();
        const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
        // The space is more than any padding needs: a metadata block that does not fit leaves the
        // encoder in the middle of it.
        std::array<std::uint8_t, kPieceBytes> buffer;
        do {
            std::size_t space = buffer.size();
            std::uint8_t* out_next = buffer.data();
            if (!::BrotliEncoderCompressStream(state_, operation, &left, &next, &space, &out_next,
                                               nullptr)) {
                throw std::bad_alloc();
            }
            out.append(reinterpret_cast<const char*>(buffer.data()), buffer.size() - space);
        } while (left > 0 || ::BrotliEncoderHasMoreOutput(state_));
    }

    BrotliEncoderState* state_;
    std::size_t padding_;
};

Compressor::Compressor(Coding coding, const CompressionOptions& options) {
    switch (coding) {
        case Coding::Gzip:
            impl_ = std::make_unique<Gzip>(options);
            break;
        case Coding::Brotli:
            impl_ = std::make_unique<Brotli>(options);
            break;
        case Coding::Identity:
            throw std::invalid_argument("identity is no compression");
    }
}

Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

void Compressor::add(std::string_view bytes, Flush flush, std::string& out) {
    impl_->add(bytes, flush, out);
}

std::string compress(Coding coding, std::string_view bytes, const CompressionOptions& options) {
    std::string out;
    Compressor(coding, options).add(bytes, Compressor::Flush::Finish, out);
    return out;
}

namespace {

class CompressedStream final : public BodyStream {
public:
    CompressedStream(Coding coding, Owned<BodyStream> plain, const CompressionOptions& options)
        : plain_(std::move(plain)), compressor_(coding, options) {}

    bool next(std::string& out) override {
        // A flush costs some bytes, so that an empty piece gets none.
        bool more = true;
        for (piece_.clear(); more && piece_.empty();) more = plain_->next(piece_);
        compressor_.add(piece_, more ? Compressor::Flush::Sync : Compressor::Flush::Finish, out);
        return more;
    }

private:
    Owned<BodyStream> plain_;
    Compressor compressor_;
    std::string piece_;
};

}  // namespace

Owned<BodyStream> compress_stream(Coding coding, Owned<BodyStream> plain,
                                  const CompressionOptions& options) {
    return owned<CompressedStream>(coding, std::move(plain), options);
}

bool is_compressible_type(std::string_view content_type) {
    const std::string type = strings::ascii_lower(strings::strip(
        content_type.substr(0, std::min(content_type.find(';'), content_type.size()))));
    if (type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml")) return true;
    constexpr std::string_view kOthers[] = {"application/javascript",
                                            "application/json",
                                            "application/xml",
                                            "application/wasm",
                                            "application/rtf",
                                            "application/x-ndjson",
                                            "application/geo+json",
                                            "application/jsonl",
                                            "image/bmp",
                                            "image/vnd.microsoft.icon",
                                            "image/x-icon",
                                            "font/ttf",
                                            "font/otf",
                                            "message/rfc822",
                                            "application/vnd.ms-fontobject"};
    return std::find(std::begin(kOthers), std::end(kOthers), type) != std::end(kOthers);
}

}  // namespace tatum::http
