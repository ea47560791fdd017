// What a client sends over a WebSocket, and what it offers for compression. The first byte chooses:
// its low bit whether the rest is an offer or frames, the others the terms and the pieces in which
// the frames come. Taken whole and in pieces, frames must mean the same.

#include <tatum/base/unicode.h>
#include <tatum/net/impl/websocket_reader.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace tatum::net::impl;
using Event = WebSocketReader::Event;

constexpr std::size_t kMessageBytesMax = 5000;

void require(bool condition) {
    if (!condition) std::abort();
}

/// All events as text.
std::string events_of(std::string bytes, std::size_t step,
                      const std::optional<DeflateTerms>& terms) {
    WebSocketReader reader(kMessageBytesMax, terms);
    std::string events;
    std::span<char> left(bytes);
    while (!left.empty()) {
        std::span<char> piece = left.first(std::min(step, left.size()));
        left = left.subspan(piece.size());
        while (!piece.empty()) {
            const auto [event, consumed] = reader.feed(piece);
            require(consumed <= piece.size());
            require(consumed > 0 || event != Event::NeedMore);
            piece = piece.subspan(consumed);
            switch (event) {
                case Event::NeedMore:
                    require(piece.empty());
                    break;
                case Event::Message:
                    require(reader.message().size() <= kMessageBytesMax);
                    require(reader.message_kind() != Opcode::Text ||
                            tatum::strings::is_valid_utf8(reader.message()));
                    events += reader.message_kind() == Opcode::Text ? "text " : "binary ";
                    events += reader.message();
                    break;
                case Event::Ping:
                case Event::Pong:
                    require(reader.control().size() <= kControlBytesMax);
                    (events += event == Event::Ping ? "ping " : "pong ") += reader.control();
                    break;
                case Event::Close:
                    require(reader.close_code() == 1005 || is_close_code(reader.close_code()));
                    require(tatum::strings::is_valid_utf8(reader.close_reason()));
                    return events + "close " + std::to_string(reader.close_code());
                case Event::Fault:
                    require(is_close_code(reader.fault().code));
                    // Packed text is checked once a piece is unpacked: it may be too large first.
                    return events + "fault " + (terms ? "" : std::to_string(reader.fault().code));
            }
        }
    }
    return events;
}

void read_offer(std::string_view text) {
    const auto answer = negotiate_deflate(text, {.server_takeover = true, .client_takeover = true});
    if (!answer) return;
    require(answer->header.starts_with("permessage-deflate"));
    require(answer->terms.server_window_bits >= 9 && answer->terms.server_window_bits <= 15);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    if (data[0] & 1) {
        read_offer(bytes);
        return 0;
    }
    std::optional<DeflateTerms> terms;
    if (data[0] & 2) terms = DeflateTerms{.client_takeover = (data[0] & 4) != 0};
    const std::size_t step = 1 + (data[0] >> 3);
    require(events_of(std::string(bytes), bytes.size(), terms) ==
            events_of(std::string(bytes), step, terms));
    return 0;
}
