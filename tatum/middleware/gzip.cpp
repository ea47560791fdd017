#include <tatum/middleware/gzip.h>

#include <tatum/base/crypto.h>
#include <tatum/base/text.h>
#include <tatum/http/caching.h>

#include <zlib.h>

#include <array>
#include <string>

namespace tatum::middleware {

namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's code for its largest window with a gzip header
constexpr int kMemoryLevel = 8;

/// A gzip stream that is fed in pieces. Its file name, which nobody reads, has a random length.
class Compressor {
public:
    Compressor() {
        ::deflateInit2(&stream_, GZipMiddleware::kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                       Z_DEFAULT_STRATEGY);
        const auto random = static_cast<unsigned char>(crypto::random_bytes(1)[0]);
        name_.assign(random % (GZipMiddleware::kRandomBytesMax + 1), 'a');
        header_.name = reinterpret_cast<Bytef*>(name_.data());
        ::deflateSetHeader(&stream_, &header_);
    }
    ~Compressor() { ::deflateEnd(&stream_); }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    /// `flush` is zlib's: Z_SYNC_FLUSH lets the browser read all that was given so far.
    void add(std::string_view bytes, int flush, std::string& out) {
        std::string input(bytes);
        stream_.next_in = reinterpret_cast<Bytef*>(input.data());
        stream_.avail_in = static_cast<uInt>(input.size());
        std::array<char, 16 * 1024> buffer;
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = static_cast<uInt>(buffer.size());
            ::deflate(&stream_, flush);
            out.append(buffer.data(), buffer.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

private:
    z_stream stream_{};
    gz_header header_{};
    std::string name_;
};

/// The pieces of another stream, compressed.
class CompressedStream final : public http::BodyStream {
public:
    explicit CompressedStream(std::unique_ptr<http::BodyStream> plain) : plain_(std::move(plain)) {}
    bool next(std::string& out) override {
        piece_.clear();
        const bool more = plain_->next(piece_);
        compressor_.add(piece_, more ? Z_SYNC_FLUSH : Z_FINISH, out);
        return more;
    }

private:
    std::unique_ptr<http::BodyStream> plain_;
    Compressor compressor_;
    std::string piece_;
};

/// A strong ETag names the bytes of one coding; for the other it can only be weak.
void weaken_etag(http::Response& response) {
    const std::string etag(response.headers.get("ETag", {}));
    if (etag.starts_with('"')) response.headers.set("ETag", "W/" + etag);
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    for (std::string_view coding : strings::split(accept_encoding, ",")) {
        const std::size_t semicolon = coding.find(';');
        const std::string_view name = strings::strip(coding.substr(0, semicolon), " \t");
        if (!strings::equals_ignoring_ascii_case(name, "gzip") && name != "*") continue;
        if (semicolon == std::string_view::npos) return true;
        const std::string quality = strings::replace(coding.substr(semicolon + 1), " ", "");
        return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" &&
               quality != "q=0.000";
    }
    return false;
}

http::Response GZipMiddleware::process(http::Request& request, const Next& next) const {
    http::Response response = next(request);
    if (response.is_file() || response.headers.contains("Content-Encoding")) return response;
    // Events are short and wait for nobody: a compressor would hold a window for each client.
    if (response.content_type() == "text/event-stream") return response;
    if (!response.is_streaming() && response.content().size() < kContentBytesMin) return response;
    http::patch_vary_headers(response, {"Accept-Encoding"});
    if (!accepts_gzip(request.header("Accept-Encoding"))) return response;
    if (response.is_streaming()) {
        response.set_stream(std::make_unique<CompressedStream>(response.take_stream()));
    } else {
        std::string compressed;
        Compressor().add(response.content(), Z_FINISH, compressed);
        if (compressed.size() >= response.content().size()) return response;
        response.set_content(std::move(compressed));
    }
    response.headers.erase("Content-Length");
    weaken_etag(response);
    response.headers.set("Content-Encoding", "gzip");
    return response;
}

}  // namespace tatum::middleware
