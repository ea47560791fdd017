#include <tatum/middleware/gzip.h>

#include <tatum/base/text.h>
#include <tatum/http/caching.h>
#include <tatum/http/compression.h>
#include <tatum/net/offload.h>

#include <array>
#include <string>

namespace tatum::middleware {

namespace {

constexpr std::array kCodings = {http::Coding::Brotli, http::Coding::Gzip};

http::CompressionOptions options() {
    return {.padding_bytes = http::random_padding(GZipMiddleware::kRandomBytesMax)};
}

/// A strong ETag names the bytes of one coding; for the other it can only be weak.
void weaken_etag(http::Response& response) {
    const std::string etag(response.headers.get("ETag", {}));
    if (etag.starts_with('"')) response.headers.set("ETag", "W/" + etag);
}

bool may_be_compressed(const http::Response& response) {
    if (response.is_file() || response.headers.contains("Content-Encoding")) return false;
    if (!response.is_streaming() && response.content().size() < GZipMiddleware::kContentBytesMin) {
        return false;
    }
    // Events are short and wait for nobody: a compressor would hold a window for each client.
    if (response.content_type() == "text/event-stream") return false;
    // RFC 9110 §14.3: a part is a part of the bytes as they are; RFC 9111 §5.2.2.6.
    if (response.status() == 206 ||
        strings::ascii_lower(response.headers.get("Cache-Control", {})).find("no-transform") !=
            std::string::npos) {
        return false;
    }
    return response.content_type().empty() || http::is_compressible_type(response.content_type());
}

std::string compressed(http::Coding coding, const std::string& content) {
    if (content.size() <= GZipMiddleware::kInPlaceBytesMax) {
        return http::compress(coding, content, options());
    }
    return net::offload([&] { return http::compress(coding, content, options()); });
}

}  // namespace

http::Response GZipMiddleware::process(http::Request& request, const Next& next) const {
    http::Response response = next(request);
    if (!may_be_compressed(response)) return response;
    http::patch_vary_headers(response, {"Accept-Encoding"});
    const http::AcceptedCodings accepted(request.headers().get("Accept-Encoding"));
    const auto coding = accepted.choose(kCodings);
    if (!coding || *coding == http::Coding::Identity) return response;
    if (response.is_streaming()) {
        response.set_stream(http::compress_stream(*coding, response.take_stream(), options()));
    } else {
        std::string content = compressed(*coding, response.content());
        if (content.size() >= response.content().size()) return response;
        response.set_content(std::move(content));
    }
    response.headers.erase("Content-Length");
    response.headers.erase("Accept-Ranges");
    weaken_etag(response);
    response.headers.set("Content-Encoding", http::to_string(*coding));
    return response;
}

}  // namespace tatum::middleware
