#include <tatum/base/crypto.h>

#include <tatum/base/locals.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace tatum::crypto {
namespace {

constexpr std::pair<std::string_view, Hash> kHashes[] = {
    {"md5", Hash::Md5},       {"sha1", Hash::Sha1},     {"sha224", Hash::Sha224},
    {"sha256", Hash::Sha256}, {"sha384", Hash::Sha384}, {"sha512", Hash::Sha512}};

const EVP_MD* algorithm(Hash hash) {
    switch (hash) {
        case Hash::Md5:
            return EVP_md5();
        case Hash::Sha1:
            return EVP_sha1();
        case Hash::Sha224:
            return EVP_sha224();
        case Hash::Sha256:
            return EVP_sha256();
        case Hash::Sha384:
            return EVP_sha384();
        case Hash::Sha512:
            return EVP_sha512();
    }
    return nullptr;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

class SystemRandom final : public Random {
public:
    void fill(std::span<unsigned char> bytes) override {
        if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
            throw InternalError("the system has no random bytes");
        }
    }
};

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string encode64(std::string_view bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    const auto byte = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u;
    };
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const unsigned group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        const std::size_t digits = std::min<std::size_t>(bytes.size() - i, 3) + 1;
        for (std::size_t d = 0; d < digits; ++d) text += alphabet[group >> (18 - 6 * d) & 63];
    }
    return text;
}

constexpr std::array<signed char, 256> reverse(std::string_view alphabet) {
    std::array<signed char, 256> values{};
    for (auto& value : values) value = -1;
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
    }
    return values;
}

Error not_base64() { return {.code = "crypto.E002", .message = "the text is not base64"}; }

/// `text` without padding.
Result<std::string> decode64(std::string_view text, const std::array<signed char, 256>& values) {
    if (text.size() % 4 == 1) return not_base64();
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    unsigned group = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) return not_base64();
        group = group << 6 | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(group >> bits & 0xFF);
        }
    }
    return bytes;
}

std::string_view without_padding(std::string_view text) {
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return text;
}

/// Inflates what it is given and cleans up behind itself.
class Inflater {
public:
    Inflater() {
        if (inflateInit(&stream_) != Z_OK) throw InternalError("zlib does not start");
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    Result<std::string> run(std::string_view bytes, std::size_t bytes_max) {
        const Error damaged{.code = "crypto.E004", .message = "the compressed data are damaged"};
        if (bytes.size() > std::numeric_limits<uInt>::max()) return damaged;
        // zlib reads only, but its struct has no const.
        stream_.next_in = const_cast<unsigned char*>(bytes_of(bytes));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        std::string out;
        std::array<unsigned char, 16 * 1024> chunk;
        while (true) {
            stream_.next_out = chunk.data();
            stream_.avail_out = static_cast<uInt>(chunk.size());
            const int state = inflate(&stream_, Z_NO_FLUSH);
            if (state != Z_OK && state != Z_STREAM_END) return damaged;
            const std::size_t count = chunk.size() - stream_.avail_out;
            if (count > bytes_max - out.size()) {
                return Error{.code = "crypto.E005",
                             .message = "the compressed data hold more than " +
                                        std::to_string(bytes_max) + " bytes"};
            }
            out.append(reinterpret_cast<const char*>(chunk.data()), count);
            if (state == Z_STREAM_END) {
                if (stream_.avail_in != 0) return damaged;
                return out;
            }
        }
    }

private:
    z_stream stream_{};
};

}  // namespace

Result<Hash> hash_named(std::string_view name) {
    for (const auto& [known, hash] : kHashes) {
        if (name == known) return hash;
    }
    return Error{.code = "crypto.E001",
                 .message = "'" + std::string(name) + "' is not a hash algorithm that is accepted"};
}

std::string digest(Hash hash, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm(hash), nullptr) != 1) {
        throw InternalError("OpenSSL refuses a digest");
    }
    return {reinterpret_cast<const char*>(out.data()), size};
}

std::string hmac(Hash hash, std::string_view key, std::string_view message) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned size = 0;
    if (key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
        HMAC(algorithm(hash), key.data(), static_cast<int>(key.size()), bytes_of(message),
             message.size(), out.data(), &size) == nullptr) {
        throw InternalError("OpenSSL refuses an HMAC");
    }
    return {reinterpret_cast<const char*>(out.data()), size};
}

std::string salted_hmac(std::string_view salt, std::string_view value, std::string_view secret,
                        Hash hash) {
    return hmac(hash, digest(hash, std::string(salt).append(secret)), value);
}

std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                   std::uint32_t iterations, std::size_t length) {
    std::string key(length, '\0');
    if (iterations == 0 ||
        iterations > static_cast<std::uint32_t>(std::numeric_limits<int>::max()) ||
        PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                          static_cast<int>(salt.size()), static_cast<int>(iterations),
                          algorithm(hash), static_cast<int>(length), bytes_of(key)) != 1) {
        throw InternalError("OpenSSL refuses PBKDF2");
    }
    return key;
}

bool constant_time_compare(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Random& Random::system() {
    static SystemRandom random;
    return random;
}

Random& current_random() {
    void* random = local(Slot::Random);
    return random != nullptr ? *static_cast<Random*>(random) : Random::system();
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    current_random().fill({bytes_of(bytes), count});
    return bytes;
}

std::string get_random_string(std::size_t length, std::string_view allowed) {
    TATUM_INVARIANT(!allowed.empty() && allowed.size() <= 256, "1 to 256 characters to choose of");
    // Bytes from the last, incomplete round of the alphabet would make its first characters
    // likelier: they are thrown away.
    const std::size_t usable = 256 / allowed.size() * allowed.size();
    std::string text;
    text.reserve(length);
    while (text.size() < length) {
        for (const char c : random_bytes(length - text.size() + 16)) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < usable && text.size() < length) text += allowed[byte % allowed.size()];
        }
    }
    return text;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string base64_encode(std::string_view bytes) {
    std::string text = encode64(bytes, kBase64);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<std::string> base64_decode(std::string_view text) {
    static constexpr auto values = reverse(kBase64);
    if (text.size() % 4 != 0) return not_base64();
    return decode64(without_padding(text), values);
}

std::string base64_url_encode(std::string_view bytes) { return encode64(bytes, kBase64Url); }

Result<std::string> base64_url_decode(std::string_view text) {
    static constexpr auto values = reverse(kBase64Url);
    return decode64(without_padding(text), values);
}

std::string base62_encode(std::int64_t number) {
    std::array<char, 16> text;
    std::size_t start = text.size();
    auto rest =
        number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
        text[--start] = kBase62[rest % 62];
        rest /= 62;
    } while (rest != 0);
    if (number < 0) text[--start] = '-';
    return {text.data() + start, text.size() - start};
}

Result<std::int64_t> base62_decode(std::string_view text) {
    static constexpr auto values = reverse(kBase62);
    constexpr std::uint64_t max = std::numeric_limits<std::int64_t>::max();
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    std::uint64_t number = 0;
    bool valid = !digits.empty();
    for (const char c : digits) {
        const int value = values[static_cast<unsigned char>(c)];
        valid = valid && value >= 0 && number <= (max - 61) / 62;
        if (!valid) break;
        number = number * 62 + static_cast<std::uint64_t>(value);
    }
    if (!valid) {
        return Error{.code = "crypto.E003",
                     .message = "'" + std::string(text.substr(0, 80)) + "' is no base 62 number"};
    }
    const auto magnitude = static_cast<std::int64_t>(number);
    return negative ? -magnitude : magnitude;
}

std::string zlib_compress(std::string_view bytes) {
    uLongf size = compressBound(static_cast<uLong>(bytes.size()));
    std::string out(size, '\0');
    if (compress2(bytes_of(out), &size, bytes_of(bytes), static_cast<uLong>(bytes.size()),
                  Z_DEFAULT_COMPRESSION) != Z_OK) {
        throw InternalError("zlib refuses to compress");
    }
    out.resize(size);
    return out;
}

Result<std::string> zlib_decompress(std::string_view bytes, std::size_t bytes_max) {
    return Inflater().run(bytes, bytes_max);
}

}  // namespace tatum::crypto
