#include <tatum/channels/layer.h>

#include <tatum/base/settings.h>
#include <tatum/channels/channel.h>
#include <tatum/channels/impl/redis_location.h>

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tatum::channels {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string next(Channel& channel) {
    const auto message = channel.receive_for(seconds(5));
    return message ? std::string(message->payload()) : "nothing";
}

// --- groups --------------------------------------------------------------------------------------

TEST(Layer, TellsAllInAGroup) {
    Layer layer;
    Channel ann(layer), bob(layer), eve(layer);
    ann.join("jazz");
    bob.join("jazz");
    bob.join("jazz");  // changes nothing
    eve.join("rock");
    layer.group_send("jazz", "one");
    layer.group_send("rock", "two");
    layer.group_send("nobody", "three");
    EXPECT_EQ(next(ann), "one");
    EXPECT_EQ(next(bob), "one");
    EXPECT_EQ(next(eve), "two");
    EXPECT_EQ(bob.receive_for(milliseconds(0)), nullptr);
    EXPECT_EQ(layer.counts().groups, 2u);
    EXPECT_EQ(layer.counts().sent, 3u);
    ann.leave("jazz");
    ann.leave("never joined");
    layer.group_send("jazz", "four");
    EXPECT_EQ(ann.receive_for(milliseconds(0)), nullptr);
    EXPECT_EQ(next(bob), "four");
}

TEST(Layer, SharesOneMessageAmongAll) {
    Layer layer;
    Channel ann(layer), bob(layer);
    ann.join("g");
    bob.join("g");
    const auto message = std::make_shared<const Message>("\xff", Message::Kind::Binary);
    layer.group_send("g", message);
    EXPECT_EQ(ann.receive(), message);
    EXPECT_EQ(bob.receive(), message);
    EXPECT_THROW(layer.group_send("g", "\xff"), std::invalid_argument);
}

TEST(Layer, ForgetsThoseWhoAreGone) {
    Layer layer;
    {
        Channel channel(layer);
        channel.join("a");
        channel.join("b");
        EXPECT_EQ(layer.counts().groups, 2u);
    }
    EXPECT_EQ(layer.counts().groups, 0u);
    layer.group_send("a", "nobody is there");
}

TEST(Layer, ReachesOneByItsName) {
    Layer layer;
    Channel ann(layer), bob(layer);
    const std::string name = ann.name();
    EXPECT_EQ(ann.name(), name);
    EXPECT_NE(bob.name(), name);
    layer.send(name, std::make_shared<const Message>("for you"));
    EXPECT_EQ(next(ann), "for you");
    EXPECT_EQ(bob.receive_for(milliseconds(0)), nullptr);
}

TEST(Layer, TakesNamesOfAnyBytesUpToALimit) {
    Layer layer;
    Channel channel(layer);
    const std::string longest(Layer::kNameBytesMax, 'x');
    for (const std::string& name : {std::string(" "), std::string("\0\xff", 2), longest}) {
        channel.join(name);
        layer.group_send(name, "heard");
        EXPECT_EQ(next(channel), "heard");
    }
    EXPECT_THROW(channel.join(""), std::invalid_argument);
    EXPECT_THROW(channel.join(longest + "x"), std::invalid_argument);
    EXPECT_THROW(layer.group_send("", "x"), std::invalid_argument);
}

TEST(Layer, IsForManyThreads) {
    Layer layer;
    constexpr int kThreads = 4, kMessages = 200;
    std::atomic<int> ready{0}, heard{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            Channel channel(layer);
            channel.join("all");
            ++ready;
            while (ready < kThreads) std::this_thread::yield();
            // A mailbox holds a hundred, so half of what comes is read in between.
            for (int n = 0; n < kMessages; ++n) {
                layer.group_send("all", std::to_string(i));
                Channel passing(layer);
                passing.join("group " + std::to_string(n % 7));
                while (channel.receive_for(milliseconds(0))) ++heard;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_GT(heard, kMessages);
    EXPECT_EQ(layer.counts().groups, 0u);
}

// --- mailboxes -----------------------------------------------------------------------------------

TEST(Channel, SuspendsUntilThereIsAMessage) {
    net::run([] {
        Layer layer;
        Channel channel(layer);
        channel.join("g");
        std::string heard;
        auto reader = net::spawn([&] {
            while (const auto message = channel.receive()) heard += message->payload();
        });
        for (const char* text : {"a", "b", "c"}) {
            layer.group_send("g", text);
            net::yield();
        }
        net::sleep_for(milliseconds(5));
        EXPECT_EQ(heard, "abc");
        channel.close();
        reader.join();
        EXPECT_TRUE(channel.is_closed());
        EXPECT_EQ(layer.counts().groups, 0u);
        channel.join("g");  // too late
        EXPECT_EQ(layer.counts().groups, 0u);
    });
}

TEST(Channel, GivesWhatItHoldsAfterItWasClosed) {
    Layer layer;
    Channel channel(layer);
    channel.join("g");
    layer.group_send_json("g", Dict{{"n", 1}});
    channel.close();
    EXPECT_EQ(channel.receive_json()->as_dict().get("n").as_int(), 1);
    EXPECT_EQ(channel.receive(), nullptr);
    EXPECT_EQ(channel.receive_for(seconds(60)), nullptr);
}

TEST(Channel, LosesTheOldestOrTheNewestWhenItIsFull) {
    for (const Overflow overflow : {Overflow::DropOldest, Overflow::DropNewest}) {
        Layer layer({.capacity = 3, .overflow = overflow});
        Channel channel(layer);
        channel.join("g");
        for (int i = 0; i < 5; ++i) layer.group_send("g", std::to_string(i));
        EXPECT_EQ(channel.dropped(), 2u);
        EXPECT_EQ(next(channel), overflow == Overflow::DropOldest ? "2" : "0");
        EXPECT_EQ(next(channel), overflow == Overflow::DropOldest ? "3" : "1");
        EXPECT_EQ(next(channel), overflow == Overflow::DropOldest ? "4" : "2");
        EXPECT_EQ(channel.receive_for(milliseconds(0)), nullptr);
        layer.group_send("g", "again");
        EXPECT_EQ(next(channel), "again");
    }
}

// --- settings ------------------------------------------------------------------------------------

LayerOptions options_of(const std::string& toml, const Environment& environment = {}) {
    return LayerOptions::from(
        Settings::parse("SECRET_KEY = 'x'\n" + toml, "settings.toml", "/", environment));
}

TEST(LayerOptions, ComeFromTheSettings) {
    EXPECT_EQ(options_of("").backend, LayerOptions::Backend::Memory);
    const auto options = options_of(
        "[channel_layers.default]\nbackend = 'redis'\nlocation = 'redis://h:1/2'\n"
        "prefix = 'shop'\ncapacity = 7\noverflow = 'drop_newest'\noutgoing_max = 9\n");
    EXPECT_EQ(options.backend, LayerOptions::Backend::Redis);
    EXPECT_EQ(options.location, "redis://h:1/2");
    EXPECT_EQ(options.prefix, "shop");
    EXPECT_EQ(options.capacity, 7u);
    EXPECT_EQ(options.overflow, Overflow::DropNewest);
    EXPECT_EQ(options.outgoing_max, 9u);
    EXPECT_EQ(
        options_of("[CHANNEL_LAYERS.default]\nBACKEND = 'channels_redis.core.RedisChannelLayer'\n")
            .backend,
        LayerOptions::Backend::Redis);
}

TEST(LayerOptions, AreRefusedWhenTheyAreWrong) {
    for (const char* toml :
         {"channel_layers = 1", "[channel_layers]\ndefault = 'redis'",
          "[channel_layers.default]\nbackend = 'rabbit'", "[channel_layers.default]\nbackend = 1",
          "[channel_layers.default]\ncapacity = 0", "[channel_layers.default]\ncapacity = 'x'",
          "[channel_layers.default]\noverflow = 'wait'"}) {
        EXPECT_THROW(options_of(toml), ImproperlyConfigured) << toml;
    }
    EXPECT_THROW(Layer({.backend = LayerOptions::Backend::Redis, .location = "nonsense"}),
                 ImproperlyConfigured);
}

TEST(RedisLocation, IsReadFromAUrl) {
    using impl::RedisLocation;
    const auto full = RedisLocation::parse("redis://us%40er:pass%2Fword@example.com:6380/12");
    EXPECT_EQ(full.host, "example.com");
    EXPECT_EQ(full.port, 6380);
    EXPECT_EQ(full.user, "us@er");
    EXPECT_EQ(full.password, "pass/word");
    EXPECT_EQ(full.database, 12);
    EXPECT_EQ(full.str(), "redis://example.com:6380 database 12");
    const auto least = RedisLocation::parse("redis://");
    EXPECT_EQ(least.str(), "redis://127.0.0.1:6379 database 0");
    EXPECT_EQ(RedisLocation::parse("redis:///3").database, 3);
    EXPECT_EQ(RedisLocation::parse("redis://:secret@h").password, "secret");
    EXPECT_EQ(RedisLocation::parse("redis://[::1]:7/0").host, "::1");
    const auto socket = RedisLocation::parse("unix://:secret@/run/redis.sock?db=4");
    EXPECT_EQ(socket.password, "secret");
    EXPECT_EQ(socket.path, "/run/redis.sock");
    EXPECT_EQ(socket.database, 4);
    for (const char* url :
         {"", "localhost", "localhost:6379", "http://h", "rediss://h", "redis://h:x",
          "redis://h:65536", "redis://h/x", "redis://h/-1", "unix://"}) {
        EXPECT_THROW(RedisLocation::parse(url), ImproperlyConfigured) << url;
    }
}

}  // namespace
}  // namespace tatum::channels
