#include "app.h"
#include "auth_test.h"
#include "configuration.h"
#include "middleware.h"
#include "passwords.h"

#include <tatum/base/passwords.h>
#include <tatum/base/text.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/models.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/db/database.h>
#include <tatum/site/migrations.h>
#include <tatum/urls/path.h>

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

// Beside Django: what it stores is read here, and what is stored here it reads.

namespace tatum::auth {

using namespace tatum::testing;
namespace {

#include "django_site.inc"

class DjangoSiteTest : public ::testing::Test {
protected:
    static Settings settings() {
        Settings made = test_settings();
        made.secret_key = kSecret;
        made.password_hashers = {"pbkdf2_sha256", "md5"};
        return made;
    }
    static void prepare(site::Site& site) {
        static const urls::Urls all = {urls::path<"run/">(run_current_view, "run")};
        configure(site, {.password_policy = passwords::Policy{.algorithms = {"pbkdf2_sha256"},
                                                              .pbkdf2_iterations = 1'000'000}});
        site.install(contenttypes::app, sessions::app, auth::app);
        site.urls(all);
        current_view() = [](http::Request& request) { return http::Response(user(request).str()); };
    }
};

TEST_F(DjangoSiteTest, ALoginMadeByDjangoIsALoginHere) {
    site::Site site(settings());
    prepare(site);
    const TestDatabase database(site);
    User ann{.password = std::string(kPasswordHash), .username = "ann"};
    ann.id = 1;
    ann.save({.force_insert = true});
    sessions::models::Session{.session_key = std::string(kSessionKey),
                              .session_data = std::string(kSessionData),
                              .expire_date = now() + Duration::days(1)}
        .save({.force_insert = true});
    Client client(site);
    client.cookies().set("sessionid", kSessionKey);
    EXPECT_EQ(client.get("/run/").content(), "ann");
    EXPECT_TRUE(ann.check_password("s3cret-word"));
    EXPECT_EQ(ann.password, kPasswordHash) << "the same cost, so no new hash";
    EXPECT_FALSE(ann.check_password("s3cret-worm"));
}

TEST_F(DjangoSiteTest, TablesIndexesAndPermissionsAreDjangos) {
    site::Site site(settings());
    prepare(site);
    const TestDatabase database(site);
    db::Database& here = site.databases().get("default");
    std::vector<std::string> columns, indexes, permissions;
    for (const List& table : here.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND "
                                          "name LIKE 'auth_%'")) {
        const std::string name = table[0].str();
        for (const List& row : here.execute("PRAGMA table_info(" + name + ")")) {
            columns.push_back(name + "." + row[1].str() + " " + strings::ascii_lower(row[2].str()) +
                              " " + row[3].str() + " " + row[5].str());
        }
        for (const List& row : here.execute("PRAGMA index_list(" + name + ")")) {
            if (!row[1].str().starts_with("sqlite_")) indexes.push_back(row[1].str());
        }
    }
    for (const Permission& p : Permission::objects.select_related<&Permission::content_type>()) {
        permissions.push_back(p.content_type->app_label + "." + p.content_type->model + "." +
                              p.codename + "=" + p.name);
    }
    std::ranges::sort(columns);
    std::ranges::sort(indexes);
    std::ranges::sort(permissions);
    EXPECT_THAT(columns, ::testing::ElementsAreArray(kColumns));
    EXPECT_THAT(indexes, ::testing::ElementsAreArray(kIndexes));
    EXPECT_THAT(permissions, ::testing::ElementsAreArray(kPermissions));
}

TEST_F(DjangoSiteTest, TheMigrationSaysWhatTheModelsSay) {
    site::Site site(settings());
    prepare(site);
    std::string text;
    site::Output out(text), err(text);
    const std::vector<std::string> words = {"makemigrations", "--check"};
    EXPECT_EQ(site.run(words, out, err), 0) << text;
}

/// What a command prints; nullopt when it fails.
std::optional<std::string> printed_by(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return std::nullopt;
    std::string text;
    char buffer[256];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
    return ::pclose(pipe) == 0 ? std::optional(text) : std::nullopt;
}

TEST_F(DjangoSiteTest, ALoginMadeHereIsALoginInDjango) {
    if (!printed_by("/usr/bin/python3 -c 'import django' 2>/dev/null")) {
        GTEST_SKIP() << "/usr/bin/python3 has no Django";
    }
    namespace fs = std::filesystem;
    const fs::path file =
        fs::temp_directory_path() / ("auth_test_" + std::to_string(::getpid()) + ".sqlite3");
    std::string key;
    {
        Settings stored = settings();
        stored.databases.front().name = file.string();
        site::Site site(stored);
        prepare(site);
        site.setup();
        const SiteScope scope(site);
        site::migrate_all(site, site.databases().get("default"));
        Client client(site);
        force_login(client, User::objects.create_user("ann", "", "s3cret-word"));
        key = *client.cookies().find("sessionid");
    }
    const auto seen = printed_by("/usr/bin/python3 " AUTH_FOLDER "/make_test_cases.py --check " +
                                 file.string() + " " + key);
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
    EXPECT_EQ(seen, "ann\n");
}

}  // namespace
}  // namespace tatum::auth
