#include <commerce/products/filters.h>
#include <commerce/products/store_test.h>
#include <commerce/products/variants.h>
#include <commerce/products/views.h>

#include <gmock/gmock.h>

namespace products {

using tatum::testing::contains;
using tatum::testing::not_contains;
using tatum::literals::operator""_dec;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// The store with attributes of each type.
class AttributesTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        colour_ = Attribute::objects.create({.name = "Colour",
                                             .slug = "colour",
                                             .data_type = DataType::Enumeration,
                                             .is_filterable = true,
                                             .is_searchable = true,
                                             .is_variant_axis = true});
        burn_time_ = Attribute::objects.create({.name = "Burn time",
                                                .slug = "burn-time",
                                                .data_type = DataType::Number,
                                                .unit = "hours",
                                                .is_filterable = true});
        vegan_ = Attribute::objects.create({.name = "Vegan",
                                            .slug = "vegan",
                                            .data_type = DataType::Boolean,
                                            .is_filterable = true});
        harvest_ = Attribute::objects.create(
            {.name = "Harvest", .slug = "harvest", .data_type = DataType::Date});
        origin_ =
            Attribute::objects.create({.name = "Origin", .slug = "origin", .is_searchable = true});
        size_ =
            Attribute::objects.create({.name = "Size", .slug = "size", .is_variant_axis = true});
        moss_ = add_option("moss", "Moss");
        rust_ = add_option("rust", "Rust");
    }

    AttributeOption add_option(const std::string& slug, const std::string& label) const {
        return AttributeOption::objects.create(
            {.attribute = colour_, .slug = slug, .label = label});
    }

    /// Candles: two of moss, one of them for 40 hours, and one of rust for 8, which is vegan.
    void add_candles() const {
        const Product tall = add_product({.name = "Tall"}, {jams_});
        const Product small = add_product({.name = "Small"}, {jams_});
        const Product round = add_product({.name = "Round"}, {hampers_});
        add_product({.name = "Plain"}, {jams_});
        add_detail({.product = tall, .attribute = colour_, .option = moss_});
        add_detail({.product = small, .attribute = colour_, .option = moss_});
        add_detail({.product = round, .attribute = colour_, .option = rust_});
        add_detail({.product = tall, .attribute = burn_time_, .number = 40_dec});
        add_detail({.product = round, .attribute = burn_time_, .number = 8_dec});
        add_detail({.product = round, .attribute = vegan_, .boolean = true});
        add_detail({.product = small, .attribute = origin_, .value = "Nova Scotia"});
    }

    static ProductDetail add_detail(const ProductDetail& detail) {
        return ProductDetail::objects.create(detail);
    }

    /// The choices of a list's page: what the address says, and how many products have it.
    std::vector<std::pair<std::string, std::int64_t>> choices(const std::string& address) {
        std::vector<std::pair<std::string, std::int64_t>> found;
        const Value facets = client_.get(address).context("facets");
        for (const Value& facet : facets.as_list()) {
            for (const Value& choice : facet.as_dict().get("choices").as_list()) {
                found.emplace_back(choice.as_dict().get("value").str(),
                                   choice.as_dict().get("count").as_int());
            }
        }
        return found;
    }

    Attribute colour_, burn_time_, vegan_, harvest_, origin_, size_;
    AttributeOption moss_, rust_;
};

TEST_F(AttributesTest, ValuesAreOfTheTypeOfTheirAttribute) {
    const Product jam = add_product({.name = "Jam"}, {jams_});
    const auto text_of = [&](ProductDetail detail) {
        detail.product = jam;
        detail.clean();
        return add_detail(detail).text();
    };
    EXPECT_EQ(text_of({.attribute = origin_, .value = "Maine"}), "Maine");
    EXPECT_EQ(text_of({.attribute = burn_time_, .number = 40_dec}), "40\u00a0hours");
    EXPECT_EQ(text_of({.attribute = burn_time_, .number = 2.50_dec}), "2.5\u00a0hours");
    EXPECT_EQ(text_of({.attribute = vegan_, .boolean = false}), "No");
    EXPECT_EQ(text_of({.attribute = harvest_, .date = Date::make(2026, 10, 3).value()}),
              "Oct. 3, 2026");
    EXPECT_EQ(text_of({.attribute = colour_, .option = moss_}), "Moss");

    const auto fault = [](const ProductDetail& detail) {
        return fault_of([&] { detail.clean(); });
    };
    EXPECT_EQ(fault({.attribute = burn_time_, .value = "long"}), "data_type");
    EXPECT_EQ(fault({.attribute = origin_, .option = moss_}), "data_type");
    EXPECT_EQ(fault({.attribute = origin_, .boolean = true}), "data_type");
    Attribute scent{.name = "Scent", .slug = "scent", .data_type = DataType::Enumeration};
    scent.save();
    EXPECT_EQ(fault({.attribute = scent, .option = moss_}), "option");
}

TEST_F(AttributesTest, TheTableTakesOneValueAndNoOptionOfAnotherAttribute) {
    const Product jam = add_product({.name = "Jam"}, {jams_});
    expect_refused([&] { add_detail({.product = jam, .attribute = origin_}); });
    expect_refused([&] {
        add_detail({.product = jam, .attribute = colour_, .value = "Moss", .option = moss_});
    });
    expect_refused([&] { add_detail({.product = jam, .attribute = origin_, .option = moss_}); });
    const auto detail = add_detail({.product = jam, .attribute = colour_, .option = moss_});
    expect_refused([&] {
        ProductDetail::objects.filter(F<&ProductDetail::id> == detail.id)
            .update(F<&ProductDetail::attribute> = origin_.id);
    });
    expect_refused([&] { add_option("moss", "Other moss"); });
}

TEST_F(AttributesTest, OnlyNumbersHaveAUnitAndTextsAreNoFilters) {
    const auto fault = [](const Attribute& attribute) {
        return fault_of([&] { attribute.clean(); });
    };
    EXPECT_EQ(fault(burn_time_), "");
    EXPECT_EQ(fault({.name = "Origin", .unit = "km"}), "unit");
    EXPECT_EQ(fault({.name = "Origin", .is_filterable = true}), "filterable");
    EXPECT_EQ(fault({.name = "Day", .data_type = DataType::Date, .is_filterable = true}),
              "filterable");
}

TEST_F(AttributesTest, ValuesOfOneAttributeWidenAListAndAttributesNarrowIt) {
    add_candles();
    EXPECT_THAT(names("/product/?filter=colour:moss"), ElementsAre("Small", "Tall"));
    EXPECT_THAT(names("/product/?filter=colour:moss&filter=colour:rust"),
                ElementsAre("Round", "Small", "Tall"));
    EXPECT_THAT(names("/product/?filter=colour:moss&filter=burn-time:40"), ElementsAre("Tall"));
    EXPECT_THAT(names("/product/?filter=burn-time:40.0&filter=burn-time:8"),
                ElementsAre("Round", "Tall"));
    EXPECT_THAT(names("/product/?filter=vegan:yes"), ElementsAre("Round"));
    EXPECT_THAT(names("/product/?filter=vegan:no"), IsEmpty());
    EXPECT_THAT(names("/catalog/all-year/jams/?filter=colour:rust"), IsEmpty());
    EXPECT_THAT(names("/search/?q=small&filter=colour:moss"), ElementsAre("Small"));
    EXPECT_THAT(names("/manufacturer/bell-bog-farm/?filter=colour:rust"), ElementsAre("Round"));
}

TEST_F(AttributesTest, NothingHasAnUnknownValueAndWhatIsNoFilterIsNone) {
    add_candles();
    for (const auto* term : {"colour:blue", "colour:", ":moss", "origin:nova-scotia", "x:y",
                             "burn-time:nan", "burn-time:1e999", "colour:%00", "%F0%9F:x"}) {
        EXPECT_THAT(names(std::string("/product/?filter=") + term), IsEmpty()) << term;
    }
    for (const auto* query : {"filter=", "filter=moss", "filters=colour:moss"}) {
        EXPECT_EQ(names(std::string("/product/?") + query).size(), 4U) << query;
    }
    EXPECT_EQ(names("/product/?filter=" + std::string(kFilterBytesMax, 'x') + ":y").size(), 4U);
    std::string many = "/product/?filter=colour:moss";
    for (std::size_t i = 1; i < kFiltersMax; ++i) many += "&filter=colour:c" + std::to_string(i);
    EXPECT_THAT(names(many), ElementsAre("Small", "Tall"));
    EXPECT_THAT(names(many + "&filter=vegan:no"), ElementsAre("Small", "Tall"));
}

TEST_F(AttributesTest, AListSaysByWhatItCanBeNarrowed) {
    add_candles();
    EXPECT_THAT(choices("/manufacturer/bell-bog-farm/"),
                ElementsAre(Pair("burn-time:8", 1), Pair("burn-time:40", 1), Pair("colour:moss", 2),
                            Pair("colour:rust", 1)));
    EXPECT_THAT(choices("/search/?q=small"), IsEmpty());  // nothing to choose between
    EXPECT_THAT(choices("/product/"), IsEmpty());         // too many to choose from
    EXPECT_THAT(choices("/catalog/all-year/jams/?filter=colour:moss"),
                ElementsAre(Pair("colour:moss", 2)));
    const auto response =
        client_.get("/product/?filter=colour:moss&filter=burn-time:40&sort=price");
    EXPECT_TRUE(contains(response, "Colour: Moss"));
    EXPECT_TRUE(contains(response, R"(href="?sort=price&amp;filter=burn-time%3A40")"));
    EXPECT_TRUE(contains(response, R"(href="?sort=price&amp;filter=colour%3Amoss")"));
    EXPECT_TRUE(contains(response, "1 product"));
    EXPECT_TRUE(contains(response, R"(name="robots")"));
    EXPECT_TRUE(not_contains(client_.get("/product/"), R"(name="robots")"));
}

TEST_F(AttributesTest, PagesKeepTheFilters) {
    add_jams(30);
    for (const Product& jam : Product::objects.all()) {
        add_detail({.product = jam, .attribute = colour_, .option = moss_});
    }
    EXPECT_TRUE(
        contains(client_.get("/product/?filter=colour:moss"), "?filter=colour%3Amoss&amp;page=2"));
    EXPECT_EQ(names("/product/?filter=colour:moss&page=2").size(), 6U);
    EXPECT_EQ(names("/product/?filter=colour:moss&page=99").size(), 6U);
}

TEST_F(AttributesTest, TheMostFrequentChoicesAreOffered) {
    const Product jam = add_product({.name = "Jam"}, {jams_});
    const Product jelly = add_product({.name = "Jelly"}, {jams_});
    for (int i = 10; i < 40; ++i) {
        const auto option = add_option("shade-" + std::to_string(i), "Shade " + std::to_string(i));
        add_detail({.product = jam, .attribute = colour_, .option = option});
        if (i % 3 == 0) add_detail({.product = jelly, .attribute = colour_, .option = option});
    }
    const auto offered = choices("/product/?filter=colour:shade-38");
    ASSERT_EQ(offered.size(), kFacetChoicesMax + 1);
    EXPECT_THAT(offered.front(), Pair("colour:shade-10", 1));
    EXPECT_THAT(offered[2], Pair("colour:shade-12", 2));
    EXPECT_THAT(offered.back(), Pair("colour:shade-39", 2));
    EXPECT_THAT(offered[offered.size() - 2], Pair("colour:shade-38", 1));
}

TEST_F(AttributesTest, AnAttributeOfFewProductsIsNotOffered) {
    add_candles();
    add_jams(12);  // of 16 products 3 have a colour, 2 a burn time
    EXPECT_THAT(choices("/manufacturer/bell-bog-farm/"), IsEmpty());
    EXPECT_THAT(choices("/product/?filter=colour:rust"),
                ElementsAre(Pair("colour:moss", 2), Pair("colour:rust", 1)));
}

TEST_F(AttributesTest, ListsWithFiltersCostThreeQueries) {
    add_candles();
    add_jams(30);
    for (const auto* address :
         {"/product/", "/catalog/gifts/hampers/",
          "/product/?filter=colour:moss&filter=burn-time:40&page=9",
          "/catalog/all-year/pantry/?filter=vegan:no", "/search/?q=a&filter=colour:rust"}) {
        const auto response = client_.get(address);
        EXPECT_LE(response.queries().size(), 3U)
            << address << ::testing::PrintToString(response.queries());
    }
}

TEST_F(AttributesTest, ASearchReadsDetailsThatAreSearchable) {
    add_candles();
    EXPECT_THAT(names("/search/?q=nova+scotia"), ElementsAre("Small"));
    EXPECT_THAT(names("/search/?q=MOSS"), ElementsAre("Small", "Tall"));
    EXPECT_THAT(names("/search/?q=moss+scotia"), ElementsAre("Small"));
    EXPECT_THAT(names("/search/?q=40"), IsEmpty());
}

/// A throw in two colours and two sizes; the larger ones cost more in dollars.
class VariantsTest : public AttributesTest {
protected:
    void SetUp() override {
        AttributesTest::SetUp();
        throw_ = add_product({.name = "Throw", .weight_g = 900}, {jams_}, 5000);
        in_moss_ = add_detail({.product = throw_, .attribute = colour_, .option = moss_});
        in_rust_ =
            add_detail({.product = throw_, .attribute = colour_, .option = rust_, .position = 1});
        small_ = add_detail(
            {.product = throw_, .attribute = size_, .value = "130 × 180 cm", .position = 2});
        large_ = add_detail(
            {.product = throw_, .attribute = size_, .value = "150 × 220 cm", .position = 3});
        add_variant({.product = throw_, .sku = "T/1"}, {in_moss_, small_});
        large_moss_ =
            add_variant({.product = throw_, .sku = "T/2", .position = 1}, {large_, in_moss_});
        add_variant({.product = throw_, .sku = "T/3", .position = 2}, {in_rust_, small_});
        Price::objects.create({.product = throw_,
                               .variant = large_moss_,
                               .currency = "USD",
                               .amount_minor = 6500,
                               .compare_at_minor = 7000});
    }

    Product throw_;
    ProductDetail in_moss_, in_rust_, small_, large_;
    Variant large_moss_;
};

TEST_F(VariantsTest, APageOffersTheVariantsOfAProduct) {
    const auto response = client_.get("/product/throw/");
    EXPECT_TRUE(contains(response, "Moss, Rust"));
    EXPECT_TRUE(contains(response, "Moss, 130 × 180 cm"));
    EXPECT_TRUE(contains(response, R"(href="/product/throw/?variant=T%2F2")"));
    EXPECT_TRUE(contains(response, "from $50.00"));
    EXPECT_TRUE(contains(response, "Item throw"));
    EXPECT_TRUE(contains(response, R"(<link rel="canonical" href="/product/throw/">)"));
    EXPECT_TRUE(not_contains(response, "aria-current=\"true\""));
    EXPECT_LE(response.queries().size(), 5U) << ::testing::PrintToString(response.queries());
}

TEST_F(VariantsTest, TheOneThatWasChosenIsOffered) {
    const auto large = client_.get("/product/throw/?variant=T%2F2");
    EXPECT_TRUE(contains(large, "<ins>$65.00</ins>"));
    EXPECT_TRUE(contains(large, "<del>$70.00</del>"));
    EXPECT_TRUE(contains(large, "Item T/2"));
    EXPECT_TRUE(contains(large, R"(variant=T%2F2" aria-current="true")"));
    const auto small = client_.get("/product/throw/?variant=T%2F3");
    EXPECT_TRUE(contains(small, R"(<span class="price">$50.00</span>)"));
    EXPECT_TRUE(contains(small, "Item T/3"));
    for (const auto* other : {"?variant=", "?variant=x", "?variant=%00", "?variant=T"}) {
        EXPECT_TRUE(contains(client_.get(std::string("/product/throw/") + other), "from $50.00"))
            << other;
    }
    EXPECT_LE(large.queries().size(), 5U);
}

TEST_F(VariantsTest, PricesAreThoseOfTheVisitorsCurrency) {
    client_.cookies().set("currency", "EUR");
    EXPECT_TRUE(contains(client_.get("/product/throw/?variant=T%2F2"), "€49.99"));
    EXPECT_TRUE(not_contains(client_.get("/product/throw/"), "from €"));
}

TEST_F(VariantsTest, ListsShowFromWhatAProductCosts) {
    EXPECT_TRUE(contains(client_.get("/product/"), "from $50.00"));
    large_moss_.is_active = false;
    large_moss_.save();
    EXPECT_TRUE(not_contains(client_.get("/product/"), "from $"));
    EXPECT_TRUE(not_contains(client_.get("/product/throw/"), "Moss, 150"));
}

TEST_F(VariantsTest, AVariantCostsWhatItsProductDoesOrMore) {
    EXPECT_EQ(large_moss_.get_price().value().amount_minor, 6500);
    EXPECT_EQ(large_moss_.get_price("EUR").value().amount_minor, 4999);
    EXPECT_FALSE(large_moss_.get_price("GBP"));
    EXPECT_EQ(throw_.get_price().value().amount_minor, 5000);
    Price cheaper{
        .product = throw_, .variant = large_moss_, .currency = "EUR", .amount_minor = 4998};
    EXPECT_EQ(fault_of([&] { cheaper.clean(); }), "less");
    cheaper.amount_minor = 4999;
    EXPECT_EQ(fault_of([&] { cheaper.clean(); }), "");
    const Product other = add_product({.name = "Other"}, {jams_});
    cheaper.product = other;
    EXPECT_EQ(fault_of([&] { cheaper.clean(); }), "variant");
    expect_refused([&] { cheaper.save(); });
    throw_.is_discontinued = true;
    throw_.save();
    EXPECT_FALSE(Variant::objects.get_pk(large_moss_.id).get_price());
}

TEST_F(VariantsTest, AVariantIsToldFromTheOthersByDetailsOfItsProduct) {
    const auto fault = [&](const std::vector<ProductDetail>& details) {
        return fault_of([&] { add_variant({.product = throw_, .sku = "new"}, details); });
    };
    const Product other = add_product({.name = "Other"}, {jams_});
    const auto of_other = add_detail({.product = other, .attribute = colour_, .option = moss_});
    const auto origin = add_detail({.product = throw_, .attribute = origin_, .value = "Maine"});
    EXPECT_EQ(fault({}), "required");
    EXPECT_EQ(fault({of_other}), "product");
    EXPECT_EQ(fault({origin}), "axis");
    EXPECT_EQ(fault({in_moss_, in_rust_}), "twice");
    expect_refused([&] { add_variant({.product = throw_, .sku = "new"}, {small_, in_moss_}); });
    expect_refused([&] { add_variant({.product = throw_, .sku = "T/1"}, {large_, in_rust_}); });
    expect_refused(
        [&] { VariantDetail::objects.create({.variant = large_moss_, .detail = of_other}); });
    EXPECT_EQ(Variant::objects.count(), 3);
    EXPECT_EQ(VariantDetail::objects.count(), 6);
    EXPECT_EQ(large_moss_.get_absolute_url(), "/product/throw/?variant=T%2F2");
}

TEST_F(VariantsTest, AProductTakesItsVariantsAlong) {
    EXPECT_THROW(transaction::atomic([&] { in_moss_.delete_(); }), db::RestrictedError);
    throw_.delete_();
    EXPECT_EQ(Variant::objects.count(), 0);
    EXPECT_EQ(Price::objects.filter(F<&Price::product> == throw_.id).count(), 0);
}

}  // namespace products
