#include <tatum/files/storages.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/json.h>
#include <tatum/db/any_object.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/files/field_file.h>
#include <tatum/files/file_system_storage.h>
#include <tatum/files/memory_storage.h>
#include <tatum/forms/any_model_form.h>
#include <tatum/net/fiber.h>
#include <tatum/site/site.h>
#include <tatum/template/engine.h>
#include <tatum/testing/testing.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <list>
#include <set>
#include <system_error>
#include <thread>

using namespace tatum;
using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

/// What an archive has scanned.
namespace scans {

struct Scan : Model<Scan> {
    std::string name;
    std::string photo;
    std::optional<std::string> paper;

    static void define(Definition<Scan>& d);
    std::string str() const { return name; }
};

// [models-begin]
std::string paper_name(const Scan& scan, std::string_view file_name) {
    return "papers/" + scan.name + "/" + std::string(file_name);
}

void Scan::define(Definition<Scan>& d) {
    d.field<&Scan::name>(max_length(20), unique);
    d.field<&Scan::photo>(ImageField, blank, upload_to("photos/%Y/%m"));
    d.field<&Scan::paper>(FileField, blank, upload_to(paper_name), storage("private"));
}
// [models-end]

// [file-begin]
/// Keeps what a scanner has sent, and says where to find it.
std::string keep_paper(Scan& scan, std::string_view name, std::string content) {
    auto paper = file_of<&Scan::paper>(scan);
    paper.save(name, File(name, std::move(content)));  // stores the file and writes the row
    return paper.url();
}
// [file-end]

constexpr std::string_view kMigration = R"(
initial = true

[[operations]]
type = "CreateModel"
name = "Scan"
fields = [
    {name = "id", type = "BigAutoField", primary_key = true},
    {name = "name", type = "CharField", unique = true, max_length = 20},
    {name = "photo", type = "ImageField", max_length = 100},
    {name = "paper", type = "FileField", null = true, max_length = 100},
]
)";
constexpr EmbeddedFile kFiles[] = {
    {"migrations/0001_initial.toml", kMigration.data(), kMigration.data() + kMigration.size()}};
constexpr AppFiles kAppFiles{"", kFiles};

const App app{.label = "scans", .models = models<Scan>(), .files = &kAppFiles};

}  // namespace scans

namespace {

using scans::keep_paper;
using scans::Scan;

namespace fs = std::filesystem;

/// A folder of its own, with everything in it gone at the end.
class Folder {
public:
    explicit Folder(const fs::path& place = fs::temp_directory_path()) {
        std::string pattern = (place / "tatum-storage-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string path() const { return path_; }
    std::string operator/(std::string_view name) const { return path_ / name; }
    /// All that lies below it, ".tatum-…" included.
    std::vector<std::string> files() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(path_)) {
            if (entry.is_regular_file()) found.push_back(fs::relative(entry.path(), path_));
        }
        std::ranges::sort(found);
        return found;
    }

private:
    fs::path path_;
};

struct stat status_of(const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status;
}

/// An upload that lies in a temporary file in `folder`.
UploadedFile large_upload(const std::string& folder, const std::string& content) {
    auto file = shared<http::TemporaryFile>(folder, ".upload");
    file->append(content);
    return {"large.bin", std::move(file), content.size(), "application/octet-stream"};
}

/// What `call` fails with as a system error; 0 when it does not.
int error_of(const Function<void()>& call) {
    try {
        call();
    } catch (const std::system_error& error) {
        return error.code().value();
    }
    return 0;
}

// --- What Django answers -------------------------------------------------------------------------

/// As the storage of make_cases.py: names that are taken, and random parts that can be foretold.
class Names final : public Storage {
public:
    explicit Names(std::set<std::string> taken) : taken_(std::move(taken)) {}

    File open(std::string_view name) const override { return {name, ""}; }
    void delete_(std::string_view) override {}
    bool exists(std::string_view name) const override { return taken_.contains(std::string(name)); }
    files::Listing listdir(std::string_view) const override { return {}; }
    std::uint64_t size(std::string_view) const override { return 0; }
    DateTime get_accessed_time(std::string_view) const override { return {}; }
    DateTime get_created_time(std::string_view) const override { return {}; }
    DateTime get_modified_time(std::string_view) const override { return {}; }
    std::string get_alternative_name(std::string_view root,
                                     std::string_view suffix) const override {
        ++number_;
        return std::string(root) + "_rand00" + std::to_string(number_) + std::string(suffix);
    }

protected:
    std::string store(std::string name, const File&, std::size_t) override { return name; }

private:
    std::set<std::string> taken_;
    mutable int number_ = 0;
};

std::string answer(const Dict& given) {
    const std::string call = given.get("call").str(), name = given.get("name").str();
    if (call == "get_valid_name") return Names({}).get_valid_name(name);
    if (call == "generate_filename") return Names({}).generate_filename(name);
    if (call == "get_available_name") {
        std::set<std::string> taken;
        for (const Value& each : given.get("taken").as_list()) taken.insert(each.str());
        return Names(std::move(taken))
            .get_available_name(name, static_cast<std::size_t>(given.get("max_length").as_int()));
    }
    files::FileSystemStorageOptions options{.location = "/srv/media", .base_url = "/media/"};
    if (given.contains("base_url")) options.base_url = given.get("base_url").str();
    const FileSystemStorage storage(options);
    return call == "path" ? storage.path(name) : storage.url(name);
}

TEST(Storage, NamesFilesAsDjangoDoes) {
    std::ifstream cases(STORAGES_CASES);
    int count = 0;
    for (std::string line; std::getline(cases, line);) {
        const Dict given = json::parse(line).value().as_dict();
        if (given.get("call").str() == "upload_to") continue;
        ++count;
        try {
            EXPECT_EQ(answer(given), given.get("result").str()) << line;
        } catch (const SuspiciousFileOperation& error) {
            EXPECT_EQ(error.what(), given.get("error").str()) << line;
        }
    }
    EXPECT_GT(count, 250);
}

// --- On the disk ---------------------------------------------------------------------------------

class FileSystemStorageTest : public ::testing::Test {
protected:
    Folder folder_;
    FileSystemStorage storage_{{.location = folder_ / "media"}};
};

TEST_F(FileSystemStorageTest, KeepsFilesBelowItsLocation) {
    EXPECT_EQ(storage_.save("a/b c.txt", File("x", "words")), "a/b c.txt");
    EXPECT_EQ(storage_.open("a/b c.txt").read(), "words");
    EXPECT_EQ(storage_.size("a/b c.txt"), 5u);
    EXPECT_EQ(storage_.url("a/b c.txt"), "/a/b%20c.txt");
    EXPECT_EQ(storage_.path("a/b c.txt"), folder_ / "media/a/b c.txt");
    EXPECT_THAT(folder_.files(), ElementsAre("media/a/b c.txt"));
    EXPECT_THAT(storage_.listdir("").directories, ElementsAre("a"));
    EXPECT_THAT(storage_.listdir("a").files, ElementsAre("b c.txt"));
    const std::int64_t age =
        Clock::system().now() - storage_.get_modified_time("a/b c.txt").utc_microseconds();
    EXPECT_LT(age, 60'000'000);
    EXPECT_EQ(storage_.get_created_time("a/b c.txt").utc_offset(), 0);
}

TEST_F(FileSystemStorageTest, GivesFilesAndFoldersTheirPermissions) {
    FileSystemStorage storage({.location = folder_ / "own",
                               .file_permissions_mode = 0600,
                               .directory_permissions_mode = 0750});
    storage.save("a/b/c.txt", File("", "x"));
    EXPECT_EQ(status_of(storage.path("a/b/c.txt")).st_mode & 07777, 0600u);
    for (const auto* folder : {"", "a", "a/b"}) {
        EXPECT_EQ(status_of(storage.path(folder)).st_mode & 07777, 0750u) << folder;
    }
    storage_.save("c.txt", File("", "x"));
    EXPECT_EQ(status_of(storage_.path("c.txt")).st_mode & 07777, 0644u);
    storage_.save("large.bin", large_upload(folder_.path(), "x"));
    EXPECT_EQ(status_of(storage_.path("large.bin")).st_mode & 07777, 0644u);
}

TEST_F(FileSystemStorageTest, NeverReplacesAFileUnlessToldTo) {
    storage_.save("a.txt", File("", "1"));
    EXPECT_THAT(storage_.save("a.txt", File("", "2")), MatchesRegex("a_[a-zA-Z0-9]{7}\\.txt"));
    EXPECT_EQ(storage_.open("a.txt").read(), "1");
    FileSystemStorage replacing({.location = storage_.location(), .allow_overwrite = true});
    EXPECT_EQ(replacing.save("a.txt", File("", "3")), "a.txt");
    EXPECT_EQ(storage_.open("a.txt").read(), "3");
    EXPECT_EQ(replacing.save("a.txt", large_upload(folder_.path(), "4")), "a.txt");
    EXPECT_EQ(storage_.open("a.txt").read(), "4");
    EXPECT_EQ(folder_.files().size(), 2u);
}

TEST_F(FileSystemStorageTest, LinksALargeUploadInsteadOfCopyingIt) {
    ino_t inode = 0;
    {
        const UploadedFile upload = large_upload(folder_.path(), "much");
        inode = status_of(upload.temporary_file_path()).st_ino;
        EXPECT_EQ(storage_.save("large.bin", upload), "large.bin");
    }
    EXPECT_EQ(status_of(storage_.path("large.bin")).st_ino, inode);
    EXPECT_EQ(storage_.open("large.bin").read(), "much");
    EXPECT_THAT(folder_.files(), ElementsAre("media/large.bin"));
}

TEST_F(FileSystemStorageTest, CopiesALargeUploadFromAnotherFileSystem) {
    const Folder elsewhere("/dev/shm");
    if (status_of(elsewhere.path()).st_dev == status_of(folder_.path()).st_dev) {
        GTEST_SKIP() << "there is one file system only";
    }
    const std::string content(1'000'000, 'x');
    storage_.save("large.bin", large_upload(elsewhere.path(), content));
    EXPECT_EQ(storage_.open("large.bin").read(), content);
    EXPECT_THAT(folder_.files(), ElementsAre("media/large.bin"));
}

TEST_F(FileSystemStorageTest, LeavesNothingBehindWhenItFails) {
    storage_.save("a", File("", "x"));
    EXPECT_EQ(error_of([&] { storage_.save("a/b.txt", File("", "x")); }), ENOTDIR);
    EXPECT_EQ(error_of([&] { storage_.save(std::string(256, 'b'), File("", "x")); }), ENAMETOOLONG);
    // As a full disk fails: in the middle of writing.
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{.rlim_cur = 1000, .rlim_max = before.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
    const int error = error_of([&] { storage_.save("c", File("", std::string(10'000, 'x'))); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_EQ(error, EFBIG);
    EXPECT_THAT(folder_.files(), ElementsAre("media/a"));
}

TEST_F(FileSystemStorageTest, DeletesFilesAndEmptyFolders) {
    storage_.save("a/b.txt", File("", "x"));
    EXPECT_EQ(error_of([&] { storage_.delete_("a"); }), ENOTEMPTY);
    storage_.delete_("a/b.txt");
    storage_.delete_("a/b.txt");
    storage_.delete_("a");
    EXPECT_FALSE(storage_.exists("a"));
    EXPECT_THROW(storage_.delete_(""), ValueError);
    EXPECT_THROW(storage_.delete_("../other"), SuspiciousFileOperation);
    EXPECT_EQ(error_of([&] { static_cast<void>(storage_.open("a/b.txt")); }), ENOENT);
}

TEST_F(FileSystemStorageTest, RefusesNamesThatLeadOut) {
    for (const auto name : std::initializer_list<std::string_view>{"../a", "a/../../b", "/etc/a",
                                                                   std::string_view("a\0b", 3)}) {
        EXPECT_THROW(static_cast<void>(storage_.exists(name)), SuspiciousFileOperation) << name;
        EXPECT_THROW(storage_.save(name, File("", "x")), SuspiciousFileOperation) << name;
    }
    EXPECT_THAT(folder_.files(), IsEmpty());
}

TEST_F(FileSystemStorageTest, CutsNamesThatNoFileMayHave) {
    std::string name;
    for (int i = 0; i < 100; ++i) name += "写";
    const std::string valid = storage_.generate_filename("f/" + name + ".png");
    EXPECT_LE(valid.size(), 2u + 255u - 8u);
    EXPECT_TRUE(valid.starts_with("f/写写") && valid.ends_with("写.png")) << valid;
    EXPECT_EQ(storage_.save(valid, File("", "x")), valid);
    EXPECT_TRUE(storage_.save(valid, File("", "x")).ends_with(".png"));
}

TEST_F(FileSystemStorageTest, GivesEachOfManyProcessesANameOfItsOwn) {
    constexpr int kProcesses = 4, kFiles = 25;
    for (int process = 0; process < kProcesses; ++process) {
        if (::fork() != 0) continue;
        for (int i = 0; i < kFiles; ++i) {
            storage_.save("same/same.txt", File("", std::to_string(process * kFiles + i)));
        }
        ::_exit(0);
    }
    for (int process = 0; process < kProcesses; ++process) {
        int status = 0;
        ::wait(&status);
        EXPECT_EQ(status, 0);
    }
    std::set<std::string> contents;
    for (const std::string& name : storage_.listdir("same").files) {
        contents.insert(storage_.open("same/" + name).read());
    }
    EXPECT_EQ(contents.size(), static_cast<std::size_t>(kProcesses * kFiles));
}

TEST_F(FileSystemStorageTest, ShowsNoPartOfAFileWhenItsProcessIsKilled) {
    const std::string content(3'000'000, 'x');
    for (int round = 0; round < 10; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            for (;;) storage_.save("whole.bin", File("", content));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + 7 * round));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        if (!storage_.exists("")) continue;
        for (const std::string& name : storage_.listdir("").files) {
            EXPECT_EQ(storage_.size(name), content.size()) << name;
            storage_.delete_(name);
        }
    }
}

TEST_F(FileSystemStorageTest, SuspendsTheFiberAndNotItsThread) {
    std::string name, content;
    net::run([&] {
        name = storage_.save("a.txt", File("", "words"));
        content = storage_.open(name).read();
    });
    EXPECT_EQ(content, "words");
}

// --- The files of a model's rows -----------------------------------------------------------------

class FieldFileTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<Folder>();
        Settings settings = test_settings();
        settings.media_root = *folder_ / "media";
        settings.media_url = "/media/";
        settings
            .set("storages", Dict{{"private", Dict{{"BACKEND", "InMemoryStorage"},
                                                   {"OPTIONS", Dict{{"base_url", "/secret/"}}}}}})
            .value();
        site_ = std::make_unique<Site>(std::move(settings));
        site_->install(scans::app);
    }
    static void TearDownTestSuite() {
        site_.reset();
        folder_.reset();
    }
    void TearDown() override { fs::remove_all(*folder_ / "media"); }

    static std::string shown(std::string_view source, const Scan& scan) {
        const template_::Engine& engine = site_->templates();
        std::string text;
        engine.render(*engine.from_string(source), {{"scan", scan}}, {}, text);
        return text;
    }
    static AnyModelForm form(const http::QueryDict& data, const http::FileDict& files,
                             const forms::Instance& instance = {}) {
        return {db::meta_of<Scan>(),
                {.fields = {"name", "photo", "paper"}},
                {data, files, {.instance = instance}}};
    }
    static http::FileDict photo(std::string_view name) {
        http::FileDict files;
        files.appendlist("photo", png_upload(name));
        return files;
    }

    static inline std::unique_ptr<Folder> folder_;
    static inline std::unique_ptr<Site> site_;
    std::list<db::FieldMeta> fields_;  // outlive what the database rolls back at its end
    TestDatabase database_{*site_};
    Client client_{*site_};
    FrozenClock clock_{*parse_datetime("2026-03-05T23:30:00+00:00").value()};
};

TEST_F(FieldFileTest, IsNamedAsDjangoNamesIt) {
    const FrozenClock clock(*parse_datetime("2026-03-05T14:07:09+00:00").value());
    std::ifstream cases(STORAGES_CASES);
    int count = 0;
    for (std::string line; std::getline(cases, line);) {
        const Dict given = json::parse(line).value().as_dict();
        if (given.get("call").str() != "upload_to") continue;
        ++count;
        db::FieldMeta& field = fields_.emplace_back();
        const db::FieldMeta& photo = db::meta_of<Scan>().field("photo");
        field.name = photo.name;
        field.kind = photo.kind;
        field.model = photo.model;
        field.offset = photo.offset;
        field.ops = photo.ops;
        field.upload_to = given.get("folder").str();
        field.storage = "private";
        Scan scan;
        files::BoundFieldFile file(field, &scan, nullptr);
        try {
            file.save(given.get("name").str(), File("", "x"), files::SaveRow::No);
            EXPECT_EQ(scan.photo, given.get("result").str()) << line;
            file.delete_(files::SaveRow::No);
            EXPECT_EQ(scan.photo, "");
        } catch (const SuspiciousFileOperation& error) {
            EXPECT_EQ(error.what(), given.get("error").str()) << line;
        }
    }
    EXPECT_EQ(count, 36);
}

TEST_F(FieldFileTest, IsWhatTemplatesSee) {
    Scan scan{.name = "Map"};
    EXPECT_EQ(shown("{% if scan.photo %}yes{% else %}no{% endif %}[{{ scan.photo }}]", scan),
              "no[]");
    EXPECT_THROW(shown("{{ scan.photo.url }}", scan), ValueError);
    file_of<&Scan::photo>(scan).save("a<b>.png", File("", std::string(kPng)));
    EXPECT_EQ(scan.photo, "photos/2026/03/ab.png");
    EXPECT_EQ(shown("{{ scan.photo }} {{ scan.photo.name }} {{ scan.photo.url }} "
                    "{{ scan.photo.size }} {{ scan.photo.width }}x{{ scan.photo.height }}",
                    scan),
              "photos/2026/03/ab.png photos/2026/03/ab.png /media/photos/2026/03/ab.png 73 2x3");
    EXPECT_EQ(shown("{{ scan.photo.path }}", scan), *folder_ / "media/photos/2026/03/ab.png");
    // The rest of the framework sees the text.
    EXPECT_EQ(db::AnyObject::copy_of(db::model_type<Scan>, &scan).get("photo"), Value(scan.photo));
    EXPECT_EQ(Scan::objects.values("photo").rows().at(0).as_dict().get("photo"), Value(scan.photo));
}

TEST_F(FieldFileTest, IsSavedAndDeletedWithItsRow) {
    Scan scan{.name = "Map"};
    EXPECT_FALSE(file_of<&Scan::paper>(scan));
    EXPECT_EQ(keep_paper(scan, "a.txt", "words"), "/secret/papers/Map/a.txt");
    EXPECT_EQ(Scan::objects.get_pk(scan.id).paper, "papers/Map/a.txt");
    EXPECT_EQ(storages("private").open("papers/Map/a.txt").read(), "words");
    auto paper = file_of<&Scan::paper>(scan);
    EXPECT_EQ(paper.width(), std::nullopt);
    paper.delete_();
    EXPECT_EQ(Scan::objects.get_pk(scan.id).paper, std::nullopt);
    EXPECT_FALSE(storages("private").exists("papers/Map/a.txt"));
    const Scan read = Scan::objects.get_pk(scan.id);
    try {
        static_cast<void>(file_of<&Scan::paper>(read).url());
        ADD_FAILURE();
    } catch (const ValueError& error) {
        EXPECT_STREQ(error.what(), "The 'paper' attribute has no file associated with it.");
    }
    EXPECT_THROW(static_cast<void>(file_of<&Scan::name>(read)), db::FieldError);
}

TEST_F(FieldFileTest, StaysWhenTheRowThatLosesItCannotBeWritten) {
    Scan{.name = "Taken"}.save();
    Scan scan{.name = "Map"};
    keep_paper(scan, "a.txt", "words");
    scan.name = "Taken";
    EXPECT_THROW(file_of<&Scan::paper>(scan).delete_(), IntegrityError);
    EXPECT_TRUE(storages("private").exists("papers/Map/a.txt"));
}

TEST_F(FieldFileTest, IsStoredByAForm) {
    const auto data = http::QueryDict::parse("name=Map");
    const auto files = photo("my map.png");
    AnyModelForm made = form(data, files);
    ASSERT_TRUE(made.is_valid()) << made.errors().as_text();
    EXPECT_THAT(folder_->files(), IsEmpty());
    const Scan scan = made.save().as<Scan>();
    EXPECT_EQ(Scan::objects.get_pk(scan.id).photo, "photos/2026/03/my_map.png");
    EXPECT_THAT(folder_->files(), ElementsAre("media/photos/2026/03/my_map.png"));
    AnyModelForm shown(db::meta_of<Scan>(), {.fields = {"photo"}},
                       forms::ModelFormExtras{.instance = scan});
    EXPECT_NE(
        shown["photo"].as_widget().find("Currently: <a href=\"/media/photos/2026/03/my_map.png\">"),
        std::string::npos);

    const auto response = client_.get("/media/photos/2026/03/my_map.png");
    EXPECT_EQ(response.content(), kPng);
    EXPECT_EQ(response.header("Content-Type"), "image/png");
    EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
}

TEST_F(FieldFileTest, FitsItsColumnWithTheFolder) {
    const auto data = http::QueryDict::parse("name=Map");
    const auto files = photo(std::string(90, 'x') + ".png");
    AnyModelForm made = form(data, files);
    ASSERT_TRUE(made.is_valid()) << made.errors().as_text();
    const std::string name = made.save().as<Scan>().photo;
    EXPECT_EQ(name.size(), 100u) << name;
    EXPECT_TRUE(name.ends_with(".png"));
    const auto longer = photo(std::string(97, 'x') + ".png");
    AnyModelForm refused = form(data, longer);
    EXPECT_FALSE(refused.is_valid());
    EXPECT_EQ(refused.errors().messages("photo").at(0),
              "Ensure this filename has at most 100 characters (it has 101).");
}

TEST_F(FieldFileTest, GoesAgainWhenTheRowCannotBeWritten) {
    const auto data = http::QueryDict::parse("name=Map");
    const auto files = photo("map.png");
    AnyModelForm slower = form(data, files);
    ASSERT_TRUE(slower.is_valid());
    Scan{.name = "Map"}.save();
    EXPECT_THROW(slower.save(), IntegrityError);
    EXPECT_THAT(folder_->files(), IsEmpty());
    Scan scan{.name = "Map"};
    EXPECT_THROW(file_of<&Scan::photo>(scan).save("a.png", File("", "x")), IntegrityError);
    EXPECT_THAT(folder_->files(), IsEmpty());
}

TEST_F(FieldFileTest, GoesAgainWithTheTransactionAroundIt) {
    const auto data = http::QueryDict::parse("name=Map");
    const auto files = photo("map.png");
    for (const auto commit : {forms::Commit::Yes, forms::Commit::No}) {
        EXPECT_THROW(transaction::atomic([&] {
                         AnyModelForm made = form(data, files);
                         ASSERT_TRUE(made.is_valid());
                         made.save(commit);
                         EXPECT_EQ(folder_->files().size(), 1u);
                         throw ValueError("no");
                     }),
                     ValueError);
        EXPECT_THAT(folder_->files(), IsEmpty());
    }
}

TEST_F(FieldFileTest, StaysWhenTheFieldIsClearedOrTheRowDeleted) {
    Scan scan{.name = "Map"};
    file_of<&Scan::photo>(scan).save("a.png", File("", std::string(kPng)));
    const auto cleared = http::QueryDict::parse("name=Map&photo-clear=on");
    const http::FileDict no_files;
    AnyModelForm made = form(cleared, no_files, scan);
    ASSERT_TRUE(made.is_valid());
    EXPECT_EQ(made.save().as<Scan>().photo, "");
    scan.delete_();
    EXPECT_THAT(folder_->files(), ElementsAre("media/photos/2026/03/a.png"));
}

TEST_F(FieldFileTest, MustBeDeclaredAsItCanBe) {
    struct Key : Model<Key> {
        std::string file;
        static void define(Definition<Key>& d) { d.field<&Key::file>(FileField, primary_key); }
    };
    struct Absolute : Model<Absolute> {
        std::string file;
        static void define(Definition<Absolute>& d) {
            d.field<&Absolute::file>(FileField, upload_to("/photos"));
        }
    };
    struct Text : Model<Text> {
        std::string text;
        static void define(Definition<Text>& d) {
            d.field<&Text::text>(max_length(5), storage("private"));
        }
    };
    struct Other : Model<Other> {
        std::string file;
        static void define(Definition<Other>& d) {
            d.field<&Other::file>(FileField, upload_to(scans::paper_name));
        }
    };
    for (const db::ModelType* type : {&db::model_type<Key>, &db::model_type<Absolute>,
                                      &db::model_type<Text>, &db::model_type<Other>}) {
        db::ModelRegistry registry;
        EXPECT_THROW(registry.add(*type, "faulty"), ImproperlyConfigured) << type->name;
    }
}

TEST(Site, FindsStoragesThatThereAreNot) {
    Site site{test_settings()};
    site.install(scans::app);
    try {
        site.setup();
        ADD_FAILURE();
    } catch (const ImproperlyConfigured& error) {
        EXPECT_STREQ(error.what(),
                     "scans.Scan.paper: Could not find config for 'private' in settings.STORAGES.");
    }
}

}  // namespace
