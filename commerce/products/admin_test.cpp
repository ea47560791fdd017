#include <commerce/products/slugs.h>
#include <commerce/products/store_test.h>
#include <tatum/contrib/admin/admin_site.h>
#include <tatum/contrib/auth/app.h>
#include <tatum/contrib/auth/models.h>
#include <tatum/contrib/auth/testing.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/sessions/app.h>

namespace products {

using tatum::testing::contains;
using tatum::testing::redirects;

/// The store with its staff's pages.
class StaffTest : public StoreTest {
protected:
    static void SetUpTestSuite() {
        Settings settings = tatum::testing::test_settings();
        settings.set("shop_currencies", List{"USD", "EUR"}).value();
        site_ = std::make_unique<site::Site>(std::move(settings));
        site_->install(app, admin::app, auth::app, sessions::app, messages::app, contenttypes::app);
    }
    static void TearDownTestSuite() { site_.reset(); }

    void SetUp() override {
        StoreTest::SetUp();
        auth::force_login(client_,
                          auth::User::objects.create_superuser("boss", "boss@example.com"));
    }

    static std::string page_of(const Product& product) {
        return "/admin/products/product/" + std::to_string(product.id) + "/change/";
    }
    static tatum::testing::Form form_of(const std::string& name, const std::string& slug) {
        tatum::testing::Form form{{"name", name},
                                  {"slug", slug},
                                  {"sku", slug},
                                  {"is_published", "on"},
                                  {"weight_g", "500"}};
        for (const auto* rows : {"places", "prices", "details", "photos", "variants"}) {
            form.emplace_back(std::string(rows) + "-TOTAL_FORMS", "0");
            form.emplace_back(std::string(rows) + "-INITIAL_FORMS", "0");
        }
        return form;
    }
};

TEST_F(StaffTest, EveryModelHasItsPages) {
    add_product({.name = "Quince Jelly"}, {jams_});
    for (const auto* model : {"catalog", "category", "manufacturer", "product", "productcategory",
                              "productdetail", "productphoto", "attribute", "attributeoption",
                              "variant", "price", "currency", "slugredirect"}) {
        const std::string list = std::string("/admin/products/") + model + "/";
        EXPECT_EQ(client_.get(list).status(), 200) << list;
        EXPECT_EQ(client_.get(list + "?q=jam&o=0.-1&all=").status(), 200) << list;
        const int expected = std::string(model) == "slugredirect" ? 403 : 200;
        EXPECT_EQ(client_.get(list + "add/").status(), expected) << list;
    }
}

TEST_F(StaffTest, AnotherSlugIsRedirectedToByTheOldOne) {
    const Product product = add_product({.name = "Quince Jelly"}, {jams_});
    const auto response = client_.post(page_of(product), form_of("Quince", "quince"));
    EXPECT_TRUE(redirects(response, "/admin/products/product/")) << response.content();
    EXPECT_EQ(Product::objects.get_pk(product.id).name, "Quince");
    EXPECT_EQ(find_moved(kProductKind, "quince-jelly"), "/product/quince/");
}

TEST_F(StaffTest, AListOfProductsCostsAsManyQueriesForManyAsForFew) {
    add_jams(3);
    const std::string list = "/admin/products/product/";
    client_.get(list);
    const std::size_t few = client_.get(list).queries().size();
    add_jams(0);
    for (int i = 0; i < 150; ++i) {
        add_product({.name = "Many", .slug = "many-" + std::to_string(i)}, {});
    }
    const auto response = client_.get(list);
    EXPECT_TRUE(contains(response, "153 products"));
    EXPECT_EQ(response.queries().size(), few) << ::testing::PrintToString(response.queries());
}

TEST_F(StaffTest, AProductsPageCostsAsManyQueriesForManyRowsAsForFew) {
    const Product product = add_product({.name = "Quince Jelly"}, {jams_});
    const auto tartness = Attribute::objects.create({.name = "Tartness", .slug = "tartness"});
    ProductDetail::objects.create({.product = product, .attribute = tartness, .value = "Mild"});
    client_.get(page_of(product));
    const std::size_t few = client_.get(page_of(product)).queries().size();
    for (int i = 0; i < 20; ++i) {
        ProductDetail::objects.create(
            {.product = product, .attribute = tartness, .value = std::to_string(i)});
        ProductPhoto::objects.create({.product = product, .image = "a.svg", .position = i});
    }
    ProductCategory::objects.create({.product = product, .category = hampers_});
    const auto response = client_.get(page_of(product));
    EXPECT_EQ(response.queries().size(), few) << ::testing::PrintToString(response.queries());
}

}  // namespace products
