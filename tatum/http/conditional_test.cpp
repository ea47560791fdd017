#include <tatum/http/conditional.h>

#include <tatum/http/caching.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace tatum::http {
namespace {

Request with(std::vector<std::pair<std::string, std::string>> headers, std::string method = "GET") {
    return Request(RequestText{.method = std::move(method), .headers = std::move(headers)});
}

TEST(Conditions, ReplaceAResponseThatTheClientHas) {
    Response response("body", {.headers = {{"ETag", "\"v1\""}, {"Vary", "Cookie"}, {"X", "y"}}});
    response.set_cookie("a", "b");
    apply_conditions(with({{"If-None-Match", "W/\"v1\""}}), response);
    EXPECT_EQ(response.status(), 304);
    EXPECT_EQ(response.content(), "");
    EXPECT_EQ(response.headers.get("ETag"), "\"v1\"");
    EXPECT_EQ(response.headers.get("Vary"), "Cookie");
    EXPECT_FALSE(response.has_header("X"));
    EXPECT_FALSE(response.has_header("Content-Type"));
    EXPECT_EQ(response.cookies().size(), 1u);
}

TEST(Conditions, LeaveErrorsAndOtherVersionsAlone) {
    Response missing("no", {.status = 404, .headers = {{"ETag", "\"v1\""}}});
    apply_conditions(with({{"If-None-Match", "\"v1\""}}), missing);
    EXPECT_EQ(missing.status(), 404);
    Response other("body", {.headers = {{"ETag", "\"v2\""}}});
    apply_conditions(with({{"If-None-Match", "\"v1\""}}), other);
    EXPECT_EQ(other.status(), 200);
    apply_conditions(with({{"If-Match", "\"v1\""}}, "PUT"), other);
    EXPECT_EQ(other.status(), 412);
}

TEST(Conditions, MakeAnETagOfTheContent) {
    Response response("hello");
    set_response_etag(response);
    EXPECT_EQ(response.headers.get("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    Response empty;
    set_response_etag(empty);
    EXPECT_FALSE(empty.has_header("ETag"));
}

TEST(Range, CutsThePartOut) {
    const std::tuple<const char*, int, const char*, const char*> cases[] = {
        {"bytes=0-3", 206, "0123", "bytes 0-3/10"},
        {"bytes=5-", 206, "56789", "bytes 5-9/10"},
        {"bytes=-2", 206, "89", "bytes 8-9/10"},
        {"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
        {"bytes=9-99", 206, "9", "bytes 9-9/10"},
        {"bytes=10-", 416, "", "bytes */10"},
        {"bytes=-0", 416, "", "bytes */10"},
        {"bytes=3-1", 200, "0123456789", nullptr},
        {"bytes=0-3,20-", 206, "0123", "bytes 0-3/10"},
        {"bytes=, 0-3 ,", 206, "0123", "bytes 0-3/10"},
        {"bytes=10-,20-", 416, "", "bytes */10"},
        {"bytes=0-1,x", 200, "0123456789", nullptr},
        {"bytes=0-5,5-9", 200, "0123456789", nullptr},
        {"bytes=,", 200, "0123456789", nullptr},
        {"bytes=", 200, "0123456789", nullptr},
        {"bytes=-", 200, "0123456789", nullptr},
        {"lines=0-1", 200, "0123456789", nullptr},
        {"bytes=99999999999999999999-", 416, "", "bytes */10"},
        {"bytes=8-99999999999999999999", 206, "89", "bytes 8-9/10"},
    };
    for (const auto& [range, status, content, content_range] : cases) {
        Response response("0123456789");
        apply_range(with({{"Range", range}}), response);
        EXPECT_EQ(response.status(), status) << range;
        EXPECT_EQ(response.content(), content) << range;
        EXPECT_EQ(response.has_header("Content-Range"), content_range != nullptr) << range;
        if (content_range != nullptr) {
            EXPECT_EQ(response.headers.get("Content-Range"), content_range) << range;
        }
    }
}

TEST(Range, LetsNoCacheKeepARefusalForTheFile) {
    Response response("0123456789");
    for (const char* name : {"Cache-Control", "Expires", "ETag", "Last-Modified"}) {
        response.headers.set(name, "x");
    }
    response.headers.set("Content-Encoding", "br");
    response.headers.set("Vary", "Accept-Encoding");
    apply_range(with({{"Range", "bytes=10-"}}), response);
    EXPECT_EQ(response.status(), 416);
    for (const char* name :
         {"Cache-Control", "Expires", "ETag", "Last-Modified", "Content-Encoding"}) {
        EXPECT_FALSE(response.has_header(name)) << name;
    }
    EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
}

std::string read_all(Response& response) {
    const auto stream = response.take_stream();
    std::string all;
    std::string piece;
    for (bool more = true; more;) {
        piece.clear();
        more = stream->next(piece);
        all += piece;
    }
    EXPECT_EQ(stream->size(), all.size());
    return all;
}

TEST(Range, SendsSeveralAsParts) {
    std::FILE* const temporary = std::tmpfile();
    std::fputs("..0123456789", temporary);
    std::fflush(temporary);
    Response of_text("0123456789", {.content_type = "text/x"});
    Response of_file("", {.content_type = "text/x"});
    of_file.set_file({OpenFile(::dup(::fileno(temporary))), 2, 10});
    for (Response* response : {&of_text, &of_file}) {
        apply_range(with({{"Range", "bytes=0-1, 4-4,-3"}}), *response);
        EXPECT_EQ(response->status(), 206);
        EXPECT_FALSE(response->has_header("Content-Range"));
        const std::string type(response->headers.get("Content-Type", {}));
        ASSERT_TRUE(type.starts_with("multipart/byteranges; boundary="));
        const std::string line = "--" + type.substr(type.find('=') + 1);
        EXPECT_EQ(
            read_all(*response),
            line + "\r\nContent-Type: text/x\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n" + line +
                "\r\nContent-Type: text/x\r\nContent-Range: bytes 4-4/10\r\n\r\n4\r\n" + line +
                "\r\nContent-Type: text/x\r\nContent-Range: bytes 7-9/10\r\n\r\n789\r\n" + line +
                "--\r\n");
    }
    std::fclose(temporary);
}

TEST(Range, SendsAllWhereRangesAreMany) {
    const std::string content(100, 'x');
    for (const auto& [count, status] : {std::pair{32, 206}, {33, 200}}) {
        std::string ranges = "bytes=";
        for (int i = 0; i < count; ++i) ranges += (i > 0 ? ",1-1" : "0-0");
        Response response(content);
        apply_range(with({{"Range", ranges}}), response);
        EXPECT_EQ(response.status(), status);
    }
}

TEST(Range, NeedsTheSameVersionWhenIfRangeAsks) {
    const auto status = [](const char* if_range) {
        Response response(
            "0123456789",
            {.headers = {{"ETag", "\"v\""}, {"Last-Modified", "Sun, 05 May 2024 12:00:00 GMT"}}});
        apply_range(with({{"Range", "bytes=0-1"}, {"If-Range", if_range}}), response);
        return response.status();
    };
    EXPECT_EQ(status("\"v\""), 206);
    EXPECT_EQ(status("\"w\""), 200);
    EXPECT_EQ(status("W/\"v\""), 200);
    EXPECT_EQ(status("Sun, 05 May 2024 12:00:00 GMT"), 206);
    EXPECT_EQ(status("Sun, 05 May 2024 12:00:01 GMT"), 200);
    EXPECT_EQ(status("nonsense"), 200);
}

TEST(Caching, AddsToVaryWithoutRegardToCase) {
    Response response;
    patch_vary_headers(response, {"Cookie"});
    patch_vary_headers(response, {"cookie", "Accept-Language"});
    EXPECT_EQ(response.headers.get("Vary"), "Cookie, Accept-Language");
    EXPECT_TRUE(has_vary_header(response, "accept-language"));
    EXPECT_FALSE(has_vary_header(response, "Accept"));
}

TEST(Caching, KeepsTheSmallerAgeAndOneOfPublicAndPrivate) {
    Response response;
    patch_cache_control(response, {{"max_age", 100}, "public"});
    patch_cache_control(response, {{"max_age", 200}, "private"});
    EXPECT_EQ(response.headers.get("Cache-Control"), "max-age=100, private");
    EXPECT_EQ(get_max_age(response), 100);
    patch_cache_control(response, {{"max-age", 50}});
    EXPECT_EQ(get_max_age(response), 50);
    Response both;  // as Django: who asks for both gets both
    patch_cache_control(both, {"public", "private"});
    EXPECT_EQ(both.headers.get("Cache-Control"), "public, private");
}

TEST(Caching, CanForbidEverything) {
    Response response;
    add_never_cache_headers(response);
    EXPECT_EQ(response.headers.get("Cache-Control"),
              "max-age=0, no-cache, no-store, must-revalidate, private");
    EXPECT_TRUE(response.has_header("Expires"));
}

}  // namespace
}  // namespace tatum::http
