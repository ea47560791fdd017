#include <commerce/products/money.h>

#include <gtest/gtest.h>

#include <limits>

namespace products {

TEST(Money, IsWrittenWithSymbolGroupsAndTheDigitsOfItsCurrency) {
    EXPECT_EQ(format_money(950, "USD"), "$9.50");
    EXPECT_EQ(format_money(123'450, "EUR"), "€1,234.50");
    EXPECT_EQ(format_money(100'000'000, "GBP"), "£1,000,000.00");
    EXPECT_EQ(format_money(1200, "JPY"), "¥1,200");
    EXPECT_EQ(format_money(12'345, "KWD"), "KWD\u00a012.345");
}

TEST(Money, HasTheDigitsOfIso4217) {
    EXPECT_EQ(format_money(1200, "ISK"), "ISK\u00a01,200");
    EXPECT_EQ(format_money(1200, "XPF"), "XPF\u00a01,200");
    EXPECT_EQ(format_money(1200, "KRW"), "₩1,200");
    EXPECT_EQ(format_money(1200, "BHD"), "BHD\u00a01.200");
    EXPECT_EQ(format_money(1200, "TND"), "TND\u00a01.200");
    EXPECT_EQ(format_money(12'345, "CLF"), "CLF\u00a01.2345");
    EXPECT_EQ(format_money(1200, "UYU"), "UYU\u00a012.00");
}

TEST(Money, KeepsLeadingZerosBehindThePoint) {
    EXPECT_EQ(format_money(0, "USD"), "$0.00");
    EXPECT_EQ(format_money(7, "USD"), "$0.07");
    EXPECT_EQ(format_money(70, "USD"), "$0.70");
    EXPECT_EQ(format_money(0, "JPY"), "¥0");
}

TEST(Money, PutsTheSignBeforeTheSymbol) {
    EXPECT_EQ(format_money(-300, "EUR"), "-€3.00");
    EXPECT_EQ(format_money(std::numeric_limits<std::int64_t>::min(), "USD"),
              "-$92,233,720,368,547,758.08");
}

TEST(Money, WritesTheCodeOfACurrencyWithoutSymbol) {
    EXPECT_EQ(format_money(1200, "CHF"), "CHF\u00a012.00");
    EXPECT_EQ(format_money(1200, "XYZ"), "XYZ\u00a012.00");
}

}  // namespace products
