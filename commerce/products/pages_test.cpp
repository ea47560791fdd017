#include <commerce/products/listing.h>
#include <commerce/products/slugs.h>
#include <commerce/products/store_test.h>
#include <commerce/products/views.h>
#include <tatum/base/timezone.h>

#include <gmock/gmock.h>

namespace products {

using tatum::testing::contains;
using tatum::testing::not_contains;
using tatum::testing::redirects;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

namespace {

constexpr std::size_t kListQueriesMax = 3;
constexpr std::size_t kProductQueriesMax = 5;

}  // namespace

TEST_F(StoreTest, ListsOf24ProductsCostThreeQueries) {
    add_jams(30);
    for (const auto* address : {"/", "/product/", "/product/?sort=-price&page=2",
                                "/catalog/all-year/jams/", "/catalog/all-year/pantry/?sort=newest",
                                "/search/?q=jam", "/manufacturer/bell-bog-farm/"}) {
        const auto response = client_.get(address);
        EXPECT_EQ(response.status(), 200) << address;
        EXPECT_LE(response.queries().size(), kListQueriesMax)
            << address << ::testing::PrintToString(response.queries());
    }
    EXPECT_THAT(names("/product/"), SizeIs(kProductsPerPage));
}

TEST_F(StoreTest, AProductPageCostsFiveQueries) {
    add_jams(10);
    const Product product = add_product({.name = "Quince Jelly"}, {jams_, hampers_});
    const auto tartness = Attribute::objects.create({.name = "Tartness", .slug = "tartness"});
    for (const auto* value : {"Mild", "Lively"}) {
        ProductDetail::objects.create({.product = product, .attribute = tartness, .value = value});
    }
    for (const int position : {0, 1}) {
        ProductPhoto::objects.create(
            {.product = product, .image = "a.svg", .alt = "Closer", .position = position});
    }
    const auto response = client_.get("/product/quince-jelly/");
    EXPECT_TRUE(contains(response, "Tartness"));
    EXPECT_TRUE(contains(response, "Lively"));
    EXPECT_TRUE(contains(response, "Bell Bog Farm"));
    EXPECT_TRUE(contains(response, "All Year: pantry - jams"));
    EXPECT_TRUE(contains(response, "Gifts: hampers"));
    EXPECT_TRUE(contains(response, "$10.00"));
    EXPECT_LE(response.queries().size(), kProductQueriesMax)
        << ::testing::PrintToString(response.queries());
}

TEST_F(StoreTest, TheDetailsAreLeftOutWhereThereAreNone) {
    add_product({.name = "Plain Jam"}, {jams_});
    EXPECT_TRUE(not_contains(client_.get("/product/plain-jam/"), "Details"));
}

TEST_F(StoreTest, ListsShowNeitherDiscontinuedNorUnpublishedProducts) {
    add_product({.name = "Good Jam", .is_featured = true}, {jams_});
    add_product({.name = "Gone Jam", .is_discontinued = true, .is_featured = true}, {jams_});
    add_product({.name = "Draft Jam", .is_published = false, .is_featured = true}, {jams_});
    for (const auto* address : {"/product/", "/catalog/all-year/pantry/", "/catalog/all-year/jams/",
                                "/search/?q=jam", "/manufacturer/bell-bog-farm/"}) {
        EXPECT_THAT(names(address), ElementsAre("Good Jam")) << address;
    }
    for (const auto* address : {"/", "/product/good-jam/"}) {
        const auto response = client_.get(address);
        EXPECT_TRUE(contains(response, "Good Jam")) << address;
        EXPECT_TRUE(not_contains(response, "Gone Jam")) << address;
        EXPECT_TRUE(not_contains(response, "Draft Jam")) << address;
    }
}

TEST_F(StoreTest, ADiscontinuedProductKeepsItsPageButHasNoOffer) {
    add_product({.name = "Gone Jam", .is_discontinued = true}, {jams_});
    add_product({.name = "Draft Jam", .is_published = false}, {jams_});
    const auto response = client_.get("/product/gone-jam/");
    EXPECT_TRUE(contains(response, "no longer made"));
    EXPECT_TRUE(not_contains(response, "$10.00"));
    EXPECT_EQ(client_.get("/product/draft-jam/").status(), 404);
}

TEST_F(StoreTest, SortsByNamePriceAndAge) {
    Product fig = add_product({.name = "Fig"}, {jams_}, 300);
    add_product({.name = "Apple"}, {jams_}, 200);
    add_product({.name = "Pear"}, {jams_}, 100);
    Product::objects.filter(F<&Product::id> == fig.id)
        .update(F<&Product::created> = now() + Duration::seconds(60));
    EXPECT_THAT(names("/product/"), ElementsAre("Apple", "Fig", "Pear"));
    EXPECT_THAT(names("/product/?sort=name"), ElementsAre("Apple", "Fig", "Pear"));
    EXPECT_THAT(names("/product/?sort=price"), ElementsAre("Pear", "Apple", "Fig"));
    EXPECT_THAT(names("/product/?sort=-price"), ElementsAre("Fig", "Apple", "Pear"));
    EXPECT_EQ(names("/product/?sort=newest").front(), "Fig");
}

TEST_F(StoreTest, AProductWithoutAPriceComesLast) {
    add_product({.name = "Dear"}, {jams_}, 300);
    add_product({.name = "Cheap"}, {jams_}, 200);
    Price::objects.filter(F<&Price::product> == add_product({.name = "Asked For"}, {jams_}))
        .delete_();
    EXPECT_THAT(names("/product/?sort=price"), ElementsAre("Cheap", "Dear", "Asked For"));
    EXPECT_THAT(names("/product/?sort=-price"), ElementsAre("Dear", "Cheap", "Asked For"));
}

TEST_F(StoreTest, AnyPageAndAnyOrderCanBeAskedFor) {
    add_jams(30);
    for (const auto* query :
         {"page=0", "page=-1", "page=999999999999", "page=99999999999999999999999999", "page=x",
          "page=", "page=1e3", "page=2&page=x", "sort=", "sort=x", "sort=created", "sort=%00",
          "sort=amount_minor;drop", "page=%F0%9F%8D%92"}) {
        const std::string address = std::string("/product/?") + query;
        EXPECT_THAT(names(address), Not(IsEmpty())) << address;
    }
    EXPECT_THAT(names("/product/?page=2"), SizeIs(6));
    EXPECT_THAT(names("/product/?page=999999999999"), SizeIs(6));
}

TEST_F(StoreTest, PagesKeepTheOrderAndTheSearch) {
    add_jams(30);
    EXPECT_TRUE(contains(client_.get("/product/?sort=price"), "?sort=price&amp;page=2"));
    EXPECT_TRUE(contains(client_.get("/search/?q=jam"), "?q=jam&amp;page=2"));
}

TEST_F(StoreTest, ACategoryHoldsWhatLiesBelowItOnce) {
    add_product({.name = "Both"}, {jams_, pantry_});
    add_product({.name = "Below"}, {jams_});
    add_product({.name = "Elsewhere"}, {hampers_});
    EXPECT_THAT(names("/catalog/all-year/pantry/"), ElementsAre("Below", "Both"));
    EXPECT_THAT(names("/catalog/gifts/hampers/"), ElementsAre("Elsewhere"));
    EXPECT_EQ(client_.get("/catalog/gifts/pantry/").status(), 404);
    EXPECT_TRUE(contains(client_.get("/catalog/all-year/pantry/"), "/catalog/all-year/jams/"));
}

TEST_F(StoreTest, ACatalogOutOfSeasonIsNotShown) {
    gifts_.visible_from = now() - Duration::seconds(60);
    gifts_.visible_to = now() + Duration::seconds(60);
    gifts_.save();
    EXPECT_EQ(client_.get("/catalog/gifts/").status(), 200);
    gifts_.visible_to = now() - Duration::seconds(30);
    gifts_.save();
    EXPECT_EQ(client_.get("/catalog/gifts/").status(), 404);
    EXPECT_EQ(client_.get("/catalog/gifts/hampers/").status(), 404);
    EXPECT_TRUE(not_contains(client_.get("/"), "/catalog/gifts/"));
}

TEST_F(StoreTest, ACatalogWithoutCategoriesHasItsPage) {
    Category::objects.all().delete_();
    EXPECT_TRUE(contains(client_.get("/catalog/gifts/"), "nothing in this catalog yet"));
    gifts_.visible_to = now() - Duration::seconds(30);
    gifts_.save();
    EXPECT_EQ(client_.get("/catalog/gifts/").status(), 404);
    EXPECT_EQ(client_.get("/catalog/nothing/").status(), 404);
}

TEST_F(StoreTest, ASearchFindsAllWordsInNameDescriptionAndMaker) {
    add_product({.name = "Cranberry Jam", .description = "Sets softly."}, {jams_});
    add_product({.name = "Fig Jam", .description = "With whole cranberries."}, {jams_});
    add_product({.name = "100% Fruit_Bar"}, {jams_});
    EXPECT_THAT(names("/search/?q=cranberr"), ElementsAre("Cranberry Jam", "Fig Jam"));
    EXPECT_THAT(names("/search/?q=JAM+softly"), ElementsAre("Cranberry Jam"));
    EXPECT_THAT(names("/search/?q=%20bell%09fig+"), ElementsAre("Fig Jam"));
    EXPECT_THAT(names("/search/?q=%25"), ElementsAre("100% Fruit_Bar"));
    EXPECT_THAT(names("/search/?q=_"), ElementsAre("100% Fruit_Bar"));
    EXPECT_THAT(names("/search/?q=jam%2C+softly%C2%A0cranberry"), ElementsAre("Cranberry Jam"));
    add_product({.name = "Cook's Apron"}, {jams_});
    EXPECT_THAT(names("/search/?q=cook%E2%80%99s"), ElementsAre("Cook's Apron"));
    EXPECT_THAT(names("/search/?q=%00"), IsEmpty());
    EXPECT_THAT(names("/search/?q=fig%00x"), IsEmpty());
    EXPECT_THAT(names("/search/?q=jam+nothing"), IsEmpty());
    EXPECT_THAT(names("/search/?q="), IsEmpty());
    EXPECT_THAT(names("/search/"), IsEmpty());
}

TEST_F(StoreTest, ASearchIsEchoedEscapedAndWithinLimits) {
    EXPECT_TRUE(contains(client_.get("/search/?q=%3Cb%3E%22"), "&lt;b&gt;&quot;"));
    EXPECT_TRUE(not_contains(client_.get("/search/?q=%3Cb%3E%22"), "<b>\""));
    const std::string words(4000, 'x');
    const auto response = client_.get("/search/?q=" + words);
    EXPECT_TRUE(contains(response, std::string(kSearchBytesMax, 'x')));
    EXPECT_TRUE(not_contains(response, std::string(kSearchBytesMax + 1, 'x')));
    std::string berries;
    for (int i = 0; i < 100; ++i) berries += "%F0%9F%8D%92";
    EXPECT_EQ(client_.get("/search/?q=x" + berries).status(), 200);
}

TEST_F(StoreTest, NamesAreEscapedEverywhere) {
    add_product({.name = "<script>alert(1)</script>", .slug = "bad", .is_featured = true}, {jams_});
    for (const auto* address : {"/", "/product/", "/product/bad/", "/search/?q=alert"}) {
        const auto response = client_.get(address);
        EXPECT_TRUE(not_contains(response, "<script>alert")) << address;
        EXPECT_TRUE(contains(response, "&lt;script&gt;alert(1)")) << address;
    }
}

TEST_F(StoreTest, AnOldSlugLeadsToTheNewOne) {
    Product jam = add_product({.name = "Plum Jam"}, {jams_});
    change_slug(jam, "damson-jam");
    EXPECT_TRUE(redirects(client_.get("/product/plum-jam/"), "/product/damson-jam/", 301));
    change_slug(jam, "prune-jam");
    EXPECT_TRUE(redirects(client_.get("/product/plum-jam/"), "/product/prune-jam/", 301));
    EXPECT_TRUE(redirects(client_.get("/product/damson-jam/"), "/product/prune-jam/", 301));
    change_slug(jam, "plum-jam");
    EXPECT_EQ(client_.get("/product/plum-jam/").status(), 200);
    EXPECT_EQ(SlugRedirect::objects.filter(F<&SlugRedirect::old_path> == "plum-jam").count(), 0);
    EXPECT_TRUE(redirects(client_.get("/product/prune-jam/"), "/product/plum-jam/", 301));
    jam.is_published = false;
    jam.save();
    EXPECT_EQ(client_.get("/product/damson-jam/").status(), 404);
    jam.delete_();
    EXPECT_EQ(client_.get("/product/damson-jam/").status(), 404);
}

TEST_F(StoreTest, ARedirectKeepsTheQueryString) {
    change_slug(maker_, "bell-farm");
    EXPECT_TRUE(redirects(client_.get("/manufacturer/bell-bog-farm/?sort=-price&page=2"),
                          "/manufacturer/bell-farm/?sort=-price&page=2", 301));
}

TEST_F(StoreTest, AnOldSlugOfAManufacturerLeadsToTheNewOne) {
    change_slug(maker_, "bell-farm");
    change_slug(maker_, "bell-and-son");
    for (const auto* old : {"/manufacturer/bell-bog-farm/", "/manufacturer/bell-farm/"}) {
        EXPECT_TRUE(redirects(client_.get(old), "/manufacturer/bell-and-son/", 301)) << old;
    }
    change_slug(maker_, "bell-bog-farm");
    EXPECT_EQ(client_.get("/manufacturer/bell-bog-farm/").status(), 200);
}

TEST_F(StoreTest, AnOldSlugOfACategoryLeadsToTheNewOne) {
    change_slug(pantry_, "larder");
    change_slug(pantry_, "cellar");
    for (const auto* old : {"/catalog/all-year/pantry/", "/catalog/all-year/larder/"}) {
        EXPECT_TRUE(redirects(client_.get(old), "/catalog/all-year/cellar/", 301)) << old;
    }
    EXPECT_EQ(client_.get("/catalog/all-year/jams/").status(), 200);
    EXPECT_EQ(client_.get("/catalog/gifts/pantry/").status(), 404);
    change_slug(pantry_, "pantry");
    EXPECT_EQ(client_.get("/catalog/all-year/pantry/").status(), 200);
    EXPECT_TRUE(
        redirects(client_.get("/catalog/all-year/cellar/"), "/catalog/all-year/pantry/", 301));
}

TEST_F(StoreTest, WithACatalogMoveTheAddressesOfItsCategories) {
    change_slug(pantry_, "larder");
    change_slug(catalog_, "always");
    change_slug(pantry_, "cellar");
    change_slug(catalog_, "evergreen");
    for (const auto* old : {"/catalog/all-year/", "/catalog/always/"}) {
        EXPECT_TRUE(redirects(client_.get(old), "/catalog/evergreen/", 301)) << old;
    }
    for (const auto* old : {"/catalog/all-year/pantry/", "/catalog/all-year/larder/",
                            "/catalog/always/larder/", "/catalog/always/cellar/"}) {
        EXPECT_TRUE(redirects(client_.get(old), "/catalog/evergreen/cellar/", 301)) << old;
    }
    EXPECT_TRUE(redirects(client_.get("/catalog/all-year/jams/"), "/catalog/evergreen/jams/", 301));
    EXPECT_EQ(client_.get("/catalog/gifts/hampers/").status(), 200);

    change_slug(catalog_, "all-year");
    EXPECT_EQ(client_.get("/catalog/all-year/jams/").status(), 200);
    EXPECT_TRUE(redirects(client_.get("/catalog/evergreen/jams/"), "/catalog/all-year/jams/", 301));
    EXPECT_TRUE(
        redirects(client_.get("/catalog/all-year/pantry/"), "/catalog/all-year/cellar/", 301));
}

TEST_F(StoreTest, NothingLeadsIntoACatalogOutOfSeason) {
    change_slug(hampers_, "baskets");
    change_slug(gifts_, "presents");
    gifts_.visible_to = now() - Duration::seconds(30);
    gifts_.save();
    for (const auto* old : {"/catalog/gifts/", "/catalog/gifts/hampers/", "/catalog/gifts/baskets/",
                            "/catalog/presents/baskets/"}) {
        EXPECT_EQ(client_.get(old).status(), 404) << old;
    }
}

TEST_F(StoreTest, TheLatestOwnerOfAnOldSlugGetsItsVisitors) {
    Product first = add_product({.name = "Plum Jam"}, {jams_});
    change_slug(first, "damson-jam");
    Product second = add_product({.name = "Fig Jam"}, {jams_});
    change_slug(second, "plum-jam");
    EXPECT_EQ(client_.get("/product/plum-jam/").status(), 200);
    EXPECT_TRUE(redirects(client_.get("/product/fig-jam/"), "/product/plum-jam/", 301));
    change_slug(second, "mirabelle-jam");
    EXPECT_TRUE(redirects(client_.get("/product/plum-jam/"), "/product/mirabelle-jam/", 301));
}

TEST_F(StoreTest, ASlugThatIsTakenIsRefusedAndNothingChanges) {
    Product jam = add_product({.name = "Plum Jam"}, {jams_});
    add_product({.name = "Fig Jam"}, {jams_});
    Manufacturer other = Manufacturer::objects.create({.name = "Other", .slug = "other"});
    EXPECT_THROW(change_slug(jam, "fig-jam"), IntegrityError);
    EXPECT_THROW(change_slug(pantry_, "jams"), IntegrityError);
    EXPECT_THROW(change_slug(catalog_, "gifts"), IntegrityError);
    EXPECT_THROW(change_slug(other, "bell-bog-farm"), IntegrityError);
    EXPECT_EQ(jam.slug, "plum-jam");
    EXPECT_EQ(pantry_.slug, "pantry");
    EXPECT_EQ(catalog_.slug, "all-year");
    EXPECT_EQ(other.slug, "other");
    EXPECT_EQ(SlugRedirect::objects.count(), 0);
    EXPECT_EQ(client_.get("/product/plum-jam/").status(), 200);
    change_slug(hampers_, "jams");  // in another catalog
    EXPECT_EQ(client_.get("/catalog/gifts/jams/").status(), 200);
}

TEST_F(StoreTest, WhatTheDatabaseHasIsTheOldSlug) {
    Product jam = add_product({.name = "Plum Jam"}, {jams_});
    change_slug(jam, "plum-jam");
    EXPECT_EQ(SlugRedirect::objects.count(), 0);
    jam.slug = "never-saved";
    change_slug(jam, "damson-jam");
    EXPECT_TRUE(redirects(client_.get("/product/plum-jam/"), "/product/damson-jam/", 301));
    EXPECT_EQ(client_.get("/product/never-saved/").status(), 404);
}

TEST_F(StoreTest, GetPriceIsWhatThePagesShow) {
    Product jam = add_product({.name = "Plum Jam"}, {jams_}, 950);
    EXPECT_EQ(jam.get_price().value().amount_minor, 950);
    EXPECT_EQ(jam.get_price("EUR").value().amount_minor, 949);
    EXPECT_EQ(jam.get_price("USD").value().str(), "$9.50");
    EXPECT_FALSE(jam.get_price("GBP"));
    jam.is_discontinued = true;
    EXPECT_FALSE(jam.get_price());
}

TEST_F(StoreTest, PricesAreInTheCurrencyThatTheVisitorHasChosen) {
    add_product({.name = "Plum Jam"}, {jams_}, 950);
    EXPECT_TRUE(contains(client_.get("/product/"), "$9.50"));
    const auto chosen =
        client_.post("/currency/", {{"currency", "EUR"}, {"next", "/product/plum-jam/"}});
    EXPECT_TRUE(redirects(chosen, "/product/plum-jam/"));
    EXPECT_TRUE(contains(client_.get("/product/"), "€9.49"));
    EXPECT_TRUE(contains(client_.get("/product/plum-jam/"), "€9.49"));
    client_.cookies().set("currency", "XXX");
    EXPECT_TRUE(contains(client_.get("/product/"), "$9.50"));
}

TEST_F(StoreTest, ChoosingACurrencyLeadsNowhereElse) {
    for (const auto* next : {"https://evil.example/", "//evil.example/", "javascript:alert(1)", "",
                             "/\\evil.example/", "http:///evil.example"}) {
        EXPECT_TRUE(
            redirects(client_.post("/currency/", {{"currency", "EUR"}, {"next", next}}), "/"))
            << next;
    }
    EXPECT_EQ(client_.post("/currency/", {{"currency", "DOGE"}, {"next", "/"}}).status(), 400);
    EXPECT_EQ(client_.post("/currency/").status(), 400);
    EXPECT_EQ(client_.get("/currency/").status(), 405);
}

TEST_F(StoreTest, APageThatIsMissingShowsTheShelves) {
    for (const auto* address : {"/nothing/", "/product/nothing/", "/catalog/nothing/",
                                "/catalog/all-year/nothing/", "/manufacturer/nothing/"}) {
        EXPECT_TRUE(contains(client_.get(address), "/catalog/all-year/pantry/", 404)) << address;
    }
}

TEST_F(StoreTest, AnEmptyStoreHasAllItsPages) {
    Catalog::objects.all().delete_();
    for (const auto* address : {"/", "/product/", "/search/?q=jam"}) {
        EXPECT_EQ(client_.get(address).status(), 200) << address;
    }
    EXPECT_EQ(client_.get("/catalog/all-year/").status(), 404);
}

}  // namespace products
