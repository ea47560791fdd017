#include <tatum/net/impl/message_deflate.h>

#include <tatum/net/impl/ascii.h>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <utility>
#include <vector>

namespace tatum::net::impl {

namespace {

constexpr int kWindowBitsMin = 8;
constexpr int kWindowBitsMax = 15;
/// zlib's smallest for raw deflate.
constexpr int kZlibWindowBitsMin = 9;
constexpr int kLevel = 3;
constexpr int kMemoryLevelMax = 8;
constexpr std::size_t kStepBytes = 16 * 1024;
/// Ends every message, and is not sent (RFC 7692 §7.2.1).
constexpr std::string_view kTail("\x00\x00\xFF\xFF", 4);
/// Blocks of a message that say they are its last. One is all that a sender needs (RFC 7692
/// §7.2.3.4); each costs a new start, and takes two bytes.
constexpr int kLastBlocksMax = 16;
/// Offers beyond this are not looked at.
constexpr int kOffersMax = 16;

// --- the header ----------------------------------------------------------------------------------

/// Reads `token *(";" token ["=" (token | quoted)])` elements, RFC 6455 §9.1.
class OfferScanner {
public:
    explicit OfferScanner(std::string_view text) : text_(text) { skip_blanks(); }

    bool at_end() const { return text_.empty(); }
    bool accept(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        skip_blanks();
        return true;
    }
    /// Empty when there is none.
    std::string_view token() {
        std::size_t size = 0;
        while (size < text_.size() && is_token_byte(text_[size])) ++size;
        const std::string_view token = text_.substr(0, size);
        text_.remove_prefix(size);
        skip_blanks();
        return token;
    }
    /// A token, or a quoted string whose content is one. Empty when it is neither.
    std::string_view value() {
        if (text_.empty() || text_.front() != '"') return token();
        text_.remove_prefix(1);
        const std::string_view inside = token();
        return accept('"') ? inside : std::string_view();
    }

private:
    void skip_blanks() {
        while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) {
            text_.remove_prefix(1);
        }
    }

    std::string_view text_;
};

/// One element of the header.
struct Offer {
    bool deflate = false;  // the extension is permessage-deflate
    bool valid = true;     // with parameters that it may have, once each
    bool server_no_takeover = false;
    bool client_no_takeover = false;
    std::optional<int> server_bits;
    bool client_bits_given = false;
    std::optional<int> client_bits;
};

std::optional<int> window_bits(std::string_view text) {
    int bits = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), bits);
    const bool whole = fault == std::errc() && end == text.data() + text.size();
    if (!whole || text.front() == '0' || bits < kWindowBitsMin || bits > kWindowBitsMax) {
        return std::nullopt;
    }
    return bits;
}

/// False when the parameter does not belong there.
bool take_parameter(Offer& offer, std::string_view name, std::optional<std::string_view> value) {
    if (name == "server_no_context_takeover") {
        return !value && !std::exchange(offer.server_no_takeover, true);
    }
    if (name == "client_no_context_takeover") {
        return !value && !std::exchange(offer.client_no_takeover, true);
    }
    if (name == "server_max_window_bits") {
        if (!value || offer.server_bits) return false;
        offer.server_bits = window_bits(*value);
        return offer.server_bits.has_value();
    }
    if (name == "client_max_window_bits") {
        if (std::exchange(offer.client_bits_given, true)) return false;
        if (!value) return true;
        offer.client_bits = window_bits(*value);
        return offer.client_bits.has_value();
    }
    return false;
}

/// nullopt when the header is malformed there.
std::optional<Offer> read_offer(OfferScanner& scanner) {
    Offer offer;
    const std::string_view extension = scanner.token();
    if (extension.empty()) return std::nullopt;
    offer.deflate = extension == "permessage-deflate";
    while (scanner.accept(';')) {
        const std::string_view name = scanner.token();
        if (name.empty()) return std::nullopt;
        std::optional<std::string_view> value;
        if (scanner.accept('=')) {
            value = scanner.value();
            if (value->empty()) return std::nullopt;
        }
        offer.valid &= take_parameter(offer, name, value);
    }
    return offer;
}

DeflateAnswer accept_offer(const Offer& offer, const DeflateWishes& wishes) {
    DeflateAnswer answer{.terms = {}, .header = "permessage-deflate"};
    DeflateTerms& terms = answer.terms;
    terms.server_takeover = wishes.server_takeover && !offer.server_no_takeover;
    terms.client_takeover = wishes.client_takeover && !offer.client_no_takeover;
    if (!terms.server_takeover) answer.header += "; server_no_context_takeover";
    if (!terms.client_takeover) answer.header += "; client_no_context_takeover";
    if (offer.server_bits) {
        terms.server_window_bits = *offer.server_bits;
        answer.header += "; server_max_window_bits=" + std::to_string(*offer.server_bits);
    }
    // What the client may use at most is a hint for the server's memory; it unpacks anything.
    return answer;
}

}  // namespace

std::optional<DeflateAnswer> negotiate_deflate(std::string_view offers,
                                               const DeflateWishes& wishes) {
    OfferScanner scanner(offers);
    std::optional<DeflateAnswer> answer;
    for (int count = 0; count < kOffersMax; ++count) {
        while (scanner.accept(',')) {
        }
        if (scanner.at_end()) return answer;
        const auto offer = read_offer(scanner);
        if (!offer || (!scanner.at_end() && !scanner.accept(','))) return std::nullopt;
        const bool acceptable = offer->deflate && offer->valid &&
                                offer->server_bits.value_or(kWindowBitsMax) >= kZlibWindowBitsMin;
        if (acceptable && !answer) answer = accept_offer(*offer, wishes);
    }
    return answer;
}

// --- unpacking -----------------------------------------------------------------------------------

struct MessageInflater::Stream {
    explicit Stream(int window_bits) {
        if (inflateInit2(&zlib, -window_bits) != Z_OK) throw std::bad_alloc();
    }
    ~Stream() { inflateEnd(&zlib); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// A block that says it is the last one ends zlib's stream, but not the message nor the window.
    bool start_again() {
        if (++starts > kLastBlocksMax) return false;
        std::vector<Bytef> window(std::size_t{1} << kWindowBitsMax);
        uInt size = 0;
        if (inflateGetDictionary(&zlib, window.data(), &size) != Z_OK) return false;
        return inflateReset(&zlib) == Z_OK &&
               inflateSetDictionary(&zlib, window.data(), size) == Z_OK;
    }

    z_stream zlib{};
    bool ended = false;
    int starts = 0;  // again, within this message
};

MessageInflater::MessageInflater(const DeflateTerms& terms)
    : window_bits_(std::max(terms.client_window_bits, kZlibWindowBitsMin)),
      takeover_(terms.client_takeover) {}
MessageInflater::~MessageInflater() = default;
MessageInflater::MessageInflater(MessageInflater&&) noexcept = default;
MessageInflater& MessageInflater::operator=(MessageInflater&&) noexcept = default;

MessageInflater::Outcome MessageInflater::run(std::string_view piece, std::string& out,
                                              std::size_t bytes_max) {
    if (!stream_) stream_ = std::make_unique<Stream>(window_bits_);
    z_stream& zlib = stream_->zlib;
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    zlib.avail_in = static_cast<uInt>(piece.size());
    for (;;) {
        if (stream_->ended) {
            if (zlib.avail_in == 0) return Outcome::Fine;
            if (!stream_->start_again()) return Outcome::Malformed;
            stream_->ended = false;
        }
        const std::size_t before = out.size();
        // One byte more than is allowed tells too large from just large enough.
        const std::size_t room = std::min(kStepBytes, bytes_max + 1 - before);
        out.resize(before + room);
        zlib.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        zlib.avail_out = static_cast<uInt>(room);
        const int result = inflate(&zlib, Z_SYNC_FLUSH);
        out.resize(before + room - zlib.avail_out);
        if (out.size() > bytes_max) return Outcome::TooLarge;
        if (result == Z_STREAM_END) {
            stream_->ended = true;
        } else if (result == Z_BUF_ERROR) {
            return Outcome::Fine;  // all that there was is used up
        } else if (result != Z_OK) {
            return Outcome::Malformed;
        } else if (zlib.avail_in == 0 && zlib.avail_out > 0) {
            return Outcome::Fine;
        }
    }
}

MessageInflater::Outcome MessageInflater::add(std::string_view piece, std::string& out,
                                              std::size_t bytes_max) {
    return piece.empty() ? Outcome::Fine : run(piece, out, bytes_max);
}

MessageInflater::Outcome MessageInflater::finish(std::string& out, std::size_t bytes_max) {
    const Outcome outcome = run(kTail, out, bytes_max);
    if (!takeover_) stream_.reset();
    if (stream_) stream_->starts = 0;
    return outcome;
}

// --- packing -------------------------------------------------------------------------------------

namespace {

class Packer {
public:
    Packer(int window_bits, int memory_level) {
        if (deflateInit2(&zlib_, kLevel, Z_DEFLATED, -window_bits, memory_level,
                         Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc();
        }
    }
    ~Packer() { deflateEnd(&zlib_); }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;

    std::string pack(std::string_view message) {
        std::string out;
        zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
        zlib_.avail_in = static_cast<uInt>(message.size());
        std::size_t size = 0;
        do {
            out.resize(std::max(size + 64, size + message.size() / 2));
            zlib_.next_out = reinterpret_cast<Bytef*>(out.data() + size);
            zlib_.avail_out = static_cast<uInt>(out.size() - size);
            deflate(&zlib_, Z_SYNC_FLUSH);
            size = out.size() - zlib_.avail_out;
        } while (zlib_.avail_out == 0);
        out.resize(size);
        if (out.ends_with(kTail)) out.resize(size - kTail.size());
        // RFC 7692 §7.2.3.6: an empty message is one empty block.
        if (out.empty()) out.assign(1, '\0');
        return out;
    }

private:
    z_stream zlib_{};
};

}  // namespace

std::string deflate_message(std::string_view message, int window_bits) {
    int bits = kZlibWindowBitsMin;
    while (bits < window_bits && (std::size_t{1} << bits) < message.size()) ++bits;
    return Packer(bits, std::clamp(bits - 7, 1, kMemoryLevelMax)).pack(message);
}

struct MessageDeflater::Stream {
    explicit Stream(int window_bits) : packer(window_bits, kMemoryLevelMax) {}
    Packer packer;
};

MessageDeflater::MessageDeflater(int window_bits)
    : stream_(std::make_unique<Stream>(window_bits)) {}
MessageDeflater::~MessageDeflater() = default;
std::string MessageDeflater::pack(std::string_view message) {
    return stream_->packer.pack(message);
}

}  // namespace tatum::net::impl
