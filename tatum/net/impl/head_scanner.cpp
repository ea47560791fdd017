#include <tatum/net/impl/head_scanner.h>

#include <tatum/net/impl/ascii.h>

#include <algorithm>
#include <array>
#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tatum::net::impl {

namespace {

constexpr std::size_t kVersionBytes = 8;

constexpr bool is_value_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

/// The first byte that cannot stand in a value.
const char* find_value_end(const char* at, const char* end) {
#ifdef __SSE2__
    const __m128i last_control = _mm_set1_epi8(0x1f);
    const __m128i tab = _mm_set1_epi8('\t');
    const __m128i del = _mm_set1_epi8(0x7f);
    for (; end - at >= 16; at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        const __m128i bad = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), control),
                                         _mm_cmpeq_epi8(bytes, del));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(bad));
        if (mask != 0) return at + std::countr_zero(mask);
    }
#endif
    while (at < end && is_value_byte(*at)) ++at;
    return at;
}

/// Reads from left to right. Each step says Done when it has been taken, and NeedMore at the end of
/// the bytes.
class FieldScanner {
public:
    FieldScanner(std::string_view bytes, ScannedHead& head)
        : at_(bytes.data()), end_(bytes.data() + bytes.size()), begin_(at_), head_(head) {}

    Progress scan(std::size_t headers_max) {
        if (const auto progress = request_line(); progress != Progress::Done) return progress;
        head_.line_complete = true;
        return scan_fields(headers_max);
    }

    Progress scan_fields(std::size_t headers_max) {
        for (;;) {
            if (at_ == end_) return Progress::NeedMore;
            if (*at_ == '\r') break;
            if (head_.headers.size() == headers_max) {
                return refuse(431, "too many header fields");
            }
            if (const auto progress = field(); progress != Progress::Done) return progress;
        }
        const auto progress = line_end("a carriage return without line feed");
        head_.bytes = static_cast<std::size_t>(at_ - begin_);
        return progress;
    }

private:
    Progress refuse(int status, std::string_view reason) {
        head_.fault = {status, reason};
        return Progress::Fault;
    }
    std::string_view since(const char* start) const {
        return {start, static_cast<std::size_t>(at_ - start)};
    }

    Progress request_line() {
        const char* start = at_;
        while (at_ < end_ && is_token_byte(*at_)) ++at_;
        if (at_ == end_) return Progress::NeedMore;
        if (*at_ != ' ' || at_ == start) return refuse(400, "malformed method");
        head_.method = since(start);
        start = ++at_;
        while (at_ < end_ && is_target_byte(*at_)) ++at_;
        if (at_ == end_) return Progress::NeedMore;
        if (*at_ != ' ' || at_ == start) return refuse(400, "malformed request target");
        head_.target = since(start);
        ++at_;
        return version();
    }

    Progress version() {
        constexpr std::string_view kForm = "HTTP/0.0";
        const char* const start = at_;
        for (const char form : kForm) {
            if (at_ == end_) return Progress::NeedMore;
            if (form == '0' ? !is_digit(*at_) : *at_ != form) {
                return refuse(400, "malformed HTTP version");
            }
            ++at_;
        }
        head_.version = {start, kVersionBytes};
        return line_end("malformed HTTP version");
    }

    Progress line_end(std::string_view fault) {
        for (const char form : {'\r', '\n'}) {
            if (at_ == end_) return Progress::NeedMore;
            if (*at_ != form) return refuse(400, fault);
            ++at_;
        }
        return Progress::Done;
    }

    Progress field() {
        const char* start = at_;
        while (at_ < end_ && is_token_byte(*at_)) ++at_;
        if (at_ == end_) return Progress::NeedMore;
        if (*at_ != ':' || at_ == start) {
            const bool folded = at_ == start && (*at_ == ' ' || *at_ == '\t');
            return refuse(400, folded ? "folded header line" : "malformed header name");
        }
        const std::string_view name = since(start);
        start = ++at_;
        at_ = find_value_end(at_, end_);
        const std::string_view value = strip_blanks(since(start));
        const auto progress = line_end("malformed header value");
        if (progress == Progress::Done) head_.headers.push_back({name, value});
        return progress;
    }

    const char* at_;
    const char* const end_;
    const char* const begin_;
    ScannedHead& head_;
};

}  // namespace

Progress scan_head(std::string_view bytes, std::size_t headers_max, ScannedHead& head) {
    head.method = head.target = head.version = {};
    head.headers.clear();
    head.line_complete = false;
    return FieldScanner(bytes, head).scan(headers_max);
}

Progress scan_fields(std::string_view bytes, std::size_t headers_max, ScannedHead& head) {
    head.headers.clear();
    return FieldScanner(bytes, head).scan_fields(headers_max);
}

Expectation read_expect(std::string_view list, Expectation before) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view expectation = strip_blanks(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
        if (expectation.empty()) continue;
        if (!ascii::equals_ignoring_case(expectation, "100-continue")) return Expectation::Unknown;
        if (before == Expectation::None) before = Expectation::Continue;
    }
    return before;
}

}  // namespace tatum::net::impl
