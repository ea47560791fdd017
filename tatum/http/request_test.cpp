#include <tatum/http/request.h>

#include <tatum/http/errors.h>
#include <tatum/http/response.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace tatum::http {
namespace {

HttpSettings open_settings() {
    HttpSettings settings;
    settings.allowed_hosts = {"*"};
    settings.keys = {.secret = "a secret", .fallbacks = {}};
    return settings;
}

TEST(Request, JoinsAHeaderThatCameOnSeveralLines) {
    const Request request(RequestText{.headers = {{"X-A", "1"},
                                                  {"x-a", "2"},
                                                  {"X-B", "0"},
                                                  {"Cookie", "a=b"},
                                                  {"Cookie", "c=d"},
                                                  {"X-A", "3"}}});
    const std::string_view first = request.header("X-A");
    EXPECT_EQ(first, "1, 2, 3");
    EXPECT_EQ(request.header("X-B"), "0");
    EXPECT_EQ(request.header("X-C"), "");
    EXPECT_EQ(request.header("cookie"), "a=b; c=d");
    EXPECT_EQ(request.header("X-A").data(), first.data());
}

/// Or a client that announces much and sends nothing would cost much.
TEST(Request, TakesMemoryForWhatComesOfABody) {
    class Announcing final : public BodySource {
    public:
        std::size_t read(std::span<char> buffer) override {
            asked = std::max(asked, buffer.size());
            const std::size_t count = std::min<std::size_t>({buffer.size(), 10'000, left});
            std::fill_n(buffer.begin(), count, 'x');
            left -= count;
            return count;
        }
        std::optional<std::uint64_t> size() const override { return 1'000'000'000; }
        std::size_t asked = 0;
        std::size_t left = 1'000'000;
    };
    HttpSettings settings = open_settings();
    settings.data_upload_max_memory_size.reset();
    Announcing source;
    const Request request(RequestHead{.method = "POST", .target = "/"}, &source, settings);
    EXPECT_EQ(request.body(), std::string(1'000'000, 'x'));
    EXPECT_LE(source.asked, 1'100'000u);
}

TEST(Request, SplitsAndDecodesItsTarget) {
    const Request request(RequestText{.target = "/a%20b/%C3%A9?x=1&y=%20"});
    EXPECT_EQ(request.path(), "/a b/é");
    EXPECT_EQ(request.path_info(), "/a b/é");
    EXPECT_EQ(request.query_string(), "x=1&y=%20");
    EXPECT_EQ(request.GET()["y"], " ");
    EXPECT_EQ(request.get_full_path(), "/a%20b/%C3%A9?x=1&y=%20");
    EXPECT_EQ(request.method(), Method::Get);
}

TEST(Request, KeepsBytesThatAreNoTextPercentEncoded) {
    EXPECT_EQ(Request(RequestText{.target = "/%FF%C3/%C3%A9"}).path(), "/%FF%C3/é");
    EXPECT_EQ(Request(RequestText{.target = "/%zz%"}).path(), "/%zz%");
}

TEST(Request, TakesTheScriptNameOffThePath) {
    HttpSettings settings = open_settings();
    settings.force_script_name = "/shop/";
    const Request mounted(RequestText{.target = "/shop/cart/"}, settings);
    EXPECT_EQ(mounted.path_info(), "/cart/");
    EXPECT_EQ(mounted.path(), "/shop/cart/");
    const Request stripped(RequestText{.target = "/cart/"}, settings);
    EXPECT_EQ(stripped.path_info(), "/cart/");
    EXPECT_EQ(stripped.path(), "/shop/cart/");
    EXPECT_EQ(Request(RequestText{.target = "/shop"}, settings).path_info(), "/");
    EXPECT_EQ(Request(RequestText{.target = "/shopping/"}, settings).path(), "/shop/shopping/");
}

TEST(Request, StaysWholeWhenMoved) {
    Request first(RequestText{.target = "/%41?q=1", .headers = {{"Cookie", "a=b"}}});
    EXPECT_EQ(first.GET()["q"], "1");
    Request second(std::move(first));
    Request third(RequestText{});
    third = std::move(second);
    EXPECT_EQ(third.path(), "/A");
    EXPECT_EQ(third.GET()["q"], "1");
    EXPECT_EQ(third.COOKIES().get("a"), "b");
    EXPECT_EQ(third.header("cookie"), "a=b");
}

TEST(Request, ParsesAnUrlencodedForm) {
    const Request request(RequestText{
        .method = "POST",
        .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
        .body = "a=1&a=2&b=%C3%A9"});
    EXPECT_EQ(request.POST().getlist("a").size(), 2u);
    EXPECT_EQ(request.POST()["b"], "é");
    EXPECT_TRUE(request.FILES().empty());
    EXPECT_EQ(request.body(), "a=1&a=2&b=%C3%A9");
}

TEST(Request, HasNoFormForOtherMethodsAndTypes) {
    for (const char* method : {"PUT", "GET", "post"}) {
        const Request request(
            RequestText{.method = method,
                        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                        .body = "a=1"});
        EXPECT_TRUE(request.POST().empty()) << method;
    }
    const Request json(RequestText{.method = "POST",
                                   .headers = {{"Content-Type", "application/json"}},
                                   .body = "{\"a\": [1]}"});
    EXPECT_TRUE(json.POST().empty());
    EXPECT_EQ(json.json(), Value(Dict{{"a", List{1}}}));
}

TEST(Request, RefusesFormsInOtherCharsetsThanUtf8) {
    const Request request(RequestText{
        .method = "POST",
        .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=latin-1"}},
        .body = "a=%E9"});
    EXPECT_THROW(request.POST(), BadRequest);
}

TEST(Request, LimitsTheBodyAtTheSettingExactly) {
    HttpSettings settings = open_settings();
    settings.data_upload_max_memory_size = 10;
    const Request fits(RequestText{.method = "POST", .body = "0123456789"}, settings);
    EXPECT_EQ(fits.body(), "0123456789");
    const Request larger(RequestText{.method = "POST", .body = "0123456789x"}, settings);
    EXPECT_THROW(larger.body(), RequestDataTooBig);
}

/// A body whose size nobody knows, in pieces.
class Pieces final : public BodySource {
public:
    explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    std::size_t read(std::span<char> buffer) override {
        if (next_ == pieces_.size()) return 0;
        const std::string& piece = pieces_[next_++];
        std::memcpy(buffer.data(), piece.data(), std::min(piece.size(), buffer.size()));
        return std::min(piece.size(), buffer.size());
    }
    std::optional<std::uint64_t> size() const override { return std::nullopt; }

private:
    std::vector<std::string> pieces_;
    std::size_t next_ = 0;
};

TEST(Request, ReadsABodyOfUnknownSizeUpToTheLimit) {
    HttpSettings settings = open_settings();
    settings.data_upload_max_memory_size = 6;
    Pieces fits({"abc", "def"});
    EXPECT_EQ(Request(RequestHead{.method = "POST", .target = "/"}, &fits, settings).body(),
              "abcdef");
    Pieces larger({"abc", "def", "g"});
    EXPECT_THROW(Request(RequestHead{.method = "POST", .target = "/"}, &larger, settings).body(),
                 RequestDataTooBig);
}

TEST(Request, GivesTheBodyAsAStreamOrAsAWhole) {
    Pieces body({"abc", "def"});
    Request request(RequestHead{.method = "POST", .target = "/"}, &body, open_settings());
    char buffer[8];
    EXPECT_EQ(request.read(buffer), 3u);
    EXPECT_THROW(request.body(), RawPostDataException);
    EXPECT_TRUE(request.POST().empty());
}

TEST(Request, GivesTheBodyAsAFileByItsSize) {
    HttpSettings settings;
    settings.file_upload_max_memory_size = 10;
    for (const std::size_t size : {0u, 10u, 11u, 300'000u}) {
        const std::string body(size, 'x');
        const Request request(
            RequestText{.method = "PUT", .headers = {{"Content-Type", "image/png"}}, .body = body},
            settings);
        const UploadedFile file = request.body_file("a.png");
        EXPECT_EQ(file.read(), body);
        EXPECT_EQ(file.size(), size);
        EXPECT_EQ(file.name(), "a.png");
        EXPECT_EQ(file.content_type(), "image/png");
        EXPECT_EQ(file.temporary_file() != nullptr, size > 10);
        EXPECT_THROW(request.body(), RawPostDataException);
    }
}

TEST(Request, ReadsJson) {
    const auto json = [](std::string type, std::string body, JsonType wanted = JsonType::Any) {
        return Request(RequestText{.method = "POST",
                                   .headers = {{"Content-Type", std::move(type)}},
                                   .body = std::move(body)})
            .json(wanted)
            .repr();
    };
    EXPECT_EQ(json("application/json", "{\"a\": [1, null]}"), "{'a': [1, None]}");
    EXPECT_EQ(json("text/plain", "1"), "1");
    EXPECT_EQ(json("application/problem+json; charset=UTF-8", "1", JsonType::Required), "1");
    EXPECT_THROW(json("text/plain", "1", JsonType::Required), UnsupportedMediaType);
    EXPECT_THROW(json("application/json; charset=latin-1", "1", JsonType::Required),
                 UnsupportedMediaType);
    for (const char* body : {"", "{", "{\"a\": }", "[1] x", "\xff", "{'a': 1}", "01"}) {
        EXPECT_THROW(json("application/json", body), BadRequest) << body;
    }
}

TEST(Request, ChecksItsHost) {
    HttpSettings settings;
    settings.allowed_hosts = {".example.com", "shop.test"};
    const auto host = [&](std::string value) {
        return Request(RequestText{.headers = {{"Host", std::move(value)}}}, settings).get_host();
    };
    EXPECT_EQ(host("www.example.com:8000"), "www.example.com:8000");
    EXPECT_EQ(host("SHOP.test"), "SHOP.test");
    for (const char* bad : {"evil.com", "example.com.evil.com", "shop.test@evil.com", "",
                            "shop.test:80:80", "shop.test/", "sub.shop.test", "shop.test:8a"})
        EXPECT_THROW(host(bad), DisallowedHost) << bad;
}

TEST(Request, AllowsLocalHostsWhileDebugging) {
    HttpSettings settings;
    settings.debug = true;
    const auto host = [&](std::string value) {
        return Request(RequestText{.headers = {{"Host", std::move(value)}}}, settings).get_host();
    };
    EXPECT_EQ(host("localhost:8000"), "localhost:8000");
    EXPECT_EQ(host("a.localhost"), "a.localhost");
    EXPECT_EQ(host("[::1]:8000"), "[::1]:8000");
    EXPECT_THROW(host("example.com"), DisallowedHost);
}

TEST(Request, MakesAHostOfItsServersNameWithoutAHeader) {
    const HttpSettings settings = open_settings();
    EXPECT_EQ(Request(RequestText{.server_name = "a", .server_port = 80}, settings).get_host(),
              "a");
    EXPECT_EQ(Request(RequestText{.server_name = "a", .server_port = 81}, settings).get_host(),
              "a:81");
    EXPECT_EQ(
        Request(RequestText{.scheme = "https", .server_name = "a", .server_port = 443}, settings)
            .get_host(),
        "a");
}

TEST(Request, BelievesForwardedHeadersOnlyWhenTold) {
    HttpSettings settings = open_settings();
    const RequestText text{.headers = {{"Host", "inner"},
                                       {"X-Forwarded-Host", "outer"},
                                       {"X-Forwarded-Port", "8443"},
                                       {"X-Forwarded-Proto", "https, http"}}};
    EXPECT_EQ(Request(text, settings).get_host(), "inner");
    EXPECT_FALSE(Request(text, settings).is_secure());
    EXPECT_EQ(Request(text, settings).get_port(), "80");
    settings.use_x_forwarded_host = settings.use_x_forwarded_port = true;
    settings.secure_proxy_ssl_header = {"X-Forwarded-Proto", "https"};
    EXPECT_EQ(Request(text, settings).get_host(), "outer");
    EXPECT_EQ(Request(text, settings).get_port(), "8443");
    EXPECT_TRUE(Request(text, settings).is_secure());
    const RequestText plain{.headers = {{"X-Forwarded-Proto", "http"}}, .scheme = "https"};
    EXPECT_FALSE(Request(plain, settings).is_secure());
}

TEST(Request, BuildsAbsoluteAddresses) {
    const HttpSettings settings = open_settings();
    const Request request(
        RequestText{.target = "/a/b/?q=é", .headers = {{"Host", "ex.org"}}, .scheme = "https"},
        settings);
    const std::pair<const char*, const char*> cases[] = {
        {"", "https://ex.org/a/b/?q=%C3%A9"},
        {"/x/", "https://ex.org/x/"},
        {"c/?d#e", "https://ex.org/a/b/c/?d#e"},
        {"../c", "https://ex.org/a/c"},
        {"../../../c", "https://ex.org/c"},
        {"/x/../y", "https://ex.org/y"},
        {"?z=1", "https://ex.org/a/b/?z=1"},
        {"//other.org/p", "https://other.org/p"},
        {"http://other.org/p?é", "http://other.org/p?%C3%A9"},
        {"mailto:a@b.c", "mailto:a@b.c"},
    };
    for (const auto& [location, expected] : cases)
        EXPECT_EQ(request.build_absolute_uri(location), expected) << location;
}

TEST(Request, ReadsSignedCookiesThatAResponseHasSet) {
    const HttpSettings settings = open_settings();
    Response response;
    response.set_signed_cookie(settings, "prefs", "dark", "salt");
    const auto read = [&](std::string value, std::string_view salt) {
        return Request(RequestText{.headers = {{"Cookie", "prefs=" + std::move(value)}}}, settings)
            .get_signed_cookie("prefs", salt);
    };
    const std::string value = response.cookies().front().value;
    EXPECT_EQ(read(value, "salt"), "dark");
    EXPECT_EQ(read(value, "other"), std::nullopt);
    EXPECT_EQ(read(value + "x", "salt"), std::nullopt);
    EXPECT_EQ(Request(RequestText{}, settings).get_signed_cookie("prefs"), std::nullopt);
}

TEST(Request, JoinsSeveralCookieLines) {
    const Request request(RequestText{.headers = {{"Cookie", "a=1"}, {"cookie", "b=2"}}});
    EXPECT_EQ(request.COOKIES().get("a"), "1");
    EXPECT_EQ(request.COOKIES().get("b"), "2");
}

TEST(Request, NegotiatesTheType) {
    const Request request(
        RequestText{.headers = {{"Accept", "text/html;q=0.5, application/json"}}});
    EXPECT_TRUE(request.accepts("text/html"));
    EXPECT_FALSE(request.accepts("image/png"));
    EXPECT_EQ(request.get_preferred_type({"text/html", "application/json"}), "application/json");
    EXPECT_EQ(request.get_preferred_type({"image/png"}), std::nullopt);
    EXPECT_TRUE(Request(RequestText{}).accepts("image/png"));
}

struct User {
    static constexpr std::string_view kAttribute = "user";
    std::string name;
};
Value to_value(const User& user) { return Value(user.name); }
struct Secret {
    int number = 0;
};

TEST(Request, CarriesWhatOthersAttach) {
    Request request(RequestText{});
    EXPECT_EQ(request.extensions.find<User>(), nullptr);
    request.extensions.set(User{"ada"});
    request.extensions.ensure<Secret>().number = 7;
    const Request moved(std::move(request));
    EXPECT_EQ(moved.extensions.find<User>()->name, "ada");
    EXPECT_EQ(moved.extensions.find<Secret>()->number, 7);
    const Value value = to_value(moved);
    EXPECT_EQ(value.as_object().attribute(value.self(), Name("user")), Value("ada"));
    EXPECT_EQ(value.as_object().attribute(value.self(), Name("secret")), std::nullopt);
}

TEST(Request, ShowsItselfToTemplates) {
    const HttpSettings settings = open_settings();
    const Request request(
        RequestText{.target = "/p/?q=1", .headers = {{"Referer", "/r"}, {"Host", "ex.org"}}},
        settings);
    const Value value = to_value(request);
    const auto attribute = [&](std::string_view name) {
        return value.as_object().attribute(value.self(), Name(name)).value_or(Value("missing"));
    };
    EXPECT_EQ(attribute("path"), Value("/p/"));
    EXPECT_EQ(attribute("method"), Value("GET"));
    EXPECT_EQ(attribute("get_host"), Value("ex.org"));
    EXPECT_EQ(attribute("build_absolute_uri"), Value("http://ex.org/p/?q=1"));
    const Value meta = attribute("META");
    EXPECT_EQ(meta.as_object().attribute(meta.self(), Name("HTTP_REFERER")), Value("/r"));
    const Value headers = attribute("headers");
    EXPECT_EQ(headers.as_object().attribute(headers.self(), Name("referer")), Value("/r"));
    EXPECT_EQ(attribute("nothing"), Value("missing"));
    EXPECT_EQ(value.str(), "<Request: GET '/p/?q=1'>");
}

}  // namespace
}  // namespace tatum::http
