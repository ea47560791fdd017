#include <tatum/net/impl/raw_client.h>
#include <tatum/net/server.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

// Counts what is taken from the heap while a server answers. Sanitizers bring operators of their
// own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define TATUM_COUNTS_ALLOCATIONS
#endif

#ifdef TATUM_COUNTS_ALLOCATIONS

namespace {
std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t bytes) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    void* const memory = std::malloc(bytes);
    if (!memory) throw std::bad_alloc();
    return memory;
}
}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace tatum::net {
namespace {

class Plaintext final : public Handler {
public:
    void handle(Exchange& exchange) override {
        static constexpr Header kType{"Content-Type", "text/plain"};
        exchange.respond({.headers = {&kType, 1}}, "Hello, World!");
    }
};

TEST(Server, AnswersOverAKeptConnectionWithoutTouchingTheHeap) {
    Plaintext handler;
    const auto server = Server::bind({.listen = {"127.0.0.1:0"}, .threads = 1}, handler).value();
    server->start();
    impl::RawClient client(server->addresses()[0]);
    const std::string_view request =
        "GET /plaintext HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nCookie: a=b\r\n\r\n";
    char answer[256];
    const auto ask = [&] {
        ASSERT_TRUE(client.send(request));
        ASSERT_GT(::recv(client.file(), answer, sizeof answer, 0), 0);
    };
    for (int i = 0; i < 10; ++i) ask();
    const std::size_t before = allocations;
    for (int i = 0; i < 100; ++i) ask();
    // The date changes once a second, in place.
    EXPECT_EQ(allocations - before, 0u);
}

}  // namespace
}  // namespace tatum::net

#endif
