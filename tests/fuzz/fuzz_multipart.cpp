// Multipart bodies: the first byte says how the rest is split, and splitting must not matter.

#include <tatum/http/errors.h>
#include <tatum/http/multipart.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace {

using namespace tatum::http;

HttpSettings in_memory() {
    HttpSettings settings;
    settings.file_upload_max_memory_size = 1u << 30;
    return settings;
}

/// nullopt when the body is refused.
std::optional<MultipartForm> parse(std::string_view body, std::size_t piece) {
    static const HttpSettings settings = in_memory();
    UploadHandlers handlers;
    handlers.push_back(default_upload_handler(settings));
    try {
        MultipartParser parser("multipart/form-data; boundary=B", settings, handlers);
        for (std::size_t at = 0; at < body.size(); at += piece) parser.feed(body.substr(at, piece));
        return parser.finish();
    } catch (const MultiPartParserError&) {
    } catch (const tatum::SuspiciousOperation&) {
    }
    return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = parse(body, std::max<std::size_t>(body.size(), 1));
    const auto split = parse(body, data[0] % 16u + 1u);
    if (whole.has_value() != split.has_value()) std::abort();
    if (!whole) return 0;
    if (!(whole->fields == split->fields) || whole->files.size() != split->files.size())
        std::abort();
    for (const auto& entry : whole->files) {
        const auto& others = split->files.getlist(entry.key);
        if (others.size() != entry.values.size()) std::abort();
        for (std::size_t i = 0; i < others.size(); ++i)
            if (others[i].in_memory() != entry.values[i].in_memory()) std::abort();
    }
    return 0;
}
