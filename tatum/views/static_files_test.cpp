#include <tatum/views/static_files.h>

#include <tatum/http/errors.h>

#include <gtest/gtest.h>

#include <cstring>

namespace tatum::views {
namespace {

constexpr char kStyle[] = "a{b:url(img/a.png)}";
constexpr char kImage[] = "not really a picture";
constexpr EmbeddedFile kEmbedded[] = {
    {"static/img/a.png", kImage, kImage + sizeof kImage - 1},
    {"static/style.css", kStyle, kStyle + sizeof kStyle - 1},
    {"templates/secret.html", kStyle, kStyle + sizeof kStyle - 1},
};
constexpr AppFiles kFiles{"", kEmbedded};

const StaticFiles& files() {
    static const StaticFiles made(StaticOptions{.apps = {&kFiles}});
    return made;
}

http::Response serve(const std::string& target, http::RequestText text = {}) {
    text.target = target;
    http::Request request(std::move(text));
    return files().serve(request);
}

TEST(StaticFiles, NamesFilesByTheirContent) {
    // The start of the md5sum of the content.
    EXPECT_EQ(files().url("img/a.png"), "/static/img/a.5ffc0cc0bbb9.png");
    EXPECT_EQ(files().url("icons.svg#cart"), "/static/icons.svg#cart");
    EXPECT_EQ(files().url("a b.txt"), "/static/a%20b.txt");
}

TEST(StaticFiles, RewritesReferencesInStyleSheets) {
    const auto file = files().find("style.css");
    ASSERT_TRUE(file);
    EXPECT_EQ(files().read(*file), "a{b:url(img/a.5ffc0cc0bbb9.png)}");
}

TEST(StaticFiles, ServesWithTypeValidatorsAndCaching) {
    const http::Response response = serve("/static/style.css");
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.content_type(), "text/css; charset=utf-8");
    EXPECT_TRUE(response.has_header("ETag"));
    EXPECT_TRUE(response.has_header("Last-Modified"));
    EXPECT_EQ(response.headers.get("Cache-Control"), "max-age=60, public");
    const http::Response hashed = serve(files().url("img/a.png"));
    EXPECT_EQ(hashed.headers.get("Cache-Control"), "max-age=31536000, public, immutable");
    EXPECT_EQ(hashed.content_type(), "image/png");
}

TEST(StaticFiles, DoesNotLetAnotherVersionsNameBeKept) {
    const http::Response response = serve("/static/img/a.0123456789ab.png");
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
}

TEST(StaticFiles, AnswersNotModifiedToWhoHasTheFile) {
    const std::string etag(serve("/static/style.css").headers.get("ETag", {}));
    const http::Response same = serve("/static/style.css", {.headers = {{"If-None-Match", etag}}});
    EXPECT_EQ(same.status(), 304);
    EXPECT_EQ(same.headers.get("ETag"), etag);
    const http::Response other =
        serve("/static/style.css", {.headers = {{"If-None-Match", "\"x\""}}});
    EXPECT_EQ(other.status(), 200);
}

TEST(StaticFiles, CompressesEmbeddedFilesAheadOfTheFirstRequest) {
    const std::string style(2000, 'a');
    const EmbeddedFile embedded[] = {
        {"static/img/a.png", kImage, kImage + sizeof kImage - 1},
        {"static/short.css", kStyle, kStyle + sizeof kStyle - 1},
        {"static/style.css", style.data(), style.data() + style.size()},
    };
    const AppFiles app{"", embedded};
    const StaticFiles debugged(StaticOptions{.apps = {&app}, .debug = true});
    EXPECT_EQ(debugged.prepare(), 0u);
    const StaticFiles made(StaticOptions{.apps = {&app}});
    EXPECT_EQ(made.prepare(), 2u) << "gzip and brotli of one file";
    EXPECT_EQ(made.prepare(), 0u) << "they are kept";
    for (const char* coding : {"gzip", "br"}) {
        http::Request request(
            {.target = made.url("style.css"), .headers = {{"Accept-Encoding", coding}}});
        const http::Response response = made.serve(request);
        EXPECT_EQ(response.headers.get("Content-Encoding"), coding);
        EXPECT_LT(response.content().size(), 100u);
    }
}

TEST(StaticFiles, NeverLeavesItsFolders) {
    for (const std::string target :
         {"/static/", "/static/../templates/secret.html", "/static/%2e%2e/templates/secret.html",
          "/static/img", "/static/img/", "/static//style.css", "/static/./style.css",
          "/static/img\\a.png", "/static/style.css%00", "/static/style.css/", "/static/nothing"}) {
        EXPECT_THROW(serve(target), Http404) << target;
    }
}

TEST(StaticFiles, TakesNoOtherMethods) {
    EXPECT_EQ(serve("/static/style.css", {.method = "POST"}).status(), 405);
}

TEST(StaticFiles, UsesPlainNamesInDebugMode) {
    const StaticFiles debug(StaticOptions{.apps = {&kFiles}, .debug = true});
    EXPECT_EQ(debug.url("img/a.png"), "/static/img/a.png");
}

}  // namespace
}  // namespace tatum::views
