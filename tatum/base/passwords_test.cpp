#include <tatum/base/passwords.h>

#include <gtest/gtest.h>

namespace tatum::passwords {
namespace {

/// All algorithms at a cost that suits a test.
Policy cheap(std::string first = "pbkdf2_sha256") {
    Policy policy;
    policy.algorithms = {first,    "argon2", "pbkdf2_sha256", "pbkdf2_sha1",
                         "scrypt", "bcrypt", "bcrypt_sha256", "md5"};
    policy.pbkdf2_iterations = 10;
    policy.argon2_time = 1;
    policy.argon2_memory = 64;
    policy.argon2_parallelism = 1;
    policy.scrypt_work_factor = 16;
    policy.scrypt_parallelism = 1;
    policy.bcrypt_rounds = 4;
    return policy;
}

const std::string kAlgorithms[] = {"argon2", "pbkdf2_sha256", "pbkdf2_sha1", "scrypt",
                                   "bcrypt", "bcrypt_sha256", "md5"};

TEST(Password, IsRecognizedByEveryAlgorithm) {
    for (const std::string& algorithm : kAlgorithms) {
        const Policy policy = cheap(algorithm);
        const std::string encoded = make_password("sésame", policy).value();
        EXPECT_EQ(identify(encoded, policy), algorithm);
        const Check right = check_password("sésame", encoded, policy).value();
        EXPECT_TRUE(right.correct) << encoded;
        EXPECT_FALSE(right.must_update) << encoded;
        for (const std::string_view wrong : {"", "sésam", "sésamex", "Sésame"}) {
            EXPECT_FALSE(check_password(wrong, encoded, policy).value().correct) << encoded;
        }
        EXPECT_NE(make_password("sésame", policy).value(), encoded);
        EXPECT_EQ(summary(encoded, policy).value().front().second, Value(algorithm));
    }
}

TEST(Password, IsToBeHashedAnewWhenThePolicyAsksForMore) {
    for (const std::string& algorithm : kAlgorithms) {
        const std::string encoded = make_password("x", cheap(algorithm)).value();
        Policy stronger = cheap(algorithm);
        stronger.pbkdf2_iterations *= 2;
        stronger.argon2_time *= 2;
        stronger.scrypt_work_factor *= 2;
        ++stronger.bcrypt_rounds;
        stronger.salt_bits = algorithm == "md5" ? 256 : 128;
        EXPECT_TRUE(check_password("x", encoded, stronger).value().must_update) << algorithm;
        EXPECT_FALSE(check_password("y", encoded, stronger).value().must_update) << algorithm;
        const Policy other = cheap(algorithm == "argon2" ? "scrypt" : "argon2");
        EXPECT_TRUE(check_password("x", encoded, other).value().must_update) << algorithm;
    }
    const std::string weak = make_password("x", cheap(), "pbkdf2_sha256", "short").value();
    EXPECT_TRUE(check_password("x", weak, cheap()).value().must_update);
}

TEST(Password, CannotMatchWhatIsUnusableOrUnknown) {
    const std::string unusable = make_unusable_password();
    EXPECT_FALSE(is_password_usable(unusable));
    EXPECT_TRUE(is_password_usable("pbkdf2_sha256$..."));
    EXPECT_EQ(unusable.size(), 41u);
    for (const std::string_view encoded :
         {std::string_view(unusable), std::string_view(""), std::string_view("plain"),
          std::string_view("rot13$x$y"), std::string_view("md5$$5f4dcc3b5aa765d61d8327deb882cf99"),
          std::string_view("!")}) {
        EXPECT_FALSE(check_password("plain", encoded, cheap()).value().correct) << encoded;
        EXPECT_EQ(identify(encoded, cheap()), std::nullopt) << encoded;
    }
    Policy without_md5 = cheap();
    without_md5.algorithms.pop_back();
    const std::string md5 = make_password("x", cheap(), "md5").value();
    EXPECT_FALSE(check_password("x", md5, without_md5).value().correct);
}

TEST(Password, ReportsDamagedHashes) {
    for (const std::string_view encoded :
         {"pbkdf2_sha256$x$y", "pbkdf2_sha256$x$salt$hash", "pbkdf2_sha256$0$salt$hash",
          "pbkdf2_sha256$99999999999$salt$hash", "pbkdf2_sha256$10$$hash", "bcrypt$$2b$04$short",
          "bcrypt$$2b$99$abcdefghijklmnopqrstuuNdfWSxRvP9Pe9K694b4JVjHLwRPn0T6", "scrypt$16$salt",
          "scrypt$17$salt$8$1$hash", "scrypt$1073741824$salt$1024$1$hash", "argon2$argon2id$v=19",
          "argon2$argon2id$v=19$m=64,t=1,p=1$!!$AAAA", "argon2$argon2x$v=19$m=64,t=1,p=1$AAAA$AAAA",
          "argon2$argon2id$v=19$m=999999999,t=1,p=1$c2FsdHNhbHQ$AAAA", "md5$salt"}) {
        const auto result = check_password("x", encoded, cheap());
        ASSERT_FALSE(result) << encoded;
        EXPECT_EQ(result.error().code, "passwords.E005") << encoded;
    }
}

TEST(Password, RefusesWhatCannotBeHashed) {
    EXPECT_EQ(make_password("x", cheap(), "rot13").error().code, "passwords.E001");
    EXPECT_EQ(make_password("x", cheap(), "md5", "").error().code, "passwords.E002");
    EXPECT_EQ(make_password("x", cheap(), "scrypt", "a$b").error().code, "passwords.E002");
    EXPECT_EQ(make_password("x", cheap(), "bcrypt", "salt").error().code, "passwords.E004");
    EXPECT_EQ(make_password("x", cheap(), "argon2", "short").error().code, "passwords.E004");
    EXPECT_EQ(make_password(std::string_view("a\0b", 3), cheap(), "bcrypt").error().code,
              "passwords.E004");
    EXPECT_TRUE(make_password(std::string(kPasswordBytesMax, 'a'), cheap()));
    EXPECT_EQ(make_password(std::string(kPasswordBytesMax + 1, 'a'), cheap()).error().code,
              "passwords.E003");
    EXPECT_FALSE(
        check_password(std::string(kPasswordBytesMax + 1, 'a'), "!", cheap()).value().correct);
}

TEST(Password, IsMaskedInItsSummary) {
    const std::string encoded = make_password("x", cheap(), "pbkdf2_sha256", "rocksalt9").value();
    const Summary parts = summary(encoded, cheap()).value();
    ASSERT_EQ(parts.size(), 4u);
    EXPECT_EQ(parts[1], std::pair(std::string("iterations"), Value(10)));
    EXPECT_EQ(parts[2], std::pair(std::string("salt"), Value("rocksa***")));
    EXPECT_EQ(summary("rot13$x", cheap()).error().code, "passwords.E001");
}

TEST(PasswordValidators, GiveDjangosCodesAndMessages) {
    EXPECT_EQ(check_length("12345678"), std::nullopt);
    EXPECT_EQ(check_length("ééééééé")->message,
              "This password is too short. It must contain at least 8 characters.");
    EXPECT_EQ(check_length("", 1)->message,
              "This password is too short. It must contain at least 1 character.");
    EXPECT_EQ(check_numeric("1234٣")->code, "password_entirely_numeric");
    EXPECT_EQ(check_numeric("1234a"), std::nullopt);
    EXPECT_EQ(check_numeric(""), std::nullopt);
    const std::string_view common[] = {"letmein", "password"};
    EXPECT_EQ(check_common("PassWord", common)->code, "password_too_common");
    EXPECT_EQ(check_common("password1", common), std::nullopt);
}

TEST(PasswordValidators, CompareWithEachPartOfAnAttribute) {
    const std::pair<std::string, std::string> attributes[] = {
        {"username", "annabelle"}, {"email address", "belle.smith@example.org"}, {"name", ""}};
    EXPECT_EQ(check_similarity("Annabella", attributes)->message,
              "The password is too similar to the username.");
    EXPECT_EQ(check_similarity("smiths", attributes)->message,
              "The password is too similar to the email address.");
    EXPECT_EQ(check_similarity("a-long-and-fine-one", attributes), std::nullopt);
    EXPECT_EQ(check_similarity("annabel", {attributes, 1}, 0.9), std::nullopt);
    EXPECT_NE(check_similarity("annabel", {attributes, 1}, 0.5), std::nullopt);
    EXPECT_EQ(check_similarity("", attributes), std::nullopt);
}

}  // namespace
}  // namespace tatum::passwords
