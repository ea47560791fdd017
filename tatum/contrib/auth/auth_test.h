#pragma once

#include <tatum/base/settings.h>
#include <tatum/contrib/auth/models.h>
#include <tatum/contrib/auth/permissions.h>
#include <tatum/contrib/auth/testing.h>
#include <tatum/site/site.h>
#include <tatum/testing/current_view.h>
#include <tatum/testing/testing.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace tatum::auth {

/// A model with a permission of its own. Its table is somebody else's, so that it needs no
/// migration.
struct Order : Model<Order> {
    std::string number;
    static void define(Definition<Order>& d);
};

inline http::Response hello(http::Request&) { return http::Response("hello"); }

/// A site with accounts, hashed by MD5 so that tests are quick.
class AuthTest : public ::testing::Test {
protected:
    static Settings settings();
    static const App& shop();
    static void SetUpTestSuite();
    static void TearDownTestSuite() { site_.reset(); }

    testing::TestResponse ask(testing::View view) {
        testing::current_view() = std::move(view);
        return client_.get("/run/");
    }
    User make_user(std::string_view name = "ann", User extra = {}) {
        return User::objects.create_user(name, std::string(name) + "@example.com", "s3cret-word",
                                         std::move(extra));
    }
    testing::TestResponse post_login(std::string_view name, std::string_view password,
                                     std::string_view target = "/accounts/login/") {
        return client_.post(target,
                            {{"username", std::string(name)}, {"password", std::string(password)}});
    }
    /// The name of the user whom the next request sees.
    std::string who();
    Permission permission(std::string_view codename) {
        return Permission::objects.get(F<&Permission::codename> == codename);
    }
    std::string session_key() { return std::string(client_.cookies().get("sessionid")); }

    static inline std::unique_ptr<site::Site> site_;
    testing::TestDatabase database_{*site_};
    testing::Client client_{*site_};
};

}  // namespace tatum::auth
