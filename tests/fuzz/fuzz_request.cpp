// The bytes of a connection: heads, and the bodies between them. The first byte says in what pieces
// they come.

#include <tatum/net/impl/request_parser.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using tatum::net::impl::RequestParser;
using Progress = RequestParser::Progress;

constexpr int kRequestsMax = 16;

tatum::net::ServerLimits small_limits() {
    tatum::net::ServerLimits limits;
    limits.target_bytes_max = 256;
    limits.head_bytes_max = 1024;
    limits.headers_max = 16;
    limits.trailer_bytes_max = 128;
    return limits;
}

void require(bool condition) {
    if (!condition) std::abort();
}

/// What arrives, `step` bytes at a time.
class Arrivals {
public:
    Arrivals(std::string_view bytes, std::size_t step) : bytes_(bytes), step_(step) {}
    bool more(std::string& input) {
        if (bytes_.empty()) return false;
        input += bytes_.substr(0, step_);
        bytes_.remove_prefix(std::min(step_, bytes_.size()));
        return true;
    }

private:
    std::string_view bytes_;
    std::size_t step_;
};

bool read_head(RequestParser& parser, std::string& input, Arrivals& arrivals) {
    for (;;) {
        const Progress progress = parser.parse_head(input);
        if (progress == Progress::Fault) {
            require(parser.fault().status >= 400 && parser.fault().status < 600);
            return false;
        }
        if (progress == Progress::Done) return true;
        if (!arrivals.more(input)) return false;
    }
}

bool read_body(RequestParser& parser, std::string& input, Arrivals& arrivals) {
    if (const auto length = parser.content_length()) {
        while (input.size() < *length) {
            if (!arrivals.more(input)) return false;
        }
        input.erase(0, static_cast<std::size_t>(*length));
        return true;
    }
    std::array<char, 16> output;
    for (;;) {
        const auto chunks = parser.chunks().decode(input, output);
        require(chunks.consumed <= input.size() && chunks.produced <= output.size());
        input.erase(0, chunks.consumed);
        if (chunks.progress == Progress::Done) return true;
        if (chunks.progress == Progress::Fault) return false;
        if (chunks.produced == 0 && !arrivals.more(input)) return false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static const auto limits = small_limits();
    RequestParser parser(limits);
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    Arrivals arrivals(bytes, 1 + data[0]);
    std::string input;
    for (int i = 0; i < kRequestsMax; ++i) {
        if (!read_head(parser, input, arrivals)) return 0;
        const auto& head = parser.head();
        require(parser.head_bytes() <= input.size() && head.headers.size() <= limits.headers_max);
        require(head.path == "*" || head.path.starts_with('/'));
        require(!head.host.empty() || head.version == tatum::net::HttpVersion::Http10);
        input.erase(0, parser.head_bytes());
        if (!read_body(parser, input, arrivals)) return 0;
    }
    return 0;
}
