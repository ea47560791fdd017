#pragma once

#include <tatum/base/crypto.h>
#include <tatum/base/datetime.h>
#include <tatum/base/result.h>
#include <tatum/base/value.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Signed strings and values, in Django's formats.
/// Errors of all that checks a signature: signing.E001 it does not match (Django's BadSignature),
/// signing.E002 it is too old (SignatureExpired), signing.E003 the signature is right but what it
/// covers cannot be read.
namespace tatum::signing {

inline constexpr std::string_view kBadSignature = "signing.E001";
inline constexpr std::string_view kSignatureExpired = "signing.E002";
inline constexpr std::string_view kUnreadable = "signing.E003";

/// The secret that signs, and older ones that still verify.
struct Keys {
    std::string secret;
    std::vector<std::string> fallbacks;
};

struct SignerOptions {
    std::string salt;  ///< a namespace; empty: the class's own, as in Django
    std::string separator = ":";
    crypto::Hash hash = crypto::Hash::Sha256;
};

/// A value; safe to share once made.
class Signer {
public:
    /// Throws ImproperlyConfigured for a separator that could be part of a signature, or for an
    /// empty secret.
    explicit Signer(Keys keys, SignerOptions options = {});

    std::string signature(std::string_view value) const;
    /// "value:signature".
    std::string sign(std::string_view value) const;
    /// The value. Errors: signing.E001.
    Result<std::string> unsign(std::string_view signed_value) const;

protected:
    Signer(Keys keys, SignerOptions options, std::string_view default_salt);

    Keys keys_;
    SignerOptions options_;
};

/// Whether sign_object() may pack with zlib, which it does when that is shorter.
enum class Compress : std::uint8_t { No, Yes };

/// Signs the moment too, so that a signature can expire. "Now" is current_clock()'s.
class TimestampSigner : public Signer {
public:
    static constexpr std::size_t kUnpackedBytesMax = 16u << 20;

    explicit TimestampSigner(Keys keys, SignerOptions options = {});

    /// "value:timestamp:signature".
    std::string sign(std::string_view value) const;
    /// The value, when it was signed at most `max_age` ago. Errors: signing.E001 to E003.
    Result<std::string> unsign(std::string_view signed_value,
                               std::optional<Duration> max_age = {}) const;

    /// The JSON of `value`, in URL-safe base64. Error json.E010 when it has no JSON.
    Result<std::string> sign_object(const Value& value, Compress compress = Compress::No) const;
    /// Errors: signing.E001 to E003.
    Result<Value> unsign_object(std::string_view signed_value,
                                std::optional<Duration> max_age = {}) const;

    /// The same for a text of the caller's instead of JSON.
    std::string sign_text(std::string_view text, Compress compress) const;
    Result<std::string> unsign_text(std::string_view signed_value,
                                    std::optional<Duration> max_age = {}) const;
};

inline constexpr std::string_view kDefaultSalt = "django.core.signing";

/// django.core.signing.dumps() and loads().
Result<std::string> dumps(const Value& value, const Keys& keys,
                          std::string_view salt = kDefaultSalt, Compress compress = Compress::No);
Result<Value> loads(std::string_view text, const Keys& keys, std::string_view salt = kDefaultSalt,
                    std::optional<Duration> max_age = {});

/// How the salt of a signed cookie is made. Django 5.2 joined name and salt, which made some pairs
/// the same (CVE-2026-6873); since 6.1 they are kept apart.
enum class CookieSalt : std::uint8_t { Joined, Apart };

/// Django's get_cookie_signer(): the keys are those of cookies.
TimestampSigner cookie_signer(const Keys& keys, std::string_view salt);
std::string cookie_salt(std::string_view name, std::string_view salt, CookieSalt form);
/// The value of a signed cookie, as HttpResponse.set_signed_cookie() writes it.
std::string sign_cookie(std::string_view name, std::string_view value, const Keys& keys,
                        std::string_view salt = {}, CookieSalt form = CookieSalt::Apart);
/// Errors: signing.E001 to E003. With `legacy`, a value that does not match is also tried as
/// CookieSalt::Joined (Django's SIGNED_COOKIE_LEGACY_SALT_FALLBACK).
Result<std::string> unsign_cookie(std::string_view name, std::string_view signed_value,
                                  const Keys& keys, std::string_view salt = {},
                                  std::optional<Duration> max_age = {},
                                  CookieSalt form = CookieSalt::Apart, bool legacy = false);

/// What a session is stored as. The backends that keep it on the server share one salt; the
/// signed-cookies backend has its own and always checks the age.
enum class SessionEngine : std::uint8_t { Stored, SignedCookies };
Result<std::string> session_encode(const Dict& session, const Keys& keys,
                                   SessionEngine engine = SessionEngine::Stored);
/// Empty when the text is damaged, forged or too old.
Dict session_decode(std::string_view text, const Keys& keys,
                    SessionEngine engine = SessionEngine::Stored,
                    std::optional<Duration> max_age = {});

/// CSRF tokens: a secret of 32 letters and digits, masked anew for each page (against BREACH).
namespace csrf {
inline constexpr std::size_t kSecretLength = 32;
inline constexpr std::size_t kTokenLength = 2 * kSecretLength;

std::string new_secret();
/// `secret` masked with a random mask, or with `mask`; both have kSecretLength characters.
std::string mask(std::string_view secret);
std::string mask(std::string_view secret, std::string_view mask);
/// The secret of a token of kTokenLength letters and digits.
std::string unmask(std::string_view token);
/// What is wrong with the form of a token: "has incorrect length" or "has invalid characters".
std::optional<std::string_view> check_format(std::string_view token);
/// Whether a token, masked or not, is one of `secret`, which itself may be masked. The form of
/// both has been checked.
bool matches(std::string_view token, std::string_view secret);
}  // namespace csrf

/// What a password reset token depends on: using it or logging in makes it invalid.
struct TokenUser {
    std::string pk, password, email;
    std::optional<DateTime> last_login;
};
/// PasswordResetTokenGenerator; the moment is naive_now(), the same for every user.
std::string make_reset_token(const TokenUser& user, const Keys& keys);
bool check_reset_token(const TokenUser& user, std::string_view token, const Keys& keys,
                       Duration timeout = Duration::days(3));
/// What a session remembers of the password, in hexadecimal; `password` is the encoded hash.
std::string session_auth_hash(std::string_view password, std::string_view secret);

}  // namespace tatum::signing
