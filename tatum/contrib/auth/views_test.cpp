#include "views.h"

#include "app.h"
#include "auth_test.h"
#include "decorators.h"
#include "forms.h"
#include "middleware.h"
#include "passwords.h"
#include "urls.h"

#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/forms/errors.h>
#include <tatum/urls/path.h>

#include <gmock/gmock.h>

namespace tatum::auth {

using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
namespace {

class ViewsTest : public AuthTest {};

TEST_F(ViewsTest, LoginPageIsAFormThatNobodyKeeps) {
    const auto response = client_.get("/accounts/login/?next=/members/");
    EXPECT_EQ(response.status(), 200);
    EXPECT_THAT(response.templates(), ElementsAre("registration/login.html"));
    EXPECT_THAT(response.content(),
                HasSubstr("<input type=\"text\" name=\"username\" autofocus "
                          "autocapitalize=\"none\" autocomplete=\"username\" maxlength=\"150\" "
                          "required id=\"id_username\">"));
    EXPECT_THAT(response.content(),
                HasSubstr("<input type=\"password\" name=\"password\" "
                          "autocomplete=\"current-password\" required id=\"id_password\">"));
    EXPECT_THAT(response.content(), HasSubstr("name=\"next\" value=\"/members/\""));
    EXPECT_THAT(response.header("Cache-Control"), HasSubstr("no-store"));
    EXPECT_EQ(response.context("site_name"), Value("testserver"));
}

TEST_F(ViewsTest, LoginGoesOnToNextOrToTheSetting) {
    make_user();
    EXPECT_EQ(post_login("ann", "s3cret-word").header("Location"), "/home/");
    EXPECT_EQ(post_login("ann", "s3cret-word", "/accounts/login/?next=/members/%3Fa%3D1")
                  .header("Location"),
              "/members/?a=1");
}

TEST_F(ViewsTest, AWrongPasswordAndAnUnknownNameLookTheSame) {
    make_user();
    make_user("idle", {.is_active = false});
    const std::string wrong = post_login("ann", "nope").content();
    EXPECT_THAT(wrong, HasSubstr("Please enter a correct username and password. Note that both "
                                 "fields may be case-sensitive."));
    EXPECT_THAT(wrong, Not(HasSubstr("nope"))) << "the password is not shown again";
    for (const char* name : {"bob", "idle"}) {
        const auto response = post_login(name, "s3cret-word");
        EXPECT_EQ(response.status(), 200);
        EXPECT_THAT(response.content(), HasSubstr("Please enter a correct username"));
        EXPECT_FALSE(response.has_header("Location"));
    }
    EXPECT_EQ(who(), "AnonymousUser");
}

TEST_F(ViewsTest, LoginRefusesZeroBytesAndEmptyFields) {
    make_user();
    EXPECT_THAT(post_login("ann", std::string("a\0b", 3)).content(),
                HasSubstr("Null characters are not allowed."));
    EXPECT_THAT(post_login("", "").content(), HasSubstr("This field is required."));
}

// Django's url_has_allowed_host_and_scheme() decides; what it says of more addresses is in
// next_cases.inc, made by running it.
TEST_F(ViewsTest, LoginFollowsNoAddressOfAnotherHost) {
    make_user();
    struct Case {
        std::string_view url;
        bool http, https;
    };
    const Case cases[] = {
#include "next_cases.inc"
    };
    for (const Case& c : cases) {
        for (const bool secure : {false, true}) {
            RequestOptions options;
            options.secure = secure;
            const auto response = client_.post(
                "/accounts/login/",
                {{"username", "ann"}, {"password", "s3cret-word"}, {"next", std::string(c.url)}},
                options);
            ASSERT_EQ(response.status(), 302) << c.url;
            const bool followed = response.header("Location") != "/home/";
            EXPECT_EQ(followed, secure ? c.https : c.http) << secure << ' ' << c.url;
        }
    }
}

TEST_F(ViewsTest, RedirectAuthenticatedUserSendsOn) {
    static const urls::Urls all = {
        urls::path<"login/">(LoginView{{.redirect_authenticated_user = true}}, "login"),
        urls::path<"home/">(hello, "home")};
    site::Site site(settings());
    site.install(contenttypes::app, sessions::app, auth::app);
    site.urls(all);
    const TestDatabase database(site);
    Client client(site, {.raise_request_exception = true});
    EXPECT_EQ(client.get("/login/").status(), 200);
    force_login(client, User::objects.create_user("ann"));
    EXPECT_EQ(client.get("/login/").header("Location"), "/home/");
    EXPECT_THROW(client.get("/login/?next=/login/"), ValueError) << "a circle";
}

TEST_F(ViewsTest, LogoutIsForPostOnly) {
    force_login(client_, make_user());
    EXPECT_EQ(client_.get("/accounts/logout/").status(), 405);
    EXPECT_EQ(who(), "ann");
    EXPECT_EQ(client_.post("/accounts/logout/", {{"next", "/home/"}}).header("Location"), "/home/");
    EXPECT_EQ(who(), "AnonymousUser");
    EXPECT_EQ(client_.post("/accounts/logout/", {{"next", "https://evil.example/"}}).status(), 200);
    const OverrideSettings elsewhere(*site_, [](Settings& s) { s.logout_redirect_url = "home"; });
    EXPECT_EQ(client_.post("/accounts/logout/").header("Location"), "/home/");
}

TEST_F(ViewsTest, PasswordChangeKeepsThisSessionAndEndsOthers) {
    User ann = make_user();
    force_login(client_, ann);
    Client elsewhere(*site_);
    force_login(elsewhere, ann);
    const auto page = client_.get("/accounts/password_change/");
    EXPECT_THAT(page.content(), HasSubstr("Old password"));
    EXPECT_THAT(page.content(), HasSubstr("Your password must contain at least 8 characters."));
    const auto response =
        client_.post("/accounts/password_change/", {{"old_password", "s3cret-word"},
                                                    {"new_password1", "korb-19-tuesday"},
                                                    {"new_password2", "korb-19-tuesday"}});
    EXPECT_EQ(response.header("Location"), "/accounts/password_change/done/");
    EXPECT_THAT(client_.get("/accounts/password_change/done/").content(),
                HasSubstr("Your password was changed."));
    EXPECT_EQ(who(), "ann");
    EXPECT_EQ(elsewhere.get("/members/").status(), 302);
    EXPECT_TRUE(User::objects.get_pk(ann.id).check_password("korb-19-tuesday"));
}

TEST_F(ViewsTest, PasswordChangeSaysWhatIsWrong) {
    force_login(client_, make_user());
    const auto sent = [&](std::string_view old, std::string_view one, std::string_view two) {
        return client_
            .post("/accounts/password_change/", {{"old_password", std::string(old)},
                                                 {"new_password1", std::string(one)},
                                                 {"new_password2", std::string(two)}})
            .content();
    };
    EXPECT_THAT(sent("wrong", "korb-19-tuesday", "korb-19-tuesday"),
                HasSubstr("Your old password was entered incorrectly. Please enter it again."));
    EXPECT_THAT(sent("s3cret-word", "korb-19-tuesday", "korb-19"),
                HasSubstr("The two password fields didn’t match."));
    EXPECT_THAT(sent("s3cret-word", "12345", "12345"),
                HasSubstr("This password is too short. It must contain at least 8 characters."));
    EXPECT_TRUE(User::objects.get().check_password("s3cret-word"));
}

TEST_F(ViewsTest, PasswordChangeIsForUsers) {
    EXPECT_EQ(client_.get("/accounts/password_change/").header("Location"),
              "/accounts/login/?next=/accounts/password_change/");
    EXPECT_EQ(client_.get("/accounts/password_change/done/").status(), 302);
}

// --- decorators

TEST_F(ViewsTest, LoginRequiredSendsToTheLoginPageAndBack) {
    EXPECT_EQ(client_.get("/members/?q=a b&x=1").header("Location"),
              "/accounts/login/?next=/members/%3Fq%3Da%2520b%26x%3D1");
    force_login(client_, make_user());
    EXPECT_EQ(client_.get("/members/").content(), "hello");
}

TEST_F(ViewsTest, LoginUrlMayBeAViewOrAnotherHost) {
    const OverrideSettings named(*site_, [](Settings& s) { s.login_url = "login"; });
    EXPECT_EQ(client_.get("/members/").header("Location"), "/accounts/login/?next=/members/");
    const OverrideSettings far(
        *site_, [](Settings& s) { s.login_url = "https://sso.example/in?app=shop#top"; });
    EXPECT_EQ(client_.get("/members/").header("Location"),
              "https://sso.example/in?app=shop&next=http%3A//testserver/members/#top");
}

TEST_F(ViewsTest, PermissionRequiredAsksForPermissions) {
    EXPECT_EQ(client_.get("/orders/").header("Location"), "/accounts/login/?next=/orders/");
    EXPECT_EQ(client_.get("/secret/").status(), 403);
    User ann = make_user();
    force_login(client_, ann);
    EXPECT_EQ(client_.get("/orders/").status(), 302);
    EXPECT_EQ(client_.get("/secret/").status(), 403);
    ann.user_permissions.add(permission("ship_order"));
    EXPECT_EQ(client_.get("/orders/").status(), 200);
    EXPECT_EQ(client_.get("/secret/").status(), 200);
}

TEST_F(ViewsTest, UserPassesTestAsksAFunction) {
    force_login(client_, make_user());
    EXPECT_EQ(client_.get("/staff/").status(), 302);
    force_login(client_, make_user("boss", {.is_staff = true}));
    EXPECT_EQ(client_.get("/staff/").status(), 200);
}

struct Members : LoginRequiredMixin<TemplateView> {
    Members() { template_name = "registration/password_change_done.html"; }
};
struct Shippers : PermissionRequiredMixin<TemplateView> {
    Shippers() {
        template_name = "registration/password_change_done.html";
        permission_required = {"shop.ship_order"};
    }
};

TEST(AuthMixins, GuardGenericViewsAndTheWholeSite) {
    static const urls::Urls all = {
        urls::path<"members/">(Members{}, "members"), urls::path<"ship/">(Shippers{}, "ship"),
        urls::path<"open/">(login_not_required(hello), "open"),
        urls::path<"closed/">(hello, "closed"), urls::path("accounts/", urls::include(auth::urls))};
    Settings settings = test_settings();
    settings.password_hashers = {"md5"};
    site::Site site(settings);
    static const App gate{.label = "gate", .middleware = {[](const site::Site&) {
                                               return Shared<const middleware::Middleware>(
                                                   shared<const LoginRequiredMiddleware>());
                                           }}};
    site.install(contenttypes::app, sessions::app, auth::app, gate);
    site.urls(all);
    const TestDatabase database(site);
    Client client(site);
    EXPECT_EQ(client.get("/members/").header("Location"), "/accounts/login/?next=/members/");
    EXPECT_EQ(client.get("/closed/").header("Location"), "/accounts/login/?next=/closed/");
    EXPECT_EQ(client.get("/open/").status(), 200);
    EXPECT_EQ(client.get("/accounts/login/").status(), 200);
    EXPECT_EQ(client.get("/nowhere/").status(), 404);
    force_login(client, User::objects.create_user("ann"));
    EXPECT_EQ(client.get("/members/").status(), 200);
    EXPECT_EQ(client.get("/closed/").status(), 200);
    EXPECT_EQ(client.get("/ship/").status(), 403) << "who is logged in is not sent to log in";
}

// --- forms

class FormsTest : public AuthTest {
protected:
    static std::string codes(BaseForm& form) {
        std::string text;
        for (const auto& [field, error] : form.errors()) {
            for (const auto& fault : error) {
                text += std::string(field) + ":" + fault.code + " ";
            }
        }
        return text;
    }
};

TEST_F(FormsTest, UserCreationMakesAUserWhoCanLogIn) {
    const QueryDict data{
        {"username", "ﬀann"}, {"password1", "korb-19-tuesday"}, {"password2", "korb-19-tuesday"}};
    UserCreationForm form{forms::FormArguments(data)};
    ASSERT_TRUE(form.is_valid()) << codes(form);
    EXPECT_TRUE(form.save().is_authenticated());
    EXPECT_TRUE(authenticate(nullptr, {{"username", "ffann"}, {"password", "korb-19-tuesday"}}));
}

TEST_F(FormsTest, UserCreationRefuses) {
    make_user("ann");
    const auto refused = [&](std::string_view name, std::string_view one, std::string_view two) {
        const QueryDict data{{"username", name}, {"password1", one}, {"password2", two}};
        UserCreationForm form{forms::FormArguments(data)};
        return codes(form);
    };
    EXPECT_EQ(refused("ANN", "korb-19-tuesday", "korb-19-tuesday"), "username:unique ");
    EXPECT_EQ(refused("a b", "korb-19-tuesday", "korb-19-tuesday"), "username:invalid ");
    EXPECT_EQ(refused("bob", "korb-19-tuesday", "korb-19"), "password2:password_mismatch ");
    EXPECT_EQ(refused("korb19", "korb19-x", "korb19-x"), "password2:password_too_similar ");
    EXPECT_EQ(refused("bob", "", ""), "password1:required password2:required ");
}

TEST_F(FormsTest, AdminsMayMakeUsersWithoutPassword) {
    const QueryDict data{{"username", "bot"}, {"usable_password", "false"}};
    AdminUserCreationForm form{forms::FormArguments(data)};
    ASSERT_TRUE(form.is_valid()) << codes(form);
    EXPECT_FALSE(form.save().has_usable_password());
    const QueryDict missing{{"username", "bob"}, {"usable_password", "true"}};
    AdminUserCreationForm wrong{forms::FormArguments(missing)};
    EXPECT_EQ(codes(wrong), "password1:required password2:required ");
}

TEST_F(FormsTest, AdminsSetPasswordsOrTakeThemAway) {
    User ann = make_user();
    const QueryDict data{{"password1", "korb-19-tuesday"},
                         {"password2", "korb-19-tuesday"},
                         {"usable_password", "true"}};
    AdminPasswordChangeForm form(ann, forms::FormArguments(data));
    ASSERT_TRUE(form.is_valid()) << codes(form);
    form.save();
    EXPECT_TRUE(User::objects.get_pk(ann.id).check_password("korb-19-tuesday"));
    EXPECT_THAT(form.changed_fields(), ElementsAre("password"));
    const QueryDict off{{"usable_password", "false"}};
    AdminPasswordChangeForm switching(ann, forms::FormArguments(off));
    ASSERT_TRUE(switching.is_valid());
    switching.save();
    EXPECT_FALSE(User::objects.get_pk(ann.id).has_usable_password());
}

TEST_F(FormsTest, HashesAreShownMasked) {
    ReadOnlyPasswordHashWidget widget;
    const std::string usable =
        widget.render("password", "md5$saltsalt$0123456789abcdef0123456789abcdef");
    EXPECT_THAT(usable, HasSubstr("<strong>algorithm</strong>: <bdi>md5</bdi>"));
    EXPECT_THAT(usable, Not(HasSubstr("saltsalt")));
    EXPECT_THAT(usable, HasSubstr("Reset password"));
    EXPECT_THAT(widget.render("password", "!x"), HasSubstr("No password set."));
    EXPECT_THAT(widget.render("password", "md9$<b>"), HasSubstr("Invalid password format"));
}

}  // namespace
}  // namespace tatum::auth
