#include <tatum/base/signing.h>

#include <tatum/base/locals.h>

#include <gtest/gtest.h>

namespace tatum::signing {
namespace {

constexpr std::int64_t kNoon = 1'714'910'400'000'000;  // 2024-05-05 12:00 UTC

class FixedClock final : public Clock {
public:
    explicit FixedClock(std::int64_t now) : now_(now) {}
    std::int64_t now() const override { return now_; }

private:
    std::int64_t now_;
};

const Keys kKeys{.secret = "s3cret", .fallbacks = {"older", "oldest"}};

TEST(Signer, TakesBackWhatItSigned) {
    const Signer signer(kKeys);
    for (const std::string_view value : {"", "hello", "with:colons::", "é\n", ":"}) {
        EXPECT_EQ(signer.unsign(signer.sign(value)).value(), value);
    }
}

TEST(Signer, RefusesEveryChangedByte) {
    const Signer signer(kKeys);
    const std::string signed_value = signer.sign("value");
    for (std::size_t i = 0; i < signed_value.size(); ++i) {
        std::string forged = signed_value;
        forged[i] = forged[i] == 'x' ? 'y' : 'x';
        const auto result = signer.unsign(forged);
        ASSERT_FALSE(result) << i;
        EXPECT_EQ(result.error().code, kBadSignature);
    }
    EXPECT_FALSE(signer.unsign(""));
    EXPECT_FALSE(signer.unsign("value"));
    EXPECT_FALSE(signer.unsign(signed_value.substr(0, signed_value.size() - 1)));
    EXPECT_FALSE(Signer(kKeys, {.salt = "other"}).unsign(signed_value));
    EXPECT_FALSE(Signer(kKeys, {.hash = crypto::Hash::Sha512}).unsign(signed_value));
}

TEST(Signer, AcceptsOlderKeysButSignsWithTheFirst) {
    const std::string old_value = Signer({.secret = "oldest", .fallbacks = {}}).sign("v");
    EXPECT_EQ(Signer(kKeys).unsign(old_value).value(), "v");
    EXPECT_NE(Signer(kKeys).sign("v"), old_value);
    EXPECT_FALSE(Signer({.secret = "s3cret", .fallbacks = {}}).unsign(old_value));
}

TEST(Signer, RefusesSeparatorsThatSignaturesContain) {
    for (const std::string separator : {"", "a", "-", "=", "_x", "^"}) {
        EXPECT_THROW(Signer(kKeys, {.separator = separator}), ImproperlyConfigured) << separator;
    }
    EXPECT_NO_THROW(Signer(kKeys, {.separator = "-:"}));
    EXPECT_THROW(Signer({.secret = "", .fallbacks = {"x"}}), ImproperlyConfigured);
}

TEST(TimestampSigner, LetsSignaturesExpire) {
    const FixedClock noon(kNoon), later(kNoon + 61'500'000);
    std::string signed_value;
    {
        const LocalScope scope(Slot::Clock, &noon);
        signed_value = TimestampSigner(kKeys).sign("v");
        EXPECT_EQ(signed_value.substr(0, 9), "v:1s3aXA:");
        EXPECT_EQ(TimestampSigner(kKeys).unsign(signed_value, Duration::seconds(0)).value(), "v");
    }
    const LocalScope scope(Slot::Clock, &later);
    const TimestampSigner signer(kKeys);
    EXPECT_EQ(signer.unsign(signed_value).value(), "v");
    EXPECT_EQ(signer.unsign(signed_value, Duration::seconds(62)).value(), "v");
    const auto expired = signer.unsign(signed_value, Duration::seconds(61));
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error().code, kSignatureExpired);
    EXPECT_EQ(expired.error().message, "Signature age 61.5 > 61.0 seconds");
}

TEST(TimestampSigner, SaysWhenAGoodSignatureCoversNonsense) {
    const TimestampSigner signer(kKeys);
    const Signer plain(kKeys, {.salt = "django.core.signing.TimestampSigner"});
    for (const std::string_view value : {"no-stamp", "v:", "v:!", "v:zzzzzzzzzzzzzzzz"}) {
        const auto result = signer.unsign(plain.sign(value));
        ASSERT_FALSE(result) << value;
        EXPECT_EQ(result.error().code, kUnreadable) << value;
    }
    EXPECT_EQ(signer.unsign_object(signer.sign("!!")).error().code, kUnreadable);
    EXPECT_EQ(signer.unsign_object(signer.sign(".AAAA")).error().code, kUnreadable);
    EXPECT_EQ(signer.unsign_object(signer.sign("AAAA")).error().code, kUnreadable);
}

TEST(Dumps, PacksOnlyWhatGetsShorter) {
    const Value large = Dict{{"key", std::string(500, 'a')}};
    const std::string packed = dumps(large, kKeys, kDefaultSalt, Compress::Yes).value();
    EXPECT_EQ(packed[0], '.');
    EXPECT_LT(packed.size(), 150u);
    EXPECT_EQ(loads(packed, kKeys).value(), large);
    const std::string small = dumps(List{1}, kKeys, kDefaultSalt, Compress::Yes).value();
    EXPECT_NE(small[0], '.');
    EXPECT_EQ(loads(small, kKeys).value(), Value(List{1}));
    EXPECT_FALSE(loads(small, kKeys, "other salt"));
    EXPECT_EQ(dumps(Value::set({1}), kKeys).error().code, "json.E010");
}

TEST(SignedCookie, KeepsNameAndSaltApart) {
    const std::string value = sign_cookie("ab", "v", kKeys, "c");
    EXPECT_EQ(unsign_cookie("ab", value, kKeys, "c").value(), "v");
    EXPECT_EQ(unsign_cookie("a", value, kKeys, "bc").error().code, kBadSignature);
    const std::string joined = sign_cookie("ab", "v", kKeys, "c", CookieSalt::Joined);
    EXPECT_FALSE(unsign_cookie("ab", joined, kKeys, "c"));
    EXPECT_EQ(unsign_cookie("ab", joined, kKeys, "c", {}, CookieSalt::Apart, true).value(), "v");
    EXPECT_EQ(unsign_cookie("ab", joined, kKeys, "c", {}, CookieSalt::Joined).value(), "v");
}

TEST(Session, IsEmptyWhenItCannotBeTrusted) {
    const Dict session{{"user", 5}, {"cart", List{1, 2}}};
    const std::string text = session_encode(session, kKeys).value();
    EXPECT_EQ(session_decode(text, kKeys), session);
    EXPECT_TRUE(session_decode(text + "x", kKeys).empty());
    EXPECT_TRUE(session_decode("", kKeys).empty());
    EXPECT_TRUE(session_decode(text, kKeys, SessionEngine::SignedCookies).empty());
    EXPECT_TRUE(session_decode(text, kKeys, SessionEngine::Stored, Duration{-1}).empty());
    EXPECT_TRUE(
        session_decode(dumps(List{1}, kKeys, "django.contrib.sessions.SessionStore").value(), kKeys)
            .empty());
}

TEST(Csrf, MasksASecretDifferentlyEachTime) {
    const std::string secret = csrf::new_secret();
    const std::string token = csrf::mask(secret), other = csrf::mask(secret);
    EXPECT_NE(token, other);
    EXPECT_EQ(csrf::unmask(token), secret);
    EXPECT_TRUE(csrf::matches(token, secret));
    EXPECT_TRUE(csrf::matches(token, other));
    EXPECT_TRUE(csrf::matches(secret, secret));
    EXPECT_FALSE(csrf::matches(csrf::mask(csrf::new_secret()), secret));
}

TEST(Csrf, ChecksTheFormOfTokens) {
    EXPECT_EQ(csrf::check_format(std::string(32, 'a')), std::nullopt);
    EXPECT_EQ(csrf::check_format(std::string(64, '9')), std::nullopt);
    for (const std::size_t length : {0u, 31u, 33u, 63u, 65u}) {
        EXPECT_EQ(csrf::check_format(std::string(length, 'a')), "has incorrect length") << length;
    }
    for (const char c : {'-', ' ', '\0', '\xe9'}) {
        EXPECT_EQ(csrf::check_format(std::string(31, 'a') + c), "has invalid characters");
    }
}

TEST(ResetToken, EndsWithTheStateItWasMadeFor) {
    const FixedClock noon(kNoon), in_time(kNoon + 259'200'000'000), late(kNoon + 259'201'000'000);
    const TokenUser user{.pk = "1", .password = "hash", .email = "a@b.c", .last_login = {}};
    const LocalScope scope(Slot::Clock, &noon);
    const std::string token = make_reset_token(user, kKeys);
    EXPECT_TRUE(check_reset_token(user, token, kKeys));
    EXPECT_TRUE(check_reset_token(
        user, make_reset_token(user, {.secret = "older", .fallbacks = {}}), kKeys));
    TokenUser changed = user;
    changed.last_login = DateTime::from_utc(kNoon);
    EXPECT_FALSE(check_reset_token(changed, token, kKeys));
    changed = user;
    changed.password += "x";
    EXPECT_FALSE(check_reset_token(changed, token, kKeys));
    for (const std::string_view bad : {"", "-", "abc", "c6jyo0-", "-abc", "c6jyo0-a-b", "!-!"}) {
        EXPECT_FALSE(check_reset_token(user, bad, kKeys)) << bad;
    }
    {
        const LocalScope later(Slot::Clock, &in_time);
        EXPECT_TRUE(check_reset_token(user, token, kKeys));
    }
    const LocalScope later(Slot::Clock, &late);
    EXPECT_FALSE(check_reset_token(user, token, kKeys));
}

}  // namespace
}  // namespace tatum::signing
