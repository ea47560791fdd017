#include <tatum/net/impl/request_parser.h>

#include <tatum/net/impl/request_target.h>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace tatum::net::impl {
namespace {

using Progress = RequestParser::Progress;

Progress parse(RequestParser& parser, std::string& text) { return parser.parse_head(text); }

TEST(RequestParser, SplitsAHeadIntoViews) {
    const ServerLimits limits;
    RequestParser parser(limits);
    std::string text =
        "POST /a%20b?x=1 HTTP/1.1\r\nHost: example.org\r\nX-Two:  b \r\nx-two: c\r\n"
        "Content-Length: 3\r\n\r\nabcGET";
    ASSERT_EQ(parse(parser, text), Progress::Done);
    EXPECT_EQ(parser.head_bytes(), text.size() - 6);
    const RequestHead& head = parser.head();
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/a%20b?x=1");
    EXPECT_EQ(head.path, "/a%20b");
    EXPECT_EQ(head.query, "x=1");
    EXPECT_EQ(head.host, "example.org");
    EXPECT_EQ(head.version, HttpVersion::Http11);
    ASSERT_EQ(head.headers.size(), 4u);
    EXPECT_EQ(head.headers[1].name, "X-Two");
    EXPECT_EQ(head.headers[1].value, "b");
    EXPECT_EQ(head.headers[2].name, "x-two");
    EXPECT_EQ(head.header("X-TWO"), "b");
    EXPECT_EQ(head.header("X-Three"), std::nullopt);
    EXPECT_EQ(parser.content_length(), 3u);
    EXPECT_TRUE(parser.keep_alive());
    EXPECT_EQ(head.method.data(), text.data());  // a view, not a copy
}

TEST(RequestParser, WaitsForTheWholeHeadHoweverItComes) {
    const ServerLimits limits;
    const std::string whole =
        "\r\nGET /x HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nCookie: a=b; c=d\r\n\r\n";
    RequestParser parser(limits);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        std::string part = whole.substr(0, length);
        ASSERT_EQ(parse(parser, part), Progress::NeedMore) << length;
    }
    std::string text = whole;
    ASSERT_EQ(parse(parser, text), Progress::Done);
    EXPECT_EQ(parser.head().path, "/x");
    EXPECT_EQ(parser.head().headers.size(), 3u);
}

TEST(RequestParser, RefusesAFaultAsSoonAsItsLineIsComplete) {
    const ServerLimits limits;
    RequestParser parser(limits);
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX : y\r";
    EXPECT_EQ(parse(parser, text), Progress::Fault);
    RequestParser other(limits);
    std::string first = "GET / HTTP/1.1\r\nHost: a\r\nX";
    std::string second = first + " : y\r\nMore";
    EXPECT_EQ(parse(other, first), Progress::NeedMore);
    EXPECT_EQ(parse(other, second), Progress::Fault);
    EXPECT_EQ(other.fault().status, 400);
}

TEST(RequestParser, IsUsedForOneRequestAfterAnother) {
    const ServerLimits limits;
    RequestParser parser(limits);
    std::string close = "GET / HTTP/1.0\r\nTransfer-Encoding: x\r\n\r\n";
    std::string chunked = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string plain = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_EQ(parse(parser, close), Progress::Fault);
    ASSERT_EQ(parse(parser, chunked), Progress::Done);
    EXPECT_EQ(parser.content_length(), std::nullopt);
    ASSERT_EQ(parse(parser, plain), Progress::Done);
    EXPECT_EQ(parser.content_length(), 0u);
    EXPECT_TRUE(parser.keep_alive());
}

TEST(RequestParser, DecodesChunksHoweverTheyComeAndGo) {
    const ServerLimits limits;
    const std::string body =
        "5\r\nhello\r\n10;name=\"v;\\\"\"\r\n0123456789abcdef\r\n1\r\n!\r\n0\r\nA: b\r\nC: "
        "d\r\n\r\n";
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        RequestParser parser(limits);
        std::string head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        ASSERT_EQ(parse(parser, head), Progress::Done);
        std::string wire = body + "GET";
        std::string pending;
        std::string decoded;
        Progress progress = Progress::NeedMore;
        while (progress == Progress::NeedMore) {
            const std::size_t arrives = std::min<std::size_t>(random() % 5, wire.size());
            pending += wire.substr(0, arrives);
            wire.erase(0, arrives);
            std::array<char, 7> output;
            const auto chunks =
                parser.chunks().decode(pending, std::span(output).first(1 + random() % 7));
            decoded.append(output.data(), chunks.produced);
            pending.erase(0, chunks.consumed);
            progress = chunks.progress;
        }
        ASSERT_EQ(progress, Progress::Done) << parser.fault().reason;
        EXPECT_EQ(decoded, "hello0123456789abcdef!");
        EXPECT_EQ(pending + wire, "GET");
        ASSERT_EQ(parser.chunks().trailers().size(), 2u);
        EXPECT_EQ(parser.chunks().trailers()[1].name, "C");
        EXPECT_EQ(parser.chunks().trailers()[1].value, "d");
    }
}

TEST(RequestParser, KnowsHosts) {
    for (const auto host : {"a", "a.b-c_d", "127.0.0.1", "[::1]", "[::1]:1", "a:0", "a:65535",
                            "a:", "%41", "a~!$&'()*+,;="}) {
        EXPECT_TRUE(is_valid_host(host)) << host;
    }
    for (const auto host :
         {"",     ":80",  "a:b",   "a:1:2",  "a/",  "a?",  "a#",   "a@b",  "[",        "[]",
          "[]:1", "[::1", "[::g]", "[::1]x", "a b", "a%4", "a%4g", "a\\b", "a:123456", "\"a\""}) {
        EXPECT_FALSE(is_valid_host(host)) << host;
    }
}

TEST(RequestParser, NeverReadsBeyondGarbage) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    using namespace std::string_view_literals;
    const auto alphabet = "GETPOS /:\r\n\t HTTP1.0chunkedTransfer-EncodingHost\0\x80;5"sv;
    const ServerLimits limits;
    for (int round = 0; round < 3000; ++round) {
        RequestParser parser(limits);
        std::vector<char> bytes(random() % 120);  // exactly as large, so that sanitizers see more
        for (char& c : bytes) c = alphabet[random() % alphabet.size()];
        if (parser.parse_head(bytes) != Progress::Done) continue;
        EXPECT_LE(parser.head_bytes(), bytes.size());
    }
}

}  // namespace
}  // namespace tatum::net::impl
