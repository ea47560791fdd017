#include <tatum/middleware/middleware.h>

#include <tatum/base/locals.h>
#include <tatum/middleware/common.h>
#include <tatum/middleware/conditional_get.h>
#include <tatum/middleware/csp.h>
#include <tatum/middleware/gzip.h>
#include <tatum/middleware/security.h>
#include <tatum/urls/path.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/csp.h>
#include <tatum/views/error_pages.h>
#include <tatum/views/response_flags.h>

#include <gtest/gtest.h>
#include <zlib.h>

#include <set>

namespace tatum::middleware {
namespace {

using http::Request;
using http::RequestText;
using http::Response;

const http::HttpSettings& any_host() {
    static const http::HttpSettings settings{.allowed_hosts = {"*"}};
    return settings;
}

Response run(
    Shared<const Middleware> middleware, RequestText text,
    Chain::Handler handler = [](Request&) { return Response("ok"); }) {
    const Chain chain({std::move(middleware)}, std::move(handler),
                      [](Request& request) { return views::rescue(request, {}); });
    Request request(std::move(text), any_host());
    return chain(request);
}

/// Adds its name to a header on the way out.
class Mark final : public Middleware {
public:
    explicit Mark(std::string name) : name_(std::move(name)) {}
    Response process(Request& request, const Next& next) const override {
        Response response = next(request);
        const std::string before(response.headers.get("X-Marks", {}));
        response.headers.set("X-Marks", before + name_);
        return response;
    }

private:
    std::string name_;
};

TEST(Chain, RunsFromTheOutsideInAndBack) {
    const Chain chain(
        {shared<Mark>("a"), shared<Mark>("b")}, [](Request&) { return Response("ok"); },
        [](Request&) { return Response("rescued"); });
    Request request{RequestText{}};
    EXPECT_EQ(chain(request).headers.get("X-Marks"), "ba");
}

TEST(Chain, TurnsExceptionsIntoResponsesWhereTheyAreThrown) {
    const Chain chain(
        {shared<Mark>("a")}, [](Request&) -> Response { throw Http404("nothing here"); },
        [](Request& request) { return views::rescue(request, {}); });
    Request request{RequestText{}};
    const Response response = chain(request);
    EXPECT_EQ(response.status(), 404);
    EXPECT_EQ(response.headers.get("X-Marks"), "a");
    EXPECT_EQ(response.content().find("nothing here"), std::string::npos);
}

TEST(SecurityMiddleware, AddsItsHeadersUnlessTheViewHasItsOwn) {
    const auto response = run(shared<SecurityMiddleware>(), {}, [](Request&) {
        return Response("ok", {.headers = {{"Referrer-Policy", "origin"}}});
    });
    EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.get("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(response.headers.get("Referrer-Policy"), "origin");
    EXPECT_FALSE(response.has_header("Strict-Transport-Security"));
}

TEST(SecurityMiddleware, SendsHstsOverHttpsOnly) {
    const auto middleware = shared<SecurityMiddleware>(SecurityOptions{
        .hsts_seconds = 3600, .hsts_include_subdomains = true, .hsts_preload = true});
    EXPECT_EQ(run(middleware, {.scheme = "https"}).headers.get("Strict-Transport-Security"),
              "max-age=3600; includeSubDomains; preload");
    EXPECT_FALSE(run(middleware, {}).has_header("Strict-Transport-Security"));
}

TEST(SecurityMiddleware, RedirectsToHttpsButForExemptPaths) {
    const auto middleware = shared<SecurityMiddleware>(
        SecurityOptions{.redirect_exempt = {"^health/"}, .ssl_redirect = true});
    const auto response =
        run(middleware, {.target = "/a/?b=c", .headers = {{"Host", "shop.example"}}});
    EXPECT_EQ(response.status(), 301);
    EXPECT_EQ(response.headers.get("Location"), "https://shop.example/a/?b=c");
    EXPECT_EQ(run(middleware, {.target = "/health/"}).status(), 200);
    EXPECT_EQ(run(middleware, {.target = "/a/", .scheme = "https"}).status(), 200);
}

TEST(SecurityMiddleware, RefusesAPatternThatIsNone) {
    EXPECT_THROW(SecurityMiddleware(SecurityOptions{.redirect_exempt = {"("}}),
                 ImproperlyConfigured);
}

TEST(XFrameOptionsMiddleware, DeniesFramesUnlessExempt) {
    const auto middleware = shared<XFrameOptionsMiddleware>();
    EXPECT_EQ(run(middleware, {}).headers.get("X-Frame-Options"), "DENY");
    const auto exempt = run(middleware, {}, [](Request&) {
        Response response("ok");
        response.extensions.set(views::XFrameOptionsExempt{});
        return response;
    });
    EXPECT_FALSE(exempt.has_header("X-Frame-Options"));
}

TEST(ContentSecurityPolicy, IsBuiltAsDjangoDoes) {
    const Dict policy{{"default-src", List{"'self'", "cdn.example"}},
                      {"script-src", List{"'self'", Value(views::kCspNonce)}},
                      {"img-src", "https:"},
                      {"upgrade-insecure-requests", true},
                      {"object-src", Value()},
                      {"base-uri", false}};
    EXPECT_EQ(build_csp(policy, "abc"),
              "default-src 'self' cdn.example; script-src 'self' 'nonce-abc'; img-src https:; "
              "upgrade-insecure-requests");
    EXPECT_EQ(build_csp({{"script-src", List{Value(views::kCspNonce)}}}, ""), "");
}

TEST(ContentSecurityPolicy, NamesTheNonceOnceThePageHasUsedIt) {
    const auto middleware = shared<ContentSecurityPolicyMiddleware>();
    EXPECT_EQ(
        std::string(run(middleware, {}).headers.get("Content-Security-Policy", {})).find("nonce"),
        std::string::npos);
    std::string nonce;
    const auto used = run(middleware, {}, [&](Request& request) {
        nonce = views::csp_nonce(request);
        return Response("ok");
    });
    EXPECT_NE(std::string(used.headers.get("Content-Security-Policy", {}))
                  .find("script-src 'self' 'nonce-" + nonce + "'"),
              std::string::npos);
}

TEST(ContentSecurityPolicy, CanBeReplacedAndSwitchedOffByAView) {
    const auto middleware = shared<ContentSecurityPolicyMiddleware>();
    const auto with = [&](Dict policy) {
        return run(middleware, {}, [&](Request&) {
            Response response("ok");
            response.extensions.set(views::CspOverride{policy});
            return response;
        });
    };
    EXPECT_EQ(with({{"default-src", List{"*"}}}).headers.get("Content-Security-Policy"),
              "default-src *");
    EXPECT_FALSE(with({}).has_header("Content-Security-Policy"));
}

class CommonTest : public ::testing::Test {
protected:
    static Response page(Request&) { return Response("page"); }

    Response get(const CommonOptions& options, RequestText text) {
        const LocalScope scope(Slot::Urls, &resolver_);
        return run(shared<CommonMiddleware>(options), std::move(text),
                   [&](Request& request) -> Response {
                       const auto match = resolver_.resolve(request.path_info());
                       if (!match) throw urls::Resolver404(std::string(request.path_info()));
                       return (*match)(request);
                   });
    }

    urls::Resolver resolver_{urls::Urls{
        urls::path<"page/">(page, "page"),
        urls::path<"bare">(page, "bare"),
        urls::path<"strict/">(urls::with_flags(page, urls::ViewFlags::NoAppendSlash), "strict"),
    }};
};

TEST_F(CommonTest, AppendsASlashWhereThatHelps) {
    const auto response = get({}, {.target = "/page?a=b"});
    EXPECT_EQ(response.status(), 301);
    EXPECT_EQ(response.headers.get("Location"), "/page/?a=b");
    EXPECT_EQ(get({}, {.target = "/bare"}).status(), 200);
    EXPECT_EQ(get({}, {.target = "/nothing"}).status(), 404);
    EXPECT_EQ(get({}, {.target = "/strict"}).status(), 404);
    EXPECT_EQ(get({.append_slash = false}, {.target = "/page"}).status(), 404);
}

TEST_F(CommonTest, SendsNobodyToAnotherHost) {
    EXPECT_EQ(get({}, {.target = "//evil.example/page"}).status(), 404);
}

TEST_F(CommonTest, PrependsWww) {
    const auto response =
        get({.prepend_www = true}, {.target = "/page", .headers = {{"Host", "shop.example"}}});
    EXPECT_EQ(response.headers.get("Location"), "http://www.shop.example/page/");
}

TEST_F(CommonTest, RefusesUnwantedClients) {
    const CommonOptions options{.disallowed_user_agents = {"(?i)badbot"}};
    EXPECT_EQ(get(options, {.target = "/page/", .headers = {{"User-Agent", "BadBot/1"}}}).status(),
              403);
    EXPECT_EQ(get(options, {.target = "/page/", .headers = {{"User-Agent", "Friend"}}}).status(),
              200);
}

TEST(ConditionalGetMiddleware, AnswersNotModifiedForTheSamePage) {
    const auto middleware = shared<ConditionalGetMiddleware>();
    const auto first = run(middleware, {});
    const std::string etag(first.headers.get("ETag", {}));
    ASSERT_FALSE(etag.empty());
    EXPECT_EQ(run(middleware, {.headers = {{"If-None-Match", etag}}}).status(), 304);
    EXPECT_EQ(run(middleware, {.method = "POST"}).headers.get("ETag"), std::nullopt);
}

std::string gunzipped(std::string compressed) {
    z_stream stream{};
    ::inflateInit2(&stream, 15 + 16);
    std::string out(1 << 16, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_in = static_cast<uInt>(compressed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::inflateEnd(&stream);
    return out;
}

TEST(GZipMiddleware, CompressesForThoseWhoAcceptIt) {
    const std::string page(5000, 'x');
    const auto handler = [&](Request&) { return Response(page, {.headers = {{"ETag", "\"a\""}}}); };
    const auto middleware = shared<GZipMiddleware>();
    const auto response = run(middleware, {.headers = {{"Accept-Encoding", "gzip"}}}, handler);
    EXPECT_EQ(response.headers.get("Content-Encoding"), "gzip");
    EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
    EXPECT_EQ(response.headers.get("ETag"), "W/\"a\"");
    EXPECT_EQ(gunzipped(response.content()), page);
    const auto plain = run(middleware, {}, handler);
    EXPECT_EQ(plain.content(), page);
    EXPECT_EQ(plain.headers.get("Vary"), "Accept-Encoding");
}

TEST(GZipMiddleware, LeavesShortPagesAlone) {
    const auto response = run(shared<GZipMiddleware>(), {.headers = {{"Accept-Encoding", "gzip"}}});
    EXPECT_EQ(response.content(), "ok");
    EXPECT_FALSE(response.has_header("Content-Encoding"));
}

TEST(GZipMiddleware, PrefersBrotliOfEquals) {
    const std::string page(5000, 'x');
    const auto coding = [&](const char* accepted) {
        const auto response =
            run(shared<GZipMiddleware>(), {.headers = {{"Accept-Encoding", accepted}}},
                [&](Request&) { return Response(page); });
        return std::string(response.headers.get("Content-Encoding", "identity"));
    };
    EXPECT_EQ(coding("gzip, br"), "br");
    EXPECT_EQ(coding("br;q=0.5, gzip"), "gzip");
    EXPECT_EQ(coding("identity, gzip;q=0.5"), "identity");
    EXPECT_EQ(coding("deflate"), "identity");
    EXPECT_EQ(coding("identity;q=0"), "identity");  // better than nothing
}

TEST(GZipMiddleware, HidesTheLengthOfSecrets) {
    std::set<std::size_t> gzip, brotli;
    const std::string page(5000, 'x');
    const auto size = [&](const char* accepted) {
        return run(shared<GZipMiddleware>(), {.headers = {{"Accept-Encoding", accepted}}},
                   [&](Request&) { return Response(page); })
            .content()
            .size();
    };
    for (int i = 0; i < 40; ++i) {
        gzip.insert(size("gzip"));
        brotli.insert(size("br"));
    }
    EXPECT_GT(gzip.size(), 10u);
    EXPECT_GT(brotli.size(), 10u);
}

TEST(GZipMiddleware, LeavesAloneWhatMustStay) {
    const std::string page(5000, 'x');
    const auto untouched = [&](http::ResponseOptions options) {
        const auto response =
            run(shared<GZipMiddleware>(), {.headers = {{"Accept-Encoding", "gzip"}}},
                [&](Request&) { return Response(page, options); });
        return response.content() == page;
    };
    EXPECT_TRUE(untouched({.content_type = "image/png"}));
    EXPECT_TRUE(untouched({.status = 206}));
    EXPECT_TRUE(untouched({.headers = {{"Content-Encoding", "br"}}}));
    EXPECT_TRUE(untouched({.headers = {{"Cache-Control", "public, No-Transform"}}}));
    EXPECT_FALSE(untouched({.content_type = "image/svg+xml"}));
}

TEST(GZipMiddleware, LetsTheBrowserReadEachPieceOfAStream) {
    int piece = 0;
    auto response = run(shared<GZipMiddleware>(), {.headers = {{"Accept-Encoding", "gzip"}}},
                        [&](Request&) -> Response {
                            return http::StreamingResponse([&](std::string& out) {
                                out = "piece " + std::to_string(++piece);
                                return piece < 3;
                            });
                        });
    EXPECT_EQ(response.headers.get("Content-Encoding"), "gzip");
    const auto stream = response.take_stream();
    std::string all, next;
    EXPECT_TRUE(stream->next(next));
    all += next;
    EXPECT_EQ(gunzipped(all), "piece 1");
    next.clear();
    EXPECT_TRUE(stream->next(next));
    all += next;
    EXPECT_EQ(gunzipped(all), "piece 1piece 2");
    next.clear();
    EXPECT_FALSE(stream->next(next));
    EXPECT_EQ(gunzipped(all + next), "piece 1piece 2piece 3");
}

}  // namespace
}  // namespace tatum::middleware
