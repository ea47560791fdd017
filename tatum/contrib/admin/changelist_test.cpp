#include <tatum/contrib/admin/admin.h>
#include <tatum/contrib/admin/admin_test.h>
#include <tatum/contrib/admin/models.h>

#include <gmock/gmock.h>

namespace cellar {

using tatum::testing::contains;
using tatum::testing::not_contains;
using tatum::testing::redirects;
using ::testing::ElementsAre;

namespace {

constexpr const char* kList = "/admin/cellar/jam/";

std::vector<std::string> names(const tatum::testing::TestResponse& response) {
    EXPECT_EQ(response.status(), 200) << response.content();
    std::vector<std::string> found;
    for (const Value& row : response.context("rows").items().value_or(List())) {
        found.push_back(row.as_dict().get("str").str());
    }
    return found;
}

}  // namespace

TEST_F(AdminTest, ShowsTheListOfRowsWithFieldsRelationsAndWhatIsComputed) {
    add_jams(3);
    const auto response = client_.get(kList);
    EXPECT_THAT(names(response), ElementsAre("Jam 01", "Jam 02", "Jam 03"));
    EXPECT_TRUE(contains(response, "Select jam to change"));
    EXPECT_TRUE(contains(response, ">Bog<"));
    EXPECT_TRUE(contains(response, ">bog<"));
    EXPECT_TRUE(contains(response, "Sweet"));
    EXPECT_TRUE(contains(response, "Rare?"));
    EXPECT_TRUE(contains(response, "Feb. 5, 2021"));
    EXPECT_TRUE(contains(response, "href=\"/admin/cellar/jam/" +
                                       std::to_string(find_jam("jam-01").id) + "/change/\""));
}

TEST_F(AdminTest, AListCostsAsManyQueriesForManyRowsAsForFew) {
    add_jams(2);
    client_.get(kList);
    const std::size_t few = client_.get(kList).queries().size();
    for (int i = 0; i < 60; ++i) {
        Jam::objects.create({.name = "Many", .slug = "many-" + std::to_string(i), .maker = bell_});
    }
    const auto response = client_.get(kList);
    EXPECT_EQ(response.queries().size(), few) << ::testing::PrintToString(response.queries());
    EXPECT_LE(few, 9U) << ::testing::PrintToString(response.queries());
}

TEST_F(AdminTest, SortsByColumnsAndSkipsWhatIsNone) {
    add_jams(12);
    EXPECT_EQ(names(client_.get(std::string(kList) + "?o=-5")).front(), "Jam 12");
    EXPECT_EQ(names(client_.get(std::string(kList) + "?o=1.-0")).front(), "Jam 12");
    EXPECT_EQ(names(client_.get(std::string(kList) + "?o=-7")).front(), "Jam 12") << "by display()";
    for (const auto* order : {"?o=99", "?o=x.-.1e9", "?o=--1", "?o=99999999999999999999", "?o=."}) {
        EXPECT_EQ(names(client_.get(std::string(kList) + order)).size(), 10U) << order;
    }
}

TEST_F(AdminTest, FiltersByFieldsChoicesRelationsAndOwnFilters) {
    add_jams(12);
    const auto count = [&](const std::string& query) {
        return names(client_.get(kList + query + "&all=")).size();
    };
    EXPECT_EQ(count("?is_sold__exact=0"), 3U);
    EXPECT_EQ(count("?taste__exact=tart"), 4U);
    EXPECT_EQ(count("?maker__id__exact=" + std::to_string(bell_.id)), 6U);
    EXPECT_EQ(count("?amount=none"), 0U);
    EXPECT_EQ(count("?boiled__gte=2022-01-01&boiled__lt=2023-01-01"), 4U);
    EXPECT_EQ(count("?taste__exact=tart&is_sold__exact=0"), 1U);
    const auto response = client_.get(std::string(kList) + "?taste__exact=tart&_facets=True");
    EXPECT_TRUE(contains(response, "By Taste"));
    EXPECT_TRUE(contains(response, "(4)"));
}

TEST_F(AdminTest, SearchesAllWordsInAnyOfItsFields) {
    add_jams(12);
    EXPECT_THAT(names(client_.get(std::string(kList) + "?q=jam+11")), ElementsAre("Jam 11"));
    EXPECT_THAT(names(client_.get(std::string(kList) + "?q=jam-07")), ElementsAre("Jam 07"));
    EXPECT_EQ(names(client_.get(std::string(kList) + "?q=bell")).size(), 6U);
    EXPECT_THAT(names(client_.get(std::string(kList) + "?q=jam-0")), ElementsAre());
}

TEST_F(AdminTest, CutsIntoPages) {
    add_jams(25);
    EXPECT_EQ(names(client_.get(std::string(kList) + "?p=3")).size(), 5U);
    EXPECT_EQ(names(client_.get(std::string(kList) + "?all=")).size(), 25U);
    EXPECT_EQ(names(client_.get(std::string(kList) + "?p=x")).front(), "Jam 01");
}

TEST_F(AdminTest, NarrowsByYearsMonthsAndDays) {
    add_jams(12);
    EXPECT_TRUE(contains(client_.get(kList), "boiled__year=2021"));
    const auto year = client_.get(std::string(kList) + "?boiled__year=2021");
    EXPECT_EQ(names(year).size(), 4U);
    EXPECT_TRUE(contains(year, "boiled__month="));
    EXPECT_EQ(names(client_.get(std::string(kList) + "?boiled__year=2021&boiled__month=2")).size(),
              1U);
    EXPECT_EQ(
        names(client_.get(std::string(kList) + "?boiled__year=2021&boiled__month=2&boiled__day=5"))
            .size(),
        1U);
}

TEST_F(AdminTest, GarbageInAnAddressLeadsToTheListWithoutItOrIsRefused) {
    add_jams(12);
    for (const auto* query :
         {"?p=99", "?p=0", "?p=-1", "?p=99999999999999999999999", "?nothing=1", "?name__nolookup=1",
          "?maker__id__exact=x", "?boiled__year=x", "?boiled__year=99999", "?stock__exact=1e99",
          "?boiled__year=2021&boiled__month=13", "?boiled__gte=x", "?is_sold__exact=%00"}) {
        const auto response = client_.get(std::string(kList) + query);
        EXPECT_TRUE(response.status() == 200 || response.status() == 302)
            << query << response.status();
    }
    for (const auto* query : {"?maker__slug__exact=bell&labels__text__contains=x",
                              "?_to_field=nothing", "?labels__jam__maker__name=x"}) {
        EXPECT_EQ(client_.get(std::string(kList) + query).status(), 400) << query;
    }
    EXPECT_TRUE(redirects(client_.get(std::string(kList) + "?p=99"), std::string(kList) + "?e=1"));
}

TEST_F(AdminTest, RunsActionsOnTheRowsThatAreTicked) {
    add_jams(4);
    const Jam jam = find_jam("jam-04");
    ASSERT_FALSE(jam.is_sold);
    const auto response = client_.post(
        kList, {{"action", "sell"}, {"index", "0"}, {"_selected_action", std::to_string(jam.id)}});
    EXPECT_TRUE(redirects(response, kList));
    EXPECT_TRUE(find_jam("jam-04").is_sold);
    EXPECT_TRUE(redirects(client_.post(kList, {{"action", "sell"}, {"index", "0"}}), kList));
    EXPECT_TRUE(contains(client_.get(kList), "Items must be selected"));
    EXPECT_TRUE(redirects(client_.post(kList, {{"action", "nothing"}, {"index", "0"}}), kList));
    EXPECT_EQ(client_.post(kList, {{"action", "sell"}, {"index", "0"}, {"_selected_action", "x"}})
                  .status(),
              400);
}

TEST_F(AdminTest, DeletesWhatIsTickedAfterAsking) {
    add_jams(3);
    const std::string id = std::to_string(find_jam("jam-02").id);
    const auto asked = client_.post(
        kList, {{"action", "delete_selected"}, {"index", "0"}, {"_selected_action", id}});
    EXPECT_TRUE(contains(asked, "Are you sure?"));
    EXPECT_TRUE(contains(asked, "Jam 02"));
    EXPECT_EQ(Jam::objects.count(), 3);
    EXPECT_TRUE(redirects(
        client_.post(kList,
                     {{"action", "delete_selected"}, {"post", "yes"}, {"_selected_action", id}}),
        kList));
    EXPECT_EQ(Jam::objects.count(), 2);
    EXPECT_EQ(admin::LogEntry::objects.get(F<&admin::LogEntry::action_flag> == 3).object_repr,
              "Jam 02");
}

TEST_F(AdminTest, WhoMayOnlySeeIsOfferedNothingElse) {
    add_jams(1);
    log_in_with({"cellar.view_jam"});
    const auto response = client_.get(kList);
    EXPECT_TRUE(contains(response, "Select jam to view"));
    EXPECT_TRUE(not_contains(response, "/add/"));
    EXPECT_TRUE(not_contains(response, "delete_selected"));
    EXPECT_EQ(client_.get("/admin/cellar/maker/").status(), 403);
    EXPECT_EQ(client_.get("/admin/cellar/jam/add/").status(), 403);
    EXPECT_TRUE(not_contains(client_.get("/admin/"), "/admin/cellar/maker/"));
    EXPECT_TRUE(redirects(
        client_.post(kList,
                     {{"action", "delete_selected"}, {"post", "yes"}, {"_selected_action", "1"}}),
        kList));
    EXPECT_EQ(Jam::objects.count(), 1);
}

TEST_F(AdminTest, OthersAreAskedToLogInAndComeBack) {
    tatum::testing::Client visitor(*site_);
    EXPECT_TRUE(redirects(visitor.get(std::string(kList) + "?q=a+b"),
                          "/admin/login/?next=/admin/cellar/jam/%3Fq%3Da%2Bb"));
    EXPECT_TRUE(
        redirects(visitor.get("/admin/nothing/here/"), "/admin/login/?next=/admin/nothing/here/"));
    EXPECT_EQ(client_.get("/admin/nothing/here/").status(), 404);
    boss_.set_password("cran-berry-77");
    boss_.save();
    const auto inside = visitor.post(
        "/admin/login/", {{"username", "boss"}, {"password", "cran-berry-77"}, {"next", kList}});
    EXPECT_TRUE(redirects(inside, kList));
    EXPECT_EQ(visitor.get(kList).status(), 200);
    EXPECT_TRUE(contains(visitor.post("/admin/logout/"), "Log in again"));
    EXPECT_EQ(visitor.get(kList).status(), 302);
    EXPECT_TRUE(redirects(visitor.post("/admin/login/", {{"username", "boss"},
                                                         {"password", "cran-berry-77"},
                                                         {"next", "https://evil.example/"}}),
                          "/admin/"));
}

TEST_F(AdminTest, AnswersTypedTextWithRowsToChooseFrom) {
    for (int i = 0; i < 30; ++i) {
        Maker::objects.create(
            {.name = "Maker " + std::to_string(i), .slug = "m" + std::to_string(i)});
    }
    const std::string address = "/admin/autocomplete/?app_label=cellar&model_name=jam&field_name=";
    const auto found = client_.get(address + "maker&term=maker").json().as_dict();
    EXPECT_EQ(found.get("results").as_list().size(), 20U);
    EXPECT_TRUE(found.get("pagination").as_dict().get("more").truth());
    EXPECT_EQ(
        client_.get(address + "maker&term=bell").json().as_dict().get("results").as_list().size(),
        1U);
    EXPECT_EQ(client_.get(address + "name&term=x").status(), 403);
    EXPECT_EQ(client_.get(address + "nothing").status(), 403);
    EXPECT_EQ(client_.get(address + "maker&page=x").status(), 404);
    log_in_with({"cellar.view_jam"});
    EXPECT_EQ(client_.get(address + "maker").status(), 403) << "makers are none of his business";
}

}  // namespace cellar
