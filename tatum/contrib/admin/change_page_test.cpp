#include <tatum/contrib/admin/admin.h>
#include <tatum/contrib/admin/admin_test.h>
#include <tatum/contrib/admin/models.h>

namespace cellar {

using tatum::testing::contains;
using tatum::testing::not_contains;
using tatum::testing::redirects;

namespace {

constexpr const char* kJams = "/admin/cellar/jam/";

std::string page_of(const Jam& jam, const std::string& page = "change") {
    return kJams + std::to_string(jam.id) + "/" + page + "/";
}

void set(tatum::testing::Form& form, const std::string& name, const std::string& value) {
    for (auto& field : form) {
        if (field.name == name) {
            field.value = value;
            return;
        }
    }
    form.emplace_back(name, value);
}

}  // namespace

TEST_F(AdminTest, AddsARowWithItsInlinesAndWritesItDown) {
    auto form = jam_form("Quince", "", bell_);
    set(form, "labels-TOTAL_FORMS", "2");
    set(form, "labels-0-text", "Organic");
    set(form, "labels-0-position", "0");
    set(form, "labels-1-position", "0");
    EXPECT_TRUE(redirects(client_.post(std::string(kJams) + "add/", form), kJams));
    const Jam jam = find_jam("quince");
    EXPECT_EQ(jam.maker.id, bell_.id);
    EXPECT_EQ(jam.boiled->isoformat(), "2024-02-29");
    EXPECT_EQ(Label::objects.get(F<&Label::jam> == jam.id).text, "Organic");
    const auto entry =
        admin::LogEntry::objects.get(F<&admin::LogEntry::object_id> == std::to_string(jam.id));
    EXPECT_EQ(entry.change_message,
              R"([{"added": {}}, {"added": {"name": "label", "object": "Organic"}}])");
    EXPECT_TRUE(contains(client_.get(kJams), "The jam “Quince” was added successfully."));
}

TEST_F(AdminTest, SavesNothingOfWhatTheDatabaseForbidsAndKeepsItsWordsToItself) {
    auto form = jam_form("Late", "late", bell_);
    set(form, "labels-TOTAL_FORMS", "1");
    set(form, "labels-0-text", "Organic");
    set(form, "labels-0-position", "0");
    const auto response = client_.post(std::string(kJams) + "add/", form);
    EXPECT_EQ(response.status(), 200);
    EXPECT_TRUE(contains(response, "it contradicts other data"));
    EXPECT_FALSE(contains(response, "UNIQUE"));
    EXPECT_FALSE(contains(response, "cellar_maker"));
    EXPECT_EQ(Jam::objects.count() + Label::objects.count(), 0);
}

TEST_F(AdminTest, NewInlineRowsThatClashSaySo) {
    auto form = jam_form("Quince", "", bell_);
    set(form, "labels-TOTAL_FORMS", "2");
    for (const std::string row : {"0", "1"}) {
        set(form, "labels-" + row + "-text", "Organic");
        set(form, "labels-" + row + "-position", "0");
    }
    const auto response = client_.post(std::string(kJams) + "add/", form);
    EXPECT_TRUE(contains(response, "Please correct the duplicate data for text."));
    EXPECT_TRUE(
        contains(response, "<p class=\"error\">Please correct the duplicate values below."));
    EXPECT_TRUE(not_contains(response, "it contradicts other data"));
    EXPECT_EQ(Jam::objects.count(), 0);
}

TEST_F(AdminTest, ChangesARowAndSaysWhat) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    const Label old = Label::objects.create({.jam = jam, .text = "Old"});
    const Label bad = Label::objects.create({.jam = jam, .text = "Bad"});
    auto form = jam_form("Renamed", "jam-01", bell_);
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"labels-TOTAL_FORMS", "2"},
                                                          {"labels-INITIAL_FORMS", "2"},
                                                          {"labels-0-id", std::to_string(old.id)},
                                                          {"labels-0-text", "New"},
                                                          {"labels-0-position", "3"},
                                                          {"labels-1-id", std::to_string(bad.id)},
                                                          {"labels-1-text", "Bad"},
                                                          {"labels-1-position", "0"},
                                                          {"labels-1-DELETE", "on"},
                                                          {"_continue", "1"}}) {
        set(form, name, value);
    }
    EXPECT_TRUE(redirects(client_.post(page_of(jam), form), page_of(jam)));
    EXPECT_EQ(find_jam("jam-01").name, "Renamed");
    EXPECT_EQ(Label::objects.get_pk(old.id).text, "New");
    EXPECT_EQ(Label::objects.count(), 1);
    const auto history = client_.get(page_of(jam, "history"));
    EXPECT_TRUE(contains(history, "Deleted label “Bad”."));
    EXPECT_TRUE(contains(history, "Changed Text and Position for label “New”."));
    EXPECT_TRUE(contains(history, "boss"));
}

TEST_F(AdminTest, ShowsFaultsBesideTheirFields) {
    add_jams(1);
    auto form = jam_form("", "jam-01", bell_);
    set(form, "stock", "x");
    set(form, "maker", "99999");
    set(form, "labels-TOTAL_FORMS", "1");
    set(form, "labels-0-position", "5");
    const auto response = client_.post(std::string(kJams) + "add/", form);
    EXPECT_TRUE(contains(response, "Please correct the errors below."));
    EXPECT_TRUE(contains(response, "This field is required."));
    EXPECT_TRUE(contains(response, "Jam with this Slug already exists."));
    EXPECT_TRUE(contains(response, "Enter a whole number."));
    EXPECT_TRUE(contains(response, "Select a valid choice."));
    EXPECT_EQ(Jam::objects.count(), 1);
}

TEST_F(AdminTest, AChangePageCostsAsManyQueriesForManyInlinesAsForFew) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    client_.get(page_of(jam));
    const std::size_t few = client_.get(page_of(jam)).queries().size();
    for (int i = 0; i < 40; ++i) Label::objects.create({.jam = jam, .text = std::to_string(i)});
    for (int i = 0; i < 50; ++i)
        Maker::objects.create({.name = "M", .slug = "m" + std::to_string(i)});
    const auto response = client_.get(page_of(jam));
    EXPECT_EQ(response.queries().size(), few) << ::testing::PrintToString(response.queries());
    EXPECT_LE(few, 7U) << ::testing::PrintToString(response.queries());
    EXPECT_TRUE(contains(response, "data-autocomplete=\"/admin/autocomplete/?"));
    EXPECT_TRUE(contains(response, "Bog"));
}

TEST_F(AdminTest, SavesAsNewAndAddsAnother) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    auto form = jam_form("Copy", "copy", bell_);
    set(form, "_saveasnew", "1");
    const auto response = client_.post(page_of(jam), form);
    EXPECT_TRUE(redirects(response, page_of(find_jam("copy"))));
    EXPECT_EQ(find_jam("jam-01").name, "Jam 01");
    form = jam_form("Another", "another", bell_);
    set(form, "_addanother", "1");
    EXPECT_TRUE(
        redirects(client_.post(std::string(kJams) + "add/", form), std::string(kJams) + "add/"));
}

TEST_F(AdminTest, SavesTheInlineRowsAsNewToo) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    const Label label = Label::objects.create({.jam = jam, .text = "Organic"});
    auto form = jam_form("Copy", "copy", bell_);
    set(form, "_saveasnew", "1");
    set(form, "labels-TOTAL_FORMS", "1");
    set(form, "labels-INITIAL_FORMS", "1");
    set(form, "labels-0-id", std::to_string(label.id));
    set(form, "labels-0-text", "Organic");
    set(form, "labels-0-position", "0");
    client_.post(page_of(jam), form);
    EXPECT_EQ(Label::objects.filter(F<&Label::text> == "Organic").count(), 2);
    EXPECT_EQ(Label::objects.get(F<&Label::jam> == find_jam("copy").id).text, "Organic");
    EXPECT_EQ(Label::objects.get_pk(label.id).jam.id, jam.id);
}

TEST_F(AdminTest, InlineRowsAreOnlyChangedByThoseWhoMay) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    const Label label = Label::objects.create({.jam = jam, .text = "Organic"});
    auto form = jam_form("Jam 01", "jam-01", bog_);
    set(form, "labels-TOTAL_FORMS", "2");
    set(form, "labels-INITIAL_FORMS", "1");
    set(form, "labels-0-id", std::to_string(label.id));
    set(form, "labels-0-text", "Forged");
    set(form, "labels-0-DELETE", "on");
    set(form, "labels-1-text", "New");
    set(form, "labels-1-position", "0");
    log_in_with({"cellar.change_jam"});
    EXPECT_TRUE(not_contains(client_.get(page_of(jam)), "labels-TOTAL_FORMS"));
    EXPECT_TRUE(redirects(client_.post(page_of(jam), form), "/admin/cellar/jam/"));
    EXPECT_EQ(Label::objects.count(), 1) << "rows that he does not even see";

    auth::User staff = auth::User::objects.get_by_natural_key("staff");
    const auto allow = [&](const char* codename) {
        staff.user_permissions.add(
            auth::Permission::objects.get(F<&auth::Permission::codename> == codename));
    };
    allow("add_label");
    const auto page = client_.get(page_of(jam));
    EXPECT_TRUE(contains(page, "Organic"));
    EXPECT_TRUE(not_contains(page, "name=\"labels-0-text\""));
    EXPECT_TRUE(contains(page, "name=\"labels-1-text\""));
    EXPECT_TRUE(redirects(client_.post(page_of(jam), form), "/admin/cellar/jam/"));
    EXPECT_EQ(Label::objects.get_pk(label.id).text, "Organic");
    EXPECT_EQ(Label::objects.count(), 2);

    allow("delete_label");
    Label::objects.filter(F<&Label::text> == "New").delete_();
    EXPECT_TRUE(contains(client_.get(page_of(jam)), "name=\"labels-0-DELETE\""));
    EXPECT_TRUE(redirects(client_.post(page_of(jam), form), "/admin/cellar/jam/"));
    EXPECT_EQ(Label::objects.get(F<&Label::jam> == jam.id).text, "New");
}

TEST_F(AdminTest, HooksSayWhoMayDoWhatToInlineRows) {
    const Jam jam = Jam::objects.create({.name = "Labelled", .slug = "jam", .maker = bell_});
    const Label label = Label::objects.create({.jam = jam, .text = "Organic"});
    const auto page = client_.get(page_of(jam));
    EXPECT_TRUE(contains(page, "name=\"labels-0-text\""));
    EXPECT_TRUE(not_contains(page, "labels-0-DELETE"));
    EXPECT_TRUE(not_contains(page, "labels-1-text"));
    EXPECT_TRUE(not_contains(page, "labels-__prefix__-text"));
    auto form = jam_form("Labelled", "jam", bell_);
    set(form, "labels-TOTAL_FORMS", "2");
    set(form, "labels-INITIAL_FORMS", "1");
    set(form, "labels-0-id", std::to_string(label.id));
    set(form, "labels-0-text", "Changed");
    set(form, "labels-0-position", "0");
    set(form, "labels-0-DELETE", "on");
    set(form, "labels-1-text", "New");
    set(form, "labels-1-position", "0");
    EXPECT_TRUE(redirects(client_.post(page_of(jam), form), kJams));
    EXPECT_EQ(Label::objects.get(F<&Label::jam> == jam.id).text, "Changed");
}

TEST_F(AdminTest, WhoMayOnlySeeTheRowSeesItsInlineRowsAsText) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    Label::objects.create({.jam = jam, .text = "Organic"});
    log_in_with({"cellar.view_jam", "cellar.change_label"});
    const auto page = client_.get(page_of(jam));
    EXPECT_TRUE(contains(page, "Organic"));
    EXPECT_TRUE(not_contains(page, "name=\"labels-0-text\""));
}

TEST_F(AdminTest, KeepsTheListAsItWasLeft) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    auto form = jam_form("Jam 01", "jam-01", bog_);
    const std::string query = "?_changelist_filters=q%3Djam%26o%3D1";
    EXPECT_TRUE(
        redirects(client_.post(page_of(jam) + query, form), std::string(kJams) + "?q=jam&o=1"));
    EXPECT_TRUE(
        redirects(client_.post(page_of(jam) + "?_changelist_filters=%2F%2Fevil.example", form),
                  std::string(kJams) + "?%2F%2Fevil.example="));
}

TEST_F(AdminTest, GivesARowBackToTheWindowThatAskedForIt) {
    const auto response = client_.post("/admin/cellar/maker/add/?_popup=1",
                                       {{"name", "New"}, {"slug", "new"}, {"_popup", "1"}});
    const Maker maker = Maker::objects.get(F<&Maker::slug> == "new");
    EXPECT_TRUE(contains(response, "data-popup="));
    EXPECT_TRUE(
        contains(response, "&quot;value&quot;: &quot;" + std::to_string(maker.id) + "&quot;"));
}

TEST_F(AdminTest, SaysWhatGoesWithARowAndWhatKeepsItFromGoing) {
    add_jams(2);
    const Jam jam = find_jam("jam-01");
    Label::objects.create({.jam = jam, .text = "Organic"});
    const auto asked = client_.get(page_of(jam, "delete"));
    EXPECT_TRUE(contains(asked, "Organic"));
    Order::objects.create({.jam = jam, .buyer = "Ann"});
    const auto stopped = client_.get(page_of(jam, "delete"));
    EXPECT_TRUE(contains(stopped, "Cannot delete jam"));
    EXPECT_TRUE(contains(stopped, "Ann"));
    EXPECT_TRUE(
        contains(client_.post(page_of(jam, "delete"), {{"post", "yes"}}), "Cannot delete jam"));
    EXPECT_EQ(Jam::objects.count(), 2);
    Order::objects.all().delete_();
    EXPECT_TRUE(redirects(client_.post(page_of(jam, "delete"), {{"post", "yes"}}), kJams));
    EXPECT_EQ(Jam::objects.count(), 1);
    EXPECT_TRUE(contains(client_.get("/admin/"), "Jam 01")) << "recent actions";
}

TEST_F(AdminTest, ARowThatIsGoneAndAKeyThatIsNoneLeadToTheIndex) {
    for (const auto* id :
         {"999999", "x", "99999999999999999999999", "1_2F2", "%00", "a b", "..%2Fx"}) {
        for (const auto* page : {"/change/", "/delete/", "/history/"}) {
            const auto response = client_.get(std::string(kJams) + id + page);
            EXPECT_TRUE(response.status() == 302 || response.status() == 404 ||
                        response.status() == 400)
                << id << page << response.status();
        }
    }
}

TEST_F(AdminTest, AFormThatWasTamperedWithIsNeverAServerError) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    const auto sent = [&](const char* total) {
        auto form = jam_form("Jam 01", "jam-01", bog_);
        set(form, "labels-TOTAL_FORMS", total);
        return client_.post(page_of(jam), form);
    };
    for (const auto* total : {"", "x"}) EXPECT_TRUE(contains(sent(total), "ManagementForm"));
    for (const auto* total : {"2001", "99999999999999999999"}) {
        EXPECT_TRUE(contains(sent(total), "Please submit at most 1000 forms.")) << total;
    }
    EXPECT_TRUE(redirects(sent("-1"), kJams)) << "no forms";
    auto form = jam_form("Jam 01", "jam-01", bog_);
    set(form, "labels-TOTAL_FORMS", "1");
    set(form, "labels-INITIAL_FORMS", "1");
    set(form, "labels-0-id", "77777");
    set(form, "labels-0-text", "ghost");
    EXPECT_TRUE(contains(client_.post(page_of(jam), form), "has been deleted meanwhile"));
    EXPECT_EQ(client_.post(page_of(jam), {}).status(), 200);
}

TEST_F(AdminTest, WhoMayOnlySeeFindsNoInputs) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    log_in_with({"cellar.view_jam"});
    const auto response = client_.get(page_of(jam));
    EXPECT_TRUE(contains(response, "View jam"));
    EXPECT_TRUE(not_contains(response, "name=\"slug\""));
    EXPECT_TRUE(not_contains(response, "name=\"_save\""));
    EXPECT_EQ(client_.post(page_of(jam), jam_form("Mine", "mine", bell_)).status(), 403);
    EXPECT_EQ(client_.get(page_of(jam, "delete")).status(), 403);
    EXPECT_EQ(find_jam("jam-01").name, "Jam 01");
}

TEST_F(AdminTest, ALostPermissionStopsWhatWasBegun) {
    add_jams(1);
    const Jam jam = find_jam("jam-01");
    log_in_with({"cellar.change_jam"});
    EXPECT_EQ(client_.get(page_of(jam)).status(), 200);
    auth::User::objects.get_by_natural_key("staff").user_permissions.clear();
    EXPECT_EQ(client_.post(page_of(jam), jam_form("Mine", "mine", bell_)).status(), 403);
}

TEST_F(AdminTest, ReadsWhatTheTextsOfASelectFollowWithItsRows) {
    const auto page = client_.get("/admin/auth/user/" + std::to_string(boss_.id) + "/change/");
    EXPECT_TRUE(contains(page, "Cellar | jam | Can add jam"));
    EXPECT_LE(page.queries().size(), 10U);
}

TEST_F(AdminTest, ManagesUsersWithoutShowingPasswords) {
    EXPECT_EQ(client_.get("/admin/auth/user/").status(), 200);
    const auto added = client_.post(
        "/admin/auth/user/add/",
        {{"username", "ann"}, {"password1", "berry-cran-77"}, {"password2", "berry-cran-77"}});
    const auto ann = auth::User::objects.get_by_natural_key("ann");
    EXPECT_TRUE(redirects(added, "/admin/auth/user/" + std::to_string(ann.id) + "/change/"));
    const auto page = client_.get("/admin/auth/user/" + std::to_string(ann.id) + "/change/");
    EXPECT_TRUE(contains(page, "Personal info"));
    EXPECT_TRUE(not_contains(page, ann.password));
}

}  // namespace cellar
