#include "app.h"
#include "models.h"

#include <tatum/base/dateparse.h>
#include <tatum/base/json.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>

#include <fstream>

using namespace tatum;
using namespace tatum::testing;

namespace archives {
namespace {

site::Site& archives_site() {
    static const urls::Urls root{urls::path("", urls::include(urls))};
    static site::Site made(test_settings());
    if (!made.is_ready()) {
        made.install(app);
        made.urls(root);
        made.setup();
    }
    return made;
}

DateTime moment(std::string_view text) { return *parse_datetime(text).value(); }

class ArchivesTest : public ::testing::Test {
protected:
    ArchivesTest() {
        std::string text;
        site::Output out(text);
        const std::vector<std::string> words{"loaddata", "archives"};
        EXPECT_EQ(site_.command_line().run(words, &site_, out, out), 0) << text;
    }

    std::size_t queries(std::string_view address) {
        const TestResponse response = client_.get(address);
        EXPECT_EQ(response.status(), 200) << address << "\n" << response.content();
        return response.queries().size();
    }

    site::Site& site_ = archives_site();
    TestDatabase database_{site_};
    Client client_{site_};
    FrozenClock clock_{moment("2024-06-15T12:00:00+00:00")};
};

/// As make_cases.py writes what a template got.
Value plain(const Value& value) {
    switch (value.kind()) {
        case Kind::Date:
            return Value(value.as_date().isoformat());
        case Kind::DateTime:
            return Value(value.as_datetime().isoformat());
        case Kind::None:
        case Kind::Bool:
        case Kind::String:
            return value;
        default:
            break;
    }
    List items;
    for (const Value& item : value.items().value_or(List{})) {
        items.push_back(item.is_object() ? Value(item.str()) : plain(item));
    }
    return Value(std::move(items));
}

/// What the archives put into a context.
constexpr const char* kNames[] = {
    "object_list",   "latest",       "book_list",      "event_list",  "things",
    "date_list",     "is_paginated", "year",           "next_year",   "previous_year",
    "month",         "next_month",   "previous_month", "week",        "next_week",
    "previous_week", "day",          "next_day",       "previous_day"};

void expect_page(const Dict& expected, const TestResponse& response) {
    ASSERT_EQ(response.status(), 200) << response.content();
    EXPECT_TRUE(template_used(response, expected.get("template").str()));
    const Dict context = expected.get("context").as_dict();
    if (context.contains("object")) {
        EXPECT_EQ(response.context("object").str(), context.get("object").str());
        return;
    }
    for (const char* name : kNames) {
        EXPECT_EQ(plain(response.context(name)).repr(), context.get(name).repr()) << name;
    }
    if (!context.get("page_obj").is_none()) {
        EXPECT_TRUE(contains(response, "page " + context.get("page_obj").str()));
    }
    EXPECT_LE(response.queries().size(), static_cast<std::size_t>(expected.get("queries").as_int()))
        << "Django needs fewer";
}

TEST_F(ArchivesTest, AnswerAsDjangoDoes) {
    std::ifstream file(ARCHIVES_CASES);
    std::optional<OverrideSettings> zone;
    std::string zone_name;
    std::size_t count = 0;
    for (std::string line; std::getline(file, line); ++count) {
        const Dict expected = json::parse(line).value().as_dict();
        const std::string address = expected.get("address").str();
        SCOPED_TRACE(address + " at " + expected.get("now").str() + " in " +
                     expected.get("zone").str());
        if (expected.get("zone").str() != zone_name) {
            zone_name = expected.get("zone").str();
            zone.reset();
            zone.emplace(site_, [&](Settings& settings) { settings.time_zone = zone_name; });
        }
        const FrozenClock clock(moment(expected.get("now").str()));
        const TestResponse response = client_.get(address);
        const std::string status = expected.get("status").str();
        if (status == "200") {
            expect_page(expected, response);
        } else if (status == "404") {
            EXPECT_EQ(response.status(), 404);
            EXPECT_EQ(response.content(), expected.get("error").str() + "\n");
        } else if (status == "OverflowError") {
            EXPECT_EQ(response.status(), 200) << "what Django cannot reckon with is none";
        } else {
            EXPECT_EQ(response.status(), 500);
        }
    }
    EXPECT_GT(count, 500u);
}

TEST_F(ArchivesTest, TakeAsManyQueriesAsTheySay) {
    EXPECT_EQ(queries("/books/plain/"), 2u);
    EXPECT_EQ(queries("/books/paged/"), 3u);
    EXPECT_EQ(queries("/books/plain/2024/"), 3u);
    EXPECT_EQ(queries("/books/empty/2024/"), 1u);
    EXPECT_EQ(queries("/books/listed/2024/"), 4u);
    EXPECT_EQ(queries("/books/paged/2024/"), 5u);
    EXPECT_EQ(queries("/books/plain/2024/feb/"), 4u);
    EXPECT_EQ(queries("/books/paged/2024/feb/"), 5u);
    EXPECT_EQ(queries("/books/empty/2024/feb/"), 2u);
    EXPECT_EQ(queries("/books/plain/2024/week/08/"), 3u);
    EXPECT_EQ(queries("/books/paged/2024/week/08/"), 5u);
    EXPECT_EQ(queries("/books/empty/2024/week/08/"), 1u);
    EXPECT_EQ(queries("/books/plain/2024/feb/29/"), 5u);
    EXPECT_EQ(queries("/books/paged/2024/feb/29/"), 7u);
    EXPECT_EQ(queries("/books/empty/2024/feb/29/"), 1u);
    EXPECT_EQ(queries("/books/plain/today/"), 5u);
    EXPECT_EQ(queries("/books/plain/2024/feb/29/leap/"), 1u);
}

TEST_F(ArchivesTest, LinkToTheYearsOfTheTimeZone) {
    const OverrideSettings berlin(site_,
                                  [](Settings& settings) { settings.time_zone = "Europe/Berlin"; });
    Event::objects.exclude(F<&Event::slug> == "eve").delete_();
    EXPECT_TRUE(contains(client_.get("/events/plain/"), "<a href=\"/2024/\">2024-01-01</a>"));
}

TEST_F(ArchivesTest, LinkToEachOther) {
    EXPECT_TRUE(contains(client_.get("/diary/"), "page 1"));
    EXPECT_EQ(client_.get("/diary/2024/").view_name(), "diary_year");
    EXPECT_EQ(client_.get("/diary/2024/feb/").view_name(), "diary_month");
    EXPECT_EQ(client_.get("/diary/2024/feb/29/").view_name(), "diary_day");
    EXPECT_TRUE(contains(client_.get("/diary/2024/feb/29/leap/"), "Leap"));
}

TEST_F(ArchivesTest, LetAClassDecideForEachRequest) {
    EXPECT_TRUE(contains(client_.get("/programme/"), "5 events"));
    const TestResponse staff = client_.get("/programme/?staff");
    EXPECT_EQ(staff.context("next_year").str(), "2031-01-01");
    EXPECT_TRUE(client_.get("/programme/").context("next_year").is_none());
}

TEST_F(ArchivesTest, EndWithTheYear9999) {
    Book::objects.create(
        {.title = "Last", .slug = "last", .published = Date::make(9999, 12, 31).value()});
    EXPECT_EQ(client_.get("/books/future/9999/dec/31/last/").status(), 200);
    for (const char* address :
         {"/books/future/9999/dec/31/", "/books/future/9999/dec/", "/events/future/9999/dec/31/",
          "/events/future/9999/dec/31/leap/"}) {
        EXPECT_TRUE(contains(client_.get(address), "Date out of range", 404)) << address;
    }
    const OverrideSettings auckland(
        site_, [](Settings& settings) { settings.time_zone = "Pacific/Auckland"; });
    EXPECT_TRUE(contains(client_.get("/events/all/0001/"), "Date out of range", 404));
    EXPECT_EQ(client_.get("/books/all/0001/").status(), 200);
}

TEST_F(ArchivesTest, LeadToTheFirstAndTheLastMoment) {
    const auto add = [](const char* slug, const char* text) {
        Event::objects.create({.title = slug, .slug = slug, .moment = moment(text)});
    };
    add("first", "0001-01-01T00:00:00+00:00");
    add("last", "9999-12-31T23:59:59+00:00");
    Event::objects.filter(F<&Event::slug> == "later").delete_();
    for (const char* zone : {"UTC", "Pacific/Auckland", "America/New_York"}) {
        const OverrideSettings there(site_, [&](Settings& settings) { settings.time_zone = zone; });
        SCOPED_TRACE(zone);
        EXPECT_EQ(client_.get("/events/future/2018/").context("previous_year").str(), "0001-01-01");
        EXPECT_EQ(client_.get("/events/future/2024/").context("next_year").str(), "9999-01-01");
        EXPECT_EQ(client_.get("/events/future/").status(), 200);
    }
}

TEST_F(ArchivesTest, TellWhatIsWrongWithTheirOptions) {
    Client strict(site_, {.raise_request_exception = true});
    const auto fault = [&](const char* address) -> std::string {
        try {
            strict.get(address);
        } catch (const Exception& error) {
            return error.what();
        }
        return "none";
    };
    EXPECT_EQ(fault("/books/no-field/"), "ArchiveIndexView needs a date_field");
    EXPECT_EQ(fault("/books/no-field/leap/"), "DateDetailView needs a date_field");
    EXPECT_EQ(fault("/books/no-date/"),
              "The date_field of a view, Book.title, is neither a DateField nor a DateTimeField");
    EXPECT_EQ(fault("/books/no-such-field/"), "Book has no field named 'birthday'");
    EXPECT_EQ(fault("/books/strange/2024/9/"),
              "The week_format of a WeekArchiveView is %U, %W or %V, not %j");
    EXPECT_EQ(fault("/books/wrong/2024/9/"),
              "A WeekArchiveView whose week_format is %V needs %G as its year_format, not %Y");
}

}  // namespace
}  // namespace archives
