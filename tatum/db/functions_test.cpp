#include <tatum/base/dateparse.h>
#include <tatum/base/locals.h>
#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

/// Each test reads one value of one product.
class FunctionsTest : public ShopTest {
protected:
    FunctionsTest() { fill(); }

    static std::string of(std::string_view product, const Expression& expression) {
        return Product::objects.annotate("x", expression)
            .get(F<&Product::name> == product)
            .annotation("x")
            .repr();
    }
    static std::string of_saw(const Expression& expression) { return of("saw", expression); }
};

TEST_F(FunctionsTest, Numbers) {
    EXPECT_EQ(of_saw(Abs(F<&Product::stock> - 10)), "9");
    EXPECT_EQ(of_saw(Round(F<&Product::stock> * 2.345, 2)), "2.35");
    EXPECT_EQ(of_saw(Greatest({F<&Product::stock>, 5})), "5");
    EXPECT_EQ(of_saw(Least({F<&Product::stock>, 5})), "1");
    EXPECT_EQ(of_saw(Greatest({F<&Product::price>, F<&Product::old_price>})), "None");
    EXPECT_EQ(of_saw(NullIf(F<&Product::stock>, 1)), "None");
    EXPECT_EQ(of_saw(NullIf(F<&Product::stock>, 2)), "1");
    EXPECT_EQ(of_saw(Coalesce({F<&Product::old_price>, F<&Product::price>})), "Decimal('30.00')");
}

TEST_F(FunctionsTest, Texts) {
    EXPECT_EQ(of_saw(Lower("category__name")), "'tools'");
    EXPECT_EQ(of_saw(Upper("name")), "'SAW'");
    EXPECT_EQ(of_saw(Length("name")), "3");
    EXPECT_EQ(of_saw(Replace("name", Value("w"), Value("lt"))), "'salt'");
    EXPECT_EQ(of_saw(Substr("name", 2)), "'aw'");
    EXPECT_EQ(of_saw(Substr("name", 2, 1)), "'a'");
    EXPECT_EQ(of_saw(Trim(Value("  a b "))), "'a b'");
    EXPECT_EQ(of_saw(Concat({F<&Product::name>, Value(" "), F<&Product::released>})), "'saw '");
    EXPECT_EQ(of_saw(Func("INSTR", {F<&Product::name>, Value("w")})), "3");
}

TEST_F(FunctionsTest, Casts) {
    EXPECT_EQ(of_saw(Cast("price", CastTo::Integer)), "30");
    EXPECT_EQ(of_saw(Cast("stock", CastTo::Float)), "1.0");
    EXPECT_EQ(of_saw(Cast("stock", CastTo::Text)), "'1'");
    EXPECT_EQ(of_saw(Cast("stock", CastTo::Decimal)), "Decimal('1')");
}

TEST_F(FunctionsTest, PartsOfADate) {
    Product::objects.update(F<&Product::released> = Date::make(2024, 2, 29).value());
    EXPECT_EQ(of_saw(ExtractYear("released")), "2024");
    EXPECT_EQ(of_saw(ExtractMonth("released")), "2");
    EXPECT_EQ(of_saw(ExtractDay("released")), "29");
    EXPECT_EQ(of_saw(ExtractWeekDay("released")), "5");  // a Thursday
    EXPECT_EQ(of_saw(TruncMonth("released")), "datetime.date(2024, 2, 1)");
    EXPECT_EQ(of_saw(TruncYear("released")), "datetime.date(2024, 1, 1)");
}

TEST_F(FunctionsTest, PartsOfAMomentAreThoseOfTheCurrentTimeZone) {
    Product::objects.update(F<&Product::created> =
                                *parse_datetime("2024-03-31T23:30:00+00:00").value());
    EXPECT_EQ(of_saw(ExtractHour("created")), "23");
    EXPECT_EQ(of_saw(ExtractDay("created")), "31");
    const LocalScope berlin(Slot::TimeZone, Zone::find("Europe/Berlin"));
    EXPECT_EQ(of_saw(ExtractHour("created")), "1");
    EXPECT_EQ(of_saw(ExtractMonth("created")), "4");
    EXPECT_EQ(of_saw(TruncDate("created")), "datetime.date(2024, 4, 1)");
}

TEST_F(FunctionsTest, AMomentBeyondTheYearsThereAreIsNull) {
    const auto later = [](const Expression& span) { return of_saw(F<&Product::created> + span); };
    const auto earlier = [](const Expression& span) { return of_saw(F<&Product::created> - span); };
    const Duration never{std::numeric_limits<std::int64_t>::max()};
    EXPECT_NE(later(Value(Duration::days(1))), "None");
    EXPECT_EQ(later(Value(never)), "None");
    EXPECT_EQ(earlier(Value(never)), "None");
    EXPECT_EQ(earlier(Value(Duration{std::numeric_limits<std::int64_t>::min()})), "None");
    EXPECT_EQ(later(Value(Duration::days(366 * 8000))), "None");
    EXPECT_EQ(earlier(Value(Duration::days(366 * 3000))), "None");
}

TEST_F(FunctionsTest, Spread) {
    const Dict found = Product::objects.aggregate(
        {{"mean", Avg("price")}, {"variance", Variance("stock")}, {"deviation", StdDev("stock")}});
    EXPECT_EQ(found.get("mean").str(), "13.548");
    EXPECT_NEAR(found.get("variance").as_float(), 13.04, 1e-12);
    EXPECT_NEAR(found.get("deviation").as_float(), 3.6110940170535577, 1e-12);
}

TEST_F(FunctionsTest, AnAggregateOfNothingHasItsDefault) {
    const auto none = Product::objects.filter(F<&Product::stock> > 100);
    EXPECT_EQ(none.aggregate(Sum("stock", {.default_value = Value(0)})), Value(0));
    EXPECT_TRUE(none.aggregate(Sum("stock")).is_none());
}

}  // namespace tatum::db::shop
