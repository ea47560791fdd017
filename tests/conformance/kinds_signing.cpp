#include "kinds.h"

#include <tatum/base/signing.h>

namespace tatum::conformance {

namespace {

using signing::Keys;

/// BadSignature and its kind as Django names them.
Outcome signing_failure(const Error& error) {
    if (error.code == signing::kBadSignature) return Outcome::failure("BadSignature", error);
    if (error.code == signing::kSignatureExpired) {
        return Outcome::failure("SignatureExpired", error);
    }
    return Outcome::failure("ValueError", error);
}

template <class T>
Outcome value_or_failure(const Result<T>& result) {
    return result ? Outcome::value(*result) : signing_failure(result.error());
}

Keys keys_of(const Case& c) {
    Keys keys{.secret = c.has("key") ? c.text("key") : current_settings().secret_key,
              .fallbacks = {}};
    for (const Value& key : c.list("fallback_keys")) keys.fallbacks.push_back(key.str());
    return keys;
}

std::optional<Duration> max_age_of(const Case& c) {
    const Value age = c.get("max_age");
    if (age.is_none()) return std::nullopt;
    if (age.kind() == Kind::Duration) return age.as_duration();
    if (age.kind() == Kind::Float) return Duration{static_cast<std::int64_t>(age.as_float() * 1e6)};
    return Duration::seconds(to_integer(age));
}

signing::SignerOptions signer_options(const Case& c) {
    signing::SignerOptions options;
    if (c.has("salt")) options.salt = c.text("salt");
    if (c.has("sep")) options.separator = c.text("sep");
    if (c.has("algorithm")) options.hash = crypto::hash_named(c.text("algorithm")).value();
    return options;
}

std::string salt_of(const Case& c) {
    return c.has("salt") ? c.text("salt") : std::string(signing::kDefaultSalt);
}

Outcome run_sign(const Case& c) {
    const std::string value = c.text("value");
    if (c.get("timestamp").truth()) {
        return Outcome::value(signing::TimestampSigner(keys_of(c), signer_options(c)).sign(value));
    }
    return Outcome::value(signing::Signer(keys_of(c), signer_options(c)).sign(value));
}

Outcome run_unsign(const Case& c) {
    const std::string value = c.text("value");
    if (c.get("timestamp").truth()) {
        const signing::TimestampSigner signer(keys_of(c), signer_options(c));
        return value_or_failure(signer.unsign(value, max_age_of(c)));
    }
    return value_or_failure(signing::Signer(keys_of(c), signer_options(c)).unsign(value));
}

Outcome run_dumps(const Case& c) {
    const auto compress =
        c.get("compress").truth() ? signing::Compress::Yes : signing::Compress::No;
    return value_or_failure(signing::dumps(c.get("value"), keys_of(c), salt_of(c), compress));
}

Outcome run_loads(const Case& c) {
    return value_or_failure(signing::loads(c.text("value"), keys_of(c), salt_of(c), max_age_of(c)));
}

Outcome run_salted_hmac(const Case& c) {
    const auto hash = crypto::hash_named(c.has("algorithm") ? c.text("algorithm") : "sha1");
    if (!hash) return Outcome::failure("InvalidAlgorithm", hash.error());
    return Outcome::value(crypto::hex(
        crypto::salted_hmac(c.text("salt"), c.text("value"), keys_of(c).secret, *hash)));
}

// A case's engine does not matter: encode() and decode() are those of Django's SessionBase, which
// the signed-cookies backend has too, but does not write its cookies with.
Outcome run_session_encode(const Case& c) {
    return value_or_failure(signing::session_encode(c.dict("value"), keys_of(c)));
}

Outcome run_session_decode(const Case& c) {
    return Outcome::value(signing::session_decode(c.text("data"), keys_of(c)));
}

Outcome run_csrf_mask(const Case& c) {
    return Outcome::value(signing::csrf::mask(c.text("secret"), c.text("mask")));
}

Outcome run_csrf_check(const Case& c) {
    const std::string token = c.text("token");
    const auto fault = signing::csrf::check_format(token);
    Dict result{{"format", fault ? Value(*fault) : Value()}, {"match", false}};
    if (!fault) result.set("match", signing::csrf::matches(token, c.text("secret")));
    return Outcome::value(result);
}

signing::CookieSalt cookie_salt_of(const Case& c) {
    return c.since("6.1") ? signing::CookieSalt::Apart : signing::CookieSalt::Joined;
}

Outcome run_signed_cookie_set(const Case& c) {
    return Outcome::value(signing::sign_cookie(c.text("name"), c.text("value"), keys_of(c),
                                               c.text("salt"), cookie_salt_of(c)));
}

Outcome run_signed_cookie_get(const Case& c) {
    return value_or_failure(signing::unsign_cookie(c.text("name"), c.text("data"), keys_of(c),
                                                   c.text("salt"), max_age_of(c),
                                                   cookie_salt_of(c)));
}

constexpr std::string_view kMessagesSalt = "django.contrib.messages";
constexpr std::string_view kMessageKey = "__json_message";

/// What the messages app puts into its cookie: each message is a list that begins with kMessageKey.
Outcome run_messages_encode(const Case& c) {
    if (c.list("messages").empty()) return Outcome::value(Value());
    List messages;
    for (const Value& item : c.list("messages")) {
        const List& parts = item.as_list();
        List message{kMessageKey, parts[1].is_safe() ? 1 : 0, parts[0], parts[1]};
        if (parts.size() > 2) message.push_back(parts[2]);
        messages.emplace_back(std::move(message));
    }
    return value_or_failure(signing::cookie_signer(keys_of(c), kMessagesSalt)
                                .sign_object(messages, signing::Compress::Yes));
}

Outcome run_messages_decode(const Case& c) {
    const auto stored =
        signing::cookie_signer(keys_of(c), kMessagesSalt).unsign_object(c.text("data"));
    if (!stored || !stored->is_list()) return Outcome::value(Value());
    List messages;
    for (const Value& item : stored->as_list()) {
        if (!item.is_list() || item.as_list().size() < 4 || item.as_list()[0] != kMessageKey) {
            messages.push_back(item);
            continue;
        }
        const List& parts = item.as_list();
        messages.emplace_back(List{parts[2], parts[1].truth() ? parts[3].mark_safe() : parts[3],
                                   parts.size() > 4 ? parts[4] : Value()});
    }
    return Outcome::value(messages);
}

signing::TokenUser user_of(const Case& c) {
    const Dict& fields = c.dict("user");
    signing::TokenUser user{.pk = fields.get("pk").str(),
                            .password = fields.get("password").str(),
                            .email = fields.get("email").str(),
                            .last_login = {}};
    const Value login = fields.get("last_login");
    if (login.kind() == Kind::DateTime) user.last_login = login.as_datetime();
    return user;
}

Outcome run_reset_token(const Case& c) {
    return Outcome::value(signing::make_reset_token(user_of(c), keys_of(c)));
}

Outcome run_reset_token_check(const Case& c) {
    const Duration timeout = Duration::seconds(current_settings().password_reset_timeout);
    return Outcome::value(
        signing::check_reset_token(user_of(c), c.text("token"), keys_of(c), timeout));
}

Outcome run_session_auth_hash(const Case& c) {
    return Outcome::value(signing::session_auth_hash(user_of(c).password, keys_of(c).secret));
}

constexpr CaseKind kSigningKinds[] = {
    {"sign", run_sign},
    {"unsign", run_unsign},
    {"dumps", run_dumps},
    {"loads", run_loads},
    {"salted_hmac", run_salted_hmac},
    {"session_encode", run_session_encode},
    {"session_decode", run_session_decode},
    {"csrf_mask", run_csrf_mask},
    {"csrf_check", run_csrf_check},
    {"signed_cookie_set", run_signed_cookie_set},
    {"signed_cookie_get", run_signed_cookie_get},
    {"messages_encode", run_messages_encode},
    {"messages_decode", run_messages_decode},
    {"reset_token", run_reset_token},
    {"reset_token_check", run_reset_token_check},
    {"session_auth_hash", run_session_auth_hash},
};

}  // namespace

std::span<const CaseKind> signing_kinds() { return kSigningKinds; }

}  // namespace tatum::conformance
