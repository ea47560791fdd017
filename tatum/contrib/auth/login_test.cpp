#include "app.h"
#include "auth_test.h"
#include "configuration.h"
#include "context_processors.h"
#include "middleware.h"
#include "passwords.h"
#include "urls.h"

#include <tatum/base/passwords.h>
#include <tatum/base/signing.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/contrib/sessions/testing.h>
#include <tatum/db/database.h>
#include <tatum/template/engine.h>
#include <tatum/urls/path.h>
#include <tatum/views/csrf.h>

#include <gmock/gmock.h>

#include <ctime>
#include <functional>

namespace tatum::auth {

using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace {

class LoginTest : public AuthTest {
protected:
    /// The session of the client as the table has it.
    Dict session_data() {
        const SiteScope scope(*site_);
        return sessions::open_session(*site_, session_key()).items();
    }
};

// --- request.user

TEST_F(LoginTest, ARequestThatAsksForNobodyCostsNoQuery) {
    force_login(client_, make_user());
    const auto response = ask([](http::Request&) { return http::Response("x"); });
    EXPECT_THAT(response.queries(), IsEmpty());
}

TEST_F(LoginTest, TheUserIsReadOnceAndWithTheSession) {
    force_login(client_, make_user());
    const auto response = ask([](http::Request& request) {
        return http::Response(user(request).username + user(request).email);
    });
    EXPECT_EQ(response.content(), "annann@example.com");
    EXPECT_EQ(response.queries().size(), 2u);
}

TEST_F(LoginTest, AVisitorWithoutCookieIsNobodyWithoutAQuery) {
    const auto response = ask([](http::Request& request) {
        return http::Response(user(request).str() + (user(request).is_active ? "!" : ""));
    });
    EXPECT_EQ(response.content(), "AnonymousUser");
    EXPECT_THAT(response.queries(), IsEmpty());
}

TEST_F(LoginTest, TemplatesSeeTheUserWhenTheyAsk) {
    User ann = make_user("ann", {.first_name = "Ann", .last_name = "Lee"});
    ann.user_permissions.add(permission("ship_order"));
    force_login(client_, ann);
    const auto shown = [&](std::string_view text) {
        return ask([&](http::Request& request) {
            std::string out;
            const auto& engine = site_->templates();
            engine.render(*engine.from_string(text), {}, to_value(request), out);
            return http::Response(out);
        });
    };
    EXPECT_EQ(shown("{{ user }} {{ user.get_full_name }} {{ user.is_authenticated }}").content(),
              "ann Ann Lee True");
    EXPECT_EQ(shown("{% if perms.shop.ship_order %}a{% endif %}{% if perms.shop.add_order %}b"
                    "{% endif %}{% if perms.shop %}c{% endif %}{% if perms.auth %}d{% endif %}")
                  .content(),
              "ac");
    EXPECT_EQ(shown("{% if 'shop.ship_order' in perms %}a{% endif %}{% if 'shop' in perms %}b"
                    "{% endif %}{% if 'shop.add_order' in perms %}c{% endif %}")
                  .content(),
              "ab");
    EXPECT_EQ(shown("{% if perms.shop.ship_order %}a{% endif %}{% if perms.shop.add_order %}b"
                    "{% endif %}{% if perms.auth %}c{% endif %}")
                  .queries()
                  .size(),
              4u)
        << "the session, the user, and permissions once";
    EXPECT_THAT(shown("nothing").queries(), IsEmpty());
    EXPECT_EQ(shown("{{ user.username }}{{ user.email }}").queries().size(), 2u);
}

// --- authenticate() and login()

TEST_F(LoginTest, AuthenticateTellsNobodyWhy) {
    make_user();
    make_user("idle", {.is_active = false});
    EXPECT_TRUE(authenticate(nullptr, {{"username", "ann"}, {"password", "s3cret-word"}}));
    EXPECT_FALSE(authenticate(nullptr, {{"username", "ann"}, {"password", "wrong"}}));
    EXPECT_FALSE(authenticate(nullptr, {{"username", "Ann"}, {"password", "s3cret-word"}}));
    EXPECT_FALSE(authenticate(nullptr, {{"username", "bob"}, {"password", "s3cret-word"}}));
    EXPECT_FALSE(authenticate(nullptr, {{"username", "idle"}, {"password", "s3cret-word"}}));
    EXPECT_FALSE(authenticate(
        nullptr, {{"username", std::string_view("ann\0", 4)}, {"password", "s3cret-word"}}));
    EXPECT_FALSE(authenticate(nullptr, {{"username", "ann"}}));
    EXPECT_FALSE(authenticate(nullptr, {{"token", "ann"}}));
}

/// Processor time that `work` takes, so that a busy machine does not matter.
double seconds_of(const std::function<void()>& work) {
    const auto at = [] {
        timespec spent{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
        return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
    };
    const double before = at();
    work();
    return at() - before;
}

TEST(AuthTiming, AnUnknownNameCostsAsMuchAsAWrongPassword) {
    site::Site site(test_settings());
    configure(site, {.password_policy = passwords::Policy{.algorithms = {"pbkdf2_sha256"},
                                                          .pbkdf2_iterations = 50'000}});
    site.install(contenttypes::app, sessions::app, auth::app);
    const TestDatabase database(site);
    User::objects.create_user("ann", "", "s3cret-word");
    User::objects.create_user("bot");
    User old = User::objects.create_user("old");
    old.password =
        passwords::make_password("x", {.algorithms = {"pbkdf2_sha256"}, .pbkdf2_iterations = 1000})
            .value();
    old.save();
    const auto cost = [](std::string_view name, std::string_view password) {
        return seconds_of([&] {
            EXPECT_FALSE(authenticate(nullptr, {{"username", name}, {"password", password}}));
        });
    };
    // One hash more or less would be a factor of a hundred; a crowded processor is one of two.
    const auto alike = [](double ratio) { return ratio > 0.2 && ratio < 5; };
    const double wrong = cost("ann", "nope");
    EXPECT_TRUE(alike(cost("nobody", "nope") / wrong));
    EXPECT_TRUE(alike(cost("bot", "nope") / wrong)) << "no usable password";
    EXPECT_TRUE(alike(cost("old", "nope") / wrong)) << "a hash of lower cost";
    const std::string huge(1u << 20, 'x');
    EXPECT_TRUE(alike(cost("ann", huge) / cost("nobody", huge)));
}

TEST_F(LoginTest, LoginKeepsTheSessionUnderAnotherKey) {
    make_user();
    ask([](http::Request& request) {
        session(request).set("cart", 7);
        return http::Response();
    });
    const std::string before = session_key();
    EXPECT_EQ(post_login("ann", "s3cret-word").status(), 302);
    EXPECT_NE(session_key(), before);
    EXPECT_EQ(session_data().get("cart"), Value(7));
    EXPECT_EQ(session_data().get("_auth_user_backend"),
              Value("django.contrib.auth.backends.ModelBackend"));
    EXPECT_EQ(session_data().get("_auth_user_id"),
              Value(std::to_string(User::objects.get_by_natural_key("ann").id)));
    const SiteScope scope(*site_);
    EXPECT_FALSE(sessions::open_session(*site_, before).has("cart")) << "the old key is dead";
    EXPECT_EQ(who(), "ann");
    EXPECT_TRUE(User::objects.get_by_natural_key("ann").last_login.has_value());
}

TEST_F(LoginTest, AnotherUsersLoginStartsAnEmptySession) {
    make_user();
    force_login(client_, make_user("bob"));
    ask([](http::Request& request) {
        session(request).set("cart", 7);
        return http::Response();
    });
    post_login("ann", "s3cret-word");
    EXPECT_EQ(who(), "ann");
    EXPECT_FALSE(session_data().contains("cart"));
}

TEST_F(LoginTest, LoginRotatesTheCsrfToken) {
    make_user();
    Client careful(*site_, {.enforce_csrf_checks = true});
    careful.get("/accounts/login/");
    const std::string token(*careful.cookies().find("csrftoken"));
    const auto response = careful.post(
        "/accounts/login/",
        {{"username", "ann"}, {"password", "s3cret-word"}, {"csrfmiddlewaretoken", token}});
    EXPECT_EQ(response.status(), 302);
    EXPECT_NE(*careful.cookies().find("csrftoken"), token);
    EXPECT_EQ(careful.post("/accounts/logout/", {{"csrfmiddlewaretoken", token}}).status(), 403);
}

TEST_F(LoginTest, LogoutEmptiesTheSession) {
    force_login(client_, make_user());
    const std::string key = session_key();
    const auto response = client_.post("/accounts/logout/");
    EXPECT_EQ(response.status(), 200);
    EXPECT_THAT(response.content(), HasSubstr("Logged out"));
    EXPECT_EQ(who(), "AnonymousUser");
    const SiteScope scope(*site_);
    EXPECT_FALSE(sessions::open_session(*site_, key).has("_auth_user_id"));
}

TEST_F(LoginTest, ANewPasswordEndsOtherSessions) {
    User ann = make_user();
    force_login(client_, ann);
    ann.set_password("another-word");
    ann.save();
    EXPECT_EQ(who(), "AnonymousUser");
    EXPECT_FALSE(session_data().contains("_auth_user_id"));
}

TEST_F(LoginTest, ASessionWithoutHashIsNobodys) {
    force_login(client_, make_user());
    auto session = sessions::client_session(client_);
    session.erase("_auth_user_hash");
    sessions::save(session, client_);
    EXPECT_EQ(who(), "AnonymousUser");
}

TEST_F(LoginTest, GarbageInASessionIsNobody) {
    const User ann = make_user();
    for (const Value& id : {Value("x"), Value(""), Value("1e3"), Value(List{}), Value(-1),
                            Value("99999999999999999999")}) {
        force_login(client_, ann);
        auto session = sessions::client_session(client_);
        session.set("_auth_user_id", id);
        sessions::save(session, client_);
        EXPECT_EQ(who(), "AnonymousUser") << id.repr();
    }
    force_login(client_, ann);
    auto session = sessions::client_session(client_);
    session.set("_auth_user_backend", "no.such.Backend");
    sessions::save(session, client_);
    EXPECT_EQ(who(), "AnonymousUser");
}

TEST_F(LoginTest, WhoIsSwitchedOffOrDeletedIsLoggedOut) {
    User ann = make_user();
    force_login(client_, ann);
    ann.is_active = false;
    ann.save();
    EXPECT_EQ(who(), "AnonymousUser");
    ann.is_active = true;
    ann.save();
    EXPECT_EQ(who(), "ann");
    ann.delete_();
    EXPECT_EQ(who(), "AnonymousUser");
}

TEST_F(LoginTest, AHashByAnOlderSecretIsRenewedUnderANewKey) {
    force_login(client_, make_user());
    const std::string key = session_key();
    const Value hash = session_data().get("_auth_user_hash");
    const std::string secret = site_->settings().secret_key;
    const OverrideSettings rotated(*site_, [&](Settings& s) {
        s.secret_key_fallbacks = {secret};
        s.secret_key = "a new secret of the site that nobody has seen before";
    });
    EXPECT_EQ(who(), "ann");
    EXPECT_NE(session_key(), key);
    EXPECT_NE(session_data().get("_auth_user_hash"), hash);
    EXPECT_EQ(who(), "ann");
}

// --- signals

TEST(AuthSignals, TellOfLoginsLogoutsAndFailuresWithoutSecrets) {
    site::Site site([] {
        Settings made = test_settings();
        made.password_hashers = {"md5"};
        return made;
    }());
    static const urls::Urls all = {urls::path("", urls::include(auth::urls))};
    site.install(contenttypes::app, sessions::app, auth::app);
    site.urls(all);
    std::vector<std::string> heard;
    signals(site).user_logged_in.connect(
        [&](http::Request&, User& user) { heard.push_back("in " + user.username); });
    signals(site).user_logged_out.connect([&](http::Request&, const User* user) {
        heard.push_back("out " + (user != nullptr ? user->username : "nobody"));
    });
    signals(site).user_login_failed.connect([&](const Credentials& given, http::Request* request) {
        heard.push_back("failed " + given.get("username").str() + " " +
                        given.get("password").str() + (request != nullptr ? " there" : ""));
    });
    const TestDatabase database(site);
    User::objects.create_user("ann", "", "pw");
    Client client(site);
    client.post("/login/", {{"username", "ann"}, {"password", "wrong"}});
    client.post("/login/", {{"username", "ann"}, {"password", "pw"}, {"next", "/"}});
    client.post("/logout/");
    client.post("/logout/");
    EXPECT_THAT(heard, ElementsAre("failed ann ******************** there", "in ann", "out ann",
                                   "out nobody"));
}

// --- backends of one's own

class TokenBackend final : public BaseBackend {
public:
    std::string_view name() const override { return "shop.auth.TokenBackend"; }
    std::optional<User> authenticate(http::Request*,
                                     const Credentials& credentials) const override {
        if (credentials.get("token") == Value("forbidden")) throw PermissionDenied("no");
        if (credentials.get("token") != Value("let-me-in")) return std::nullopt;
        return User::objects.get_by_natural_key("ann");
    }
    std::optional<User> get_user(std::int64_t id) const override {
        return User::objects.find(F<&User::id> == id);
    }
    bool has_perm(const User&, std::string_view permission, const Value& object) const override {
        if (permission == "shop.never") throw PermissionDenied("no");
        return permission == "shop.own" && object == Value(7);
    }
};

TEST(AuthBackends, OnesOwnStandBesideModelBackend) {
    site::Site site([] {
        Settings made = test_settings();
        made.password_hashers = {"md5"};
        return made;
    }());
    static const urls::Urls all = {urls::path<"run/">(run_current_view, "run")};
    configure(site, {.backends = {shared<const TokenBackend>(), shared<const ModelBackend>()}});
    site.install(contenttypes::app, sessions::app, auth::app);
    site.urls(all);
    const TestDatabase database(site);
    User ann = User::objects.create_user("ann", "", "pw");
    EXPECT_EQ(authenticate(nullptr, {{"token", "let-me-in"}})->backend, "shop.auth.TokenBackend");
    EXPECT_EQ(authenticate(nullptr, {{"username", "ann"}, {"password", "pw"}})->backend,
              "django.contrib.auth.backends.ModelBackend");
    EXPECT_FALSE(
        authenticate(nullptr, {{"token", "forbidden"}, {"username", "ann"}, {"password", "pw"}}));
    EXPECT_TRUE(ann.has_perm("shop.own", Value(7)));
    EXPECT_FALSE(ann.has_perm("shop.own", Value(8)));
    EXPECT_FALSE(ann.has_perm("shop.never"));
    EXPECT_THROW(User::objects.with_perm("shop.own"), ValueError);
    Client client(site);
    EXPECT_TRUE(login(client, {{"token", "let-me-in"}}));
    current_view() = [](http::Request& request) { return http::Response(user(request).backend); };
    EXPECT_EQ(client.get("/run/").content(), "shop.auth.TokenBackend");
    current_view() = [&](http::Request& request) {
        User fresh = User::objects.get_pk(ann.id);
        EXPECT_THROW(login(request, fresh), ValueError) << "which backend?";
        return http::Response();
    };
    client.get("/run/");
}

class RemoteTest : public ::testing::Test {
protected:
    RemoteTest() {
        site_.install(contenttypes::app, sessions::app, auth::app);
        static const urls::Urls all = {urls::path<"run/">(run_current_view, "run")};
        site_.urls(all);
        // Innermost, so that the request has its user.
        static const App gate{.label = "gate",
                              .middleware = {[](const site::Site&) {
                                  return Shared<const middleware::Middleware>(
                                      shared<const RemoteUserMiddleware>(RemoteUserOptions{}));
                              }}};
        site_.install(gate);
        database_ = std::make_unique<TestDatabase>(site_);
        current_view() = [](http::Request& request) { return http::Response(user(request).str()); };
    }
    static Settings settings() {
        Settings made = test_settings();
        EXPECT_TRUE(made.set("AUTHENTICATION_BACKENDS",
                             List{"django.contrib.auth.backends.RemoteUserBackend"}));
        return made;
    }
    std::string who(const char* name) {
        RequestOptions options;
        if (name != nullptr) options.headers = {{"X-Remote-User", name}};
        return client_.get("/run/", options).content();
    }

    site::Site site_{settings()};
    std::unique_ptr<TestDatabase> database_;
    Client client_{site_};
};

TEST_F(RemoteTest, LogsInWhomTheProxyNames) {
    EXPECT_EQ(who(nullptr), "AnonymousUser");
    EXPECT_EQ(who("ann"), "ann");
    EXPECT_EQ(who("ann"), "ann");
    EXPECT_EQ(User::objects.count(), 1);
    EXPECT_FALSE(User::objects.get().has_usable_password());
    EXPECT_EQ(who("bob"), "bob");
    EXPECT_EQ(User::objects.count(), 2);
    EXPECT_EQ(who(nullptr), "AnonymousUser") << "without the header the session ends";
}

// --- helpers for tests

TEST_F(LoginTest, TestClientsLogInAndOut) {
    make_user();
    EXPECT_FALSE(login(client_, "ann", "wrong"));
    EXPECT_EQ(who(), "AnonymousUser");
    EXPECT_TRUE(login(client_, "ann", "s3cret-word"));
    EXPECT_EQ(who(), "ann");
    logout(client_);
    EXPECT_EQ(who(), "AnonymousUser");
}

}  // namespace
}  // namespace tatum::auth
