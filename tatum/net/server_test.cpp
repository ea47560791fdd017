#include <tatum/net/server.h>

#include <tatum/base/locals.h>
#include <tatum/net/impl/raw_client.h>
#include <tatum/net/impl/test_server.h>
#include <tatum/net/offload.h>
#include <tatum/net/sync.h>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tatum::net {
namespace {

using impl::body_of;
using impl::FunctionHandler;
using impl::options_for_tests;
using impl::RawClient;
using impl::RawResponse;
using impl::say_ok;
using impl::TestServer;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kGetRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// --- addresses -----------------------------------------------------------------------------------

TEST(Server, TellsThePortThatTheSystemChose) {
    FunctionHandler handler(say_ok);
    const auto server = Server::bind(options_for_tests(), handler).value();
    ASSERT_EQ(server->addresses().size(), 1u);
    EXPECT_GT(server->addresses()[0].port(), 0);
    EXPECT_TRUE(server->addresses()[0].is_loopback());
}

TEST(Server, SaysThatAPortIsTaken) {
    FunctionHandler handler(say_ok);
    for (const unsigned threads : {1u, 2u}) {
        ServerOptions options = options_for_tests();
        options.threads = threads;
        const auto first = Server::bind(options, handler).value();
        options.listen = {first->addresses()[0].str()};
        const auto second = Server::bind(options, handler);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, "net.E003");
        EXPECT_NE(second.error().message.find(options.listen[0] + " is taken"), std::string::npos);
    }
}

TEST(Server, SharesAPortWhenAsked) {
    FunctionHandler handler(say_ok);
    ServerOptions options = options_for_tests();
    options.reuse_port = true;
    const auto first = Server::bind(options, handler).value();
    options.listen = {first->addresses()[0].str()};
    EXPECT_TRUE(Server::bind(options, handler));
}

TEST(Server, SaysWhatIsWrongWithAnAddress) {
    FunctionHandler handler(say_ok);
    const auto code_of = [&](std::string address) {
        ServerOptions options = options_for_tests();
        options.listen = {std::move(address)};
        const auto server = Server::bind(options, handler);
        return server ? std::string() : server.error().code;
    };
    EXPECT_EQ(code_of("nonsense"), "net.E001");
    EXPECT_EQ(code_of("fd:99"), "net.E001");
    EXPECT_EQ(code_of("127.0.0.1:65536"), "net.E002");
    EXPECT_EQ(code_of("192.0.2.1:0"), "net.E005");
    EXPECT_EQ(code_of("unix:/nonexistent/folder/x.sock"), "net.E005");
}

TEST(Server, ListensAtSeveralAddressesAndUnixSockets) {
    const std::string path = testing::TempDir() + "tatum_server_test.sock";
    {
        ServerOptions options = options_for_tests();
        options.listen = {"127.0.0.1:0", "[::1]:0", "unix:" + path, "unix:@tatum_server_test"};
        options.threads = 2;
        TestServer test(
            [](Exchange& exchange) {
                exchange.respond({}, exchange.local().str() + " " + exchange.peer().ip());
            },
            options);
        for (const Address& address : test.server->addresses()) {
            RawClient client(address);
            ASSERT_TRUE(client.connected()) << address.str();
            client.send(kGetRequest);
            const auto response = client.read();
            ASSERT_TRUE(response);
            EXPECT_TRUE(response->body.starts_with(address.str())) << response->body;
        }
        const auto status = std::filesystem::status(path);
        EXPECT_EQ(static_cast<int>(status.permissions()), 0666);
        EXPECT_FALSE(Server::bind(options, test.handler)) << "a live socket is not stolen";
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Server, ReplacesASocketFileThatADeadProcessHasLeft) {
    const std::string path = testing::TempDir() + "tatum_server_test_stale.sock";
    const Address address = Address::unix_socket(path);
    const impl::SocketAddress where(address);
    std::filesystem::remove(path);
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(dead, where.get(), where.length), 0);
    ::close(dead);
    ServerOptions options = options_for_tests();
    options.listen = {"unix:" + path};
    FunctionHandler handler(say_ok);
    EXPECT_TRUE(Server::bind(options, handler));
}

TEST(Server, TakesOverASocketThatSystemdHasOpened) {
    const impl::SocketAddress where(Address::ipv4({127, 0, 0, 1}, 0));
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(file, where.get(), where.length), 0);
    ASSERT_EQ(::listen(file, 8), 0);
    ServerOptions options = options_for_tests();
    options.listen = {"fd:" + std::to_string(file)};
    options.threads = 2;
    TestServer test(say_ok, options);
    for (int i = 0; i < 4; ++i) {
        RawClient client(test.address());
        client.send(kGetRequest);
        EXPECT_EQ(client.read()->body, "ok");
    }
}

// --- bodies --------------------------------------------------------------------------------------

TEST(Server, TakesAndGivesLargeBodies) {
    TestServer test([](Exchange& exchange) { exchange.respond({}, body_of(exchange)); });
    std::string body(3'000'000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>(i);
    RawClient client(test.address());
    std::thread sender([&] {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
    });
    const auto response = client.read();
    sender.join();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->body == body);
}

TEST(Server, StreamsWithBackPressure) {
    constexpr std::size_t kPieces = 400;
    std::atomic<std::size_t> written = 0;
    TestServer test([&](Exchange& exchange) {
        const std::string piece(64 * 1024, 'y');
        exchange.begin({});
        for (std::size_t i = 0; i < kPieces; ++i) {
            exchange.write(piece);
            ++written;
        }
    });
    RawClient client(test.address());
    client.send(kGetRequest);
    std::this_thread::sleep_for(milliseconds(100));
    EXPECT_LT(written, kPieces) << "the client has read nothing yet";
    const auto response = client.read();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body.size(), kPieces * 64 * 1024);
}

TEST(Server, SendsLargeFilesWhole) {
    const std::string path = testing::TempDir() + "tatum_server_test.bin";
    std::string content(5'000'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 / 5);
    std::ofstream(path, std::ios::binary) << content;
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    TestServer test([&](Exchange& exchange) {
        const bool chunked = exchange.request().path == "/chunked";
        const auto length = chunked ? std::nullopt : std::optional<std::uint64_t>(content.size());
        exchange.begin({}, length);
        exchange.send_file(fileno(file), 0, content.size());
    });
    for (const std::string_view path_asked : {"/", "/chunked"}) {
        RawClient client(test.address());
        client.send("GET " + std::string(path_asked) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto response = client.read();
        ASSERT_TRUE(response);
        EXPECT_TRUE(response->body == content);
    }
    test.stop();
    std::fclose(file);
    std::filesystem::remove(path);
}

TEST(Server, CutsTheConnectionWhenABodyComesOutShort) {
    TestServer test([](Exchange& exchange) {
        exchange.begin({}, 100);
        exchange.write("only this");
        if (exchange.request().path == "/throw") throw std::runtime_error("on purpose");
    });
    for (const std::string_view path : {"/", "/throw"}) {
        RawClient client(test.address());
        client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_FALSE(client.read());
        EXPECT_FALSE(client.timed_out());
    }
}

TEST(Server, CutsAChunkedStreamThatFailsWithoutItsLastChunk) {
    TestServer test([](Exchange& exchange) {
        exchange.begin({});
        exchange.write("part");
        exchange.flush();
        throw std::runtime_error("on purpose");
    });
    RawClient client(test.address());
    client.send(kGetRequest);
    EXPECT_FALSE(client.read());
    EXPECT_FALSE(client.timed_out());
}

TEST(Server, RefusesToWriteMoreThanAnnounced) {
    TestServer test([](Exchange& exchange) {
        exchange.begin({}, 3);
        EXPECT_THROW(exchange.write("four"), Exception);
        exchange.write("abc");
    });
    RawClient client(test.address());
    client.send(kGetRequest);
    EXPECT_EQ(client.read()->body, "abc");
}

TEST(Server, AnswersBeforeTheBodyHasCome) {
    TestServer test(say_ok);
    RawClient client(test.address());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    EXPECT_EQ(client.read()->body, "ok");
    client.send("def");
    client.send(kGetRequest);
    EXPECT_EQ(client.read()->body, "ok");
}

TEST(Server, ClosesRatherThanSkipAHugeBody) {
    TestServer test(say_ok);
    RawClient client(test.address());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nabc");
    const auto response = client.read();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->has("Connection: close"));
    EXPECT_TRUE(client.at_end());
}

TEST(Server, SendsEarlierResponsesBeforeItWaits) {
    Event go;
    TestServer test([&](Exchange& exchange) {
        if (exchange.request().path == "/wait") go.wait();
        say_ok(exchange);
    });
    RawClient client(test.address());
    client.send(std::string(kGetRequest) + "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read()->body, "ok");  // although the second one hangs
    go.set();
    EXPECT_EQ(client.read()->body, "ok");
}

TEST(Server, TellsTheHandlerWhatWasSentAndReceived) {
    TestServer test(say_ok);
    {
        RawClient client(test.address());
        client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
        const auto response = client.read();
        ASSERT_TRUE(response);
        test.stop();
        EXPECT_EQ(test.handler.bytes_out, response->head.size() + response->body.size());
    }
    EXPECT_EQ(test.handler.statuses, "200 ");
    EXPECT_EQ(test.server->counts().requests, 1u);
    EXPECT_EQ(test.server->counts().connections_open, 0u);
}

TEST(Server, ReportsRefusals) {
    TestServer test(say_ok);
    RawClient client(test.address());
    client.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.read()->status, 400);
    EXPECT_TRUE(client.at_end());
    client.close();
    test.stop();
    EXPECT_EQ(test.handler.statuses, "refused 400 ");
}

TEST(Server, LetsAClientReadItsRefusalHoweverMuchItStillSends) {
    ServerOptions options = options_for_tests();
    options.limits.body_bytes_max = 10;
    options.timeouts.linger = std::chrono::hours(1);  // what is not read stalls for as long
    TestServer test([](Exchange& exchange) { exchange.respond({}, body_of(exchange)); }, options);
    RawClient client(test.address());
    ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n"));
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 80; ++i) ASSERT_TRUE(client.send(piece)) << i;
    EXPECT_EQ(client.read()->status, 413);
}

/// Many a client reads nothing before it has sent all.
TEST(Server, ReadsOnAsLongAsARefusedClientSends) {
    ServerOptions options = options_for_tests();
    options.timeouts.linger = milliseconds(150);
    TestServer test(say_ok, options);
    RawClient client(test.address());
    ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 800000\r\n\r\n"));
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 8; ++i) {
        std::this_thread::sleep_for(milliseconds(50));
        ASSERT_TRUE(client.send(piece)) << i;
    }
    EXPECT_EQ(client.read()->status, 200);
    EXPECT_TRUE(client.at_end());
}

/// RFC 9110 §15.3.6.
TEST(Server, SendsNoContentWith205) {
    TestServer test([](Exchange& exchange) {
        if (exchange.request().path == "/stream") {
            exchange.begin({.status = 205});
            exchange.write("content");
            exchange.finish();
        } else {
            exchange.respond({.status = 205}, "content");
        }
    });
    RawClient client(test.address());
    for (const std::string path : {"/", "/stream"}) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto response = client.read();
        EXPECT_EQ(response->status, 205);
        EXPECT_EQ(response->header("Content-Length"), "0");
        EXPECT_TRUE(client.buffer().empty());
    }
}

/// How much of it has gone nobody knows once a wait for the client has ended early.
TEST(Server, SendsNothingTwiceWhenAWriteIsBrokenOff) {
    std::promise<void> broken_off, read;
    TestServer test([&](Exchange& exchange) {
        exchange.begin({});
        try {
            const DeadlineScope soon(Clock::now() + milliseconds(100));
            for (;;) exchange.write(std::string(1'000'000, 'x'));
        } catch (const TimedOut&) {
            broken_off.set_value();
            offload([&] { read.get_future().wait(); });
            throw;
        }
    });
    RawClient client(test.address());
    client.send(kGetRequest);
    broken_off.get_future().wait();
    while (test.server->counts().bytes_out > client.buffer().size()) ASSERT_TRUE(client.receive());
    read.set_value();
    while (client.receive()) {
    }
    // Before the size of a chunk stand whole chunks only.
    const std::string_view body =
        std::string_view(client.buffer()).substr(client.buffer().find("\r\n\r\n"));
    const std::string_view before = body.substr(0, body.rfind("f4240\r\n"));
    EXPECT_EQ(std::count(before.begin(), before.end(), 'x') % 1'000'000, 0);
}

// --- time ----------------------------------------------------------------------------------------

TEST(Server, GivesUpOnASlowHead) {
    ServerOptions options = options_for_tests();
    options.timeouts.head = milliseconds(50);
    TestServer test(say_ok, options);
    RawClient client(test.address());
    client.send("GET / HT");
    EXPECT_EQ(client.read()->status, 408);
    EXPECT_TRUE(client.at_end());
}

TEST(Server, GivesUpOnASlowBody) {
    ServerOptions options = options_for_tests();
    options.timeouts.body = milliseconds(50);
    TestServer test([](Exchange& exchange) { exchange.respond({}, body_of(exchange)); }, options);
    for (const std::string_view framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
        RawClient client(test.address());
        client.send("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + "\r\n\r\n1");
        EXPECT_EQ(client.read()->status, 408);
        EXPECT_TRUE(client.at_end());
    }
}

TEST(Server, GivesUpOnABodyThatTrickles) {
    ServerOptions options = options_for_tests();
    options.timeouts.rate_grace = milliseconds(100);
    options.timeouts.bytes_per_second_min = 1000;
    TestServer test([](Exchange& exchange) { exchange.respond({}, body_of(exchange)); }, options);
    RawClient client(test.address());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 100 && client.send("x"); ++i) {
        std::this_thread::sleep_for(milliseconds(5));
    }
    EXPECT_EQ(client.read()->status, 408);
}

TEST(Server, ClosesIdleConnections) {
    ServerOptions options = options_for_tests();
    options.timeouts.keep_alive = milliseconds(50);
    TestServer test(say_ok, options);
    RawClient fresh(test.address());
    RawClient used(test.address());
    used.send(kGetRequest);
    EXPECT_EQ(used.read()->body, "ok");
    EXPECT_TRUE(used.at_end());
    EXPECT_TRUE(fresh.at_end());
}

TEST(Server, GivesUpOnAClientThatDoesNotRead) {
    ServerOptions options = options_for_tests();
    options.timeouts.write = milliseconds(50);
    Event gone;
    TestServer test(
        [&](Exchange& exchange) {
            exchange.begin({});
            const std::string piece(64 * 1024, 'y');
            try {
                for (;;) exchange.write(piece);
            } catch (const Disconnected&) {
                gone.set();
                throw;
            }
        },
        options);
    RawClient client(test.address());
    client.send(kGetRequest);
    EXPECT_TRUE(gone.wait_for(seconds(10)));
}

/// Fewer bytes at a time than make the socket writable again.
TEST(Server, WaitsForAClientThatReadsSlowlyButSteadily) {
    ServerOptions options = options_for_tests();
    options.timeouts.write = milliseconds(600);
    const std::string body(16'000'000, 'y');
    TestServer test([&](Exchange& exchange) { exchange.respond({}, body); }, options);
    RawClient client(test.address());
    client.send(kGetRequest);
    std::string piece(20'000, '\0');
    std::size_t size = 0;
    const auto take = [&] {
        const ssize_t count = ::recv(client.file(), piece.data(), piece.size(), 0);
        if (count > 0) size += static_cast<std::size_t>(count);
        return count > 0;
    };
    for (int i = 0; i < 75 && take(); ++i) std::this_thread::sleep_for(milliseconds(20));
    EXPECT_LT(size, body.size() / 4) << "that was not slow";
    while (size < body.size() && take()) {
    }
    EXPECT_GE(size, body.size());
}

TEST(Server, EndsAHandlerThatTakesTooLong) {
    ServerOptions options = options_for_tests();
    options.timeouts.handler = milliseconds(50);
    TestServer test(
        [](Exchange& exchange) {
            sleep_for(exchange.request().path == "/" ? seconds(100) : seconds(0));
            exchange.begin({}, 2);
            sleep_for(milliseconds(100));  // the response has begun: no limit any more
            exchange.write("ok");
        },
        options);
    RawClient client(test.address());
    client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read()->status, 200);
    client.send(kGetRequest);
    EXPECT_EQ(client.read()->status, 503);
    EXPECT_TRUE(client.at_end());
}

TEST(Server, ForgetsACancellationWithItsRequest) {
    ServerOptions options = options_for_tests();
    options.timeouts.handler = milliseconds(50);
    TestServer test(
        [](Exchange& exchange) {
            if (exchange.request().path == "/late") {
                const NoCancelScope until_it_is_done;
                sleep_for(milliseconds(100));
            } else {
                sleep_for(milliseconds(1));
            }
            exchange.respond({}, "ok");
        },
        options);
    RawClient client(test.address());
    // The body that nobody reads is waited for after the first.
    client.send("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    EXPECT_EQ(client.read()->status, 200);
    client.send("body" + std::string(kGetRequest));
    EXPECT_EQ(client.read()->status, 200);
}

TEST(Server, SlowClientsDoNotHoldFibers) {
    TestServer test(say_ok);
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 50; ++i) {
        slow.push_back(std::make_unique<RawClient>(test.address()));
        slow.back()->send("GET / HTTP/1.1\r\nHost");
    }
    RawClient client(test.address());
    client.send(kGetRequest);
    EXPECT_EQ(client.read()->body, "ok");
    for (auto& other : slow) {
        other->send(": a\r\n\r\n");
        EXPECT_EQ(other->read()->body, "ok");
    }
}

// --- clients that leave --------------------------------------------------------------------------

TEST(Server, CancelsAFiberWhoseClientHasLeftIfAsked) {
    Event cancelled;
    TestServer test([&](Exchange& exchange) {
        exchange.cancel_when_client_leaves();
        try {
            sleep_for(seconds(100));
        } catch (const Cancelled&) {
            EXPECT_FALSE(exchange.connected());
            cancelled.set();
            throw;
        }
    });
    for (const bool reset : {false, true}) {
        cancelled.reset();
        RawClient client(test.address());
        client.send(kGetRequest);
        std::this_thread::sleep_for(milliseconds(20));
        reset ? client.close_with_reset() : client.close();
        EXPECT_TRUE(cancelled.wait_for(seconds(10)));
    }
}

TEST(Server, SurvivesClientsThatLeaveAtAnyMoment) {
    TestServer test([](Exchange& exchange) {
        const std::string body = body_of(exchange);
        sleep_for(milliseconds(1));
        exchange.begin({});
        for (int i = 0; i < 20; ++i) exchange.write(std::string(20'000, 'z'));
    });
    const std::string request =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (std::size_t length = 0; length <= request.size(); length += 3) {
        RawClient client(test.address());
        client.send(std::string_view(request).substr(0, length));
        if (length % 2) std::this_thread::sleep_for(milliseconds(1));
        length % 4 < 2 ? client.close() : client.close_with_reset();
    }
    RawClient client(test.address());
    client.send(request);
    EXPECT_EQ(client.read()->body.size(), 400'000u);
}

TEST(Server, AnswersAClientThatHasClosedItsSide) {
    TestServer test([](Exchange& exchange) {
        sleep_for(milliseconds(5));
        say_ok(exchange);
    });
    RawClient client(test.address());
    client.send(kGetRequest);
    client.finish_sending();
    EXPECT_EQ(client.read()->body, "ok");
    EXPECT_TRUE(client.at_end());
}

TEST(Server, LetsAClientReadTheRefusalOfABodyThatItStillSends) {
    ServerOptions options = options_for_tests();
    options.limits.body_bytes_max = 1000;
    TestServer test([](Exchange& exchange) { exchange.respond({}, body_of(exchange)); }, options);
    RawClient client(test.address());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    client.send(std::string(200'000, 'x'));
    const auto response = client.read();
    ASSERT_TRUE(response) << "the response was lost to a reset";
    EXPECT_EQ(response->status, 413);
}

// --- limits on connections -----------------------------------------------------------------------

TEST(Server, ClosesConnectionsAboveTheirNumber) {
    ServerOptions options = options_for_tests();
    options.limits.connections_max = 3;
    TestServer test(say_ok, options);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(test.address()));
        clients.back()->send(kGetRequest);
        EXPECT_EQ(clients.back()->read()->body, "ok");
    }
    RawClient surplus(test.address());
    EXPECT_TRUE(surplus.at_end());
    EXPECT_EQ(test.server->counts().connections_refused, 1u);
    clients.clear();
    for (int i = 0; test.server->counts().connections_open > 0 && i < 1000; ++i) {
        std::this_thread::sleep_for(milliseconds(1));
    }
    RawClient next(test.address());
    next.send(kGetRequest);
    EXPECT_EQ(next.read()->body, "ok");
}

TEST(Server, ClosesAConnectionAfterItsLastRequest) {
    ServerOptions options = options_for_tests();
    options.limits.requests_per_connection_max = 2;
    TestServer test(say_ok, options);
    RawClient client(test.address());
    client.send(std::string(kGetRequest) + std::string(kGetRequest) + std::string(kGetRequest));
    EXPECT_FALSE(client.read()->has("Connection: close"));
    EXPECT_TRUE(client.read()->has("Connection: close"));
    EXPECT_TRUE(client.at_end());
}

TEST(Server, GivesUpIdleConnectionsWhenOutOfDescriptors) {
    TestServer test(say_ok);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<RawClient>(test.address()));
        clients.back()->send(kGetRequest);
        EXPECT_EQ(clients.back()->read()->body, "ok");
    }
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    auto next = std::make_unique<RawClient>(test.address());
    next->send(kGetRequest);
    EXPECT_EQ(next->read()->body, "ok");
    // From here on the process may open nothing but what it has: the client takes the last number.
    const int last = next->file();
    next.reset();
    for (int i = 0; test.server->counts().connections_open > 5 && i < 1000; ++i) {
        std::this_thread::sleep_for(milliseconds(1));
    }
    std::this_thread::sleep_for(milliseconds(300));  // quiet for long enough to be given up
    const rlimit tight{static_cast<rlim_t>(last) + 1, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &tight);
    RawClient client(test.address());
    client.send(kGetRequest);
    const auto response = client.read();
    setrlimit(RLIMIT_NOFILE, &before);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "ok");
    EXPECT_TRUE(clients[0]->at_end()) << "the one that was idle for longest made room";
}

// --- the end -------------------------------------------------------------------------------------

TEST(Server, FinishesRequestsInFlightWhenItStops) {
    Event started;
    std::atomic<bool> told = false;
    TestServer test([&](Exchange& exchange) {
        started.set();
        while (!told) sleep_for(milliseconds(1));
        sleep_for(milliseconds(50));
        exchange.respond({}, body_of(exchange));
    });
    RawClient client(test.address());
    RawClient idle(test.address());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nlate");
    started.wait();
    test.server->stop();
    told = true;
    const auto response = client.read();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "late");
    EXPECT_TRUE(response->has("Connection: close"));
    EXPECT_TRUE(client.at_end());
    EXPECT_TRUE(idle.at_end());
    test.server->join();
    EXPECT_FALSE(RawClient(test.address()).connected());
}

TEST(Server, CompletesADownloadWhenItStops) {
    Event started;
    TestServer test([&](Exchange& exchange) {
        exchange.begin({}, 20'000'000);
        started.set();
        for (int i = 0; i < 200; ++i) exchange.write(std::string(100'000, 'd'));
    });
    RawClient client(test.address());
    client.send(kGetRequest);
    started.wait();
    test.server->stop();
    std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(client.read()->body.size(), 20'000'000u);
    const TimePoint complete = Clock::now();
    test.server->join();
    EXPECT_LT(Clock::now() - complete, seconds(5));
}

TEST(Server, StopsInTimeWhateverHandlersDo) {
    ServerOptions options = options_for_tests();
    options.timeouts.stop = milliseconds(50);
    Event started;
    TestServer test(
        [&](Exchange&) {
            started.set();
            spawn([] { sleep_for(std::chrono::hours(1)); });
            try {
                sleep_for(std::chrono::hours(1));
            } catch (const Cancelled&) {
                sleep_for(std::chrono::hours(1));  // stubborn, until it is cancelled again
            }
        },
        options);
    RawClient client(test.address());
    client.send(kGetRequest);
    started.wait();
    const TimePoint begin = Clock::now();
    test.stop();
    EXPECT_LT(Clock::now() - begin, seconds(5));
}

TEST(Server, AnswersARequestThatWasOnItsWayWhenItStopped) {
    TestServer test(say_ok);
    RawClient client(test.address());
    client.send(kGetRequest);
    EXPECT_EQ(client.read()->body, "ok");
    test.server->stop();
    std::this_thread::sleep_for(milliseconds(20));
    client.send(kGetRequest);
    const auto response = client.read();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->has("Connection: close"));
}

TEST(Server, MayBeStoppedBeforeItStarts) {
    FunctionHandler handler(say_ok);
    const auto server = Server::bind(options_for_tests(), handler).value();
    server->stop();
    server->run();
}

// --- threads -------------------------------------------------------------------------------------

TEST(Server, ServesFromSeveralThreadsWithLocalsOfTheStarter) {
    int site = 0;
    const LocalScope scope(Slot::Site, &site);
    ServerOptions options = options_for_tests();
    options.threads = 2;
    std::atomic<int> right = 0;
    Mutex mutex;
    int sum = 0;
    TestServer test(
        [&](Exchange& exchange) {
            if (local(Slot::Site) == &site) ++right;
            const LocalScope changed(Slot::Request, &exchange);
            yield();
            if (local(Slot::Request) == &exchange) ++right;
            const int one = offload([] { return 1; });
            const std::lock_guard lock(mutex);
            const int before = sum;
            yield();
            sum = before + one;
            say_ok(exchange);
        },
        options);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            RawClient client(test.address());
            for (int n = 0; n < 50; ++n) {
                client.send(kGetRequest);
                const auto response = client.read();
                ASSERT_TRUE(response);
                EXPECT_EQ(response->body, "ok");
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    test.stop();
    EXPECT_EQ(sum, 200);
    EXPECT_EQ(right, 400);
}

TEST(Server, KeepsNoRequestLocalsForTheNextRequest) {
    int marker = 0;
    std::atomic<int> leaks = 0;
    TestServer test([&](Exchange& exchange) {
        if (local(Slot::Request)) ++leaks;
        current_locals()[static_cast<std::size_t>(Slot::Request)] = &marker;
        say_ok(exchange);
    });
    RawClient client(test.address());
    client.send(std::string(kGetRequest) + std::string(kGetRequest));
    client.read();
    client.read();
    client.send(kGetRequest);
    client.read();
    test.stop();
    EXPECT_EQ(leaks, 0);
}

}  // namespace
}  // namespace tatum::net
