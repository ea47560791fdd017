#pragma once

#include <tatum/net/server.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// For tests only.
namespace tatum::net::impl {

class FunctionHandler final : public Handler {
public:
    using Function = std::function<void(Exchange&)>;
    explicit FunctionHandler(Function function) : function_(std::move(function)) {}
    void handle(Exchange& exchange) override { function_(exchange); }
    void finished(const Exchange& exchange) noexcept override {
        const std::lock_guard lock(guard_);
        statuses += std::to_string(exchange.status()) + " ";
        bytes_in = exchange.bytes_in();
        bytes_out = exchange.bytes_out();
    }
    void refused(const Refusal& refusal) noexcept override {
        const std::lock_guard lock(guard_);
        statuses += "refused " + std::to_string(refusal.status) + " ";
    }

    std::string statuses;  // read once the server has stopped
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;

private:
    std::mutex guard_;
    Function function_;
};

inline void say_ok(Exchange& exchange) { exchange.respond({}, "ok"); }

inline ServerOptions options_for_tests() {
    ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    options.threads = 1;
    options.timeouts.linger = std::chrono::milliseconds(50);
    return options;
}

/// A server that runs while it lives.
struct TestServer {
    explicit TestServer(FunctionHandler::Function function,
                        ServerOptions options = options_for_tests())
        : handler(std::move(function)), server(Server::bind(std::move(options), handler).value()) {
        server->start();
    }
    const Address& address() const { return server->addresses()[0]; }
    void stop() {
        server->stop();
        server->join();
    }

    FunctionHandler handler;
    std::unique_ptr<Server> server;
};

inline std::string body_of(Exchange& exchange) {
    std::string body;
    std::vector<char> piece(64 * 1024);
    while (const std::size_t count = exchange.read(piece)) body.append(piece.data(), count);
    return body;
}

}  // namespace tatum::net::impl
