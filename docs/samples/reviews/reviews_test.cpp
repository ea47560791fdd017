#include "app.h"
#include "books/app.h"
#include "models.h"

#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>

#include <gtest/gtest.h>

using namespace tatum;
using books::Book;
using tatum::testing::contains;

namespace reviews {
namespace {

Site& test_site() {
    static Site site{tatum::testing::test_settings()};
    if (!site.is_ready()) site.install(books::app, app, sessions::app, messages::app);
    return site;
}

/// A book without reviews, gone after each test.
class ReviewsTest : public ::testing::Test {
protected:
    ReviewsTest() : database_(test_site()) {
        Book::objects.create(
            {.title = "Emma", .slug = "emma", .author = "Jane Austen", .year = 1815});
    }

    tatum::testing::TestDatabase database_;
    tatum::testing::Client client_{test_site()};
};

TEST_F(ReviewsTest, AreKeptAndShown) {
    const auto page =
        client_.post("/reviews/emma/", {{"name", "Ann"}, {"stars", "4"}, {"body", "So clever."}},
                     {.follow = true});
    EXPECT_TRUE(tatum::testing::redirects(page, "/reviews/emma/"));
    EXPECT_TRUE(contains(page, "Thank you, Ann!"));
    EXPECT_TRUE(contains(page, "<h2>★★★★ by Ann</h2>"));
}

TEST_F(ReviewsTest, ComeBackWithTheirFaults) {
    const auto page = client_.post(
        "/reviews/emma/", {{"name", ""}, {"stars", "5"}, {"body", "Buy at https://example.com"}});
    EXPECT_TRUE(contains(page, "This field is required."));
    EXPECT_TRUE(contains(page, "No links, please."));
    EXPECT_TRUE(contains(page, "Buy at https://example.com</textarea>"));
    EXPECT_FALSE(Review::objects.exists());
}

TEST_F(ReviewsTest, AreNotTakenFromOtherSites) {
    tatum::testing::Client stranger(test_site(), {.enforce_csrf_checks = true});
    const auto page =
        stranger.post("/reviews/emma/", {{"name", "Bob"}, {"stars", "1"}, {"body", "Bad."}});
    EXPECT_EQ(page.status(), 403);
    EXPECT_FALSE(Review::objects.exists());
}

}  // namespace
}  // namespace reviews
