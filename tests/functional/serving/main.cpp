/// A site for the tests in tests/serving; README.md beside this file lists its addresses.
#include <tatum/db/database.h>
#include <tatum/net/fiber.h>
#include <tatum/site/site.h>
#include <tatum/urls/path.h>

#include <algorithm>
#include <chrono>

using namespace tatum;

namespace {

constexpr std::int64_t kMost = 100'000;

std::int64_t number(const Request& request, std::string_view name) {
    const std::string text(request.GET().get(name));
    return std::clamp<std::int64_t>(std::atoll(text.c_str()), 0, kMost);
}

Response text(std::string_view content) {
    return Response(content, {.content_type = "text/plain; charset=utf-8"});
}

Response home(Request&) { return text("home"); }

Response client(Request& request) {
    std::string out = std::string(request.scheme()) + "\n" + request.get_host() + "\n" +
                      request.get_port() + "\n" + std::string(request.remote_address()) + "\n";
    return text(out + std::string(request.id()) + "\n");
}

Response sleep(Request& request) {
    net::sleep_for(std::chrono::milliseconds(number(request, "ms")));
    return text("slept");
}

Response burn(Request& request) {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(number(request, "ms"));
    while (std::chrono::steady_clock::now() < end) {
    }
    return text("burnt");
}

Response queries(Request& request) {
    for (std::int64_t i = number(request, "n"); i > 0; --i) {
        db::Databases::current().default_().execute("SELECT 1");
    }
    return text("asked");
}

Response item(Request&, std::int64_t id) { return text(std::to_string(id)); }

Response fail(Request&) { throw Exception("this view always fails"); }

const Urls serving_urls = {
    path<"">(home, "home"),
    path<"client">(client, "client"),
    path<"sleep">(sleep, "sleep"),
    path<"burn">(burn, "burn"),
    path<"queries">(queries, "queries"),
    path<"item/<int:id>/">(item, "item"),
    path<"fail">(fail, "fail"),
};

}  // namespace

int main(int argc, char** argv) {
    Site site;
    site.urls(serving_urls);
    return site.run(argc, argv);
}
