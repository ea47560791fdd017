#include "demo_storage.h"

#include <tatum/files/storages.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/views/static_files.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace cranstore {
namespace {

using namespace tatum;

/// A store with one picture among its static files.
class DemoStorageTest : public ::testing::Test {
protected:
    DemoStorageTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "cranstore-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directories(folder_ / "static/product_photo");
        std::ofstream(folder_ / "static/product_photo/jam.svg") << "<svg/>";
        Settings settings = tatum::testing::test_settings();
        settings.staticfiles_dirs = {folder_ / "static"};
        settings.media_root = folder_ / "media";
        settings.media_url = "/media/";
        settings.set("storages", Dict{{"default", Dict{{"BACKEND", "DemoStorage"}}}}).value();
        site_ = std::make_unique<Site>(std::move(settings));
        site_->storage_backends(storage_backends);
        site_->setup();
        scope_ = std::make_unique<SiteScope>(*site_);
    }
    ~DemoStorageTest() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
    std::unique_ptr<Site> site_;
    std::unique_ptr<SiteScope> scope_;
};

TEST_F(DemoStorageTest, ShowsStaticFilesAtTheirOwnAddresses) {
    Storage& storage = default_storage();
    const std::string address = storage.url("product_photo/jam.svg");
    EXPECT_EQ(address, site_->static_files().url("product_photo/jam.svg"));
    EXPECT_TRUE(address.starts_with("/static/product_photo/jam.")) << address;
    EXPECT_EQ(storage.size("product_photo/jam.svg"), 6u);
    EXPECT_EQ(storage.open("product_photo/jam.svg").read(), "<svg/>");
    storage.delete_("product_photo/jam.svg");
    EXPECT_TRUE(storage.exists("product_photo/jam.svg"));
}

TEST_F(DemoStorageTest, KeepsUploadsOnTheDiskUnderOtherNames) {
    Storage& storage = default_storage();
    const std::string name = storage.save("product_photo/jam.svg", File("", "mine"));
    EXPECT_NE(name, "product_photo/jam.svg");
    EXPECT_EQ(storage.url(name), "/media/" + name);
    EXPECT_EQ(storage.open(name).read(), "mine");
    EXPECT_EQ(storage.size(name), 4u);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "media" / name));
    storage.delete_(name);
    EXPECT_FALSE(storage.exists(name));
}

}  // namespace
}  // namespace cranstore
