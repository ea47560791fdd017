#include <tatum/views/paginator.h>

#include <gtest/gtest.h>

#include <numeric>

namespace tatum::views {
namespace {

std::vector<std::int64_t> numbers(std::int64_t count) {
    std::vector<std::int64_t> list(static_cast<std::size_t>(count));
    std::iota(list.begin(), list.end(), 1);
    return list;
}

http::Request request_for(const std::string& target) {
    return http::Request(http::RequestText{.target = target});
}

TEST(Paginator, JoinsAShortLastPageToTheOneBefore) {
    const Paginator paginator(numbers(25), {.per_page = 10, .orphans = 5});
    EXPECT_EQ(paginator.num_pages(), 2);
    EXPECT_EQ(paginator.page(2).object_list().size(), 15u);
    EXPECT_EQ(paginator.page(2).end_index(), 25);
}

TEST(Paginator, RefusesNumbersThatAreNone) {
    const Paginator paginator(numbers(25), 10);
    for (const Value& number :
         {Value("x"), Value(""), Value("1.5"), Value(1.5), Value(), Value("1__0"), Value("_1"),
          Value("1_"), Value("0x1"), Value("--1"), Value(List{})}) {
        EXPECT_THROW(paginator.page(number), PageNotAnInteger) << number.repr();
        EXPECT_EQ(paginator.get_page(number).number(), 1) << number.repr();
    }
}

TEST(Paginator, RefusesPagesThatAreNotThere) {
    const Paginator paginator(numbers(25), 10);
    for (const Value& number : {Value(0), Value(-1), Value(4), Value("999999999999999999999999"),
                                Value::big_int("99999999999999999999"), Value(1e300)}) {
        EXPECT_THROW(paginator.page(number), EmptyPage) << number.repr();
        EXPECT_EQ(paginator.get_page(number).number(), 3) << number.repr();
    }
}

TEST(Paginator, ReadsNumbersAsPythonDoes) {
    const Value tenths(Decimal::parse("2.5").value());
    EXPECT_EQ(Paginator(numbers(25), 10).page(tenths).number(), 2);
    EXPECT_THROW(Paginator(numbers(25), 10).page(std::numeric_limits<double>::infinity()),
                 PageNotAnInteger);
    const Paginator paginator(numbers(200), 10);
    EXPECT_EQ(paginator.page(" 2 ").number(), 2);
    EXPECT_EQ(paginator.page("+2").number(), 2);
    EXPECT_EQ(paginator.page("1_0").number(), 10);
    EXPECT_EQ(paginator.page("１２").number(), 12);
    EXPECT_EQ(paginator.page("٢").number(), 2);
    EXPECT_THROW(paginator.page("²"), PageNotAnInteger);
    EXPECT_EQ(paginator.page(2.0).number(), 2);
}

TEST(Paginator, TakesThePageFromTheQueryString) {
    const Paginator paginator(numbers(25), 10);
    EXPECT_EQ(paginator.page(request_for("/?page=2")).number(), 2);
    EXPECT_EQ(paginator.page(request_for("/")).number(), 1);
    EXPECT_EQ(paginator.page(request_for("/?page=999999999999")).number(), 3);
    EXPECT_EQ(paginator.page(request_for("/?page=%00")).number(), 1);
}

TEST(Paginator, HasOneEmptyPageForAnEmptyListUnlessToldOtherwise) {
    const Paginator lenient(numbers(0), 10);
    EXPECT_EQ(lenient.num_pages(), 1);
    EXPECT_EQ(lenient.page(1).start_index(), 0);
    const Paginator strict(numbers(0), {.per_page = 10, .allow_empty_first_page = false});
    EXPECT_EQ(strict.num_pages(), 0);
    EXPECT_THROW(strict.page(1), EmptyPage);
    EXPECT_THROW(strict.get_page(1), EmptyPage);
}

TEST(Paginator, CountsNothingWhenTheCountIsKnown) {
    const Paginator paginator(numbers(25), {.per_page = 10, .count = 12});
    EXPECT_EQ(paginator.count(), 12);
    EXPECT_EQ(paginator.num_pages(), 2);
    EXPECT_EQ(paginator.get_page(9).object_list().size(), 2u);
    EXPECT_EQ(Paginator(numbers(5), {.count = 0}).get_page(1).object_list().size(), 0u);
}

TEST(Paginator, WantsAtLeastOneItemOnAPage) {
    EXPECT_THROW(Paginator(numbers(3), 0), ImproperlyConfigured);
}

TEST(Paginator, LeavesOutPagesFarFromTheOneShown) {
    const Paginator paginator(numbers(500), 10);
    const std::vector<std::string> expected{"1",  "2",  "…",  "17", "18", "19", "20",
                                            "21", "22", "23", "…",  "49", "50"};
    EXPECT_EQ(paginator.get_elided_page_range(20), expected);
}

TEST(Page, IsASequenceWithDjangosAttributesForTemplates) {
    const Paginator paginator(numbers(25), 10);
    const Value page(paginator.page(3));
    EXPECT_EQ(page.size(), 5u);
    EXPECT_EQ(page.at(0), Value(21));
    const Object& object = page.as_object();
    EXPECT_EQ(object.attribute(nullptr, "has_next"), Value(false));
    EXPECT_EQ(object.attribute(nullptr, "has_previous"), Value(true));
    EXPECT_EQ(object.attribute(nullptr, "previous_page_number"), Value(2));
    EXPECT_THROW(object.attribute(nullptr, "next_page_number"), EmptyPage);
    EXPECT_EQ(object.attribute(nullptr, "nothing"), std::nullopt);
    const Value parent = *object.attribute(nullptr, "paginator");
    EXPECT_EQ(parent.as_object().attribute(nullptr, "count"), Value(25));
    EXPECT_EQ(page.str(), "<Page 3 of 3>");
}

}  // namespace
}  // namespace tatum::views
