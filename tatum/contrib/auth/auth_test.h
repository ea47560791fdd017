#pragma once

#include "app.h"
#include "decorators.h"
#include "middleware.h"
#include "models.h"
#include "passwords.h"
#include "permissions.h"
#include "testing.h"
#include "urls.h"
#include "views.h"

#include <tatum/base/settings.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/contrib/sessions/testing.h>
#include <tatum/site/site.h>
#include <tatum/testing/current_view.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace tatum::auth {

using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A model with a permission of its own. Its table is somebody else's, so that it needs no
/// migration.
struct Order : Model<Order> {
    std::string number;
    static void define(Definition<Order>& d) {
        d.field<&Order::number>(max_length(20));
        d.permission("ship_order", "Can send an order off");
        d.verbose_name("customer order");
        d.not_managed();
    }
};

inline http::Response hello(http::Request&) { return http::Response("hello"); }

/// A site with accounts, hashed by MD5 so that tests are quick.
class AuthTest : public ::testing::Test {
protected:
    static Settings settings() {
        Settings made = test_settings();
        made.password_hashers = {"md5"};
        made.login_redirect_url = "/home/";
        return made;
    }
    static const urls::Urls& site_urls() {
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
    static const App& shop() {
        static const App made{.label = "shop", .models = models<Order>()};
        return made;
    }
    static void SetUpTestSuite() {
        site_ = std::make_unique<site::Site>(settings());
        site_->install(contenttypes::app, sessions::app, auth::app, shop());
        site_->urls(site_urls());
    }
    static void TearDownTestSuite() { site_.reset(); }

    TestResponse ask(testing::View view) {
        current_view() = std::move(view);
        return client_.get("/run/");
    }
    User make_user(std::string_view name = "ann", User extra = {}) {
        return User::objects.create_user(name, std::string(name) + "@example.com", "s3cret-word",
                                         std::move(extra));
    }
    TestResponse post_login(std::string_view name, std::string_view password,
                            std::string_view target = "/accounts/login/") {
        return client_.post(target,
                            {{"username", std::string(name)}, {"password", std::string(password)}});
    }
    /// The name of the user whom the next request sees.
    std::string who() {
        return ask([](http::Request& request) { return http::Response(user(request).str()); })
            .content();
    }
    Permission permission(std::string_view codename) {
        return Permission::objects.get(F<&Permission::codename> == codename);
    }
    std::string session_key() { return std::string(client_.cookies().get("sessionid")); }

    static std::unique_ptr<site::Site> site_;
    TestDatabase database_{*site_};
    Client client_{*site_};
};
inline std::unique_ptr<site::Site> AuthTest::site_;

}  // namespace tatum::auth
