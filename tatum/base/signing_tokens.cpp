// CSRF tokens and password reset tokens.

#include <tatum/base/locals.h>
#include <tatum/base/signing.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>

#include <algorithm>

namespace tatum::signing {
namespace csrf {
namespace {

constexpr std::string_view kLetters = crypto::kAlphanumeric;

/// Letter by letter, as numbers modulo the size of the alphabet.
std::string combine(std::string_view text, std::string_view mask, bool add) {
    std::string combined;
    combined.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t a = kLetters.find(text[i]), b = kLetters.find(mask[i]);
        TATUM_INVARIANT(a < kLetters.size() && b < kLetters.size(), "checked by check_format()");
        combined += kLetters[(a + (add ? b : kLetters.size() - b)) % kLetters.size()];
    }
    return combined;
}

}  // namespace

std::string new_secret() { return crypto::get_random_string(kSecretLength); }

std::string mask(std::string_view secret) {
    return mask(secret, crypto::get_random_string(kSecretLength));
}

std::string mask(std::string_view secret, std::string_view mask) {
    TATUM_INVARIANT(secret.size() == kSecretLength && mask.size() == kSecretLength,
                    "a CSRF secret and its mask have 32 characters");
    return std::string(mask) + combine(secret, mask, true);
}

std::string unmask(std::string_view token) {
    TATUM_INVARIANT(token.size() == kTokenLength, "a masked CSRF token has 64 characters");
    return combine(token.substr(kSecretLength), token.substr(0, kSecretLength), false);
}

std::optional<std::string_view> check_format(std::string_view token) {
    if (token.size() != kTokenLength && token.size() != kSecretLength) {
        return "has incorrect length";
    }
    if (token.find_first_not_of(kLetters) != std::string_view::npos) {
        return "has invalid characters";
    }
    return std::nullopt;
}

bool matches(std::string_view token, std::string_view secret) {
    const auto plain = [](std::string_view text) {
        return text.size() == kTokenLength ? unmask(text) : std::string(text);
    };
    return crypto::constant_time_compare(plain(token), plain(secret));
}

}  // namespace csrf

namespace {

constexpr std::string_view kResetSalt = "django.contrib.auth.tokens.PasswordResetTokenGenerator";

/// Seconds since 2001 on the local clock: an older format of Django's, kept for its tokens.
std::int64_t reset_clock() {
    constexpr std::int64_t year_2001 = 978'307'200;
    return naive_now().local_microseconds() / 1'000'000 - year_2001;
}

std::string reset_token(const TokenUser& user, std::int64_t timestamp, const std::string& secret) {
    std::string state = user.pk + user.password;
    if (user.last_login) {
        // To the second: some databases store no more.
        const std::int64_t local = user.last_login->local_microseconds();
        const std::int64_t fraction = (local % 1'000'000 + 1'000'000) % 1'000'000;
        state += DateTime::from_local(local - fraction).isoformat(' ');
    }
    state += std::to_string(timestamp) + user.email;
    const std::string digest =
        crypto::hex(crypto::salted_hmac(kResetSalt, state, secret, crypto::Hash::Sha256));
    std::string token = strings::int_to_base36(timestamp).value() + "-";
    for (std::size_t i = 0; i < digest.size(); i += 2) token += digest[i];
    return token;
}

}  // namespace

std::string make_reset_token(const TokenUser& user, const Keys& keys) {
    return reset_token(user, std::max<std::int64_t>(reset_clock(), 0), keys.secret);
}

bool check_reset_token(const TokenUser& user, std::string_view token, const Keys& keys,
                       Duration timeout) {
    const std::size_t dash = token.find('-');
    if (dash == std::string_view::npos || token.find('-', dash + 1) != std::string_view::npos) {
        return false;
    }
    const auto timestamp = strings::base36_to_int(token.substr(0, dash));
    if (!timestamp || *timestamp < 0) return false;
    const auto fits = [&](const std::string& secret) {
        return crypto::constant_time_compare(reset_token(user, *timestamp, secret), token);
    };
    if (!fits(keys.secret) && std::none_of(keys.fallbacks.begin(), keys.fallbacks.end(), fits)) {
        return false;
    }
    return reset_clock() - *timestamp <= timeout.microseconds / 1'000'000;
}

}  // namespace tatum::signing
