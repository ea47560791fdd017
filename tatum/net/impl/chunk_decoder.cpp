#include <tatum/net/impl/chunk_decoder.h>

#include <tatum/net/impl/ascii.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace tatum::net::impl {

namespace {

/// The size of a chunk with its extensions.
constexpr std::size_t kSizeLineBytesMax = 1024;

constexpr bool is_text_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

void ChunkDecoder::begin() {
    state_ = State::SizeBegin;
    left_ = 0;
    line_bytes_ = 0;
    trailer_text_.clear();
    trailer_.headers.clear();
}

bool ChunkDecoder::refuse(int status, std::string_view reason) {
    fault_ = {status, reason};
    return false;
}

bool ChunkDecoder::take_digit(char byte) {
    constexpr std::uint64_t kBeforeOverflow = std::numeric_limits<std::uint64_t>::max() >> 4;
    if (left_ > kBeforeOverflow) return refuse(400, "a chunk's size is too large");
    left_ = left_ << 4 | static_cast<std::uint64_t>(ascii::hex_digit(byte));
    return true;
}

/// The state that a byte of a size's line leads to; nullopt when it may not stand there.
std::optional<ChunkDecoder::State> ChunkDecoder::after(char byte) const {
    const bool blank = byte == ' ' || byte == '\t';
    const bool token = is_token_byte(byte);
    const bool line_end = byte == '\r';
    switch (state_) {
        case State::SizeBegin:
        case State::Size:
            if (is_hex(byte)) return State::Size;
            if (state_ == State::SizeBegin) return std::nullopt;
            if (line_end) return State::SizeEnd;
            [[fallthrough]];
        case State::ExtensionBegin:
            if (byte == ';') return State::NameBegin;
            return blank ? std::optional(State::ExtensionBegin) : std::nullopt;
        case State::NameBegin:
            if (token) return State::Name;
            return blank ? std::optional(State::NameBegin) : std::nullopt;
        case State::Name:
            if (token) return State::Name;
            if (line_end) return State::SizeEnd;
            [[fallthrough]];
        case State::NameEnd:
            if (byte == '=') return State::ValueBegin;
            if (byte == ';') return State::NameBegin;
            return blank ? std::optional(State::NameEnd) : std::nullopt;
        case State::ValueBegin:
            if (token) return State::Value;
            if (byte == '"') return State::Quoted;
            return blank ? std::optional(State::ValueBegin) : std::nullopt;
        case State::Value:
            if (token) return State::Value;
            [[fallthrough]];
        case State::ValueEnd:
            if (line_end) return State::SizeEnd;
            if (byte == ';') return State::NameBegin;
            return blank ? std::optional(State::ExtensionBegin) : std::nullopt;
        case State::Quoted:
            if (byte == '"') return State::ValueEnd;
            if (byte == '\\') return State::QuotedPair;
            return is_text_byte(byte) ? std::optional(State::Quoted) : std::nullopt;
        case State::QuotedPair:
            return is_text_byte(byte) ? std::optional(State::Quoted) : std::nullopt;
        default:
            if (byte != '\n') return std::nullopt;
            return left_ > 0 ? State::Content : State::Trailer;
    }
}

bool ChunkDecoder::take_size_byte(char byte) {
    if (++line_bytes_ > kSizeLineBytesMax) return refuse(400, "a chunk's size line is too long");
    const auto next = after(byte);
    if (!next) return refuse(400, "malformed chunk size");
    state_ = *next;
    if (state_ == State::Content) line_bytes_ = 0;
    return state_ != State::Size || take_digit(byte);
}

/// RFC 9110 §6.5.1: what says how a message is framed does not belong there.
bool ChunkDecoder::check_trailer() {
    for (const Header& field : trailer_.headers) {
        if (ascii::equals_ignoring_case(field.name, "content-length") ||
            ascii::equals_ignoring_case(field.name, "transfer-encoding")) {
            return refuse(400, "a length in the trailer");
        }
    }
    return true;
}

/// Line by line, up to the empty one.
Progress ChunkDecoder::take_trailer(std::string_view input, std::size_t& consumed) {
    while (consumed < input.size()) {
        const std::string_view rest = input.substr(consumed);
        const std::size_t end = rest.find('\n');
        const std::string_view piece = rest.substr(0, end == rest.npos ? end : end + 1);
        if (trailer_text_.size() + piece.size() > limits_.trailer_bytes_max) {
            refuse(431, "the trailer is too large");
            return Progress::Fault;
        }
        trailer_text_.append(piece);
        consumed += piece.size();
        if (end == rest.npos) break;
        const Progress progress = scan_fields(trailer_text_, limits_.headers_max, trailer_);
        if (progress == Progress::Fault) fault_ = trailer_.fault;
        if (progress == Progress::Done && !check_trailer()) return Progress::Fault;
        if (progress != Progress::NeedMore) return progress;
    }
    return Progress::NeedMore;
}

ChunkDecoder::Chunks ChunkDecoder::decode(std::string_view input, std::span<char> output) {
    Chunks result;
    while (result.consumed < input.size()) {
        switch (state_) {
            case State::Content: {
                const std::string_view rest = input.substr(result.consumed);
                const std::size_t room = output.size() - result.produced;
                if (room == 0) return result;
                const std::size_t count = std::min<std::uint64_t>({rest.size(), room, left_});
                std::memcpy(output.data() + result.produced, rest.data(), count);
                result.consumed += count;
                result.produced += count;
                left_ -= count;
                if (left_ == 0) state_ = State::ContentEnd;
                break;
            }
            case State::ContentEnd:
            case State::ContentLineEnd: {
                const bool first = state_ == State::ContentEnd;
                if (input[result.consumed++] != (first ? '\r' : '\n')) {
                    refuse(400, "a chunk is longer than its size");
                    result.progress = Progress::Fault;
                    return result;
                }
                state_ = first ? State::ContentLineEnd : State::SizeBegin;
                break;
            }
            case State::Trailer:
                result.progress = take_trailer(input, result.consumed);
                if (result.progress != Progress::NeedMore) return result;
                break;
            default:
                if (!take_size_byte(input[result.consumed++])) {
                    result.progress = Progress::Fault;
                    return result;
                }
        }
    }
    return result;
}

}  // namespace tatum::net::impl
