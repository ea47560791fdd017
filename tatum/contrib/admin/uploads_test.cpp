#include <tatum/contrib/admin/admin_test.h>
#include <tatum/files/field_file.h>
#include <tatum/files/storages.h>

#include <gmock/gmock.h>

namespace cellar {

using tatum::testing::contains;
using tatum::testing::kPng;
using tatum::testing::not_contains;
using tatum::testing::png_upload;
using tatum::testing::redirects;

namespace {

std::string change_page_of(const Jam& jam) {
    return "/admin/cellar/jam/" + std::to_string(jam.id) + "/change/";
}

}  // namespace

using UploadsTest = AdminTest;

TEST_F(UploadsTest, AreStoredAndShownAsLinks) {
    const auto empty = client_.get("/admin/cellar/jam/add/");
    EXPECT_TRUE(contains(empty, "enctype=\"multipart/form-data\""));
    auto form = jam_form("Plum", "plum", bell_);
    form.emplace_back("photo", png_upload("my plum.png"));
    EXPECT_TRUE(redirects(client_.post("/admin/cellar/jam/add/", form), "/admin/cellar/jam/"));
    const Jam jam = find_jam("plum");
    EXPECT_EQ(jam.photo, "jams/my_plum.png");
    EXPECT_EQ(file_of<&Jam::photo>(jam).open().read(), kPng);
    const std::string link = "<a href=\"/media/jams/my_plum.png\">jams/my_plum.png</a>";
    EXPECT_TRUE(contains(client_.get("/admin/cellar/jam/"), link));
    const auto page = client_.get(change_page_of(jam));
    EXPECT_TRUE(contains(page, "Currently: " + link));
    EXPECT_TRUE(contains(page, "name=\"photo-clear\""));

    log_in_with({"cellar.view_jam"});
    const auto seen = client_.get(change_page_of(jam));
    EXPECT_TRUE(contains(seen, link));
    EXPECT_TRUE(not_contains(seen, "type=\"file\""));
}

TEST_F(UploadsTest, ReplaceAndClear) {
    const Jam jam = Jam::objects.create({.name = "Plum", .slug = "plum", .maker = bell_});
    auto form = jam_form("Plum", "plum", bell_);
    form.emplace_back("photo", png_upload("a.png"));
    client_.post(change_page_of(jam), form);
    EXPECT_EQ(find_jam("plum").photo, "jams/a.png");
    client_.post(change_page_of(jam), form);
    EXPECT_THAT(find_jam("plum").photo, ::testing::MatchesRegex("jams/a_[a-zA-Z0-9]{7}\\.png"));
    client_.post(change_page_of(jam), jam_form("Plum", "plum", bell_));
    EXPECT_NE(find_jam("plum").photo, "");
    form = jam_form("Plum", "plum", bell_);
    form.emplace_back("photo-clear", "on");
    client_.post(change_page_of(jam), form);
    EXPECT_EQ(find_jam("plum").photo, "");
}

TEST_F(UploadsTest, AreStoredByInlines) {
    const Jam jam = Jam::objects.create({.name = "Plum", .slug = "plum", .maker = bell_});
    auto form = jam_form("Plum", "plum", bell_);
    std::erase_if(form, [](const auto& field) { return field.name == "labels-TOTAL_FORMS"; });
    form.emplace_back("labels-TOTAL_FORMS", "1");
    form.emplace_back("labels-0-text", "Front");
    form.emplace_back("labels-0-position", "0");
    form.emplace_back("labels-0-print", UploadedFile("front.txt", "PLUM"));
    const auto response = client_.post(change_page_of(jam), form);
    EXPECT_TRUE(redirects(response, "/admin/cellar/jam/")) << response.content();
    const Label label = Label::objects.get(F<&Label::text> == "Front");
    EXPECT_EQ(label.print, "labels/front.txt");
    EXPECT_EQ(default_storage().open(label.print).read(), "PLUM");
    EXPECT_TRUE(contains(client_.get(change_page_of(jam)), "href=\"/media/labels/front.txt\""));
}

TEST_F(UploadsTest, AreNotStoredWhereTheFormIsWrong) {
    const std::size_t before = default_storage().listdir("").directories.size();
    auto form = jam_form("", "plum", bell_);
    form.emplace_back("photo", png_upload("wrong.png"));
    EXPECT_EQ(client_.post("/admin/cellar/jam/add/", form).status(), 200);
    EXPECT_FALSE(default_storage().exists("jams/wrong.png"));
    form = jam_form("Plum", "plum", bell_);
    form.emplace_back("photo", UploadedFile("wrong.png", "words"));
    EXPECT_TRUE(contains(client_.post("/admin/cellar/jam/add/", form), "Upload a valid image."));
    EXPECT_EQ(default_storage().listdir("").directories.size(), before);
}

}  // namespace cellar
