#include <tatum/net/http_client.h>

#include <tatum/base/crypto.h>
#include <tatum/base/json.h>
#include <tatum/net/http_tape.h>
#include <tatum/net/server.h>
#include <tatum/net/sync.h>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <zlib.h>

#include <atomic>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace tatum::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ClientTestHandler final : public Handler {
public:
    using Function = std::function<void(Exchange&)>;
    explicit ClientTestHandler(Function function) : function_(std::move(function)) {}
    void handle(Exchange& exchange) override { function_(exchange); }

private:
    Function function_;
};

/// A server that runs while it lives.
class ClientTestServer {
public:
    explicit ClientTestServer(ClientTestHandler::Function function,
                              const TlsCertificate& certificate = {})
        : handler_(std::move(function)) {
        ServerOptions options;
        (certificate.chain_file.empty() ? options.listen : options.listen_tls) = {"127.0.0.1:0"};
        if (!certificate.chain_file.empty()) {
            options.listen.clear();
            options.certificates = {certificate};
        }
        options.threads = 1;
        options.timeouts.linger = milliseconds(20);
        options.timeouts.stop = milliseconds(200);
        server_ = Server::bind(std::move(options), handler_).value();
        server_->start();
        scheme_ = certificate.chain_file.empty() ? "http" : "https";
    }
    std::string url(std::string_view path, std::string_view host = "127.0.0.1") const {
        return scheme_ + "://" + std::string(host) + ":" + std::to_string(port()) +
               std::string(path);
    }
    std::uint16_t port() const { return server_->addresses()[0].port(); }

private:
    ClientTestHandler handler_;
    std::unique_ptr<Server> server_;
    std::string scheme_;
};

std::string whole_body(Exchange& exchange) {
    std::string body;
    std::vector<char> piece(64 * 1024);
    while (const std::size_t count = exchange.read(piece)) body.append(piece.data(), count);
    return body;
}

void respond(Exchange& exchange, int status, std::initializer_list<Header> headers,
             std::string_view body) {
    const std::vector<Header> list(headers);
    exchange.respond({.status = status, .headers = list}, body);
}

/// "POST /a?b\nhost: ...\n\nbody": the request as it came.
void describe_request(Exchange& exchange) {
    const RequestHead& head = exchange.request();
    std::string text = std::string(head.method) + " " + std::string(head.target) + "\n";
    for (const Header& header : head.headers) {
        std::string name(header.name);
        for (char& c : name) c = static_cast<char>(std::tolower(c));
        text += name + ": " + std::string(header.value) + "\n";
    }
    respond(exchange, 200, {{"Content-Type", "text/plain"}}, text + "\n" + whole_body(exchange));
}

std::string code_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const HttpError& error) {
        return error.error() ? error.error()->code : "no code";
    }
    return "no error";
}

HttpClientOptions impatient() { return {.timeout = seconds(5), .retry_delay = milliseconds(1)}; }

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// --- requests ------------------------------------------------------------------------------------

TEST(HttpClient, SendsWhatItIsTold) {
    ClientTestServer server(describe_request);
    HttpClient client(impatient());
    const auto reply = client.get(
        server.url("/a b?x=1"),
        {.headers = {{"X-Probe", "p"}, {"X-None", ""}}, .params = {{"q", "ä&"}, {"r", ""}}});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.ok());
    EXPECT_EQ(reply.header("CONTENT-type"), "text/plain");
    EXPECT_TRUE(reply.body.starts_with("GET /a%20b?x=1&q=%C3%A4%26&r=\n")) << reply.body;
    for (const std::string_view line :
         {"\nx-probe: p\n", "\nx-none: \n", "\nuser-agent: tatum\n", "\naccept-encoding: gzip"}) {
        EXPECT_TRUE(has(reply.body, line)) << line << reply.body;
    }
    EXPECT_FALSE(has(reply.body, "cookie"));
    EXPECT_FALSE(has(reply.body, "content-type"));
}

TEST(HttpClient, SendsBodiesOfEveryKind) {
    ClientTestServer server(describe_request);
    HttpClient client(impatient());
    const std::string url = server.url("/");
    const auto json = client.post(url, {.json = Dict{{"a", List{1, "ü"}}}}).body;
    EXPECT_TRUE(has(json, "POST /\n") && has(json, "\ncontent-type: application/json\n") &&
                json.ends_with("\n\n{\"a\": [1, \"\\u00fc\"]}"))
        << json;
    const auto form = client.put(url, {.form = {{"a b", "1&2"}, {"a b", "3"}}}).body;
    EXPECT_TRUE(has(form, "PUT /\n") &&
                has(form, "\ncontent-type: application/x-www-form-urlencoded\n") &&
                form.ends_with("\n\na+b=1%262&a+b=3"))
        << form;
    const auto parts =
        client.patch(url, {.parts = {{"f\"", "text", "a\r\n.txt"}, {"g", "1"}}}).body;
    EXPECT_TRUE(has(parts, "\ncontent-type: multipart/form-data; boundary=") &&
                has(parts,
                    "name=\"f%22\"; filename=\"a%0D%0A.txt\"\r\nContent-Type: "
                    "application/octet-stream\r\n\r\ntext\r\n--") &&
                has(parts, "name=\"g\"\r\n\r\n1\r\n--"))
        << parts;
    const std::string large(3'000'000, 'x');
    const auto plain = client.post(url, {.body = large, .content_type = "text/x"}).body;
    EXPECT_TRUE(has(plain, "\ncontent-type: text/x\n") && plain.ends_with("\n\n" + large));
    EXPECT_FALSE(has(plain.substr(0, 500), "expect"));
    const auto none = client.post(url).body;
    EXPECT_TRUE(has(none, "\ncontent-length: 0\n") && !has(none, "content-type")) << none;
    EXPECT_TRUE(client.delete_(url).body.starts_with("DELETE /\n"));
    EXPECT_TRUE(client.request("PROPFIND", url).body.starts_with("PROPFIND /\n"));
    const auto head = client.head(url);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
}

TEST(HttpClient, SendsABodyThatIsMadeMeanwhile) {
    ClientTestServer server(describe_request);
    HttpClient client(impatient());
    for (const bool sized : {true, false}) {
        std::size_t left = 1'000'000;
        HttpCall call;
        call.body_reader = [&](std::span<char> buffer) {
            const std::size_t count = std::min(left, buffer.size());
            std::fill_n(buffer.begin(), count, 'x');
            left -= count;
            sleep_for(std::chrono::microseconds(10));
            return count;
        };
        if (sized) call.body_size = left;
        const auto reply = client.post(server.url("/"), call).body;
        EXPECT_TRUE(reply.ends_with("\n\n" + std::string(1'000'000, 'x')));
        EXPECT_EQ(has(reply, "transfer-encoding: chunked"), !sized);
    }
    HttpCall broken;
    broken.body_reader = [](std::span<char>) -> std::size_t { throw std::range_error("bad"); };
    EXPECT_THROW(client.post(server.url("/"), broken), std::range_error);
}

TEST(HttpClient, ProvesWhoItIs) {
    ClientTestServer server(describe_request);
    HttpClient client(impatient());
    EXPECT_TRUE(has(client.get(server.url("/"), {.basic_auth = HttpBasicAuth{"u", "p:ä"}}).body,
                    "authorization: Basic " + crypto::base64_encode("u:p:ä")));
    EXPECT_TRUE(has(client.get(server.url("/"), {.bearer_token = "t0k"}).body,
                    "authorization: Bearer t0k"));
    const auto reply = client.get(server.url("/", "me:pa%40ss@127.0.0.1"));
    EXPECT_TRUE(has(reply.body, "authorization: Basic " + crypto::base64_encode("me:pa@ss")));
    EXPECT_FALSE(has(reply.url, "pa"));
}

TEST(HttpClient, RefusesWhatIsNoCall) {
    HttpClient client(impatient());
    for (const std::string url :
         {"", "/relative", "ftp://a/", "file:///etc/passwd", "gopher://a", "http://",
          "http://a:99999/", "http://a b/", "javascript:alert(1)", "http://[::1"}) {
        EXPECT_EQ(code_of([&] { client.get(url); }), "http_client.E001") << url;
    }
    const std::string nul("http://a/\0", 10);
    EXPECT_EQ(code_of([&] { client.get(nul); }), "http_client.E001");
    for (const HttpCall& call :
         {HttpCall{.headers = {{"X", "a\r\nY: b"}}}, HttpCall{.headers = {{"X Y", "a"}}},
          HttpCall{.headers = {{"Content-Length", "5"}}}, HttpCall{.headers = {{"", ""}}},
          HttpCall{.body = "a", .content_type = "a\r\nb"}, HttpCall{.bearer_token = "a\nb"},
          HttpCall{.form = {{"a", "b"}}, .body = "c"},
          HttpCall{.parts = {{"a", "b", "c", "x\r\r\n\nY: z"}}},
          HttpCall{.parts = {{"a", "b", "c", "x\ny"}}}}) {
        EXPECT_EQ(code_of([&] { client.post("http://127.0.0.1:1/", call); }), "http_client.E001");
    }
    EXPECT_EQ(code_of([&] { client.request("GE T", "http://127.0.0.1:1/"); }), "http_client.E001");
}

TEST(HttpClient, StartsFromABaseAddress) {
    ClientTestServer server(describe_request), other(describe_request);
    HttpClientOptions options = impatient();
    options.base_url = server.url("/v1/");
    options.headers = {{"X-Key", "secret"}};
    HttpClient client(std::move(options));
    EXPECT_TRUE(has(client.get("items?a").body, "GET /v1/items?a\n"));
    EXPECT_TRUE(has(client.get("/items").body, "GET /items\n"));
    EXPECT_TRUE(has(client.get("items").body, "x-key: secret"));
    EXPECT_FALSE(has(client.get(other.url("/")).body, "x-key"));
}

// --- replies -------------------------------------------------------------------------------------

TEST(HttpClient, MakesAnErrorOfAStatusOnlyWhenAsked) {
    ClientTestServer server([](Exchange& exchange) { respond(exchange, 404, {}, "[1, 2"); });
    HttpClient client(impatient());
    const auto reply = client.get(server.url("/x?token=1"));
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(code_of([&] { reply.raise_for_status(); }), "http_client.E011");
    EXPECT_EQ(code_of([&] { reply.json(); }), "http_client.E012");
    try {
        reply.raise_for_status();
    } catch (const HttpError& error) {
        EXPECT_TRUE(has(error.what(), "/x answers with status 404")) << error.what();
    }
}

std::string gzipped(const std::string& text) {
    std::string out(text.size() / 100 + 1000, '\0');
    std::string input = text;
    z_stream stream{};
    ::deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

TEST(HttpClient, UnpacksRepliesUpToALimit) {
    const std::string packed = gzipped(std::string(20'000'000, 'x'));
    ClientTestServer server([&](Exchange& exchange) {
        respond(exchange, 200, {{"Content-Encoding", "gzip"}}, packed);
    });
    HttpClient client(impatient());
    EXPECT_EQ(client.get(server.url("/")).body.size(), 20'000'000u);
    EXPECT_EQ(code_of([&] { client.get(server.url("/"), {.reply_bytes_max = 19'999'999}); }),
              "http_client.E007");
    EXPECT_EQ(client.get(server.url("/"), {.reply_bytes_max = 20'000'000}).body.size(),
              20'000'000u);
    auto stream = client.open("GET", server.url("/"));
    std::string piece;
    std::size_t total = 0, largest = 0;
    while (stream.next(piece)) {
        total += piece.size();
        largest = std::max(largest, piece.size());
        piece.clear();
    }
    EXPECT_EQ(total, 20'000'000u);
    EXPECT_LE(largest, 64u * 1024);
}

TEST(HttpClient, LimitsBodiesAndHeads) {
    ClientTestServer server([](Exchange& exchange) {
        if (exchange.request().path == "/head") {
            const std::string large(3000, 'x');
            respond(exchange, 200, {{"X-Large", large}}, "");
        } else if (exchange.request().path == "/chunked") {
            exchange.begin({});
            for (int i = 0; i < 100; ++i) exchange.write(std::string(1000, 'x'));
        } else {
            respond(exchange, 200, {}, std::string(100'000, 'x'));
        }
    });
    HttpClientOptions options = impatient();
    options.reply_bytes_max = 100'000;
    options.head_bytes_max = 2000;
    HttpClient client(std::move(options));
    EXPECT_EQ(client.get(server.url("/")).body.size(), 100'000u);
    EXPECT_EQ(client.get(server.url("/chunked")).body.size(), 100'000u);
    const HttpCall smaller{.reply_bytes_max = 99'999};
    EXPECT_EQ(code_of([&] { client.get(server.url("/"), smaller); }), "http_client.E007");
    EXPECT_EQ(code_of([&] { client.get(server.url("/chunked"), smaller); }), "http_client.E007");
    EXPECT_EQ(client.head(server.url("/"), smaller).status, 200);
    EXPECT_EQ(code_of([&] { client.get(server.url("/head")); }), "http_client.E007");
}

TEST(HttpClient, ReadsNoFasterThanItsCaller) {
    std::atomic<std::size_t> written = 0;
    ClientTestServer server([&](Exchange& exchange) {
        exchange.begin({});
        const std::string piece(100'000, 'x');
        for (int i = 0; i < 1000; ++i) {
            exchange.write(piece);
            written += piece.size();
        }
    });
    HttpClient client(impatient());
    run([&] {
        auto stream = client.open("GET", server.url("/"));
        EXPECT_EQ(stream.status(), 200);
        sleep_for(milliseconds(300));
        EXPECT_LT(written, 20'000'000u);  // what the kernel's buffers hold
        std::string all;
        while (stream.next(all)) {
        }
        EXPECT_EQ(all.size(), 100'000'000u);
    });
}

// --- time ----------------------------------------------------------------------------------------

TEST(HttpClient, SuspendsTheFiberOnly) {
    ClientTestServer server([](Exchange& exchange) {
        sleep_for(milliseconds(100));
        respond(exchange, 200, {}, "late");
    });
    HttpClient client(impatient());
    run([&] {
        const TimePoint before = Clock::now();
        std::vector<Fiber> fibers;
        std::atomic<int> replies = 0;
        for (int i = 0; i < 20; ++i) {
            fibers.push_back(spawn([&] { replies += client.get(server.url("/")).body == "late"; }));
        }
        for (Fiber& fiber : fibers) fiber.join();
        EXPECT_EQ(replies, 20);
        EXPECT_LT(Clock::now() - before, milliseconds(1500));
    });
}

TEST(HttpClient, GivesUpInTime) {
    ClientTestServer server([](Exchange& exchange) {
        if (exchange.request().path == "/slow") sleep_for(seconds(2));
        exchange.begin({});
        exchange.write("start");
        exchange.flush();
        sleep_for(seconds(2));
    });
    HttpClientOptions options = impatient();
    options.retries = 0;
    options.timeout_stall = milliseconds(100);
    HttpClient client(std::move(options));
    const auto both = [&](auto&& test) {
        test();
        run(test);
    };
    both([&] {
        const TimePoint before = Clock::now();
        EXPECT_EQ(code_of([&] { client.get(server.url("/slow"), {.timeout = milliseconds(100)}); }),
                  "http_client.E005");
        EXPECT_EQ(code_of([&] { client.get(server.url("/")); }), "http_client.E005");
        auto stream = client.open("GET", server.url("/"));
        std::string text;
        EXPECT_TRUE(stream.next(text));
        EXPECT_EQ(text, "start");
        EXPECT_EQ(code_of([&] { stream.next(text); }), "http_client.E005");
        EXPECT_LT(Clock::now() - before, milliseconds(1500));
    });
}

TEST(HttpClient, EndsWithItsFiber) {
    Event gone;
    ClientTestServer server([&](Exchange& exchange) {
        exchange.cancel_when_client_leaves();
        try {
            sleep_for(seconds(10));
        } catch (const Cancelled&) {
            gone.set();
            throw;
        }
    });
    HttpClient client(impatient());
    run([&] {
        Fiber fiber = spawn([&] { client.get(server.url("/")); });
        sleep_for(milliseconds(50));
        fiber.cancel();
        EXPECT_THROW(fiber.join(), Cancelled);
        EXPECT_TRUE(gone.wait_for(seconds(2)));
        const DeadlineScope deadline(milliseconds(50));
        EXPECT_THROW(client.get(server.url("/")), TimedOut);
    });
}

TEST(HttpClient, DoesNotWaitForASlowResolver) {
    HttpClientOptions options = impatient();
    options.retries = 0;
    options.resolver = [](const std::string&) -> std::vector<std::string> {
        sleep_for(milliseconds(20));
        return {};
    };
    HttpClient client(std::move(options));
    EXPECT_EQ(code_of([&] { client.get("http://a.example/"); }), "http_client.E002");
}

// --- connections ---------------------------------------------------------------------------------

TEST(HttpClient, ReusesConnections) {
    std::mutex guard;
    std::set<std::uint16_t> ports;
    ClientTestServer server([&](Exchange& exchange) {
        {
            const std::lock_guard lock(guard);
            ports.insert(exchange.peer().port());
        }
        describe_request(exchange);
    });
    HttpClient client(impatient());
    for (int i = 0; i < 5; ++i) client.get(server.url("/"));
    run([&] {
        for (int i = 0; i < 5; ++i) client.get(server.url("/"));
    });
    EXPECT_EQ(ports.size(), 1u);
}

TEST(HttpClient, SaysThatNobodyAnswers) {
    std::uint16_t port = 0;
    {
        ClientTestServer server(describe_request);
        port = server.port();
    }
    HttpClient client(impatient());
    const auto reply =
        client.try_request("GET", "http://127.0.0.1:" + std::to_string(port) + "/?k");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, "http_client.E003");
    EXPECT_TRUE(has(reply.error().message, "GET http://127.0.0.1:") &&
                !has(reply.error().message, "?k"))
        << reply.error().message;
}

TEST(HttpClient, KeepsCookiesOnlyWhenAsked) {
    ClientTestServer server([](Exchange& exchange) {
        if (exchange.request().path == "/set") {
            respond(exchange, 200, {{"Set-Cookie", "a=1; Path=/"}}, "");
        } else {
            describe_request(exchange);
        }
    });
    for (const bool cookies : {false, true}) {
        HttpClientOptions options = impatient();
        options.cookies = cookies;
        HttpClient client(std::move(options));
        client.get(server.url("/set"));
        EXPECT_EQ(has(client.get(server.url("/")).body, "cookie: a=1"), cookies);
    }
}

TEST(HttpClient, IgnoresTheProxyOfTheEnvironment) {
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    ClientTestServer server(describe_request);
    HttpClient client(impatient());
    EXPECT_EQ(client.get(server.url("/")).status, 200);
    ::unsetenv("http_proxy");
    HttpClientOptions options = impatient();
    options.proxy = server.url("/");
    HttpClient proxied(std::move(options));
    EXPECT_TRUE(has(proxied.get("http://shop.example/a").body, "GET http://shop.example/a\n"));
}

// --- attempts ------------------------------------------------------------------------------------

TEST(HttpClient, TriesAgainWhatMayBeTriedAgain) {
    std::atomic<int> requests = 0;
    ClientTestServer server([&](Exchange& exchange) {
        if (++requests % 3 != 0) {
            respond(exchange, 503, {}, "not now");
        } else {
            respond(exchange, 200, {}, "now");
        }
    });
    HttpClient client(impatient());
    const auto reply = client.get(server.url("/"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.attempts, 3);
    EXPECT_EQ(client.post(server.url("/")).status, 503);
    requests = 0;
    EXPECT_EQ(client.post(server.url("/"), {.idempotent = true}).status, 200);
    EXPECT_EQ(client.get(server.url("/"), {.retries = 1}).status, 503);
}

TEST(HttpClient, TriesAgainWhenTheConnectionBreaks) {
    std::atomic<int> requests = 0;
    ClientTestServer server([&](Exchange& exchange) {
        if (++requests == 1) throw std::runtime_error("500");
        exchange.begin({}, 10);
        exchange.write("1234");
        if (requests == 2) throw std::runtime_error("cut");
        exchange.write("567890");
    });
    HttpClient client(impatient());
    EXPECT_EQ(client.get(server.url("/")).status, 500);
    const auto reply = client.get(server.url("/"));
    EXPECT_EQ(reply.body, "1234567890");
    EXPECT_EQ(reply.attempts, 2);
    requests = 1;
    EXPECT_EQ(code_of([&] { client.post(server.url("/")); }), "http_client.E009");
}

TEST(HttpClient, WaitsAsLongAsItIsTold) {
    std::atomic<int> requests = 0;
    ClientTestServer server([&](Exchange& exchange) {
        const bool later = exchange.request().path == "/later";
        if (++requests == 1) {
            respond(exchange, 429, {{"Retry-After", later ? "3600" : "1"}}, "");
        } else {
            respond(exchange, 200, {}, "");
        }
    });
    HttpClient client(impatient());
    TimePoint before = Clock::now();
    EXPECT_EQ(client.get(server.url("/")).status, 200);
    EXPECT_GE(Clock::now() - before, seconds(1));
    requests = 0;
    before = Clock::now();
    EXPECT_EQ(client.get(server.url("/later")).status, 429);
    requests = 0;
    EXPECT_EQ(client.get(server.url("/"), {.timeout = milliseconds(500)}).status, 429);
    EXPECT_LT(Clock::now() - before, milliseconds(900));
}

// --- redirects -----------------------------------------------------------------------------------

TEST(HttpClient, FollowsRedirects) {
    ClientTestServer server([](Exchange& exchange) {
        const std::string path(exchange.request().path);
        if (path == "/") return describe_request(exchange);
        if (path == "/loop") return respond(exchange, 302, {{"Location", "/loop"}}, "");
        if (path == "/bad") return respond(exchange, 302, {{"Location", "file:///etc/passwd"}}, "");
        respond(exchange, std::stoi(path.substr(1)), {{"Location", "/?next#part"}}, "moved");
    });
    HttpClient client(impatient());
    const auto post = [&](const std::string& path) {
        return client.post(server.url(path), {.body = "body", .content_type = "text/x"}).body;
    };
    for (const std::string path : {"/301", "/302", "/303"}) {
        const std::string text = post(path);
        EXPECT_TRUE(text.starts_with("GET /?next\n") && !has(text, "text/x") &&
                    text.ends_with("\n\n"))
            << text;
    }
    for (const std::string path : {"/307", "/308"}) {
        const std::string text = post(path);
        EXPECT_TRUE(text.starts_with("POST /?next\n") && has(text, "text/x") &&
                    text.ends_with("\n\nbody"))
            << text;
    }
    const auto reply = client.get(server.url("/302"));
    EXPECT_EQ(reply.redirects, 1);
    EXPECT_EQ(reply.attempts, 1);
    EXPECT_EQ(reply.url, server.url("/?next"));
    EXPECT_EQ(client.get(server.url("/302"), {.redirects_max = 0}).body, "moved");
    EXPECT_EQ(code_of([&] { client.get(server.url("/loop")); }), "http_client.E008");
    EXPECT_EQ(code_of([&] { client.get(server.url("/bad")); }), "http_client.E008");
    HttpCall streamed;
    bool sent = false;
    streamed.body_reader = [&](std::span<char> buffer) -> std::size_t {
        buffer[0] = 'x';
        return std::exchange(sent, true) ? 0 : 1;
    };
    EXPECT_EQ(code_of([&] { client.post(server.url("/307"), streamed); }), "http_client.E008");
}

TEST(HttpClient, DoesNotReadTheBodyOfARedirectOfAStream) {
    ClientTestServer server([](Exchange& exchange) {
        if (exchange.request().path == "/") return respond(exchange, 200, {}, "there");
        const Header location{"Location", "/"};
        exchange.begin({.status = 302, .headers = {&location, 1}});
        const std::string piece(100'000, 'x');
        for (;;) exchange.write(piece);  // until the client leaves
    });
    HttpClient client(impatient());
    auto stream = client.open("GET", server.url("/endless"));
    std::string all;
    while (stream.next(all)) {
    }
    EXPECT_EQ(all, "there");
}

TEST(HttpClient, KeepsCredentialsFromOtherOrigins) {
    ClientTestServer other(describe_request);
    ClientTestServer server([&](Exchange& exchange) {
        const std::string target = exchange.request().path == "/here"
                                       ? "/there"
                                       : other.url("/", "user:password@127.0.0.1");
        if (exchange.request().path == "/there") return describe_request(exchange);
        respond(exchange, 302, {{"Location", target}}, "");
    });
    HttpClientOptions options = impatient();
    options.headers = {{"X-Key", "secret"}};
    HttpClient client(std::move(options));
    const HttpCall call{.headers = {{"Cookie", "a=1"}, {"X-Plain", "p"}}, .bearer_token = "token"};
    const std::string same = client.get(server.url("/here"), call).body;
    EXPECT_TRUE(has(same, "token") && has(same, "a=1") && has(same, "secret")) << same;
    const std::string another = client.get(server.url("/away"), call).body;
    EXPECT_FALSE(has(another, "token") || has(another, "a=1") || has(another, "secret") ||
                 has(another, "authorization"))
        << another;
    EXPECT_TRUE(has(another, "x-plain: p"));
}

// --- private networks ----------------------------------------------------------------------------

HttpClientOptions guarded() {
    HttpClientOptions options = impatient();
    options.private_networks = PrivateNetworks::Refuse;
    return options;
}

TEST(HttpClient, StaysOutOfPrivateNetworks) {
    std::atomic<int> requests = 0;
    ClientTestServer server([&](Exchange& exchange) {
        ++requests;
        describe_request(exchange);
    });
    HttpClient client(guarded());
    for (const std::string host : {"127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433",
                                   "0177.0.0.1", "[::ffff:127.0.0.1]", "0", "[::]"}) {
        EXPECT_EQ(code_of([&] { client.get(server.url("/", host)); }), "http_client.E006") << host;
    }
    for (const std::string url : {"http://169.254.169.254/latest/", "http://10.0.0.1/",
                                  "http://[fd00:ec2::254]/", "https://192.168.1.1/"}) {
        EXPECT_EQ(code_of([&] { client.get(url); }), "http_client.E006") << url;
    }
    EXPECT_EQ(requests, 0);
}

TEST(HttpClient, IsNotFooledByNamesThatChangeTheirMind) {
    std::atomic<int> requests = 0, lookups = 0;
    ClientTestServer server([&](Exchange& exchange) {
        ++requests;
        describe_request(exchange);
    });
    HttpClientOptions options = guarded();
    options.timeout = milliseconds(300);
    options.retries = 1;
    options.retry_delay = milliseconds(1);
    options.timeout_connect = milliseconds(100);
    // A public address, where nobody answers, and at the second look this machine.
    options.resolver = [&](const std::string& host) -> std::vector<std::string> {
        EXPECT_EQ(host, "rebind.example");
        if (++lookups == 1) return {"2001:4860:4860::8888"};
        return {"127.0.0.1"};
    };
    HttpClient client(std::move(options));
    EXPECT_EQ(code_of([&] { client.get(server.url("/", "rebind.example")); }), "http_client.E006");
    EXPECT_EQ(lookups, 2);
    HttpClientOptions mixed = guarded();
    mixed.resolver = [](const std::string&) -> std::vector<std::string> {
        return {"93.184.216.34", "10.0.0.1"};
    };
    HttpClient careful(std::move(mixed));
    EXPECT_EQ(code_of([&] { careful.get(server.url("/", "mixed.example")); }), "http_client.E006");
    EXPECT_EQ(requests, 0);
}

TEST(HttpClient, PinsTheAddressThatTheResolverGives) {
    ClientTestServer server(describe_request);
    HttpClientOptions options = impatient();
    options.resolver = [](const std::string&) -> std::vector<std::string> { return {"127.0.0.1"}; };
    HttpClient client(std::move(options));
    EXPECT_TRUE(has(client.get(server.url("/", "shop.example")).body, "host: shop.example"));
}

/// Answers from a table, in the place of the network.
class Table final : public HttpTransport {
public:
    std::map<std::string, HttpReply> replies;
    Result<std::optional<HttpReply>> answer(const HttpSent& sent) override {
        const auto place = replies.find(sent.url);
        if (place == replies.end()) return std::optional<HttpReply>();
        return std::optional<HttpReply>(place->second);
    }
};

TEST(HttpClient, ChecksWhereARedirectLeads) {
    ClientTestServer server(describe_request);
    Table table;
    HttpReply moved{.status = 302};
    moved.headers = {{"Location", server.url("/")}};
    table.replies["http://public.example/"] = moved;
    HttpClientOptions options = guarded();
    options.transport = &table;
    HttpClient client(std::move(options));
    EXPECT_EQ(code_of([&] { client.get("http://public.example/"); }), "http_client.E006");
}

TEST(HttpClient, CannotAnswerForAProxy) {
    HttpClientOptions options = guarded();
    options.proxy = "http://proxy:3128";
    EXPECT_THROW(HttpClient{std::move(options)}, ImproperlyConfigured);
}

// --- TLS -----------------------------------------------------------------------------------------

/// A certificate for localhost that vouches for itself.
TlsCertificate make_certificate(const std::string& file) {
    TlsCertificate result{testing::TempDir() + file + ".crt", testing::TempDir() + file + ".key"};
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(certificate, names, -1);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* out = std::fopen(result.chain_file.c_str(), "w");
    PEM_write_X509(out, certificate);
    std::fclose(out);
    out = std::fopen(result.key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    X509_EXTENSION_free(names);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return result;
}

TEST(HttpClient, TrustsOnlyCertificatesThatAreVouchedFor) {
    const TlsCertificate certificate = make_certificate("tatum_http_client");
    ClientTestServer server(describe_request, certificate);
    HttpClient strict(impatient());
    EXPECT_EQ(code_of([&] { strict.get(server.url("/", "localhost")); }), "http_client.E004");
    HttpClientOptions options = impatient();
    options.ca_file = certificate.chain_file;
    HttpClient client(options);
    EXPECT_EQ(client.get(server.url("/", "localhost")).status, 200);
    run([&] { EXPECT_EQ(client.get(server.url("/", "localhost")).status, 200); });
    EXPECT_EQ(code_of([&] { client.get(server.url("/", "127.0.0.1")); }), "http_client.E004");
    options.verify_tls = false;
    HttpClient careless(options);
    EXPECT_EQ(careless.get(server.url("/", "127.0.0.1")).status, 200);
    ClientTestServer plain(describe_request);
    EXPECT_EQ(
        code_of([&] { client.get("https://localhost:" + std::to_string(plain.port()) + "/"); }),
        "http_client.E004");
}

// --- tapes ---------------------------------------------------------------------------------------

TEST(HttpTape, PlaysBackWhatItHasRecorded) {
    const std::string path = testing::TempDir() + "tatum_tape.json";
    std::remove(path.c_str());
    std::string url;
    {
        int count = 0;
        ClientTestServer server([&](Exchange& exchange) {
            const std::string number = std::to_string(++count);
            respond(exchange, 201, {{"X-Count", number}, {"Set-Cookie", "session=secret"}},
                    std::string("\xff\0key123", 8) + number);
        });
        url = server.url("/?key=key123");
        HttpTape tape(path, {.mode = HttpTape::Mode::Record, .hidden = {"key123"}});
        HttpClientOptions options = impatient();
        options.transport = &tape;
        HttpClient client(std::move(options));
        EXPECT_EQ(client.post(url, {.json = Dict{{"a", 1}}, .bearer_token = "token"}).status, 201);
        client.post(url, {.json = Dict{{"a", 1}}});
    }
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    EXPECT_FALSE(has(text, "secret") || has(text, "token") || has(text, "key123")) << text;

    HttpTape tape(path, {.hidden = {"key123"}});
    EXPECT_EQ(tape.unplayed(), 2u);
    HttpClientOptions options = impatient();
    options.transport = &tape;
    HttpClient client(std::move(options));
    const HttpCall call{.json = Dict{{"a", 1}}};
    for (const std::string count : {"1", "2"}) {
        const auto reply = client.post(url, call);
        EXPECT_EQ(reply.status, 201);
        EXPECT_EQ(reply.header("x-count"), count);
        EXPECT_EQ(reply.body, std::string("\xff\0***", 5) + count);
    }
    EXPECT_EQ(tape.unplayed(), 0u);
    EXPECT_EQ(code_of([&] { client.post(url, call); }), "http_client.E010");
    EXPECT_EQ(code_of([&] { client.get(url); }), "http_client.E010");
    EXPECT_EQ(code_of([] { HttpTape("/nowhere/tape.json"); }), "http_client.E010");
    std::remove(path.c_str());
}

TEST(NoNetwork, ReachesThisMachineOnly) {
    ClientTestServer server(describe_request);
    NoNetwork none;
    HttpClientOptions options = impatient();
    options.transport = &none;
    HttpClient client(std::move(options));
    EXPECT_EQ(code_of([&] { client.get("http://shop.example/"); }), "http_client.E010");
    EXPECT_EQ(client.get(server.url("/")).status, 200);
    run([&] {
        auto stream = client.open("GET", server.url("/"));
        std::string text;
        while (stream.next(text)) {
        }
        EXPECT_TRUE(text.starts_with("GET /\n"));
    });
}

TEST(NoNetwork, LeavesStreamsAsTheyAre) {
    Event go_on;
    ClientTestServer server([&](Exchange& exchange) {
        std::string body(100, '\0');
        const std::size_t count = exchange.read(body);
        exchange.begin({}, std::nullopt);
        exchange.write(body.substr(0, count));
        exchange.flush();
        go_on.wait();
        exchange.write("end");
        exchange.finish();
    });
    NoNetwork none;
    const HttpTransportScope scope(none);
    HttpClient client(impatient());
    run([&] {
        bool read = false;
        const HttpBodyReader reader = [&](std::span<char> into) -> std::size_t {
            if (std::exchange(read, true)) return 0;
            into[0] = 'x';
            return 1;
        };
        auto stream = client.open("PUT", server.url("/"), {.body_reader = reader});
        std::string text;
        while (text.empty() && stream.next(text)) {
        }
        EXPECT_EQ(text, "x");  // while the rest is not there yet
        go_on.set();
        while (stream.next(text)) {
        }
        EXPECT_EQ(text, "xend");
    });
}

TEST(HttpTransportScope, IsForClientsWithoutATransportOfTheirOwn) {
    struct Canned final : HttpTransport {
        explicit Canned(int status) : status_(status) {}
        Result<std::optional<HttpReply>> answer(const HttpSent&) override {
            HttpReply reply;
            reply.status = status_;
            return std::optional(reply);
        }
        int status_;
    } outer(201), own(202), inner(203);
    HttpClient client(impatient());
    HttpClient other({.transport = &own});
    const HttpTransportScope scope(outer);
    EXPECT_EQ(client.get("http://shop.example/").status, 201);
    EXPECT_EQ(other.get("http://shop.example/").status, 202);
    {
        const HttpTransportScope nearer(inner);
        EXPECT_EQ(client.get("http://shop.example/").status, 203);
    }
    run([&] {  // a fiber inherits it
        spawn([&] { EXPECT_EQ(client.get("http://shop.example/").status, 201); }).join();
    });
}

}  // namespace
}  // namespace tatum::net
