#include "messages.h"

#include "app.h"
#include "storage.h"
#include "testing.h"

#include <tatum/base/crypto.h>
#include <tatum/base/settings.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/models.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/site/site.h>
#include <tatum/template/engine.h>
#include <tatum/testing/current_view.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>
#include <tatum/views/shortcuts.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

using namespace tatum;
using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace tatum::messages {
namespace {

const Urls kUrls = {urls::path<"run/">(run_current_view, "run")};

std::vector<std::string> texts_of(const std::vector<Message>& messages) {
    std::vector<std::string> texts;
    for (const Message& message : messages) texts.push_back(message.text.str());
    return texts;
}

/// Nothing that would compress well.
std::string random_text() {
    constexpr std::size_t kLength = 100;
    return crypto::get_random_string(kLength);
}

class MessagesTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        site_ = std::make_unique<site::Site>(test_settings());
        site_->install(sessions::app, app);
        site_->urls(kUrls);
    }
    static void TearDownTestSuite() { site_.reset(); }

    TestResponse ask(const testing::View& view) {
        current_view() = view;
        return client_.get("/run/");
    }
    TestResponse add(const std::vector<std::string>& texts) {
        return ask([&](Request& request) {
            for (const auto& text : texts) info(request, text);
            return Response("added");
        });
    }
    /// What a page shows, as Django's documentation has it.
    std::string shown() {
        return ask([](Request& request) {
                   const template_::Engine& engine = site_->templates();
                   const auto page = engine.from_string(
                       "{% if messages %}{% for message in messages %}[{{ message.tags }}]"
                       "{{ message }};{% endfor %}{% endif %}");
                   std::string text;
                   engine.render(*page, {}, to_value(request), text);
                   return Response(text);
               })
            .content();
    }
    std::string cookie() { return std::string(client_.cookies().get("messages")); }

    static std::unique_ptr<site::Site> site_;
    TestDatabase database_{*site_};
    Client client_{*site_};
};
std::unique_ptr<site::Site> MessagesTest::site_;

TEST_F(MessagesTest, AreShownOnceByTheNextPage) {
    ask([](Request& request) {
        success(request, "Your order is on its way.");
        warning(request, "Only <two> left.", {.extra_tags = "stock"});
        return Response("added");
    });
    EXPECT_EQ(shown(), "[success]Your order is on its way.;[stock warning]Only &lt;two&gt; left.;");
    EXPECT_EQ(cookie(), "");
    EXPECT_EQ(shown(), "");
}

TEST_F(MessagesTest, ARequestThatAsksForNoneCostsNothing) {
    const auto plain = [](Request&) { return Response("plain"); };
    auto response = ask(plain);
    EXPECT_EQ(response.queries().size(), 0u);
    EXPECT_TRUE(response.cookies().empty());
    add({"one"});
    response = ask(plain);
    EXPECT_EQ(response.queries().size(), 0u);
    EXPECT_TRUE(response.cookies().empty());
    EXPECT_EQ(shown(), "[info]one;");
}

TEST_F(MessagesTest, APageWithoutMessagesTouchesNoSession) {
    ask([](Request& request) {
        sessions::session(request).set("a", 1);
        return Response("session");
    });
    EXPECT_EQ(shown(), "");
    const auto response = ask(
        [](Request& request) { return Response(get_messages(request).empty() ? "none" : "some"); });
    EXPECT_EQ(response.content(), "none");
    EXPECT_EQ(response.queries().size(), 0u);
}

TEST_F(MessagesTest, LookingIsNotShowing) {
    add({"one"});
    ask([](Request& request) {
        EXPECT_EQ(get_messages(request).size(), 1u);
        EXPECT_TRUE(get_messages(request).contains("one"));
        EXPECT_FALSE(get_messages(request).contains("two"));
        EXPECT_FALSE(get_messages(request).is_used());
        return Response("looked");
    });
    ask([](Request& request) {
        for (const Message& message : get_messages(request)) EXPECT_EQ(message.level, Info);
        get_messages(request).set_used(false);
        return Response("shown, and to be shown again");
    });
    EXPECT_EQ(shown(), "[info]one;");
}

TEST_F(MessagesTest, WhatIsAddedAfterShowingWaits) {
    add({"one"});
    ask([](Request& request) {
        EXPECT_THAT(texts_of(get_messages(request).read()), ElementsAre("one"));
        info(request, "two");
        return Response("shown one");
    });
    EXPECT_EQ(shown(), "[info]two;");
}

TEST_F(MessagesTest, WhatIsAddedBeforeShowingIsShownToo) {
    add({"one"});
    ask([](Request& request) {
        info(request, "two");
        EXPECT_THAT(texts_of(get_messages(request).read()), ElementsAre("one", "two"));
        return Response("shown both");
    });
    EXPECT_EQ(shown(), "");
}

TEST_F(MessagesTest, LevelsDecideWhatIsKept) {
    ask([](Request& request) {
        debug(request, "below MESSAGE_LEVEL");
        set_level(request, Debug);
        debug(request, "debug");
        set_level(request, Warning);
        info(request, "info");
        error(request, "error");
        set_level(request, std::nullopt);
        EXPECT_EQ(get_level(request), int{Info});
        add_message(request, 35, "custom");
        add_message(request, 50, "");
        return Response("added");
    });
    EXPECT_EQ(shown(), "[debug]debug;[error]error;[]custom;");
}

TEST_F(MessagesTest, TagsAndLevelsComeFromTheSettings) {
    const OverrideSettings tagged(*site_, [](Settings& s) {
        s.set("message_tags", Dict{{"error", "danger"}, {"50", "critical"}, {"20", ""}}).value();
        s.set("message_level", 5).value();
    });
    ask([](Request& request) {
        add_message(request, 4, "none");
        add_message(request, 5, "five");
        info(request, "info", {.extra_tags = "x y"});
        error(request, "error");
        add_message(request, 50, "fifty");
        return Response("added");
    });
    EXPECT_EQ(shown(), "[]five;[x y]info;[danger]error;[critical]fifty;");
}

TEST_F(MessagesTest, SafeTextStaysSafe) {
    ask([](Request& request) {
        info(request, Value::safe("<b>bold</b>"));
        info(request, "<b>plain</b>");
        return Response("added");
    });
    EXPECT_EQ(shown(), "[info]<b>bold</b>;[info]&lt;b&gt;plain&lt;/b&gt;;");
}

TEST_F(MessagesTest, WhatHasNoRoomInTheCookieGoesToTheSession) {
    std::vector<std::string> texts;
    std::string all;
    for (int i = 0; i < 30; ++i) {
        texts.push_back(random_text());
        all += "[info]" + texts.back() + ";";
    }
    add(texts);
    EXPECT_LE(cookie().size(), 2048u);
    EXPECT_NE(cookie(), "");
    EXPECT_EQ(sessions::models::Session::objects.count(), 1);
    EXPECT_EQ(shown(), all);
    EXPECT_EQ(cookie(), "");
    EXPECT_EQ(sessions::models::Session::objects.get().get_decoded(), Dict());
    EXPECT_EQ(shown(), "");
}

TEST_F(MessagesTest, ACookieAloneDropsTheOldest) {
    const OverrideSettings cookies(*site_, [](Settings& s) {
        s.set("message_storage", "django.contrib.messages.storage.cookie.CookieStorage").value();
    });
    std::vector<std::string> texts;
    for (int i = 0; i < 30; ++i) texts.push_back(random_text());
    add(texts);
    EXPECT_EQ(sessions::models::Session::objects.count(), 0);
    const std::string page = shown();
    EXPECT_EQ(page.find(texts.front()), std::string::npos);
    EXPECT_NE(page.find(texts.back()), std::string::npos);
}

TEST_F(MessagesTest, SessionsMayKeepThemAll) {
    const OverrideSettings in_session(
        *site_, [](Settings& s) { s.set("message_storage", "session").value(); });
    add({"one"});
    EXPECT_EQ(cookie(), "");
    EXPECT_EQ(sessions::models::Session::objects.get().get_decoded(),
              (Dict{{"_messages", R"([["__json_message", 0, 20, "one", ""]])"}}));
    EXPECT_EQ(shown(), "[info]one;");
    EXPECT_EQ(sessions::models::Session::objects.get().get_decoded(), Dict());
}

TEST_F(MessagesTest, AForgedCookieShowsNothingAndGoes) {
    for (const char* text : {"forged", "W10:1s3aXA:x", "a:b:c", "\xff\xfe"}) {
        client_.cookies().set("messages", text);
        EXPECT_EQ(shown(), "");
        ask([](Request& request) {
            get_messages(request).read();
            return Response("shown");
        });
        EXPECT_EQ(cookie(), "") << text;
    }
}

TEST_F(MessagesTest, ReadsWhatDjangoWroteAndWritesTheSame) {
    const signing::Keys keys{"key", {}};
    const List items{List{"__json_message", 0, 25, "Saved.", "a b"},
                     List{"__json_message", 1, 40, "<i>x</i>"}, "no message", List{1, 2}};
    const auto found = messages_of(items);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].extra_tags, "a b");
    EXPECT_FALSE(found[0].text.is_safe());
    EXPECT_TRUE(found[1].text.is_safe());
    EXPECT_EQ(found[1].extra_tags, std::nullopt);
    EXPECT_EQ(to_json(found[0]), items[0]);
    EXPECT_EQ(to_json(found[1]), items[1]);
    EXPECT_EQ(decode_cookie(encode_cookie(items, keys), keys), items);
    EXPECT_EQ(decode_cookie(encode_cookie(items, keys), {"other", {}}), std::nullopt);
}

TEST_F(MessagesTest, TheCookieSaysWhatTheSessionsDoes) {
    const OverrideSettings secure(*site_, [](Settings& s) {
        s.session_cookie_secure = true;
        s.session_cookie_domain = "example.com";
    });
    const auto response = add({"one"});
    ASSERT_EQ(response.cookies().size(), 1u);
    const std::string text = response.cookies()[0].str();
    EXPECT_EQ(text.substr(text.find(';')),
              "; Domain=example.com; HttpOnly; Path=/; SameSite=Lax; Secure");
}

TEST_F(MessagesTest, TestsSeeThemInAResponse) {
    const auto response = ask([](Request& request) {
        success(request, "one");
        error(request, "two");
        return Response("added");
    });
    const auto found = get_messages(response);
    EXPECT_THAT(texts_of(found), ElementsAre("one", "two"));
    EXPECT_EQ(found.at(1).tags(), "error");
    EXPECT_THAT(get_messages(ask([](Request&) { return Response("none"); })),
                ::testing::SizeIs(2));  // they still wait
}

TEST(MessagesWithoutApp, FailUnlessTheyMayNot) {
    site::Site site(test_settings());
    site.urls(kUrls);
    site.setup();
    Client client(site, {.raise_request_exception = true});
    current_view() = [](Request& request) {
        info(request, "lost", {.fail_silently = true});
        EXPECT_THROW(info(request, "lost"), MessageFailure);
        EXPECT_TRUE(app.context_processors.at(0)(request).get("messages").as_list().empty());
        return Response("ok");
    };
    const auto response = client.get("/run/");
    EXPECT_EQ(response.content(), "ok");
    EXPECT_THAT(get_messages(response), IsEmpty());
}

TEST(MessageSettings, FaultsAreFoundAtTheStart) {
    for (const auto& [name, value] :
         std::vector<std::pair<const char*, Value>>{{"message_storage", "redis"},
                                                    {"message_level", "loud"},
                                                    {"message_tags", Dict{{"loud", "x"}}}}) {
        Settings settings = test_settings();
        settings.set(name, value).value();
        EXPECT_THROW(MessageSettings::from(settings), ImproperlyConfigured) << name;
    }
}

}  // namespace
}  // namespace tatum::messages
