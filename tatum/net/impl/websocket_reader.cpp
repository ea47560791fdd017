#include <tatum/net/impl/websocket_reader.h>

#include <algorithm>
#include <cstring>

namespace tatum::net::impl {

namespace {

constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint16_t kInvalidPayload = 1007;
constexpr std::uint16_t kTooBig = 1009;

constexpr std::uint8_t kFin = 0x80, kRsv1 = 0x40, kRsv2And3 = 0x30, kOpcodeBits = 0x0F;
constexpr std::uint8_t kMasked = 0x80, kLengthBits = 0x7F;
constexpr std::uint8_t kLength16 = 126, kLength64 = 127;

std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

bool is_known(std::uint8_t opcode) { return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA); }

}  // namespace

WebSocketReader::WebSocketReader(std::size_t message_bytes_max,
                                 const std::optional<DeflateTerms>& terms)
    : bytes_max_(message_bytes_max) {
    if (terms) inflater_.emplace(*terms);
}

bool WebSocketReader::fail(std::uint16_t code, std::string_view reason) {
    fault_ = {code, reason};
    return false;
}

WebSocketReader::Step WebSocketReader::feed(std::span<char> input) {
    std::size_t consumed = 0;
    for (;;) {
        if (state_ == State::Header) {
            while (header_bytes_ < header_size()) {
                if (consumed == input.size()) return {Event::NeedMore, consumed};
                header_[header_bytes_++] = input[consumed++];
                if (header_bytes_ == 2 && !check_first_bytes()) return {Event::Fault, consumed};
            }
            if (!begin_frame()) return {Event::Fault, consumed};
        }
        const std::size_t count = std::min<std::uint64_t>(left_, input.size() - consumed);
        const std::span<char> bytes = input.subspan(consumed, count);
        consumed += count;
        left_ -= count;
        if (!take_payload(bytes)) return {Event::Fault, consumed};
        if (left_ > 0) return {Event::NeedMore, consumed};
        const Event event = end_frame();
        if (event != Event::NeedMore) return {event, consumed};
    }
}

// --- headers -------------------------------------------------------------------------------------

/// As far as it is known.
std::size_t WebSocketReader::header_size() const {
    if (header_bytes_ < 2) return 2;
    const int length = byte_of(header_[1]) & kLengthBits;
    return 2 + sizeof(Mask) + (length == kLength16 ? 2 : length == kLength64 ? 8 : 0);
}

bool WebSocketReader::check_first_bytes() {
    const std::uint8_t first = byte_of(header_[0]);
    const std::uint8_t second = byte_of(header_[1]);
    const std::uint8_t opcode = first & kOpcodeBits;
    if (!is_known(opcode)) return fail(kProtocolError, "reserved opcode");
    fin_ = (first & kFin) != 0;
    opcode_ = static_cast<Opcode>(opcode);
    const bool starts_message = opcode_ == Opcode::Text || opcode_ == Opcode::Binary;
    const bool rsv1 = (first & kRsv1) != 0;
    if ((first & kRsv2And3) != 0 || (rsv1 && !(inflater_ && starts_message))) {
        return fail(kProtocolError, "reserved bit set");
    }
    if ((second & kMasked) == 0) return fail(kProtocolError, "frame without mask");
    if (is_control(opcode_)) {
        if (!fin_) return fail(kProtocolError, "fragmented control frame");
        if ((second & kLengthBits) > kControlBytesMax) {
            return fail(kProtocolError, "control frame too long");
        }
        return true;
    }
    if (starts_message == in_message_) {
        return fail(kProtocolError,
                    starts_message ? "message within a message" : "continuation without a message");
    }
    if (starts_message) {
        message_kind_ = opcode_;
        compressed_ = rsv1;
    }
    return true;
}

/// RFC 6455 §5.2: the shortest form is the only one.
bool WebSocketReader::check_length() {
    const std::uint8_t form = byte_of(header_[1]) & kLengthBits;
    if (form < kLength16) {
        left_ = form;
        return true;
    }
    const std::size_t bytes = form == kLength16 ? 2 : 8;
    left_ = 0;
    for (std::size_t i = 0; i < bytes; ++i) left_ = left_ << 8 | byte_of(header_[2 + i]);
    if (left_ >> 63) return fail(kProtocolError, "length out of range");
    if (left_ < (form == kLength16 ? 126u : 65536u)) {
        return fail(kProtocolError, "length not in its shortest form");
    }
    return true;
}

bool WebSocketReader::begin_frame() {
    if (!check_length()) return false;
    std::memcpy(mask_.data(), header_.data() + header_size() - sizeof(Mask), sizeof(Mask));
    mask_offset_ = 0;
    header_bytes_ = 0;
    state_ = State::Payload;
    if (is_control(opcode_)) {
        control_size_ = 0;
        return true;
    }
    if (!in_message_) {
        in_message_ = true;
        message_.clear();
        utf8_.reset();
    }
    // What is packed may be larger than what it unpacks to, but not by much (RFC 1951 §3.2.4).
    const std::uint64_t slack = compressed_ ? bytes_max_ / 1000 + 64 : 0;
    const std::uint64_t before = compressed_ ? 0 : message_.size();
    if (left_ > bytes_max_ + slack - before) return fail(kTooBig, "message too big");
    return true;
}

// --- payloads ------------------------------------------------------------------------------------

bool WebSocketReader::take_payload(std::span<char> bytes) {
    mask_offset_ = apply_mask(bytes, mask_, mask_offset_);
    const std::string_view plain(bytes.data(), bytes.size());
    if (!is_control(opcode_)) return take_message_bytes(plain);
    std::memcpy(control_.data() + control_size_, plain.data(), plain.size());
    control_size_ = static_cast<std::uint8_t>(control_size_ + plain.size());
    return true;
}

bool WebSocketReader::check_text(std::size_t from) {
    if (message_kind_ != Opcode::Text) return true;
    if (utf8_.add(std::string_view(message_).substr(from))) return true;
    return fail(kInvalidPayload, "text is not UTF-8");
}

bool WebSocketReader::take_message_bytes(std::string_view bytes) {
    const std::size_t before = message_.size();
    if (!compressed_) {
        // The announced length is not believed: memory is taken for what has come.
        message_ += bytes;
        return check_text(before);
    }
    return unpacked(inflater_->add(bytes, message_, bytes_max_)) && check_text(before);
}

bool WebSocketReader::unpacked(MessageInflater::Outcome outcome) {
    switch (outcome) {
        case MessageInflater::Outcome::Malformed:
            return fail(kInvalidPayload, "malformed compressed message");
        case MessageInflater::Outcome::TooLarge:
            return fail(kTooBig, "message too big");
        case MessageInflater::Outcome::Fine:
            break;
    }
    return true;
}

bool WebSocketReader::end_message() {
    const std::size_t before = message_.size();
    if (compressed_) {
        if (!unpacked(inflater_->finish(message_, bytes_max_))) return false;
        if (!check_text(before)) return false;
    }
    if (message_kind_ == Opcode::Text && !utf8_.complete()) {
        return fail(kInvalidPayload, "text ends within a character");
    }
    in_message_ = false;
    return true;
}

/// RFC 6455 §5.5.1 and §7.4.
bool WebSocketReader::end_close() {
    close_code_ = 1005;
    if (control_size_ == 0) return true;
    if (control_size_ == 1) return fail(kProtocolError, "close code cut short");
    close_code_ = static_cast<std::uint16_t>(byte_of(control_[0]) << 8 | byte_of(control_[1]));
    if (!is_close_code(close_code_)) return fail(kProtocolError, "invalid close code");
    Utf8Checker reason;
    if (!reason.add(close_reason()) || !reason.complete()) {
        return fail(kInvalidPayload, "close reason is not UTF-8");
    }
    return true;
}

WebSocketReader::Event WebSocketReader::end_frame() {
    state_ = State::Header;
    switch (opcode_) {
        case Opcode::Ping:
            return Event::Ping;
        case Opcode::Pong:
            return Event::Pong;
        case Opcode::Close:
            return end_close() ? Event::Close : Event::Fault;
        default:
            if (!fin_) return Event::NeedMore;
            return end_message() ? Event::Message : Event::Fault;
    }
}

}  // namespace tatum::net::impl
