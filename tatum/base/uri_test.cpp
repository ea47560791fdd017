#include <tatum/base/uri.h>

#include <tatum/base/header_values.h>

#include <gtest/gtest.h>

namespace tatum::uri {
namespace {

TEST(Quote, KeepsUnreservedAndSafeBytes) {
    EXPECT_EQ(quote("/a b/é~?"), "/a%20b/%C3%A9~%3F");
    EXPECT_EQ(quote("/", ""), "%2F");
    EXPECT_EQ(quote_plus("a b+&"), "a+b%2B%26");
    EXPECT_EQ(unquote("%41%zz%4%"), "A%zz%4%");
    EXPECT_EQ(unquote_plus("a+b%2B"), "a b+");
}

TEST(Iri, GoesToUriAndBack) {
    EXPECT_EQ(iri_to_uri("/I ♥ Django/?a=b#c"), "/I%20%E2%99%A5%20Django/?a=b#c");
    EXPECT_EQ(uri_to_iri("%E2%98%83%2F%41"), "☃%2FA");
    EXPECT_EQ(uri_to_iri("%ff%E2%98"), "%FF%E2%98");
    EXPECT_EQ(escape_uri_path("/a;b=?#%"), "/a%3Bb%3D%3F%23%25");
    EXPECT_EQ(filepath_to_uri("a\\b c"), "a/b%20c");
    EXPECT_EQ(escape_leading_slashes("//evil.example"), "/%2Fevil.example");
}

TEST(Urlencode, WritesPairs) {
    EXPECT_EQ(urlencode(Value(Dict{{"a", 1}, {"b", "x y"}})).value(), "a=1&b=x+y");
    const Value list(Dict{{"a", List{Value(1), Value(2)}}});
    EXPECT_EQ(urlencode(list, Sequences::Each).value(), "a=1&a=2");
    EXPECT_EQ(urlencode(list).value(), "a=%5B1%2C+2%5D");
    EXPECT_EQ(urlencode(Value(Dict{{"a", Value()}})).error().code, "uri.E001");
    EXPECT_EQ(urlencode(Value(5)).error().code, "uri.E002");
}

TEST(Split, TakesUrlsApart) {
    const Split parts = split("HTTP://u:p@h:80/p/q?a=b#c?d").value();
    EXPECT_EQ(parts.scheme, "HTTP");
    EXPECT_EQ(parts.netloc, "u:p@h:80");
    EXPECT_EQ(parts.path, "/p/q");
    EXPECT_EQ(parts.query, "a=b");
    EXPECT_EQ(parts.fragment, "c?d");
    EXPECT_TRUE(split("http://[::1]:80/"));
    EXPECT_TRUE(split("http://[2001:db8::192.0.2.1]/"));
    for (const char* bad : {"http://[::1", "http://a]b/", "http://[x]/", "http://[1:2]/",
                            "http://[1::2::3]/", "//[12345::]/", "http://a℀b/"}) {
        EXPECT_EQ(split(bad).error().code, "uri.E003") << bad;
    }
}

TEST(AllowedRedirect, StaysOnTheHost) {
    const std::vector<std::string> hosts = {"good.example"};
    for (const char* url : {"/path", "path", "?q", "http://good.example/x", "https://good.example",
                            "//good.example/x", "/go?to=http://bad.example"}) {
        EXPECT_TRUE(url_has_allowed_host_and_scheme(url, hosts)) << url;
    }
    for (const char* url :
         {"", "http://bad.example", "//bad.example", "///bad.example", "/\\bad.example",
          "\\\\bad.example", "http:\\\\bad.example", "http:///good.example", "javascript:alert(1)",
          "ftp://good.example", "http://good.example@bad.example", "\x08//bad.example",
          "http://good.example\\@bad.example", "http:good.example", "java\nscript:alert(1)"}) {
        EXPECT_FALSE(url_has_allowed_host_and_scheme(url, hosts)) << url;
    }
    EXPECT_FALSE(url_has_allowed_host_and_scheme("http://good.example", hosts, RequireHttps::Yes));
    EXPECT_FALSE(url_has_allowed_host_and_scheme("/" + std::string(2'048, 'x'), hosts));
}

TEST(SameDomain, KnowsTheLeadingDot) {
    EXPECT_TRUE(is_same_domain("a.ex.org", ".ex.org"));
    EXPECT_TRUE(is_same_domain("ex.org", ".EX.org"));
    EXPECT_FALSE(is_same_domain("aex.org", ".ex.org"));
    EXPECT_FALSE(is_same_domain("a.ex.org", "ex.org"));
    EXPECT_FALSE(is_same_domain("ex.org", ""));
}

TEST(HeaderValues, ReadEtags) {
    using header_values::parse_etags;
    EXPECT_EQ(parse_etags("\"a\", W/\"b\", c").size(), 2u);
    EXPECT_EQ(parse_etags(" * ").front(), "*");
    EXPECT_TRUE(parse_etags("\"a\" \"b\"").empty());
    EXPECT_EQ(header_values::quote_etag("a"), "\"a\"");
    EXPECT_EQ(header_values::quote_etag("W/\"a\""), "W/\"a\"");
}

TEST(HeaderValues, ReadParameters) {
    const auto parsed =
        header_values::parse_parameters(
            "Form-Data; name=\"a;\\\"b\"; X=1; x=2; filename*=UTF-8''%e2%82%ac; flag")
            .value();
    EXPECT_EQ(parsed.value, "form-data");
    EXPECT_EQ(*parsed.find("name"), "a;\"b");
    EXPECT_EQ(*parsed.find("x"), "2");
    EXPECT_EQ(*parsed.find("filename"), "€");
    EXPECT_EQ(parsed.find("flag"), nullptr);
    EXPECT_EQ(header_values::parse_parameters("x; a*=koi8'x'b").error().code, "headers.E001");
    std::string many = "x";
    for (std::size_t i = 0; i <= header_values::kParametersMax; ++i) many += ";p=1";
    EXPECT_TRUE(header_values::parse_parameters("x; a=\"open").has_value());
    std::string different = "x";
    for (std::size_t i = 0; i <= header_values::kParametersMax; ++i) {
        different += ";p" + std::to_string(i) + "=1";
    }
    EXPECT_EQ(header_values::parse_parameters(different).error().code, "headers.E001");
}

TEST(HeaderValues, WriteContentDisposition) {
    using header_values::content_disposition;
    using header_values::Disposition;
    EXPECT_EQ(content_disposition(Disposition::Attachment, "a\"b.txt"),
              "attachment; filename=\"a\\\"b.txt\"");
    EXPECT_EQ(content_disposition(Disposition::Inline, "é.pdf"),
              "inline; filename*=utf-8''%C3%A9.pdf");
    EXPECT_EQ(content_disposition(Disposition::Inline, "a\x01\nb"),
              "inline; filename*=utf-8''a%01%0Ab");
    EXPECT_EQ(content_disposition(Disposition::Inline, ""), std::nullopt);
}

}  // namespace
}  // namespace tatum::uri
