// The code of docs/topics/sessions.md and docs/topics/messages.md.
#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/messages/messages.h>
#include <tatum/contrib/messages/testing.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/contrib/sessions/testing.h>
#include <tatum/http/response.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>
#include <tatum/views/shortcuts.h>

#include <gtest/gtest.h>

using namespace tatum;
using namespace tatum::testing;

namespace {

// [session-begin]
Response add_to_cart(Request& request, std::int64_t product) {
    List cart = session(request).get("cart", List()).as_list();
    cart.push_back(product);
    session(request).set("cart", cart);
    return redirect("/cart/");
}

Response cart(Request& request) { return Response(session(request).get("cart", List()).str()); }

Response forget_me(Request& request) {
    session(request).flush();
    return redirect("/cart/");
}
// [session-end]

// [message-begin]
Response pay(Request& request) {
    messages::success(request, "Thank you. Your order is on its way.");
    messages::warning(request, "Parcels take a day longer this week.", {.extra_tags = "shipping"});
    return redirect("/cart/");
}
// [message-end]

const Urls kUrls = {path<"add/<int:product>/">(add_to_cart, "add"), path<"cart/">(cart, "cart"),
                    path<"forget/">(forget_me, "forget"), path<"pay/">(pay, "pay")};

class VisitorsDocs : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        site_ = owned<site::Site>(test_settings());
        site_->install(sessions::app, messages::app);
        site_->urls(kUrls);
    }
    static void TearDownTestSuite() { site_.reset(); }

    static Owned<site::Site> site_;
    TestDatabase database_{*site_};
    Client client{*site_};
};
Owned<site::Site> VisitorsDocs::site_;

// [test-session-begin]
TEST_F(VisitorsDocs, ACartIsKept) {
    sessions::Session mine = sessions::client_session(client);
    mine.set("cart", List{7});
    sessions::save(mine, client);

    client.get("/add/9/");
    EXPECT_EQ(client.get("/cart/").content(), "[7, 9]");
}
// [test-session-end]

TEST_F(VisitorsDocs, ACartIsForgotten) {
    client.get("/add/9/");
    client.get("/forget/");
    EXPECT_EQ(client.get("/cart/").content(), "[]");
}

// [test-message-begin]
TEST_F(VisitorsDocs, PayingSaysThanks) {
    const auto found = messages::get_messages(client.get("/pay/"));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].text.str(), "Thank you. Your order is on its way.");
    EXPECT_EQ(found[1].tags(), "shipping warning");
}
// [test-message-end]

}  // namespace
