#include <tatum/net/websocket.h>

#include <tatum/net/impl/message_deflate.h>
#include <tatum/net/impl/raw_client.h>
#include <tatum/net/impl/websocket_core.h>
#include <tatum/net/impl/websocket_frame.h>
#include <tatum/net/server.h>
#include <tatum/net/sync.h>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tatum::net {
namespace {

using impl::Opcode;
using std::chrono::milliseconds;
using std::chrono::seconds;

// --- the opening handshake -----------------------------------------------------------------------

using Headers = std::vector<Header>;

const Headers kGood = {{"Host", "a"},
                       {"Upgrade", "websocket"},
                       {"Connection", "Upgrade"},
                       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                       {"Sec-WebSocket-Version", "13"}};

Headers with(std::string_view name, std::string_view value) {
    Headers headers = kGood;
    for (Header& header : headers) {
        if (header.name == name) header.value = value;
    }
    return headers;
}

WebSocketHandshake check(const Headers& headers, std::vector<std::string> subprotocols = {},
                         const WebSocketLimits& limits = {}) {
    return WebSocketHandshake::check("GET", HttpVersion::Http11, headers, subprotocols, limits);
}

std::string header_of(const WebSocketHandshake& handshake, std::string_view name) {
    for (const auto& [key, value] : handshake.headers()) {
        if (key == name) return value;
    }
    return {};
}

TEST(WebSocketHandshake, IsAnsweredAsTheStandardSays) {
    const auto handshake = check(kGood);
    EXPECT_EQ(handshake.status(), 101);
    EXPECT_EQ(header_of(handshake, "Upgrade"), "websocket");
    EXPECT_EQ(header_of(handshake, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(handshake.headers().size(), 2u);
}

TEST(WebSocketHandshake, IsRefusedWhenItIsNone) {
    const auto status = [](std::string_view name, std::string_view value) {
        return check(with(name, value)).status();
    };
    EXPECT_EQ(status("Upgrade", "h2c"), 426);
    EXPECT_EQ(status("Upgrade", "websockets"), 426);
    EXPECT_EQ(status("Connection", "close"), 400);
    EXPECT_EQ(status("Sec-WebSocket-Version", "12"), 426);
    EXPECT_EQ(status("Sec-WebSocket-Version", ""), 426);
    EXPECT_EQ(status("Sec-WebSocket-Key", ""), 400);
    EXPECT_EQ(status("Sec-WebSocket-Key", "c2hvcnQ="), 400);
    EXPECT_EQ(status("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZR=="), 400) << "not canonical";
    EXPECT_EQ(header_of(check(with("Sec-WebSocket-Version", "8")), "Sec-WebSocket-Version"), "13");
    Headers twice = kGood;
    twice.push_back({"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="});
    EXPECT_EQ(check(twice).status(), 400);
    const auto post = WebSocketHandshake::check("POST", HttpVersion::Http11, kGood, {}, {});
    EXPECT_EQ(post.status(), 405);
    EXPECT_EQ(header_of(post, "Allow"), "GET");
    EXPECT_EQ(WebSocketHandshake::check("GET", HttpVersion::Http10, kGood, {}, {}).status(), 400);
    EXPECT_EQ(WebSocketHandshake::check("GET", HttpVersion::Http2, kGood, {}, {}).status(), 400);
}

TEST(WebSocketHandshake, ReadsListsAndSmallLetters) {
    EXPECT_EQ(check(with("Upgrade", "h2c , WebSocket")).status(), 101);
    EXPECT_EQ(check(with("Connection", "keep-alive,UPGRADE")).status(), 101);
    Headers lines = with("Connection", "keep-alive");
    lines.push_back({"connection", "upgrade"});
    EXPECT_EQ(check(lines).status(), 101);
}

TEST(WebSocketHandshake, ChoosesTheServersFavouriteSubprotocol) {
    Headers headers = kGood;
    headers.push_back({"Sec-WebSocket-Protocol", "b, a"});
    headers.push_back({"Sec-WebSocket-Protocol", "c"});
    EXPECT_EQ(header_of(check(headers, {"a", "b"}), "Sec-WebSocket-Protocol"), "a");
    EXPECT_EQ(header_of(check(headers, {"x", "c"}), "Sec-WebSocket-Protocol"), "c");
    EXPECT_EQ(header_of(check(headers, {"A"}), "Sec-WebSocket-Protocol"), "");
    EXPECT_EQ(header_of(check(headers), "Sec-WebSocket-Protocol"), "");
}

TEST(WebSocketHandshake, CompressesOnlyWhenBothWant) {
    Headers headers = kGood;
    headers.push_back({"Sec-WebSocket-Extensions", "permessage-deflate"});
    EXPECT_EQ(header_of(check(headers), "Sec-WebSocket-Extensions"),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    EXPECT_EQ(header_of(check(headers, {}, {.context_takeover = true}), "Sec-WebSocket-Extensions"),
              "permessage-deflate");
    EXPECT_EQ(header_of(check(headers, {}, {.compression = false}), "Sec-WebSocket-Extensions"),
              "");
}

// --- a server and its clients --------------------------------------------------------------------

using SocketHandler = std::function<void(WebSocket&)>;

class SocketServer final : public Handler {
public:
    explicit SocketServer(SocketHandler handler, const WebSocketLimits& limits = {})
        : handler_(std::move(handler)), limits_(limits) {
        ServerOptions options;
        options.listen = {"127.0.0.1:0"};
        options.threads = 1;
        options.timeouts.linger = milliseconds(50);
        server_ = Server::bind(std::move(options), *this).value();
        server_->start();
    }
    ~SocketServer() override { stop(); }
    void stop() {
        server_->stop();
        server_->join();
    }
    void handle(Exchange& exchange) override {
        const auto handshake = WebSocketHandshake::check("GET", HttpVersion::Http11,
                                                         exchange.request().headers, {}, limits_);
        Headers headers;
        for (const auto& [name, value] : handshake.headers()) headers.push_back({name, value});
        handshake.serve(exchange.upgrade({.status = 101, .headers = headers}), handler_);
    }
    const Address& address() const { return server_->addresses()[0]; }

private:
    SocketHandler handler_;
    WebSocketLimits limits_;
    std::unique_ptr<Server> server_;
};

class Client {
public:
    explicit Client(const SocketServer& server, std::string_view extensions = {})
        : client_(server.address()) {
        std::string request = "GET / HTTP/1.1\r\n";
        for (const Header& header : kGood) {
            request.append(header.name).append(": ").append(header.value).append("\r\n");
        }
        if (!extensions.empty()) {
            request.append("Sec-WebSocket-Extensions: ").append(extensions).append("\r\n");
        }
        client_.send(request + "\r\n");
        const auto response = client_.read();
        EXPECT_TRUE(response && response->status == 101);
    }

    static std::string frame(Opcode opcode, std::string_view payload) {
        std::string frame;
        impl::append_frame_header(frame, opcode, payload.size());
        frame[1] = static_cast<char>(frame[1] | 0x80);
        frame.append(4, '\0');  // a mask that changes nothing
        return frame.append(payload);
    }
    void send(Opcode opcode, std::string_view payload) { client_.send(frame(opcode, payload)); }
    struct Frame {
        int first = 0;
        std::string payload;
        Opcode opcode() const { return static_cast<Opcode>(first & 0x0F); }
    };
    /// nullopt at the end of the stream.
    std::optional<Frame> read() {
        std::string& bytes = client_.buffer();
        const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
        while (bytes.size() < 2 || bytes.size() < head_bytes() + payload_bytes()) {
            if (!client_.receive()) return std::nullopt;
        }
        Frame frame{byte(0), bytes.substr(head_bytes(), payload_bytes())};
        bytes.erase(0, head_bytes() + payload_bytes());
        return frame;
    }
    std::string text() {
        const auto frame = read();
        return !frame                            ? "end"
               : frame->opcode() == Opcode::Text ? frame->payload
                                                 : "opcode " + std::to_string(frame->first);
    }
    /// The code of the Close frame that comes after any others; 0 when the stream just ends.
    int close_code() {
        while (const auto frame = read()) {
            if (frame->opcode() != Opcode::Close) continue;
            return static_cast<std::uint8_t>(frame->payload[0]) << 8 |
                   static_cast<std::uint8_t>(frame->payload[1]);
        }
        return 0;
    }
    impl::RawClient& raw() { return client_; }

private:
    std::size_t head_bytes() {
        const int form = static_cast<std::uint8_t>(client_.buffer()[1]);
        return form < 126 ? 2 : form == 126 ? 4 : 10;
    }
    std::size_t payload_bytes() {
        const std::string& bytes = client_.buffer();
        const std::size_t head = head_bytes();
        if (head == 2) return static_cast<std::uint8_t>(bytes[1]);
        if (bytes.size() < head) return std::size_t{1} << 40;
        std::size_t size = 0;
        for (std::size_t i = 2; i < head; ++i)
            size = size << 8 | static_cast<std::uint8_t>(bytes[i]);
        return size;
    }

    impl::RawClient client_;
};

const std::string kBye("\x03\xe8", 2);

void echo_messages(WebSocket& socket) {
    while (const auto message = socket.receive()) socket.send(*message);
}

// --- messages ------------------------------------------------------------------------------------

TEST(WebSocket, EchoesAndCloses) {
    SocketServer server(echo_messages);
    Client client(server);
    client.send(Opcode::Text, "hello");
    EXPECT_EQ(client.text(), "hello");
    client.send(Opcode::Binary, std::string(70'000, '\xff'));
    EXPECT_EQ(client.read()->payload.size(), 70'000u);
    client.send(Opcode::Close, kBye);
    EXPECT_EQ(client.close_code(), 1000);
    EXPECT_TRUE(client.raw().at_end());
}

TEST(WebSocket, AnswersWhatCameBeforeTheEnd) {
    SocketServer server(echo_messages);
    const std::string messages =
        Client::frame(Opcode::Text, "one") + Client::frame(Opcode::Text, "two");
    for (const bool fault : {false, true}) {
        Client client(server);
        const std::string end =
            fault ? Client::frame(Opcode(3), "") : Client::frame(Opcode::Close, kBye);
        client.raw().send(messages + end + Client::frame(Opcode::Text, "late"));
        EXPECT_EQ(client.text(), "one") << fault;
        EXPECT_EQ(client.text(), "two") << fault;
        EXPECT_EQ(client.close_code(), fault ? 1002 : 1000);
        EXPECT_TRUE(client.raw().at_end());
    }
}

TEST(WebSocket, AnswersTheEndBehindWhatTheClientHasNotReadYet) {
    constexpr std::size_t kBytes = 8'000'000;  // more than the kernel keeps
    SocketServer server(echo_messages, {.message_bytes_max = kBytes});
    Client client(server);
    const std::string message = Client::frame(Opcode::Binary, std::string(kBytes, 'x'));
    client.raw().send(message + message);
    std::this_thread::sleep_for(milliseconds(300));  // the second answer waits for the first
    client.send(Opcode::Close, kBye);
    EXPECT_EQ(client.read()->payload.size(), kBytes);
    EXPECT_EQ(client.read()->payload.size(), kBytes);
    EXPECT_EQ(client.close_code(), 1000);
}

TEST(WebSocket, AnswersTheEndThoughItsHandlerReceivesNoMore) {
    WebSocketLimits limits;
    limits.close_timeout = milliseconds(50);
    for (const bool waits : {false, true}) {
        SocketServer server(
            [waits](WebSocket& socket) {
                static_cast<void>(socket.receive());
                if (waits) {
                    EXPECT_TRUE(socket.wait_closed(seconds(5)));
                } else {
                    while (socket.is_open()) sleep_for(milliseconds(5));
                }
                EXPECT_EQ(socket.close_code(), 1000);
            },
            limits);
        Client client(server);
        client.raw().send(Client::frame(Opcode::Text, "one") + Client::frame(Opcode::Text, "two") +
                          Client::frame(Opcode::Close, kBye));
        EXPECT_EQ(client.close_code(), 1000);
    }
}

TEST(WebSocket, ClosesAsItsHandlerEnds) {
    const auto code_after = [](SocketHandler handler) {
        SocketServer server(std::move(handler));
        return Client(server).close_code();
    };
    EXPECT_EQ(code_after([](WebSocket&) {}), 1000);
    EXPECT_EQ(code_after([](WebSocket& socket) { socket.close(4321, "enough"); }), 4321);
    EXPECT_EQ(code_after([](WebSocket&) { throw std::runtime_error("broken"); }), 1011);
    EXPECT_EQ(code_after([](WebSocket&) { throw Disconnected("from somebody else"); }), 1011);
    EXPECT_EQ(code_after([](WebSocket& socket) {
                  EXPECT_THROW(socket.close(1005), std::invalid_argument);
                  EXPECT_THROW(socket.close(1000, "\xff"), std::invalid_argument);
                  EXPECT_THROW(socket.send("\xff"), std::invalid_argument);
                  EXPECT_TRUE(socket.is_open());
              }),
              1000);
}

TEST(WebSocket, TellsTheHandlerHowItWasClosed) {
    std::string seen;
    SocketServer server([&](WebSocket& socket) {
        EXPECT_FALSE(socket.receive());
        seen += std::to_string(socket.close_code()) + socket.close_reason() + " ";
        EXPECT_FALSE(socket.is_open());
        EXPECT_TRUE(socket.wait_closed(seconds(60)));
        // A client that has hung up may have closed its sending side only.
        if (socket.close_code() != 1006) {
            EXPECT_THROW(socket.send("too late"), Disconnected);
        }
        EXPECT_FALSE(socket.post(std::make_shared<const SharedMessage>("too late")));
    });
    Client(server).send(Opcode::Close, std::string("\x0f\xa1why", 5));
    Client(server).send(Opcode::Close, "");
    Client(server).raw().close_with_reset();
    Client(server).send(Opcode::Text, "\xff");
    server.stop();
    for (const char* how : {"4001why ", "1005 ", "1006 ", "1007text is not UTF-8 "}) {
        EXPECT_NE(seen.find(how), std::string::npos) << seen;
    }
}

TEST(WebSocket, AnswersPingsWhileTheHandlerIsBusy) {
    Event pinged;
    SocketServer server([&](WebSocket&) { pinged.wait(); });
    Client client(server);
    client.send(Opcode::Ping, "are you there?");
    const auto answer = client.read();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->opcode(), Opcode::Pong);
    EXPECT_EQ(answer->payload, "are you there?");
    pinged.set();
}

TEST(WebSocket, MayBeUsedByManyAtOnce) {
    constexpr int kEach = 300;
    SocketServer server([](WebSocket& socket) {
        std::vector<std::thread> threads;
        std::atomic<int> running{2};
        for (const char* name : {"a", "b"}) {
            threads.emplace_back([copy = socket, name, &running]() mutable {
                for (int i = 0; i < kEach; ++i) copy.send(name + std::to_string(i));
                --running;
            });
        }
        auto fiber = spawn([&] {
            for (int i = 0; i < kEach; ++i) socket.send("c" + std::to_string(i));
        });
        for (int i = 0; i < kEach; ++i) socket.send(socket.receive()->payload);
        fiber.join();
        while (running > 0) sleep_for(milliseconds(1));
        for (std::thread& thread : threads) thread.join();
    });
    Client client(server);
    for (int i = 0; i < kEach; ++i) client.send(Opcode::Text, "d" + std::to_string(i));
    int next[4] = {};
    for (int i = 0; i < 4 * kEach; ++i) {
        const std::string text = client.text();
        ASSERT_GE(text.size(), 2u) << text;
        ASSERT_EQ(text.substr(1), std::to_string(next[text[0] - 'a']++)) << text;
    }
    client.send(Opcode::Close, kBye);
    EXPECT_EQ(client.close_code(), 1000);
}

TEST(WebSocket, MayOutliveItsConnection) {
    std::optional<WebSocket> kept;
    {
        SocketServer server([&](WebSocket& socket) { kept = socket; });
        EXPECT_EQ(Client(server).close_code(), 1000);
    }
    ASSERT_TRUE(kept);
    EXPECT_FALSE(kept->is_open());
    EXPECT_FALSE(kept->receive());
    EXPECT_THROW(kept->send("x"), Disconnected);
    EXPECT_FALSE(kept->post(std::make_shared<const SharedMessage>("x")));
    kept->close();
    EXPECT_TRUE(kept->wait_closed(seconds(0)));
}

TEST(WebSocket, ReadsNoFasterThanItsHandler) {
    Event go_on;
    std::atomic<int> count{0};
    SocketServer server(
        [&](WebSocket& socket) {
            go_on.wait();
            while (socket.receive()) ++count;
        },
        {.inbox_messages_max = 4});
    Client client(server);
    timeval patience{.tv_sec = 0, .tv_usec = 300'000};
    setsockopt(client.raw().file(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const std::string frame = std::string("\x82\xfe\x40\0\0\0\0\0", 8) + std::string(0x4000, 'x');
    std::size_t sent = 0;
    while (sent < 64u << 20) {
        const ssize_t size = ::send(client.raw().file(), frame.data() + sent % frame.size(),
                                    frame.size() - sent % frame.size(), MSG_NOSIGNAL);
        if (size <= 0) break;
        sent += static_cast<std::size_t>(size);
    }
    EXPECT_LT(sent, 64u << 20) << "the server has read all of it";
    go_on.set();
    while (sent % frame.size() != 0) {
        const ssize_t size = ::send(client.raw().file(), frame.data() + sent % frame.size(),
                                    frame.size() - sent % frame.size(), MSG_NOSIGNAL);
        ASSERT_GT(size, 0);
        sent += static_cast<std::size_t>(size);
    }
    client.send(Opcode::Close, kBye);
    EXPECT_EQ(client.close_code(), 1000);
    server.stop();
    EXPECT_EQ(static_cast<std::size_t>(count), sent / frame.size());
}

TEST(WebSocket, CompressesWhatIsLongEnough) {
    SocketServer server([](WebSocket& socket) {
        EXPECT_TRUE(socket.compresses());
        socket.send("short");
        socket.send(std::string(1000, 'x'));
        socket.send(std::string(300'000, 'y'));  // on another thread
        socket.post(std::make_shared<const SharedMessage>(std::string(1000, 'z')));
    });
    Client client(server, "permessage-deflate");
    EXPECT_EQ(client.text(), "short");
    impl::MessageInflater inflater({});
    for (const auto& [c, size] :
         {std::pair('x', 1000), std::pair('y', 300'000), std::pair('z', 1000)}) {
        const auto frame = client.read();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->first, 0xC1);
        EXPECT_LT(frame->payload.size(), static_cast<std::size_t>(size) / 20 + 10);
        std::string text;
        inflater.add(frame->payload, text, 1 << 20);
        inflater.finish(text, 1 << 20);
        EXPECT_EQ(text, std::string(static_cast<std::size_t>(size), c));
    }
}

// --- slow clients --------------------------------------------------------------------------------

/// Posts `count` messages of 64 KiB, the number first, then lets the client read.
struct Flood {
    explicit Flood(SlowClient policy, int messages) : count(messages) {
        limits.slow_client = policy;
        limits.queue_bytes_max = 512 * 1024;
    }
    void operator()(WebSocket& socket) {
        post_all(socket);
        while (socket.receive()) {
        }
        open_at_end = socket.close_code() == 1000;
    }
    void post_all(WebSocket& socket) {
        // A socket that is cut off ends the sleep below.
        const struct Tell {
            Event& event;
            ~Tell() { event.set(); }
        } tell{flooded};
        for (int i = 0; i < count; ++i) {
            const std::string text = std::to_string(i) + std::string(65536, '.');
            if (!socket.post(std::make_shared<const SharedMessage>(text))) ++refused;
        }
        // The kernel's buffers take their share before the queue fills.
        for (int i = 0; i < 20; ++i) sleep_for(milliseconds(1));
    }
    int count;
    WebSocketLimits limits;
    int refused = 0;
    bool open_at_end = false;
    Event flooded;
};

std::vector<int> numbers(Client& client) {
    std::vector<int> seen;
    for (;;) {
        const auto frame = client.read();
        if (!frame || frame->opcode() == Opcode::Close) return seen;
        seen.push_back(std::stoi(frame->payload));
    }
}

/// What waits has no more than its limit, be it of the smallest messages.
TEST(WebSocket, CountsWhatAMessageCostsBesidesItsBytes) {
    const auto message = std::make_shared<const SharedMessage>("");
    for (const SlowClient policy : {SlowClient::DropNewest, SlowClient::Close}) {
        const auto core = std::make_shared<impl::WebSocketCore>(
            WebSocketLimits{.queue_bytes_max = 64 * 1024, .slow_client = policy}, std::nullopt, "");
        int taken = 0;
        while (taken < 100'000 && core->post(message)) ++taken;
        EXPECT_GT(taken, 500);
        EXPECT_LT(taken, 2000);
        EXPECT_EQ(core->is_open(), policy != SlowClient::Close);
    }
    // The oldest go at the cost of one, however many there are.
    const auto core = std::make_shared<impl::WebSocketCore>(
        WebSocketLimits{.queue_bytes_max = 4 << 20, .slow_client = SlowClient::DropOldest},
        std::nullopt, "");
    for (int i = 0; i < 500'000; ++i) ASSERT_TRUE(core->post(message));
}

TEST(WebSocket, CutsOffAClientThatIsTooSlow) {
    Flood flood(SlowClient::Close, 1000);
    SocketServer server([&](WebSocket& socket) { flood(socket); }, flood.limits);
    Client client(server);
    flood.flooded.wait();
    EXPECT_LT(numbers(client).size(), 1000u);
    server.stop();
    EXPECT_GT(flood.refused, 0);
    EXPECT_FALSE(flood.open_at_end);
}

TEST(WebSocket, DropsTheOldestOrTheNewestWhenAsked) {
    for (const SlowClient policy : {SlowClient::DropOldest, SlowClient::DropNewest}) {
        Flood flood(policy, 1000);
        SocketServer server([&](WebSocket& socket) { flood(socket); }, flood.limits);
        Client client(server);
        flood.flooded.wait();
        client.send(Opcode::Close, kBye);
        const std::vector<int> seen = numbers(client);
        ASSERT_FALSE(seen.empty());
        EXPECT_LT(seen.size(), 1000u);
        EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
        if (policy == SlowClient::DropOldest) {
            EXPECT_EQ(seen.back(), 999);
        } else {
            EXPECT_EQ(seen.back(), static_cast<int>(seen.size()) - 1);
        }
        server.stop();
        EXPECT_EQ(flood.refused > 0, policy == SlowClient::DropNewest);
        EXPECT_TRUE(flood.open_at_end);
    }
}

TEST(WebSocket, GivesUpOnAClientThatTakesNothing) {
    std::string ended;
    SocketServer server(
        [&](WebSocket& socket) {
            try {
                for (;;) socket.send_bytes(std::string(100'000, 'x'));
            } catch (const Disconnected&) {
                ended = std::to_string(socket.close_code());
                throw;
            }
        },
        {.write_timeout = milliseconds(50)});
    Client client(server);
    std::this_thread::sleep_for(milliseconds(300));
    while (client.raw().receive()) {
    }
    server.stop();
    EXPECT_EQ(ended, "1006");
}

// --- time ----------------------------------------------------------------------------------------

TEST(WebSocket, AsksASilentClientForASignOfLife) {
    SocketServer server(echo_messages,
                        {.ping_interval = milliseconds(20), .ping_timeout = milliseconds(200)});
    Client alive(server);
    for (int i = 0; i < 3; ++i) {
        const auto ping = alive.read();
        ASSERT_TRUE(ping);
        ASSERT_EQ(ping->opcode(), Opcode::Ping);
        alive.send(Opcode::Pong, ping->payload);
    }
    Client dead(server);
    EXPECT_EQ(dead.read()->opcode(), Opcode::Ping);
    EXPECT_EQ(dead.close_code(), 0) << "cut off, since nobody would hear a goodbye";
}

TEST(WebSocket, DoesNotWaitForEverForGoodbyes) {
    SocketServer server([](WebSocket& socket) { socket.close(1008); },
                        {.close_timeout = milliseconds(30)});
    Client client(server);
    EXPECT_EQ(client.close_code(), 1008);
    EXPECT_TRUE(client.raw().at_end());
}

TEST(WebSocket, EndsWithItsLifetime) {
    SocketServer server(echo_messages, {.lifetime_max = milliseconds(300)});
    Client client(server);
    client.send(Opcode::Text, "hello");
    EXPECT_EQ(client.text(), "hello");
    EXPECT_EQ(client.close_code(), 1001);
}

TEST(WebSocket, CancelsAHandlerThatDoesNotNoticeItsEnd) {
    std::string ended;
    SocketServer server(
        [&](WebSocket&) {
            try {
                sleep_for(seconds(60));
            } catch (const Cancelled& cancelled) {
                ended = cancelled.what();
                throw;
            }
        },
        {.handler_grace = milliseconds(30)});
    Client client(server);
    client.send(Opcode::Close, kBye);
    EXPECT_EQ(client.close_code(), 1000);
    EXPECT_TRUE(client.raw().at_end());
    server.stop();
    EXPECT_EQ(ended, "the WebSocket is closed");
}

TEST(WebSocket, ReceivesForATime) {
    SocketServer server([](WebSocket& socket) {
        EXPECT_FALSE(socket.receive_for(milliseconds(10)));
        EXPECT_TRUE(socket.is_open());
        socket.send("now");
        EXPECT_EQ(socket.receive_for(seconds(5))->payload, "answer");
        EXPECT_FALSE(socket.wait_closed(milliseconds(10)));
    });
    Client client(server);
    EXPECT_EQ(client.text(), "now");
    client.send(Opcode::Text, "answer");
    EXPECT_EQ(client.close_code(), 1000);
}

TEST(WebSocket, IsToldWhenTheServerStops) {
    SocketServer server(echo_messages);
    Client client(server);
    client.send(Opcode::Text, "x");
    EXPECT_EQ(client.text(), "x");
    std::thread stopper([&] { server.stop(); });
    EXPECT_EQ(client.close_code(), 1001);
    client.send(Opcode::Close, std::string("\x03\xe9", 2));
    EXPECT_TRUE(client.raw().at_end());
    stopper.join();
}

}  // namespace
}  // namespace tatum::net
