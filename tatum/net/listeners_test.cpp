#include <tatum/net/listeners.h>

#include <tatum/net/impl/raw_client.h>
#include <tatum/net/server.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace tatum::net {
namespace {

using impl::RawClient;
using namespace std::string_literals;
using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Says who the client is, and by what scheme it came.
class PeerHandler final : public Handler {
public:
    void handle(Exchange& exchange) override {
        const std::string scheme = exchange.scheme() == Scheme::Https ? " https" : " http";
        exchange.respond({}, exchange.peer().str() + scheme);
    }
    void refused(const Refusal& refusal) noexcept override { refusals += refusal.status > 0; }
    void tick(Tick) noexcept override { ++ticks; }
    std::atomic<int> refusals{0};
    std::atomic<int> ticks{0};
};

ServerOptions options_for(std::string listen) {
    ServerOptions options;
    options.listen = {std::move(listen)};
    options.threads = 1;
    options.timeouts.linger = milliseconds(50);
    return options;
}

struct ListeningServer {
    explicit ListeningServer(ServerOptions options)
        : server(Server::bind(std::move(options), handler).value()) {
        server->start();
    }
    ~ListeningServer() {
        server->stop();
        server->join();
    }
    std::string ask(std::string_view prefix) {
        RawClient client(server->addresses()[0]);
        client.send(std::string(prefix) + std::string(kGet));
        const auto response = client.read();
        return response ? response->body : "closed";
    }
    PeerHandler handler;
    std::unique_ptr<Server> server;
};

std::filesystem::path temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "listenersXXXXXX").string();
    return ::mkdtemp(name.data());
}

// --- the PROXY protocol --------------------------------------------------------------------------

TEST(ProxyListener, TakesTheClientFromTheHeader) {
    ListeningServer server(options_for("127.0.0.1:0+proxy"));
    EXPECT_EQ(server.ask("PROXY TCP4 192.0.2.5 127.0.0.1 8080 80\r\n"), "192.0.2.5:8080 http");
    const std::string v2("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14\xc0\0\2\6\x7f\0\0\1\0\1\0\2", 28);
    const std::string ssl("\x20\0\5\1\0\0\0\0", 8);
    EXPECT_EQ(server.ask(v2 + ssl), "192.0.2.6:1 https");
}

TEST(ProxyListener, KeepsThePeerWhenTheProxySpeaksForItself) {
    ListeningServer server(options_for("127.0.0.1:0+proxy"));
    EXPECT_TRUE(server.ask("PROXY UNKNOWN\r\n").starts_with("127.0.0.1:"));
    EXPECT_TRUE(server.ask(std::string("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16)).starts_with("127."));
}

TEST(ProxyListener, ClosesWhatDoesNotBeginWithAHeader) {
    ListeningServer server(options_for("127.0.0.1:0+proxy"));
    EXPECT_EQ(server.ask(""), "closed");
    EXPECT_EQ(server.ask("PROXY TCP4 nonsense\r\n"), "closed");
    EXPECT_EQ(server.handler.refusals, 2);
}

TEST(ProxyListener, ReadsAHeaderThatComesByteByByte) {
    ListeningServer server(options_for("127.0.0.1:0+proxy"));
    RawClient client(server.server->addresses()[0]);
    for (const char byte : "PROXY TCP4 192.0.2.5 127.0.0.1 8080 80\r\n"s) {
        client.send({&byte, 1});
        std::this_thread::sleep_for(milliseconds(1));
    }
    client.send(kGet);
    EXPECT_EQ(client.read()->body, "192.0.2.5:8080 http");
}

TEST(ProxyListener, WaitsOnlySoLongForAHeader) {
    ServerOptions options = options_for("127.0.0.1:0+proxy");
    options.timeouts.proxy_header = milliseconds(50);
    ListeningServer server(options);
    RawClient client(server.server->addresses()[0]);
    client.send("PROXY TCP4 ");
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(server.handler.refusals, 1);
}

TEST(ProxyListener, HeedsTheLimitOfConnections) {
    ServerOptions options = options_for("127.0.0.1:0+proxy");
    options.limits.connections_max = 1;
    ListeningServer server(options);
    RawClient waiting(server.server->addresses()[0]);
    waiting.send("PROXY ");
    std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(server.ask("PROXY UNKNOWN\r\n"), "closed");
    waiting.send("UNKNOWN\r\n" + std::string(kGet));
    EXPECT_TRUE(waiting.read().has_value());
}

TEST(ProxyListener, ListensToTrustedProxiesOnly) {
    ServerOptions options = options_for("127.0.0.1:0+proxy");
    options.proxy_networks = {Network::parse("10.0.0.0/8").value()};
    ListeningServer server(options);
    EXPECT_EQ(server.ask("PROXY UNKNOWN\r\n"), "closed");
}

TEST(ProxyListener, StopsAlthoughAHeaderIsMissing) {
    ListeningServer server(options_for("127.0.0.1:0+proxy"));
    RawClient client(server.server->addresses()[0]);
    client.send("PROXY ");
    std::this_thread::sleep_for(milliseconds(50));
    server.server->stop();
    EXPECT_TRUE(server.server->wait_until_stopped(std::chrono::seconds(2)));
}

// --- sockets that are handed on ------------------------------------------------------------------

TEST(Listeners, KeepWhatWaitsWhileServersComeAndGo) {
    Listeners listeners;
    ASSERT_TRUE(listeners.open("127.0.0.1:0", {.sockets_per_address = 2}));
    const Listeners::Entry& entry = listeners.entries()[0];
    ASSERT_EQ(entry.files.size(), 2u);
    RawClient early(entry.address);
    ASSERT_TRUE(early.connected());
    early.send(kGet);
    // As a process that inherits them would; here the numbers are copies.
    const auto copy_of = [&] {
        return "fd:" + std::to_string(::dup(entry.files[0])) + "," +
               std::to_string(::dup(entry.files[1]));
    };
    {
        ServerOptions options = options_for(copy_of());
        options.threads = 3;
        ListeningServer first(options);
        EXPECT_EQ(first.server->addresses()[0], entry.address);
        EXPECT_TRUE(early.read().has_value());
    }
    RawClient between(entry.address);
    ASSERT_TRUE(between.connected());
    between.send(kGet);
    ListeningServer second(options_for(copy_of()));
    EXPECT_TRUE(between.read().has_value()) << "one thread watches both sockets";
}

TEST(Listeners, AreNamedByTheirDescriptors) {
    Listeners listeners;
    ASSERT_TRUE(listeners.open("127.0.0.1:0+proxy", {}));
    const Listeners::Entry& entry = listeners.entries()[0];
    EXPECT_EQ(entry.inherited(), "fd:" + std::to_string(entry.files[0]) + "+proxy");
}

TEST(Listeners, RefuseDescriptorsThatDoNotListen) {
    for (const std::string_view text : {"fd:", "fd:x", "fd:0,", "fd:999", "fd:-1", "fd:0"}) {
        Listeners listeners;
        const auto opened = listeners.open(text, {});
        ASSERT_FALSE(opened) << text;
        EXPECT_EQ(opened.error().code, "net.E001") << text;
    }
}

// --- Unix sockets --------------------------------------------------------------------------------

TEST(UnixListener, HasTheFilePermissionsThatAreAskedFor) {
    const auto folder = temporary_folder();
    for (const unsigned mode : {0600u, 0660u, 0666u}) {
        const std::string path = (folder / "s").string();
        Listeners listeners;
        ASSERT_TRUE(listeners.open("unix:" + path, {.unix_socket_mode = mode}));
        struct stat status{};
        ASSERT_EQ(::lstat(path.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, mode);
        listeners.close();
        EXPECT_NE(::lstat(path.c_str(), &status), 0) << "its file goes with it";
    }
    std::filesystem::remove_all(folder);
}

TEST(UnixListener, TakesOverAStaleFileAndNoLiveOne) {
    const auto folder = temporary_folder();
    const std::string text = "unix:" + (folder / "s").string();
    const std::string path = text.substr(5);
    Listeners dead;
    ASSERT_TRUE(dead.open(text, {}));
    const auto entries = dead.release();
    ::close(entries[0].files[0]);  // as a kill -9 leaves it
    ASSERT_TRUE(std::filesystem::exists(path));
    Listeners live;
    ASSERT_TRUE(live.open(text, {}));
    Listeners second;
    const auto opened = second.open(text, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "net.E003");
    EXPECT_TRUE(RawClient(Address::unix_socket(path)).connected());
    std::filesystem::remove_all(folder);
}

TEST(UnixListener, LeavesTheFileOfItsSuccessorAlone) {
    const auto folder = temporary_folder();
    const std::string path = (folder / "s").string();
    Listeners first;
    ASSERT_TRUE(first.open("unix:" + path, {}));
    std::filesystem::remove(path);
    Listeners second;
    ASSERT_TRUE(second.open("unix:" + path, {}));
    first.close();
    EXPECT_TRUE(std::filesystem::exists(path));
    second.close();
    EXPECT_FALSE(std::filesystem::exists(path));
    std::filesystem::remove_all(folder);
}

TEST(UnixListener, DoesNotReplaceAFileOfAnotherKind) {
    const auto folder = temporary_folder();
    const std::string path = (folder / "s").string();
    std::ofstream(path) << "mine";
    Listeners listeners;
    EXPECT_FALSE(listeners.open("unix:" + path, {}));
    EXPECT_TRUE(std::filesystem::is_regular_file(path));
    std::filesystem::remove_all(folder);
}

// --- stopping ------------------------------------------------------------------------------------

class SlowHandler final : public Handler {
public:
    void handle(Exchange& exchange) override {
        started = true;
        sleep_for(std::chrono::seconds(20));
        exchange.respond({}, "late");
    }
    std::atomic<bool> started{false};
};

TEST(Server, StopsAtOnceWhenTold) {
    SlowHandler handler;
    const auto server = Server::bind(options_for("127.0.0.1:0"), handler).value();
    server->start();
    RawClient client(server->addresses()[0]);
    client.send(kGet);
    while (!handler.started) std::this_thread::sleep_for(milliseconds(1));
    server->stop();
    EXPECT_FALSE(server->wait_until_stopped(milliseconds(100)));
    server->stop_now();
    EXPECT_EQ(client.read()->status, 503);
    EXPECT_TRUE(server->wait_until_stopped(std::chrono::seconds(2)));
}

TEST(Server, TicksOnEveryThread) {
    ServerOptions options = options_for("127.0.0.1:0");
    options.threads = 2;
    ListeningServer server(options);
    while (server.handler.ticks < 2) std::this_thread::sleep_for(milliseconds(1));
    server.server->stop();
    server.server->join();
    EXPECT_GE(server.handler.ticks, 4) << "at the beginning and at the end";
}

}  // namespace
}  // namespace tatum::net
