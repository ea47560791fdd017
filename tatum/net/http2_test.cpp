#include <tatum/net/impl/http2_client.h>
#include <tatum/net/impl/test_server.h>
#include <tatum/net/server.h>
#include <tatum/net/sync.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <future>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace tatum::net {
namespace {

using impl::body_of;
using impl::http2_fields;
using impl::http2_frame;
using impl::http2_number;
using impl::Http2Client;
using impl::Http2RawClient;
using impl::options_for_tests;
using impl::RawClient;
using impl::say_ok;
using impl::TestServer;
using std::chrono::milliseconds;

constexpr int kEndHeaders = NGHTTP2_FLAG_END_HEADERS;
constexpr int kEndStream = NGHTTP2_FLAG_END_STREAM;

/// What the handler sees of a request.
std::string describe(Exchange& exchange) {
    const RequestHead& head = exchange.request();
    std::string text(head.method);
    text.append(" ").append(head.path).append("?").append(head.query);
    text.append(" host=").append(head.host);
    for (const Header& header : head.headers) {
        text.append(" ").append(header.name).append(":").append(header.value);
    }
    if (exchange.content_length()) text += " length=" + std::to_string(*exchange.content_length());
    text.append(" body=").append(body_of(exchange));
    for (const Header& trailer : exchange.trailers()) {
        text.append(" trailer=").append(trailer.name).append(":").append(trailer.value);
    }
    return text;
}

void mirror(Exchange& exchange) {
    EXPECT_EQ(exchange.request().version, HttpVersion::Http2);
    EXPECT_EQ(exchange.scheme(), Scheme::Http);
    EXPECT_TRUE(exchange.peer().is_loopback());
    const std::string text = describe(exchange);
    exchange.respond({}, text);
}

/// Waits until it is true, for what another thread does.
template <class Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(milliseconds(2));
    }
    return condition();
}

// --- requests ------------------------------------------------------------------------------------

TEST(Http2, AnswersWithPriorKnowledge) {
    TestServer server(mirror);
    Http2Client client(server.address());
    const auto& reply = client.wait(client.get("/a%20b?x=1&y"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "GET /a%20b?x=1&y host=a host:a length=0 body=");
    EXPECT_EQ(reply.field("content-length"), std::to_string(reply.body.size()));
    EXPECT_TRUE(reply.field("date").ends_with(" GMT"));
    EXPECT_EQ(reply.error_code, 0u);
}

TEST(Http2, KnowsItsPrefaceInPieces) {
    TestServer server(mirror);
    RawClient client(server.address());
    for (const char byte : Http2RawClient::kPreface) {
        client.send({&byte, 1});
        std::this_thread::sleep_for(milliseconds(1));
    }
    client.send(http2_frame(NGHTTP2_SETTINGS, 0, 0, ""));
    ASSERT_TRUE(client.receive());
    EXPECT_EQ(client.buffer()[3], NGHTTP2_SETTINGS);
}

TEST(Http2, CanBeSwitchedOff) {
    ServerOptions options = options_for_tests();
    options.http2 = false;
    TestServer server(mirror, options);
    RawClient client(server.address());
    client.send(Http2RawClient::kPreface);
    EXPECT_EQ(client.read()->status, 505);
}

TEST(Http2, MovesLargeBodiesBothWays) {
    TestServer server(mirror);
    Http2Client client(server.address());
    std::string body(3'000'000, 'b');
    const auto& reply = client.wait(client.request(http2_fields("POST", "/"), body));
    EXPECT_EQ(reply.body, "POST /? host=a host:a body=" + body);
}

TEST(Http2, RunsRequestsOfAConnectionConcurrently) {
    Event second_came;
    TestServer server([&](Exchange& exchange) {
        if (exchange.request().path == "/1") {
            EXPECT_TRUE(second_came.wait_for(std::chrono::seconds(5)));
        } else {
            second_came.set();
        }
        exchange.respond({}, exchange.request().path);
    });
    Http2Client client(server.address());
    const auto first = client.get("/1");
    const auto second = client.get("/2");
    EXPECT_EQ(client.wait(first).body, "/1");
    EXPECT_EQ(client.wait(second).body, "/2");
}

TEST(Http2, ServesManyStreamsInRandomPieces) {
    TestServer server(mirror);
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::string bytes(Http2RawClient::kPreface);
    bytes += http2_frame(NGHTTP2_SETTINGS, 0, 0, "");
    std::uint32_t stream = 1;
    for (int i = 0; i < 60; ++i, stream += 2) {
        const std::string block =
            impl::http2_block(http2_fields("POST", "/" + std::to_string(i), {{"x", "yz"}}));
        const std::size_t half = random() % block.size();
        bytes += http2_frame(NGHTTP2_HEADERS, 0, stream, block.substr(0, half));
        bytes += http2_frame(NGHTTP2_CONTINUATION, kEndHeaders, stream, block.substr(half));
        bytes += http2_frame(NGHTTP2_DATA, 0, stream, "ab");
        bytes += http2_frame(NGHTTP2_DATA, kEndStream, stream, "c");
    }
    RawClient raw(server.address());
    for (std::string_view rest = bytes; !rest.empty();) {
        const std::size_t size = std::min<std::size_t>(1 + random() % 40, rest.size());
        raw.send(rest.substr(0, size));
        rest.remove_prefix(size);
        if (random() % 8 == 0) std::this_thread::yield();
    }
    std::size_t answers = 0;
    while (answers < 60) {
        ASSERT_TRUE(raw.receive());
        answers = 0;
        for (std::size_t at = raw.buffer().find("body=abc"); at != std::string::npos;
             at = raw.buffer().find("body=abc", at + 1)) {
            ++answers;
        }
    }
}

TEST(Http2, KeepsTrailersApart) {
    TestServer server(mirror);
    Http2Client client(server.address());
    const auto stream =
        client.request(http2_fields("POST", "/"), "body", {{"x-sum", "1"}, {"x-more", "2"}});
    EXPECT_EQ(client.wait(stream).body,
              "POST /? host=a host:a body=body trailer=x-sum:1 trailer=x-more:2");
}

TEST(Http2, JoinsThePiecesOfACookie) {
    TestServer server(mirror);
    Http2Client client(server.address());
    const auto stream = client.request(
        http2_fields("GET", "/", {{"cookie", "a=1"}, {"x", "y"}, {"cookie", "b=2"}}));
    EXPECT_EQ(client.wait(stream).body, "GET /? host=a host:a cookie:a=1; b=2 x:y length=0 body=");
    const auto empty = client.request(
        http2_fields("GET", "/", {{"cookie", ""}, {"cookie", "a=1"}, {"cookie", "b=2"}}));
    EXPECT_EQ(client.wait(empty).body, "GET /? host=a host:a cookie:a=1; b=2 length=0 body=");
}

TEST(Http2, AsksForABodyThatWaitsForLeave) {
    TestServer server(mirror);
    Http2RawClient client(server.address());
    client.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1,
                      impl::http2_block(http2_fields("POST", "/", {{"expect", "100-continue"}})));
    const auto interim = client.read(NGHTTP2_HEADERS);
    ASSERT_TRUE(interim);
    EXPECT_FALSE(interim->flags & kEndStream);
    client.send_frame(NGHTTP2_DATA, kEndStream, 1, "late");
    ASSERT_TRUE(client.read(NGHTTP2_HEADERS));
    EXPECT_TRUE(client.read(NGHTTP2_DATA)->payload.ends_with("body=late"));
}

struct HostCase {
    impl::Http2Fields fields;
    int status;  ///< 0: the stream is reset
    std::string host;
};

TEST(Http2, HoldsHostToTheRulesOfHttp1) {
    TestServer server([](Exchange& exchange) {
        exchange.respond({}, std::string(exchange.request().host) + " " +
                                 std::string(exchange.request().header("host").value_or("none")));
    });
    const std::vector<HostCase> cases{
        {{{":authority", "a:80"}}, 200, "a:80 a:80"},
        {{{"host", "b"}}, 200, "b b"},
        {{{":authority", "a"}, {"host", "A"}}, 200, "a a"},
        {{{":authority", "a"}, {"host", "b"}}, 400, ""},
        {{{":authority", "a"}, {"host", "a:80"}}, 400, ""},
        {{{":authority", "a b"}}, 0, ""},
        {{{":authority", "user@a"}}, 400, ""},
        {{{":authority", "a:x"}}, 400, ""},
        {{{":authority", "a/b"}}, 0, ""},
        {{{"host", "a/b"}}, 0, ""},
        {{}, 0, ""},
    };
    Http2Client client(server.address());
    for (const HostCase& test : cases) {
        impl::Http2Fields fields{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}};
        const bool pseudo = !test.fields.empty() && test.fields[0].first == ":authority";
        fields.insert(pseudo ? fields.begin() : fields.end(), test.fields.begin(),
                      test.fields.end() - (test.fields.size() > 1 ? 1 : 0));
        if (test.fields.size() > 1) fields.push_back(test.fields[1]);
        const auto& reply = client.wait(client.request(fields));
        const std::string name = test.fields.empty() ? "none" : test.fields.back().second;
        EXPECT_EQ(reply.status, test.status) << name;
        EXPECT_EQ(test.status == 200 ? reply.body : std::string(), test.host) << name;
        EXPECT_EQ(reply.error_code, test.status == 0 ? 1u : 0u) << name;
    }
}

TEST(Http2, RefusesRequestsWithTheStatusesOfHttp1) {
    ServerOptions options = options_for_tests();
    options.limits.target_bytes_max = 1000;
    options.limits.head_bytes_max = 16 * 1024;
    options.limits.headers_max = 20;
    TestServer server(mirror, options);
    Http2Client client(server.address());
    const auto status = [&](const impl::Http2Fields& fields, std::string body = {}) {
        return client.wait(client.request(fields, std::move(body))).status;
    };
    EXPECT_EQ(status(http2_fields("GET", "/" + std::string(999, 'a'))), 200);
    EXPECT_EQ(status(http2_fields("GET", "/" + std::string(1000, 'a'))), 414);
    EXPECT_EQ(status(http2_fields("GET", "/", {{"x", std::string(20'000, 'a')}})), 431);
    EXPECT_EQ(status(http2_fields("GET", "/", impl::Http2Fields(20, {"x", "y"}))), 200);
    EXPECT_EQ(status(http2_fields("GET", "/", impl::Http2Fields(21, {"x", "y"}))), 431);
    EXPECT_EQ(status(http2_fields("GET", "/a#b")), 400);
    EXPECT_EQ(status(http2_fields(std::string(33, 'M'), "/")), 501);
    EXPECT_EQ(status(http2_fields("POST", "/", {{"expect", "a miracle"}}), "body"), 417);
    const impl::Http2Fields both{{"expect", "a miracle"}, {"expect", "100-continue"}};
    EXPECT_EQ(status(http2_fields("POST", "/", both), "body"), 417);
    const impl::Http2Fields twice{{"expect", "100-continue, 100-continue"}};
    EXPECT_EQ(status(http2_fields("POST", "/", twice), "body"), 200);
    EXPECT_EQ(status(http2_fields("OPTIONS", "*")), 200);
    const impl::Http2Fields connect{{":method", "CONNECT"}, {":authority", "a:80"}};
    EXPECT_EQ(status(connect), 501);
    EXPECT_EQ(status(http2_fields("TRACE", "/")), 501);
    EXPECT_EQ(status(http2_fields("GET", "/")), 200) << "the connection goes on";
}

TEST(Http2, LimitsBodies) {
    ServerOptions options = options_for_tests();
    options.limits.body_bytes_max = 1000;
    options.limits.trailer_bytes_max = 100;
    TestServer server(mirror, options);
    Http2Client client(server.address());
    const auto status = [&](std::string body, impl::Http2Fields more = {},
                            impl::Http2Fields trailers = {}) {
        return client
            .wait(client.request(http2_fields("POST", "/", std::move(more)), std::move(body),
                                 std::move(trailers)))
            .status;
    };
    EXPECT_EQ(status(std::string(1000, 'b')), 200);
    EXPECT_EQ(status(std::string(1001, 'b')), 413);
    EXPECT_EQ(status(std::string(1001, 'b'), {{"content-length", "1001"}}), 413);
    EXPECT_EQ(status("b", {}, {{"x", std::string(98, 'y')}}), 200);
    EXPECT_EQ(status("b", {}, {{"x", std::string(100, 'y')}}), 431);
}

// --- responses -----------------------------------------------------------------------------------

TEST(Http2, SendsHeadersInTheirForm) {
    TestServer server([](Exchange& exchange) {
        const Header headers[] = {{"Content-Type", "text/plain"},
                                  {"Connection", "keep-alive"},
                                  {"Keep-Alive", "timeout=5"},
                                  {"Transfer-Encoding", "chunked"},
                                  {"Upgrade", "h2c"},
                                  {"Content-Length", "77"}};
        exchange.respond({.status = 404,
                          .headers = headers,
                          .header_lines = "Set-Cookie: A=B; Path=/\r\nX-Empty:\r\n"},
                         "none");
    });
    Http2Client client(server.address());
    const auto& reply = client.wait(client.get("/"));
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.body, "none");
    std::string names;
    for (const auto& [name, value] : reply.fields) names += name + " ";
    EXPECT_EQ(names, "content-type set-cookie x-empty content-length date ");
    EXPECT_EQ(reply.field("set-cookie"), "A=B; Path=/");
    EXPECT_EQ(reply.field("content-length"), "4");
}

TEST(Http2, SendsNoBodyWhereThereIsNone) {
    TestServer server([](Exchange& exchange) {
        const int status = std::stoi(std::string(exchange.request().query));
        exchange.respond({.status = status}, "body");
    });
    Http2Client client(server.address());
    for (const auto& [method, query, length] :
         {std::tuple{"HEAD", "200", "4"}, {"GET", "204", ""}, {"GET", "304", ""}}) {
        const auto& reply =
            client.wait(client.request(http2_fields(method, std::string("/?") + query)));
        EXPECT_EQ(reply.status, std::stoi(query));
        EXPECT_EQ(reply.body, "");
        EXPECT_EQ(reply.field("content-length"), length);
        EXPECT_EQ(reply.error_code, 0u);
    }
}

TEST(Http2, StreamsBodiesAndFiles) {
    std::FILE* const file = std::tmpfile();
    const std::string content(300'000, 'f');
    std::fputs(content.c_str(), file);
    std::fflush(file);
    TestServer server([&](Exchange& exchange) {
        exchange.inform({.status = 103});
        exchange.begin({});
        for (int i = 0; i < 1000; ++i) exchange.write("0123456789");
        exchange.flush();
        exchange.send_file(fileno(file), 0, content.size());
        exchange.write(std::string(70'000, 'e'));
        exchange.finish();
    });
    Http2Client client(server.address());
    const auto& reply = client.wait(client.get("/"));
    EXPECT_EQ(reply.interim, std::vector{103});
    EXPECT_EQ(reply.body.size(), 10'000 + content.size() + 70'000);
    EXPECT_TRUE(reply.body.starts_with("0123456789012"));
    EXPECT_TRUE(reply.body.ends_with("eee"));
    EXPECT_EQ(reply.field("content-length"), "");
    std::fclose(file);
}

TEST(Http2, AnswersForHandlersThatFail) {
    TestServer server([](Exchange& exchange) {
        const auto path = exchange.request().path;
        if (path == "/silent") return;
        if (path == "/evil") {
            const Header header{"X-Evil", "a\r\nb: c"};
            exchange.respond({.headers = {&header, 1}}, "");
        }
        if (path == "/short") exchange.begin({}, 10);
        if (path == "/late") {
            exchange.begin({});
            exchange.write("begun");
            exchange.flush();
        }
        if (path == "/unflushed") {
            exchange.begin({});
            exchange.write("begun");
        }
        if (path == "/large") exchange.respond({}, std::string(100'000, 'x'));
        throw Exception("on purpose");
    });
    Http2Client client(server.address());
    EXPECT_EQ(client.wait(client.get("/")).status, 500);
    EXPECT_EQ(client.wait(client.get("/silent")).status, 500);
    EXPECT_EQ(client.wait(client.get("/evil")).status, 500);
    EXPECT_EQ(client.wait(client.get("/late")).error_code, NGHTTP2_INTERNAL_ERROR);
    EXPECT_EQ(client.wait(client.get("/unflushed")).error_code, NGHTTP2_INTERNAL_ERROR);
    const auto unflushed = client.get("/unflushed");
    EXPECT_EQ(client.wait(unflushed).body, "begun") << "what was written goes out";
    EXPECT_EQ(client.wait(client.get("/short")).error_code, NGHTTP2_INTERNAL_ERROR);
    EXPECT_EQ(client.wait(client.get("/large")).body.size(), 100'000u) << "it was complete";
}

// --- flow control --------------------------------------------------------------------------------

TEST(Http2, HoldsBackAClientWhoseBodyNobodyReads) {
    Event go;
    ServerOptions options = options_for_tests();
    options.limits.http2_stream_window_bytes = 100'000;
    TestServer server(
        [&](Exchange& exchange) {
            if (exchange.request().path == "/slow") go.wait();
            exchange.respond({}, std::to_string(body_of(exchange).size()));
        },
        options);
    Http2Client client(server.address());
    client.step();  // the server's settings
    const auto slow = client.request(http2_fields("POST", "/slow"), std::string(500'000, 'b'));
    EXPECT_EQ(
        client.wait(client.request(http2_fields("POST", "/"), std::string(500'000, 'b'))).body,
        "500000")
        << "another stream is not held back";
    EXPECT_EQ(nghttp2_session_get_stream_remote_window_size(client.session(), slow), 0);
    go.set();
    EXPECT_EQ(client.wait(slow).body, "500000");
}

TEST(Http2, OpensTheWindowForWhatNobodyWillRead) {
    ServerOptions options = options_for_tests();
    options.limits.http2_stream_window_bytes = 100'000;
    options.limits.http2_connection_window_bytes = 100'000;
    TestServer server(
        [](Exchange& exchange) {
            char one[1];
            if (exchange.request().path == "/part") exchange.read(one);
            if (exchange.request().path == "/all") body_of(exchange);
            exchange.respond({.status = 403}, "no");
        },
        options);
    Http2Client client(server.address());
    for (const std::string path : {"/none", "/part", "/none", "/part", "/all"}) {
        const auto& reply =
            client.wait(client.request(http2_fields("POST", path), std::string(90'000, 'b')));
        EXPECT_EQ(reply.status, 403) << path;
        EXPECT_EQ(reply.body, "no");
        EXPECT_EQ(reply.error_code, 0u);
    }
}

/// Reads until a stream is reset; the frames before that by their types.
std::string types_until_reset(Http2RawClient& client) {
    std::string types;
    for (auto frame = client.read(); frame; frame = client.read()) {
        if (frame->type == NGHTTP2_RST_STREAM) return types + std::to_string(frame->number(0));
        if (frame->type == NGHTTP2_DATA) types += frame->flags & kEndStream ? "e" : "d";
    }
    return types + "closed";
}

/// RFC 9113 §8.1 lets a server end a stream with the response; but a client that is still sending
/// may lose the response so, and does.
TEST(Http2, SkipsTheRestOfABodyAfterTheResponse) {
    ServerOptions options = options_for_tests();
    options.limits.skip_bytes_max = 50'000;
    TestServer server(say_ok, options);
    Http2RawClient client(server.address());
    const std::string head = impl::http2_block(http2_fields("POST", "/"));
    const std::string piece(10'000, 'b');
    client.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1, head);
    EXPECT_TRUE(client.read(NGHTTP2_DATA)->flags & kEndStream);
    for (int i = 0; i < 5; ++i) client.send_frame(NGHTTP2_DATA, i == 4 ? kEndStream : 0, 1, piece);
    client.send_frame(NGHTTP2_PING, 0, 0, "12345678");
    for (auto frame = client.read(); frame->type != NGHTTP2_PING; frame = client.read()) {
        EXPECT_NE(frame->type, NGHTTP2_RST_STREAM) << "all of it was skipped";
    }
    // One that goes on and on is cut off, though not before the client could have read.
    client.send_frame(NGHTTP2_HEADERS, kEndHeaders, 3, head);
    EXPECT_TRUE(client.read(NGHTTP2_DATA)->flags & kEndStream);
    for (int i = 0; i < 6; ++i) client.send_frame(NGHTTP2_DATA, 0, 3, piece);
    client.send_frame(NGHTTP2_PING, 0, 0, "12345678");
    for (auto frame = client.read(); frame->type != NGHTTP2_PING; frame = client.read()) {
        EXPECT_NE(frame->type, NGHTTP2_RST_STREAM) << "too early";
    }
    EXPECT_EQ(types_until_reset(client), std::to_string(NGHTTP2_NO_ERROR));
    client.send_get(5, "/");
    EXPECT_TRUE(client.read(NGHTTP2_DATA)) << "the connection goes on";
}

/// curl reads no more once it has a response, not even that its window is open again.
TEST(Http2, TakesABodyBeforeTheResponseThatSaysAllIsWell) {
    TestServer server([](Exchange& exchange) {
        exchange.respond({.status = exchange.request().path == "/no" ? 403 : 303}, "");
    });
    Http2RawClient client(server.address());
    const std::string piece(10'000, 'b');
    for (const std::uint32_t stream : {1u, 3u}) {
        client.send_frame(NGHTTP2_HEADERS, kEndHeaders, stream,
                          impl::http2_block(http2_fields("POST", stream == 1 ? "/" : "/no")));
        client.send_frame(NGHTTP2_DATA, 0, stream, piece);
        client.send_frame(NGHTTP2_PING, 0, 0, "12345678");
        bool answered = false;
        for (auto frame = client.read(); frame->type != NGHTTP2_PING; frame = client.read()) {
            answered |= frame->type == NGHTTP2_HEADERS;
        }
        EXPECT_FALSE(answered && stream == 1);
        client.send_frame(NGHTTP2_DATA, kEndStream, stream, piece);
        if (!answered) {
            EXPECT_TRUE(client.read(NGHTTP2_HEADERS));
        }
    }
}

/// Nor when it has all that Content-Length promises. Pauses of a slow line mean nothing.
TEST(Http2, TakesABodyBeforeAResponseIsWholeHoweverSlowly) {
    ServerOptions options = options_for_tests();
    options.timeouts.body = milliseconds(200);
    TestServer server(
        [](Exchange& exchange) {
            if (exchange.request().path == "/") return exchange.respond({}, "ok");
            const bool empty = exchange.request().path == "/empty";
            exchange.begin({}, empty ? 0 : 2);
            exchange.write(empty ? "" : "ok");
            exchange.finish();
        },
        options);
    Http2RawClient client(server.address());
    const std::string piece(10'000, 'b');
    std::uint32_t stream = 1;
    for (const char* path : {"/", "/length", "/empty"}) {
        client.send_frame(NGHTTP2_HEADERS, kEndHeaders, stream,
                          impl::http2_block(http2_fields("POST", path)));
        for (int i = 0; i < 2; ++i) {
            client.send_frame(NGHTTP2_DATA, 0, stream, piece);
            std::this_thread::sleep_for(milliseconds(300));
        }
        client.send_frame(NGHTTP2_PING, 0, 0, "12345678");
        for (auto frame = client.read(); frame->type != NGHTTP2_PING; frame = client.read()) {
            EXPECT_NE(frame->type, NGHTTP2_DATA) << path;
            EXPECT_FALSE(frame->type == NGHTTP2_HEADERS && (frame->flags & kEndStream)) << path;
        }
        client.send_frame(NGHTTP2_DATA, kEndStream, stream, piece);
        auto frame = client.read();
        while (frame && !(frame->flags & kEndStream)) frame = client.read();
        EXPECT_TRUE(frame) << path;
        stream += 2;
    }
    // The end of the server ends it.
    client.send_frame(NGHTTP2_HEADERS, kEndHeaders, stream,
                      impl::http2_block(http2_fields("POST", "/")));
    client.send_frame(NGHTTP2_DATA, 0, stream, piece);
    EXPECT_TRUE(eventually([&] { return server.server->counts().requests_in_flight == 1; }));
    const auto before = std::chrono::steady_clock::now();
    server.server->stop();
    EXPECT_TRUE(client.read(NGHTTP2_DATA));
    EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(1500));
}

TEST(Http2, SendsNoContentWith205) {
    TestServer server([](Exchange& exchange) { exchange.respond({.status = 205}, "content"); });
    Http2RawClient client(server.address());
    client.send_get(1, "/");
    EXPECT_TRUE(client.read(NGHTTP2_HEADERS)->flags & kEndStream);
}

TEST(Http2, CutsOffABodyThatItWouldNotSkip) {
    ServerOptions options = options_for_tests();
    options.limits.skip_bytes_max = 50'000;
    TestServer server(say_ok, options);
    Http2RawClient client(server.address());
    const std::vector<impl::Http2Fields> cases{{{"content-length", "50001"}},
                                               {{"expect", "100-continue"}}};
    std::uint32_t stream = 1;
    for (const auto& fields : cases) {
        client.send_frame(NGHTTP2_HEADERS, kEndHeaders, stream,
                          impl::http2_block(http2_fields("POST", "/", fields)));
        EXPECT_EQ(types_until_reset(client), "e" + std::to_string(NGHTTP2_NO_ERROR));
        stream += 2;
    }
    // Nor does it wait for a client that has left, or when it ends itself.
    client.send_frame(NGHTTP2_HEADERS, kEndHeaders, stream,
                      impl::http2_block(http2_fields("POST", "/")));
    EXPECT_TRUE(client.read(NGHTTP2_DATA)->flags & kEndStream);
    server.server->stop();
    EXPECT_EQ(types_until_reset(client), std::to_string(NGHTTP2_NO_ERROR));
    server.stop();
}

TEST(Http2, EndsWithAClientWhoseBodyItSkips) {
    TestServer server(say_ok);
    Http2RawClient client(server.address());
    client.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1,
                      impl::http2_block(http2_fields("POST", "/")));
    EXPECT_TRUE(client.read(NGHTTP2_DATA)->flags & kEndStream);
    client.socket().finish_sending();
    EXPECT_EQ(types_until_reset(client), std::to_string(NGHTTP2_NO_ERROR));
    EXPECT_FALSE(client.read());
    EXPECT_FALSE(client.socket().timed_out());
}

TEST(Http2, LetsOthersHaveTheirTurnWhileItReads) {
    Event entered;
    std::promise<void> go;
    std::atomic<std::uint64_t> read_before{0};
    const std::string path = "/tmp/tatum_http2_turn_" + std::to_string(::getpid());
    ServerOptions options = options_for_tests();
    options.listen = {"unix:" + path};
    TestServer* self = nullptr;
    TestServer server(
        [&](Exchange& exchange) {
            if (exchange.request().path == "/block") {
                entered.set();
                go.get_future().wait();  // the thread, not only the fiber
            } else {
                read_before = self->server->counts().bytes_in;
            }
            exchange.respond({}, "ok");
        },
        options);
    self = &server;
    Http2RawClient talks(server.address());
    ASSERT_TRUE(talks.read(NGHTTP2_SETTINGS));
    RawClient blocks(server.address());
    RawClient asks(server.address());
    asks.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(asks.read());
    blocks.send("GET /block HTTP/1.1\r\nHost: a\r\n\r\n");
    entered.wait();
    // What there is room for while nobody reads it.
    const std::string frame = http2_frame(0xfa, 0, 0, std::string(16'000, 'x'));
    std::size_t waiting = 0;
    for (;;) {
        const auto count = ::send(talks.socket().file(), frame.data(), frame.size(), MSG_DONTWAIT);
        if (count > 0) waiting += static_cast<std::size_t>(count);
        if (count != static_cast<ssize_t>(frame.size())) break;
    }
    asks.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::uint64_t before = server.server->counts().bytes_in;
    go.set_value();
    ASSERT_TRUE(asks.read());
    ASSERT_GT(waiting, 150'000u);
    EXPECT_LT(read_before.load() - before, waiting);
}

TEST(Http2, HoldsBackAHandlerWhoseClientDoesNotRead) {
    std::atomic<std::size_t> written{0};
    TestServer server([&](Exchange& exchange) {
        exchange.begin({});
        for (int i = 0; i < 100; ++i) {
            exchange.write(std::string(10'000, 'x'));
            written += 10'000;
        }
    });
    Http2Client client(server.address(), {.window_bytes = 50'000, .manual_windows = true});
    const auto slow = client.get("/");
    while (client.reply(slow).body.size() < 50'000) ASSERT_TRUE(client.step());
    std::this_thread::sleep_for(milliseconds(20));
    EXPECT_LE(written.load(), 50'000u + 16 * 1024u);
    for (std::size_t seen = 0; !client.reply(slow).ended;) {
        const std::size_t size = client.reply(slow).body.size();
        client.open_window(slow, size - seen);
        seen = size;
        ASSERT_TRUE(client.step());
    }
    EXPECT_EQ(client.reply(slow).body.size(), 1'000'000u);
}

// --- malformed -----------------------------------------------------------------------------------

TEST(Http2, ResetsStreamsOfMalformedRequests) {
    TestServer server(mirror);
    using Fields = impl::Http2Fields;
    const std::vector<std::pair<std::string, Fields>> cases{
        {"upper case", http2_fields("GET", "/", {{"X-Upper", "1"}})},
        {"connection", http2_fields("GET", "/", {{"connection", "close"}})},
        {"transfer coding", http2_fields("GET", "/", {{"transfer-encoding", "chunked"}})},
        {"keep-alive", http2_fields("GET", "/", {{"keep-alive", "1"}})},
        {"upgrade", http2_fields("GET", "/", {{"upgrade", "h2c"}})},
        {"te", http2_fields("GET", "/", {{"te", "gzip"}})},
        {"line feed in a value", http2_fields("GET", "/", {{"x", "a\nb"}})},
        {"NUL in a value", http2_fields("GET", "/", {{"x", std::string("a\0b", 3)}})},
        {"blank before a value", http2_fields("GET", "/", {{"x", " a"}})},
        {"blank after a value", http2_fields("GET", "/", {{"x", "a "}})},
        {"blank in a name", http2_fields("GET", "/", {{"x y", "a"}})},
        {"no name", http2_fields("GET", "/", {{"", "a"}})},
        {"two lengths",
         http2_fields("POST", "/", {{"content-length", "0"}, {"content-length", "0"}})},
        {"a length that is none", http2_fields("POST", "/", {{"content-length", "+0"}})},
        {"too short a body", http2_fields("POST", "/", {{"content-length", "1"}})},
        {"unknown pseudo-field", http2_fields("GET", "/", {{":x", "y"}})},
        {"pseudo-field of a response", http2_fields("GET", "/", {{":status", "200"}})},
        {"pseudo-field twice", http2_fields("GET", "/", {{":path", "/"}})},
        {"pseudo-field after others",
         {{":method", "GET"},
          {":scheme", "http"},
          {"x", "y"},
          {":path", "/"},
          {":authority", "a"}}},
        {"no method", {{":scheme", "http"}, {":path", "/"}, {":authority", "a"}}},
        {"no scheme", {{":method", "GET"}, {":path", "/"}, {":authority", "a"}}},
        {"no path", {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}}},
        {"empty path", http2_fields("GET", "")},
        {"absolute path", http2_fields("GET", "http://a/")},
        {"relative path", http2_fields("GET", "a")},
        {"asterisk", http2_fields("GET", "*")},
        {"blank in the path", http2_fields("GET", "/a b")},
        {"blank in the method", http2_fields("GE T", "/")},
    };
    Http2RawClient client(server.address());
    std::uint32_t stream = 1;
    for (const auto& [name, fields] : cases) {
        client.send_frame(NGHTTP2_HEADERS, kEndHeaders | kEndStream, stream,
                          impl::http2_block(fields));
        const auto frame = client.read(NGHTTP2_RST_STREAM);
        ASSERT_TRUE(frame) << name;
        EXPECT_EQ(frame->stream, stream) << name;
        EXPECT_EQ(frame->number(0), NGHTTP2_PROTOCOL_ERROR) << name;
        stream += 2;
    }
    client.send_get(stream, "/");
    ASSERT_TRUE(client.read(NGHTTP2_DATA)) << "the connection goes on";
}

TEST(Http2, ResetsStreamsWhoseBodyDiffersFromItsLength) {
    TestServer server(mirror);
    for (const std::string body : {"ab", "abcd"}) {
        Http2RawClient client(server.address());
        client.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1,
                          impl::http2_block(http2_fields("POST", "/", {{"content-length", "3"}})));
        client.send_frame(NGHTTP2_DATA, kEndStream, 1, body);
        EXPECT_EQ(client.read_reset(), NGHTTP2_PROTOCOL_ERROR) << body;
    }
}

TEST(Http2, EndsConnectionsThatBreakTheProtocol) {
    TestServer server(mirror);
    const std::string block = impl::http2_block(http2_fields("GET", "/"));
    const std::vector<std::tuple<std::string, std::string, std::uint32_t>> cases{
        {"data without stream", http2_frame(NGHTTP2_DATA, 0, 0, "a"), NGHTTP2_PROTOCOL_ERROR},
        {"data of an idle stream", http2_frame(NGHTTP2_DATA, 0, 1, "a"), NGHTTP2_PROTOCOL_ERROR},
        {"even stream", http2_frame(NGHTTP2_HEADERS, kEndHeaders | kEndStream, 2, block),
         NGHTTP2_PROTOCOL_ERROR},
        {"head without stream", http2_frame(NGHTTP2_HEADERS, kEndHeaders, 0, block),
         NGHTTP2_PROTOCOL_ERROR},
        {"frame too large", http2_frame(NGHTTP2_PING, 0, 0, std::string(20'000, 'a')),
         NGHTTP2_FRAME_SIZE_ERROR},
        {"short ping", http2_frame(NGHTTP2_PING, 0, 0, "1234"), NGHTTP2_FRAME_SIZE_ERROR},
        {"settings of no size", http2_frame(NGHTTP2_SETTINGS, 0, 0, "1234"),
         NGHTTP2_FRAME_SIZE_ERROR},
        {"bad window",
         http2_frame(NGHTTP2_SETTINGS, 0, 0, std::string("\0\4", 2) + "\xff\xff\xff\xff"),
         NGHTTP2_FLOW_CONTROL_ERROR},
        {"window too large", http2_frame(NGHTTP2_WINDOW_UPDATE, 0, 0, http2_number(0x7fffffff)),
         NGHTTP2_FLOW_CONTROL_ERROR},
        {"window by nothing", http2_frame(NGHTTP2_WINDOW_UPDATE, 0, 0, http2_number(0)),
         NGHTTP2_PROTOCOL_ERROR},
        {"push", http2_frame(NGHTTP2_PUSH_PROMISE, kEndHeaders, 1, http2_number(2) + block),
         NGHTTP2_PROTOCOL_ERROR},
        {"continuation of nothing", http2_frame(NGHTTP2_CONTINUATION, kEndHeaders, 1, block),
         NGHTTP2_PROTOCOL_ERROR},
        {"a frame within a head",
         http2_frame(NGHTTP2_HEADERS, 0, 1, block) + http2_frame(NGHTTP2_PING, 0, 0, "12345678"),
         NGHTTP2_PROTOCOL_ERROR},
        {"no HPACK",
         http2_frame(NGHTTP2_HEADERS, kEndHeaders | kEndStream, 1, "\xff\xff\xff\xff\xff"),
         NGHTTP2_COMPRESSION_ERROR},
        {"too much padding",
         http2_frame(NGHTTP2_HEADERS, kEndHeaders | NGHTTP2_FLAG_PADDED, 1,
                     "\xff"
                     "a"),
         NGHTTP2_PROTOCOL_ERROR},
    };
    for (const auto& [name, bytes, code] : cases) {
        Http2RawClient client(server.address());
        client.send(bytes);
        EXPECT_EQ(client.read_goaway(), code) << name;
        EXPECT_FALSE(client.socket().timed_out()) << name;
    }
    RawClient garbage(server.address());
    garbage.send(std::string(Http2RawClient::kPreface) + std::string(100, 'x'));
    while (garbage.receive()) {
    }
    EXPECT_FALSE(garbage.timed_out());
    EXPECT_TRUE(eventually([&] { return server.server->counts().connections_open == 0; }));
}

TEST(Http2, TakesFramesThatItDoesNotKnow) {
    TestServer server(mirror);
    Http2RawClient client(server.address());
    client.send_frame(0xfa, 0xff, 0, "unknown");
    client.send_frame(NGHTTP2_PRIORITY, 0, 3, http2_number(1) + "\x0f");
    client.send_frame(NGHTTP2_PING, 0, 0, "12345678");
    EXPECT_EQ(client.read(NGHTTP2_PING)->payload, "12345678");
    client.send_get(1, "/");
    EXPECT_TRUE(client.read(NGHTTP2_DATA));
}

// --- floods --------------------------------------------------------------------------------------

/// Sends `bytes` again and again, until the server has had enough.
std::optional<std::uint32_t> flood(Http2RawClient& client, const std::string& bytes, int times) {
    for (int i = 0; i < times; ++i) {
        if (!client.send(bytes)) break;
    }
    return client.read_goaway();
}

TEST(Http2, EndsFloodsOfFramesThatCarryNothing) {
    TestServer server(say_ok);
    const std::vector<std::pair<std::string, std::string>> cases{
        {"ping", http2_frame(NGHTTP2_PING, 0, 0, "12345678")},
        {"settings", http2_frame(NGHTTP2_SETTINGS, 0, 0, "")},
        {"priority", http2_frame(NGHTTP2_PRIORITY, 0, 1, http2_number(0) + "\x0f")},
        {"window", http2_frame(NGHTTP2_WINDOW_UPDATE, 0, 0, http2_number(1))},
        {"unknown", http2_frame(0xfa, 0, 0, "")},
        {"empty data", http2_frame(NGHTTP2_DATA, 0, 1, "")},
    };
    for (const auto& [name, bytes] : cases) {
        Http2RawClient client(server.address());
        client.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1,
                          impl::http2_block(http2_fields("POST", "/")));
        EXPECT_EQ(flood(client, bytes, 3000), NGHTTP2_ENHANCE_YOUR_CALM) << name;
        EXPECT_FALSE(client.socket().timed_out()) << name;
    }
}

TEST(Http2, ReadsNoFurtherInAHeadThatUnfoldsWithoutEnd) {
    TestServer server(say_ok);
    Http2RawClient client(server.address());
    // RFC 7541 §6.2.1 puts a field of 3900 bytes into the table, where a byte names it (§6.1).
    const std::string value(3900, 'y');
    const std::string size("\x7f\xbd\x1d", 3);  // 127 + 0x3d + (0x1d << 7)
    const std::string field = "\x40\x01x" + size + value;
    const std::string head = impl::http2_block(http2_fields("GET", "/"));
    const int whole = kEndHeaders | kEndStream;
    client.send_frame(NGHTTP2_HEADERS, whole, 1, head + field + std::string(20, '\xbe'));
    EXPECT_TRUE(client.read(NGHTTP2_HEADERS)) << "431";
    client.send_frame(NGHTTP2_HEADERS, whole, 3, head + std::string(10'000, '\xbe'));
    const auto reset = client.read(NGHTTP2_RST_STREAM);
    ASSERT_TRUE(reset);
    EXPECT_EQ(reset->stream, 3u);
    client.send_get(5, "/");
    EXPECT_TRUE(client.read(NGHTTP2_HEADERS)) << "the connection goes on";
}

TEST(Http2, EndsRapidResets) {
    std::atomic<int> handled{0};
    TestServer server([&](Exchange& exchange) {
        ++handled;
        sleep_for(milliseconds(50));
        exchange.respond({}, "ok");
    });
    Http2RawClient client(server.address());
    std::uint32_t stream = 1;
    for (int i = 0; i < 1000; ++i, stream += 2) {
        client.send_get(stream, "/");
        client.send_frame(NGHTTP2_RST_STREAM, 0, stream, http2_number(NGHTTP2_CANCEL));
    }
    EXPECT_EQ(client.read_goaway(), NGHTTP2_ENHANCE_YOUR_CALM);
    server.stop();
    EXPECT_LE(handled.load(), 201);
}

TEST(Http2, CountsStreamsThatTheServerHasToResetAsWell) {
    TestServer server([](Exchange& exchange) {
        sleep_for(milliseconds(20));
        exchange.respond({}, "ok");
    });
    Http2RawClient client(server.address());
    std::uint32_t stream = 1;
    for (int i = 0; i < 1000; ++i, stream += 2) {
        client.send_get(stream, "/");
        // RFC 9113 §6.9.1: an error of the stream.
        client.send_frame(NGHTTP2_WINDOW_UPDATE, 0, stream, http2_number(0x7fffffff));
    }
    EXPECT_EQ(client.read_goaway(), NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST(Http2, LetsAClientGiveUpNowAndThen) {
    TestServer server([](Exchange& exchange) {
        if (exchange.request().path == "/slow") sleep_for(milliseconds(5));
        exchange.respond({}, "ok");
    });
    Http2Client client(server.address());
    for (int i = 0; i < 300; ++i) {
        client.reset(client.get("/slow"));
        ASSERT_EQ(client.wait(client.get("/")).body, "ok");
    }
}

TEST(Http2, RefusesStreamsBeyondTheLimit) {
    Event go;
    ServerOptions options = options_for_tests();
    options.limits.http2_streams_max = 3;
    TestServer server(
        [&](Exchange& exchange) {
            go.wait();
            exchange.respond({}, "ok");
        },
        options);
    Http2RawClient client(server.address());
    for (const std::uint32_t stream : {1u, 3u, 5u, 7u}) client.send_get(stream, "/");
    const auto frame = client.read(NGHTTP2_RST_STREAM);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->stream, 7u);
    EXPECT_EQ(frame->number(0), NGHTTP2_REFUSED_STREAM);
    go.set();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read(NGHTTP2_DATA)->payload, "ok");
}

TEST(Http2, RefusesStreamsWhileHandlersOfOthersRunOn) {
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    Event go;
    ServerOptions options = options_for_tests();
    options.limits.http2_streams_max = 3;
    TestServer server(
        [&](Exchange& exchange) {
            most = std::max(most.load(), ++running);
            go.wait();
            --running;
            exchange.respond({}, "ok");
        },
        options);
    Http2RawClient client(server.address());
    for (std::uint32_t stream = 1; stream < 40; stream += 2) {
        client.send_get(stream, "/");
        std::this_thread::sleep_for(milliseconds(1));
        client.send_frame(NGHTTP2_RST_STREAM, 0, stream, http2_number(NGHTTP2_CANCEL));
    }
    EXPECT_EQ(client.read_reset(), NGHTTP2_REFUSED_STREAM);
    EXPECT_LE(most.load(), 6);
    go.set();
}

TEST(Http2, EndsHeadsThatNeverEnd) {
    TestServer server(mirror);
    Http2RawClient client(server.address());
    client.send_frame(NGHTTP2_HEADERS, 0, 1, impl::http2_block(http2_fields("GET", "/")));
    const std::string more =
        http2_frame(NGHTTP2_CONTINUATION, 0, 1, impl::http2_block({{"x", "y"}}));
    for (int i = 0; i < 1000 && client.send(more); ++i) {
    }
    EXPECT_EQ(client.read_goaway(), NGHTTP2_ENHANCE_YOUR_CALM);
}

// --- time ----------------------------------------------------------------------------------------

TEST(Http2, LimitsTheTimeOfAHead) {
    ServerOptions options = options_for_tests();
    options.timeouts.head = milliseconds(60);
    TestServer server(mirror, options);
    Http2RawClient client(server.address());
    client.send_frame(NGHTTP2_HEADERS, 0, 1, impl::http2_block(http2_fields("GET", "/")));
    EXPECT_EQ(client.read_goaway(), NGHTTP2_ENHANCE_YOUR_CALM);
    RawClient silent(server.address());
    silent.send(Http2RawClient::kPreface);
    while (silent.receive()) {
    }
    EXPECT_FALSE(silent.timed_out());
}

TEST(Http2, LimitsTheTimeOfAHeadThoughItIsLongerThanTheGraceOfRates) {
    ServerOptions options = options_for_tests();
    options.timeouts.head = milliseconds(400);
    options.timeouts.rate_grace = milliseconds(30);
    options.timeouts.bytes_per_second_min = 1'000'000;
    TestServer server(mirror, options);
    Http2RawClient client(server.address());
    client.send_frame(NGHTTP2_HEADERS, 0, 1, impl::http2_block(http2_fields("GET", "/")));
    EXPECT_EQ(client.read_goaway(), NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST(Http2, EndsWithAClientThatEndsWithinAHead) {
    ServerOptions options = options_for_tests();
    options.timeouts.head = std::chrono::minutes(1);
    options.timeouts.keep_alive = std::chrono::minutes(1);
    TestServer server(mirror, options);
    RawClient client(server.address());
    client.send(std::string(Http2RawClient::kPreface) + http2_frame(NGHTTP2_SETTINGS, 0, 0, "") +
                http2_frame(NGHTTP2_HEADERS, 0, 1, impl::http2_block(http2_fields("GET", "/"))));
    client.finish_sending();
    while (client.receive()) {
    }
    EXPECT_FALSE(client.timed_out());
}

/// SO_LINGER of nought: the connection is reset.
void reset_connection(RawClient& client) {
    const linger at_once{1, 0};
    setsockopt(client.file(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    client.close();
}

TEST(Http2, KeepsNothingOfAConnectionThatIsReset) {
    TestServer server(mirror);
    const std::string half_a_head =
        http2_frame(NGHTTP2_HEADERS, 0, 1, impl::http2_block(http2_fields("GET", "/")));
    for (const std::string& more : {std::string(), std::string(40, '\xff'), half_a_head}) {
        for (int i = 0; i < 20; ++i) {
            RawClient client(server.address());
            client.send(std::string(Http2RawClient::kPreface) +
                        http2_frame(NGHTTP2_SETTINGS, 0, 0, "") + more);
            reset_connection(client);
        }
    }
    EXPECT_TRUE(eventually([&] { return server.server->counts().connections >= 1; }));
    EXPECT_TRUE(eventually([&] { return server.server->counts().connections_open == 0; }));
}

TEST(Http2, TellsAClientThatReadsNothingOnlyOnce) {
    ServerOptions options = options_for_tests();
    options.timeouts.head = milliseconds(100);
    options.timeouts.write = milliseconds(0);
    options.timeouts.bytes_per_second_min = 0;
    TestServer server(
        [](Exchange& exchange) { exchange.respond({}, std::string(100'000'000, 'x')); }, options);
    Http2RawClient client(server.address());
    const std::string window = http2_number(0x7fff0000);
    client.send_frame(NGHTTP2_SETTINGS, 0, 0, std::string("\0\4", 2) + window);
    client.send_frame(NGHTTP2_WINDOW_UPDATE, 0, 0, http2_number(0x7fff0000 - 65535));
    client.send_get(1, "/");
    std::this_thread::sleep_for(milliseconds(200));  // the socket is full
    client.send_frame(NGHTTP2_HEADERS, 0, 3, impl::http2_block(http2_fields("GET", "/")));
    EXPECT_TRUE(eventually([&] { return server.server->counts().connections_open == 0; }));
    server.stop();
    EXPECT_EQ(server.handler.statuses.find("refused 408"),
              server.handler.statuses.rfind("refused 408"));
}

TEST(Http2, LimitsTheTimeOfABody) {
    ServerOptions options = options_for_tests();
    options.timeouts.body = milliseconds(60);
    TestServer server(mirror, options);
    Http2Client client(server.address());
    client.step();
    Http2RawClient raw(server.address());
    raw.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1, impl::http2_block(http2_fields("POST", "/")));
    raw.send_frame(NGHTTP2_DATA, 0, 1, "begun");
    EXPECT_TRUE(raw.read(NGHTTP2_DATA)->payload.starts_with("408 Request Timeout"));
    EXPECT_EQ(raw.read_reset(), NGHTTP2_NO_ERROR) << "the rest is not wanted";
}

TEST(Http2, HoldsBodiesToAMinimumRate) {
    ServerOptions options = options_for_tests();
    options.timeouts.rate_grace = milliseconds(50);
    options.timeouts.bytes_per_second_min = 10'000;
    TestServer server(mirror, options);
    Http2RawClient raw(server.address());
    raw.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1, impl::http2_block(http2_fields("POST", "/")));
    for (int i = 0; i < 20; ++i) {
        raw.send_frame(NGHTTP2_DATA, 0, 1, "x");
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_TRUE(raw.read(NGHTTP2_DATA)->payload.starts_with("408 Request Timeout"));
}

TEST(Http2, HoldsThoseWhoTakeResponsesToAMinimumRate) {
    ServerOptions options = options_for_tests();
    options.timeouts.write =
        std::chrono::seconds(100);  // each of the few bytes would begin it anew
    options.timeouts.rate_grace = milliseconds(50);
    options.timeouts.bytes_per_second_min = 100'000;
    TestServer server(
        [&](Exchange& exchange) {
            const bool small = exchange.request().path == "/small";
            exchange.respond({}, std::string(small ? 10'000 : 1'000'000, 'x'));
        },
        options);
    for (const std::string path : {"/large", "/small"}) {
        Http2Client client(server.address(), {.window_bytes = 1000, .manual_windows = true});
        const auto stream = client.get(path);
        std::size_t seen = 0;
        while (!client.reply(stream).ended && client.step()) {
            const std::size_t size = client.reply(stream).body.size();
            if (size == seen) continue;
            std::this_thread::sleep_for(milliseconds(5));
            client.open_window(stream, 10);
            seen = size;
        }
        EXPECT_NE(client.reply(stream).error_code, NGHTTP2_NO_ERROR) << path;
        EXPECT_LT(client.reply(stream).body.size(), 9'000u) << path;
    }
}

TEST(Http2, ClosesIdleConnections) {
    ServerOptions options = options_for_tests();
    options.timeouts.keep_alive = milliseconds(60);
    TestServer server(mirror, options);
    Http2RawClient client(server.address());
    client.send_get(1, "/");
    EXPECT_EQ(client.read_goaway(), NGHTTP2_NO_ERROR);
    EXPECT_FALSE(client.socket().timed_out());
}

TEST(Http2, GivesUpOnClientsThatTakeNothing) {
    std::atomic<bool> disconnected{false};
    ServerOptions options = options_for_tests();
    options.timeouts.write = milliseconds(80);
    TestServer server(
        [&](Exchange& exchange) {
            if (exchange.request().path == "/small") {
                exchange.respond({}, std::string(10'000, 'x'));  // nobody waits for its end
                return;
            }
            try {
                exchange.respond({}, std::string(1'000'000, 'x'));
            } catch (const Disconnected&) {
                disconnected = true;
                throw;
            }
        },
        options);
    for (const std::string path : {"/large", "/small"}) {
        Http2Client client(server.address(), {.window_bytes = 1000, .manual_windows = true});
        const auto& reply = client.wait(client.get(path));
        EXPECT_NE(reply.error_code, NGHTTP2_NO_ERROR) << path;
        EXPECT_EQ(reply.body.size(), 1000u) << path;
    }
    EXPECT_TRUE(disconnected.load());
}

TEST(Http2, LimitsTheTimeOfAHandler) {
    ServerOptions options = options_for_tests();
    options.timeouts.handler = milliseconds(50);
    TestServer server(
        [](Exchange& exchange) {
            if (exchange.request().path == "/begun") exchange.begin({});
            sleep_for(milliseconds(150));
            if (!exchange.begun()) exchange.respond({}, "too late");
        },
        options);
    Http2Client client(server.address());
    const auto slow = client.get("/");
    const auto begun = client.get("/begun");
    EXPECT_EQ(client.wait(slow).status, 503);
    EXPECT_EQ(client.wait(begun).status, 200);
    EXPECT_EQ(client.wait(begun).error_code, 0u);
}

// --- ends ----------------------------------------------------------------------------------------

TEST(Http2, FinishesWhatIsInFlightWhenTheServerStops) {
    Event entered;
    TestServer server([&](Exchange& exchange) {
        entered.set();
        sleep_for(milliseconds(100));
        exchange.respond({}, "finished");
    });
    Http2Client client(server.address());
    Http2RawClient idle(server.address());
    idle.read(NGHTTP2_SETTINGS);
    const auto stream = client.get("/");
    entered.wait();
    server.server->stop();
    EXPECT_EQ(client.wait(stream).body, "finished");
    while (client.step()) {
    }
    EXPECT_TRUE(client.got_goaway());
    EXPECT_EQ(idle.read_goaway(), NGHTTP2_NO_ERROR);
    server.stop();
    const auto counts = server.server->counts();
    EXPECT_EQ(counts.connections_open, 0u);
    EXPECT_EQ(counts.requests, 1u);
    EXPECT_EQ(counts.requests_in_flight, 0u);
    EXPECT_EQ(server.handler.statuses, "200 ");
}

TEST(Http2, CancelsWhatHasNoEndWhenTheServerStops) {
    Event entered;
    TestServer server([&](Exchange& exchange) {
        exchange.cancel_when_server_stops();
        exchange.begin({});
        entered.set();
        try {
            sleep_for(std::chrono::seconds(60));
        } catch (const Cancelled&) {
            exchange.write("the end");
        }
    });
    Http2Client client(server.address());
    const auto stream = client.get("/");
    entered.wait();
    server.server->stop();
    EXPECT_EQ(client.wait(stream).body, "the end");
    server.stop();
}

TEST(Http2, CutsWhatDoesNotEndInTime) {
    ServerOptions options = options_for_tests();
    options.timeouts.stop = milliseconds(50);
    Event entered;
    TestServer server(
        [&](Exchange&) {
            entered.set();
            sleep_for(std::chrono::seconds(60));
        },
        options);
    Http2Client client(server.address());
    client.get("/");
    entered.wait();
    server.stop();
    EXPECT_EQ(server.server->counts().connections_open, 0u);
}

TEST(Http2, CancelsWhenTheClientLeaves) {
    std::atomic<int> cancelled{0};
    Semaphore entered(0);
    TestServer server([&](Exchange& exchange) {
        exchange.cancel_when_client_leaves();
        entered.release();
        try {
            sleep_for(std::chrono::seconds(60));
        } catch (const Cancelled&) {
            EXPECT_FALSE(exchange.connected());
            ++cancelled;
            throw;
        }
    });
    Http2Client resets(server.address());
    const auto stream = resets.get("/");
    entered.acquire();
    resets.reset(stream);
    EXPECT_TRUE(eventually([&] { return cancelled == 1; }));
    {
        Http2Client leaves(server.address());
        leaves.get("/");
        entered.acquire();
    }
    EXPECT_TRUE(eventually([&] { return cancelled == 2; }));
    Http2Client breaks(server.address());
    breaks.get("/");
    entered.acquire();
    breaks.socket().close_with_reset();
    EXPECT_TRUE(eventually([&] { return cancelled == 3; }));
    EXPECT_TRUE(eventually([&] { return server.server->counts().requests_in_flight == 0; }));
}

TEST(Http2, AnswersAClientThatHasFinishedSending) {
    TestServer server([](Exchange& exchange) {
        sleep_for(milliseconds(30));
        exchange.respond({}, "to the end");
    });
    Http2RawClient client(server.address());
    client.send_get(1, "/");
    client.socket().finish_sending();
    EXPECT_EQ(client.read(NGHTTP2_DATA)->payload, "to the end");
    EXPECT_FALSE(client.read());
}

TEST(Http2, TellsAHandlerWhoseClientLeavesWithinTheBody) {
    std::atomic<int> disconnected{0};
    Semaphore entered(0);
    TestServer server([&](Exchange& exchange) {
        entered.release();
        try {
            body_of(exchange);
        } catch (const Disconnected&) {
            ++disconnected;
            throw;
        }
    });
    for (int i = 1; i <= 2; ++i) {
        Http2RawClient client(server.address());
        client.send_frame(NGHTTP2_HEADERS, kEndHeaders, 1,
                          impl::http2_block(http2_fields("POST", "/")));
        client.send_frame(NGHTTP2_DATA, 0, 1, "begun");
        entered.acquire();
        if (i == 1) {
            client.send_frame(NGHTTP2_RST_STREAM, 0, 1, http2_number(NGHTTP2_CANCEL));
        } else {
            client.socket().finish_sending();
        }
        EXPECT_TRUE(eventually([&] { return disconnected == i; }));
    }
}

TEST(Http2, EndsAConnectionThatAHandlerWantsClosed) {
    TestServer server([](Exchange& exchange) {
        exchange.close_after();
        exchange.respond({}, "last");
    });
    Http2Client client(server.address());
    EXPECT_EQ(client.wait(client.get("/")).body, "last");
    while (client.step()) {
    }
    EXPECT_TRUE(client.got_goaway());
}

TEST(Http2, EndsAConnectionAfterItsLastRequest) {
    ServerOptions options = options_for_tests();
    options.limits.requests_per_connection_max = 2;
    TestServer server(say_ok, options);
    Http2Client client(server.address());
    const auto first = client.get("/");
    const auto second = client.get("/");
    EXPECT_EQ(client.wait(first).body, "ok");
    EXPECT_EQ(client.wait(second).body, "ok");
    while (client.step()) {
    }
    EXPECT_TRUE(client.got_goaway());
}

}  // namespace
}  // namespace tatum::net
