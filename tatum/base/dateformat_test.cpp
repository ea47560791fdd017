#include <tatum/base/dateformat.h>

#include <tatum/base/locals.h>
#include <tatum/base/settings.h>

#include <gtest/gtest.h>

namespace tatum {
namespace {

Value at(int year, int month, int day, int hour, int minute, std::string_view zone = {}) {
    const Date date = Date::make(year, month, day).value();
    const Time time = Time::make(hour, minute).value();
    return zone.empty() ? Value(DateTime(date, time))
                        : Value(DateTime(date, time, *Zone::find(zone)));
}

std::string format(const Value& value, std::string_view text, std::string_view language = "en") {
    return format_date(value, text, Translations::builtin().language(language)).value();
}

TEST(FormatDate, KnowsEveryCharacter) {
    const Value value = at(2024, 2, 9, 15, 7, "Europe/Paris");
    EXPECT_EQ(format(value, "a A f g G h H i P s u"),
              "p.m. PM 3:07 3 15 03 15 07 3:07 p.m. 00 000000");
    EXPECT_EQ(format(value, "b d D E F j l L m M n N o S t w W y Y z"),
              "feb 09 Fri February February 9 Friday True 02 Feb 2 Feb. 2024 th 29 5 6 24 2024 40");
    EXPECT_EQ(format(value, "c"), "2024-02-09T15:07:00+01:00");
    EXPECT_EQ(format(value, "r"), "Fri, 09 Feb 2024 15:07:00 +0100");
    EXPECT_EQ(format(value, "e I O T U Z"), "CET 0 +0100 CET 1707487620 3600");
    const Value before = DateTime::from_utc(-1'500'000);
    EXPECT_EQ(format(before, "U"), "-1");  // the fraction is cut off, not rounded down
}

TEST(FormatDate, TakesTheCharacterAfterABackslashAsItIs) {
    const Value value = at(2024, 2, 9, 0, 0);
    EXPECT_EQ(format(value, R"(jS \o\f F)"), "9th of February");
    EXPECT_EQ(format(value, R"(\\n)"), R"(\n)");
    EXPECT_EQ(format(value, R"(Y\)"), R"(2024\)");
    EXPECT_EQ(format(value, "Ü Y"), "Ü 2024");
}

TEST(FormatDate, SaysMidnightAndNoon) {
    EXPECT_EQ(format(at(2024, 1, 1, 0, 0), "P f"), "midnight 12");
    EXPECT_EQ(format(at(2024, 1, 1, 12, 0), "P f"), "noon 12");
    EXPECT_EQ(format(at(2024, 1, 1, 12, 1), "P"), "12:01 p.m.");
}

TEST(FormatDate, RefusesPartsThatTheValueLacks) {
    const Date day = Date::make(2024, 1, 1).value();
    EXPECT_EQ(format_date(Value(day), "Y H").error().code, "dateformat.E001");
    EXPECT_EQ(format_date(Value(Time()), "H Y").error().code, "dateformat.E002");
    EXPECT_EQ(format_date(Value(5), "Y").error().code, "dateformat.E003");
    EXPECT_EQ(format(Value(Time()), "H:i e T Z"), "00:00   ");
}

TEST(FormatDate, UsesTheSettingsZoneForNaiveValues) {
    Settings settings;
    settings.time_zone = "Asia/Kolkata";
    const LocalScope scope(Slot::Settings, &settings);
    EXPECT_EQ(format(at(2024, 1, 1, 0, 0), "T O Z e"), "IST +0530 19800 ");
    EXPECT_EQ(format(at(2024, 1, 1, 0, 0), "U"), "1704047400");
    const Time late = Time::make(2, 30, 0, 1).value();
    EXPECT_EQ(format(DateTime(Date::make(2, 12, 28).value(), late, Zone::utc()), "U"),
              "-62072861400");
}

TEST(FormatDate, DoesNotNameAZoneForAReadingThatHappensTwice) {
    EXPECT_EQ(format(at(2024, 10, 27, 2, 30, "Europe/Paris"), "T I Z"), "  ");
}

TEST(FormatDate, SpeaksTheLanguage) {
    const Value value = at(2024, 3, 9, 14, 5);
    EXPECT_EQ(format(value, "l j. F Y", "de"), "Samstag 9. März 2024");
    EXPECT_EQ(format(value, "j E", "pl"), "9 marca");
    EXPECT_EQ(format(value, "D M", "de-at"), "Sa Mär");
    EXPECT_EQ(format(value, "F", "xx"), "March");
}

TEST(FormatDate, CountsIsoWeeksAcrossYears) {
    EXPECT_EQ(format(at(2021, 1, 3, 0, 0), "o W"), "2020 53");
    EXPECT_EQ(format(at(2018, 12, 31, 0, 0), "o W"), "2019 1");
}

}  // namespace
}  // namespace tatum
