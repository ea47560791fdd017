#include "app.h"
#include "models.h"

#include <tatum/site/site.h>
#include <tatum/testing/testing.h>

#include <gtest/gtest.h>

using namespace tatum;

namespace books {
namespace {

Site& test_site() {
    static Site site{tatum::testing::test_settings()};
    if (!site.is_ready()) site.install(app);
    return site;
}

TEST(Books, AreListedWithLinks) {
    const tatum::testing::TestDatabase database(test_site());
    Book::objects.create({.title = "Emma", .slug = "emma", .author = "Jane Austen", .year = 1815});
    tatum::testing::Client client(test_site());
    EXPECT_TRUE(
        tatum::testing::contains(client.get("/books/"), "<a href=\"/books/emma/\">Emma</a>"));
    EXPECT_TRUE(tatum::testing::contains(client.get("/books/emma/"), "Jane Austen, 1815"));
    EXPECT_EQ(client.get("/books/persuasion/").status(), 404);
}

TEST(Books, NeedOneQueryForTheList) {
    const tatum::testing::TestDatabase database(test_site());
    tatum::testing::Client client(test_site());
    tatum::testing::assert_num_queries(1, [&] { client.get("/books/"); });
}

}  // namespace
}  // namespace books
