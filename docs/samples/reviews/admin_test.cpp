#include "app.h"
#include "books/app.h"
#include "models.h"

#include <tatum/contrib/admin/app.h>
#include <tatum/contrib/auth/app.h>
#include <tatum/contrib/auth/models.h>
#include <tatum/contrib/auth/testing.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>

#include <gtest/gtest.h>

using namespace tatum;

namespace reviews {
namespace {

Site& staffed_site() {
    static Site site{tatum::testing::test_settings()};
    if (!site.is_ready()) {
        site.install(books::app, app, admin::app, auth::app, contenttypes::app, messages::app,
                     sessions::app);
    }
    return site;
}

TEST(ReviewsAdmin, ShowsReviewsWithTheirBook) {
    const tatum::testing::TestDatabase database(staffed_site());
    const auto emma = books::Book::objects.create({.title = "Emma", .slug = "emma"});
    Review::objects.create({.book = emma, .name = "Ann", .body = "So clever."});
    tatum::testing::Client client(staffed_site());
    auth::force_login(client, auth::User::objects.create_superuser("art"));

    EXPECT_TRUE(tatum::testing::contains(client.get("/admin/reviews/review/?q=emma"), "★★★★★"));
    const auto page = client.get("/admin/books/book/" + std::to_string(emma.id) + "/change/");
    EXPECT_TRUE(tatum::testing::contains(page, "So clever.</textarea>"));
}

TEST(ReviewsAdmin, IsOpenToWhomItsPermissionsAreGiven) {
    const tatum::testing::TestDatabase database(staffed_site());
    const auto rita = auth::User::objects.create_user("rita", {}, {}, {.is_staff = true});
    rita.user_permissions.add(
        auth::Permission::objects.get(F<&auth::Permission::codename> == "change_review"));
    tatum::testing::Client client(staffed_site());
    auth::force_login(client, rita);

    EXPECT_EQ(client.get("/admin/reviews/review/").status(), 200);
    EXPECT_EQ(client.get("/admin/reviews/review/add/").status(), 403);
    EXPECT_EQ(client.get("/admin/books/book/").status(), 403);
}

}  // namespace
}  // namespace reviews
