#include <tatum/base/dateparse.h>
#include <tatum/base/locals.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

/// Products of several days and moments; the expectations are Django's.
class DateQueryTest : public ShopTest {
protected:
    DateQueryTest() {
        fill();
        Product::objects.all().delete_();
        add("a", "2024-03-31T00:30:00+00:00", "2024-02-29");
        add("b", "2024-03-31T23:30:30+00:00", "2024-01-01");
        add("c", "2023-12-31T23:30:00+00:00", "2023-12-31");
        add("d", "2024-10-27T00:30:59+00:00", "");
        add("e", "2024-10-27T01:30:00+00:00", "2024-03-03");
    }

    void add(const char* name, const char* created, const char* released) {
        Product::objects.create({.category = tools, .name = name, .slug = name});
        Product::objects.filter(F<&Product::name> == name)
            .update(F<&Product::created> = *parse_datetime(created).value(),
                    F<&Product::released> = parse_date(released).value());
    }
    static std::string text(const ValuesQuerySet& dates) {
        std::string out;
        for (const Value& date : dates) {
            if (!out.empty()) out += ' ';
            out += date.kind() == Kind::Date ? date.as_date().isoformat()
                                             : date.as_datetime().isoformat();
        }
        return out;
    }
    template <class F>
    static std::string error_of(F&& f) {
        try {
            f();
        } catch (const Exception& error) {
            return error.what();
        }
        return "no error";
    }
};

TEST_F(DateQueryTest, DatesAreDistinctAndOrdered) {
    const auto& all = Product::objects;
    EXPECT_EQ(text(all.dates("released", "year")), "2023-01-01 2024-01-01");
    EXPECT_EQ(text(all.dates("released", "year", "DESC")), "2024-01-01 2023-01-01");
    EXPECT_EQ(text(all.dates("released", "month")), "2023-12-01 2024-01-01 2024-02-01 2024-03-01");
    EXPECT_EQ(text(all.dates("released", "week")), "2023-12-25 2024-01-01 2024-02-26");
    EXPECT_EQ(text(all.dates(F<&Product::released>, "day")),
              "2023-12-31 2024-01-01 2024-02-29 2024-03-03");
    EXPECT_EQ(text(all.filter(F<&Product::name> == "d").dates("released", "year")), "");
    EXPECT_EQ(text(all.none().dates("released", "year")), "");
}

TEST_F(DateQueryTest, DatesTakeOneQuery) {
    const QueryLog queries;
    EXPECT_EQ(text(Product::objects.dates("released", "year")), "2023-01-01 2024-01-01");
    ASSERT_EQ(queries.count(), 1u);
    EXPECT_EQ(queries.statements()[0],
              "SELECT DISTINCT tatum_date_part('trunc_year', \"shop_product\".\"released\") AS "
              "\"datefield\" FROM \"shop_product\" WHERE \"shop_product\".\"released\" IS NOT NULL "
              "ORDER BY \"datefield\" ASC");
}

TEST_F(DateQueryTest, DatesFollowRelations) {
    EXPECT_EQ(text(Category::objects.dates("products__released", "year")), "2023-01-01 2024-01-01");
}

TEST_F(DateQueryTest, MomentsAreThoseOfTheCurrentTimeZone) {
    const auto& all = Product::objects;
    EXPECT_EQ(text(all.datetimes("created", "year")),
              "2023-01-01T00:00:00+00:00 2024-01-01T00:00:00+00:00");
    EXPECT_EQ(text(all.dates("created", "month", "DESC")), "2024-10-01 2024-03-01 2023-12-01");
    const LocalScope berlin(Slot::TimeZone, Zone::find("Europe/Berlin"));
    EXPECT_EQ(text(all.datetimes("created", "year")), "2024-01-01T00:00:00+01:00");
    EXPECT_EQ(text(all.datetimes("created", "month", "DESC")),
              "2024-10-01T00:00:00+02:00 2024-04-01T00:00:00+02:00 2024-03-01T00:00:00+01:00 "
              "2024-01-01T00:00:00+01:00");
    EXPECT_EQ(text(all.datetimes("created", "week")),
              "2024-01-01T00:00:00+01:00 2024-03-25T00:00:00+01:00 2024-04-01T00:00:00+02:00 "
              "2024-10-21T00:00:00+02:00");
    EXPECT_EQ(text(all.datetimes("created", "day")),
              "2024-01-01T00:00:00+01:00 2024-03-31T00:00:00+01:00 2024-04-01T00:00:00+02:00 "
              "2024-10-27T00:00:00+02:00");
    // The hour that the clock shows twice is one.
    EXPECT_EQ(text(all.datetimes("created", "hour")),
              "2024-01-01T00:00:00+01:00 2024-03-31T01:00:00+01:00 2024-04-01T01:00:00+02:00 "
              "2024-10-27T02:00:00+02:00");
    EXPECT_EQ(text(all.datetimes("created", "minute")),
              "2024-01-01T00:30:00+01:00 2024-03-31T01:30:00+01:00 2024-04-01T01:30:00+02:00 "
              "2024-10-27T02:30:00+02:00");
    EXPECT_EQ(text(all.datetimes(F<&Product::created>, "second")),
              "2024-01-01T00:30:00+01:00 2024-03-31T01:30:00+01:00 2024-04-01T01:30:30+02:00 "
              "2024-10-27T02:30:00+02:00 2024-10-27T02:30:59+02:00");
    EXPECT_EQ(text(all.dates("created", "day", "DESC")),
              "2024-10-27 2024-04-01 2024-03-31 2024-01-01");
}

TEST_F(DateQueryTest, TruncatedMomentsAreOnTheClockOfTheCurrentTimeZone) {
    const LocalScope berlin(Slot::TimeZone, Zone::find("Europe/Berlin"));
    const auto product = Product::objects.annotate("month", TruncMonth("created"))
                             .annotate("year", TruncYear(TruncMonth("released")))
                             .get(F<&Product::name> == "c");
    EXPECT_EQ(product.annotation("month").as_datetime().isoformat(), "2024-01-01T00:00:00+01:00");
    EXPECT_EQ(product.annotation("year").as_date().isoformat(), "2023-01-01");
}

TEST_F(DateQueryTest, StayWithinTheYearsThereAre) {
    add("first", "0001-01-01T00:00:00+00:00", "0001-01-01");
    add("last", "9999-12-31T23:59:59+00:00", "9999-12-31");
    const auto first = Product::objects.filter(F<&Product::name> == "first");
    const auto last = Product::objects.filter(F<&Product::name> == "last");
    EXPECT_EQ(text(first.dates("released", "week")), "0001-01-01");
    EXPECT_EQ(text(last.dates("released", "day")), "9999-12-31");
    for (const char* zone : {"UTC", "Europe/Berlin", "Pacific/Auckland", "America/New_York"}) {
        const LocalScope there(Slot::TimeZone, Zone::find(zone));
        EXPECT_EQ(text(first.dates("created", "year")), "0001-01-01") << zone;
        EXPECT_EQ(text(last.dates("created", "day")), "9999-12-31") << zone;
        EXPECT_EQ(first.datetimes("created", "day").first()->as_datetime().year(), 1) << zone;
        EXPECT_EQ(last.datetimes("created", "second").first()->as_datetime().year(), 9999) << zone;
    }
}

TEST_F(DateQueryTest, RefusesWhatHasNoDates) {
    const auto& all = Product::objects;
    EXPECT_EQ(error_of([&] { all.dates("released", "hour"); }),
              "The kind of dates is 'year', 'month', 'week' or 'day', not 'hour'");
    EXPECT_EQ(error_of([&] { all.datetimes("created", "century"); }),
              "The kind of datetimes is 'year', 'month', 'week', 'day', 'hour', 'minute' or "
              "'second', not 'century'");
    EXPECT_EQ(error_of([&] { all.dates("released", "year", "up"); }),
              "The order of dates is 'ASC' or 'DESC', not 'up'");
    EXPECT_EQ(error_of([&] { all.dates("name", "year"); }),
              "'name' isn't a DateField or DateTimeField.");
    EXPECT_EQ(error_of([&] { all.datetimes("released", "year"); }),
              "Cannot truncate DateField 'released' to DateTimeField.");
    EXPECT_EQ(error_of([&] { all.dates(TruncMonth("released"), "year"); }),
              "Dates are those of a field");
    EXPECT_THROW(all.dates("nothing", "year"), FieldError);
    EXPECT_THROW(all.slice({0, 1}).dates("released", "year"), QueryError);
}

}  // namespace tatum::db::shop
