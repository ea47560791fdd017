#include <tatum/site/impl/access_log.h>

#include <tatum/base/json.h>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace tatum::site {
namespace {

/// An answered request, of which only what a log tells is there.
class LoggedExchange final : public net::Exchange {
public:
    net::RequestHead head;
    std::uint64_t in = 0, out = 0;
    int answered = 200;

    const net::RequestHead& request() const override { return head; }
    std::uint64_t bytes_in() const override { return in; }
    std::uint64_t bytes_out() const override { return out; }
    int status() const override { return answered; }

    std::optional<std::uint64_t> content_length() const override { return 0; }
    std::size_t read(std::span<char>) override { return 0; }
    void set_body_limit(std::uint64_t) override {}
    std::span<const net::Header> trailers() const override { return {}; }
    void respond(const net::ResponseHead&, std::string_view) override {}
    void begin(const net::ResponseHead&, std::optional<std::uint64_t>) override {}
    void write(std::string_view) override {}
    void send_file(int, std::uint64_t, std::uint64_t) override {}
    void flush() override {}
    void finish() override {}
    void inform(const net::ResponseHead&) override {}
    bool begun() const override { return true; }
    void close_after() override {}
    void cancel_when_client_leaves() override {}
    bool connected() const override { return true; }
    const net::Address& peer() const override { return address_; }
    const net::Address& local() const override { return address_; }
    net::Scheme scheme() const override { return net::Scheme::Http; }
    net::TimePoint started() const override { return {}; }

private:
    net::Address address_;
};

constexpr std::array kFormats = {AccessLog::Format::Log, AccessLog::Format::Combined,
                                 AccessLog::Format::Json};

/// Memory that is a file: long lines don't stay in the buffer.
std::string line_of(AccessLog::Format format, const LoggedExchange& exchange,
                    const AccessFacts& facts) {
    const int memory = ::memfd_create("log", MFD_CLOEXEC);
    const AccessLog log(logging::LogFile::open("/proc/self/fd/" + std::to_string(memory)).value(),
                        format);
    AccessLog::Buffer buffer;
    log.write(buffer, exchange, facts);
    log.flush(buffer);
    std::string line(static_cast<std::size_t>(::lseek(memory, 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(memory, line.data(), line.size(), 0), static_cast<::ssize_t>(line.size()));
    ::close(memory);
    return line;
}

TEST(AccessLog, TellsWhatWasAskedAndAnswered) {
    LoggedExchange exchange;
    const std::array<net::Header, 2> headers{{{"Referer", "http://x/\""}, {"user-agent", "a\\b"}}};
    exchange.head = {.method = "GET", .target = "/a?b=\"", .headers = headers};
    exchange.in = 12;
    exchange.out = 345;
    const AccessFacts facts{.peer = "192.0.2.1",
                            .request_id = "id7",
                            .route = "item",
                            .microseconds = 67,
                            .queries = 2,
                            .query_microseconds = 8};
    const std::string log = line_of(AccessLog::Format::Log, exchange, facts);
    EXPECT_TRUE(
        log.ends_with("Z INFO tatum.server [id7] \"GET /a?b=\\x22 HTTP/1.1\" 200 345 us=67 "
                      "queries=2 query_us=8 in=12 route=item peer=192.0.2.1\n"))
        << log;
    const std::string combined = line_of(AccessLog::Format::Combined, exchange, facts);
    EXPECT_TRUE(combined.starts_with("192.0.2.1 - - [")) << combined;
    EXPECT_TRUE(combined.ends_with(
        " +0000] \"GET /a?b=\\x22 HTTP/1.1\" 200 345 \"http://x/\\x22\" \"a\\x5cb\" id=id7 us=67 "
        "queries=2 query_us=8 in=12 route=item\n"))
        << combined;
    const auto json = json::parse(line_of(AccessLog::Format::Json, exchange, facts));
    ASSERT_TRUE(json);
    EXPECT_EQ(json->as_dict().find("target")->str(), "/a?b=\"");
    EXPECT_EQ(json->as_dict().find("user_agent")->str(), "a\\b");
}

TEST(AccessLog, HasRoomForFieldsOfAnyLengthAndContent) {
    constexpr std::array<std::size_t, 8> kLengths = {0, 1, 2, 15, 16, 255, 4096, 20'000};
    const std::uint32_t seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    // All escaped, none, or any byte but those that no head can hold.
    const auto text = [&](std::size_t length) {
        const auto kind = random() % 3;
        std::string made(length, kind == 0 ? '"' : 'a');
        for (char& c : made) {
            if (kind == 2) c = static_cast<char>(random() % 254 + 1);
        }
        return made;
    };
    const auto any = [&] { return text(kLengths[random() % kLengths.size()]); };
    const auto number = [&]() -> std::uint64_t {
        return random() % 2 == 0 ? random() : std::numeric_limits<std::uint64_t>::max();
    };
    constexpr std::array kVersions = {net::HttpVersion::Http10, net::HttpVersion::Http11,
                                      net::HttpVersion::Http2};
    for (int round = 0; round < 40; ++round) {
        const std::string method = any(), target = any(), referer = any(), agent = any();
        const std::string peer = text(random() % 100), id = any(), route = any();
        const std::array<net::Header, 2> headers{{{"Referer", referer}, {"User-Agent", agent}}};
        LoggedExchange exchange;
        exchange.head = {.method = method,
                         .target = target,
                         .version = kVersions[random() % kVersions.size()],
                         .headers = std::span(headers).first(random() % 3)};
        exchange.in = number();
        exchange.out = number();
        exchange.answered = random() % 4 == 0 ? 0 : 599;
        const AccessFacts facts{peer, id, route, number(), number(), number()};
        for (const AccessLog::Format format : kFormats) {
            // It would stop here if there were too little room.
            const std::string line = line_of(format, exchange, facts);
            ASSERT_TRUE(line.ends_with('\n'));
            if (format != AccessLog::Format::Json) continue;
            ASSERT_EQ(std::ranges::count(line, '\n'), 1);
            ASSERT_TRUE(json::parse(line));
        }
    }
}

TEST(AccessLog, EscapesEachByteWhereverItStands) {
    for (int byte = 1; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool plain = byte >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
        for (const std::size_t place : {0u, 3u, 7u, 8u, 17u}) {
            std::string target(18, 'a'), expected = target;
            target[place] = c;
            expected.replace(place, 1, plain ? std::string(1, c) : std::string(escaped));
            LoggedExchange exchange;
            exchange.head = {.method = "GET", .target = target};
            const std::string line = line_of(AccessLog::Format::Log, exchange, {.peer = "p"});
            ASSERT_NE(line.find("\"GET " + expected + " HTTP/1.1\""), std::string::npos)
                << byte << " at " << place << ": " << line;
        }
    }
}

TEST(AccessLog, LeavesNoLineUnfinishedBehind) {
    // A client cannot begin a line of its own in any field that it chooses.
    const std::string wild = "a\n\r\"\\\x7f\x1b[31m b";
    LoggedExchange exchange;
    const std::array<net::Header, 2> headers{{{"Referer", wild}, {"User-Agent", wild}}};
    exchange.head = {.method = wild, .target = wild, .headers = headers};
    for (const AccessLog::Format format : kFormats) {
        const std::string line = line_of(format, exchange, {.peer = "p", .route = wild});
        EXPECT_EQ(std::ranges::count(line, '\n'), 1) << line;
        EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace tatum::site
