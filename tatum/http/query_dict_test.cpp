#include <tatum/http/query_dict.h>

#include <gtest/gtest.h>

#include <random>

namespace tatum::http {
namespace {

TEST(QueryDict, GivesTheLastValueOfAKey) {
    const QueryDict fields = QueryDict::parse("a=1&b=2&a=3");
    EXPECT_EQ(fields["a"], "3");
    EXPECT_EQ(fields.get("a"), "3");
    EXPECT_EQ(fields.getlist("a"), (std::vector<std::string>{"1", "3"}));
    EXPECT_EQ(fields.get("c", "?"), "?");
    EXPECT_EQ(fields.find("c"), nullptr);
    EXPECT_TRUE(fields.getlist("c").empty());
    EXPECT_THROW(fields["c"], MultiValueDictKeyError);
    EXPECT_EQ(fields.size(), 2u);
}

TEST(QueryDict, DecodesPercentAndPlus) {
    const QueryDict fields = QueryDict::parse("a+b=%C3%A9+x&%=%&=&c");
    EXPECT_EQ(fields["a b"], "é x");
    EXPECT_EQ(fields["%"], "%");
    EXPECT_EQ(fields[""], "");
    EXPECT_EQ(fields["c"], "");
}

TEST(QueryDict, ReplacesBytesThatAreNoText) {
    EXPECT_EQ(QueryDict::parse("a=%FF")["a"], "\xEF\xBF\xBD");
    EXPECT_EQ(QueryDict::parse("a=%E9", "latin-1")["a"], "é");
    EXPECT_EQ(QueryDict::parse("a=%80", "windows-1252")["a"], "€");
    EXPECT_EQ(QueryDict::parse("a=%C3%A9", "no-such-charset")["a"], "é");
}

TEST(QueryDict, LimitsTheNumberOfFields) {
    EXPECT_EQ(QueryDict::parse("a&b&c", "utf-8", 3).size(), 3u);
    EXPECT_THROW(static_cast<void>(QueryDict::parse("a&b&c&d", "utf-8", 3)), TooManyFieldsSent);
    // What is empty between two '&' counts too, since it costs time all the same.
    EXPECT_THROW(static_cast<void>(QueryDict::parse("&&&", "utf-8", 3)), TooManyFieldsSent);
    EXPECT_TRUE(QueryDict::parse("", "utf-8", 0).empty());
}

TEST(QueryDict, ChangesAsDjangosDoes) {
    QueryDict fields{{"a", "1"}, {"a", "2"}};
    fields.appendlist("b", "x");
    fields.setlist("c", {});
    EXPECT_EQ(fields.get("c", "?"), "?");
    EXPECT_TRUE(fields.contains("c"));
    EXPECT_EQ(fields.setdefault("a", "9"), "2");
    EXPECT_EQ(fields.setdefault("d", "9"), "9");
    EXPECT_EQ(fields.setlistdefault("e", {"1", "2"}).size(), 2u);
    fields.update(QueryDict{{"a", "3"}, {"f", "4"}});
    EXPECT_EQ(fields.getlist("a").size(), 3u);
    EXPECT_EQ(fields.pop("a").size(), 3u);
    EXPECT_FALSE(fields.contains("a"));
    fields.set("b", "y");
    EXPECT_EQ(fields.urlencode(), "b=y&d=9&e=1&e=2&f=4");
}

TEST(QueryDict, FindsEveryOneOfManyKeys) {
    QueryDict fields;
    for (int i = 0; i < 500; ++i) fields.appendlist("key" + std::to_string(i), std::to_string(i));
    EXPECT_EQ(fields.pop("key7").front(), "7");
    for (int i = 0; i < 500; ++i) {
        const std::string* value = fields.find("key" + std::to_string(i));
        ASSERT_EQ(value == nullptr, i == 7) << i;
        if (value != nullptr) {
            EXPECT_EQ(*value, std::to_string(i));
        }
    }
}

TEST(QueryDict, EncodesWhatItParsed) {
    const std::string text = "a=1&a=%26%3D&b=x+y&%C3%A9=%E2%82%AC";
    EXPECT_EQ(QueryDict::parse(text).urlencode(), text);
    EXPECT_EQ(QueryDict::parse("next=/a b/").urlencode("/"), "next=/a%20b/");
}

TEST(QueryDict, EncodingWhatWasParsedFromGarbageIsStable) {
    std::mt19937 random(20260821);
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (std::size_t i = random() % 40; i > 0; --i)
            text += "&=%+;a\xC3\xA9\xFF\0z0"[random() % 13];
        const QueryDict first = QueryDict::parse(text);
        EXPECT_EQ(QueryDict::parse(first.urlencode()), first) << "seed 20260821: " << text;
    }
}

TEST(QueryDict, ShowsItsFieldsToTemplates) {
    const QueryDict fields = QueryDict::parse("q=cranberry&tag=a&tag=b&items=mine");
    const Value value = to_value(fields);
    const auto attribute = [&](std::string_view name) {
        return value.as_object().attribute(value.self(), Name(name));
    };
    EXPECT_EQ(attribute("q"), Value("cranberry"));
    EXPECT_EQ(attribute("tag"), Value("b"));
    EXPECT_EQ(attribute("items"), Value("mine"));
    EXPECT_EQ(attribute("nothing"), std::nullopt);
    EXPECT_EQ(attribute("urlencode"), Value("q=cranberry&tag=a&tag=b&items=mine"));
    EXPECT_EQ(value.str(),
              "<QueryDict: {'q': ['cranberry'], 'tag': ['a', 'b'], 'items': ['mine']}>");
}

}  // namespace
}  // namespace tatum::http
