// The samples of docs/topics/auth.md.
#include "app.h"
#include "configuration.h"
#include "decorators.h"
#include "forms.h"
#include "login.h"
#include "testing.h"
#include "urls.h"
#include "views.h"

#include <tatum/base/settings.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>

#include <gtest/gtest.h>

namespace account_samples {

using namespace tatum;

// [views-begin]
Response profile(Request& request) {
    auth::User& user = auth::user(request);
    if (user.is_anonymous()) return auth::redirect_to_login(request);
    return Response("Hello, " + user.get_full_name());
}

Response ship(Request&, int number) { return Response("Sent off " + std::to_string(number)); }

struct Dashboard : auth::PermissionRequiredMixin<TemplateView> {
    Dashboard() {
        template_name = "dashboard.html";
        permission_required = {"shop.view_order"};
    }
};

const Urls urls = {
    path("accounts/", include(auth::urls)),  // login, logout, password_change
    path<"profile/">(profile, "profile"),
    path<"orders/<int:number>/ship/">(permission_required(ship, "shop.ship_order"), "ship"),
    path<"dashboard/">(Dashboard{}, "dashboard"),
};
// [views-end]

// [backend-begin]
struct EmailBackend : auth::ModelBackend {
    std::string_view name() const override { return "shop.auth.EmailBackend"; }
    std::optional<auth::User> authenticate(http::Request*,
                                           const auth::Credentials& credentials) const override {
        const Value email = credentials.get("email"), password = credentials.get("password");
        if (!email.is_string() || !password.is_string()) return std::nullopt;
        auto user = auth::User::objects.filter(F<&auth::User::email>.iexact(email.str())).first();
        if (!user) {
            auth::spend_time_on(password.as_string());  // as long as for a user that there is
            return std::nullopt;
        }
        if (!user->check_password(password.as_string())) return std::nullopt;
        return user_can_authenticate(*user) ? user : std::nullopt;
    }
};

void configure(Site& site) {
    auth::configure(
        site, {.backends = {shared<const EmailBackend>(), shared<const auth::ModelBackend>()}});
    auth::signals(site).user_login_failed.connect(
        [](const auth::Credentials& given, http::Request* request) {
            // Count given.get("username") and request->remote_address() here.
            static_cast<void>(given), static_cast<void>(request);
        });
}
// [backend-end]

// [form-begin]
struct StaffLoginForm : Form<StaffLoginForm, auth::AuthenticationForm> {
    using Form::Form;
    static void define(FormDefinition<StaffLoginForm>&) {}
    void confirm_login_allowed(const auth::User& somebody) override {
        auth::AuthenticationForm::confirm_login_allowed(somebody);
        if (!somebody.is_staff) throw ValidationError("This door is for staff.", "no_staff");
    }
};

const Urls staff_urls = {
    path<"staff/login/">(
        auth::LoginView{{.next_page = "/staff/",
                         .authentication_form =
                             [](Request& request) { return owned<StaffLoginForm>(request); }}},
        "staff_login"),
};
// [form-end]

TEST(AuthSamples, DoWhatTheTopicSays) {
    Settings settings = tatum::testing::test_settings();
    settings.password_hashers = {"md5"};
    Site site(settings);
    configure(site);
    site.install(contenttypes::app, sessions::app, auth::app);
    site.urls(Urls{path("", include(urls)), path("", include(staff_urls))});
    const tatum::testing::TestDatabase database(site);
    auth::User ann = auth::User::objects.create_user("ann", "ann@example.com", "s3cret-word",
                                                     {.first_name = "Ann"});
    tatum::testing::Client client(site);
    // [testing-begin]
    EXPECT_EQ(client.get("/profile/").status(), 302);
    auth::force_login(client, ann);
    EXPECT_EQ(client.get("/profile/").content(), "Hello, Ann");
    auth::logout(client);
    // [testing-end]
    EXPECT_TRUE(
        auth::authenticate(nullptr, {{"email", "Ann@Example.com"}, {"password", "s3cret-word"}}));
    const tatum::testing::Form form{{"username", "ann"}, {"password", "s3cret-word"}};
    EXPECT_TRUE(client.post("/staff/login/", form).contains("This door is for staff."));
    ann.is_staff = true;
    ann.save();
    EXPECT_EQ(client.post("/staff/login/", form).header("Location"), "/staff/");
    EXPECT_EQ(client.get("/orders/3/ship/").status(), 302);
    EXPECT_EQ(client.get("/dashboard/").status(), 403);
}

}  // namespace account_samples
