// The server of tatum/net alone, without the layers above: what a request costs before the
// framework begins. The twin of limit_epoll.cpp.
//   net_plaintext PORT [THREADS]
#include <tatum/net/server.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using namespace tatum::net;

class Pages final : public Handler {
public:
    void handle(Exchange& exchange) override {
        static constexpr Header kText[] = {{"Content-Type", "text/plain"}};
        static constexpr Header kJson[] = {{"Content-Type", "application/json"}};
        const auto path = exchange.request().path;
        if (path == "/plaintext") {
            exchange.respond({.headers = kText}, "Hello, World!");
        } else if (path == "/json") {
            exchange.respond({.headers = kJson}, R"({"message":"Hello, World!"})");
        } else {
            exchange.respond({.status = 404, .headers = kText}, "Not found");
        }
    }
};

Server* running = nullptr;

}  // namespace

int main(int argc, char** argv) {
    const std::string port = argc > 1 ? argv[1] : "8000";
    const unsigned threads = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1;
    Pages pages;
    auto server = Server::bind(
        {.listen = {"127.0.0.1:" + port}, .threads = threads, .server_header = "tatum"}, pages);
    if (!server) return std::fprintf(stderr, "%s\n", server.error().str().c_str()), 1;
    running = server->get();
    std::signal(SIGTERM, [](int) { running->stop(); });
    std::signal(SIGINT, [](int) { running->stop(); });
    running->run();
    return 0;
}
