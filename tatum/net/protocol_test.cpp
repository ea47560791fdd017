#include <tatum/net/impl/raw_client.h>
#include <tatum/net/server.h>

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace tatum::net {
namespace {

using impl::RawClient;
using impl::RawResponse;

// --- the cases -----------------------------------------------------------------------------------

/// What the client sends, or what it expects.
struct Step {
    enum class Kind { Send, Response, Open, Closed } kind;
    int status = 0;
    std::string text;
};

struct Case {
    std::string name;
    std::vector<Step> steps;
};

/// "{x*3}" is "xxx".
std::string repeat_groups(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t end = text.find('}', i);
        const std::size_t star = text.rfind('*', end);
        if (text[i] != '{' || end == std::string::npos || star < i) {
            out += text[i];
            continue;
        }
        const int times = std::stoi(text.substr(star + 1, end - star - 1));
        for (int n = 0; n < times; ++n) out += text.substr(i + 1, star - i - 1);
        i = end;
    }
    return out;
}

std::string unescape(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        switch (text[++i]) {
            case 'r':
                out += '\r';
                break;
            case 'n':
                out += '\n';
                break;
            case 't':
                out += '\t';
                break;
            case '0':
                out += '\0';
                break;
            case 'x':
                out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
                i += 2;
                break;
            default:
                out += text[i];
        }
    }
    return out;
}

std::string decode(const std::string& text) { return unescape(repeat_groups(text)); }

std::vector<Case> read_cases() {
    std::ifstream file(TATUM_SOURCE_DIR "/tests/spec/net/requests.spec", std::ios::binary);
    std::vector<Case> cases;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("case ")) {
            cases.push_back({line.substr(5), {}});
        } else if (line.starts_with("> ")) {
            auto& steps = cases.back().steps;
            if (steps.empty() || steps.back().kind != Step::Kind::Send) {
                steps.push_back({Step::Kind::Send, 0, {}});
            }
            steps.back().text += decode(line.substr(2));
        } else if (line == "= open") {
            cases.back().steps.push_back({Step::Kind::Open, 0, {}});
        } else if (line == "= closed") {
            cases.back().steps.push_back({Step::Kind::Closed, 0, {}});
        } else if (line.starts_with("= ")) {
            const std::string text = line.size() > 6 ? decode(line.substr(6)) : std::string();
            cases.back().steps.push_back(
                {Step::Kind::Response, std::stoi(line.substr(2, 3)), text});
        }
    }
    return cases;
}

// --- the server ----------------------------------------------------------------------------------

/// Tells what it sees, in the ways that the cases ask for by path.
class Mirror final : public Handler {
public:
    Mirror() : file_(std::tmpfile()) {
        std::fputs("...from a file...", file_);
        std::fflush(file_);
    }
    ~Mirror() override { std::fclose(file_); }

    void handle(Exchange& exchange) override {
        const RequestHead& request = exchange.request();
        const std::string_view path = request.path;
        const Header method{"X-Method", request.method};
        ResponseHead head{.headers = {&method, 1}};
        if (path == "/throw") throw std::runtime_error("on purpose");
        if (path == "/silent") return;
        if (path == "/close") exchange.close_after();
        if (path == "/hints") hint(exchange);
        if (path == "/small") exchange.set_body_limit(8);
        if (path == "/slow") sleep_for(std::chrono::milliseconds(2));
        if (path == "/204") return exchange.respond({.status = 204}, {});
        if (path == "/304") return exchange.respond({.status = 304}, "not to be sent");
        if (path == "/stream") return stream(exchange, head, std::nullopt);
        if (path == "/sized") return stream(exchange, head, 13);
        if (path == "/file") return send_file(exchange, head);
        if (path == "/split") {
            const Header evil{"X-Evil", "a\r\nX-More: b"};
            return exchange.respond({.headers = {&evil, 1}}, {});
        }
        exchange.respond(head, mirror(exchange, read_body(exchange)));
    }

private:
    static std::string read_body(Exchange& exchange) {
        const std::string_view path = exchange.request().path;
        std::array<char, 4> piece;
        std::string body;
        if (path == "/unread") return body;
        // Of "/half" five bytes, however few come at a time.
        const auto wanted = [&] {
            return path == "/half" ? std::min<std::size_t>(piece.size(), 5 - body.size())
                                   : piece.size();
        };
        while (const std::size_t count = exchange.read(std::span(piece).first(wanted()))) {
            body.append(piece.data(), count);
            if (path == "/slow") yield();
            if (path == "/half" && body.size() == 5) break;
        }
        return body;
    }

    static std::string mirror(Exchange& exchange, const std::string& body) {
        const RequestHead& request = exchange.request();
        std::string text(request.method);
        text.append(" ").append(request.path);
        if (!request.query.empty()) text.append("?").append(request.query);
        text.append(" host=").append(request.host).append(" body=").append(body);
        const char* separator = " trailers=";
        for (const Header& trailer : exchange.trailers()) {
            text.append(separator).append(trailer.name).append(":").append(trailer.value);
            separator = ",";
        }
        return text;
    }

    static void hint(Exchange& exchange) {
        const Header link{"Link", "</a.css>; rel=preload"};
        exchange.inform({.status = 103, .headers = {&link, 1}});
    }

    static void stream(Exchange& exchange, const ResponseHead& head,
                       std::optional<std::uint64_t> length) {
        exchange.begin(head, length);
        exchange.write("one ");
        exchange.flush();
        yield();
        exchange.write("");
        exchange.write("two ");
        exchange.write("three");
    }

    void send_file(Exchange& exchange, const ResponseHead& head) {
        exchange.begin(head, 11);
        exchange.send_file(fileno(file_), 3, 11);
    }

    std::FILE* file_;
};

class Protocol : public testing::Test {
protected:
    Protocol() {
        ServerOptions options;
        options.listen = {"127.0.0.1:0"};
        options.threads = 1;
        options.limits.target_bytes_max = 1000;
        options.limits.head_bytes_max = 4096;
        options.limits.headers_max = 20;
        options.limits.body_bytes_max = 5'000'000;
        options.limits.trailer_bytes_max = 512;
        server_ = Server::bind(options, mirror_).value();
        server_->start();
    }

    enum class Pieces { Whole, Bytes, Random };
    void run(const Case& test, Pieces pieces);
    void send(RawClient& client, std::string_view bytes, Pieces pieces);
    static void expect_open(RawClient& client);

    std::mt19937 random_{std::random_device{}()};
    Mirror mirror_;
    std::unique_ptr<Server> server_;
};

void Protocol::send(RawClient& client, std::string_view bytes, Pieces pieces) {
    std::uniform_int_distribution<std::size_t> some(1, 40);
    while (!bytes.empty()) {
        std::size_t count = bytes.size();
        if (pieces == Pieces::Bytes) count = 1;
        if (pieces == Pieces::Random) count = std::min(count, some(random_));
        if (!client.send(bytes.substr(0, count))) return;
        bytes.remove_prefix(count);
    }
}

void Protocol::expect_open(RawClient& client) {
    client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const auto last = client.read();
    ASSERT_TRUE(last) << "the connection is closed";
    EXPECT_NE(last->body.find("GET /last"), std::string::npos) << last->head << last->body;
    EXPECT_TRUE(last->has("Connection: close"));
    EXPECT_TRUE(client.at_end());
}

void Protocol::run(const Case& test, Pieces pieces) {
    RawClient client(server_->addresses()[0]);
    for (const Step& step : test.steps) {
        switch (step.kind) {
            case Step::Kind::Send:
                send(client, step.text, pieces);
                break;
            case Step::Kind::Response: {
                const auto response = client.read();
                ASSERT_TRUE(response)
                    << "no response, " << step.status << " expected; left: " << client.buffer();
                EXPECT_EQ(response->status, step.status) << response->head << response->body;
                if (!step.text.empty()) {
                    EXPECT_EQ(response->body, step.text);
                }
                break;
            }
            case Step::Kind::Open:
                expect_open(client);
                break;
            case Step::Kind::Closed:
                EXPECT_TRUE(client.at_end()) << "still open; left: " << client.buffer();
        }
    }
}

TEST_F(Protocol, AnswersEveryCaseAsTheStandardsSay) {
    const auto cases = read_cases();
    ASSERT_GE(cases.size(), 180u);
    for (const Case& test : cases) {
        SCOPED_TRACE(test.name);
        run(test, Pieces::Whole);
    }
}

TEST_F(Protocol, AnswersEveryCaseByteByByte) {
    for (const Case& test : read_cases()) {
        SCOPED_TRACE(test.name);
        run(test, Pieces::Bytes);
    }
}

TEST_F(Protocol, AnswersEveryCaseInRandomPieces) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_.seed(seed);
    for (const Case& test : read_cases()) {
        SCOPED_TRACE(test.name);
        run(test, Pieces::Random);
    }
}

TEST_F(Protocol, RefusesMalformedChunksThatNobodyReads) {
    constexpr std::string_view kHead =
        "POST /unread HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    {
        RawClient client(server_->addresses()[0]);
        client.send(std::string(kHead) + "3\r\nabc\r\nzz\r\n\r\n");
        EXPECT_EQ(client.read()->status, 400);
        EXPECT_TRUE(client.at_end());
    }
    // What comes behind the answer can but end the connection.
    RawClient client(server_->addresses()[0]);
    client.send(kHead);
    EXPECT_EQ(client.read()->status, 200);
    client.send("zz\r\n\r\n");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Protocol, SurvivesMutatedRequests) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_.seed(seed);
    const auto cases = read_cases();
    for (int round = 0; round < 300; ++round) {
        std::string bytes = cases[random_() % cases.size()].steps[0].text;
        for (int i = 0; i < 3; ++i) {
            bytes[random_() % bytes.size()] = static_cast<char>(random_() % 256);
        }
        RawClient client(server_->addresses()[0]);
        client.send(bytes);
        client.finish_sending();
        while (client.receive()) {
        }
        ASSERT_FALSE(client.timed_out()) << "hangs: " << bytes;
    }
    RawClient client(server_->addresses()[0]);
    expect_open(client);
}

}  // namespace
}  // namespace tatum::net
