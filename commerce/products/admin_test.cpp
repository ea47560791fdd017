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
using tatum::testing::not_contains;
using tatum::testing::png_upload;
using tatum::testing::redirects;

/// The store with its staff's pages.
class StaffTest : public StoreTest {
protected:
    static void SetUpTestSuite() {
        Settings settings = tatum::testing::test_settings();
        settings.set("shop_currencies", List{"USD", "EUR"}).value();
        settings.media_url = "/media/";
        settings.set("storages", Dict{{"default", Dict{{"BACKEND", "InMemoryStorage"}}}}).value();
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

TEST_F(StaffTest, ChecksFindNothingWrong) {
    EXPECT_TRUE(site_->check({.tags = {"admin"}}).empty());
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

TEST_F(StaffTest, PricesAreChangedInTheirList) {
    const Product product = add_product({.name = "Quince Jelly"}, {jams_}, 1000);
    const Variant large = Variant::objects.create({.product = product, .sku = "QJ-L"});
    const Price price = Price::objects.get(F<&Price::currency> == "USD");
    const Price more = Price::objects.create(
        {.product = product, .variant = large, .currency = price.currency, .amount_minor = 1900});
    const auto form = [&](const std::string& amount, const std::string& compare_at = "1000") {
        return tatum::testing::Form{{"_save", "1"},
                                    {"form-TOTAL_FORMS", "2"},
                                    {"form-INITIAL_FORMS", "2"},
                                    {"form-0-id", std::to_string(price.id)},
                                    {"form-0-amount_minor", "900"},
                                    {"form-0-compare_at_minor", compare_at},
                                    {"form-1-id", std::to_string(more.id)},
                                    {"form-1-amount_minor", amount},
                                    {"form-1-compare_at_minor", ""}};
    };
    const std::string list = "/admin/products/price/";
    const auto refused = client_.post(list, form("400"));
    EXPECT_TRUE(contains(refused, "A variant costs no less than its product."));
    EXPECT_TRUE(contains(client_.post(list, form("1100", "800")),
                         "The price to compare with is not below the price."));
    EXPECT_EQ(Price::objects.get_pk(price.id).amount_minor, 1000);
    EXPECT_TRUE(redirects(client_.post(list, form("1100")), list));
    EXPECT_EQ(Price::objects.get_pk(price.id).amount_minor, 900);
    EXPECT_EQ(Price::objects.get_pk(more.id).amount_minor, 1100);
    EXPECT_TRUE(contains(client_.get(list), "2 prices were changed successfully."));
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

TEST_F(StaffTest, APhotoIsUploadedReplacedAndCleared) {
    const Product product = add_product({.name = "Quince Jelly"}, {jams_});
    const auto form_with = [&](tatum::testing::FormField field) {
        auto form = form_of("Quince Jelly", "quince-jelly");
        form.push_back(std::move(field));
        return form;
    };
    const auto photo = [&] { return Product::objects.get_pk(product.id).photo; };
    const auto shown = [&] { return client_.get("/product/quince-jelly/"); };
    EXPECT_TRUE(not_contains(shown(), "class=\"portrait\""));

    client_.post(page_of(product), form_with({"photo", png_upload("my quince.png")}));
    EXPECT_EQ(photo(), "product_photo/my_quince.png");
    EXPECT_TRUE(
        contains(shown(), "<img class=\"portrait\" src=\"/media/product_photo/my_quince.png\""));
    EXPECT_TRUE(contains(client_.get("/catalog/all-year/jams/"),
                         "src=\"/media/product_photo/my_quince.png\""));
    EXPECT_TRUE(contains(client_.get(page_of(product)),
                         "Currently: <a href=\"/media/product_photo/my_quince.png\">"));

    client_.post(page_of(product), form_with({"photo", png_upload("other.png")}));
    EXPECT_EQ(photo(), "product_photo/other.png");
    // Another upload of that name, for another product.
    const Product second = add_product({.name = "Plum Jam"}, {jams_});
    auto plum = form_of("Plum Jam", "plum-jam");
    plum.emplace_back("photo", png_upload("other.png"));
    client_.post(page_of(second), plum);
    const std::string name = Product::objects.get_pk(second.id).photo;
    EXPECT_TRUE(name.starts_with("product_photo/other_") && name.ends_with(".png")) << name;

    client_.post(page_of(product), form_with({"photo-clear", "on"}));
    EXPECT_EQ(photo(), "");
    EXPECT_TRUE(not_contains(shown(), "class=\"portrait\""));
}

TEST_F(StaffTest, OnlyPicturesWithNamesThatFitArePhotos) {
    const Product product = add_product({.name = "Quince Jelly"}, {jams_});
    const auto answer_to = [&](UploadedFile upload) {
        auto form = form_of("Quince Jelly", "quince-jelly");
        form.emplace_back("photo", std::move(upload));
        return client_.post(page_of(product), form);
    };
    EXPECT_TRUE(contains(answer_to({"words.png", "only words"}), "Upload a valid image."));
    EXPECT_TRUE(contains(answer_to({"a.svg", "<svg/>"}), "Upload a valid image."));
    EXPECT_TRUE(
        contains(answer_to(png_upload(std::string(200, 'x') + ".png")), "at most 200 characters"));
    EXPECT_EQ(Product::objects.get_pk(product.id).photo, "");
    // The name fits by itself, but not behind the folder.
    EXPECT_TRUE(redirects(answer_to(png_upload(std::string(195, 'x') + ".png")),
                          "/admin/products/product/"));
    EXPECT_EQ(Product::objects.get_pk(product.id).photo.size(), 200u);
}

TEST_F(StaffTest, FurtherPhotosAreUploadedBesideTheProduct) {
    const Product product = add_product({.name = "Quince Jelly"}, {jams_});
    auto form = form_of("Quince Jelly", "quince-jelly");
    std::erase_if(form, [](const auto& field) { return field.name == "photos-TOTAL_FORMS"; });
    form.emplace_back("photos-TOTAL_FORMS", "2");
    for (const auto* index : {"0", "1"}) {
        const std::string prefix = std::string("photos-") + index + "-";
        form.emplace_back(prefix + "image", png_upload("close.png"));
        form.emplace_back(prefix + "alt", "Closer");
        form.emplace_back(prefix + "position", index);
    }
    const auto response = client_.post(page_of(product), form);
    EXPECT_TRUE(redirects(response, "/admin/products/product/")) << response.content();
    const auto photos = ProductPhoto::objects.order_by("position");
    ASSERT_EQ(photos.count(), 2);
    EXPECT_EQ(photos.first()->image, "product_photo/close.png");
    EXPECT_EQ(photos.first()->url(), "/media/product_photo/close.png");
    EXPECT_NE(photos.last()->image, photos.first()->image);
    EXPECT_TRUE(
        contains(client_.get("/product/quince-jelly/"), "href=\"/media/product_photo/close.png\""));
}

}  // namespace products
