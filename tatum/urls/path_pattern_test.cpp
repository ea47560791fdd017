#include <tatum/urls/path_pattern.h>

#include <gtest/gtest.h>

#include <random>

namespace tatum::urls {
namespace {

/// The captures of a match, joined by '|'; "-" when there is none.
std::string match(std::string_view route, std::string_view path, Extent extent = Extent::All) {
    const PathPattern pattern = PathPattern::parse(route, extent).value();
    Captures captures;
    const auto matched = pattern.match(path, captures);
    if (!matched) {
        EXPECT_EQ(captures.size(), 0u);
        return "-";
    }
    std::string result;
    for (std::size_t i = 0; i < captures.size(); ++i)
        result.append(i > 0 ? "|" : "").append(captures[i].text);
    return extent == Extent::Start ? result + ">" + std::string(path.substr(*matched)) : result;
}

TEST(PathPattern, CapturesWhatTheConvertersAccept) {
    EXPECT_EQ(match("shop/<slug:category>/<int:id>/", "shop/dried-fruit_2/42/"),
              "dried-fruit_2|42");
    EXPECT_EQ(match("<name>/", "a@b c/"), "a@b c");
    EXPECT_EQ(match("u/<uuid:u>/x", "u/12345678-1234-5678-1234-567812345678/x"),
              "12345678-1234-5678-1234-567812345678");
    EXPECT_EQ(match("f/<path:p>", "f/a/b/c.txt"), "a/b/c.txt");
    EXPECT_EQ(match("f/<path:p>/edit/", "f/a/edit/edit/"), "a/edit");
    EXPECT_EQ(match("", ""), "");
}

TEST(PathPattern, RejectsWhatTheConvertersDoNotAccept) {
    for (const char* path : {"", "shop/", "shop/x/", "shop/-1/", "shop/42", "shop/42//",
                             "a/shop/42/", "shop/4 2/", "shop/４２/", "shop/42/\n"})
        EXPECT_EQ(match("shop/<int:id>/", path), "-") << path;
    for (const char* uuid :
         {"12345678-1234-5678-1234-56781234567", "12345678-1234-5678-1234-5678123456789",
          "12345678-1234-5678-1234-56781234567G", "12345678-1234-5678-1234-56781234567A",
          "1234567801234-5678-1234-567812345678"})
        EXPECT_EQ(match("<uuid:u>", uuid), "-") << uuid;
    EXPECT_EQ(match("<path:p>", "a\nb"), "-");
    EXPECT_EQ(match("<path:p>", ""), "-");
    EXPECT_EQ(match("<slug:s>", "é"), "-");
}

TEST(PathPattern, GivesBackWhereParametersMeet) {
    EXPECT_EQ(match("<str:a>-<str:b>", "x-y-z"), "x-y|z");
    EXPECT_EQ(match("<slug:a>-<int:b>/", "a-1-2/"), "a-1|2");
    EXPECT_EQ(match("<path:a>/x/<path:b>", "1/x/2/x/3"), "1/x/2|3");
    EXPECT_EQ(match("<int:a><int:b>", "123"), "12|3");
    EXPECT_EQ(match("<int:a><slug:b>", "123"), "12|3");
    EXPECT_EQ(match("<int:a>.<str:b>", "1.2.3"), "1|2.3");
    EXPECT_EQ(match("<int:a><int:b>", "1"), "-");
}

TEST(PathPattern, LeavesTheRestBehindAnInclude) {
    EXPECT_EQ(match("shop/", "shop/a/b", Extent::Start), ">a/b");
    EXPECT_EQ(match("<slug:s>/", "a-b/c/d", Extent::Start), "a-b>c/d");
    EXPECT_EQ(match("<str:s>", "abc/d", Extent::Start), "abc>/d");
    EXPECT_EQ(match("<slug:a>-<slug:b>/", "x-y-z/rest", Extent::Start), "x-y|z>rest");
    EXPECT_EQ(match("shop/", "shop", Extent::Start), "-");
}

TEST(PathPattern, NamesTheFault) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"<nosuch:a>/", "urls.E101", "URL route '<nosuch:a>/' uses invalid converter 'nosuch'."},
        {"<int: a>/", "urls.E102",
         "URL route '<int: a>/' cannot contain whitespace in angle brackets <…>."},
        {"<int:a-b>/", "urls.E103",
         "URL route '<int:a-b>/' uses parameter name 'a-b' which isn't a valid Python identifier."},
        {"<int:1a>", "urls.E103",
         "URL route '<int:1a>' uses parameter name '1a' which isn't a valid Python identifier."},
        {"<a>/<int:a>", "urls.E104",
         "URL route '<a>/<int:a>' uses parameter name 'a' more than "
         "once."},
    };
    for (const auto& [route, code, message] : cases) {
        const auto pattern = PathPattern::parse(route);
        ASSERT_FALSE(pattern) << route;
        EXPECT_EQ(pattern.error().code, code);
        EXPECT_EQ(pattern.error().message, message);
    }
}

TEST(PathPattern, TakesBracketsThatHoldNoParameterAsTheyStand) {
    EXPECT_EQ(match("a<b", "a<b"), "");
    EXPECT_EQ(match("a>b<>", "a>b<>"), "");
    EXPECT_EQ(match("a b/", "a b/"), "");
    EXPECT_EQ(PathPattern::parse("x.<int:a>/(b)").value().regex(), "x\\.(?P<a>[0-9]+)/\\(b\\)\\Z");
}

TEST(PathPattern, AgreesWithItsRegularExpressionOnGarbage) {
    // The same language twice: in one pass, and through RE2, which an own converter asks for.
    struct Digits final : Converter {
        std::string_view name() const override { return "digits"; }
        std::string_view regex() const override { return "[0-9]+"; }
        std::optional<Value> to_value(std::string_view text) const override { return Value(text); }
        std::optional<std::string> to_url(const Value& value) const override { return value.str(); }
    };
    const Digits digits;
    const Converter* const own[] = {&digits};
    const PathPattern fast = PathPattern::parse("a/<int:i>/<slug:s>/<path:p>.x").value();
    const PathPattern slow =
        PathPattern::parse("a/<digits:i>/<slug:s>/<path:p>.x", Extent::All, own).value();
    std::mt19937 random(11);
    int matched = 0;
    for (int round = 0; round < 5000; ++round) {
        std::string path = "a/";
        for (std::size_t i = random() % 3; i > 0; --i) path += "17/a"[random() % 4];
        path += '/';
        for (std::size_t i = random() % 4; i > 0; --i) path += "7-_a/."[random() % 6];
        path += '/';
        for (std::size_t i = random() % 6; i > 0; --i) path += "a/.x\n"[random() % 5];
        path += random() % 4 != 0 ? ".x" : "";
        Captures first, second;
        ASSERT_EQ(fast.match(path, first).has_value(), slow.match(path, second).has_value())
            << path;
        ASSERT_EQ(first.size(), second.size()) << path;
        for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].text, second[i].text);
        matched += first.size() > 0;
    }
    EXPECT_GT(matched, 200);
    EXPECT_LT(matched, 4000);
}

}  // namespace
}  // namespace tatum::urls
