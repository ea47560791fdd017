#include <tatum/base/decimal.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace tatum {
namespace {

Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }

struct Case {
    std::string_view a, b, expected;
};

TEST(Decimal, KeepsTheDigitsItWasGiven) {
    for (const std::string_view text :
         {"0", "-0", "1.20", "0.000001", "1E-7", "0E-7", "1E+3", "123456789012345678901234567890",
          "-99999999999999999999999999999999999999", "1.00E+10", "0.00", "NaN", "Infinity",
          "-Infinity", "1E+6144", "1E-6144"}) {
        EXPECT_EQ(dec(text).str(), text);
    }
}

TEST(Decimal, ReadsWhatPythonReads) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {" 1.5 ", "1.5"},      {"+7", "7"},           {".5", "0.5"},     {"5.", "5"},
        {"1_000.5", "1000.5"}, {"1e3", "1E+3"},       {"12e-2", "0.12"}, {"inf", "Infinity"},
        {"-Inf", "-Infinity"}, {"nan", "NaN"},        {"007", "7"},      {"\u0661\u0662", "12"},
        {"0e10", "0E+10"},     {"\u00a03\u2003", "3"}};
    for (const auto& [text, expected] : cases) EXPECT_EQ(dec(text).str(), expected) << text;
}

TEST(Decimal, RejectsWhatIsNoNumber) {
    for (const std::string_view text : {"", " ", ".", "-", "e5", "1e", "1e+", "1.2.3", "1 2", "0x1",
                                        "--1", "1-", "infin", "nanx", "1e5.5", "\u00bd", "1,5"}) {
        const auto result = Decimal::parse(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, "decimal.E001") << text;
    }
}

TEST(Decimal, RejectsWhatDoesNotFit) {
    EXPECT_TRUE(Decimal::parse(std::string(38, '9')));
    for (const std::string& text :
         {std::string(39, '9'), std::string("1E+6145"), std::string("1E-6182"),
          std::string("1e99999999999999999999"), "1." + std::string(38, '0')}) {
        const auto result = Decimal::parse(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, "decimal.E002") << text;
    }
}

TEST(Decimal, AddsAndSubtractsExactly) {
    const Case sums[] = {{"1.20", "2.3", "3.50"},
                         {"1", "-1.00", "0.00"},
                         {"-0", "-0", "-0"},
                         {"0E+5", "1", "1"},
                         {"1E+5", "0.00", "100000.00"},
                         {"1E+40", "1", "1.0000000000000000000000000000000000000E+40"},
                         {"1E+38", "-1", "99999999999999999999999999999999999999"},
                         {"1E+38", "-0.5", "1.0000000000000000000000000000000000000E+38"},
                         {"1E+38", "-0.6", "99999999999999999999999999999999999999"},
                         {"99999999999999999999999999999999999999", "1",
                          "1.0000000000000000000000000000000000000E+38"},
                         {"5E+100", "-1E-100", "5.0000000000000000000000000000000000000E+100"},
                         {"1E+100", "-1E-100", "1.0000000000000000000000000000000000000E+100"},
                         {"Infinity", "-Infinity", "NaN"},
                         {"Infinity", "5", "Infinity"}};
    for (const auto& [a, b, expected] : sums) {
        EXPECT_EQ((dec(a) + dec(b)).str(), expected) << a << " + " << b;
        EXPECT_EQ((dec(b) + dec(a)).str(), expected) << b << " + " << a;
    }
    EXPECT_EQ((1.50_dec - 0.5_dec).str(), "1.00");
    EXPECT_EQ((0_dec - 5_dec).str(), "-5");
}

TEST(Decimal, MultipliesWithin256Bits) {
    const Case products[] = {
        {"1.20", "3", "3.60"},
        {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999",
         "9.9999999999999999999999999999999999998E+75"},
        {"12345678901234567890123456789012345678", "-0.1",
         "-1234567890123456789012345678901234567.8"},
        {"0", "-5.00", "-0.00"},
        {"Infinity", "0", "NaN"},
        {"Infinity", "-2", "-Infinity"}};
    for (const auto& [a, b, expected] : products) {
        EXPECT_EQ((dec(a) * dec(b)).str(), expected) << a << " * " << b;
    }
}

TEST(Decimal, DividesToTheShortestExactQuotientOr38Digits) {
    const Case quotients[] = {
        {"1", "3", "0.33333333333333333333333333333333333333"},
        {"2", "3", "0.66666666666666666666666666666666666667"},
        {"10", "4", "2.5"},
        {"2.40", "2", "1.20"},
        {"2.400", "2.0", "1.20"},
        {"1E+5", "1E-5", "1E+10"},
        {"99999999999999999999999999999999999999", "7", "14285714285714285714285714285714285714"},
        {"0.00", "5", "0.00"},
        {"-7", "2", "-3.5"},
        {"1", "99999999999999999999999999999999999998",
         "1.0000000000000000000000000000000000000E-38"},
        {"Infinity", "Infinity", "NaN"}};
    for (const auto& [a, b, expected] : quotients) {
        EXPECT_EQ((dec(a) / dec(b)).str(), expected) << a << " / " << b;
    }
    EXPECT_THROW(1_dec / 0_dec, std::domain_error);
    EXPECT_THROW(1_dec % 0_dec, std::domain_error);
}

TEST(Decimal, TakesRemaindersWithTheSignOfTheDividend) {
    const Case remainders[] = {{"7", "3", "1"},           {"-7", "3", "-1"},
                               {"7", "-3", "1"},          {"7.5", "2", "1.5"},
                               {"1", "100.000", "1.000"}, {"1.20", "0.5", "0.20"},
                               {"10", "0.3", "0.1"},      {"5", "Infinity", "5"},
                               {"0.00", "3", "0.00"},     {"1E+20", "7", "2"}};
    for (const auto& [a, b, expected] : remainders) {
        EXPECT_EQ((dec(a) % dec(b)).str(), expected) << a << " % " << b;
    }
}

TEST(Decimal, ThrowsWhenARemaindersQuotientDoesNotFit) {
    EXPECT_EQ((dec("4E+37") % 4_dec).str(), "0");
    EXPECT_THROW(dec("5E+38") % 4_dec, std::overflow_error);
    EXPECT_THROW(dec("1E+39") % 1_dec, std::overflow_error);
}

TEST(Decimal, ThrowsWhenTheExponentLeavesItsRange) {
    EXPECT_THROW(dec("1E+6000") * dec("1E+6000"), std::overflow_error);
    EXPECT_THROW(dec("1E-6000") * dec("1E-6000"), std::overflow_error);
    EXPECT_THROW(dec("1E-6000") / dec("1E+6000"), std::overflow_error);
    EXPECT_NO_THROW(dec("1E+3000") * dec("1E+3144"));
    EXPECT_THROW(dec("1E+3000") * dec("1E+3145"), std::overflow_error);
}

TEST(Decimal, QuantizesInEveryRounding) {
    struct Quantize {
        std::string_view text;
        Rounding rounding;
        std::string_view expected;
    };
    const Quantize cases[] = {
        {"2.5", Rounding::HalfEven, "2"},   {"3.5", Rounding::HalfEven, "4"},
        {"2.5", Rounding::HalfUp, "3"},     {"-2.5", Rounding::HalfUp, "-3"},
        {"2.5", Rounding::HalfDown, "2"},   {"2.51", Rounding::HalfDown, "3"},
        {"2.1", Rounding::Up, "3"},         {"-2.1", Rounding::Up, "-3"},
        {"2.9", Rounding::Down, "2"},       {"-2.9", Rounding::Down, "-2"},
        {"2.1", Rounding::Ceiling, "3"},    {"-2.9", Rounding::Ceiling, "-2"},
        {"2.9", Rounding::Floor, "2"},      {"-2.1", Rounding::Floor, "-3"},
        {"5.1", Rounding::ZeroFiveUp, "6"}, {"4.9", Rounding::ZeroFiveUp, "4"},
        {"0.4", Rounding::Up, "1"},         {"1E-50", Rounding::Ceiling, "1"},
        {"1E-50", Rounding::HalfEven, "0"}, {"-0.4", Rounding::HalfEven, "-0"},
        {"0.5", Rounding::HalfEven, "0"},   {"0.50000000000000001", Rounding::HalfEven, "1"}};
    for (const auto& c : cases) {
        EXPECT_EQ(dec(c.text).quantize(0, c.rounding).str(), c.expected) << c.text;
    }
    EXPECT_EQ(dec("1.005").quantize(2).str(), "1.00");
    EXPECT_EQ(dec("1.015").quantize(2).str(), "1.02");
    EXPECT_EQ(dec("1").quantize(3).str(), "1.000");
    EXPECT_EQ(dec("1250").quantize(-2).str(), "1.2E+3");
    EXPECT_EQ(dec("0").quantize(2).str(), "0.00");
    EXPECT_EQ(dec("9.999").quantize(2).str(), "10.00");
    EXPECT_TRUE(Decimal::nan().quantize(2).is_nan());
    EXPECT_EQ(dec("1").quantize(37).digits(), 38);
    EXPECT_THROW(dec("1").quantize(38), std::overflow_error);
    EXPECT_THROW(dec("99999999999999999999999999999999999999").quantize(1), std::overflow_error);
}

TEST(Decimal, ComparesByNumber) {
    EXPECT_EQ(1.20_dec, 1.2_dec);
    EXPECT_FALSE(Decimal::identical(1.20_dec, 1.2_dec));
    EXPECT_EQ(dec("0"), dec("-0.00"));
    EXPECT_EQ(dec("1E+2"), dec("100"));
    EXPECT_LT(dec("-2"), dec("-1"));
    EXPECT_LT(dec("9.99"), dec("1E+1"));
    EXPECT_LT(dec("1E-6000"), dec("1E+6000"));
    EXPECT_GT(dec("1"), dec("-1E+6000"));
    EXPECT_LT(dec("12345678901234567890123456789012345677"),
              dec("12345678901234567890123456789012345678"));
    EXPECT_LT(dec("1.2345678901234567890123456789012345677"), dec("1.23456789012345678902"));
    EXPECT_LT(dec("1E+6144"), Decimal::infinity());
    EXPECT_GT(dec("-1E+6144"), Decimal::infinity(true));
    EXPECT_NE(Decimal::nan(), Decimal::nan());
    EXPECT_FALSE(Decimal::nan() < 1_dec);
}

TEST(Decimal, ConvertsFromAndToOtherNumbers) {
    EXPECT_EQ(Decimal::from_double(0.1).str(), "0.1");
    EXPECT_EQ(Decimal::from_double(5.0).str(), "5.0");
    EXPECT_EQ(Decimal::from_double(100.0).str(), "100.0");
    EXPECT_EQ(Decimal::from_double(1e16).str(), "1E+16");
    EXPECT_EQ(Decimal::from_double(1e300).str(), "1E+300");
    EXPECT_EQ(Decimal::from_double(5e-324).str(), "5E-324");
    EXPECT_TRUE(Decimal::from_double(std::numeric_limits<double>::quiet_NaN()).is_nan());
    EXPECT_EQ(dec("0.1").to_double(), 0.1);
    EXPECT_EQ(dec("-1E+400").to_double(), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(dec("1E-400").to_double(), 0.0);
    EXPECT_EQ(dec("-7.9").to_int().value(), -7);
    EXPECT_EQ(dec("9223372036854775807").to_int().value(), INT64_MAX);
    EXPECT_EQ(dec("-9223372036854775808.5").to_int().value(), INT64_MIN);
    EXPECT_EQ(dec("0E+6000").to_int().value(), 0);
    for (const std::string_view text : {"9223372036854775808", "1E+19", "NaN", "Infinity"}) {
        const auto result = dec(text).to_int();
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, "decimal.E003");
    }
    EXPECT_EQ(Decimal(INT64_MIN).str(), "-9223372036854775808");
}

TEST(Decimal, PrintsFixedAndNormalized) {
    EXPECT_EQ(dec("1E+3").fixed(), "1000");
    EXPECT_EQ(dec("1E-10").fixed(), "0.0000000001");
    EXPECT_EQ(dec("0E+3").fixed(), "0");
    EXPECT_EQ(dec("0E-3").fixed(), "0.000");
    EXPECT_EQ(dec("-Infinity").fixed(), "-Infinity");
    EXPECT_EQ(dec("1.200").normalize().str(), "1.2");
    EXPECT_EQ(dec("100").normalize().str(), "1E+2");
    EXPECT_EQ(dec("0.00").normalize().str(), "0");
    EXPECT_EQ((-dec("0")).str(), "0");
    EXPECT_EQ((-dec("5.0")).str(), "-5.0");
    EXPECT_TRUE(dec("5.00").is_integer());
    EXPECT_FALSE(dec("5.01").is_integer());
    EXPECT_FALSE(dec("1E-60").is_integer());
}

TEST(Decimal, LiteralsAreExact) {
    EXPECT_EQ((1.50_dec).str(), "1.50");
    EXPECT_EQ((0.001_dec).str(), "0.001");
    EXPECT_EQ((12345678901234567890123456789012345678_dec).str(),
              "12345678901234567890123456789012345678");
}

}  // namespace
}  // namespace tatum
