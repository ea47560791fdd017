#include <tatum/files/storages.h>

#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/files/file_system_storage.h>
#include <tatum/files/memory_storage.h>

#include <gtest/gtest.h>

namespace tatum::files {
namespace {

Settings settings_with(const std::string& toml) {
    return Settings::parse("DEBUG = true\n" + toml, "settings.toml", "/site");
}

/// What is wrong with the setting.
std::string fault_of(const std::string& toml) {
    try {
        const Storages storages(settings_with(toml));
    } catch (const ImproperlyConfigured& error) {
        return error.what();
    }
    return {};
}

TEST(Storages, AreTheFileSystemWhereNothingIsSaid) {
    const Storages storages(settings_with("MEDIA_ROOT = 'media'\nMEDIA_URL = '/m/'"));
    const auto& storage = dynamic_cast<FileSystemStorage&>(storages.get("default"));
    EXPECT_EQ(storage.location(), "/site/media");
    EXPECT_EQ(storage.path("a/b.txt"), "/site/media/a/b.txt");
    EXPECT_EQ(storage.url("a b.txt"), "/m/a%20b.txt");
}

TEST(Storages, ReadTheSettingOfDjango) {
    const Storages storages(settings_with(R"(
MEDIA_ROOT = "/media"
[STORAGES.default]
BACKEND = "django.core.files.storage.FileSystemStorage"
[STORAGES.private]
BACKEND = "FileSystemStorage"
[STORAGES.private.OPTIONS]
location = "private"
base_url = "https://files.example"
[STORAGES.tests]
BACKEND = "django.core.files.storage.memory.InMemoryStorage"
[STORAGES.staticfiles]
BACKEND = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
)"));
    EXPECT_EQ(storages.get("default").path("a"), "/media/a");
    EXPECT_EQ(storages.get("private").path("a"), "/site/private/a");
    EXPECT_EQ(storages.get("private").url("a"), "https://files.example/a");
    EXPECT_NE(dynamic_cast<InMemoryStorage*>(&storages.get("tests")), nullptr);
    EXPECT_THROW(storages.get("staticfiles"), InvalidStorageError);
}

TEST(Storages, NameWhatIsWrong) {
    EXPECT_EQ(fault_of("[STORAGES.default]\nBACKEND = 'S3'"),
              "STORAGES.default: Could not find backend 'S3'");
    EXPECT_EQ(fault_of("[STORAGES.default]\nOPTIONS = {}"),
              "STORAGES.default: Could not find backend ''");
    EXPECT_EQ(fault_of("[STORAGES.default]\nBACKEND = 5"),
              "STORAGES.default: BACKEND is neither BACKEND, a text, nor OPTIONS, a table");
    EXPECT_EQ(fault_of("STORAGES = 5"), "STORAGES must be a table");
    EXPECT_EQ(fault_of("[STORAGES]\ndefault = 5"), "STORAGES.default must be a table");
    const std::string options = "[STORAGES.default]\nBACKEND = 'FileSystemStorage'\nOPTIONS = ";
    EXPECT_EQ(fault_of(options + "{bucket = 'b'}"), "FileSystemStorage has no option 'bucket'");
    EXPECT_EQ(fault_of(options + "{location = 5}"), "FileSystemStorage: location must be a text");
    EXPECT_EQ(fault_of(options + "{file_permissions_mode = 0o10000}"),
              "FileSystemStorage: file_permissions_mode must be permissions as 0o644");
    EXPECT_EQ(fault_of(options + "{allow_overwrite = 1}"),
              "FileSystemStorage: allow_overwrite must be true or false");
    EXPECT_EQ(fault_of("FILE_UPLOAD_PERMISSIONS = '644'"),
              "The settings of files: file_upload_permissions must be permissions as 0o644");
    EXPECT_EQ(fault_of(""), "");
}

TEST(Storages, MayBeTheSitesOwn) {
    const MakeStorage make = [](const Settings&, const Dict& options) {
        return owned<InMemoryStorage>(
            InMemoryStorageOptions{.base_url = options.get("host").str() + "/"});
    };
    const Storages storages(
        settings_with("[STORAGES.default]\nBACKEND = 'Own'\nOPTIONS = {host = '//own.example'}"),
        {{"Own", make}});
    EXPECT_EQ(storages.get("default").url("a"), "//own.example/a");
}

TEST(Storages, AreThoseOfTheSite) {
    EXPECT_THROW(default_storage(), ImproperlyConfigured);
    const Storages made(settings_with("MEDIA_ROOT = '/media'"));
    const LocalScope scope(Slot::Storages, static_cast<const db::FileValues*>(&made));
    EXPECT_EQ(&default_storage(), &made.get("default"));
    EXPECT_THROW(storages("other"), InvalidStorageError);
}

TEST(Storages, SayWhatToSetWhenFilesHaveNoPlace) {
    const Storages storages(settings_with(""));
    Storage& storage = storages.get("default");
    EXPECT_EQ(storage.url("a.txt"), "/a.txt");
    EXPECT_THROW(storage.save("a.txt", File("a.txt", "x")), ImproperlyConfigured);
}

}  // namespace
}  // namespace tatum::files
