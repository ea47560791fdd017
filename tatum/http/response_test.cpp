#include <tatum/http/response.h>

#include <tatum/base/locals.h>

#include <gtest/gtest.h>

#include <cstdio>
#include <stdexcept>

namespace tatum::http {
namespace {

/// 2024-05-05 12:00:00 UTC.
class Noon final : public Clock {
public:
    std::int64_t now() const override { return 1'714'910'400LL * 1'000'000; }
};

TEST(Response, HasDjangosDefaults) {
    const Response response("Hello");
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.reason(), "OK");
    EXPECT_EQ(response.content_type(), "text/html; charset=utf-8");
    EXPECT_EQ(response.charset(), "utf-8");
    EXPECT_EQ(response.content(), "Hello");
    EXPECT_EQ(response.content_length(), 5u);
    EXPECT_FALSE(response.is_streaming());
}

TEST(Response, TakesOptions) {
    const Response response("x", {.content_type = "text/plain; charset=\"latin-1\"",
                                  .status = 202,
                                  .reason = "Fine",
                                  .headers = {{"X-A", "1"}}});
    EXPECT_EQ(response.status(), 202);
    EXPECT_EQ(response.reason(), "Fine");
    EXPECT_EQ(response.charset(), "latin-1");
    EXPECT_EQ(response.headers.get("x-a"), "1");
    EXPECT_THROW(Response("", {.status = 99}), std::invalid_argument);
    EXPECT_THROW(Response("", {.status = 600}), std::invalid_argument);
    EXPECT_THROW(Response("", {.headers = {{"X", "a\r\nb"}}}), BadHeaderError);
}

TEST(Response, ComesInDjangosKinds) {
    EXPECT_EQ(ResponseNotFound("no").status(), 404);
    EXPECT_EQ(ResponseForbidden().reason(), "Forbidden");
    EXPECT_EQ(ResponseGone().status(), 410);
    EXPECT_EQ(ResponseServerError().status(), 500);
    EXPECT_EQ(ResponseBadRequest().status(), 400);
    const ResponseNotAllowed not_allowed({"GET", "POST"});
    EXPECT_EQ(not_allowed.status(), 405);
    EXPECT_EQ(not_allowed.headers.get("Allow"), "GET, POST");
    const ResponseNotModified not_modified;
    EXPECT_EQ(not_modified.status(), 304);
    EXPECT_FALSE(not_modified.has_header("Content-Type"));
    const Response json = JsonResponse(Value(Dict{{"a", List{1, "é"}}}), 201);
    EXPECT_EQ(json.content(), "{\"a\": [1, \"\\u00e9\"]}");
    EXPECT_EQ(json.content_type(), "application/json");
    EXPECT_EQ(json.status(), 201);
}

TEST(Response, RedirectsOnlyWhereABrowserMayGo) {
    EXPECT_EQ(ResponseRedirect("/a é/").headers.get("Location"), "/a%20%C3%A9/");
    EXPECT_EQ(ResponseRedirect("/").status(), 302);
    EXPECT_EQ(ResponseRedirect("/", PreserveRequest::Yes).status(), 307);
    EXPECT_EQ(ResponsePermanentRedirect("/").status(), 301);
    EXPECT_EQ(ResponsePermanentRedirect("/", PreserveRequest::Yes).status(), 308);
    EXPECT_EQ(ResponseRedirect("HTTPS://ex.org/").status(), 302);
    for (const char* bad : {"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"})
        EXPECT_THROW(ResponseRedirect{bad}, DisallowedRedirect) << bad;
    EXPECT_EQ(ResponseRedirect("/a\r\nSet-Cookie: x=1").headers.get("Location"),
              "/a%0D%0ASet-Cookie:%20x=1");
    const std::string longest(ResponseRedirect::kLocationBytesMax - 1, 'a');
    EXPECT_EQ(ResponseRedirect("/" + longest).status(), 302);
    EXPECT_THROW(ResponseRedirect("/a" + longest), DisallowedRedirect);
}

TEST(Response, SetsCookiesByTheCurrentClock) {
    const Noon noon;
    const LocalScope scope(Slot::Clock, static_cast<const Clock*>(&noon));
    Response response;
    response.set_cookie("a", "1", {.max_age = Duration::hours(1)});
    EXPECT_EQ(response.cookies().back().str(),
              "a=1; expires=Sun, 05 May 2024 13:00:00 GMT; Max-Age=3600; Path=/");
    response.set_cookie(
        "b", "2",
        {.expires = DateTime::from_utc(noon.now() + 90'000'000), .secure = true, .httponly = true});
    EXPECT_EQ(response.cookies().back().str(),
              "b=2; expires=Sun, 05 May 2024 12:01:31 GMT; HttpOnly; Max-Age=91; Path=/; Secure");
    response.set_cookie("c", "3", {.expires = DateTime::from_utc(0)});
    EXPECT_EQ(response.cookies().back().max_age_seconds, 0);
    response.set_cookie("a", "again");
    EXPECT_EQ(response.cookies().size(), 3u);
    EXPECT_EQ(response.cookies().front().str(), "a=again; Path=/");
}

TEST(Response, RejectsCookiesThatWouldBreakTheHeader) {
    Response response;
    for (const char* name : {"", "a b", "a;b", "a=b", "é", "Path", "max-age"})
        EXPECT_THROW(response.set_cookie(name, "x"), BadHeaderError) << name;
    EXPECT_THROW(response.set_cookie("a", "x", {.path = "/;Domain=evil"}), BadHeaderError);
    EXPECT_THROW(response.set_cookie("a", "x", {.domain = "a\r\nX: y"}), BadHeaderError);
    EXPECT_TRUE(response.cookies().empty());
    response.set_cookie("a", "x\r\ny;z");
    EXPECT_EQ(response.cookies().front().str(), "a=\"x\\015\\012y\\073z\"; Path=/");
}

TEST(Response, DeletesCookiesSoThatBrowsersObey) {
    Response response;
    response.delete_cookie("__Host-a");
    response.delete_cookie("b", "/p", {}, SameSite::None);
    EXPECT_TRUE(response.cookies()[0].secure);
    EXPECT_TRUE(response.cookies()[1].secure);
    EXPECT_EQ(response.cookies()[1].str(),
              "b=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/p; SameSite=None; "
              "Secure");
}

TEST(Response, StreamsWhatAFunctionMakes) {
    Response response = StreamingResponse(
        [left = 3](std::string& out) mutable {
            out = std::to_string(left);
            return --left > 0;
        },
        {.content_type = "text/plain"});
    EXPECT_TRUE(response.is_streaming());
    EXPECT_EQ(response.content_length(), std::nullopt);
    EXPECT_THROW(static_cast<void>(response.content()), InternalError);
    EXPECT_THROW(response.write("x"), InternalError);
    const auto stream = response.take_stream();
    std::string all;
    for (bool more = true; more;) {
        std::string piece;
        more = stream->next(piece);
        all += piece;
    }
    EXPECT_EQ(all, "321");
}

TEST(FileResponse, SaysWhatTheFileIs) {
    Response response = FileResponse(TATUM_SOURCE_DIR "/tatum/http/README.md");
    EXPECT_TRUE(response.is_file());
    EXPECT_EQ(response.content_type(), "text/markdown");
    EXPECT_EQ(response.headers.get("Content-Disposition"), "inline; filename=\"README.md\"");
    char start[6];
    EXPECT_EQ(response.file()->file.read_at(0, start), sizeof start);
    EXPECT_EQ(std::string_view(start, 6), "# http");
    const Response download = FileResponse(TATUM_SOURCE_DIR "/tatum/http/README.md",
                                           {.as_attachment = true, .filename = "a.tar.gz"});
    EXPECT_EQ(download.content_type(), "application/gzip");
    EXPECT_EQ(download.headers.get("Content-Disposition"), "attachment; filename=\"a.tar.gz\"");
    EXPECT_THROW(FileResponse("/no/such/file"), Http404);
    EXPECT_THROW(FileResponse("/tmp"), Http404);
}

TEST(ContentTypes, AreGuessedFromTheName) {
    EXPECT_EQ(guess_content_type("a/b.CSS").type, "text/css");
    EXPECT_EQ(guess_content_type("x.js").type, "text/javascript");
    EXPECT_EQ(guess_content_type("x.css.gz").encoding, "gzip");
    EXPECT_EQ(guess_content_type("x.css.gz").type, "text/css");
    EXPECT_EQ(guess_content_type("none").type, "application/octet-stream");
    EXPECT_EQ(guess_content_type(".png").type, "application/octet-stream");
    EXPECT_EQ(guess_content_type("a.png/x").type, "application/octet-stream");
}

}  // namespace
}  // namespace tatum::http
