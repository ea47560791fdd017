#include <tatum/base/humanize.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>

#include <gtest/gtest.h>

#include <cmath>

namespace tatum::humanize {
namespace {

class StoppedClock final : public Clock {
public:
    std::int64_t now() const override {
        return parse_datetime("2024-05-05T12:30:45Z").value()->utc_microseconds();
    }
};

Value at(std::string_view text) { return Value(parse_datetime(text).value().value()); }

TEST(Ordinal, KnowsTheTeens) {
    EXPECT_EQ(ordinal(1).str(), "1st");
    EXPECT_EQ(ordinal(12).str(), "12th");
    EXPECT_EQ(ordinal(111).str(), "111th");
    EXPECT_EQ(ordinal("22").str(), "22nd");
    EXPECT_EQ(ordinal(-1).str(), "-1");
    EXPECT_EQ(ordinal("x").str(), "x");
    EXPECT_TRUE(ordinal(Value()).is_none());
    EXPECT_EQ(ordinal("1_002").str(), "1002nd");
    EXPECT_EQ(ordinal("\u0663").str(), "3rd");
    EXPECT_EQ(ordinal(Value::big_int("100000000000000000011")).str(), "100000000000000000011th");
    EXPECT_EQ(ordinal(1e22).str(), "10000000000000000000000th");
    EXPECT_THROW((void)ordinal(HUGE_VAL), Exception);
    const LocalScope french(Slot::Language, &Translations::builtin().language("fr"));
    EXPECT_EQ(ordinal(1).str(), "1<sup>er</sup>");
    EXPECT_EQ(ordinal(11).str(), "11<sup>e</sup>");
}

TEST(Apnumber, SpellsOneToNineAndReadsTheRest) {
    EXPECT_EQ(apnumber(1), Value("one"));
    EXPECT_EQ(apnumber("9"), Value("nine"));
    EXPECT_EQ(apnumber("00012"), Value(12));
    EXPECT_EQ(apnumber(-2.25), Value(-2));
    EXPECT_EQ(apnumber("x"), Value("x"));
    const LocalScope dutch(Slot::Language, &Translations::builtin().language("nl"));
    EXPECT_EQ(apnumber(1), Value("één"));
}

TEST(Intcomma, FollowsTheLanguage) {
    EXPECT_EQ(intcomma(-1234567).str(), "-1,234,567");
    EXPECT_EQ(intcomma("0012345.678").str(), "12,345.678");
    EXPECT_EQ(intcomma("text").str(), "text");
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(intcomma(1234.5).str(), "1.234,5");
    EXPECT_EQ(intcomma(1234567, UseL10n::Off).str(), "1,234,567");
}

TEST(Intword, NamesTheMagnitude) {
    EXPECT_EQ(intword(999'999).str(), "999999");
    EXPECT_EQ(intword(1'290'000).str(), "1.3 million");
    EXPECT_EQ(intword(1'250'000).str(), "1.3 million");
    EXPECT_EQ(intword(Value::big_int("1" + std::string(100, '0'))).str(), "1.0 googol");
    EXPECT_EQ(intword(Value::big_int("1" + std::string(33, '0'))).str(), "1.0 decillion");
    EXPECT_EQ(intword("x").str(), "x");
    EXPECT_EQ(intword(1e30).str(), "1.0 nonillion");
    EXPECT_EQ(intword(-5.5), Value(-5));
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(intword(1'000'000).str(), "1,0 Million");
    EXPECT_EQ(intword(2'500'000'000).str(), "2,5 Milliarden");
    const LocalScope russian(Slot::Language, &Translations::builtin().language("ru"));
    EXPECT_EQ(intword(4'200'000).str(), "4,2 миллионов");
    EXPECT_EQ(intword(Value::big_int("101" + std::string(27, '0'))).str(), "101,0 октиллион");
}

TEST(Naturalday, KnowsTheDaysAroundToday) {
    const StoppedClock clock;
    const LocalScope scope(Slot::Clock, &clock);
    EXPECT_EQ(naturalday(at("2024-05-05T23:59:00Z")).str(), "today");
    EXPECT_EQ(naturalday(parse_date("2024-05-04").value().value()).str(), "yesterday");
    EXPECT_EQ(naturalday(parse_date("2024-05-07").value().value()).str(), "May 7, 2024");
    EXPECT_EQ(naturalday(parse_date("2024-05-07").value().value(), "Y").str(), "2024");
    EXPECT_EQ(naturalday("text").str(), "text");
}

TEST(Naturaltime, CountsSecondsToYears) {
    const StoppedClock clock;
    const LocalScope scope(Slot::Clock, &clock);
    EXPECT_EQ(naturaltime(at("2024-05-05T12:30:45Z")).str(), "now");
    EXPECT_EQ(naturaltime(at("2024-05-05T12:30:15Z")).str(), "30\u00a0seconds ago");
    EXPECT_EQ(naturaltime(at("2024-05-05T13:30:45Z")).str(), "an hour from now");
    EXPECT_EQ(naturaltime(at("2023-05-05T12:30:45Z")).str(), "1\u00a0year ago");
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(naturaltime(at("2024-05-07T12:30:45Z")).str(), "2\u00a0Tage von jetzt an");
    const LocalScope czech(Slot::Language, &Translations::builtin().language("cs"));
    EXPECT_EQ(naturaltime(at("2023-05-05T12:30:45Z")).str(), "před 1\u00a0rokem");
    const LocalScope english(Slot::Language, &Translations::builtin().language("en"));
    EXPECT_EQ(naturaltime(5).str(), "5");
    // What has no zone is read in the settings' zone, not in the current one.
    Settings settings;
    settings.time_zone = "Pacific/Kiritimati";  // 14 hours ahead
    const LocalScope site(Slot::Settings, &settings);
    EXPECT_EQ(naturaltime(parse_datetime("2024-05-06T02:30:45").value().value()).str(), "now");
    EXPECT_EQ(naturalday(parse_date("2024-05-06").value().value()).str(), "today");
    EXPECT_EQ(naturalday(at("2024-05-06T00:00:00Z")).str(), "tomorrow");
    EXPECT_EQ(apnumber(3).str(), "three");
    EXPECT_EQ(apnumber(10).str(), "10");
}

}  // namespace
}  // namespace tatum::humanize
