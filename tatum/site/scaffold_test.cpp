#include <tatum/site/scaffold.h>

#include <tatum/site/command.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace tatum::site {
namespace {

TEST(Scaffold, RefusesNamesThatCouldNotBeCompiled) {
    const auto folder = std::filesystem::temp_directory_path() / "tatum_scaffold_test";
    for (const std::string name :
         {"and", "co_await", "typename", "index", "time", "stdin", "all", "install", "templates",
          "tatum", "", "Shop", "2nd", "_x", "a__b", "a-b", "größe"}) {
        EXPECT_THROW(start_app(name, folder / "app"), CommandUsageError) << name;
        EXPECT_THROW(start_project(name, folder / "site"), CommandUsageError) << name;
    }
    EXPECT_THROW(start_app(std::string(300, 'a'), folder / "app"), CommandUsageError);
    EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Scaffold, WritesNothingOverWhatIsThere) {
    const auto folder = std::filesystem::temp_directory_path() / "tatum_scaffold_test_there";
    std::filesystem::remove_all(folder);
    EXPECT_FALSE(start_app("books", folder).empty());
    EXPECT_THROW(start_app("books", folder), CommandError);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tatum::site
