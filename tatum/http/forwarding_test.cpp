#include <tatum/http/forwarding.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tatum::http {
namespace {

HttpSettings settings_with(const std::vector<std::string>& proxies,
                           const std::vector<std::string>& headers = {"X-Forwarded-For",
                                                                      "X-Forwarded-Proto"}) {
    HttpSettings settings;
    for (const std::string& proxy : proxies) {
        settings.trusted_proxies.push_back(net::Network::parse(proxy).value());
    }
    settings.forwarded_headers = parse_forwarded_headers(headers).value();
    return settings;
}

net::Address ip(std::string_view text) { return net::parse_ip(text, 9).value(); }

/// "scheme address:port" as the request has them after its proxies had their say.
std::string client_of(const net::Address& peer, const HttpSettings& settings,
                      const std::vector<HeaderField>& headers) {
    const std::string address = peer.ip();
    RequestHead head{.method = "GET", .target = "/", .headers = headers};
    head.remote_address = address;
    head.remote_port = peer.port();
    Forwarding forwarding;
    forwarding.apply(peer, settings, head);
    return std::string(head.scheme) + ' ' + std::string(head.remote_address) + ':' +
           std::to_string(head.remote_port);
}

const HttpSettings kOneProxy = settings_with({"10.0.0.0/8"});

TEST(Forwarding, LeavesAllToDjangosSettingsWithoutTrustedProxies) {
    EXPECT_EQ(client_of(ip("192.0.2.1"), HttpSettings(),
                        {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}}),
              "http 192.0.2.1:9");
}

TEST(Forwarding, BelievesTrustedPeersOnly) {
    const std::vector<HeaderField> headers = {{"X-Forwarded-For", "203.0.113.7"},
                                              {"X-Forwarded-Proto", "https"}};
    EXPECT_EQ(client_of(ip("10.0.0.1"), kOneProxy, headers), "https 203.0.113.7:0");
    EXPECT_EQ(client_of(ip("192.0.2.1"), kOneProxy, headers), "http 192.0.2.1:9");
}

TEST(Forwarding, ReadsTheListFromTheRightUpToTheFirstThatIsNotTrusted) {
    const auto address = [&](std::string_view list) {
        return client_of(ip("10.0.0.1"), kOneProxy, {{"X-Forwarded-For", list}});
    };
    EXPECT_EQ(address("6.6.6.6, 203.0.113.7"), "http 203.0.113.7:0") << "what the client made up";
    EXPECT_EQ(address("203.0.113.7, 10.0.0.3,10.0.0.2"), "http 203.0.113.7:0");
    EXPECT_EQ(address("10.0.0.3, 10.0.0.2"), "http 10.0.0.3:0") << "a client inside";
    EXPECT_EQ(address("203.0.113.7:4711"), "http 203.0.113.7:4711");
    EXPECT_EQ(address("[2001:db8::7]:4711"), "http 2001:db8::7:4711");
    EXPECT_EQ(address("2001:db8::7"), "http 2001:db8::7:0");
    EXPECT_EQ(client_of(ip("10.0.0.1"), kOneProxy,
                        {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "203.0.113.7"}}),
              "http 203.0.113.7:0");
}

TEST(Forwarding, StopsAtWhatItCannotRead) {
    for (const std::string_view list :
         {"", "unknown", "203.0.113.7,", "203.0.113.7, x", "203.0.113", "203.0.113.7:x",
          "[2001:db8::7", "[2001:db8::7]x"}) {
        EXPECT_EQ(client_of(ip("10.0.0.1"), kOneProxy, {{"X-Forwarded-For", list}}),
                  "http 10.0.0.1:9")
            << list;
    }
    EXPECT_EQ(client_of(ip("10.0.0.1"), kOneProxy, {{"X-Forwarded-For", "x, 10.0.0.2"}}),
              "http 10.0.0.2:0")
        << "the last that is known";
}

TEST(Forwarding, TakesTheEntryOfTheSameProxyForTheScheme) {
    const auto scheme = [&](std::string_view clients, std::string_view schemes) {
        return client_of(ip("10.0.0.1"), kOneProxy,
                         {{"X-Forwarded-For", clients}, {"X-Forwarded-Proto", schemes}})
            .substr(0, 5);
    };
    EXPECT_EQ(scheme("203.0.113.7, 10.0.0.2", "https, http"), "https");
    EXPECT_EQ(scheme("6.6.6.6, 203.0.113.7", "https, http"), "http ");
    EXPECT_EQ(scheme("203.0.113.7, 10.0.0.2", "https"), "https");
    EXPECT_EQ(scheme("203.0.113.7", "http, https"), "https") << "the one nearest to this server";
    EXPECT_EQ(scheme("203.0.113.7", "HTTPS"), "https");
    EXPECT_EQ(scheme("203.0.113.7", "gopher"), "http ");
}

TEST(Forwarding, ReadsForwarded) {
    const HttpSettings settings = settings_with({"10.0.0.0/8"}, {"Forwarded", "X-Forwarded-For"});
    const auto address = [&](std::string_view value) {
        return client_of(ip("10.0.0.1"), settings, {{"Forwarded", value}});
    };
    EXPECT_EQ(address("for=203.0.113.7"), "http 203.0.113.7:0");
    EXPECT_EQ(address("For=\"203.0.113.7:4711\";Proto=https"), "https 203.0.113.7:4711");
    EXPECT_EQ(address("for=\"[2001:db8::7]:4711\" ; proto=https;by=10.0.0.1"),
              "https 2001:db8::7:4711");
    EXPECT_EQ(address("for=203.0.113.7;proto=https, for=10.0.0.2;proto=http"),
              "https 203.0.113.7:0");
    EXPECT_EQ(address("for=6.6.6.6;proto=https, for=203.0.113.7"), "http 203.0.113.7:0");
    EXPECT_EQ(address("for=unknown;proto=https"), "https 10.0.0.1:9");
    EXPECT_EQ(address("for=_hidden, for=10.0.0.2"), "http 10.0.0.2:0");
    EXPECT_EQ(address("for=\"203.0.113.7:_port\""), "http 203.0.113.7:0");
}

TEST(Forwarding, HasForwardedWinAndFallsBackWhenItIsMalformed) {
    const HttpSettings settings = settings_with({"10.0.0.0/8"}, {"Forwarded", "X-Forwarded-For"});
    const auto address = [&](std::string_view value) {
        return client_of(ip("10.0.0.1"), settings,
                         {{"Forwarded", value}, {"X-Forwarded-For", "203.0.113.9"}});
    };
    EXPECT_EQ(address("for=203.0.113.7"), "http 203.0.113.7:0");
    for (const std::string_view value : {"", "for=\"203.0.113.7", "for=", "for=\"a\\\"b\"",
                                         "for=1.1.1.1 x", "x", "for=\", for=\"6.6.6.6\""}) {
        EXPECT_EQ(address(value), "http 203.0.113.9:0") << value;
        EXPECT_EQ(client_of(ip("10.0.0.1"), settings,
                            {{"Forwarded", value}, {"Forwarded", "for=203.0.113.7;proto=https"}}),
                  "https 203.0.113.7:0")
            << "the client's own line hides nothing: " << value;
    }
}

TEST(Forwarding, TakesHostAndPortWhereTheProxiesSetThem) {
    const HttpSettings settings =
        settings_with({"unix:"}, {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port"});
    const std::vector<HeaderField> headers = {
        {"Host", "backend"}, {"X-Forwarded-Host", "shop.example"}, {"X-Forwarded-Port", "8443"}};
    RequestHead head{.method = "GET", .target = "/", .headers = headers};
    Forwarding forwarding;
    forwarding.apply(net::Address::unix_socket(""), settings, head);
    EXPECT_EQ(Headers::view(head.headers).get("Host"), "shop.example");
    EXPECT_EQ(head.server_port, 8443);
    RequestHead other{.method = "GET", .target = "/", .headers = headers};
    Forwarding none;
    none.apply(net::Address::unix_socket(""), settings_with({"unix:"}), other);
    EXPECT_EQ(Headers::view(other.headers).get("Host"), "backend") << "not among the believed";
}

TEST(Forwarding, RemovesTheClaimsOfOthersSoThatNoSettingBelievesThem) {
    HttpSettings settings = settings_with({"10.0.0.0/8"});
    settings.use_x_forwarded_host = settings.use_x_forwarded_port = true;
    settings.secure_proxy_ssl_header = {"X-Secure", "yes"};
    settings.allowed_hosts = {"*"};
    const std::vector<HeaderField> headers = {
        {"Host", "real.example"},  {"X-Forwarded-Host", "evil.example"}, {"x-secure", "yes"},
        {"X-Forwarded-Port", "1"}, {"Forwarded", "for=1.1.1.1"},         {"X-Real-IP", "1.1.1.1"}};
    const auto told = [&](const net::Address& peer) {
        RequestHead head{.method = "GET", .target = "/", .headers = headers};
        Forwarding forwarding;
        forwarding.apply(peer, settings, head);
        const Request request(head, nullptr, settings);
        return std::string(request.scheme()) + ' ' + request.get_host() + ' ' + request.get_port() +
               ' ' + std::to_string(request.headers().size());
    };
    EXPECT_EQ(told(ip("192.0.2.1")), "http real.example 80 1");
    EXPECT_EQ(told(ip("10.0.0.1")), "https evil.example 1 6") << "Django's settings as ever";
}

TEST(Forwarding, KnowsItsHeaders) {
    const auto wrong = parse_forwarded_headers({"X-Forwarded-For", "X-Client"});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, "http.E010");
    EXPECT_TRUE(parse_forwarded_headers({"forwarded"}).value().forwarded);
}

TEST(RequestId, ComesFromTrustedProxiesAndIsWellFormed) {
    const auto id = [&](const net::Address& peer, std::string_view value) {
        const std::vector<HeaderField> headers = {{"x-request-id", value}};
        return std::string(trusted_request_id(peer, headers, kOneProxy));
    };
    EXPECT_EQ(id(ip("10.0.0.1"), "af-12_3.4:5/6+7=@"), "af-12_3.4:5/6+7=@");
    EXPECT_EQ(id(ip("192.0.2.1"), "af-12"), "");
    EXPECT_EQ(id(ip("10.0.0.1"), "a b"), "");
    EXPECT_EQ(id(ip("10.0.0.1"), "a\"b"), "");
    EXPECT_EQ(id(ip("10.0.0.1"), std::string(128, 'a')).size(), 128u);
    EXPECT_EQ(id(ip("10.0.0.1"), std::string(129, 'a')), "");
}

}  // namespace
}  // namespace tatum::http
