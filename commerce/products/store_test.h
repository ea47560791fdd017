#pragma once

#include <commerce/products/app.h>
#include <commerce/products/models.h>
#include <tatum/base/text.h>
#include <tatum/db/transaction.h>
#include <tatum/db/validation.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/views/error_pages.h>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace products {

/// Expects that the tables refuse `change`, which runs so that its failure does not end the test's
/// transaction.
inline void expect_refused(const std::function<void()>& change) {
    EXPECT_THROW(transaction::atomic(change), IntegrityError);
}

/// The code of the first fault that `check` finds; empty for none.
inline std::string fault_of(const std::function<void()>& check) {
    try {
        check();
    } catch (const ValidationError& error) {
        return error.faults().front().code;
    }
    return {};
}

/// A small store for tests: a catalog "all-year" with a category "pantry" and in it "jams", and a
/// catalog "gifts" with "hampers". Everything is rolled back after each test.
class StoreTest : public ::testing::Test {
protected:
    // One site for all tests; it ends before the program does, since its database belongs to the
    // threads that use it.
    static void SetUpTestSuite() {
        Settings settings = tatum::testing::test_settings();
        settings.set("shop_currencies", List{"USD", "EUR"}).value();
        site_ = std::make_unique<site::Site>(std::move(settings));
        site_->install(app);
        site_->handlers({.handler400 = bad_request,
                         .handler403 = permission_denied,
                         .handler404 = page_not_found});
    }
    static void TearDownTestSuite() { site_.reset(); }

    void SetUp() override {
        for (const auto* code : {"USD", "EUR"}) {
            Currency::objects.create({.code = code, .name = code});
        }
        maker_ = Manufacturer::objects.create({.name = "Bell Bog Farm", .slug = "bell-bog-farm"});
        catalog_ = Catalog::objects.create({.name = "All Year", .slug = "all-year"});
        gifts_ = Catalog::objects.create({.name = "Gifts", .slug = "gifts", .position = 1});
        pantry_ = add_category("pantry", catalog_, {});
        jams_ = add_category("jams", catalog_, pantry_);
        hampers_ = add_category("hampers", gifts_, {});
    }

    static Category add_category(const std::string& slug, const Catalog& catalog,
                                 const ForeignKey<Category>& parent) {
        return Category::objects.create(
            {.catalog = catalog, .parent = parent, .name = slug, .slug = slug});
    }

    /// A product in `categories`, the first being its primary one, that costs `cents` in dollars
    /// and a cent less in euros.
    Product add_product(Product product, const std::vector<Category>& categories,
                        std::int64_t cents = 1000) const {
        if (product.slug.empty()) product.slug = slugify(product.name);
        product.sku = product.slug;
        product.manufacturer = maker_;
        product.save();
        for (std::size_t i = 0; i < categories.size(); ++i) {
            ProductCategory::objects.create(
                {.product = product, .category = categories[i], .is_primary = i == 0});
        }
        Price::objects.create({.product = product, .currency = "USD", .amount_minor = cents});
        Price::objects.create({.product = product, .currency = "EUR", .amount_minor = cents - 1});
        return product;
    }

    /// `count` jams: "Jam 01" the dearest, the last the cheapest.
    void add_jams(int count) const {
        for (int i = 1; i <= count; ++i) {
            const std::string number = (i < 10 ? "0" : "") + std::to_string(i);
            add_product({.name = "Jam " + number}, {jams_}, 10'000 - i * 100);
        }
    }

    /// The names on a list page, in order.
    std::vector<std::string> names(const std::string& address) {
        const auto response = client_.get(address);
        EXPECT_EQ(response.status(), 200) << address;
        std::vector<std::string> found;
        const auto items = response.context("object_list").items();
        for (const Value& item : items.value_or(List{})) {
            found.push_back(item.as_object().attribute(item.self(), "name")->str());
        }
        return found;
    }

    static inline std::unique_ptr<site::Site> site_;

    tatum::testing::TestDatabase database_{*site_};
    tatum::testing::Client client_{*site_};
    Manufacturer maker_;
    Catalog catalog_, gifts_;
    Category pantry_, jams_, hampers_;
};

}  // namespace products
