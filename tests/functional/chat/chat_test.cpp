#include "app.h"

#include <tatum/channels/layer.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/testing/websocket_client.h>
#include <tatum/views/channels.h>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>

using namespace tatum;
using namespace tatum::testing;
using namespace std::chrono_literals;

namespace chat {
namespace {

class ChatTest : public ::testing::Test {
protected:
    ChatTest() {
        site_.install(app);
        site_.setup();
        server_.emplace(site_, 2);
        server_site_.emplace(site_);
    }
    std::uint16_t port() const { return server_->port(); }
    /// Until so many groups have members.
    void wait_for_groups(std::size_t count) {
        for (int i = 0; i < 2000 && site_.channel_layer().counts().groups != count; ++i) {
            std::this_thread::sleep_for(1ms);
        }
        EXPECT_EQ(site_.channel_layer().counts().groups, count);
    }

    site::Site site_{test_settings()};
    std::optional<LiveServer> server_;
    std::optional<SiteScope> server_site_;
};

// --- WebSocket -----------------------------------------------------------------------------------

TEST_F(ChatTest, TellsAllInARoom) {
    WebSocketClient ann(port(), "/ws/room/jazz/"), bob(port(), "/ws/room/jazz/"),
        eve(port(), "/ws/room/rock/");
    ASSERT_EQ(ann.status(), 101);
    ann.send("hello?");  // it comes back once the room has been joined
    EXPECT_EQ(ann.receive_text(), "hello?");
    bob.send("here");
    while (bob.receive_text() != "here") {
    }
    EXPECT_EQ(ann.receive_text(), "here");
    ann.send_bytes(std::string("\xff\0", 2));
    const auto bytes = bob.receive();
    ASSERT_TRUE(bytes);
    EXPECT_FALSE(bytes->is_text());
    EXPECT_EQ(bytes->payload, std::string("\xff\0", 2));
    eve.send("anybody?");
    EXPECT_EQ(eve.receive_text(), "anybody?");
    ann.close(4000);
    EXPECT_EQ(ann.close_code(), 4000);
    bob.hang_up();
    eve.hang_up();
    wait_for_groups(0);
}

// [test-begin]
TEST_F(ChatTest, KeepsTheOrderOfOneSender) {
    WebSocketClient ann(port(), "/ws/room/jazz/"), bob(port(), "/ws/room/jazz/");
    bob.send("ready");
    while (bob.receive_text() != "ready") {
    }
    for (int i = 0; i < 1000; ++i) ann.send(std::to_string(i));
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(bob.receive_text(), std::to_string(i));
}
// [test-end]

TEST_F(ChatTest, IsReachedFromAnywhere) {
    WebSocketClient ann(port(), "/ws/room/jazz/");
    wait_for_groups(1);
    group_send("room-jazz", "from a thread of no server");
    EXPECT_EQ(ann.receive_text(), "from a thread of no server");
}

TEST_F(ChatTest, LetsAHandlerSeeMessagesFirst) {
    WebSocketClient ann(port(), "/ws/polite/tea/"), bob(port(), "/ws/polite/tea/");
    ann.send_json(Dict{{"text", "tea?"}});
    EXPECT_EQ(ann.receive_json().as_dict().get("says").as_dict().get("text").str(), "tea?");
    bob.send("no JSON");
    while (bob.receive()) {
    }  // he may have been there in time for the tea
    EXPECT_EQ(bob.close_code(), 1007);
    ann.send_bytes("{}");
    EXPECT_FALSE(ann.receive());
    EXPECT_EQ(ann.close_code(), 1003);
    wait_for_groups(0);
}

TEST_F(ChatTest, AgreesOnASubprotocol) {
    WebSocketClient both(port(), "/ws/room/jazz/", {.subprotocols = {"chat.v1", "chat.v2"}});
    EXPECT_EQ(both.header("Sec-WebSocket-Protocol"), "chat.v2");
    WebSocketClient other(port(), "/ws/room/jazz/", {.subprotocols = {"chat.v3"}});
    EXPECT_EQ(other.status(), 101);
    EXPECT_EQ(other.header("Sec-WebSocket-Protocol"), "");
}

TEST_F(ChatTest, RefusesForeignOrigins) {
    const auto status = [&](const std::string& origin) {
        return WebSocketClient(port(), "/ws/room/jazz/", {.headers = {{"Origin", origin}}})
            .status();
    };
    const std::string own = "http://127.0.0.1:" + std::to_string(port());
    EXPECT_EQ(status(own), 101);
    EXPECT_EQ(status("http://evil.example"), 403);
    EXPECT_EQ(status("http://127.0.0.1"), 403);
    EXPECT_EQ(status("null"), 403);
    EXPECT_EQ(status(""), 403);
}

TEST_F(ChatTest, LetsHandlersSendOnly) {
    WebSocketClient client(port(), "/ws/ticker/");
    for (int i = 0; i < 10; ++i) EXPECT_EQ(client.receive_text(), std::to_string(i));
    for (int i = 0; i < 500; ++i) client.send("nobody reads this, and it harms nobody");
    client.close();
    EXPECT_EQ(client.close_code(), 1000);
}

TEST_F(ChatTest, SaysGoodbyeWhenTheServerStops) {
    WebSocketClient client(port(), "/ws/room/jazz/");
    client.send("x");
    EXPECT_EQ(client.receive_text(), "x");
    std::thread stop([&] { server_.reset(); });
    EXPECT_FALSE(client.receive());
    EXPECT_EQ(client.close_code(), 1001);
    client.hang_up();
    stop.join();
}

// --- server-sent events --------------------------------------------------------------------------

/// A client that reads until it has seen a text, or has waited for long enough.
class EventClient {
public:
    EventClient(std::uint16_t port, std::string_view path) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
        const std::string request = "GET " + std::string(path) +
                                    " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n";
        EXPECT_GT(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL), 0);
    }
    ~EventClient() { hang_up(); }
    void hang_up() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    bool sees(std::string_view text) {
        while (seen.find(text) == std::string::npos) {
            char bytes[4096];
            const ::ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
            if (count <= 0) return false;
            seen.append(bytes, static_cast<std::size_t>(count));
        }
        return true;
    }
    std::string seen;

private:
    int socket_ = -1;
};

TEST_F(ChatTest, StreamsWhatAGroupGets) {
    EventClient client(port(), "/news/sport/");
    ASSERT_TRUE(client.sees("\r\n\r\n"));
    EXPECT_NE(client.seen.find("Content-Type: text/event-stream\r\n"), std::string::npos);
    EXPECT_NE(client.seen.find("Cache-Control: no-cache\r\n"), std::string::npos);
    EXPECT_EQ(client.seen.find("Content-Encoding"), std::string::npos);
    wait_for_groups(1);
    Client poster(site_);
    poster.request("POST", "/news/sport/publish/", "goal!\nby whom?", "text/plain");
    EXPECT_TRUE(client.sees("data: goal!\ndata: by whom?\n\n"));
    EXPECT_TRUE(client.sees(":\n\n"));  // a sign of life
    client.hang_up();
    wait_for_groups(0);
}

TEST_F(ChatTest, EndsStreamsWhenTheServerStops) {
    EventClient client(port(), "/news/sport/");
    ASSERT_TRUE(client.sees("\r\n\r\n"));
    server_.reset();  // at once, although the stream has no end of its own
    EXPECT_TRUE(client.sees("\r\n0\r\n\r\n"));
}

TEST_F(ChatTest, GoesOnBehindTheLastEvent) {
    Client client(site_);
    const std::string first = client.get("/countdown/3/").content();
    EXPECT_EQ(first,
              "event: tick\nid: 3\ndata: 3\n\nevent: tick\nid: 2\ndata: 2\n\n"
              "event: tick\nid: 1\ndata: 1\n\n");
    const auto rest = client.get("/countdown/3/", {.headers = {{"Last-Event-ID", "2"}}});
    EXPECT_EQ(rest.content(), "event: tick\nid: 1\ndata: 1\n\n");
    EXPECT_EQ(client.request("POST", "/countdown/3/").status(), 405);
}

TEST_F(ChatTest, EndsAStreamThatHasAnEnd) {
    EventClient client(port(), "/countdown/2/");
    EXPECT_TRUE(client.sees("\r\n0\r\n\r\n"));
}

}  // namespace
}  // namespace chat
