#include <tatum/contrib/admin/admin.h>
#include <tatum/contrib/admin/admin_test.h>
#include <tatum/contrib/admin/models.h>

#include <gmock/gmock.h>

namespace cellar {

using tatum::testing::contains;
using tatum::testing::not_contains;
using tatum::testing::redirects;
using ::testing::UnorderedElementsAre;

namespace {

constexpr const char* kJamList = "/admin/cellar/jam/";
constexpr const char* kMakerList = "/admin/cellar/maker/";
constexpr const char* kOrderList = "/admin/cellar/order/";

/// What a browser sends of a list whose rows have these values.
tatum::testing::Form list_form(
    const std::vector<std::vector<std::pair<std::string, std::string>>>& rows) {
    const std::string count = std::to_string(rows.size());
    tatum::testing::Form form{
        {"_save", "1"}, {"form-TOTAL_FORMS", count}, {"form-INITIAL_FORMS", count}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const auto& [name, value] : rows[i]) {
            form.emplace_back("form-" + std::to_string(i) + "-" + name, value);
        }
    }
    return form;
}

std::vector<std::pair<std::string, std::string>> jam_row(const Jam& jam, const std::string& stock) {
    std::vector<std::pair<std::string, std::string>> row{{"id", std::to_string(jam.id)},
                                                         {"stock", stock}};
    if (jam.is_sold) row.emplace_back("is_sold", "on");
    return row;
}

}  // namespace

using ListEditableTest = AdminTest;

TEST_F(ListEditableTest, ShowsInputsWithLabelsToThoseWhoMayChangeRows) {
    add_jams(2);
    const auto list = client_.get(kJamList);
    EXPECT_TRUE(contains(list, "<input type=\"hidden\" name=\"form-INITIAL_FORMS\" value=\"2\""));
    EXPECT_TRUE(contains(
        list, "name=\"form-1-id\" value=\"" + std::to_string(find_jam("jam-02").id) + "\""));
    EXPECT_TRUE(contains(list, "name=\"form-1-stock\" value=\"2\""));
    EXPECT_TRUE(contains(list, "aria-label=\"Stock: Jam 02\""));
    EXPECT_TRUE(contains(list, "<button class=\"button\" name=\"_save\""));
    EXPECT_TRUE(not_contains(client_.get(std::string(kJamList) + "?_popup=1"), "form-0-stock"));
    log_in_with({"cellar.view_jam"});
    EXPECT_TRUE(not_contains(client_.get(kJamList), "form-0-stock"));
}

TEST_F(ListEditableTest, SavesTheRowsThatWereChangedAndWritesThemDown) {
    add_jams(3);
    const Jam first = find_jam("jam-01"), second = find_jam("jam-02"), third = find_jam("jam-03");
    auto sold_out = jam_row(second, "0");
    sold_out.pop_back();
    const std::string address = std::string(kJamList) + "?o=-0";
    const auto response =
        client_.post(address, list_form({jam_row(third, "3"), sold_out, jam_row(first, "41")}));
    EXPECT_TRUE(redirects(response, address));
    EXPECT_EQ(find_jam("jam-01").stock, 41);
    EXPECT_TRUE(find_jam("jam-01").is_sold);
    EXPECT_EQ(find_jam("jam-02").stock, 0);
    EXPECT_FALSE(find_jam("jam-02").is_sold);
    std::vector<std::string> entries;
    for (const admin::LogEntry& entry : admin::LogEntry::objects.all()) {
        entries.push_back(entry.object_repr + ": " + entry.get_change_message());
    }
    EXPECT_THAT(entries, UnorderedElementsAre("Jam 01: Changed Stock.",
                                              "Jam 02: Changed Is sold and Stock."));
    EXPECT_TRUE(contains(client_.get(kJamList), "2 jams were changed successfully."));
    client_.post(kJamList, list_form({jam_row(third, "30")}));
    EXPECT_TRUE(contains(client_.get(kJamList), "1 jam was changed successfully."));
    client_.post(kJamList, list_form({jam_row(third, "30")}));
    EXPECT_TRUE(not_contains(client_.get(kJamList), "changed successfully"));
}

TEST_F(ListEditableTest, ShowsFaultsInTheirCellsAndSavesNothing) {
    add_jams(2);
    const Jam first = find_jam("jam-01"), second = find_jam("jam-02");
    const auto page =
        client_.post(kJamList, list_form({jam_row(first, "many"), jam_row(second, "50")}));
    EXPECT_EQ(page.status(), 200);
    EXPECT_TRUE(contains(page, "Please correct the error below."));
    EXPECT_TRUE(contains(page, "aria-describedby=\"id_form-0-stock_error\""));
    EXPECT_TRUE(contains(
        page, "<div class=\"error\" id=\"id_form-0-stock_error\"><p>Enter a whole number.</p>"));
    EXPECT_TRUE(contains(page, "name=\"form-0-stock\" value=\"many\""));
    EXPECT_TRUE(contains(page, "name=\"form-1-stock\" value=\"50\""));
    EXPECT_EQ(find_jam("jam-02").stock, 2);
}

TEST_F(ListEditableTest, ARowThatIsGoneIsNamedAndOneThatIsFilteredOutIsChanged) {
    add_jams(2);
    const Jam first = find_jam("jam-01"), second = find_jam("jam-02");
    const auto form = list_form({jam_row(first, "10"), jam_row(second, "20")});
    const std::string address = std::string(kJamList) + "?stock__gte=1";
    Jam::objects.filter(F<&Jam::id> == second.id).delete_();
    const auto page = client_.post(address, form);
    EXPECT_TRUE(contains(page, "This row has been deleted meanwhile."));
    EXPECT_TRUE(contains(page, "name=\"form-0-stock\" value=\"10\""));
    EXPECT_EQ(find_jam("jam-01").stock, 1);

    Jam::objects.filter(F<&Jam::id> == first.id).update(F<&Jam::stock> = 0);
    EXPECT_TRUE(redirects(client_.post(address, list_form({jam_row(first, "10")})), address));
    EXPECT_EQ(find_jam("jam-01").stock, 10);
}

TEST_F(ListEditableTest, RowsThatClashWithEachOtherOrWithOthersAreNotSaved) {
    const std::string bell = std::to_string(bell_.id), bog = std::to_string(bog_.id);
    const auto twins = client_.post(
        kMakerList, list_form({{{"id", bell}, {"slug", "same"}}, {{"id", bog}, {"slug", "same"}}}));
    EXPECT_TRUE(contains(twins, "Please correct the duplicate data for slug."));
    EXPECT_TRUE(contains(twins, "Please correct the duplicate values below."));
    const auto taken = client_.post(kMakerList, list_form({{{"id", bell}, {"slug", "bog"}}}));
    EXPECT_TRUE(contains(taken, "Maker with this Slug already exists."));
    EXPECT_EQ(Maker::objects.get_pk(bell_.id).slug, "bell");
}

TEST_F(ListEditableTest, WhatSaveModelRefusesUndoesAllRows) {
    const std::string bell = std::to_string(bell_.id), bog = std::to_string(bog_.id);
    const auto page = client_.post(
        kMakerList, list_form({{{"id", bell}, {"slug", "good"}}, {{"id", bog}, {"slug", "bad"}}}));
    EXPECT_TRUE(contains(page, "<p class=\"errornote\">No maker is bad.</p>"));
    EXPECT_TRUE(contains(page, "name=\"form-0-slug\" value=\"good\""));
    EXPECT_EQ(Maker::objects.get_pk(bell_.id).slug, "bell");
    EXPECT_EQ(admin::LogEntry::objects.count(), 0);
}

TEST_F(ListEditableTest, OnlyWhoMayChangeARowChangesIt) {
    add_jams(1);
    const Jam open = find_jam("jam-01");
    const Jam sealed =
        Jam::objects.create({.name = "Sealed", .slug = "sealed", .maker = bell_, .stock = 7});
    const auto list = client_.get(kJamList);
    EXPECT_TRUE(contains(list, "aria-label=\"Stock: Jam 01\""));
    EXPECT_TRUE(not_contains(list, "aria-label=\"Stock: Sealed\""));
    EXPECT_TRUE(contains(list, "value=\"" + std::to_string(sealed.id) + "\" class=\"tick-one\""));
    const auto form = list_form({jam_row(open, "5"), jam_row(sealed, "5")});
    EXPECT_EQ(client_.post(kJamList, form).status(), 403);
    log_in_with({"cellar.view_jam"});
    EXPECT_EQ(client_.post(kJamList, list_form({jam_row(open, "5")})).status(), 403);
    EXPECT_EQ(find_jam("jam-01").stock, 1);
}

TEST_F(ListEditableTest, WhatWasTamperedWithIsNeverAServerError) {
    add_jams(1);
    auto form = list_form({jam_row(find_jam("jam-01"), "5")});
    EXPECT_TRUE(contains(client_.post(kJamList, {{"_save", "1"}}), "ManagementForm data"));
    for (const auto* count : {"-1", "x", "99999999999999999999", "2"}) {
        form[2].value = count;
        EXPECT_LT(client_.post(kJamList, form).status(), 500) << count;
    }
    for (const auto* id : {"", "x", "99999999999999999999", "-1"}) {
        const auto page = client_.post(kJamList, list_form({{{"id", id}, {"stock", "5"}}}));
        EXPECT_TRUE(contains(page, "This row has been deleted meanwhile.")) << id;
    }
    EXPECT_EQ(Jam::objects.count(), 1);
}

TEST_F(ListEditableTest, ActionsRunAsBeforeAndSaveNothing) {
    add_jams(2);
    const Jam jam = find_jam("jam-01");
    auto form = list_form({jam_row(jam, "99")});
    form.erase(form.begin());  // Go, not Save
    form.emplace_back("action", "sell");
    form.emplace_back("index", "0");
    form.emplace_back("_selected_action", std::to_string(jam.id));
    EXPECT_TRUE(redirects(client_.post(kJamList, form), kJamList));
    EXPECT_EQ(find_jam("jam-01").stock, 1);
}

TEST_F(ListEditableTest, CostsAsManyQueriesForManyRowsAsForFew) {
    add_jams(2);
    const auto add_orders = [&](int count) {
        for (int i = 0; i < count; ++i) {
            Order::objects.create({.jam = find_jam("jam-01"), .buyer = "Ann"});
        }
    };
    const auto form_of = [](const Jam& first) {
        std::vector<std::vector<std::pair<std::string, std::string>>> rows;
        for (const Order& order : Order::objects.order_by("id")) {
            const std::int64_t jam = rows.empty() ? first.id : order.jam.id;
            rows.push_back({{"id", std::to_string(order.id)}, {"jam", std::to_string(jam)}});
        }
        return list_form(rows);
    };
    add_orders(2);
    client_.get(kOrderList);
    const std::size_t few = client_.get(kOrderList).queries().size();
    const auto saved = client_.post(kOrderList, form_of(find_jam("jam-02"))).queries();
    add_orders(40);
    const auto list = client_.get(kOrderList);
    EXPECT_EQ(list.queries().size(), few) << ::testing::PrintToString(list.queries());
    const auto many = client_.post(kOrderList, form_of(find_jam("jam-01"))).queries();
    EXPECT_EQ(many.size(), saved.size()) << ::testing::PrintToString(many);
    EXPECT_EQ(Order::objects.filter(F<&Order::jam> == find_jam("jam-02").id).count(), 0);
}

}  // namespace cellar
