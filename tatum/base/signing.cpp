#include <tatum/base/signing.h>

#include <tatum/base/json.h>
#include <tatum/base/locals.h>

#include <algorithm>
#include <charconv>

namespace tatum::signing {
namespace {

constexpr std::string_view kSessionSalt = "django.contrib.sessions.SessionStore";
constexpr std::string_view kCookieSessionSalt = "django.contrib.sessions.backends.signed_cookies";
constexpr std::string_view kCookieSaltPrefix = "django.http.cookies.v2:";

Error mismatch(std::string_view signature) {
    return {.code = std::string(kBadSignature),
            .message = "Signature \"" + std::string(signature) + "\" does not match"};
}

Error unreadable(std::string message) {
    return {.code = std::string(kUnreadable), .message = std::move(message)};
}

std::int64_t now_seconds() {
    const std::int64_t now = current_clock().now();
    return now / 1'000'000 - (now % 1'000'000 < 0 ? 1 : 0);
}

/// Python's float: "30.0".
std::string seconds_text(std::int64_t microseconds) {
    return Value(static_cast<double>(microseconds) / 1e6).str();
}

/// Whether a separator could be taken for part of a signature. The range A to z, which Django uses,
/// has [ \ ] ^ ` in it too.
bool is_unsafe(std::string_view separator) {
    return std::all_of(separator.begin(), separator.end(), [](char c) {
        return (c >= 'A' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '=';
    });
}

struct Split {
    std::string_view before, after;
};

/// At the last separator.
std::optional<Split> split_last(std::string_view text, std::string_view separator) {
    const std::size_t place = text.rfind(separator);
    if (place == std::string_view::npos) return std::nullopt;
    return Split{text.substr(0, place), text.substr(place + separator.size())};
}

SignerOptions with_salt(std::string_view salt) { return {.salt = std::string(salt)}; }

}  // namespace

Signer::Signer(Keys keys, SignerOptions options)
    : Signer(std::move(keys), std::move(options), "django.core.signing.Signer") {}

Signer::Signer(Keys keys, SignerOptions options, std::string_view default_salt)
    : keys_(std::move(keys)), options_(std::move(options)) {
    if (keys_.secret.empty()) throw ImproperlyConfigured("a Signer needs a secret key");
    if (is_unsafe(options_.separator)) {
        throw ImproperlyConfigured("Unsafe Signer separator: '" + options_.separator +
                                   "' (cannot be empty or consist of only A-z0-9-_=)");
    }
    if (options_.salt.empty()) options_.salt = default_salt;
}

namespace {

std::string signature_with(std::string_view value, const std::string& secret,
                           const SignerOptions& options) {
    return crypto::base64_url_encode(
        crypto::salted_hmac(options.salt + "signer", value, secret, options.hash));
}

}  // namespace

std::string Signer::signature(std::string_view value) const {
    return signature_with(value, keys_.secret, options_);
}

std::string Signer::sign(std::string_view value) const {
    return std::string(value) + options_.separator + signature(value);
}

Result<std::string> Signer::unsign(std::string_view signed_value) const {
    const auto parts = split_last(signed_value, options_.separator);
    if (!parts) {
        return Error{.code = std::string(kBadSignature),
                     .message = "No \"" + options_.separator + "\" found in value"};
    }
    const auto fits = [&](const std::string& secret) {
        return crypto::constant_time_compare(parts->after,
                                             signature_with(parts->before, secret, options_));
    };
    if (fits(keys_.secret) || std::any_of(keys_.fallbacks.begin(), keys_.fallbacks.end(), fits)) {
        return std::string(parts->before);
    }
    return mismatch(parts->after);
}

TimestampSigner::TimestampSigner(Keys keys, SignerOptions options)
    : Signer(std::move(keys), std::move(options), "django.core.signing.TimestampSigner") {}

std::string TimestampSigner::sign(std::string_view value) const {
    return Signer::sign(std::string(value) + options_.separator +
                        crypto::base62_encode(now_seconds()));
}

Result<std::string> TimestampSigner::unsign(std::string_view signed_value,
                                            std::optional<Duration> max_age) const {
    TATUM_TRY(const std::string stamped, Signer::unsign(signed_value));
    const auto parts = split_last(stamped, options_.separator);
    if (!parts) return unreadable("the signed value has no timestamp");
    const auto timestamp = crypto::base62_decode(parts->after);
    if (!timestamp) return unreadable(timestamp.error().message);
    if (max_age) {
        constexpr std::int64_t seconds_max = std::int64_t{1} << 42;  // microseconds still fit
        if (*timestamp > seconds_max || *timestamp < -seconds_max) {
            return unreadable("the timestamp is out of range");
        }
        const std::int64_t age = current_clock().now() - *timestamp * 1'000'000;
        if (age > max_age->microseconds) {
            return Error{.code = std::string(kSignatureExpired),
                         .message = "Signature age " + seconds_text(age) + " > " +
                                    seconds_text(max_age->microseconds) + " seconds"};
        }
    }
    return std::string(parts->before);
}

std::string TimestampSigner::sign_text(std::string_view text, Compress compress) const {
    std::string packed;
    bool is_packed = false;
    if (compress == Compress::Yes) {
        packed = crypto::zlib_compress(text);
        is_packed = packed.size() + 1 < text.size();
    }
    // The dot is under the signature too, so that nobody makes the server unpack what it did not
    // pack.
    std::string encoded = is_packed ? "." : "";
    encoded += crypto::base64_url_encode(is_packed ? std::string_view(packed) : text);
    return sign(encoded);
}

Result<std::string> TimestampSigner::unsign_text(std::string_view signed_value,
                                                 std::optional<Duration> max_age) const {
    TATUM_TRY(const std::string encoded, unsign(signed_value, max_age));
    const bool is_packed = encoded.starts_with('.');
    auto text = crypto::base64_url_decode(std::string_view(encoded).substr(is_packed ? 1 : 0));
    if (text && is_packed) text = crypto::zlib_decompress(*text, kUnpackedBytesMax);
    if (!text) return unreadable(text.error().message);
    return text;
}

Result<std::string> TimestampSigner::sign_object(const Value& value, Compress compress) const {
    json::Options options = json::Options::compact();
    options.encoder = json::Encoder::Plain;
    TATUM_TRY(const std::string text, json::dump(value, options));
    return sign_text(text, compress);
}

Result<Value> TimestampSigner::unsign_object(std::string_view signed_value,
                                             std::optional<Duration> max_age) const {
    TATUM_TRY(const std::string text, unsign_text(signed_value, max_age));
    auto value = json::parse(text);
    if (!value) return unreadable(value.error().message);
    return value;
}

Result<std::string> dumps(const Value& value, const Keys& keys, std::string_view salt,
                          Compress compress) {
    return TimestampSigner(keys, with_salt(salt)).sign_object(value, compress);
}

Result<Value> loads(std::string_view text, const Keys& keys, std::string_view salt,
                    std::optional<Duration> max_age) {
    return TimestampSigner(keys, with_salt(salt)).unsign_object(text, max_age);
}

TimestampSigner cookie_signer(const Keys& keys, std::string_view salt) {
    constexpr std::string_view prefix = "django.http.cookies";
    Keys prefixed{.secret = std::string(prefix) + keys.secret, .fallbacks = {}};
    for (const std::string& key : keys.fallbacks) {
        prefixed.fallbacks.push_back(std::string(prefix) + key);
    }
    return TimestampSigner(std::move(prefixed), with_salt(salt));
}

std::string cookie_salt(std::string_view name, std::string_view salt, CookieSalt form) {
    std::string whole;
    if (form == CookieSalt::Apart) {
        whole = kCookieSaltPrefix;
        whole += std::to_string(Value::view(salt).size().value()) + ":";
        whole += salt;
        whole += name;
    } else {
        whole = name;
        whole += salt;
    }
    return whole;
}

std::string sign_cookie(std::string_view name, std::string_view value, const Keys& keys,
                        std::string_view salt, CookieSalt form) {
    return cookie_signer(keys, cookie_salt(name, salt, form)).sign(value);
}

Result<std::string> unsign_cookie(std::string_view name, std::string_view signed_value,
                                  const Keys& keys, std::string_view salt,
                                  std::optional<Duration> max_age, CookieSalt form, bool legacy) {
    auto value = cookie_signer(keys, cookie_salt(name, salt, form)).unsign(signed_value, max_age);
    if (value || !legacy || form == CookieSalt::Joined || value.error().code != kBadSignature) {
        return value;
    }
    return unsign_cookie(name, signed_value, keys, salt, max_age, CookieSalt::Joined);
}

Result<std::string> session_encode(const Dict& session, const Keys& keys, SessionEngine engine) {
    const auto salt = engine == SessionEngine::Stored ? kSessionSalt : kCookieSessionSalt;
    return dumps(session, keys, salt, Compress::Yes);
}

Dict session_decode(std::string_view text, const Keys& keys, SessionEngine engine,
                    std::optional<Duration> max_age) {
    const auto salt = engine == SessionEngine::Stored ? kSessionSalt : kCookieSessionSalt;
    const auto session = loads(text, keys, salt, max_age);
    return session && session->is_dict() ? session->as_dict() : Dict();
}

std::string session_auth_hash(std::string_view password, std::string_view secret) {
    return crypto::hex(
        crypto::salted_hmac("django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash",
                            password, secret, crypto::Hash::Sha256));
}

}  // namespace tatum::signing
