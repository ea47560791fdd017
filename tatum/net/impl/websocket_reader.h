#pragma once

#include <tatum/net/impl/message_deflate.h>
#include <tatum/net/impl/utf8_checker.h>
#include <tatum/net/impl/websocket_frame.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tatum::net::impl {

/// What a client sends, taken apart (RFC 6455 §5 and §8.1, RFC 7692 §6.2). Bytes go in as they
/// come; a fault is found at the first byte that shows it.
class WebSocketReader {
public:
    WebSocketReader(std::size_t message_bytes_max, const std::optional<DeflateTerms>& terms);

    enum class Event : std::uint8_t { NeedMore, Message, Ping, Pong, Close, Fault };
    struct Step {
        Event event;
        std::size_t consumed;
    };
    /// Takes bytes from the front of `input`, which it unmasks in place, up to the next event. Not
    /// after Fault or Close.
    Step feed(std::span<char> input);

    /// After Message: the payload, to be moved away, and Text or Binary.
    std::string& message() { return message_; }
    Opcode message_kind() const { return message_kind_; }
    /// After Ping, Pong and Close.
    std::string_view control() const { return {control_.data(), control_size_}; }
    /// After Close: the code, or 1005 when there was none, and the reason.
    std::uint16_t close_code() const { return close_code_; }
    std::string_view close_reason() const {
        return control_size_ > 2 ? control().substr(2) : std::string_view();
    }

    /// After Fault: the code for the Close frame (1002, 1007, 1009) and the reason.
    struct Fault {
        std::uint16_t code;
        std::string_view reason;
    };
    const Fault& fault() const { return fault_; }

    /// A message has begun and not ended.
    bool within_message() const { return in_message_; }

private:
    enum class State : std::uint8_t { Header, Payload };

    std::size_t header_size() const;
    bool check_first_bytes();
    bool check_length();
    bool begin_frame();
    bool take_payload(std::span<char> bytes);
    bool take_message_bytes(std::string_view bytes);
    bool check_text(std::size_t from);
    bool unpacked(MessageInflater::Outcome outcome);
    bool end_message();
    bool end_close();
    Event end_frame();
    bool fail(std::uint16_t code, std::string_view reason);

    const std::size_t bytes_max_;
    State state_ = State::Header;

    std::array<char, kFrameHeaderBytesMax> header_;
    std::uint8_t header_bytes_ = 0;

    bool fin_ = false;
    Opcode opcode_ = Opcode::Continuation;
    std::uint64_t left_ = 0;  // of the frame's payload
    Mask mask_{};
    std::size_t mask_offset_ = 0;

    bool in_message_ = false;
    bool compressed_ = false;
    Opcode message_kind_ = Opcode::Text;
    Utf8Checker utf8_;
    std::string message_;
    std::optional<MessageInflater> inflater_;

    std::array<char, kControlBytesMax> control_;
    std::uint8_t control_size_ = 0;
    std::uint16_t close_code_ = 1005;
    Fault fault_{};
};

}  // namespace tatum::net::impl
