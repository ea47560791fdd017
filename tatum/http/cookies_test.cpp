#include <tatum/http/cookies.h>

#include <gtest/gtest.h>

#include <random>

namespace tatum::http {
namespace {

TEST(Cookies, ParseAsLenientlyAsDjango) {
    const Cookies cookies = Cookies::parse("a=1;  b = \"x y\" ; a=2; alone; =nameless; c=d=e");
    EXPECT_EQ(cookies.get("a"), "2");
    EXPECT_EQ(cookies.get("b"), "x y");
    EXPECT_EQ(cookies.get("c"), "d=e");
    EXPECT_EQ(cookies.get(""), "nameless");
    EXPECT_EQ(cookies.get("missing", "?"), "?");
    EXPECT_EQ(cookies.size(), 4u);
    EXPECT_TRUE(Cookies::parse("").empty());
    EXPECT_TRUE(Cookies::parse(" ; ;;").empty());
}

TEST(Cookies, AreParsedUpToALimit) {
    std::string header;
    for (std::size_t i = 0; i < Cookies::kParsedMax; ++i) {
        header.append("c").append(std::to_string(i)).append("=1; c0=again; ");
    }
    const Cookies all = Cookies::parse(header);
    EXPECT_EQ(all.size(), Cookies::kParsedMax);
    EXPECT_EQ(all.get("c0"), "again");
    const Cookies more = Cookies::parse(header + "more=1");
    EXPECT_EQ(more.size(), Cookies::kParsedMax);
    EXPECT_FALSE(more.contains("more"));
}

TEST(Cookies, QuotingComesBack) {
    for (const std::string value :
         {"plain", "", "a b", "a;b,c", "\"q\"", "back\\slash", "é", "€uro", "\n\t", "a=b"}) {
        std::string quoted;
        append_quoted_cookie(value, quoted);
        EXPECT_EQ(unquote_cookie(quoted), value) << quoted;
        EXPECT_EQ(quoted.find(';'), std::string::npos) << quoted;
        EXPECT_EQ(quoted.find('\n'), std::string::npos) << quoted;
    }
}

TEST(Cookies, UnquotingLeavesWhatIsNotQuoted) {
    EXPECT_EQ(unquote_cookie("\""), "\"");
    EXPECT_EQ(unquote_cookie("\"open"), "\"open");
    EXPECT_EQ(unquote_cookie("\"a\\\""), "a\\");
    EXPECT_EQ(unquote_cookie("\"\\400\""), "400");
    EXPECT_EQ(unquote_cookie("\"\\07\""), "07");
}

TEST(Cookies, SurviveGarbage) {
    std::mt19937 random(7);
    for (int round = 0; round < 1000; ++round) {
        std::string header;
        for (std::size_t i = random() % 60; i > 0; --i)
            header += "=;\"\\ 037ab\xC3\xA9\xFF"[random() % 13];
        const Cookies cookies = Cookies::parse(header);
        EXPECT_LE(cookies.size(), header.size()) << header;
    }
}

TEST(Cookie, WritesItsAttributesInDjangosOrder) {
    Cookie cookie{.name = "sessionid", .value = "x", .path = "/", .domain = "ex.org"};
    cookie.max_age_seconds = 60;
    cookie.secure = cookie.httponly = true;
    cookie.samesite = SameSite::Strict;
    EXPECT_EQ(cookie.str(),
              "sessionid=x; Domain=ex.org; HttpOnly; Max-Age=60; Path=/; SameSite=Strict; Secure");
}

}  // namespace
}  // namespace tatum::http
