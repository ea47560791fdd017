#include <tatum/base/numbers.h>

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace tatum::numbers {
namespace {

/// As Python prints the number; "ValueError" where it raises.
std::string read_int(std::string_view text) {
    const auto number = parse_int(text);
    return number ? number->repr() : "ValueError";
}
std::string read_float(std::string_view text) {
    const auto number = parse_float(text);
    return number ? Value(*number).repr() : "ValueError";
}

TEST(Numbers, ReadsIntegersAsPython) {
    EXPECT_EQ(read_int("0"), "0");
    EXPECT_EQ(read_int(" +12\n"), "12");
    EXPECT_EQ(read_int("-0"), "0");
    EXPECT_EQ(read_int("-007"), "-7");
    EXPECT_EQ(read_int("1_000"), "1000");
    EXPECT_EQ(read_int("٣٤"), "34");
    EXPECT_EQ(read_int("1_٣"), "13");
    EXPECT_EQ(read_int("9223372036854775808"), "9223372036854775808");
    EXPECT_EQ(read_int("-00099999999999999999999"), "-99999999999999999999");
    for (const auto* text : {"", " ", "+", "-", "--1", "+-1", "1 2", "1__0", "_1", "1_", "-_1",
                             "1.0", "1e3", "0x10", "½", "²", "one"}) {
        EXPECT_EQ(read_int(text), "ValueError") << text;
    }
}

TEST(Numbers, ReadsNoMoreDigitsThanPython) {
    EXPECT_EQ(read_int("-" + std::string(kIntegerDigitsMax, '9')).size(), kIntegerDigitsMax + 1);
    EXPECT_EQ(read_int(std::string(kIntegerDigitsMax + 1, '0')), "ValueError");
}

TEST(Numbers, ReadsFloatsAsPython) {
    EXPECT_EQ(read_float("1"), "1.0");
    EXPECT_EQ(read_float(" -.5 "), "-0.5");
    EXPECT_EQ(read_float("5."), "5.0");
    EXPECT_EQ(read_float("1_0.2_5e1_0"), "102500000000.0");
    EXPECT_EQ(read_float("٣.٥"), "3.5");
    EXPECT_EQ(read_float("1_٣"), "13.0");
    EXPECT_EQ(read_float("+Infinity"), "inf");
    EXPECT_EQ(read_float("-inf"), "-inf");
    EXPECT_EQ(read_float("nan"), "nan");
    for (const auto* text : {"", ".", "e5", "1e", "+-1", "1_.5", "1._5", "1__0", "nan(1)", "0x1p3",
                             "1 2", "1,5", "inf_"}) {
        EXPECT_EQ(read_float(text), "ValueError") << text;
    }
}

TEST(Numbers, RoundsFloatsBeyondTheRangeToInfinityOrZero) {
    EXPECT_EQ(read_float("1e400"), "inf");
    EXPECT_EQ(read_float("-1" + std::string(400, '0')), "-inf");
    EXPECT_EQ(read_float("1e-400"), "0.0");
    EXPECT_EQ(read_float("0." + std::string(400, '0') + "1"), "0.0");
    EXPECT_EQ(read_float("0." + std::string(400, '0') + "1e401"), "1.0");
}

TEST(Numbers, CutsNumbersToIntegers) {
    EXPECT_EQ(to_int(true).value, Value(1));
    EXPECT_EQ(to_int(-2.9).value, Value(-2));
    EXPECT_EQ(to_int(1e22).value.repr(), "10000000000000000000000");
    EXPECT_EQ(to_int(*Decimal::parse("-0.5")).value.repr(), "0");
    EXPECT_EQ(to_int("12").value, Value(12));
    EXPECT_EQ(to_int("x").outcome, Conversion::ValueError);
    EXPECT_EQ(to_int(std::nan("")).outcome, Conversion::ValueError);
    EXPECT_EQ(to_int(HUGE_VAL).outcome, Conversion::OverflowError);
    EXPECT_EQ(to_int(Value()).outcome, Conversion::TypeError);
    EXPECT_EQ(to_int("-99999999999999999999").clamped(), INT64_MIN);
    EXPECT_EQ(to_int("99999999999999999999").clamped(), INT64_MAX);
}

TEST(Numbers, MakesFloatsOfNumbers) {
    EXPECT_EQ(to_float(3).value, 3.0);
    EXPECT_EQ(to_float("2.5").value, 2.5);
    EXPECT_EQ(to_float(Value::big_int(std::string(400, '9'))).outcome, Conversion::OverflowError);
    EXPECT_EQ(to_float("x").outcome, Conversion::ValueError);
    EXPECT_EQ(to_float(List{}).outcome, Conversion::TypeError);
}

}  // namespace
}  // namespace tatum::numbers
