#include "app.h"
#include "models.h"

#include <tatum/base/log.h>
#include <tatum/db/database.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>
#include <tatum/views/paginator.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace tatum;
using namespace tatum::testing;

namespace library {
namespace {

/// One site for all tests; each rolls back what it changes.
site::Site& library_site() {
    static const urls::Urls root{urls::path("", urls::include(urls))};
    static site::Site made(test_settings());
    if (!made.is_ready()) {
        made.install(app);
        made.urls(root);
        made.setup();
    }
    return made;
}

class LibraryTest : public ::testing::Test {
protected:
    LibraryTest() : site_(library_site()), database_(site_), client_(site_) {
        run({"loaddata", "books"});
    }
    std::string run(const std::vector<std::string>& words, int expected = 0) {
        std::string text;
        Output out(text);
        EXPECT_EQ(site_.command_line().run(words, &site_, out, out), expected) << text;
        return text;
    }
    using Output = site::Output;

    site::Site& site_;
    TestDatabase database_;
    Client client_;
};

TEST_F(LibraryTest, ShowsAPage) {
    const TestResponse response = client_.get("/");
    EXPECT_TRUE(contains(response, "<a href=\"/books/\">Books</a>"));
    EXPECT_TRUE(template_used(response, "library/home.html"));
    EXPECT_EQ(response.view_name(), "library:home");
    EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
}

TEST_F(LibraryTest, CountsHowOftenATextStandsInAPage) {
    const TestResponse response = client_.get("/");
    EXPECT_TRUE(contains(response, "<a href=\"/books/\">Books</a>", 200, 1));
    const int bytes = static_cast<int>(response.content().size());
    EXPECT_TRUE(contains(response, "", 200, bytes + 1));
}

TEST_F(LibraryTest, ListsObjectsInPages) {
    const TestResponse first = client_.get("/books/");
    EXPECT_TRUE(contains(first, "Apples &amp; Pears</a> by Ann"));
    EXPECT_TRUE(contains(first, "page 1 of 2 <a href=\"?page=2\">next</a>"));
    EXPECT_TRUE(not_contains(first, "Cranberries"));
    EXPECT_TRUE(contains(client_.get("/books/?page=2"), "Cranberries"));
    EXPECT_TRUE(contains(client_.get("/books/?page=last"), "Cranberries"));
    for (const char* page : {"3", "0", "-1", "x", "999999999999999999999"}) {
        EXPECT_EQ(client_.get(std::string("/books/?page=") + page).status(), 404) << page;
    }
}

TEST_F(LibraryTest, CountsTheQueriesOfAList) {
    // The page, the count, and the author of each of the two books.
    assert_num_queries(4, [&] { client_.get("/books/"); });
    EXPECT_EQ(client_.get("/books/").queries().size(), 4u);
    // A list that may not be empty is not asked beforehand: the books, and the author of each.
    EXPECT_EQ(client_.get("/strict/").queries().size(), 4u);
}

TEST_F(LibraryTest, WarnsOfPagesOfAQueryWithoutAnOrder) {
    const std::string file = ::testing::TempDir() + "library_paginator.log";
    std::filesystem::remove(file);
    {
        const auto sink = logging::Sink::open({.file = file}).value();
        const LocalScope scope(Slot::Log, sink.get());
        Paginator(Book::objects, 2).page(1);
        Paginator(Book::objects.order_by().values("title"), 2).page(1);
    }
    std::ostringstream log;
    log << std::ifstream(file).rdbuf();
    const std::string text = log.str();
    const std::size_t warning = text.find("Pagination may yield inconsistent results");
    EXPECT_NE(warning, std::string::npos) << text;
    EXPECT_EQ(text.find("Pagination", warning + 1), std::string::npos) << "books have an order";
}

TEST_F(LibraryTest, ShowsOneObjectBySlugOrKey) {
    const TestResponse response = client_.get("/books/bogs/");
    EXPECT_TRUE(contains(response, "<title>Bogs</title>"));
    EXPECT_TRUE(contains(response, "<p>Bob</p>"));
    EXPECT_EQ(response.context("book").str(), "Bogs");
    EXPECT_TRUE(contains(client_.get("/book/3/"), "<h1>Bogs</h1>"));
    EXPECT_EQ(client_.get("/books/nothing/").status(), 404);
    EXPECT_EQ(client_.get("/book/99/").status(), 404);
    EXPECT_EQ(client_.get("/book/99999999999999999999/").status(), 404);
}

TEST_F(LibraryTest, LetsAViewChooseItsObjectsAndContext) {
    const TestResponse response = client_.get("/authors/Ann/");
    EXPECT_TRUE(contains(response, "<h1>Books of Ann</h1>"));
    EXPECT_TRUE(contains(response, "<li>", 200, 2));
    EXPECT_TRUE(contains(client_.get("/authors/Nobody/"), "No books."));
}

TEST_F(LibraryTest, AnswersOnlyTheMethodsOfAView) {
    EXPECT_EQ(client_.post("/books/").status(), 405);
    EXPECT_EQ(client_.post("/books/").header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(client_.options("/books/").header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(client_.head("/books/").status(), 200);
    EXPECT_EQ(client_.head("/books/").content(), "");
    EXPECT_EQ(client_.get("/only-post/").status(), 405);
    EXPECT_EQ(client_.get("/only-post/").header("Allow"), "POST");
    EXPECT_EQ(client_.post("/only-post/").status(), 200);
}

TEST_F(LibraryTest, AnswersAnEmptyListWith404WhereToldTo) {
    EXPECT_EQ(client_.get("/strict/").status(), 200);
    Book::objects.all().delete_();
    EXPECT_EQ(client_.get("/strict/").status(), 404);
    EXPECT_TRUE(contains(client_.get("/books/"), "No books."));
}

TEST_F(LibraryTest, ShowsOnlyWhatTheQuerysetOfAViewHolds) {
    EXPECT_TRUE(contains(client_.get("/bogs/"), "Bogs"));
    EXPECT_FALSE(contains(client_.get("/bogs/"), "Cranberries"));
    EXPECT_EQ(client_.get("/bogs/bogs/").status(), 200);
    EXPECT_EQ(client_.get("/bogs/cranberries/").status(), 404);
}

TEST_F(LibraryTest, RefusesAQuerysetOfAnotherModel) {
    Client strict(site_, {.raise_request_exception = true});
    EXPECT_THROW(strict.get("/mixed-up/"), ImproperlyConfigured);
}

TEST_F(LibraryTest, RendersATemplateWithWhatTheAddressHolds) {
    EXPECT_TRUE(
        contains(client_.get("/about/bogs%20%26%20berries/"),
                 "bogs &amp; berries and context, asked for at /about/bogs &amp; berries/"));
}

TEST_F(LibraryTest, Redirects) {
    EXPECT_TRUE(redirects(client_.get("/old/bogs/"), "/books/bogs/", 301));
    EXPECT_TRUE(redirects(client_.get("/away/bogs/"), "/books/bogs/?x=100%"));
    EXPECT_EQ(client_.get("/gone/").status(), 410);
    const TestResponse followed = client_.get("/old/bogs", {.follow = true});
    EXPECT_EQ(followed.status(), 200);
    ASSERT_EQ(followed.redirect_chain().size(), 2u);
    EXPECT_EQ(followed.redirect_chain()[0].first, "/old/bogs/");
}

TEST_F(LibraryTest, SavesAFormAndRedirectsToTheObject) {
    const TestResponse response =
        client_.post("/books/add/", {{"title", "New Book"}, {"author", "Bob"}}, {.follow = true});
    EXPECT_TRUE(contains(response, "<title>New Book</title>"));
    EXPECT_EQ(Book::objects.filter(F<&Book::slug> == "new-book").count(), 1);
    EXPECT_EQ(client_.post("/books/add/", {{"title", "x"}, {"author", "Nobody"}}).status(), 404);
}

TEST_F(LibraryTest, RollsBackAfterEachTest) { EXPECT_EQ(Book::objects.count(), 3); }

TEST_F(LibraryTest, ChecksCsrfTokensWhenAsked) {
    Client careful(site_, {.enforce_csrf_checks = true});
    const Form form{{"title", "New"}, {"author", "Bob"}};
    EXPECT_TRUE(not_contains(careful.post("/books/add/", form), "csrf_token", 403));
    const std::string page = careful.get("/books/add/").content();
    const std::size_t at = page.find("value=\"") + 7;
    const std::string token = page.substr(at, page.find('"', at) - at);
    Form with_token = form;
    with_token.emplace_back("csrfmiddlewaretoken", token);
    EXPECT_EQ(careful.post("/books/add/", with_token).status(), 302);
    EXPECT_EQ(careful.post_json("/json/", Value(1)).status(), 200);
}

TEST_F(LibraryTest, ReadsUploads) {
    EXPECT_EQ(
        client_.post("/upload/", {{"a", "1"}, {"f", UploadedFile("x.txt", "hello")}}).content(),
        "fields=1 f=x.txt:hello");
    EXPECT_EQ(client_.post_urlencoded("/upload/", {{"a", "1"}, {"b", "2&3"}}).content(),
              "fields=2");
}

TEST_F(LibraryTest, KeepsCookies) {
    EXPECT_EQ(client_.get("/whoami/").content(), "nobody");
    client_.get("/whoami/?name=Art%3B%20Tatum");
    EXPECT_EQ(client_.get("/whoami/").content(), "Art; Tatum");
    client_.get("/whoami/?forget=1");
    EXPECT_EQ(client_.get("/whoami/").content(), "nobody");
}

TEST_F(LibraryTest, TellsCachesWhatTheyMayKeep) {
    EXPECT_EQ(client_.get("/cached/").header("Cache-Control"), "max-age=60, public");
    EXPECT_NE(client_.get("/never/").header("Cache-Control").find("no-store"), std::string::npos);
    EXPECT_EQ(client_.get("/tagged/").header("ETag"), "\"v1\"");
    EXPECT_EQ(client_.get("/tagged/", {.headers = {{"If-None-Match", "\"v1\""}}}).status(), 304);
}

TEST_F(LibraryTest, SpeaksJson) {
    EXPECT_EQ(client_.post_json("/json/", Value(Dict{{"a", List{1, 2}}})).json(),
              Value(Dict{{"a", List{1, 2}}}));
    EXPECT_EQ(client_.request("POST", "/json/", "{", "application/json").status(), 400);
}

TEST_F(LibraryTest, ReadsStreams) { EXPECT_EQ(client_.get("/stream/").content(), "012"); }

TEST_F(LibraryTest, TellsVisitorsNothingOfErrors) {
    const TestResponse broken = client_.get("/broken/");
    EXPECT_EQ(broken.status(), 500);
    EXPECT_TRUE(not_contains(broken, "vault", 500));
    EXPECT_TRUE(not_contains(client_.get("/broken-template/"), "no_such_view", 500));
    EXPECT_TRUE(not_contains(client_.get("/forbidden/"), "not for you", 403));
    EXPECT_TRUE(not_contains(client_.get("/suspicious/"), "strange", 400));
    const TestResponse missing = client_.get("/nothing/<b>/");
    EXPECT_TRUE(contains(missing, "Lost in the library", 404));
    EXPECT_TRUE(contains(missing, "/nothing/&lt;b&gt;/", 404));
    EXPECT_TRUE(not_contains(missing, "book_list", 404));
}

TEST_F(LibraryTest, ExplainsErrorsInDebugMode) {
    const OverrideSettings debug(site_, [](Settings& settings) { settings.debug = true; });
    const TestResponse broken = client_.get("/broken/?q=<x>");
    EXPECT_TRUE(contains(broken, "std::runtime_error", 500));
    EXPECT_TRUE(contains(broken, "SELECT secret FROM vault", 500));
    EXPECT_TRUE(contains(broken, "library:broken", 500));
    EXPECT_TRUE(not_contains(broken, "<x>", 500));
    EXPECT_TRUE(not_contains(broken, "tatum-test-key", 500));
    const TestResponse page = client_.get("/broken-template/");
    EXPECT_TRUE(contains(page, "library/broken.html", 500));
    EXPECT_TRUE(contains(page, "no_such_view", 500));
    EXPECT_TRUE(contains(page, "last line", 500));
    const TestResponse missing = client_.get("/nothing/");
    EXPECT_TRUE(contains(missing, "books/&lt;slug:slug&gt;/", 404));
    Client careful(site_, {.enforce_csrf_checks = true});
    EXPECT_TRUE(contains(careful.post("/books/add/"), "{% csrf_token %}", 403));
}

TEST_F(LibraryTest, RefusesUnknownHosts) {
    EXPECT_EQ(client_.get("/", {.headers = {{"Host", "evil.example"}}}).status(), 400);
}

TEST_F(LibraryTest, RaisesWhatAViewThrowsWhenAsked) {
    Client strict(site_, {.raise_request_exception = true});
    EXPECT_THROW(strict.get("/broken/"), std::runtime_error);
    EXPECT_EQ(strict.get("/nothing/").status(), 404);
}

TEST_F(LibraryTest, ServesStaticFilesUnderNamesThatChangeWithThem) {
    const std::string page = client_.get("/").content();
    const std::size_t at = page.find("/static/");
    const std::string address = page.substr(at, page.find('"', at) - at);
    EXPECT_NE(address.find("/static/library/site."), std::string::npos);
    const TestResponse style = client_.get(address);
    EXPECT_EQ(style.header("Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(style.header("Cache-Control"), "max-age=31536000, public, immutable");
    EXPECT_TRUE(contains(style, "url(paper."));
    EXPECT_EQ(client_.get("/static/../settings.toml").status(), 404);
    EXPECT_EQ(client_.get("/static/library/").status(), 404);
}

TEST_F(LibraryTest, RunsCommands) {
    EXPECT_EQ(run({"count_books"}), "3\n");
    EXPECT_NE(run({"dumpdata", "library.book", "--pk", "3"}).find("\"title\": \"Bogs\""),
              std::string::npos);
    EXPECT_NE(run({"listurls"}).find("/books/<slug:slug>/"), std::string::npos);
    EXPECT_NE(run({"showmigrations"}).find("[X] 0001_initial"), std::string::npos);
    EXPECT_NE(run({"sqlmigrate", "library", "0001"}).find("CREATE TABLE \"library_book\""),
              std::string::npos);
    EXPECT_NE(run({"makemigrations", "--check"}).find("No changes"), std::string::npos);
    EXPECT_NE(run({"loaddata", "nothing"}, 1).find("no fixture \"nothing\""), std::string::npos);
    EXPECT_NE(run({"migrate", "nothing"}, 1).find("No installed app"), std::string::npos);
}

TEST_F(LibraryTest, ChecksItsTemplates) {
    const auto messages = site_.check();
    ASSERT_EQ(messages.size(), 0u) << messages[0].str();
}

TEST_F(LibraryTest, HoldsTheClockStill) {
    FrozenClock clock(DateTime::from_utc(0));
    EXPECT_EQ(current_clock().now(), 0);
    clock.advance(Duration::hours(1));
    EXPECT_EQ(current_clock().now(), 3'600'000'000);
}

TEST(LibraryOnASocket, AnswersOverHttp) {
    site::Site& site = library_site();
    const CommittedTestDatabase database(site);
    Author author{.name = "Ann"};
    author.save();
    Book{.author = author, .title = "Bogs", .slug = "bogs"}.save();
    const LiveServer server(site);
    const std::string answer = exchange_bytes(
        server.port(), "GET /books/bogs/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.find("HTTP/1.1 200 OK"), 0u) << answer;
    EXPECT_NE(answer.find("<title>Bogs</title>"), std::string::npos);
    const std::string refused = exchange_bytes(
        server.port(), "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(refused.find("HTTP/1.1 400"), 0u) << refused;
}

TEST(LibraryOnASocket, SendsALongPageWhileItIsMade) {
    const LiveServer server(library_site());
    const auto get = [&](const std::string& path) {
        return exchange_bytes(server.port(), "GET " + path +
                                                 " HTTP/1.1\r\nHost: localhost\r\nConnection: "
                                                 "close\r\n\r\n");
    };
    const std::string whole = get("/long/");
    EXPECT_EQ(whole.find("HTTP/1.1 200 OK"), 0u) << whole.substr(0, 200);
    EXPECT_NE(whole.find("Transfer-Encoding: chunked"), std::string::npos);
    EXPECT_NE(whole.find("<li>Row 3999 is one of many</li>\n</ul>\n"), std::string::npos);
    EXPECT_TRUE(whole.ends_with("\r\n0\r\n\r\n"));
    // What fails at once is an error page, what fails later ends the connection.
    EXPECT_EQ(get("/long/?fail=1").find("HTTP/1.1 500"), 0u);
    const std::string part = get("/long/?fail=3000");
    EXPECT_EQ(part.find("HTTP/1.1 200 OK"), 0u);
    EXPECT_NE(part.find("Row 2000 "), std::string::npos);
    EXPECT_EQ(part.find("Row 3999 "), std::string::npos);
    EXPECT_FALSE(part.ends_with("\r\n0\r\n\r\n"));
}

TEST_F(LibraryTest, MakesALongPageInOnePieceOffAFiber) {
    const std::string page = client_.get("/long/").content();
    EXPECT_NE(page.find("Row 3999 is one of many"), std::string::npos);
}

TEST(Check, CompilesEveryTemplateAndReportsAllFaults) {
    namespace fs = std::filesystem;
    std::string name = (fs::temp_directory_path() / "tatum-check-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    const auto write = [&](const char* file, const char* text) {
        std::ofstream(fs::path(name) / file) << text;
    };
    write("good.html", "{% load i18n %}{% translate 'x' %}");
    write("unclosed.html", "one\n{% if a %}\nthree");
    write("unknown.html", "{{ a|no_such_filter }}");
    write("parent.html", "\n\n{% include 'no_such.html' %}");
    Settings settings = test_settings();
    settings.templates.dirs = {name};
    site::Site site(std::move(settings));
    std::string text;
    site::Output out(text);
    EXPECT_EQ(site.run(std::vector<std::string>{"check"}, out, out), 1);
    fs::remove_all(name);
    for (const char* part :
         {"unclosed.html:2", "Unclosed tag on line 2: 'if'", "unknown.html:1",
          "Invalid filter: 'no_such_filter'", "parent.html:3", "'no_such.html' does not exist"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_EQ(text.find("good.html"), std::string::npos);
    EXPECT_NE(text.find("3 findings"), std::string::npos) << text;
}

TEST(SeveralSites, LiveSideBySide) {
    static const urls::Urls one{
        path<"">([](Request& request) { return Response(request.settings().allowed_hosts[1]); })};
    Settings settings = test_settings();
    settings.allowed_hosts = {"testserver", "other"};
    site::Site other(settings);
    other.urls(one);
    other.setup();
    Client client(other), library(library_site());
    EXPECT_EQ(client.get("/").content(), "other");
    EXPECT_EQ(library.get("/").view_name(), "library:home");
    EXPECT_EQ(client.get("/books/").status(), 404);
}

}  // namespace
}  // namespace library
