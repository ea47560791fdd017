#pragma once

#include <tatum/base/result.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Digests, random bytes and the texts that carry them. Byte strings are std::string.
namespace tatum::crypto {

enum class Hash : std::uint8_t { Md5, Sha1, Sha224, Sha256, Sha384, Sha512 };

/// "sha256" and its like, in lower case. Error crypto.E001 no such algorithm.
Result<Hash> hash_named(std::string_view name);

/// The digest's bytes.
std::string digest(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view message);
/// Django's salted_hmac(): the key is the digest of salt and secret one after the other.
std::string salted_hmac(std::string_view salt, std::string_view value, std::string_view secret,
                        Hash hash = Hash::Sha1);
/// PBKDF2 with HMAC (RFC 8018 §5.2). Slow by design: offload() it.
std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                   std::uint32_t iterations, std::size_t length);

/// Takes as long for any two strings of the same length.
bool constant_time_compare(std::string_view a, std::string_view b);

/// Where random bytes come from. A test may bring its own, in Slot::Random.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<unsigned char> bytes) = 0;
    /// The system's, fit for secrets. Safe from any thread.
    static Random& system();
};
/// The one set by the nearest LocalScope of Slot::Random, else the system's.
Random& current_random();

std::string random_bytes(std::size_t count);
inline constexpr std::string_view kAlphanumeric =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// `allowed` has 1 to 256 characters of one byte; each is as likely.
std::string get_random_string(std::size_t length, std::string_view allowed = kAlphanumeric);

std::string hex(std::string_view bytes);
/// RFC 4648 §4, with padding.
std::string base64_encode(std::string_view bytes);
/// Error crypto.E002: a character outside the alphabet, or a length that cannot be.
Result<std::string> base64_decode(std::string_view text);
/// RFC 4648 §5, without padding.
std::string base64_url_encode(std::string_view bytes);
/// Padding may be there or not. Error crypto.E002.
Result<std::string> base64_url_decode(std::string_view text);
/// Digits, then upper case, then lower case letters, as in Django's timestamps.
std::string base62_encode(std::int64_t number);
/// Error crypto.E003.
Result<std::int64_t> base62_decode(std::string_view text);

/// zlib's format (RFC 1950) at its default level.
std::string zlib_compress(std::string_view bytes);
/// Errors: crypto.E004 damaged, crypto.E005 more than `bytes_max` when unpacked.
Result<std::string> zlib_decompress(std::string_view bytes, std::size_t bytes_max);

}  // namespace tatum::crypto
