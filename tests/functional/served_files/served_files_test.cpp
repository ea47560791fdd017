#include <tatum/http/compression.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>
#include <tatum/views/files.h>
#include <tatum/views/static_files.h>

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

using namespace tatum;
using namespace tatum::testing;

namespace {

namespace fs = std::filesystem;

/// A folder of its own, with everything in it gone at the end.
class Folder {
public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "tatum-files-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string operator/(std::string_view name) const { return (path_ / name).string(); }
    void write(std::string_view name, std::string_view content) const {
        const fs::path path = path_ / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }
    void age(std::string_view name, std::chrono::seconds by) const {
        const fs::path path = path_ / name;
        fs::last_write_time(path, fs::last_write_time(path) - by);
    }

private:
    fs::path path_;
};

Response private_file(Request& request, std::string name) {
    return serve_private(request, name, {.as_attachment = request.GET().contains("download")});
}

const Urls file_urls = {path<"private/<path:name>">(private_file)};

const std::string kScript = [] {
    std::string text;
    for (int i = 0; i < 500; ++i) text += "function f" + std::to_string(i) + "() {}\n";
    return text;
}();
/// Larger than what is kept in memory, and not to be compressed.
const std::string kFilm = [] {
    std::mt19937 random(1);
    std::string bytes(200'000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}();

class ServedFilesTest : public ::testing::Test {
protected:
    ServedFilesTest() {
        folder_.write("static/app.js", kScript);
        folder_.write("static/film.mp4", kFilm);
        folder_.write("static/css/base.css", "a{background:url(../img/a.png)}");
        folder_.write("static/img/a.png", "not really a picture");
        folder_.write("static/.env", "SECRET=1");
        folder_.write("static/.well-known/security.txt", "Contact: us");
        folder_.write("secret.txt", "secret");
        folder_.write("media/a.html", "<script>alert(1)</script>");
        folder_.write("media/a.png", "picture");
        folder_.write("media/a.png.gz", "evil");
        folder_.write("private/plan b.txt", "the plan");
        start();
    }

    void start() {
        Settings settings = test_settings();
        settings.staticfiles_dirs = {folder_ / "static"};
        settings.static_root = folder_ / "collected";
        settings.media_url = "/media/";
        settings.media_root = folder_ / "media";
        settings.sendfile_root = folder_ / "private";
        settings.sendfile_url = "/internal/";
        settings.sendfile_backend = backend_;
        client_.reset();
        site_ = std::make_unique<site::Site>(std::move(settings));
        site_->urls(file_urls);
        site_->setup();
        client_ = std::make_unique<Client>(*site_);
    }
    using Headers = std::vector<std::pair<std::string, std::string>>;
    TestResponse get(std::string_view target, Headers headers = {}) {
        return client_->get(target, {.headers = std::move(headers)});
    }
    std::string run(const std::vector<std::string>& words, int expected = 0) {
        std::string text;
        site::Output out(text);
        EXPECT_EQ(site_->command_line().run(words, site_.get(), out, out), expected) << text;
        return text;
    }

    Folder folder_;
    std::string backend_ = "server";
    std::unique_ptr<site::Site> site_;
    std::unique_ptr<Client> client_;
};

TEST_F(ServedFilesTest, SendsFilesOfAnySize) {
    EXPECT_EQ(get("/static/film.mp4").content(), kFilm);
    EXPECT_EQ(get("/static/film.mp4").header("Content-Type"), "video/mp4");
    EXPECT_FALSE(get("/static/film.mp4").has_header("Vary"));
    const auto script = get("/static/app.js");
    EXPECT_EQ(script.content(), kScript);
    EXPECT_EQ(script.header("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(script.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(script.header("X-Content-Type-Options"), "nosniff");
    EXPECT_TRUE(client_->head("/static/app.js").content().empty());
}

TEST_F(ServedFilesTest, SendsPartsOfFiles) {
    const auto part = get("/static/film.mp4", {{"Range", "bytes=100000-100099"}});
    EXPECT_EQ(part.status(), 206);
    EXPECT_EQ(part.content(), kFilm.substr(100'000, 100));
    EXPECT_EQ(part.header("Content-Range"), "bytes 100000-100099/200000");
    const auto outside = get("/static/film.mp4", {{"Range", "bytes=200000-"}});
    EXPECT_EQ(outside.status(), 416);
    EXPECT_FALSE(outside.has_header("Cache-Control"));
    const auto two = get("/static/film.mp4", {{"Range", "bytes=0-69999,100000-199999"}});
    EXPECT_EQ(two.status(), 206);
    EXPECT_TRUE(two.contains(kFilm.substr(0, 70'000)));
    EXPECT_TRUE(two.contains(kFilm.substr(100'000)));
}

TEST_F(ServedFilesTest, SendsNothingToHostsThatAreNotAllowed) {
    for (const char* target : {"/static/app.js", "/static/nothing", "/media/a.png"}) {
        EXPECT_EQ(get(target, {{"Host", "evil.example"}}).status(), 400) << target;
    }
}

TEST_F(ServedFilesTest, CompressesForThoseWhoTakeIt) {
    const auto plain = get("/static/app.js");
    const auto gzip = get("/static/app.js", {{"Accept-Encoding", "gzip"}});
    const auto brotli = get("/static/app.js", {{"Accept-Encoding", "gzip, br"}});
    EXPECT_EQ(gzip.header("Content-Encoding"), "gzip");
    EXPECT_EQ(brotli.header("Content-Encoding"), "br");
    EXPECT_EQ(gzip.header("Content-Type"), plain.header("Content-Type"));
    EXPECT_LT(gzip.content().size(), kScript.size() / 2);
    EXPECT_LT(brotli.content().size(), gzip.content().size());
    EXPECT_EQ(gzip.content(),
              http::compress(http::Coding::Gzip, kScript, {.effort = http::Effort::Good}));
    const std::set<std::string> etags{plain.header("ETag"), gzip.header("ETag"),
                                      brotli.header("ETag")};
    EXPECT_EQ(etags.size(), 3u);
    for (const std::string& etag : etags) EXPECT_TRUE(etag.starts_with('"')) << etag;
    EXPECT_FALSE(
        get("/static/film.mp4", {{"Accept-Encoding", "gzip"}}).has_header("Content-Encoding"));
    EXPECT_EQ(get("/static/film.mp4", {{"Accept-Encoding", "identity;q=0"}}).status(), 406);
    EXPECT_EQ(get("/static/app.js", {{"Accept-Encoding", "identity;q=0, gzip"}}).status(), 200);
}

TEST_F(ServedFilesTest, ComparesTheVersionInTheCodingThatTheClientTakes) {
    const std::string gzip = get("/static/app.js", {{"Accept-Encoding", "gzip"}}).header("ETag");
    const auto same = get("/static/app.js", {{"Accept-Encoding", "gzip"}, {"If-None-Match", gzip}});
    EXPECT_EQ(same.status(), 304);
    EXPECT_EQ(same.header("ETag"), gzip);
    EXPECT_EQ(same.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(get("/static/app.js", {{"If-None-Match", gzip}}).status(), 200);
    EXPECT_EQ(get("/static/app.js", {{"If-Match", gzip}}).status(), 412);
}

TEST_F(ServedFilesTest, CutsPartsOutOfTheFormThatTheClientHas) {
    const auto plain = get("/static/app.js", {{"Accept-Encoding", "gzip"}, {"Range", "bytes=0-9"}});
    EXPECT_EQ(plain.status(), 206);
    EXPECT_EQ(plain.content(), kScript.substr(0, 10));
    EXPECT_FALSE(plain.has_header("Content-Encoding"));
    const auto whole = get("/static/app.js", {{"Accept-Encoding", "gzip"}});
    const auto rest = get(
        "/static/app.js",
        {{"Accept-Encoding", "gzip"}, {"If-Range", whole.header("ETag")}, {"Range", "bytes=100-"}});
    EXPECT_EQ(rest.status(), 206);
    EXPECT_EQ(rest.header("Content-Encoding"), "gzip");
    EXPECT_EQ(rest.content(), whole.content().substr(100));
}

TEST_F(ServedFilesTest, TakesCompressedFilesFromBesideThePlainOne) {
    folder_.write("static/app.js.gz", "precompressed");
    EXPECT_EQ(get("/static/app.js", {{"Accept-Encoding", "gzip"}}).content(), "precompressed");
    const auto itself = get("/static/app.js.gz");
    EXPECT_EQ(itself.header("Content-Type"), "application/gzip");
    EXPECT_FALSE(itself.has_header("Content-Encoding"));
    // An older one belongs to an older script.
    folder_.age("static/app.js.gz", std::chrono::seconds(10));
    start();
    EXPECT_NE(get("/static/app.js", {{"Accept-Encoding", "gzip"}}).content(), "precompressed");
}

TEST_F(ServedFilesTest, NoticesAtOnceThatAFileHasChanged) {
    const auto before = get("/static/app.js", {{"Accept-Encoding", "gzip"}});
    folder_.write("static/app.js", kScript + "// more");
    EXPECT_EQ(get("/static/app.js").content(), kScript + "// more");
    EXPECT_NE(get("/static/app.js", {{"Accept-Encoding", "gzip"}}).header("ETag"),
              before.header("ETag"));
    fs::remove(folder_ / "static/app.js");
    EXPECT_EQ(get("/static/app.js").status(), 404);
}

TEST_F(ServedFilesTest, NeverLeavesTheFolder) {
    fs::create_symlink(folder_ / "secret.txt", folder_ / "static/absolute.txt");
    fs::create_symlink("../secret.txt", folder_ / "static/relative.txt");
    fs::create_directory_symlink("..", folder_ / "static/up");
    fs::create_symlink("app.js", folder_ / "static/inside.js");
    fs::create_symlink(folder_ / "static/app.js", folder_ / "static/absolute.js");
    ASSERT_EQ(::mkfifo((folder_ / "static/fifo").c_str(), 0600), 0);
    for (const std::string name : {"absolute.txt",
                                   "relative.txt",
                                   "up/secret.txt",
                                   "../secret.txt",
                                   "%2e%2e/secret.txt",
                                   "..%2fsecret.txt",
                                   "..%5csecret.txt",
                                   "app.js%00",
                                   "app.js/",
                                   "",
                                   "css",
                                   "css/",
                                   ".env",
                                   "./app.js",
                                   "/app.js",
                                   "//app.js",
                                   "css/../app.js",
                                   "css//base.css",
                                   "fifo",
                                   "app.js/x",
                                   "%2e/app.js"}) {
        EXPECT_EQ(get("/static/" + name).status(), 404) << name;
        EXPECT_EQ(get("/media/" + name).status(), 404) << name;
    }
    EXPECT_EQ(get("/static/" + (folder_ / "secret.txt")).status(), 404);
    EXPECT_EQ(get("/static/inside.js").content(), kScript);
    EXPECT_EQ(get("/static/absolute.js").content(), kScript);
    EXPECT_EQ(get("/static/.well-known/security.txt").status(), 200);
}

TEST_F(ServedFilesTest, TakesNoOtherMethods) {
    for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
        for (const std::string target : {"/static/app.js", "/media/a.png"}) {
            const auto response = client_->request(method, target);
            EXPECT_EQ(response.status(), 405) << method << target;
            EXPECT_EQ(response.header("Allow"), "GET, HEAD");
        }
    }
}

TEST_F(ServedFilesTest, ServesWhatCollectstaticHasMade) {
    const std::string before = site_->static_files().url("css/base.css");
    run({"collectstatic", "--compress", "--noinput"});
    EXPECT_TRUE(fs::exists(folder_ / "collected/app.js.br"));
    EXPECT_FALSE(fs::exists(folder_ / "collected/film.mp4.br"));
    EXPECT_FALSE(fs::exists(folder_ / "collected/.env"));
    start();
    // The names stay those that another server in front finds in the folder.
    const std::string url = site_->static_files().url("css/base.css");
    EXPECT_EQ(url, before);
    EXPECT_TRUE(fs::exists(folder_ / ("collected" + url.substr(7)))) << url;
    const auto sheet = get(url);
    EXPECT_EQ(sheet.header("Cache-Control"), "max-age=31536000, public, immutable");
    const std::string image = site_->static_files().url("img/a.png");
    EXPECT_EQ(sheet.content(), "a{background:url(../img/" + image.substr(12) + ")}");
    EXPECT_EQ(get(image).header("Cache-Control"), "max-age=31536000, public, immutable");
    EXPECT_EQ(get("/static/img/a.png").header("Cache-Control"), "max-age=60, public");
    const auto script = get(site_->static_files().url("app.js"), {{"Accept-Encoding", "br"}});
    EXPECT_EQ(script.content(),
              http::compress(http::Coding::Brotli, kScript, {.effort = http::Effort::Best}));
}

TEST_F(ServedFilesTest, NoticesAChangeWithinASecondBehindAHashedName) {
    const auto change = [&](std::string_view content, int nanoseconds) {
        folder_.write("static/img/a.png", content);
        fs::last_write_time(folder_ / "static/img/a.png",
                            fs::file_time_type(std::chrono::seconds(1'000'000'000)) +
                                std::chrono::nanoseconds(nanoseconds));
        return site_->static_files().url("img/a.png");
    };
    const std::string before = change("one picture", 1);
    const std::string after = change("two picture", 2);
    EXPECT_NE(before, after);
    EXPECT_EQ(get(before).header("Cache-Control"), "no-cache");
    EXPECT_EQ(get(after).header("Cache-Control"), "max-age=31536000, public, immutable");
}

TEST_F(ServedFilesTest, RunsNothingThatUsersUpload) {
    const auto page = get("/media/a.html");
    EXPECT_EQ(page.status(), 200);
    EXPECT_EQ(page.header("Content-Disposition"), "attachment; filename=\"a.html\"");
    EXPECT_TRUE(page.header("Content-Security-Policy").find("sandbox") != std::string::npos);
    const auto picture = get("/media/a.png", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(picture.content(), "picture");
    EXPECT_FALSE(picture.has_header("Content-Disposition"));
    EXPECT_EQ(picture.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(get("/media/a.png", {{"Range", "bytes=0-2"}}).content(), "pic");
    EXPECT_EQ(get("/media/a.png", {{"If-None-Match", picture.header("ETag")}}).status(), 304);
}

TEST_F(ServedFilesTest, SendsPrivateFilesItself) {
    const auto file = get("/private/plan%20b.txt");
    EXPECT_EQ(file.content(), "the plan");
    EXPECT_EQ(file.header("Cache-Control"), "private, no-cache");
    EXPECT_EQ(get("/private/plan%20b.txt", {{"Range", "bytes=4-"}}).content(), "plan");
    EXPECT_EQ(get("/private/plan%20b.txt?download").header("Content-Disposition"),
              "attachment; filename=\"plan b.txt\"");
    EXPECT_EQ(get("/private/..%2fsecret.txt").status(), 404);
}

TEST_F(ServedFilesTest, LetsNginxSendPrivateFiles) {
    backend_ = "nginx";
    start();
    const auto file = get("/private/plan%20b.txt");
    EXPECT_EQ(file.header("X-Accel-Redirect"), "/internal/plan%20b.txt");
    EXPECT_EQ(file.content(), "");
    EXPECT_EQ(file.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(get("/private/none.txt").status(), 404);
}

TEST_F(ServedFilesTest, LetsApacheSendPrivateFiles) {
    backend_ = "xsendfile";
    start();
    const std::string path = get("/private/plan%20b.txt").header("X-Sendfile");
    EXPECT_TRUE(path.starts_with('/') && path.ends_with("/private/plan%20b.txt")) << path;
}

TEST_F(ServedFilesTest, ChecksTheSettingsOfPrivateFiles) {
    backend_ = "lighty";
    start();
    const std::string text = run({"check"}, 1);
    EXPECT_NE(text.find("files.E001"), std::string::npos) << text;
}

}  // namespace
