#pragma once

#include <tatum/net/exchange.h>
#include <tatum/net/impl/chunk_decoder.h>
#include <tatum/net/impl/head_scanner.h>
#include <tatum/net/server.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tatum::net::impl {

/// Reads one request after another (RFC 9112), strictly: whatever two recipients could understand
/// differently is refused. scan_head() and ChunkDecoder tell lines, tokens and chunks apart; the
/// rules above that are here. Reused from request to request, so that it allocates nothing in the
/// long run.
class RequestParser {
public:
    explicit RequestParser(const ServerLimits& limits);
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    using Progress = impl::Progress;

    /// Reads a head from `bytes`, which begin where the last request ended and hold all that has
    /// come since, also what earlier calls for this request have seen. After Done, head() views
    /// into `bytes`. Changes a minor version above 1 in place into 1, as which it is treated.
    Progress parse_head(std::span<char> bytes);
    /// Of `bytes`, empty lines before the request included; valid after Done.
    std::size_t head_bytes() const { return head_bytes_; }
    const RequestHead& head() const { return head_; }
    const ParseFault& fault() const { return fault_; }

    bool keep_alive() const { return keep_alive_; }
    bool expects_continue() const { return expects_continue_; }
    bool chunked() const { return chunked_; }
    bool asks_to_upgrade() const { return upgrade_; }
    /// nullopt when chunked; 0 when there is no body.
    std::optional<std::uint64_t> content_length() const;

    /// The chunked body that follows the head.
    ChunkDecoder& chunks() { return chunks_; }
    const ChunkDecoder& chunks() const { return chunks_; }

    /// Lets go of the room for more fields than the head has. The head is to be parsed anew.
    void fit();

private:
    Progress refuse(int status, std::string_view reason);
    Progress more_of(std::span<char> bytes, std::size_t skipped);
    void note_fields();
    void note_connection(std::string_view options);
    bool check_head();
    bool check_version();
    bool check_target();
    bool check_host();
    bool check_framing();

    const ServerLimits& limits_;
    ChunkDecoder chunks_;
    ScannedHead scanned_;
    RequestHead head_;
    ParseFault fault_;
    std::size_t head_bytes_ = 0;
    std::size_t seen_bytes_ = 0;  // of an incomplete head, by the last call

    // What the fields say that the server itself acts on.
    std::string_view host_;
    std::string_view content_length_text_;
    std::string_view transfer_encoding_;
    Expectation expectation_ = Expectation::None;
    int hosts_ = 0;
    int content_lengths_ = 0;
    int transfer_encodings_ = 0;
    bool connection_close_ = false;
    bool connection_keep_alive_ = false;
    bool upgrade_ = false;

    bool keep_alive_ = false;
    bool expects_continue_ = false;
    bool chunked_ = false;
    std::uint64_t content_length_ = 0;
};

}  // namespace tatum::net::impl
