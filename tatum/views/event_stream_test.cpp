#include <tatum/views/event_stream.h>

#include <tatum/base/locals.h>
#include <tatum/net/exchange.h>
#include <tatum/views/current.h>

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace tatum::views {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ServerSentEvent, GoesOverTheWireAsTheStandardSays) {
    EXPECT_EQ(format_event({.data = "hello"}), "data: hello\n\n");
    EXPECT_EQ(format_event({.data = "a\nb\r\nc\rd"}), "data: a\ndata: b\ndata: c\ndata: d\n\n");
    EXPECT_EQ(format_event({.data = "ends\n"}), "data: ends\ndata: \n\n");
    EXPECT_EQ(format_event({.data = "\r\r\n"}), "data: \ndata: \ndata: \n\n");
    EXPECT_EQ(format_event({.event = "e", .data = "d", .id = "7", .retry = seconds(3)}),
              "event: e\nid: 7\nretry: 3000\ndata: d\n\n");
    EXPECT_EQ(format_event({.event = "e"}), "event: e\ndata: \n\n");
    EXPECT_EQ(format_event({.id = "7"}), "id: 7\ndata: \n\n");
    EXPECT_EQ(format_event({.retry = milliseconds(1)}), "retry: 1\n\n");
    EXPECT_EQ(format_event({.comment = "still\nhere"}), ": still\n: here\n\n");
    EXPECT_EQ(format_event({}), "");
}

TEST(ServerSentEvent, HoldsNoLineOfSomebodyElse) {
    for (const std::string& text :
         {std::string("a\nb"), std::string("a\rb"), std::string("a\0b", 3)}) {
        EXPECT_THROW(format_event({.event = text}), std::invalid_argument);
        EXPECT_THROW(format_event({.id = text}), std::invalid_argument);
    }
}

class EventStreamTest : public ::testing::Test {
protected:
    /// All that the response says, off fibers.
    static std::string body_of(http::Response response) {
        const auto stream = response.take_stream();
        std::string all, piece;
        for (bool more = true; more; all += piece) {
            piece.clear();
            more = stream->next(piece);
        }
        return all;
    }

    struct FakeSite final : SiteServices {
        explicit FakeSite(channels::Layer& its_layer) : layer(its_layer) {}
        const Settings& settings() const override { throw InternalError("not asked for"); }
        const template_::Engine& templates() const override { throw InternalError("nor this"); }
        const urls::Resolver& resolver() const override { throw InternalError("nor this"); }
        const StaticFiles& static_files() const override { throw InternalError("nor this"); }
        channels::Layer& channel_layer() const override { return layer; }
        bool debug() const override { return false; }
        channels::Layer& layer;
    };

    channels::Layer layer_;
    FakeSite site_{layer_};
    LocalScope scope_{Slot::Site, static_cast<const SiteServices*>(&site_)};
    http::Request request_{http::RequestText{.method = "GET", .target = "/"}};
};

TEST_F(EventStreamTest, SendsWhatItsHandlerSends) {
    auto response = event_stream(request_, [](EventStream& stream) {
        stream.send("plain");
        stream.send_json(Dict{{"n", 1}});
        EXPECT_EQ(stream.last_event_id(), "");
    });
    EXPECT_EQ(response.content_type(), "text/event-stream");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
    EXPECT_EQ(body_of(std::move(response)), "data: plain\n\ndata: {\"n\": 1}\n\n");
}

TEST_F(EventStreamTest, AnswersGetOnly) {
    http::Request post(http::RequestText{.method = "POST", .target = "/"});
    EXPECT_EQ(event_stream(post, EventStreamOptions{}).status(), 405);
    http::Request head(http::RequestText{.method = "HEAD", .target = "/"});
    EXPECT_EQ(event_stream(head, EventStreamOptions{}).status(), 200);
}

TEST_F(EventStreamTest, WaitsForRoom) {
    auto response = event_stream(request_,
                                 [](EventStream& stream) {
                                     for (int i = 0; i < 1000; ++i) stream.send(std::to_string(i));
                                 },
                                 {.queue_bytes_max = 100});
    std::string expected;
    for (int i = 0; i < 1000; ++i) expected += "data: " + std::to_string(i) + "\n\n";
    EXPECT_EQ(body_of(std::move(response)), expected);
}

TEST_F(EventStreamTest, PassesOnWhatGroupsGet) {
    auto response = event_stream(request_, {.queue_bytes_max = 140, .groups = {"g"}});
    const auto stream = response.take_stream();
    for (const char* text : {"lost", "kept", "newest"}) layer_.group_send("g", text);
    layer_.group_send(
        "g", std::make_shared<const channels::Message>("\xff", channels::Message::Kind::Binary));
    std::string piece;
    EXPECT_TRUE(stream->next(piece));
    EXPECT_EQ(piece, "data: kept\n\ndata: newest\n\n");
}

TEST_F(EventStreamTest, KeepsNoEndlessQueueOfEmptyMessages) {
    auto response = event_stream(request_, {.queue_bytes_max = 1000, .groups = {"g"}});
    const auto stream = response.take_stream();
    for (int i = 0; i < 1000; ++i) layer_.group_send("g", "");
    std::string piece;
    EXPECT_TRUE(stream->next(piece));
    EXPECT_LT(piece.size(), 1000u);
    EXPECT_GT(piece.size(), 0u);
}

TEST_F(EventStreamTest, ShowsThatItLives) {
    auto response = event_stream(request_, {.keep_alive = milliseconds(5)});
    std::string piece;
    EXPECT_TRUE(response.take_stream()->next(piece));
    EXPECT_EQ(piece, ":\n\n");
}

TEST_F(EventStreamTest, EndsWithItsLifetime) {
    EXPECT_EQ(body_of(event_stream(request_, {.lifetime_max = milliseconds(5)})), "");
}

TEST_F(EventStreamTest, LeavesItsHandlersFaultToTheConnection) {
    auto response = event_stream(request_, [](EventStream& stream) {
        stream.send("first");
        throw std::runtime_error("broken");
    });
    EXPECT_THROW(body_of(std::move(response)), std::runtime_error);
}

TEST_F(EventStreamTest, EndsItsHandlerWhenTheClientLeaves) {
    net::run([&] {
        std::string ended;
        auto response = event_stream(request_, [&](EventStream& stream) {
            stream.join("g");
            try {
                stream.wait_closed();
                net::sleep_for(seconds(60));
            } catch (const net::Cancelled& cancelled) {
                ended = cancelled.what();
                EXPECT_THROW(stream.send("too late"), net::Disconnected);
                throw;
            }
        });
        auto stream = response.take_stream();
        auto fiber = net::spawn([&] {
            std::string piece;
            EXPECT_FALSE(stream->next(piece));
        });
        net::sleep_for(milliseconds(5));
        EXPECT_EQ(layer_.counts().groups, 1u);
        fiber.cancel("the client has left");
        fiber.join();
        EXPECT_EQ(ended, "the event stream is closed");
        EXPECT_EQ(layer_.counts().groups, 0u);
    });
}

TEST_F(EventStreamTest, IsNeverStartedForAResponseThatNobodyReads) {
    bool started = false;
    {
        const auto response = event_stream(request_, [&](EventStream&) { started = true; });
    }
    EXPECT_FALSE(started);
}

}  // namespace
}  // namespace tatum::views
