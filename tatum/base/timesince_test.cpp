#include <tatum/base/timesince.h>

#include <tatum/base/dateparse.h>

#include <gtest/gtest.h>

namespace tatum {
namespace {

std::string since(std::string_view then, std::string_view now, int depth = 2,
                  std::string_view language = "en") {
    const auto read = [](std::string_view text) { return parse_datetime(text).value().value(); };
    return timesince(read(then), read(now), depth, Translations::builtin().language(language))
        .value();
}

TEST(Timesince, CountsByTheCalendar) {
    EXPECT_EQ(since("2024-01-31", "2024-02-29"), "4\u00a0weeks, 1\u00a0day");
    EXPECT_EQ(since("2023-01-31", "2023-03-01"), "1\u00a0month");
    EXPECT_EQ(since("2024-02-29", "2025-03-01"), "1\u00a0year");
    EXPECT_EQ(since("2005-03-10T10:12:34", "2035-08-07T11:02:54", 3),
              "30\u00a0years, 4\u00a0months, 4\u00a0weeks");
}

TEST(Timesince, ShowsAdjacentUnitsOnly) {
    EXPECT_EQ(since("2024-01-01T00:00", "2024-01-08T00:59", 6), "1\u00a0week");
    EXPECT_EQ(since("2024-01-01T00:00", "2024-01-01T20:53", 1), "20\u00a0hours");
}

TEST(Timesince, IsZeroMinutesForTheFutureAndForSeconds) {
    EXPECT_EQ(since("2024-01-02", "2024-01-01"), "0\u00a0minutes");
    EXPECT_EQ(since("2024-01-01T00:00:00", "2024-01-01T00:00:59"), "0\u00a0minutes");
}

TEST(Timesince, CountsOnTheClockOfTheFirst) {
    const DateTime then = parse_datetime("1999-12-31T12:59+14:00").value().value();
    const DateTime now = parse_datetime("2024-02-29T18:35+05:30").value().value();
    EXPECT_EQ(timesince(then, now, 3).value(), "24\u00a0years, 2\u00a0months");
    EXPECT_EQ(timesince(now, then, 3).value(), "0\u00a0minutes");
    EXPECT_EQ(timeuntil(now, then, 3).value(), "24\u00a0years, 1\u00a0month, 4\u00a0weeks");
}

TEST(Timesince, RefusesADepthOfZero) {
    EXPECT_EQ(timesince(DateTime(), DateTime(), 0).error().code, "timesince.E001");
}

TEST(Timesince, UsesThePluralsOfTheLanguage) {
    EXPECT_EQ(since("2024-01-01T00:00", "2024-01-01T05:22", 2, "pl"),
              "5\u00a0godzin, 22\u00a0minuty");
    EXPECT_EQ(since("2024-01-01T00:00", "2024-01-02T01:00", 2, "de"), "1\u00a0Tag, 1\u00a0Stunde");
}

}  // namespace
}  // namespace tatum
