#include "app.h"
#include "auth_test.h"
#include "decorators.h"
#include "middleware.h"
#include "urls.h"

#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/urls/path.h>

namespace tatum::auth {

using namespace tatum::testing;

void Order::define(Definition<Order>& d) {
    d.field<&Order::number>(max_length(20));
    d.permission("ship_order", "Can send an order off");
    d.verbose_name("customer order");
    d.not_managed();
}

namespace {

const urls::Urls& site_urls() {
    static const urls::Urls all = {
        urls::path("accounts/", urls::include(auth::urls)),
        urls::path<"run/">(run_current_view, "run"),
        urls::path<"home/">(hello, "home"),
        urls::path<"members/">(login_required(hello), "members"),
        urls::path<"orders/">(permission_required(hello, "shop.ship_order"), "orders"),
        urls::path<"secret/">(
            permission_required(hello, "shop.ship_order", {.raise_exception = true}), "secret"),
        urls::path<"staff/">(user_passes_test(hello, [](const User& u) { return u.is_staff; }),
                             "staff"),
    };
    return all;
}

}  // namespace

Settings AuthTest::settings() {
    Settings made = test_settings();
    made.password_hashers = {"md5"};
    made.login_redirect_url = "/home/";
    return made;
}

const App& AuthTest::shop() {
    static const App made{.label = "shop", .models = models<Order>()};
    return made;
}

void AuthTest::SetUpTestSuite() {
    site_ = std::make_unique<site::Site>(settings());
    site_->install(contenttypes::app, sessions::app, auth::app, shop());
    site_->urls(site_urls());
}

std::string AuthTest::who() {
    return ask([](http::Request& request) { return http::Response(user(request).str()); })
        .content();
}

}  // namespace tatum::auth
