#include <commerce/products/store_test.h>
#include <commerce/products/storefront.h>
#include <tatum/base/timezone.h>

namespace products {

namespace {

std::string code_of(const Category& category) {
    return fault_of([&] { category.clean(); });
}

}  // namespace

TEST_F(StoreTest, HasMigrationsForAllThatItsModelsSay) {
    std::string text;
    site::Output out(text);
    const std::vector<std::string> words{"makemigrations", "--check"};
    EXPECT_EQ(site_->command_line().run(words, &*site_, out, out), 0) << text;
}

TEST_F(StoreTest, ACategoryNamesItsCatalogAndItsParent) {
    EXPECT_EQ(pantry_.str(), "All Year: pantry");
    EXPECT_EQ(jams_.str(), "All Year: pantry - jams");
}

TEST_F(StoreTest, SlugsAreUnique) {
    add_product({.name = "Plum Jam"}, {jams_});
    expect_refused([&] { add_product({.name = "Other", .slug = "plum-jam"}, {}); });
    expect_refused([&] { add_category("jams", catalog_, {}); });
    expect_refused([&] { Catalog::objects.create({.name = "X", .slug = "all-year"}); });
    EXPECT_NO_THROW(add_category("jams", gifts_, {}));
}

TEST_F(StoreTest, AProductHasOnePrimaryCategory) {
    const Product jam = add_product({.name = "Plum Jam"}, {jams_, hampers_});
    EXPECT_EQ(jam.categories.count(), 2);
    expect_refused([&] {
        ProductCategory::objects.create({.product = jam, .category = pantry_, .is_primary = true});
    });
    expect_refused(
        [&] { ProductCategory::objects.create({.product = jam, .category = hampers_}); });
    EXPECT_NO_THROW(ProductCategory::objects.create({.product = jam, .category = pantry_}));
}

TEST_F(StoreTest, PricesAreOnePerCurrencyAndMakeSense) {
    const Product jam = add_product({.name = "Plum Jam"}, {jams_});
    Currency::objects.create({.code = "JPY", .name = "Yen"});
    expect_refused(
        [&] { Price::objects.create({.product = jam, .currency = "USD", .amount_minor = 1}); });
    expect_refused(
        [&] { Price::objects.create({.product = jam, .currency = "JPY", .amount_minor = -1}); });
    expect_refused([&] {
        Price::objects.create(
            {.product = jam, .currency = "JPY", .amount_minor = 500, .compare_at_minor = 400});
    });
    const auto price = Price::objects.create(
        {.product = jam, .currency = "JPY", .amount_minor = 400, .compare_at_minor = 500});
    EXPECT_EQ(price.str(), "¥400");
    Currency::objects.create({.code = "TND", .name = "Tunisian dinar"});
    EXPECT_EQ(
        Price::objects.create({.product = jam, .currency = "TND", .amount_minor = 12'345}).str(),
        "TND\u00a012.345");
}

TEST_F(StoreTest, ASeasonEndsAfterItBegins) {
    Catalog fall{.name = "Fall",
                 .slug = "fall",
                 .visible_from = now(),
                 .visible_to = now() - Duration::seconds(1)};
    EXPECT_THROW(fall.clean(), ValidationError);
    expect_refused([&] { fall.save(); });
}

TEST_F(StoreTest, AParentIsOfTheSameCatalogAndNotBelow) {
    EXPECT_EQ(code_of(jams_), "");
    Category moved = hampers_;
    moved.parent = pantry_;
    EXPECT_EQ(code_of(moved), "catalog");
    Category circle = pantry_;
    circle.parent = jams_;
    EXPECT_EQ(code_of(circle), "cycle");
    circle.parent = circle.id;
    expect_refused([&] { circle.save(); });
}

TEST_F(StoreTest, TheTableTakesNoParentOfAnotherCatalogAndNoCycle) {
    const auto update = [](const Category& category, auto... to) {
        Category::objects.filter(F<&Category::id> == category.id).update(to...);
    };
    expect_refused([&] { update(hampers_, F<&Category::parent> = pantry_.id); });
    expect_refused([&] { update(jams_, F<&Category::catalog> = gifts_.id); });
    expect_refused([&] { update(pantry_, F<&Category::catalog> = gifts_.id); });
    expect_refused([&] { add_category("lost", gifts_, pantry_); });
    expect_refused([&] { update(pantry_, F<&Category::parent> = jams_.id); });
    update(hampers_, F<&Category::catalog> = catalog_.id, F<&Category::parent> = jams_.id);
}

TEST_F(StoreTest, ATreeHasALimitToItsDepth) {
    Category deepest = jams_;
    for (int depth = 3; depth <= Category::kDepthMax; ++depth) {
        deepest = add_category("level-" + std::to_string(depth), catalog_, deepest);
    }
    EXPECT_EQ(code_of(deepest), "");
    const Category beyond = add_category("beyond", catalog_, deepest);
    EXPECT_EQ(code_of(beyond), "depth");
    EXPECT_EQ(client_.get("/catalog/all-year/level-5/").status(), 200);
}

TEST_F(StoreTest, ACycleInTheTableIsLeftOutOfThePages) {
    site_->databases().default_().execute("DROP TRIGGER products_category_updated_in_tree");
    Category::objects.filter(F<&Category::id> == pantry_.id)
        .update(F<&Category::parent> = jams_.id);
    add_product({.name = "Plum Jam"}, {jams_});
    EXPECT_EQ(client_.get("/").status(), 200);
    EXPECT_TRUE(
        tatum::testing::contains(client_.get("/catalog/all-year/"), "nothing in this catalog"));
    EXPECT_EQ(client_.get("/catalog/all-year/jams/").status(), 404);
    EXPECT_EQ(client_.get("/product/plum-jam/").status(), 200);
}

TEST_F(StoreTest, AMakerThatGoesLeavesItsProducts) {
    const Product jam = add_product({.name = "Plum Jam"}, {jams_});
    maker_.delete_();
    EXPECT_FALSE(Product::objects.get(F<&Product::id> == jam.id).manufacturer);
    EXPECT_EQ(client_.get("/product/plum-jam/").status(), 200);
}

}  // namespace products
