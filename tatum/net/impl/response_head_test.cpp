#include <tatum/net/impl/response_head.h>

#include <tatum/base/error.h>

#include <gtest/gtest.h>

#include <vector>

namespace tatum::net::impl {
namespace {

std::string written(const ResponseHead& head, const Framing& framing = {}) {
    Buffer out;
    append_head(out, head, inspect(head), framing, "Date: now\r\n", "Server: x\r\n");
    return std::string(out.view());
}

TEST(ResponseHead, WritesStatusHeadersAndFraming) {
    const Header headers[] = {{"Content-Type", "text/plain"}, {"X-A", "b"}, {"X-A", "c"}};
    EXPECT_EQ(written({.headers = headers}, {.content_length = 5}),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-A: b\r\nX-A: c\r\n"
              "Content-Length: 5\r\nDate: now\r\nServer: x\r\n\r\n");
    EXPECT_EQ(written({.status = 404, .header_lines = "Y: z\r\n"},
                      {.chunked = true, .connection = Framing::Connection::Close}),
              "HTTP/1.1 404 Not Found\r\nY: z\r\nTransfer-Encoding: chunked\r\nDate: now\r\n"
              "Server: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(written({.status = 299, .reason = "Fine"}).starts_with("HTTP/1.1 299 Fine\r\n"));
    EXPECT_TRUE(written({.status = 599}).starts_with("HTTP/1.1 599 Unknown Status Code\r\n"));
}

TEST(ResponseHead, DropsWhatIsTheServersToSay) {
    const Header headers[] = {{"content-length", "9"},
                              {"Transfer-Encoding", "gzip"},
                              {"CONNECTION", " Close "},
                              {"Keep-Alive", "timeout=5"}};
    EXPECT_EQ(written({.headers = headers}), "HTTP/1.1 200 OK\r\nDate: now\r\nServer: x\r\n\r\n");
    EXPECT_TRUE(inspect({.headers = headers}).close);
    EXPECT_TRUE(inspect({.headers = headers}).has_length);
    EXPECT_EQ(written({.headers = headers}, {.keep_own_length = true}),
              "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nDate: now\r\nServer: x\r\n\r\n");
}

TEST(ResponseHead, LetsADateOfTheHandlerWin) {
    const Header date{"date", "then"};
    EXPECT_EQ(written({.headers = {&date, 1}}),
              "HTTP/1.1 200 OK\r\ndate: then\r\nServer: x\r\n\r\n");
}

TEST(ResponseHead, RefusesHeadersThatWouldSplitTheResponse) {
    const std::vector<Header> bad = {
        {"X", "a\x01"},     {"X", "a\x7f"}, {"X", "a\r\nY: b"}, {"X", "a\nb"}, {"X", "a\rb"},
        {"X", {"a\0b", 3}}, {"X Y", "a"},   {"", "a"},          {"X:", "a"},   {"X\r\n", "a"}};
    for (const Header& header : bad) {
        EXPECT_THROW(written({.headers = {&header, 1}}), Exception) << header.name;
    }
    EXPECT_THROW(written({.reason = "OK\r\nX: y"}), Exception);
}

TEST(ResponseHead, KnowsWhichStatusesHaveNoContent) {
    for (const int status : {100, 101, 199, 204, 205, 304}) {
        EXPECT_TRUE(has_no_content(status)) << status;
        EXPECT_EQ(says_length(status), status == 205) << status;
    }
    for (const int status : {200, 201, 206, 303, 400}) {
        EXPECT_FALSE(has_no_content(status)) << status;
        EXPECT_TRUE(says_length(status)) << status;
    }
}

}  // namespace
}  // namespace tatum::net::impl
