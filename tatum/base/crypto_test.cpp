#include <tatum/base/crypto.h>

#include <tatum/base/locals.h>

#include <gtest/gtest.h>

#include <set>

namespace tatum::crypto {
namespace {

/// Gives 0, 1, 2, ... 255, 0, ...
class CountingRandom final : public Random {
public:
    void fill(std::span<unsigned char> bytes) override {
        for (unsigned char& byte : bytes) byte = next_++;
    }

private:
    unsigned char next_ = 0;
};

TEST(Digest, AgreesWithThePublishedVectors) {
    // RFC 1321, FIPS 180-4, RFC 4231 §4.3, RFC 6070 and RFC 7914 §11.
    EXPECT_EQ(hex(digest(Hash::Md5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(hex(digest(Hash::Sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(digest(Hash::Sha256, "abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(hmac(Hash::Sha256, "Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(pbkdf2(Hash::Sha1, "password", "salt", 4096, 20)),
              "4b007901b765489abead49d926f721d065a429c1");
    EXPECT_EQ(hex(pbkdf2(Hash::Sha256, "passwd", "salt", 1, 8)), "55ac046e56e3089f");
}

TEST(Hash, IsFoundByItsName) {
    EXPECT_EQ(hash_named("sha512").value(), Hash::Sha512);
    for (const std::string_view name : {"", "SHA256", "sha-1", "whatever"}) {
        EXPECT_EQ(hash_named(name).error().code, "crypto.E001") << name;
    }
}

TEST(Base64, GoesBothWays) {
    // RFC 4648 §10.
    const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : cases) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text).value(), bytes);
        EXPECT_EQ(base64_url_decode(text).value(), bytes);
        EXPECT_EQ(base64_url_decode(base64_url_encode(bytes)).value(), bytes);
    }
    EXPECT_EQ(base64_encode("\xfb\xff"), "+/8=");
    EXPECT_EQ(base64_url_encode("\xfb\xff"), "-_8");
    for (const std::string_view text :
         {"Z", "Zg", "Zg=", "Z===", "Zm9v!", "Zm 9", "====", "-_8="}) {
        EXPECT_EQ(base64_decode(text).error().code, "crypto.E002") << text;
    }
    for (const std::string_view text : {"Z", "+/8", "Zm9vY"}) {
        EXPECT_EQ(base64_url_decode(text).error().code, "crypto.E002") << text;
    }
}

TEST(Base62, GoesBothWays) {
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{61}, std::int64_t{62},
                                      std::int64_t{1714910400}, std::int64_t{-5}}) {
        EXPECT_EQ(base62_decode(base62_encode(number)).value(), number);
    }
    EXPECT_EQ(base62_encode(1714910400), "1s3aXA");
    for (const std::string_view text : {"", "-", "a b", "é", "zzzzzzzzzzzzzzzz"}) {
        EXPECT_EQ(base62_decode(text).error().code, "crypto.E003") << text;
    }
}

TEST(Zlib, UnpacksWithinItsLimit) {
    const std::string text(100'000, 'a');
    const std::string packed = zlib_compress(text);
    EXPECT_LT(packed.size(), 1000u);
    EXPECT_EQ(zlib_decompress(packed, text.size()).value(), text);
    EXPECT_EQ(zlib_decompress(packed, text.size() - 1).error().code, "crypto.E005");
    EXPECT_EQ(zlib_decompress("", 10).error().code, "crypto.E004");
    EXPECT_EQ(zlib_decompress("not zlib", 10).error().code, "crypto.E004");
    EXPECT_EQ(zlib_decompress(packed + "x", text.size()).error().code, "crypto.E004");
    for (std::size_t i = 0; i < packed.size(); ++i) {
        EXPECT_EQ(zlib_decompress(packed.substr(0, i), text.size()).error().code, "crypto.E004");
    }
}

TEST(RandomString, TakesEachCharacterEquallyOften) {
    CountingRandom random;
    const LocalScope scope(Slot::Random, &random);
    // 248 = 4 * 62: of each round of 256 bytes, eight are thrown away.
    EXPECT_EQ(get_random_string(5), "abcde");
    const std::string text = get_random_string(248 * 10);
    for (const char c : kAlphanumeric) {
        EXPECT_NEAR(static_cast<double>(std::count(text.begin(), text.end(), c)), 40.0, 2.0) << c;
    }
}

TEST(RandomString, IsNewEachTime) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string text = get_random_string(12, "ab01");
        EXPECT_EQ(text.size(), 12u);
        EXPECT_EQ(text.find_first_not_of("ab01"), std::string::npos);
        seen.insert(text);
    }
    EXPECT_GT(seen.size(), 95u);
}

TEST(ConstantTimeCompare, ComparesAllOfIt) {
    EXPECT_TRUE(constant_time_compare("", ""));
    EXPECT_TRUE(constant_time_compare("abc", "abc"));
    EXPECT_FALSE(constant_time_compare("abc", "abd"));
    EXPECT_FALSE(constant_time_compare("abc", "abcd"));
}

}  // namespace
}  // namespace tatum::crypto
