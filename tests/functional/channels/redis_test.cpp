#include <tatum/base/locals.h>
#include <tatum/base/log.h>
#include <tatum/channels/channel.h>
#include <tatum/channels/layer.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace tatum;
using namespace std::chrono_literals;
using channels::Channel;
using channels::Layer;
using channels::LayerOptions;

namespace {

/// A Redis server on a Unix socket of its own.
class RedisServer {
public:
    RedisServer() {
        char pattern[] = "/tmp/tatum_redis_XXXXXX";
        folder_ = ::mkdtemp(pattern);
        start();
    }
    ~RedisServer() {
        kill();
        std::filesystem::remove_all(folder_);
    }
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    void start() {
        process_ = ::fork();
        if (process_ == 0) {
            const int nothing = ::open("/dev/null", O_RDWR);
            ::dup2(nothing, STDOUT_FILENO);
            ::execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", path().c_str(),
                     "--dir", folder_.c_str(), "--save", "", "--requirepass", "secret", "--user",
                     "deaf", "on", ">secret", "~*", "&*", "+@all", "-subscribe", nullptr);
            ::_exit(127);
        }
        for (int i = 0; i < 1000 && !std::filesystem::exists(path()); ++i) {
            std::this_thread::sleep_for(10ms);
        }
    }
    void kill() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(std::exchange(process_, -1), nullptr, 0);
        std::filesystem::remove(path());
    }
    bool runs() const { return std::filesystem::exists(path()); }
    LayerOptions options() const {
        return {.backend = LayerOptions::Backend::Redis,
                .location = "unix://:secret@" + path() + "?db=1",
                .prefix = "test"};
    }

private:
    std::string path() const { return folder_ + "/redis.sock"; }
    std::string folder_;
    pid_t process_ = -1;
};

/// Each layer is a process of its own, as far as Redis can tell.
class Redis : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(server_.runs()) << "redis-server is missing: apt-get install redis-server";
    }
    /// Sends until the channel hears it, for a subscription takes its time.
    bool gets_through(Layer& from, Channel& to, std::string_view group) {
        for (int i = 0; i < 200; ++i) {
            const std::string text = "try " + std::to_string(i);
            from.group_send(group, text);
            while (const auto message = to.receive_for(100ms)) {
                if (message->payload() == text) return true;
            }
        }
        return false;
    }

    RedisServer server_;
};

TEST_F(Redis, CarriesMessagesBetweenProcesses) {
    Layer here(server_.options()), there(server_.options());
    Channel near(here), far(there);
    near.join("g");
    far.join("g");
    ASSERT_TRUE(gets_through(here, far, "g"));
    while (near.receive_for(0ms)) {
    }
    // In order, bytes as they are, and once to those of the same process.
    const std::string bytes("\0\xff\r\n", 4);
    here.group_send(
        "g", std::make_shared<const channels::Message>(bytes, channels::Message::Kind::Binary));
    for (int i = 0; i < 1000; ++i) {
        here.group_send("g", std::to_string(i));
        if (i % 50 == 49) std::this_thread::sleep_for(5ms);  // a mailbox holds a hundred
        if (i == 0) {
            const auto first = far.receive_for(5s);
            ASSERT_TRUE(first);
            EXPECT_FALSE(first->is_text());
            EXPECT_EQ(first->payload(), bytes);
        }
        const auto message = far.receive_for(5s);
        ASSERT_TRUE(message);
        ASSERT_EQ(message->payload(), std::to_string(i));
    }
    EXPECT_EQ(near.receive_for(0ms)->payload().size() > 0, true);
    EXPECT_EQ(here.counts().received, 0u);
    EXPECT_GE(there.counts().received, 1001u);
    EXPECT_EQ(here.counts().lost, 0u);
}

TEST_F(Redis, ReachesOneByItsNameFromAnotherProcess) {
    Layer here(server_.options()), there(server_.options());
    Channel far(there);
    EXPECT_TRUE(gets_through(here, far, far.name()));
}

TEST_F(Redis, KeepsSitesApart) {
    LayerOptions other = server_.options();
    other.prefix = "other";
    Layer here(server_.options()), there(other), same(server_.options());
    Channel stranger(there), friendly(same);
    stranger.join("g");
    friendly.join("g");
    ASSERT_TRUE(gets_through(here, friendly, "g"));
    EXPECT_EQ(stranger.receive_for(50ms), nullptr);
}

TEST_F(Redis, StopsListeningToGroupsThatAreLeft) {
    Layer here(server_.options()), there(server_.options());
    Channel far(there), witness(there);
    far.join("g");
    witness.join("w");
    ASSERT_TRUE(gets_through(here, far, "g"));
    ASSERT_TRUE(gets_through(here, witness, "w"));
    far.leave("g");
    ASSERT_TRUE(gets_through(here, witness, "w"));
    std::this_thread::sleep_for(100ms);
    const auto before = there.counts().received;
    for (int i = 0; i < 10; ++i) here.group_send("g", "nobody");
    ASSERT_TRUE(gets_through(here, witness, "w"));
    EXPECT_LT(there.counts().received - before, 10u);
    far.join("g");
    EXPECT_TRUE(gets_through(here, far, "g"));
}

TEST_F(Redis, ComesBackByItself) {
    Layer here(server_.options()), there(server_.options());
    Channel near(here), far(there);
    near.join("g");
    far.join("g");
    ASSERT_TRUE(gets_through(here, far, "g"));
    server_.kill();
    while (near.receive_for(0ms)) {
    }
    here.group_send("g", "to those of this process");
    const auto message = near.receive_for(1s);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->payload(), "to those of this process");
    for (int i = 0; i < 500 && here.counts().connected; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(here.counts().connected);
    Channel late(there);
    late.join("joined while Redis was away");
    server_.start();
    EXPECT_TRUE(gets_through(here, far, "g"));
    EXPECT_TRUE(gets_through(here, late, "joined while Redis was away"));
    EXPECT_TRUE(here.counts().connected);
}

TEST_F(Redis, LosesTheOldestWhileRedisIsAway) {
    LayerOptions options = server_.options();
    options.outgoing_max = 10;
    server_.kill();
    Layer here(options);
    for (int i = 0; i < 100; ++i) here.group_send("g", std::to_string(i));
    EXPECT_GE(here.counts().lost, 80u);
}

TEST_F(Redis, SaysThatThePasswordIsWrong) {
    LayerOptions options = server_.options();
    options.location.replace(options.location.find("secret"), 6, "wrong!");
    Layer here(options);
    here.group_send("g", "x");
    for (int i = 0; i < 500 && here.counts().connected; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(here.counts().connected);
}

/// What layers made in this block log.
class LogFile {
public:
    LogFile()
        : sink_(logging::Sink::open({.file = path_}).value()), scope_(Slot::Log, sink_.get()) {}
    ~LogFile() { std::filesystem::remove(path_); }
    int count(std::string_view text) {
        sink_->flush();
        std::ifstream file(path_);
        int lines = 0;
        for (std::string line; std::getline(file, line);) {
            if (line.find(text) != std::string::npos) ++lines;
        }
        return lines;
    }

private:
    const std::string path_ = "/tmp/tatum_redis_log_" + std::to_string(::getpid());
    std::unique_ptr<logging::Sink> sink_;
    LocalScope scope_;
};

TEST_F(Redis, SaysOnceThatItIsRefused) {
    for (const std::string user : {"", ":wrong@", "nobody:secret@", "deaf:secret@"}) {
        LogFile log;
        LayerOptions options = server_.options();
        options.location.replace(options.location.find(":secret@"), 8, user);
        {
            Layer here(options);
            Channel channel(here);
            channel.join("g");
            for (int i = 0; i < 10; ++i) {
                if (user != "deaf:secret@") here.group_send("g", "x");
                std::this_thread::sleep_for(50ms);
            }
            EXPECT_FALSE(here.counts().connected) << user;
        }
        EXPECT_EQ(log.count("cannot be reached"), 1) << user;
        EXPECT_EQ(log.count("is back"), 0) << user;
    }
}

TEST_F(Redis, KeepsSomeBytesWhileRedisIsAway) {
    server_.kill();
    Layer here(server_.options());
    const auto message = std::make_shared<const channels::Message>(std::string(1 << 20, 'x'));
    for (int i = 0; i < 200; ++i) here.group_send("g", message);
    EXPECT_GE(here.counts().lost, 130u);
    EXPECT_LT(here.counts().lost, 200u);
}

TEST_F(Redis, EndsWhateverItIsDoing) {
    for (int i = 0; i < 20; ++i) {
        Layer layer(server_.options());
        Channel channel(layer);
        channel.join("g");
        if (i % 2) layer.group_send("g", "x");
        if (i % 4 > 1) std::this_thread::sleep_for(3ms);
    }
    server_.kill();
    const auto start = std::chrono::steady_clock::now();
    {
        Layer layer(server_.options());
        Channel channel(layer);
        channel.join("g");
        std::this_thread::sleep_for(200ms);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

}  // namespace
