#include <tatum/net/byte_stream.h>

#include <tatum/net/impl/raw_client.h>
#include <tatum/net/server.h>
#include <tatum/net/sync.h>

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>

namespace tatum::net {
namespace {

using impl::RawClient;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kUpgrade =
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
constexpr Header kEcho{"Upgrade", "echo"};
constexpr ResponseHead kSwitch{.status = 101, .headers = {&kEcho, 1}};

struct StreamHandler final : Handler {
    explicit StreamHandler(std::function<void(Exchange&)> f) : function(std::move(f)) {}
    void handle(Exchange& exchange) override { function(exchange); }
    void finished(const Exchange& exchange) noexcept override {
        bytes_in = exchange.bytes_in();
        bytes_out = exchange.bytes_out();
    }
    std::function<void(Exchange&)> function;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
};

struct StreamServer {
    explicit StreamServer(std::function<void(Exchange&)> function, ServerTimeouts timeouts = {})
        : handler(std::move(function)) {
        ServerOptions options;
        options.listen = {"127.0.0.1:0"};
        options.threads = 1;
        options.timeouts = timeouts;
        options.timeouts.linger = milliseconds(50);
        server = Server::bind(std::move(options), handler).value();
        server->start();
    }
    void stop() {
        server->stop();
        server->join();
    }
    const Address& address() const { return server->addresses()[0]; }

    StreamHandler handler;
    std::unique_ptr<Server> server;
};

void echo_bytes(Exchange& exchange) {
    ByteStream& stream = exchange.upgrade(kSwitch);
    std::array<char, 1000> piece;
    while (const std::size_t count = stream.read_some(piece, seconds(5))) {
        stream.write({piece.data(), count});
    }
}

std::string read_bytes(RawClient& client, std::size_t count) {
    while (client.buffer().size() < count && client.receive()) {
    }
    return std::exchange(client.buffer(), {});
}

TEST(ByteStream, CarriesBytesBothWaysAfterTheSwitch) {
    StreamServer test(echo_bytes);
    RawClient client(test.address());
    client.send(kUpgrade);
    const auto response = client.read();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 101);
    EXPECT_TRUE(response->has("Upgrade: echo"));
    EXPECT_TRUE(response->has("Connection: Upgrade"));
    EXPECT_EQ(response->header("Content-Length"), "");
    EXPECT_EQ(response->header("Transfer-Encoding"), "");
    client.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(read_bytes(client, 18), "GET / HTTP/1.1\r\n\r\n");
    const std::string large(1 << 20, 'x');
    std::string all;
    for (std::size_t sent = 0; sent < large.size(); sent += 1 << 16) {
        client.send(std::string_view(large).substr(sent, 1 << 16));
        all += read_bytes(client, 1 << 16);
    }
    EXPECT_EQ(all, large);
    client.finish_sending();
    EXPECT_TRUE(client.at_end());
    test.stop();
    EXPECT_EQ(test.handler.bytes_in, kUpgrade.size() + 18 + large.size());
    EXPECT_GT(test.handler.bytes_out, 18 + large.size());
}

TEST(ByteStream, BeginsWithWhatCameBehindTheHead) {
    StreamServer test(echo_bytes);
    RawClient client(test.address());
    client.send(std::string(kUpgrade) + "early");
    ASSERT_TRUE(client.read());
    EXPECT_EQ(read_bytes(client, 5), "early");
}

TEST(ByteStream, EndsAReadThatTakesTooLong) {
    std::string ended;
    StreamServer test([&](Exchange& exchange) {
        ByteStream& stream = exchange.upgrade(kSwitch);
        char byte;
        try {
            stream.read_some({&byte, 1}, milliseconds(20));
        } catch (const TimedOut&) {
            ended = "timed out";
        }
    });
    RawClient client(test.address());
    client.send(kUpgrade);
    EXPECT_EQ(client.read()->status, 101);
    EXPECT_TRUE(client.at_end());
    test.stop();
    EXPECT_EQ(ended, "timed out");
}

TEST(ByteStream, TellsTheEndAfterAReadThatTookTooLong) {
    bool ended = false;
    StreamServer test([&](Exchange& exchange) {
        ByteStream& stream = exchange.upgrade(kSwitch);
        char byte;
        EXPECT_THROW(stream.read_some({&byte, 1}, milliseconds(20)), TimedOut);
        stream.write("late");
        while (exchange.connected()) sleep_for(milliseconds(1));
        EXPECT_EQ(stream.read_some({&byte, 1}, seconds(5)), 0u);
        ended = true;
    });
    RawClient client(test.address());
    client.send(kUpgrade);
    EXPECT_EQ(client.read()->status, 101);
    EXPECT_EQ(read_bytes(client, 4), "late");
    client.finish_sending();
    EXPECT_TRUE(client.at_end());
    test.stop();
    EXPECT_TRUE(ended);
}

TEST(ByteStream, IsNotForEveryRequest) {
    StreamServer test([](Exchange& exchange) {
        if (exchange.can_upgrade()) return echo_bytes(exchange);
        EXPECT_THROW(exchange.upgrade(kSwitch), InternalError);
        exchange.respond({.status = 400}, "");
    });
    for (const std::string_view request :
         {"GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nContent-Length: 1\r\n\r\nx",
          "POST / HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
        RawClient client(test.address());
        client.send(request);
        const auto response = client.read();
        ASSERT_TRUE(response);
        EXPECT_EQ(response->status, 400) << request;
    }
}

TEST(ByteStream, IsResetWhenItsHandlerThrows) {
    StreamServer test([](Exchange& exchange) {
        exchange.upgrade(kSwitch);
        throw Disconnected("over");
    });
    RawClient client(test.address());
    client.send(kUpgrade);
    ASSERT_TRUE(client.read());
    EXPECT_FALSE(client.receive());
}

/// Echoes without waiting, and says what it was told.
struct Listener final : ByteStream::Events {
    explicit Listener(ByteStream& of) : stream(of) {}
    void on_readable() noexcept override {
        std::array<char, 64> piece;
        for (;;) {
            const auto moved = stream.read_now(piece);
            if (moved.flow == ByteStream::Flow::Ended) over.set();
            if (moved.flow != ByteStream::Flow::Moved) return;
            waiting.append(piece.data(), moved.bytes);
            if (waiting.find('\n') != std::string::npos) on_writable();
        }
    }
    void on_writable() noexcept override {
        const std::array<std::string_view, 3> pieces{"<", waiting, ">"};
        if (!waiting.empty() && stream.write_now(pieces).bytes == waiting.size() + 2) {
            waiting.clear();
        }
    }
    void on_stop() noexcept override {
        const std::string_view bye = "bye";
        stream.write_now({&bye, 1});
        over.set();
    }
    void before_park() noexcept override { ++parks; }

    ByteStream& stream;
    std::string waiting;
    Event over;
    int parks = 0;
};

TEST(ByteStream, TellsAListenerWithoutWaiting) {
    int parks = 0;
    StreamServer test([&](Exchange& exchange) {
        ByteStream& stream = exchange.upgrade(kSwitch);
        Listener listener(stream);
        stream.listen(&listener);
        listener.over.wait();
        stream.listen(nullptr);
        parks = listener.parks;
    });
    RawClient client(test.address());
    client.send(std::string(kUpgrade) + "ear");
    ASSERT_TRUE(client.read());
    client.send("ly\n");
    EXPECT_EQ(read_bytes(client, 8), "<early\n>");
    client.send("more\n");
    EXPECT_EQ(read_bytes(client, 7), "<more\n>");
    RawClient leaver(test.address());
    leaver.send(kUpgrade);
    ASSERT_TRUE(leaver.read());
    leaver.finish_sending();
    EXPECT_TRUE(leaver.at_end());
    test.stop();  // at once, although the stop timeout is long
    EXPECT_EQ(read_bytes(client, 3), "bye");
    EXPECT_GT(parks, 0);
}

TEST(ByteStream, EndlessResponsesEndWhenTheServerStops) {
    std::string ended;
    StreamServer test([&](Exchange& exchange) {
        exchange.begin({}, std::nullopt);
        exchange.write("begun");
        exchange.cancel_when_server_stops();
        try {
            sleep_for(seconds(60));
        } catch (const Cancelled& cancelled) {
            ended = cancelled.what();
            exchange.finish();
        }
    });
    RawClient client(test.address());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (client.buffer().find("begun") == std::string::npos) ASSERT_TRUE(client.receive());
    test.stop();
    EXPECT_EQ(ended, "the server stops");
    EXPECT_EQ(client.read()->body, "begun");
}

}  // namespace
}  // namespace tatum::net
