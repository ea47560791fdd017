#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// permessage-deflate (RFC 7692).
namespace tatum::net::impl {

/// What both sides have agreed upon.
struct DeflateTerms {
    int server_window_bits = 15;  ///< of what the server compresses
    int client_window_bits = 15;
    bool server_takeover = false;  ///< the window lives on from message to message
    bool client_takeover = false;
};

/// What the server grants at most.
struct DeflateWishes {
    bool server_takeover = false;
    bool client_takeover = false;
};

struct DeflateAnswer {
    DeflateTerms terms;
    std::string header;  ///< the value of Sec-WebSocket-Extensions
};

/// The answer to all Sec-WebSocket-Extensions of a request, joined by commas. The first offer that
/// can be accepted is (RFC 7692 §5.1); nullopt when none can, or the header is malformed. An offer
/// of a window of 256 bytes for the server is declined, since zlib cannot make one.
std::optional<DeflateAnswer> negotiate_deflate(std::string_view offers,
                                               const DeflateWishes& wishes);

/// Unpacks messages. 32 KiB and more as long as a message is under way, or for ever with takeover.
class MessageInflater {
public:
    explicit MessageInflater(const DeflateTerms& terms);
    ~MessageInflater();
    MessageInflater(MessageInflater&&) noexcept;
    MessageInflater& operator=(MessageInflater&&) noexcept;

    enum class Outcome : std::uint8_t { Fine, Malformed, TooLarge };
    /// Appends what `piece` unpacks to, to `out`, which grows to at most `bytes_max`.
    Outcome add(std::string_view piece, std::string& out, std::size_t bytes_max);
    /// The message has ended.
    Outcome finish(std::string& out, std::size_t bytes_max);

private:
    struct Stream;
    Outcome run(std::string_view piece, std::string& out, std::size_t bytes_max);

    int window_bits_;
    bool takeover_;
    std::unique_ptr<Stream> stream_;
};

/// Packs one message by itself. Memory and start-up cost follow its size.
std::string deflate_message(std::string_view message, int window_bits);

/// Packs messages with one window for all (takeover). About 260 KiB.
class MessageDeflater {
public:
    explicit MessageDeflater(int window_bits);
    ~MessageDeflater();
    MessageDeflater(const MessageDeflater&) = delete;
    MessageDeflater& operator=(const MessageDeflater&) = delete;

    std::string pack(std::string_view message);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
};

}  // namespace tatum::net::impl
