/// A small site for protocol tests: `echo_site runserver|serve --port N --static-root DIR`. It says
/// what the framework makes of a request; issue 4 and README.md beside this file list its
/// addresses.
#include <tatum/base/settings.h>
#include <tatum/site/site.h>
#include <tatum/urls/path.h>
#include <tatum/views/decorators.h>
#include <tatum/views/websocket.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

using namespace tatum;

namespace {

constexpr std::size_t kBodyBytesMax = 64u << 20;
constexpr std::uint64_t kStreamBytesMax = 8ull << 30;
constexpr std::string_view kText = "text/plain; charset=utf-8";

Response text(std::string_view content) { return Response(content, {.content_type = kText}); }

std::optional<std::uint64_t> number(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

/// `count` bytes 'x', of a length that nobody is told.
Response stream(std::uint64_t count) {
    static constexpr std::uint64_t kPieceBytes = 64 * 1024;
    return StreamingResponse(
        [left = std::min(count, kStreamBytesMax)](std::string& out) mutable {
            const auto piece = std::min(left, kPieceBytes);
            out.assign(static_cast<std::size_t>(piece), 'x');
            left -= piece;
            return left > 0;
        },
        {.content_type = "application/octet-stream"});
}

std::string form_of(Request& request) {
    std::string out = "fields=" + std::to_string(request.POST().size());
    const auto& files = request.FILES();
    std::size_t count = 0;
    std::string names;
    for (const auto& entry : files) {
        for (const auto& file : entry.values) {
            ++count;
            names += (names.empty() ? "" : ",") + file.name();
        }
    }
    out += " files=" + std::to_string(count);
    return names.empty() ? out : out + " names=" + names;
}

Response see(Request& request, std::string_view what) {
    const auto name = request.GET().get("name");
    if (what == "method") return text(request.method_text());
    if (what == "path") return text(request.path());
    if (what == "query") return text(request.query_string());
    if (what == "host") return text(request.get_host());
    if (what == "header") return text(request.header(name));
    if (what == "cookie") return text(request.COOKIES().get(name));
    if (what == "form") return text(form_of(request));
    if (what == "json") {
        static_cast<void>(request.json());  // BadRequest becomes the status 400
        return text("ok");
    }
    return ResponseBadRequest("see=" + std::string(what) + " is unknown", kText);
}

Response echo(Request& request) {
    const auto& query = request.GET();
    Response response;
    if (const auto what = query.get("see"); !what.empty()) {
        response = see(request, what);
    } else if (const auto status = number(query.get("status"))) {
        if (*status < 200 || *status > 599) return ResponseBadRequest("no such status", kText);
        response.set_status(static_cast<int>(*status));
    } else if (const auto count = number(query.get("stream"))) {
        response = stream(*count);
    } else {
        response = FileResponse(request.body_file(), {.content_type = "application/octet-stream"});
        response.headers.erase("Content-Disposition");
    }
    if (query.contains("set")) {
        const auto value = query.get("set");
        try {
            response.headers.set("X-Probe", value);
            response.set_cookie("probe", value);
        } catch (const http::BadHeaderError& error) {
            return ResponseBadRequest(error.what(), kText);
        }
    }
    return response;
}

Response home(Request&) { return text("echo"); }
Response plaintext(Request&) { return Response("Hello, World!", {.content_type = "text/plain"}); }
Response json(Request&) { return JsonResponse(Dict{{"message", "Hello, World!"}}); }

Response echo_messages(Request& request) {
    return websocket(request,
                     [](WebSocket& socket) {
                         while (const auto message = socket.receive()) socket.send(*message);
                     },
                     {.limits = {.message_bytes_max = kBodyBytesMax, .context_takeover = true}});
}

const Urls echo_urls = {
    path<"">(csrf_exempt(home), "home"),    path<"echo">(csrf_exempt(echo), "echo"),
    path<"plaintext">(plaintext),           path<"json">(json),
    path<"ws">(csrf_exempt(echo_messages)),
};

/// Takes `--static-root DIR` out of the arguments: it is a setting, not an option of the commands.
std::string take_static_root(std::vector<char*>& arguments) {
    for (std::size_t i = 1; i + 1 < arguments.size(); ++i) {
        if (std::string_view(arguments[i]) != "--static-root") continue;
        const auto folder = std::filesystem::absolute(arguments[i + 1]).string();
        arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i),
                        arguments.begin() + static_cast<std::ptrdiff_t>(i) + 2);
        return folder;
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<char*> arguments(argv, argv + argc);
    Settings settings;
    settings.secret_key = "echo-site-is-for-tests-only-0123456789-abcdefghijklmnop";
    settings.allowed_hosts = {"localhost", "127.0.0.1"};
    settings.data_upload_max_memory_size = kBodyBytesMax;
    if (auto folder = take_static_root(arguments); !folder.empty()) {
        settings.staticfiles_dirs = {folder};
    }
    Site site{std::move(settings)};
    site.urls(echo_urls);
    return site.run(static_cast<int>(arguments.size()), arguments.data());
}
