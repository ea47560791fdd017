#include <tatum/base/json.h>

#include <gtest/gtest.h>

#include <limits>

namespace tatum::json {
namespace {

std::string round(std::string_view text) { return dump(parse(text).value()).value(); }

TEST(JsonParse, KeepsIntegersFloatsAndBigIntegersApart) {
    const std::pair<std::string_view, Kind> cases[] = {{"5", Kind::Int},
                                                       {"-0", Kind::Int},
                                                       {"5.0", Kind::Float},
                                                       {"1e5", Kind::Float},
                                                       {"1E-5", Kind::Float},
                                                       {"-0.0", Kind::Float},
                                                       {"9223372036854775807", Kind::Int},
                                                       {"9223372036854775808", Kind::BigInt},
                                                       {"-9223372036854775808", Kind::Int},
                                                       {"NaN", Kind::Float},
                                                       {"-Infinity", Kind::Float}};
    for (const auto& [text, kind] : cases) EXPECT_EQ(parse(text).value().kind(), kind) << text;
    EXPECT_EQ(parse("0.1").value().as_float(), 0.1);
    EXPECT_EQ(parse("1e999").value().as_float(), std::numeric_limits<double>::infinity());
    EXPECT_EQ(parse("-1e999").value().as_float(), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(parse("1e-999").value().as_float(), 0.0);
    EXPECT_EQ(parse("0.0000000001e-320").value().as_float(), 0.0);
    EXPECT_EQ(round("123456789012345678901234567890"), "123456789012345678901234567890");
}

TEST(JsonParse, KeepsTheOrderOfKeysAndTheLastOfEqualOnes) {
    EXPECT_EQ(round(R"({"b": 1, "a": 2, "b": 3})"), R"({"b": 3, "a": 2})");
}

TEST(JsonParse, LetsRowsShareTheTextsOfTheirKeys) {
    const auto key_of = [](const Value& rows, std::size_t row) {
        return rows.as_list()[row].as_dict().begin()->key.as_string();
    };
    const Value rows = json::parse(R"([{"name": 1}, {"na\u006de": 2}])").value();
    EXPECT_EQ(key_of(rows, 0), "name");
    EXPECT_EQ(key_of(rows, 0).data(), key_of(rows, 1).data());
    // More keys than are remembered, and one that is too long to be.
    Dict row{{std::string(65, 'x'), 1}};
    for (int i = 0; i < 200; ++i) row.set("key" + std::to_string(i), i);
    const Value many(List{Value(row), Value(row)});
    EXPECT_EQ(json::parse(json::dump(many).value()).value(), many);
}

TEST(JsonParse, ReadsEscapesAndUtf8) {
    EXPECT_EQ(parse(R"("a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z")").value().as_string(),
              "a\"\\/\b\f\n\r\té😀z");
    EXPECT_EQ(parse("\"é 😀 long enough for the fast path é\"").value().as_string(),
              "é 😀 long enough for the fast path é");
    EXPECT_EQ(parse(R"("\u0000")").value().as_string(), std::string_view("\0", 1));
}

TEST(JsonParse, RejectsWhatIsNotJson) {
    for (const std::string_view text : {"",
                                        " ",
                                        "nul",
                                        "True",
                                        "'a'",
                                        "{",
                                        "[",
                                        "[1",
                                        "[1,",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{a:1}",
                                        "{1:2}",
                                        "\"",
                                        "\"a",
                                        "\"\\",
                                        "\"\\x\"",
                                        "\"\\u12\"",
                                        "\"\\u12g4\"",
                                        "\"a\nb\"",
                                        "\"a\tb\"",
                                        "01",
                                        "1.",
                                        ".5",
                                        "+1",
                                        "-",
                                        "1e",
                                        "1e+",
                                        "- 1",
                                        "1 2",
                                        "]",
                                        "}",
                                        "[1]]",
                                        "\xef\xbb\xbf{}",
                                        "--1",
                                        "infinity",
                                        "nan",
                                        "0x10"}) {
        const auto result = parse(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, "json.E001") << text;
    }
}

TEST(JsonParse, RejectsWhatIsNotUtf8) {
    for (const std::string_view text :
         {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\"abc\xe2\x82\"",
          "\"twelve chars\xff and more\"", R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")",
          R"("\ud800x")"}) {
        const auto result = parse(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, "json.E004") << text;
    }
}

TEST(JsonParse, SaysWhereTheFaultIs) {
    const auto result = parse("{\n  \"a\": 1,\n  \"b\": x\n}");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().offset, 19u);
    EXPECT_EQ(result.error().where.line, 3u);
    EXPECT_EQ(result.error().where.column, 8u);
}

TEST(JsonParse, HoldsItsLimits) {
    EXPECT_TRUE(parse("[[[]]]", {.depth_max = 3}));
    EXPECT_EQ(parse("[[[[]]]]", {.depth_max = 3}).error().code, "json.E002");
    EXPECT_EQ(parse("{\"a\":{\"a\":[1]}}", {.depth_max = 2}).error().code, "json.E002");
    EXPECT_EQ(parse(std::string(1'000'000, '[')).error().code, "json.E002");
    EXPECT_TRUE(parse("1234", {.bytes_max = 4}));
    EXPECT_EQ(parse("12345", {.bytes_max = 4}).error().code, "json.E003");
    EXPECT_TRUE(parse(std::string(4300, '7')));
    EXPECT_EQ(parse(std::string(4301, '7')).error().code, "json.E003");
    EXPECT_EQ(parse("NaN", {.non_finite = false}).error().code, "json.E001");
    EXPECT_EQ(parse("[-Infinity]", {.non_finite = false}).error().code, "json.E001");
}

TEST(JsonParse, SurvivesEveryPrefixAndFlippedByte) {
    const std::string text = R"({"a": [1, 2.5e3, "x\u00e9\n", null, true], "ü": {"b": -7}})";
    for (std::size_t i = 0; i < text.size(); ++i) {
        EXPECT_FALSE(parse(text.substr(0, i))) << i;
        for (const char c : {'\0', '"', '\\', '{', '\xff', '9'}) {
            std::string broken = text;
            broken[i] = c;
            if (const auto value = parse(broken)) {
                EXPECT_TRUE(dump(*value));
            }
        }
    }
}

TEST(JsonDump, WritesAsPythonDoes) {
    EXPECT_EQ(dump(Dict{{"a", List{1, 2.0, Value(), true}}, {"b", Dict{}}}).value(),
              R"({"a": [1, 2.0, null, true], "b": {}})");
    EXPECT_EQ(dump("é\u2028😀\x7f\x01\"\\/\n").value(),
              R"("\u00e9\u2028\ud83d\ude00\u007f\u0001\"\\/\n")");
    EXPECT_EQ(dump("é\u2028\x7f", {.ensure_ascii = false}).value(), "\"é\u2028\x7f\"");
    EXPECT_EQ(dump(List{1e16, std::numeric_limits<double>::quiet_NaN()}).value(), "[1e+16, NaN]");
    EXPECT_EQ(dump(Value::tuple({1})).value(), "[1]");
    EXPECT_EQ(dump(Dict{{"b", 1}, {"a", 2}}, {.sort_keys = true}).value(), R"({"a": 2, "b": 1})");
    EXPECT_EQ(dump(Dict{{"b", List{1, 2}}}, Options::compact()).value(), R"({"b":[1,2]})");
    EXPECT_EQ(dump(Dict{{"b", List{1, 2}}, {"c", List{}}}, {.indent = 2}).value(),
              "{\n  \"b\": [\n    1,\n    2\n  ],\n  \"c\": []\n}");
    Dict keys;
    keys.set(Value(1), 1);
    keys.set(Value(), 2);
    keys.set(Value(2.5), 3);
    EXPECT_EQ(dump(keys, {.sort_keys = true}).value(), R"({"null": 2, "1": 1, "2.5": 3})");
    EXPECT_EQ(dump(keys).value(), R"({"1": 1, "null": 2, "2.5": 3})");
}

TEST(JsonDump, WritesDatesAndDecimalsAsDjangosEncoder) {
    const Date date = Date::make(2024, 1, 2).value();
    const DateTime moment(date, Time::make(3, 4, 5, 678901).value(), Zone::utc());
    EXPECT_EQ(dump(date).value(), "\"2024-01-02\"");
    EXPECT_EQ(dump(moment).value(), "\"2024-01-02T03:04:05.678Z\"");
    EXPECT_EQ(dump(DateTime(date, Time::make(3, 4, 5).value(), Zone::fixed(19800))).value(),
              "\"2024-01-02T03:04:05+05:30\"");
    EXPECT_EQ(dump(Time::make(1, 2, 3, 400).value()).value(), "\"01:02:03.000\"");
    EXPECT_EQ(dump(Duration{93784000005}).value(), "\"P1DT02H03M04.000005S\"");
    EXPECT_EQ(dump(1.10_dec).value(), "\"1.10\"");
}

TEST(JsonDump, RefusesWhatHasNoJson) {
    const auto code = [](const Value& value, const Options& options = {}) {
        const auto text = dump(value, options);
        return text ? "" : text.error().code;
    };
    EXPECT_EQ(code(Value::set({1})), "json.E010");
    EXPECT_EQ(code(Value::bytes("x")), "json.E010");
    EXPECT_EQ(code(Date(), {.encoder = Encoder::Plain}), "json.E010");
    EXPECT_EQ(code(std::numeric_limits<double>::infinity(), {.allow_nan = false}), "json.E011");
    Dict dict;
    dict.set(Value::tuple({1}), 1);
    EXPECT_EQ(code(dict), "json.E010");
    Value deep;
    for (int i = 0; i < 200; ++i) deep = List{deep};
    EXPECT_EQ(code(deep), "");
    EXPECT_EQ(code(List{deep}), "json.E012");
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
    std::string out;
    Writer writer(out);
    writer.begin_object();
    writer.key("a");
    writer.begin_array();
    writer.integer(1);
    writer.number(2.5);
    writer.string("x");
    writer.null();
    writer.boolean(false);
    writer.begin_array();
    writer.end_array();
    writer.end_array();
    writer.key("b");
    EXPECT_TRUE(writer.value(Dict{{"c", 3}}));
    writer.key("d");
    writer.integer(4);
    writer.end_object();
    EXPECT_EQ(out, R"({"a": [1, 2.5, "x", null, false, []], "b": {"c": 3}, "d": 4})");
}

TEST(JsonWriter, IndentsLikeDump) {
    const Value value = Dict{{"a", List{1, Dict{{"b", 2}}}}};
    std::string out;
    Writer writer(out, {.indent = 4});
    writer.begin_object();
    writer.key("a");
    EXPECT_TRUE(writer.value(*value.as_dict().find("a")));
    writer.end_object();
    EXPECT_EQ(out, dump(value, {.indent = 4}).value());
}

}  // namespace
}  // namespace tatum::json
