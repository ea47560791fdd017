#include <tatum/base/datetime.h>

#include <gtest/gtest.h>

#include <stdexcept>

namespace tatum {
namespace {

Date date(int year, int month, int day) { return Date::make(year, month, day).value(); }
Time time(int hour, int minute, int second = 0) { return Time::make(hour, minute, second).value(); }

TEST(Date, CountsDaysFromTheFirstYearToTheLast) {
    EXPECT_EQ(date(1970, 1, 1).days(), 0);
    EXPECT_EQ(date(2000, 3, 1) - date(2000, 2, 28), 2);
    EXPECT_EQ(date(1900, 3, 1) - date(1900, 2, 28), 1);
    Date day = date(1, 1, 1);
    EXPECT_EQ(day.isoformat(), "0001-01-01");
    EXPECT_EQ(date(9999, 12, 31).isoformat(), "9999-12-31");
    for (; day < date(12, 1, 1); day = day + 1) {
        EXPECT_EQ(date(day.year(), day.month(), day.day()), day);
    }
}

TEST(Date, KnowsWeekdaysAndTheDayOfTheYear) {
    EXPECT_EQ(date(2024, 2, 29).weekday(), 3);
    EXPECT_EQ(date(2024, 2, 29).isoweekday(), 4);
    EXPECT_EQ(date(1, 1, 1).weekday(), 0);
    EXPECT_EQ(date(2024, 12, 31).day_of_year(), 366);
    EXPECT_EQ(date(2023, 12, 31).day_of_year(), 365);
}

TEST(Date, RefusesDaysThatDoNotExist) {
    struct {
        int year, month, day;
    } const bad[] = {{0, 1, 1},     {10000, 1, 1}, {2023, 0, 1},  {2023, 13, 1},
                     {2023, 2, 29}, {1900, 2, 29}, {2023, 4, 31}, {2023, 1, 0}};
    for (const auto& [year, month, day] : bad) {
        const auto made = Date::make(year, month, day);
        ASSERT_FALSE(made) << year << '-' << month << '-' << day;
        EXPECT_EQ(made.error().code, "datetime.E001");
    }
}

TEST(Time, RefusesTimesThatDoNotExist) {
    EXPECT_EQ(Time::make(23, 59, 59, 999'999).value().isoformat(), "23:59:59.999999");
    EXPECT_EQ(time(13, 5).isoformat(), "13:05:00");
    EXPECT_EQ(Time::make(24, 0).error().code, "datetime.E002");
    EXPECT_FALSE(Time::make(0, 60));
    EXPECT_FALSE(Time::make(0, 0, 60));
    EXPECT_FALSE(Time::make(0, 0, 0, 1'000'000));
    EXPECT_FALSE(Time::make(-1, 0));
}

TEST(Duration, PrintsAsPythonDoes) {
    EXPECT_EQ(Duration{}.str(), "0:00:00");
    EXPECT_EQ(Duration{-1}.str(), "-1 day, 23:59:59.999999");
    EXPECT_EQ((Duration::days(2) + Duration::seconds(1)).str(), "2 days, 0:00:01");
    EXPECT_EQ((Duration::days(1) + Duration::hours(2) + Duration{5}).str(),
              "1 day, 2:00:00.000005");
}

TEST(DateTime, ComparesMomentsAndReadingsButNotBoth) {
    const DateTime naive(date(2024, 7, 1), time(12, 0));
    const DateTime paris(date(2024, 7, 1), time(12, 0), *Zone::find("Europe/Paris"));
    const DateTime utc(date(2024, 7, 1), time(10, 0), Zone::utc());
    EXPECT_EQ(paris, utc);
    EXPECT_EQ(naive <=> paris, std::partial_ordering::unordered);
    EXPECT_FALSE(naive == paris);
    EXPECT_LT(naive, DateTime(date(2024, 7, 1), time(12, 1)));
    EXPECT_EQ((paris - utc).microseconds, 0);
}

TEST(DateTime, PrintsOffsetsWithSecondsWhereTheyHaveSome) {
    const DateTime old(date(1890, 1, 1), Time(), *Zone::find("Europe/Amsterdam"));
    EXPECT_EQ(old.isoformat(), "1890-01-01T00:00:00+00:19:32");
    EXPECT_EQ(DateTime(date(2024, 1, 2), time(3, 4)).isoformat(' '), "2024-01-02 03:04:00");
    EXPECT_EQ(DateTime(date(2024, 1, 2), Time(), Zone::fixed(-16'200)).isoformat(),
              "2024-01-02T00:00:00-04:30");
}

TEST(DateTime, AddsToTheClockReadingAsPythonDoes) {
    const Zone& zone = *Zone::find("America/New_York");
    const DateTime before(date(2024, 3, 9), time(12, 0), zone);
    EXPECT_EQ((before + Duration::days(1)).isoformat(), "2024-03-10T12:00:00-04:00");
    EXPECT_EQ((before - Duration::days(1)).isoformat(), "2024-03-08T12:00:00-05:00");
}

TEST(DateTime, DoesNotLeaveItsYears) {
    const DateTime last(date(9999, 12, 31), time(23, 59));
    EXPECT_THROW(last + Duration::days(1), std::overflow_error);
    EXPECT_THROW(DateTime(date(1, 1, 1), Time()) - Duration{1}, std::overflow_error);
    EXPECT_THROW(last + Duration{INT64_MAX}, std::overflow_error);
    const DateTime aware(date(9999, 12, 31), time(23, 59), Zone::utc());
    EXPECT_THROW(static_cast<void>(aware.in_zone(Zone::fixed(3'600))), std::overflow_error);
}

}  // namespace
}  // namespace tatum
