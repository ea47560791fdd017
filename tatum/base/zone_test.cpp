#include <tatum/base/datetime.h>
#include <tatum/base/impl/tzif.h>

#include <gtest/gtest.h>

#include <random>

namespace tatum {
namespace {

DateTime reading(int year, int month, int day, int hour, int minute, std::string_view zone,
                 int fold = 0) {
    return DateTime(Date::make(year, month, day).value(), Time::make(hour, minute).value(),
                    *Zone::find(zone), fold);
}

TEST(Zone, IsInterned) {
    EXPECT_EQ(Zone::find("Europe/Paris"), Zone::find("Europe/Paris"));
    EXPECT_EQ(Zone::find("UTC"), &Zone::utc());
    EXPECT_EQ(&Zone::fixed(0), &Zone::utc());
    EXPECT_EQ(&Zone::fixed(3'600), &Zone::fixed(3'600));
    EXPECT_EQ(Zone::fixed(-16'200).name(), "UTC-04:30");
}

TEST(Zone, RefusesNamesThatAreNoZones) {
    for (const char* name : {"", "Nowhere/Nothing", "/etc/passwd", "../../../etc/passwd", "Europe",
                             "Europe/Paris/", "europe paris", "tzdata.zi", "Europe/Paris\n"}) {
        EXPECT_EQ(Zone::find(name), nullptr) << name;
    }
    EXPECT_EQ(Zone::find(std::string(10'000, 'A')), nullptr);
}

TEST(Zone, ChoosesByFoldInGapsAndOverlaps) {
    EXPECT_EQ(reading(2024, 3, 10, 2, 30, "America/New_York", 0).utc_offset(), -5 * 3'600);
    EXPECT_EQ(reading(2024, 3, 10, 2, 30, "America/New_York", 1).utc_offset(), -4 * 3'600);
    EXPECT_EQ(reading(2024, 11, 3, 1, 30, "America/New_York", 0).utc_offset(), -4 * 3'600);
    EXPECT_EQ(reading(2024, 11, 3, 1, 30, "America/New_York", 1).utc_offset(), -5 * 3'600);
}

TEST(Zone, FollowsItsRuleForEver) {
    for (const int year : {2037, 2038, 2050, 2100, 2101, 2400, 9998}) {
        EXPECT_EQ(reading(year, 7, 1, 0, 0, "Europe/Paris").utc_offset(), 7'200) << year;
        EXPECT_EQ(reading(year, 1, 1, 0, 0, "Europe/Paris").utc_offset(), 3'600) << year;
        EXPECT_EQ(reading(year, 1, 1, 0, 0, "Australia/Sydney").utc_offset(), 39'600) << year;
    }
}

TEST(Zone, KnowsLocalMeanTimeAndAbbreviations) {
    const DateTime old = reading(1890, 1, 1, 0, 0, "Europe/Amsterdam");
    EXPECT_EQ(old.utc_offset(), 1'172);
    const DateTime summer = reading(2024, 7, 1, 0, 0, "Europe/Paris");
    EXPECT_EQ(summer.zone()->abbreviation(summer.utc_microseconds()), "CEST");
    EXPECT_TRUE(summer.zone()->is_dst(summer.utc_microseconds()));
    EXPECT_FALSE(Zone::find("Asia/Tokyo")->is_dst(summer.utc_microseconds()));
}

TEST(ZoneRule, ReadsPosixStrings) {
    const auto paris = impl::ZoneRule::parse("CET-1CEST,M3.5.0,M10.5.0/3");
    ASSERT_TRUE(paris);
    EXPECT_EQ(paris->standard.offset_seconds, 3'600);
    EXPECT_EQ(paris->daylight->offset_seconds, 7'200);
    EXPECT_EQ(paris->to_standard.time_seconds, 10'800);
    const auto nuuk = impl::ZoneRule::parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
    ASSERT_TRUE(nuuk);
    EXPECT_EQ(nuuk->to_daylight.time_seconds, -3'600);
    EXPECT_TRUE(impl::ZoneRule::parse("EST5"));
    EXPECT_TRUE(impl::ZoneRule::parse("AAA4BBB,J60/0,300"));
    for (const char* bad : {"", "CET", "1", "CET-1CEST", "CET-1CEST,M3.5.0",
                            "CET-1CEST,M13.5.0,M1.1.0", "CET-1CEST,M3.6.0,M10.5.0", "<CET-1",
                            "CET-99", "CET-1 ", "CET-1CEST,J0,J5", "CET-1CEST,M3.5.0,M10.5.0x"}) {
        EXPECT_FALSE(impl::ZoneRule::parse(bad)) << bad;
    }
}

TEST(ZoneFile, RefusesGarbageWithoutHarm) {
    EXPECT_FALSE(impl::ZoneFile::parse(""));
    EXPECT_FALSE(impl::ZoneFile::parse("TZif"));
    std::mt19937 random(20240229);  // the seed is part of the test
    for (int round = 0; round < 2'000; ++round) {
        std::string bytes = "TZif2";
        bytes.resize(20 + random() % 200);
        for (std::size_t i = 5; i < bytes.size(); ++i) {
            bytes[i] = static_cast<char>(random() % 4 == 0 ? random() % 256 : random() % 3);
        }
        const auto file = impl::ZoneFile::parse(bytes);
        EXPECT_FALSE(file && file->periods.empty());
    }
}

}  // namespace
}  // namespace tatum
