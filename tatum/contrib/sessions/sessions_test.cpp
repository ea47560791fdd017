#include "app.h"
#include "engine.h"
#include "models.h"
#include "session.h"
#include "testing.h"

#include <tatum/base/settings.h>
#include <tatum/base/signing.h>
#include <tatum/site/site.h>
#include <tatum/testing/current_view.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>
#include <tatum/views/csrf.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

using namespace tatum;
using namespace tatum::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace tatum::sessions {
namespace {

using testing::View;

const Urls kUrls = {path<"run/">(run_current_view, "run")};

class SessionsTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        site_ = std::make_unique<site::Site>(test_settings());
        site_->install(app);
        site_->urls(kUrls);
    }
    static void TearDownTestSuite() { site_.reset(); }

    TestResponse ask(const View& view) { return ask(client_, view); }
    static TestResponse ask(Client& client, const View& view) {
        current_view() = view;
        return client.get("/run/");
    }
    TestResponse set(std::string_view name, const Value& value) {
        return ask([&](Request& request) {
            session(request).set(name, value);
            return Response("set");
        });
    }
    /// The text of a value, as a later request finds it.
    std::string get(const char* name) {
        return ask([&](Request& request) { return Response(session(request).get(name).str()); })
            .content();
    }
    const http::Cookie* cookie_of(const TestResponse& response) {
        for (const auto& cookie : response.cookies()) {
            if (cookie.name == "sessionid") return &cookie;
        }
        return nullptr;
    }
    std::string key() { return std::string(client_.cookies().get("sessionid")); }
    static std::int64_t rows() { return models::Session::objects.count(); }

    static std::unique_ptr<site::Site> site_;
    TestDatabase database_{*site_};
    Client client_{*site_};
};
std::unique_ptr<site::Site> SessionsTest::site_;

TEST_F(SessionsTest, KeepsWhatARequestSets) {
    set("cart", Dict{{"sauce", 2}});
    EXPECT_EQ(get("cart"), "{'sauce': 2}");
    EXPECT_EQ(rows(), 1);
    EXPECT_THAT(key(), ::testing::MatchesRegex("[a-z0-9]{32}"));
}

TEST_F(SessionsTest, ARequestThatAsksForNothingCostsNoQueryAndNoCookie) {
    const auto plain = [](Request&) { return Response("plain"); };
    auto response = ask(plain);
    EXPECT_EQ(response.queries().size(), 0u);
    EXPECT_TRUE(response.cookies().empty());
    EXPECT_FALSE(response.has_header("Vary"));

    set("a", 1);
    response = ask(plain);
    EXPECT_EQ(response.queries().size(), 0u);
    EXPECT_TRUE(response.cookies().empty());
    EXPECT_FALSE(response.has_header("Vary"));
}

TEST_F(SessionsTest, ReadingIsOneQueryAndVariesByCookie) {
    set("a", 1);
    const auto response = ask([](Request& request) {
        return Response(session(request).get("a").str() + session(request).get("b").str());
    });
    EXPECT_EQ(response.content(), "1None");
    EXPECT_EQ(response.queries().size(), 1u);
    EXPECT_EQ(response.header("Vary"), "Cookie");
    EXPECT_EQ(cookie_of(response), nullptr);
}

TEST_F(SessionsTest, AskingOfAVisitorWithoutCookieIsNoQuery) {
    const auto response =
        ask([](Request& request) { return Response(session(request).get("a").str()); });
    EXPECT_EQ(response.queries().size(), 0u);
    EXPECT_EQ(response.header("Vary"), "Cookie");
    EXPECT_EQ(rows(), 0);
}

TEST_F(SessionsTest, TheCookieSaysWhatTheSettingsSay) {
    const auto plain = set("a", 1);
    const auto* cookie = cookie_of(plain);
    ASSERT_NE(cookie, nullptr);
    EXPECT_EQ(cookie->max_age_seconds, 1'209'600);
    EXPECT_TRUE(cookie->httponly);
    EXPECT_FALSE(cookie->secure);
    EXPECT_EQ(cookie->samesite, http::SameSite::Lax);
    EXPECT_EQ(cookie->path, "/");

    const OverrideSettings other(*site_, [](Settings& s) {
        s.session_cookie_secure = true;
        s.session_cookie_httponly = false;
        s.session_cookie_samesite = "Strict";
        s.session_cookie_domain = "example.com";
        s.session_cookie_path = "/shop/";
        s.session_expire_at_browser_close = true;
        s.session_cookie_name = "sid";
    });
    const auto response = set("a", 1);
    ASSERT_EQ(response.cookies().size(), 1u);
    EXPECT_EQ(response.cookies()[0].str(),
              "sid=" + response.cookies()[0].value +
                  "; Domain=example.com; Path=/shop/; SameSite=Strict; Secure");
}

TEST_F(SessionsTest, AKeyThatSomebodyChoseIsNotTakenUp) {
    const std::string chosen(32, 'a');
    client_.cookies().set("sessionid", chosen);
    set("a", 1);
    EXPECT_NE(key(), chosen);
    EXPECT_FALSE(
        models::Session::objects.filter(F<&models::Session::session_key> == chosen).exists());
    EXPECT_EQ(get("a"), "1");
}

TEST_F(SessionsTest, ACookieOfNoSessionIsTakenBack) {
    const std::vector<std::string> strange = {std::string(32, 'a'), "short", std::string(41, 'x'),
                                              "a b' OR 1=1 --", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"};
    for (const std::string& text : strange) {
        client_.cookies().set("sessionid", text);
        const auto response =
            ask([](Request& request) { return Response(session(request).get("a").str()); });
        const auto* cookie = cookie_of(response);
        ASSERT_NE(cookie, nullptr) << text;
        EXPECT_EQ(cookie->max_age_seconds, 0) << text;
        EXPECT_EQ(response.header("Vary"), "Cookie");
    }
    EXPECT_EQ(rows(), 0);
}

TEST_F(SessionsTest, FlushEndsTheSessionAndCycleKeyRenamesIt) {
    set("a", 1);
    const std::string first = key();
    ask([](Request& request) {
        session(request).cycle_key();
        return Response("cycled");
    });
    const std::string second = key();
    EXPECT_NE(first, second);
    EXPECT_EQ(get("a"), "1");
    EXPECT_EQ(rows(), 1);

    const auto response = ask([](Request& request) {
        session(request).flush();
        return Response("flushed");
    });
    ASSERT_NE(cookie_of(response), nullptr);
    EXPECT_EQ(cookie_of(response)->max_age_seconds, 0);
    EXPECT_EQ(rows(), 0);
    client_.cookies().set("sessionid", second);
    EXPECT_EQ(get("a"), "None");
}

TEST_F(SessionsTest, WhatIsSetAfterAFlushIsUnderANewKey) {
    set("a", 1);
    const std::string before = key();
    ask([](Request& request) {
        session(request).flush();
        session(request).set("b", 2);
        return Response("new");
    });
    EXPECT_NE(key(), before);
    EXPECT_EQ(get("a") + get("b"), "None2");
    EXPECT_EQ(rows(), 1);
}

TEST_F(SessionsTest, OfTwoRequestsAtOnceTheLaterWins) {
    set("a", 0);
    Client other(*site_);
    other.cookies().set("sessionid", key());
    ask([&](Request& request) {
        session(request).set("mine", 1);
        const View mine = current_view();
        ask(other, [](Request& theirs) {
            session(theirs).set("theirs", 1);
            return Response("inner");
        });
        return Response("outer");
    });
    EXPECT_EQ(get("mine") + get("theirs"), "1None");
}

TEST_F(SessionsTest, ASessionThatWasEndedMeanwhileDoesNotComeBack) {
    set("a", 0);
    Client other(*site_);
    other.cookies().set("sessionid", key());
    const auto response = ask([&](Request& request) {
        session(request).set("a", 1);
        ask(other, [](Request& theirs) {
            session(theirs).flush();
            return Response("logged out");
        });
        return Response("outer");
    });
    EXPECT_EQ(response.status(), 400);
    EXPECT_EQ(cookie_of(response), nullptr);
    EXPECT_EQ(rows(), 0);
}

TEST_F(SessionsTest, AFailedRequestSavesNothing) {
    set("a", 1);
    const auto response = ask([](Request& request) {
        session(request).set("a", 2);
        return Response("broken", {.status = 500});
    });
    EXPECT_EQ(cookie_of(response), nullptr);
    EXPECT_EQ(get("a"), "1");
    ask([](Request& request) -> Response {
        session(request).set("a", 3);
        throw Http404("not here");
    });
    EXPECT_EQ(get("a"), "3");  // as Django: a 404 is no failure of the server
}

TEST_F(SessionsTest, AStreamedResponseSavesBeforeItBegins) {
    const auto response = ask([](Request& request) {
        session(request).set("a", 1);
        return StreamingResponse([&request, sent = false](std::string& out) mutable {
            if (sent) return false;
            session(request).set("a", 2);
            out += "body";
            return sent = true;
        });
    });
    EXPECT_EQ(response.content(), "body");
    ASSERT_NE(cookie_of(response), nullptr);
    EXPECT_EQ(get("a"), "1");
}

TEST_F(SessionsTest, KnowsWhenItIsOver) {
    FrozenClock clock(DateTime(Date::make(2026, 3, 1).value(), Time()));
    set("a", 1);
    clock.advance(Duration::seconds(1'209'599));
    EXPECT_EQ(get("a"), "1");
    clock.advance(Duration::seconds(1));
    EXPECT_EQ(get("a"), "None");
}

TEST_F(SessionsTest, SetExpiryTakesSecondsAMomentOrTheBrowsersEnd) {
    FrozenClock clock(DateTime(Date::make(2026, 3, 1).value(), Time()));
    const auto expire = [&](const std::function<void(Session&)>& change) {
        const auto response = ask([&](Request& request) {
            change(session(request));
            return Response(session(request).get("_session_expiry").repr() + " " +
                            std::to_string(session(request).get_expiry_age()));
        });
        const auto* cookie = cookie_of(response);
        return response.content() + " " +
               (cookie->max_age_seconds ? std::to_string(*cookie->max_age_seconds) : "close");
    };
    EXPECT_EQ(expire([](Session& s) { s.set_expiry(Duration::minutes(5)); }), "300 300 300");
    EXPECT_EQ(expire([](Session& s) { s.set_expiry(Duration{}); }), "0 1209600 close");
    EXPECT_EQ(expire([](Session& s) {
                  s.set_expiry(DateTime::from_utc(current_clock().now()) + Duration::hours(1));
              }),
              "'2026-03-01T01:00:00+00:00' 3600 3600");
    clock.advance(Duration::minutes(30));
    EXPECT_EQ(expire([](Session& s) { s.set("x", 1); }), "'2026-03-01T01:00:00+00:00' 1800 1800");
    EXPECT_EQ(expire([](Session& s) { s.set_expiry_from_settings(); }), "None 1209600 1209600");
}

TEST_F(SessionsTest, SaveEveryRequestRenewsTheCookie) {
    FrozenClock clock(DateTime(Date::make(2026, 3, 1).value(), Time()));
    const OverrideSettings every(*site_, [](Settings& s) { s.session_save_every_request = true; });
    const auto plain = [](Request&) { return Response("plain"); };
    EXPECT_EQ(cookie_of(ask(plain)), nullptr);
    set("a", 1);
    const DateTime first = models::Session::objects.get().expire_date;
    clock.advance(Duration::hours(1));
    EXPECT_NE(cookie_of(ask(plain)), nullptr);
    EXPECT_EQ(models::Session::objects.get().expire_date - first, Duration::hours(1));
}

TEST_F(SessionsTest, HasTheMethodsOfADictionary) {
    ask([](Request& request) {
        Session& s = session(request);
        EXPECT_TRUE(s.is_empty());
        EXPECT_FALSE(s.is_modified());
        EXPECT_EQ(s.pop("none", "x"), Value("x"));
        EXPECT_FALSE(s.erase("none"));
        EXPECT_FALSE(s.is_modified());
        EXPECT_EQ(s.set_default("a", 1), Value(1));
        EXPECT_EQ(s.set_default("a", 2), Value(1));
        s.update({{"b", 2}, {"c", 3}});
        EXPECT_EQ(s.pop("b"), Value(2));
        EXPECT_TRUE(s.erase("c"));
        EXPECT_TRUE(s.has("a"));
        EXPECT_EQ(s.items().size(), 1u);
        s.set_test_cookie();
        return Response("ok");
    });
    ask([](Request& request) {
        EXPECT_TRUE(session(request).test_cookie_worked());
        session(request).delete_test_cookie();
        EXPECT_FALSE(session(request).test_cookie_worked());
        session(request).clear();
        return Response("ok");
    });
    EXPECT_EQ(get("a"), "None");
    EXPECT_EQ(rows(), 1);
}

TEST_F(SessionsTest, WhatHasNoJsonIsRefused) {
    Client strict(*site_, {.raise_request_exception = true});
    const auto save_moment = [](Request& request) {
        session(request).set("when", DateTime::from_utc(0));
        return Response("never");
    };
    EXPECT_EQ(ask(save_moment).status(), 500);
    EXPECT_EQ(rows(), 0);
}

TEST_F(SessionsTest, IsStoredAsDjangoStoresIt) {
    set("_auth_user_id", "7");
    const auto row = models::Session::objects.get();
    EXPECT_EQ(row.session_key, key());
    EXPECT_EQ(row.get_decoded(), (Dict{{"_auth_user_id", "7"}}));

    // Written by Django: a row of its own.
    const Settings settings = test_settings();
    models::Session theirs{.session_key = std::string(32, 'd')};
    theirs.session_data =
        signing::session_encode({{"cart", List{1, 2}}}, {settings.secret_key, {}}).value();
    theirs.expire_date = DateTime::from_utc(current_clock().now()) + Duration::hours(1);
    theirs.save({.force_insert = true});
    client_.cookies().set("sessionid", theirs.session_key);
    EXPECT_EQ(get("cart"), "[1, 2]");
}

TEST_F(SessionsTest, DamagedDataIsAnEmptySession) {
    set("a", 1);
    models::Session::objects.all().update(F<&models::Session::session_data> = "forged:x:y");
    EXPECT_EQ(get("a"), "None");
}

TEST_F(SessionsTest, ClearsessionsRemovesWhatHasExpired) {
    FrozenClock clock(DateTime(Date::make(2026, 3, 1).value(), Time()));
    std::vector<models::Session> old;
    constexpr int kMany = 2500;  // more than are removed at once
    for (int i = 0; i < kMany; ++i) {
        models::Session row{.session_key = "old" + std::to_string(i), .session_data = ""};
        row.expire_date = DateTime::from_utc(current_clock().now()) - Duration::seconds(1 + i);
        old.push_back(row);
    }
    models::Session::objects.bulk_create(old);
    set("a", 1);
    const auto engine = make_db_engine({"key", {}});
    EXPECT_EQ(engine->clear_expired(), kMany);
    EXPECT_EQ(engine->clear_expired(), 0);
    EXPECT_EQ(rows(), 1);
}

TEST_F(SessionsTest, TemplatesSeeIt) {
    set("cart", 7);
    const auto response = ask([](Request& request) {
        const Value value = to_value(request);
        const Value seen = *value.as_object().attribute(value.self(), Name("session"));
        std::string text;
        for (const char* name :
             {"cart", "session_key", "items", "keys", "is_empty", "get_expire_at_browser_close"}) {
            text += seen.as_object().attribute(seen.self(), Name(name))->str() + ";";
        }
        EXPECT_FALSE(seen.as_object().attribute(seen.self(), Name("nothing")).has_value());
        return Response(text);
    });
    EXPECT_EQ(response.content(), "7;" + key() + ";[('cart', 7)];['cart'];False;False;");
}

TEST_F(SessionsTest, ATestClientsSessionCanBeChanged) {
    Session mine = client_session(client_);
    mine.set("cart", 9);
    save(mine, client_);
    EXPECT_EQ(get("cart"), "9");
    EXPECT_EQ(client_session(client_).get("cart"), Value(9));
}

TEST_F(SessionsTest, SessionsMayLieInTheCookie) {
    FrozenClock clock(DateTime(Date::make(2026, 3, 1).value(), Time()));
    const OverrideSettings signed_cookies(*site_, [](Settings& s) {
        s.session_engine = "django.contrib.sessions.backends.signed_cookies";
    });
    set("cart", List{1, 2});
    EXPECT_EQ(rows(), 0);
    EXPECT_EQ(get("cart"), "[1, 2]");
    const std::string good = key();
    ask([](Request& request) {
        session(request).cycle_key();
        return Response("cycled");
    });
    EXPECT_EQ(get("cart"), "[1, 2]");

    client_.cookies().set("sessionid", good + "x");
    EXPECT_EQ(get("cart"), "None");
    client_.cookies().set("sessionid", good);
    ask([](Request& request) {
        session(request).flush();
        return Response("flushed");
    });
    EXPECT_EQ(client_.cookies().get("sessionid"), "");
    client_.cookies().set("sessionid", good);
    clock.advance(Duration::days(15));
    EXPECT_EQ(get("cart"), "None");
}

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "tatum-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::size_t count() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path),
                                                      std::filesystem::directory_iterator()));
    }
    std::string path;
};

TEST_F(SessionsTest, SessionsMayLieInFiles) {
    const Folder folder;
    const OverrideSettings files(*site_, [&](Settings& s) {
        s.session_engine = "file";
        s.set("session_file_path", folder.path).value();
    });
    set("cart", 5);
    EXPECT_EQ(get("cart"), "5");
    EXPECT_TRUE(std::filesystem::exists(folder.path + "/sessionid" + key()));
    set("cart", 6);
    EXPECT_EQ(get("cart"), "6");
    EXPECT_EQ(folder.count(), 1u);

    for (const char* strange : {"../../../../etc/passwd", "AAAAAAAAAAAAAAAA", "aaaaaaaa/b"}) {
        Client other(*site_);
        other.cookies().set("sessionid", strange);
        const auto response = ask(
            other, [](Request& request) { return Response(session(request).get("cart").str()); });
        EXPECT_EQ(response.content(), "None");
    }
    const auto interrupted = ask([&](Request& request) {
        session(request).set("cart", 7);
        std::filesystem::remove(folder.path + "/sessionid" + key());
        return Response("ended meanwhile");
    });
    EXPECT_EQ(interrupted.status(), 400);
    EXPECT_EQ(folder.count(), 0u);
}

TEST_F(SessionsTest, FilesExpireByTheirAge) {
    const Folder folder;
    const auto engine = make_file_engine(
        {.folder = folder.path, .cookie_name = "s", .cookie_age = Duration::days(1)}, {"key", {}});
    const DateTime unused = DateTime::from_utc(0);
    EXPECT_TRUE(engine->save("aaaaaaaa", {{"a", 1}}, unused, SaveMode::Create));
    EXPECT_FALSE(engine->save("aaaaaaaa", {{"a", 2}}, unused, SaveMode::Create));
    EXPECT_FALSE(engine->save("bbbbbbbb", {{"a", 1}}, unused, SaveMode::Update));
    EXPECT_TRUE(engine->save("cccccccc", {{"_session_expiry", "2000-01-01T00:00:00+00:00"}}, unused,
                             SaveMode::Create));
    EXPECT_EQ(engine->load("aaaaaaaa"), (Dict{{"a", 1}}));
    EXPECT_EQ(engine->load("cccccccc"), std::nullopt);
    EXPECT_TRUE(engine->exists("aaaaaaaa"));
    EXPECT_EQ(engine->clear_expired(), 0);
    FrozenClock clock(DateTime::from_utc(Clock::system().now()) + Duration::days(2));
    EXPECT_EQ(engine->clear_expired(), 1);
    EXPECT_EQ(folder.count(), 0u);
    EXPECT_THROW(make_file_engine({.folder = "/no/such/folder"}, {"key", {}}),
                 ImproperlyConfigured);
}

TEST_F(SessionsTest, ManyThreadsChangeFilesAtOnce) {
    const Folder folder;
    const auto engine = make_file_engine(
        {.folder = folder.path, .cookie_name = "s", .cookie_age = Duration::days(1)}, {"key", {}});
    const DateTime unused = DateTime::from_utc(0);
    ASSERT_TRUE(engine->save("aaaaaaaa", {{"n", -1}}, unused, SaveMode::Create));
    std::vector<std::future<int>> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.push_back(std::async(std::launch::async, [&] {
            int whole = 0;
            for (int i = 0; i < 50; ++i) {
                engine->save("aaaaaaaa", {{"n", i}}, unused, SaveMode::Update);
                const auto found = engine->load("aaaaaaaa");
                whole += found && found->contains("n") ? 1 : 0;
            }
            return whole;
        }));
    }
    for (auto& thread : threads) EXPECT_EQ(thread.get(), 50);
    EXPECT_EQ(folder.count(), 1u);
}

TEST(SessionsOfManyThreads, AreKeptApartAndChangedTogether) {
    site::Site site(test_settings());
    site.install(app);
    site.urls(kUrls);
    const CommittedTestDatabase database(site);
    current_view() = [](Request& request) {
        session(request).set("n", session(request).get("n", 0).as_int() + 1);
        return Response(session(request).get("n").str());
    };
    Client first(site);
    first.get("/run/");
    const std::string shared_key(first.cookies().get("sessionid"));
    std::vector<std::future<bool>> threads;
    constexpr int kThreads = 4, kRequests = 25;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.push_back(std::async(std::launch::async, [&] {
            Client together(site), alone(site);
            together.cookies().set("sessionid", shared_key);
            bool right = true;
            for (int i = 0; i < kRequests; ++i) {
                right = right && together.get("/run/").status() == 200;
                right = right && alone.get("/run/").content() == std::to_string(i + 1);
            }
            return right;
        }));
    }
    for (auto& thread : threads) EXPECT_TRUE(thread.get());
    EXPECT_EQ(models::Session::objects.count(), 1 + kThreads);
}

TEST_F(SessionsTest, ASiteMayBringItsOwnEngine) {
    class Fixed final : public Engine {
        std::optional<Dict> load(const std::string&) const override { return Dict{{"a", "mine"}}; }
        bool exists(const std::string&) const override { return true; }
        bool save(const std::string&, const Dict&, const DateTime&, SaveMode) const override {
            return true;
        }
        void remove(const std::string&) const override {}
        std::int64_t clear_expired() const override { return 0; }
    };
    site::Site site(test_settings());
    site.extensions().set(
        EngineFactory{[](const Settings&) -> Owned<const Engine> { return owned<const Fixed>(); }});
    site.install(app);
    site.urls(kUrls);
    site.setup();
    Client client(site);
    client.cookies().set("sessionid", std::string(32, 'k'));
    EXPECT_EQ(ask(client, [](Request& r) { return Response(session(r).get("a").str()); }).content(),
              "mine");
}

TEST_F(SessionsTest, AnEngineThatThereIsNoneOfIsFoundAtTheStart) {
    Settings settings = test_settings();
    settings.session_engine = "cache";
    site::Site site(settings);
    site.install(app);
    EXPECT_THROW(site.setup(), ImproperlyConfigured);
}

TEST_F(SessionsTest, CsrfSecretsMayLieInSessions) {
    const OverrideSettings in_session(*site_, [](Settings& s) { s.csrf_use_sessions = true; });
    Client strict(*site_, {.enforce_csrf_checks = true});
    EXPECT_EQ(ask(strict, [](Request&) { return Response("plain"); }).queries().size(), 0u);
    EXPECT_EQ(rows(), 0);

    const auto page = ask(strict, [](Request& request) { return Response(csrf_token(request)); });
    ASSERT_EQ(page.cookies().size(), 1u);
    EXPECT_EQ(page.cookies()[0].name, "sessionid");
    EXPECT_EQ(models::Session::objects.get().get_decoded().get("_csrftoken").str().size(), 32u);

    current_view() = [](Request&) { return Response("posted"); };
    EXPECT_EQ(strict.post("/run/").status(), 403);
    EXPECT_EQ(strict.post("/run/", {{"csrfmiddlewaretoken", page.content()}}).content(), "posted");
    // The same secret for the next page.
    const auto next = ask(strict, [](Request& request) { return Response(csrf_token(request)); });
    EXPECT_NE(next.content(), page.content());
    EXPECT_EQ(strict.post("/run/", {{"csrfmiddlewaretoken", next.content()}}).status(), 200);
}

TEST_F(SessionsTest, WithoutTheAppTheRequestSaysWhatIsMissing) {
    site::Site site(test_settings());
    site.urls(kUrls);
    site.setup();
    Client client(site, {.raise_request_exception = true});
    EXPECT_THROW(ask(client, [](Request& r) { return Response(session(r).get("a").str()); }),
                 ImproperlyConfigured);
}

}  // namespace
}  // namespace tatum::sessions
