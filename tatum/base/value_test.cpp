#include <tatum/base/value.h>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tatum {
namespace {

/// Counts down its life and answers as a sequence of three numbers.
class Probe final : public Object {
public:
    explicit Probe(int& alive) : alive_(alive) { ++alive_; }
    ~Probe() override { --alive_; }

    std::string_view type_name(Self) const override { return "Probe"; }
    std::optional<std::size_t> size(Self) const override { return 3; }
    Value item(Self, std::size_t index) const override { return static_cast<int>(index) * 10; }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name == Name("answer")) return 42;
        return std::nullopt;
    }

private:
    int& alive_;
};

Value decimal(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Value, IsSmallAndStartsAsNone) {
    static_assert(sizeof(Value) == 24);
    EXPECT_TRUE(Value().is_none());
    EXPECT_EQ(Value().repr(), "None");
    EXPECT_EQ(Value(std::optional<int>()).repr(), "None");
    EXPECT_EQ(Value(std::optional<int>(3)).repr(), "3");
}

TEST(Value, PrintsNumbersAsPythonDoes) {
    const std::pair<Value, std::string_view> cases[] = {
        {true, "True"},
        {-5, "-5"},
        {std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"},
        {18446744073709551615ul, "18446744073709551615"},
        {5.0, "5.0"},
        {-0.0, "-0.0"},
        {0.1, "0.1"},
        {1e16, "1e+16"},
        {1e15, "1000000000000000.0"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {9007199254740993.0, "9007199254740992.0"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {1.5e-7, "1.5e-07"},
        {123.456, "123.456"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {std::numeric_limits<double>::quiet_NaN(), "nan"},
        {-std::numeric_limits<double>::infinity(), "-inf"},
        {decimal("1.20"), "1.20"}};
    for (const auto& [value, text] : cases) EXPECT_EQ(value.str(), text);
    EXPECT_EQ(decimal("1.20").repr(), "Decimal('1.20')");
    EXPECT_EQ(decimal("NaN").repr(), "Decimal('NaN')");
}

TEST(Value, PrintsContainersAsPythonDoes) {
    EXPECT_EQ(Value(List{"a", 1}).str(), "['a', 1]");
    EXPECT_EQ(Value(List{}).str(), "[]");
    EXPECT_EQ(Value::tuple({"a"}).str(), "('a',)");
    EXPECT_EQ(Value::tuple({}).str(), "()");
    EXPECT_EQ(Value::tuple({1, 2}).str(), "(1, 2)");
    static constexpr std::array<std::string_view, 2> kFields{"x", "y"};
    static constexpr NamedTuple kPoint{"Point", kFields};
    EXPECT_EQ(Value::tuple(kPoint, {1, "a"}).str(), "Point(x=1, y='a')");
    EXPECT_EQ(Value::tuple(kPoint, {1, "a"}), Value::tuple({1, "a"}));
    EXPECT_EQ(Value::set({1, 2, 1, 1.0, true}).str(), "{1, 2}");
    EXPECT_EQ(Value::set({}).str(), "set()");
    EXPECT_EQ(Value(Dict{{"a", 1}, {"b", List{Value()}}}).str(), "{'a': 1, 'b': [None]}");
    EXPECT_EQ(Value(Dict{}).str(), "{}");
    EXPECT_EQ(Value::range(0, 3).str(), "range(0, 3)");
    EXPECT_EQ(Value::range(10, 0, -2).str(), "range(10, 0, -2)");
}

TEST(Value, PrintsStringsAndBytesWithPythonsQuotes) {
    EXPECT_EQ(Value("it's").repr(), "\"it's\"");
    EXPECT_EQ(Value("\"it's\"").repr(), "'\"it\\'s\"'");
    EXPECT_EQ(Value("a\n\t\\\x01\x7f").repr(), "'a\\n\\t\\\\\\x01\\x7f'");
    EXPECT_EQ(Value("é\u00a0\u200b😀").repr(), "'é\\xa0\\u200b😀'");
    EXPECT_EQ(Value("x").str(), "x");
    EXPECT_EQ(Value::safe("<b>").repr(), "'<b>'");
    EXPECT_EQ(Value::bytes(std::string_view("a'\x00\xff\n", 5)).str(), "b\"a'\\x00\\xff\\n\"");
    EXPECT_EQ(Value::bytes("a\"'").repr(), "b'a\"\\''");
}

TEST(Value, PrintsTimesAsPythonDoes) {
    const Date date = Date::make(2024, 2, 29).value();
    const Time time = Time::make(13, 5).value();
    EXPECT_EQ(Value(date).str(), "2024-02-29");
    EXPECT_EQ(Value(date).repr(), "datetime.date(2024, 2, 29)");
    EXPECT_EQ(Value(time).repr(), "datetime.time(13, 5)");
    EXPECT_EQ(Value(Time::make(1, 2, 3).value()).repr(), "datetime.time(1, 2, 3)");
    EXPECT_EQ(Value(Time::make(1, 2, 0, 4).value()).repr(), "datetime.time(1, 2, 0, 4)");
    EXPECT_EQ(Value(DateTime(date, time)).str(), "2024-02-29 13:05:00");
    EXPECT_EQ(Value(DateTime(date, time)).repr(), "datetime.datetime(2024, 2, 29, 13, 5)");
    EXPECT_EQ(Value(DateTime(date, time, Zone::utc())).repr(),
              "datetime.datetime(2024, 2, 29, 13, 5, tzinfo=datetime.timezone.utc)");
    EXPECT_EQ(Value(DateTime(date, time, Zone::fixed(3600))).repr(),
              "datetime.datetime(2024, 2, 29, 13, 5, "
              "tzinfo=datetime.timezone(datetime.timedelta(seconds=3600)))");
    const Zone* paris = Zone::find("Europe/Paris");
    ASSERT_NE(paris, nullptr);
    const Date autumn = Date::make(2024, 10, 27).value();
    const Time twice = Time::make(2, 30).value();
    EXPECT_EQ(Value(DateTime(autumn, twice, *paris)).repr(),
              "datetime.datetime(2024, 10, 27, 2, 30, tzinfo=zoneinfo.ZoneInfo(key="
              "'Europe/Paris'))");
    EXPECT_EQ(Value(DateTime(autumn, twice, *paris, 1)).repr(),
              "datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo(key="
              "'Europe/Paris'))");
    EXPECT_EQ(Value(Duration{}).repr(), "datetime.timedelta(0)");
    EXPECT_EQ(Value(Duration{-1}).repr(),
              "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)");
    EXPECT_EQ(Value(Duration::days(2)).repr(), "datetime.timedelta(days=2)");
}

TEST(Value, KeepsWhatItWasMadeFrom) {
    const DateTime moment = DateTime::from_utc(1'700'000'000'123'456, Zone::fixed(-19800));
    EXPECT_EQ(Value(moment).as_datetime(), moment);
    EXPECT_EQ(Value(moment).as_datetime().utc_offset(), -19800);
    const Uuid uuid = Uuid::parse("12345678-1234-5678-1234-567812345678").value();
    EXPECT_EQ(Value(uuid).as_uuid(), uuid);
    EXPECT_EQ(Value(uuid).repr(), "UUID('12345678-1234-5678-1234-567812345678')");
    const Decimal big = -Decimal::parse("12345678901234567890123456789.12345678").value();
    EXPECT_TRUE(Decimal::identical(Value(big).as_decimal(), big));
    EXPECT_TRUE(Value(Decimal::infinity(true)).as_decimal().is_infinite());
    EXPECT_EQ(Value(Value::big_int("-0000123")).kind(), Kind::Int);
    EXPECT_EQ(Value::big_int("00099999999999999999999").str(), "99999999999999999999");
}

TEST(Value, SharesTextInsteadOfCopyingIt) {
    const Value text("a long text that lives on the heap");
    const Value copy = text;
    EXPECT_EQ(copy.as_string().data(), text.as_string().data());
    const Value middle = text.at(2).value();
    EXPECT_EQ(middle.as_string().data(), text.as_string().data() + 2);
    Value moved = text;
    Value target = std::move(moved);
    EXPECT_EQ(target, text);
    const std::string owner = "viewed";
    EXPECT_EQ(Value::view(owner).as_string().data(), owner.data());
    EXPECT_EQ(Value::view(owner).owner(), nullptr);
    EXPECT_EQ(Value("").owner(), nullptr);
}

TEST(Value, MarksOnlyStringsAsSafe) {
    EXPECT_TRUE(Value("x").mark_safe().is_safe());
    EXPECT_FALSE(Value("x").is_safe());
    EXPECT_FALSE(Value(5).mark_safe().is_safe());
    EXPECT_EQ(Value::safe("x"), Value("x"));
    EXPECT_FALSE(Value::safe("xy").at(0)->is_safe());
}

TEST(Value, ComparesNumbersByValueWhateverTheirKind) {
    EXPECT_EQ(Value(1), Value(true));
    EXPECT_EQ(Value(1), Value(1.0));
    EXPECT_EQ(Value(1.0), decimal("1.00"));
    EXPECT_EQ(Value(0.5), decimal("0.5"));
    EXPECT_NE(Value(0.1), decimal("0.1"));
    EXPECT_EQ(Value::compare(decimal("0.1"), Value(0.1)), std::partial_ordering::less);
    EXPECT_NE(Value(9007199254740993), Value(9007199254740992.0));
    EXPECT_EQ(Value::compare(9007199254740993, 9007199254740992.0), std::partial_ordering::greater);
    EXPECT_EQ(Value::big_int("10000000000000000000000"), Value(1e22));
    EXPECT_NE(Value::big_int("10000000000000000000001"), Value(1e22));
    EXPECT_EQ(Value::compare(Value::big_int("-" + std::string(400, '9')),
                             -std::numeric_limits<double>::max()),
              std::partial_ordering::less);
    EXPECT_EQ(Value::compare(std::numeric_limits<double>::infinity(),
                             Value::big_int(std::string(400, '9'))),
              std::partial_ordering::greater);
    EXPECT_EQ(Value::big_int("99999999999999999999"), decimal("99999999999999999999"));
    EXPECT_EQ(Value::compare(Value::big_int("99999999999999999999"), decimal("1E+20")),
              std::partial_ordering::less);
    EXPECT_EQ(Value(0.0), Value(-0.0));
    const Value nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NE(nan, nan);
    EXPECT_EQ(Value::compare(nan, 1).value(), std::partial_ordering::unordered);
    EXPECT_NE(Value(1), Value("1"));
}

TEST(Value, HashesEqualNumbersAlike) {
    const std::vector<std::vector<Value>> equal = {
        {1, true, 1.0, decimal("1.00")},
        {0, false, 0.0, -0.0, decimal("0E+5")},
        {0.5, decimal("0.50")},
        {1e22, Value::big_int("10000000000000000000000"), decimal("1E+22")},
        {std::int64_t{1} << 62, 0x1p62, decimal("4611686018427387904")}};
    for (const auto& values : equal) {
        for (const Value& value : values) {
            EXPECT_EQ(value, values[0]) << value.repr();
            EXPECT_EQ(value.hash(), values[0].hash()) << value.repr();
        }
    }
    EXPECT_EQ(Value("name").hash(), Name("name").hash);
    EXPECT_EQ(Value::tuple({1, "a"}).hash(), Value::tuple({1.0, "a"}).hash());
}

TEST(Value, OrdersOnlyWhatPythonOrders) {
    EXPECT_EQ(Value::compare("a", "b"), std::partial_ordering::less);
    EXPECT_EQ(Value::compare("Z", "a"), std::partial_ordering::less);
    EXPECT_EQ(Value::compare(List{1, 2}, List{1, 3}), std::partial_ordering::less);
    EXPECT_EQ(Value::compare(List{1}, List{1, 0}), std::partial_ordering::less);
    EXPECT_EQ(Value::compare(List{1, "a"}, List{1, 2}), std::nullopt);
    EXPECT_EQ(Value::compare(List{}, Value::tuple({})), std::nullopt);
    EXPECT_EQ(Value::compare(1, "1"), std::nullopt);
    EXPECT_EQ(Value::compare(Value(), Value()), std::nullopt);
    EXPECT_EQ(Value::compare(Dict{}, Dict{}), std::nullopt);
    EXPECT_EQ(Value::compare(Value::set({1}), Value::set({2, 1})), std::partial_ordering::less);
    EXPECT_EQ(Value::compare(Value::set({1}), Value::set({2})).value(),
              std::partial_ordering::unordered);
    const DateTime naive = DateTime::from_local(0);
    EXPECT_EQ(Value::compare(naive, DateTime::from_utc(0)), std::nullopt);
    EXPECT_NE(Value(naive), Value(DateTime::from_utc(0)));
    EXPECT_EQ(Value(DateTime::from_utc(0)), Value(DateTime::from_utc(0, Zone::fixed(3600))));
}

TEST(Value, ComparesContainersByTheirItems) {
    EXPECT_EQ(Value(List{1, "a"}), Value(List{1.0, "a"}));
    EXPECT_NE(Value(List{1}), Value::tuple({1}));
    EXPECT_EQ(Value::set({1, 2}), Value::set({2, 1}));
    EXPECT_EQ(Value(Dict{{"a", 1}, {"b", 2}}), Value(Dict{{"b", 2}, {"a", 1}}));
    EXPECT_NE(Value(Dict{{"a", 1}}), Value(Dict{{"a", 2}}));
    EXPECT_EQ(Value::range(0, 3, 2), Value::range(0, 4, 2));
    EXPECT_EQ(Value::range(5, 5), Value::range(1, 0));
    EXPECT_NE(Value::range(0, 3), Value::range(0, 4));
}

TEST(Value, KnowsWhatIsTrue) {
    for (const Value& value :
         {Value(), Value(false), Value(0), Value(0.0), decimal("0.00"), Value(""), Value::bytes(""),
          Value(List{}), Value::tuple({}), Value::set({}), Value(Dict{}), Value::range(3, 3),
          Value(Duration{})}) {
        EXPECT_FALSE(value.truth()) << value.repr();
    }
    for (const Value& value :
         {Value(true), Value(-1), Value(std::numeric_limits<double>::quiet_NaN()), decimal("NaN"),
          Value(" "), Value(List{0}), Value::range(0, 1), Value(Time()), Value(Date()),
          Value::big_int("99999999999999999999")}) {
        EXPECT_TRUE(value.truth()) << value.repr();
    }
}

TEST(Value, CountsAndTakesItems) {
    EXPECT_EQ(Value("añ😀").size(), 3u);
    EXPECT_EQ(Value("añ😀").at(1)->as_string(), "ñ");
    EXPECT_EQ(Value("añ😀").at(-1)->as_string(), "😀");
    EXPECT_EQ(Value("abc").items()->size(), 3u);
    EXPECT_EQ(Value("ab").at(2), std::nullopt);
    EXPECT_EQ(Value("ab").at(-3), std::nullopt);
    EXPECT_EQ(Value(List{1, 2, 3}).at(-1), Value(3));
    EXPECT_EQ(Value::tuple({1}).at(0), Value(1));
    EXPECT_EQ(Value::set({1}).at(0), std::nullopt);
    EXPECT_EQ(Value(Dict{{"a", 1}}).at(0), std::nullopt);
    EXPECT_EQ(Value(Dict{{"a", 1}}).items()->at(0), Value("a"));
    EXPECT_EQ(Value::range(0, 10, 3).size(), 4u);
    EXPECT_EQ(Value::range(0, 10, 3).at(-1), Value(9));
    EXPECT_EQ(Value::range(5, 0, -2).items().value(), (List{5, 3, 1}));
    EXPECT_EQ(Value::bytes("a\xff").at(1), Value(255));
    EXPECT_EQ(Value(5).size(), std::nullopt);
    EXPECT_EQ(Value(5).items(), std::nullopt);
    EXPECT_EQ(Value(List{1}).at(std::numeric_limits<std::int64_t>::min()), std::nullopt);
    const auto all = Value::range(std::numeric_limits<std::int64_t>::min(),
                                  std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(all.size(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Value, CountsTheUsersOfAnObject) {
    int alive = 0;
    {
        Value value = Value::adopt(new Probe(alive));
        const Value copy = value;
        value = Value();
        EXPECT_EQ(alive, 1);
        EXPECT_EQ(copy.str(), "<Probe object>");
        EXPECT_EQ(copy.at(2), Value(20));
        EXPECT_EQ(copy.items()->size(), 3u);
        EXPECT_TRUE(copy.truth());
        EXPECT_EQ(copy.as_object().attribute(copy.self(), "answer"), Value(42));
        EXPECT_EQ(copy, Value::object(&copy.as_object()));
        EXPECT_NE(copy, Value(List{0, 10, 20}));
        EXPECT_EQ(Value::compare(copy, copy), std::nullopt);
    }
    EXPECT_EQ(alive, 0);
}

TEST(Dict, KeepsTheOrderOfInsertion) {
    Dict dict;
    for (const int i : {5, 3, 9, 1}) dict.set(std::to_string(i), i);
    dict.set("3", 33);
    EXPECT_EQ(Value(dict).repr(), "{'5': 5, '3': 33, '9': 9, '1': 1}");
    EXPECT_TRUE(dict.erase("9"));
    EXPECT_FALSE(dict.erase("9"));
    dict["9"] = 99;
    EXPECT_EQ(Value(dict).repr(), "{'5': 5, '3': 33, '1': 1, '9': 99}");
}

TEST(Dict, FindsKeysOfAnyKind) {
    Dict dict;
    dict.set(Value(1), "one");
    dict.set(Value(1.0), "still one");
    dict.set(Value("1"), "text");
    dict.set(Value::tuple({1, 2}), "pair");
    EXPECT_EQ(dict.size(), 3u);
    EXPECT_EQ(*dict.find(Value(true)), Value("still one"));
    EXPECT_EQ(*dict.find(Value::tuple({1, 2})), Value("pair"));
    EXPECT_EQ(dict.get("1"), Value("text"));
    EXPECT_TRUE(dict.get("2").is_none());
    EXPECT_EQ(dict.find(Value()), nullptr);
}

TEST(Dict, FindsEveryKeyWhenLarge) {
    Dict dict;
    for (int i = 0; i < 1000; ++i) dict.set("key" + std::to_string(i), i);
    for (int i = 0; i < 1000; i += 3) EXPECT_TRUE(dict.erase("key" + std::to_string(i)));
    for (int i = 0; i < 1000; ++i) {
        const std::string key = "key" + std::to_string(i);
        ASSERT_EQ(dict.contains(key), i % 3 != 0) << key;
        if (i % 3 != 0) {
            EXPECT_EQ(dict.get(key), Value(i));
        }
    }
    EXPECT_FALSE(dict.contains("key1000"));
}

TEST(Uuid, ReadsTheFormsThatPythonReads) {
    const std::string expected = "12345678-1234-5678-1234-567812345678";
    for (const std::string_view text :
         {"12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678",
          "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-5678-1234-567812345678",
          "1234-56781234567812345678-12345678"}) {
        EXPECT_EQ(Uuid::parse(text).value().str(), expected) << text;
    }
    for (const std::string_view text : {"", "1234", "1234567812345678123456781234567g",
                                        "123456781234567812345678123456789", " 1234"}) {
        const auto result = Uuid::parse(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, "uuid.E001");
    }
}

}  // namespace
}  // namespace tatum
