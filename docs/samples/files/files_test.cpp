// The code of docs/topics/files.md and docs/topics/http-client.md.
#include <tatum/views/files.h>

#include <tatum/http/errors.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/net/http_client.h>
#include <tatum/net/http_tape.h>

#include <gtest/gtest.h>

#include <fstream>

using namespace tatum;
using namespace std::chrono_literals;

namespace {

// [private-begin]
Response invoice(Request& request, std::int64_t number) {
    if (request.COOKIES().get("customer") != "42") throw PermissionDenied("not your invoice");
    return serve_private(request, "invoices/" + std::to_string(number) + ".pdf",
                         {.as_attachment = true});
}
// [private-end]

// [quota-begin]
/// Ends an upload that is larger than the user may store, and shows how far it is.
class Quota final : public http::UploadHandler {
public:
    explicit Quota(std::uint64_t bytes_left) : bytes_left_(bytes_left) {}

    void start(const Request&, std::optional<std::uint64_t> content_length) override {
        if (content_length.value_or(0) > bytes_left_)
            throw http::StopUpload{.connection_reset = true};
    }
    bool new_file(const http::UploadPart&) override { return false; }  // the next handler keeps it
    std::string_view receive_data_chunk(std::string_view chunk, std::uint64_t) override {
        bytes_seen_ += chunk.size();
        if (bytes_seen_ > bytes_left_) throw http::StopUpload{.connection_reset = true};
        return chunk;  // what the next handler gets
    }
    std::optional<UploadedFile> file_complete(std::uint64_t) override { return std::nullopt; }
    void upload_interrupted() override { bytes_seen_ = 0; }

private:
    std::uint64_t bytes_left_, bytes_seen_ = 0;
};

Response upload(Request& request) {
    auto& handlers = request.upload_handlers();
    handlers.insert(handlers.begin(), owned<Quota>(10'000'000u));
    std::string names;
    for (const auto& entry : request.FILES()) {
        for (const UploadedFile& file : entry.values) names += file.name() + "\n";
    }
    return Response(names, {.content_type = "text/plain"});
}
// [quota-end]

// [put-begin]
Response store(Request& request) {
    const UploadedFile file = request.body_file("backup.tar");  // memory, or a temporary file
    return JsonResponse(Dict{{"size", file.size()}}, 201);
}
// [put-end]

// [json-begin]
Response add_item(Request& request) {
    const Value item = request.json(http::JsonType::Required);  // else 400 or 415
    return JsonResponse(Dict{{"added", item}}, 201);
}
// [json-end]

// [client-begin]
Value exchange_rates(net::HttpClient& client) {
    return client
        .get("https://rates.example/v1/latest", {.params = {{"base", "EUR"}}, .timeout = 5s})
        .raise_for_status()
        .json();
}

bool announce(net::HttpClient& client, const Value& order) {
    const auto reply = client.try_request(
        "POST", "https://partner.example/orders",
        {.json = order, .bearer_token = "…", .idempotent = true});  // it may be sent twice
    return reply && reply->ok();
}
// [client-end]

// [stream-begin]
/// Hands a film on while it comes, no faster than the browser takes it.
Response film(net::HttpClient& client) {
    auto stream =
        std::make_shared<net::HttpReplyStream>(client.open("GET", "https://films.example/1.mp4"));
    if (!stream->ok()) throw Http404("no such film");
    return StreamingResponse([stream](std::string& out) { return stream->next(out); },
                             {.content_type = "video/mp4"});
}
// [stream-end]

// [webhook-begin]
net::HttpClient& webhooks() {
    static net::HttpClient client({.timeout = 5s,
                                   .reply_bytes_max = 64 * 1024,
                                   .redirects_max = 0,
                                   .private_networks = net::PrivateNetworks::Refuse});
    return client;
}
// [webhook-end]

std::string tape(const std::string& calls) {
    const std::string path = testing::TempDir() + "tatum_docs_tape.json";
    std::ofstream(path) << "{\"version\": 1, \"calls\": [" << calls << "]}";
    return path;
}

// [tape-begin]
TEST(Rates, AreThoseOfTheBank) {
    net::HttpTape rates(tape(R"({"method": "GET", "status": 200, "reply": "{\"USD\": 1.1}",
                                 "url": "https://rates.example/v1/latest?base=EUR"})"));
    net::HttpClient client({.transport = &rates});
    EXPECT_EQ(exchange_rates(client).repr(), "{'USD': 1.1}");
}
// [tape-end]

TEST(Rates, AreNotAskedForWithoutARecording) {
    net::HttpClient client;
    const auto reply = client.try_request("GET", "https://rates.example/v1/latest");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, "http_client.E010");
}

TEST(Samples, AnnounceAndStream) {
    net::HttpTape calls(tape(R"({"method": "POST", "url": "https://partner.example/orders",
                                 "body": "{\"n\": 1}", "status": 201},
                                {"method": "GET", "url": "https://films.example/1.mp4",
                                 "status": 200, "reply": "film"})"));
    net::HttpClient client({.transport = &calls});
    EXPECT_TRUE(announce(client, Dict{{"n", 1}}));
    Response response = film(client);
    std::string out;
    while (response.take_stream()->next(out)) break;
    EXPECT_EQ(out, "film");
    EXPECT_EQ(webhooks().try_request("GET", "http://127.0.0.1:1/").error().code,
              "http_client.E006");
}

TEST(Samples, TakeUploads) {
    const auto uploaded = [](std::size_t size) {
        Request request(http::RequestText{
            .method = "POST",
            .headers = {{"Content-Type", "multipart/form-data; boundary=B"}},
            .body = "--B\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n" +
                    std::string(size, 'x') + "\r\n--B--"});
        return upload(request).content();
    };
    EXPECT_EQ(uploaded(10), "a\n");
    EXPECT_EQ(uploaded(10'000'000), "");
    Request put(http::RequestText{.method = "PUT", .body = "abc"});
    EXPECT_EQ(store(put).content(), "{\"size\": 3}");
    Request json(http::RequestText{
        .method = "POST", .headers = {{"Content-Type", "application/json"}}, .body = "1"});
    EXPECT_EQ(add_item(json).status(), 201);
    Request stranger(http::RequestText{.target = "/"});
    EXPECT_THROW(invoice(stranger, 1), PermissionDenied);
}

}  // namespace
