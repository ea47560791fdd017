#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

namespace {

using ProductRows = QuerySet<Product>;

Q q(std::string_view path, Value value) { return Q(path, std::move(value)); }

}  // namespace

/// What joins, subqueries and orders do to the rows of a query; each case was compared with Django.
class QueryRulesTest : public ShopTest {
protected:
    QueryRulesTest() { fill(); }

    static std::string texts(const ValuesQuerySet& values) { return Value(values.rows()).str(); }
    static ProductRows named(std::string_view name) {
        return Product::objects.filter(q("name", Value(name)));
    }
};

TEST_F(QueryRulesTest, ExcludesNothingByAnEmptyListOfManyRows) {
    const ProductRows all = Product::objects.exclude(q("tags__name__in", Value(List{})));
    EXPECT_EQ(all.count(), 5);
    EXPECT_EQ(all.sql().find(" JOIN "), std::string::npos);
    EXPECT_EQ(Product::objects.exclude(q("category__catalog__categories__in", Value(List{})))
                  .filter(q("second_category__name", Value()))
                  .count(),
              5);
}

TEST_F(QueryRulesTest, ExcludesByNoneAsByIsnull) {
    const auto by_none = Category::objects.exclude(q("products__released", Value()));
    EXPECT_EQ(by_none.sql(),
              Category::objects.exclude(q("products__released__isnull", Value(true))).sql());
    EXPECT_EQ(by_none.count(), 0);
}

TEST_F(QueryRulesTest, ExcludesNoRowsWithoutAValueOnTheOtherSide) {
    EXPECT_EQ(Product::objects.exclude(F<&Product::price> == F<&Product::old_price>).count(), 5);
    EXPECT_EQ(Product::objects.exclude(F<&Product::stock> == F<&Product::stock>).count(), 0);
}

TEST_F(QueryRulesTest, ANegationGoesOnWithTheRowOfItsFilter) {
    const Q is_apple = q("products__name", "apple"), has_ten = q("products__stock", 10);
    EXPECT_EQ(texts(Tag::objects.filter(is_apple && !has_ten).values_flat("name")), "['sweet']");
    EXPECT_EQ(texts(Tag::objects.filter(!has_ten && is_apple).values_flat("name")), "[]");
    EXPECT_EQ(Tag::objects.filter(is_apple).exclude(has_ten).count(), 0);
}

TEST_F(QueryRulesTest, ADoubleNegationIsNone) {
    const Q is_red = q("tags__name", "red");
    EXPECT_EQ(Product::objects.filter(!!is_red).sql(), Product::objects.filter(is_red).sql());
}

TEST_F(QueryRulesTest, WhatLeadsToManyRowsMakesRowsOfThemInItsTurn) {
    const Expression tag = Expression::field("tags__name");
    const ProductRows cranberry = named("cranberry");
    EXPECT_EQ(cranberry.alias("tag", tag).size(), 2u);
    EXPECT_EQ(cranberry.annotate("tag", tag).values("name").size(), 2u);
    const Q is_red = q("tags__name", "red");
    EXPECT_EQ(texts(Product::objects.annotate("tag", tag)
                        .filter(is_red)
                        .order_by("tag")
                        .values_flat("tag")),
              "['red', 'sweet']");
    EXPECT_EQ(texts(Product::objects.filter(is_red).annotate("tag", tag).values_flat("tag")),
              "['red']");
    const auto values = cranberry.values("tags__name");
    EXPECT_EQ(values.count(), 2);
    EXPECT_EQ(values.filter(is_red).size(), 2u);
    EXPECT_EQ(cranberry.filter(is_red).values("tags__name").count(), 1);
}

TEST_F(QueryRulesTest, GroupsByManyRowsExist) {
    const auto groups = Category::objects.values("products__name").annotate("n", Count("pk"));
    EXPECT_TRUE(groups.exists());
    EXPECT_FALSE(groups.filter(q("n", 5)).exists());
}

TEST_F(QueryRulesTest, ASliceOfDistinctRowsExistsAsItsRowsDo) {
    const ProductRows tagged =
        Product::objects.filter(q("tags__name__in", Value(List{"red", "sweet"})))
            .distinct()
            .order_by("name");
    EXPECT_EQ(tagged.count(), 2);
    EXPECT_TRUE(tagged.slice({1, 3}).exists());
    EXPECT_FALSE(tagged.slice({2, 3}).exists());
}

TEST_F(QueryRulesTest, CombinesWhatIsCombinedAsOne) {
    const ProductRows both = named("apple").union_(named("saw"));
    EXPECT_EQ(names(named("saw").union_(named("bread")).intersection(both)), "saw");
    EXPECT_EQ(names(named("saw").intersection(both)), "saw");
    EXPECT_EQ(names(named("bread").difference(both)), "bread");
    EXPECT_EQ(names(Product::objects.all().difference(both).order_by("name")),
              "bread cranberry hammer");
    EXPECT_EQ(texts(ValuesQuerySet(named("saw").values("name").any().union_(
                  std::vector{named("saw").values("slug").any()}, false))),
              "[{'name': 'saw'}]");
}

TEST_F(QueryRulesTest, NullsStandWhereTheyAreAskedTo) {
    Product bread = named("bread").get();
    bread.old_price = 5_dec;
    bread.second_category = tools;
    bread.save();
    const auto first = [](const ProductRows& products) { return products.first()->name; };
    const OrderBy last = Expression::field("old_price").asc().nulls_last();
    EXPECT_EQ(first(Product::objects.order_by(last)), "bread");
    EXPECT_NE(first(Product::objects.order_by(last).reverse()), "bread");
    const ProductRows combined = Product::objects.all().union_(named("saw"));
    EXPECT_EQ(first(combined.order_by(last)), "bread");
    // The category's own order says nothing of where NULLs stand.
    EXPECT_EQ(
        first(Product::objects.order_by(Expression::field("second_category").asc().nulls_last())),
        "bread");
}

TEST_F(QueryRulesTest, ReverseOutlivesAnOrder) {
    EXPECT_EQ(names(Product::objects.reverse().order_by("price")),
              "saw apple hammer bread cranberry");
    EXPECT_EQ(Product::objects.reverse().first()->name, "saw");
    EXPECT_EQ(Product::objects.reverse().latest("price").name, "cranberry");
}

TEST_F(QueryRulesTest, TheLastOfCountedRowsIsTheLastByKey) {
    const auto counted = Category::objects.annotate("n", Count("products"));
    EXPECT_EQ(counted.first()->name, "Food");
    EXPECT_EQ(counted.last()->name, "Tools");
}

TEST_F(QueryRulesTest, AConditionAsAValueMayBeNone) {
    const auto cheap =
        named("saw").annotate("cheaper", F<&Product::price> < F<&Product::old_price>);
    EXPECT_TRUE(cheap.first()->annotation("cheaper").is_none());
    EXPECT_EQ(cheap.filter(q("cheaper", false)).count(), 0);
    const auto never =
        Category::objects.annotate("never", Expression(q("products__in", Value(List{}))))
            .annotate("n", Count("products"));
    EXPECT_EQ(never.size(), 3u);
    const auto dear = named("saw").annotate("dear", F<&Product::price> > 2).first();
    EXPECT_EQ(dear->annotation("dear").repr(), "True");
}

TEST_F(QueryRulesTest, DistinctRowsDifferInWhatOrdersThem) {
    const ProductRows all = Product::objects.distinct().order_by("price");
    EXPECT_EQ(texts(all.values_flat("on_sale")), "[False, False, False, False, False]");
    EXPECT_EQ(all.values_flat("on_sale").count(), 1);
    EXPECT_EQ(texts(all.order_by("on_sale").values_flat("on_sale")), "[False]");
    EXPECT_EQ(Product::objects.order_by("tags__name").distinct().size(), 6u);
    EXPECT_EQ(Product::objects.annotate("n", Count("tags")).distinct().order_by("n").size(), 5u);
}

TEST_F(QueryRulesTest, AMeanOverASliceHasDigitsOfItsOwn) {
    const ProductRows cheap = Product::objects.order_by("price").slice({0, 3});
    EXPECT_EQ(cheap.aggregate(Avg("price")).str(), "5.91333333333333");
    EXPECT_EQ(cheap.aggregate(Avg("stock")).repr(), Value(17 / 3.0).repr());
    Everything one, two;
    one.span = Duration::seconds(1);
    two.span = Duration::seconds(2);
    one.save();
    two.save();
    EXPECT_EQ(Everything::objects.aggregate(Avg("span")).repr(), Value(Duration{1'500'000}).repr());
}

TEST_F(QueryRulesTest, TheOtherEndOfAOneToOneRelationIsReadAhead) {
    Sheet::objects.create({.product = named("saw").get(), .text = "sharp"});
    const auto text_of_sheet = [](const ProductRows& products) {
        const QueryLog log;
        const Rows& rows = products.any().rows();
        std::string text;
        for (std::size_t i = 0; i < rows.count(); ++i) {
            try {
                const Value sheet = *rows.attribute(rows.at(i), Name("sheet"));
                const Value product = *sheet.as_object().attribute(sheet.self(), Name("product"));
                text += product.as_object().attribute(product.self(), Name("name"))->str();
            } catch (const ObjectDoesNotExist&) {
                text += "-";
            }
        }
        return text + " " + std::to_string(log.count());
    };
    const ProductRows all = Product::objects.order_by("pk");
    EXPECT_EQ(text_of_sheet(all.select_related("sheet")), "----saw 1");
    EXPECT_EQ(text_of_sheet(all.select_related("sheet__product")), "----saw 1");
    EXPECT_EQ(text_of_sheet(all.prefetch_related("sheet")), "----saw 2");
}

TEST_F(QueryRulesTest, IntegersThatNoColumnHoldsAreBelowOrAboveAll) {
    const auto count = [](std::string_view path, Value value) {
        return Product::objects.filter(q(path, std::move(value))).count();
    };
    for (const Value& huge : {Value::big_int("99999999999999999999"), Value("99999999999999999999"),
                              Value("9223372036854775808")}) {
        EXPECT_EQ(count("pk", "123456789012345678"), 0);
        EXPECT_EQ(count("pk", huge), 0);
        EXPECT_EQ(count("pk__gte", huge), 0);
        EXPECT_EQ(count("pk__lt", "1234567890123456789"), 5);
        EXPECT_EQ(count("pk__lt", huge), 5);
        EXPECT_EQ(count("pk__in", Value(List{huge, 1})), 1);
        EXPECT_EQ(count("category", huge), 0);
        EXPECT_EQ(Product::objects.exclude(q("stock", huge)).count(), 5);
    }
    EXPECT_EQ(count("pk__gt", Value::big_int("-99999999999999999999")), 5);
    EXPECT_EQ(count("pk__lt", Value::big_int("-99999999999999999999")), 0);
    EXPECT_EQ(count("pk__lt", Value::big_int("99999999999999999999")), 5);
    EXPECT_EQ(count("pk__lte", "9223372036854775807"), 5);
}

TEST_F(QueryRulesTest, RefusesWhatMakesNoSense) {
    EXPECT_THROW(Product::objects.filter(q("released__isnull", 1)).count(), ValueError);
    EXPECT_THROW(Product::objects.filter(q("price", Decimal::parse("NaN").value())).count(),
                 ValueError);
    const AnyQuerySet tags = Tag::objects.all().any();
    EXPECT_THROW(Product::objects.filter(q("category__in", to_value(tags))).count(), ValueError);
    EXPECT_THROW(Product::objects.aggregate(Avg("created")), NotSupportedError);
}

TEST_F(QueryRulesTest, OrdersByARelationFromEitherEnd) {
    EXPECT_EQ(names(Product::objects.order_by("details", "name")),
              "apple bread hammer cranberry cranberry saw");
    food.name = "Zoo";
    food.save();
    EXPECT_EQ(texts(Product::objects.distinct().order_by("category").values_flat("category")),
              "[1, 2, 3]");
    EXPECT_EQ(Product::objects.order_by("category", "name").last()->name, "bread");
}

TEST_F(QueryRulesTest, ResultsHaveTheirOwnKindsAndDigits) {
    const auto of_bread = [](const Expression& expression) {
        return named("bread").annotate("x", expression).first()->annotation("x").repr();
    };
    const Expression price = Expression::field("price");
    EXPECT_EQ(of_bread(price / 3), "Decimal('1.08333333333333')");
    EXPECT_EQ(of_bread(price * 3), "Decimal('9.75')");
    EXPECT_EQ(of_bread(price * Decimal::parse("0.5").value()), "Decimal('1.625')");
    EXPECT_EQ(of_bread(Coalesce({"old_price", Value(Decimal::parse("0.001").value())})),
              "Decimal('0.001')");
    EXPECT_EQ(of_bread(Case({When(F<&Product::stock> > 100, price)},
                            Value(Decimal::parse("0.001").value()))),
              "Decimal('0.001')");
    Product bread = named("bread").get();
    bread.released = Date::make(2024, 2, 28).value();
    bread.on_sale = true;
    bread.save();
    EXPECT_EQ(of_bread(Expression::field("released") + Value(Duration::days(2))),
              Value(DateTime::from_utc(1'709'251'200'000'000)).repr());
    EXPECT_EQ(Product::objects.aggregate(Sum("on_sale")).repr(), "1");
    EXPECT_EQ(Product::objects.none().aggregate(Sum("price", {.default_value = Value(0)})).repr(),
              "0");
    EXPECT_EQ(Product::objects.aggregate(Sum("price") / Count("pk")).str(), "13.548");
}

TEST_F(QueryRulesTest, InBulkGivesEachRowOnce) {
    const auto rows =
        Category::objects.filter(q("products__stock__gte", 0)).in_bulk({sauces.pk(), tools.pk()});
    EXPECT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].name, "Sauces");
}

}  // namespace tatum::db::shop
