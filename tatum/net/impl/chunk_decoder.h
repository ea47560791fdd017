#pragma once

#include <tatum/net/header.h>
#include <tatum/net/impl/head_scanner.h>
#include <tatum/net/server.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tatum::net::impl {

/// Decodes a chunked body (RFC 9112 §7.1), strictly: lines end with CRLF, sizes are digits,
/// extensions have their form, and a fault is told with the byte that makes it one. Keeps nothing
/// of the body but the trailer. Reused from body to body.
class ChunkDecoder {
public:
    explicit ChunkDecoder(const ServerLimits& limits) : limits_(limits) {}

    /// Before each body.
    void begin();

    struct Chunks {
        Progress progress = Progress::NeedMore;
        std::size_t consumed = 0;  ///< of the input
        std::size_t produced = 0;  ///< into the output
    };
    /// Takes from `input` what fits into `output`. What it did not consume comes again with the
    /// next call, with more behind it.
    Chunks decode(std::string_view input, std::span<char> output);
    /// What the chunk at hand has announced and not yet brought; 0 until its size has been read
    /// whole, since the digits that are still missing may make it malformed.
    std::uint64_t chunk_left() const { return state_ == State::Content ? left_ : 0; }
    /// Once decode() has said Done.
    std::span<const Header> trailers() const { return trailer_.headers; }
    /// Once it has said Fault.
    const ParseFault& fault() const { return fault_; }

private:
    enum class State : std::uint8_t {
        SizeBegin,
        Size,
        // *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
        ExtensionBegin,
        NameBegin,
        Name,
        NameEnd,
        ValueBegin,
        Value,
        Quoted,
        QuotedPair,
        ValueEnd,
        SizeEnd,
        Content,
        ContentEnd,
        ContentLineEnd,
        Trailer,
    };

    bool refuse(int status, std::string_view reason);
    bool take_size_byte(char byte);
    bool take_digit(char byte);
    std::optional<State> after(char byte) const;
    bool check_trailer();
    Progress take_trailer(std::string_view input, std::size_t& consumed);

    const ServerLimits& limits_;
    State state_ = State::SizeBegin;
    std::uint64_t left_ = 0;
    std::size_t line_bytes_ = 0;
    std::string trailer_text_;
    ScannedHead trailer_;
    ParseFault fault_;
};

}  // namespace tatum::net::impl
