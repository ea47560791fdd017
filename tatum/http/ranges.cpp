#include <tatum/base/crypto.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/text.h>
#include <tatum/http/conditional.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tatum::http {

namespace {

/// RFC 9110 §14.2: many small ranges cost a server more than they are worth; then it sends all.
constexpr std::size_t kRangesMax = 32;
/// Of a file, at a time.
constexpr std::size_t kFilePieceBytes = 64 * 1024;

/// First and last byte.
struct ByteRange {
    std::uint64_t first, last;
    std::uint64_t length() const { return last - first + 1; }
};

std::optional<std::uint64_t> to_position(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end != text.data() + text.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

enum class Verdict { Malformed, Outside, Part };

/// RFC 9110 §14.1.2: "first-last", "first-" or "-suffix length".
Verdict read_range(std::string_view spec, std::uint64_t size, ByteRange& range) {
    const std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos) return Verdict::Malformed;
    const auto first = to_position(spec.substr(0, dash));
    const auto last = to_position(spec.substr(dash + 1));
    if (dash == 0) {
        if (!last) return Verdict::Malformed;
        if (*last == 0 || size == 0) return Verdict::Outside;
        range = {size - std::min(*last, size), size - 1};
        return Verdict::Part;
    }
    const bool open = dash + 1 == spec.size();
    if (!first || (!open && !last) || (last && *last < *first)) return Verdict::Malformed;
    if (*first >= size) return Verdict::Outside;
    range = {*first, open ? size - 1 : std::min(*last, size - 1)};
    return Verdict::Part;
}

/// The ranges that can be had; none when all lie outside; nullopt when the header is to be ignored.
std::optional<std::vector<ByteRange>> read_ranges(std::string_view header, std::uint64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (!equals_ignoring_case(header.substr(0, kUnit.size()), kUnit)) return std::nullopt;
    header.remove_prefix(kUnit.size());
    std::vector<ByteRange> ranges;
    std::uint64_t left = size;
    bool outside = false;
    for (std::size_t count = 0; !header.empty(); ++count) {
        const std::size_t comma = std::min(header.find(','), header.size());
        const std::string_view spec = strings::strip(header.substr(0, comma));
        header.remove_prefix(std::min(comma + 1, header.size()));
        if (count == kRangesMax) return std::nullopt;
        if (spec.empty()) continue;
        ByteRange range{};
        switch (read_range(spec, size, range)) {
            case Verdict::Malformed:
                return std::nullopt;
            case Verdict::Outside:
                outside = true;
                break;
            case Verdict::Part:
                // Ranges that overlap would make more of the file than there is.
                if (range.length() > left) return std::nullopt;
                left -= range.length();
                ranges.push_back(range);
        }
    }
    if (ranges.empty() && !outside) return std::nullopt;
    return ranges;
}

/// RFC 9110 §13.1.5: the part is of use only with the version that the client has.
bool if_range_passes(const Request& request, const Response& response) {
    const std::string_view value = request.header("If-Range");
    if (value.empty()) return true;
    if (value.ends_with('"')) {
        return !value.starts_with("W/") && value == response.headers.get("ETag", {});
    }
    const auto date = parse_http_date(value);
    const auto modified = response.headers.get("Last-Modified");
    return date && modified && date == parse_http_date(*modified);
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
    return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" +
           std::to_string(size);
}

/// multipart/byteranges (RFC 9110 §14.6) of a body that is a string or a file.
class RangesStream final : public BodyStream {
public:
    using Whole = std::variant<std::string, BodyFile>;

    RangesStream(Whole whole, const std::vector<ByteRange>& ranges, std::uint64_t size,
                 std::string_view content_type, const std::string& boundary)
        : whole_(std::move(whole)), end_("\r\n--" + boundary + "--\r\n") {
        size_ = end_.size();
        for (const ByteRange& range : ranges) {
            Part part{(parts_.empty() ? "--" : "\r\n--") + boundary + "\r\n", range};
            if (!content_type.empty()) {
                part.head.append("Content-Type: ").append(content_type).append("\r\n");
            }
            part.head += "Content-Range: " + content_range(range, size) + "\r\n\r\n";
            size_ += part.head.size() + range.length();
            parts_.push_back(std::move(part));
        }
    }

    bool next(std::string& out) override {
        if (at_ == parts_.size()) {
            out = end_;
            return false;
        }
        Part& part = parts_[at_];
        out = std::exchange(part.head, {});
        const std::uint64_t left = part.range.length() - sent_;
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, kFilePieceBytes));
        append(out, part.range.first + sent_, count);
        sent_ += count;
        if (count == left) {
            ++at_;
            sent_ = 0;
        }
        return true;
    }
    std::optional<std::uint64_t> size() const override { return size_; }

private:
    struct Part {
        std::string head;
        ByteRange range;
    };

    void append(std::string& out, std::uint64_t offset, std::size_t count) const {
        if (const auto* text = std::get_if<std::string>(&whole_)) {
            out.append(*text, static_cast<std::size_t>(offset), count);
            return;
        }
        const auto& file = std::get<BodyFile>(whole_);
        const std::size_t before = out.size();
        out.resize(before + count);
        for (std::size_t done = 0; done < count;) {
            const std::span<char> room(out.data() + before + done, count - done);
            const std::size_t got = file.file.read_at(file.offset + offset + done, room);
            if (got == 0) throw InternalError("a file has become shorter while it was sent");
            done += got;
        }
    }

    Whole whole_;
    std::vector<Part> parts_;
    std::string end_;
    std::uint64_t size_ = 0;
    std::size_t at_ = 0;
    std::uint64_t sent_ = 0;  // of the part at hand
};

void send_one(Response& response, const ByteRange& range, std::uint64_t size) {
    response.headers.set("Content-Range", content_range(range, size));
    if (BodyFile* file = response.file()) {
        file->offset += range.first;
        file->length = range.length();
    } else {
        response.set_content(response.content().substr(static_cast<std::size_t>(range.first),
                                                       static_cast<std::size_t>(range.length())));
    }
}

void send_several(Response& response, const std::vector<ByteRange>& ranges, std::uint64_t size) {
    constexpr std::size_t kBoundaryChars = 24;
    const std::string boundary = crypto::get_random_string(kBoundaryChars);
    RangesStream::Whole whole;
    if (BodyFile* file = response.file()) {
        whole = std::move(*file);
    } else {
        whole = std::string(response.content());
    }
    const std::string type(response.headers.get("Content-Type", {}));
    response.headers.set("Content-Type", "multipart/byteranges; boundary=" + boundary);
    response.set_stream(owned<RangesStream>(std::move(whole), ranges, size, type, boundary));
}

}  // namespace

void apply_range(const Request& request, Response& response) {
    if (response.status() != 200 || response.is_streaming()) return;
    response.headers.setdefault("Accept-Ranges", "bytes");
    const auto header = request.headers().get("Range");
    if (!header || request.method() != Method::Get || !if_range_passes(request, response)) return;
    const std::uint64_t size = *response.content_length();
    const auto ranges = read_ranges(*header, size);
    if (!ranges) return;
    if (ranges->empty()) {
        response.set_status(416);
        response.headers.set("Content-Range", "bytes */" + std::to_string(size));
        // They tell about the file, which this is not: no cache may keep it in the file's place.
        for (const std::string_view name :
             {"Cache-Control", "Expires", "ETag", "Last-Modified", "Content-Encoding"}) {
            response.headers.erase(name);
        }
        response.set_content({});
        return;
    }
    response.set_status(206);
    if (ranges->size() == 1) {
        send_one(response, ranges->front(), size);
    } else {
        send_several(response, *ranges, size);
    }
}

}  // namespace tatum::http
