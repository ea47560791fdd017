#include <tatum/middleware/csrf.h>

#include <tatum/base/signing.h>
#include <tatum/urls/path.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/csrf.h>
#include <tatum/views/decorators.h>
#include <tatum/views/error_pages.h>

#include <gtest/gtest.h>

namespace tatum::middleware {
namespace {

using http::Request;
using http::RequestText;
using http::Response;

Response page(Request&) { return Response("page"); }
Response form(Request& request) { return Response(csrf_token(request)); }

/// A site of three views behind the middleware.
class CsrfTest : public ::testing::Test {
protected:
    Response send(RequestText text, CsrfOptions options = {}) {
        const urls::Resolver resolver(urls::Urls{
            urls::path<"">(page),
            urls::path<"form/">(form),
            urls::path<"free/">(csrf_exempt(page)),
            urls::path<"ensure/">(ensure_csrf_cookie(page)),
        });
        const Chain chain(
            {shared<CsrfViewMiddleware>(std::move(options))},
            [&](Request& request) -> Response {
                request.extensions.set(resolver.resolve(request.path_info()).value());
                if (auto instead = chain_->process_view(request)) return *std::move(instead);
                return (*request.resolver_match())(request);
            },
            [](Request& request) { return views::rescue(request, {}); });
        chain_ = &chain;
        Request request(std::move(text), settings_);
        return chain(request);
    }
    RequestText post(std::string token, std::string target = "/") const {
        RequestText text;
        text.method = "POST";
        text.target = std::move(target);
        text.body = "csrfmiddlewaretoken=" + token;
        text.headers = {{"Host", "shop.example"},
                        {"Cookie", "csrftoken=" + secret_},
                        {"Content-Type", "application/x-www-form-urlencoded"},
                        {"Content-Length", std::to_string(text.body.size())}};
        return text;
    }

    const http::HttpSettings settings_{.allowed_hosts = {"*"}};
    const std::string secret_ = signing::csrf::new_secret();
    const Chain* chain_ = nullptr;
};

TEST_F(CsrfTest, LetsSafeMethodsPass) {
    for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE"}) {
        EXPECT_EQ(send({.method = method}).status(), 200) << method;
    }
}

TEST_F(CsrfTest, TakesTheTokenOfAFormOrAHeader) {
    EXPECT_EQ(send(post(signing::csrf::mask(secret_))).status(), 200);
    EXPECT_EQ(send(post(secret_)).status(), 200);
    RequestText header = post("");
    header.headers.emplace_back("X-CSRFToken", signing::csrf::mask(secret_));
    EXPECT_EQ(send(header).status(), 200);
    header.method = "DELETE";
    EXPECT_EQ(send(header).status(), 200);
}

TEST_F(CsrfTest, RefusesWhatIsNoTokenOfTheCookie) {
    for (const std::string& token :
         {std::string(), signing::csrf::mask(signing::csrf::new_secret()),
          signing::csrf::new_secret(), std::string("x"), std::string(64, '!'), secret_ + "a"}) {
        EXPECT_EQ(send(post(token)).status(), 403) << token;
    }
    RequestText no_cookie = post(secret_);
    std::erase_if(no_cookie.headers, [](const auto& header) { return header.first == "Cookie"; });
    EXPECT_EQ(send(no_cookie).status(), 403);
}

TEST_F(CsrfTest, RefusesOtherOrigins) {
    const auto with_origin = [&](std::string origin) {
        RequestText text = post(signing::csrf::mask(secret_));
        text.headers.emplace_back("Origin", std::move(origin));
        return text;
    };
    EXPECT_EQ(send(with_origin("http://shop.example")).status(), 200);
    for (const char* origin : {"http://evil.example", "https://shop.example", "null", "",
                               "http://shop.example.evil.example", "http://["}) {
        EXPECT_EQ(send(with_origin(origin)).status(), 403) << origin;
    }
    RequestText twice = with_origin("http://shop.example");
    twice.headers.emplace_back("Origin", "http://evil.example");
    EXPECT_EQ(send(twice).status(), 403) << "of two, neither counts alone";
    const CsrfOptions trusting{
        .trusted_origins = {"https://pay.example", "https://*.friend.example"}};
    EXPECT_EQ(send(with_origin("https://pay.example"), trusting).status(), 200);
    EXPECT_EQ(send(with_origin("https://a.friend.example"), trusting).status(), 200);
    EXPECT_EQ(send(with_origin("http://a.friend.example"), trusting).status(), 403);
}

TEST_F(CsrfTest, WantsAGoodRefererOverHttps) {
    const auto with_referer = [&](std::string referer) {
        RequestText text = post(signing::csrf::mask(secret_));
        text.scheme = "https";
        if (!referer.empty()) text.headers.emplace_back("Referer", std::move(referer));
        return text;
    };
    EXPECT_EQ(send(with_referer("https://shop.example/form/")).status(), 200);
    for (const char* referer : {"", "http://shop.example/", "https://evil.example/", "shop.example",
                                "https://", "https://["}) {
        EXPECT_EQ(send(with_referer(referer)).status(), 403) << referer;
    }
}

TEST_F(CsrfTest, LetsExemptViewsPass) { EXPECT_EQ(send(post("", "/free/")).status(), 200); }

TEST_F(CsrfTest, SetsTheCookieWhenAPageUsesTheToken) {
    EXPECT_TRUE(send({}).cookies().empty());
    const Response response = send({.target = "/form/"});
    ASSERT_EQ(response.cookies().size(), 1u);
    const http::Cookie& cookie = response.cookies()[0];
    EXPECT_EQ(cookie.name, "csrftoken");
    EXPECT_EQ(cookie.samesite, http::SameSite::Lax);
    EXPECT_EQ(cookie.max_age_seconds, 31'449'600);
    EXPECT_TRUE(signing::csrf::matches(response.content(), cookie.value));
    EXPECT_EQ(response.headers.get("Vary"), "Cookie");
    EXPECT_EQ(send({.target = "/ensure/"}).cookies().size(), 1u);
}

TEST_F(CsrfTest, ReplacesAMalformedCookie) {
    const Response response = send({.headers = {{"Cookie", "csrftoken=<script>"}}});
    ASSERT_EQ(response.cookies().size(), 1u);
    EXPECT_EQ(signing::csrf::check_format(response.cookies()[0].value), std::nullopt);
}

TEST(CsrfViewMiddleware, RefusesATrustedOriginWithoutScheme) {
    EXPECT_THROW(CsrfViewMiddleware(CsrfOptions{.trusted_origins = {"pay.example"}}),
                 ImproperlyConfigured);
}

}  // namespace
}  // namespace tatum::middleware
