#include <tatum/files/image.h>

#include <tatum/net/offload.h>

#include <algorithm>
#include <string>

namespace tatum::files {

namespace {

/// Numbers of a file's bytes; behind the end they are 0.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

    std::size_t size() const { return bytes_.size(); }
    std::uint32_t at(std::size_t i) const {
        return i < bytes_.size() ? static_cast<unsigned char>(bytes_[i]) : 0;
    }
    std::uint32_t big(std::size_t i, int count) const {
        std::uint32_t number = 0;
        for (int n = 0; n < count; ++n) number = number << 8 | at(i + static_cast<std::size_t>(n));
        return number;
    }
    std::uint32_t little(std::size_t i, int count) const {
        std::uint32_t number = 0;
        while (count-- > 0) number = number << 8 | at(i + static_cast<std::size_t>(count));
        return number;
    }
    bool has(std::size_t i, std::string_view text) const {
        return i <= bytes_.size() && bytes_.substr(i).starts_with(text);
    }

private:
    std::string_view bytes_;
};

// PNG (ISO/IEC 15948 §11.2.2).
std::optional<ImageHead> png_head(const Bytes& b) {
    constexpr std::size_t kHeadBytes = 33;
    if (!b.has(0, "\x89PNG\r\n\x1a\n") || !b.has(12, "IHDR") || b.size() < kHeadBytes)
        return std::nullopt;
    return ImageHead{"image/png", b.big(16, 4), b.big(20, 4)};
}

std::optional<ImageHead> gif_head(const Bytes& b) {
    constexpr std::size_t kHeadBytes = 13;
    if ((!b.has(0, "GIF87a") && !b.has(0, "GIF89a")) || b.size() < kHeadBytes) return std::nullopt;
    return ImageHead{"image/gif", b.little(6, 2), b.little(8, 2)};
}

std::optional<ImageHead> bmp_head(const Bytes& b) {
    constexpr std::size_t kHeadBytes = 26;
    if (!b.has(0, "BM") || b.size() < kHeadBytes) return std::nullopt;
    if (b.little(14, 4) == 12) return ImageHead{"image/bmp", b.little(18, 2), b.little(20, 2)};
    const std::uint32_t height = b.little(22, 4);  // negative: from the top down
    return ImageHead{"image/bmp", b.little(18, 4), height >> 31 ? ~height + 1 : height};
}

// WebP (RFC 9649 §2.4 to §2.7).
std::optional<ImageHead> webp_head(const Bytes& b) {
    constexpr std::size_t kHeadBytes = 30;
    if (!b.has(0, "RIFF") || !b.has(8, "WEBP") || b.size() < kHeadBytes) return std::nullopt;
    if (b.has(12, "VP8X")) return ImageHead{"image/webp", b.little(24, 3) + 1, b.little(27, 3) + 1};
    if (b.has(12, "VP8L") && b.at(20) == 0x2f) {
        const std::uint32_t bits = b.little(21, 4);
        return ImageHead{"image/webp", (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
    }
    if (b.has(12, "VP8 ") && b.has(23, "\x9d\x01\x2a"))
        return ImageHead{"image/webp", b.little(26, 2) & 0x3fff, b.little(28, 2) & 0x3fff};
    return std::nullopt;
}

// JPEG (ITU-T T.81 annex B): segments until a start of frame.
std::optional<ImageHead> jpeg_head(const Bytes& b) {
    if (!b.has(0, "\xff\xd8\xff")) return std::nullopt;
    for (std::size_t at = 2; at + 9 < b.size();) {
        if (b.at(at) != 0xff) return std::nullopt;
        const std::uint32_t marker = b.at(at + 1);
        if (marker == 0xff) {
            ++at;
            continue;
        }
        const bool is_alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        const bool is_frame =
            marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (is_frame) return ImageHead{"image/jpeg", b.big(at + 7, 2), b.big(at + 5, 2)};
        if (marker == 0xd9 || marker == 0xda) return std::nullopt;
        at += is_alone ? 2 : 2 + std::max(b.big(at + 2, 2), 2u);
    }
    return std::nullopt;
}

}  // namespace

std::optional<ImageHead> ImageReader::read(std::string_view bytes) {
    const Bytes head(bytes.substr(0, kBytesMax));
    for (const auto reader : {png_head, jpeg_head, gif_head, webp_head, bmp_head}) {
        const std::optional<ImageHead> found = reader(head);
        if (found) return found->width > 0 && found->height > 0 ? found : std::nullopt;
    }
    return std::nullopt;
}

std::optional<ImageHead> ImageReader::read(const File& file) {
    const std::string head = net::offload([&] {
        std::string bytes(std::min<std::uint64_t>(file.size(), kBytesMax), '\0');
        std::size_t filled = 0;
        while (filled < bytes.size()) {
            const std::size_t got = file.read_at(filled, std::span(bytes).subspan(filled));
            if (got == 0) break;
            filled += got;
        }
        bytes.resize(filled);
        return bytes;
    });
    return read(std::string_view(head));
}

}  // namespace tatum::files
