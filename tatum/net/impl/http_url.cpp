#include <tatum/net/impl/http_url.h>

#include <tatum/base/text.h>

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace tatum::net::impl {

namespace {

struct FreeUrl {
    void operator()(CURLU* url) const { ::curl_url_cleanup(url); }
};

/// One component; empty when there is none.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (::curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
    std::string result(text);
    ::curl_free(text);
    return result;
}

Error refusal(std::string_view url, std::string_view why) {
    Error error;
    error.code = "http_client.E001";
    error.message = "\"" + std::string(url.substr(0, url.find('?'))) +
                    "\" cannot be called: " + std::string(why);
    return error;
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view base, std::string_view url) {
    if (url.find('\0') != std::string_view::npos) return refusal("", "it holds a NUL");
    const std::unique_ptr<CURLU, FreeUrl> handle(::curl_url());
    constexpr unsigned kFlags = CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME;
    for (const std::string& text : {std::string(base), std::string(url)}) {
        if (text.empty()) continue;
        const CURLUcode code = ::curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), kFlags);
        if (code != CURLUE_OK) return refusal(url, ::curl_url_strerror(code));
    }
    HttpUrl result;
    result.scheme = strings::ascii_lower(part_of(handle.get(), CURLUPART_SCHEME));
    if (result.scheme != "http" && result.scheme != "https") {
        return refusal(url, "it is neither http nor https");
    }
    result.user = part_of(handle.get(), CURLUPART_USER, CURLU_URLDECODE);
    result.password = part_of(handle.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
    for (const CURLUPart part :
         {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT}) {
        ::curl_url_set(handle.get(), part, nullptr, 0);
    }
    result.host = strings::ascii_lower(part_of(handle.get(), CURLUPART_HOST));
    if (result.host.empty()) return refusal(url, "it names no host");
    const std::string port = part_of(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), result.port);
    if (fault != std::errc() || end != port.data() + port.size()) return refusal(url, "bad port");
    result.text = part_of(handle.get(), CURLUPART_URL);
    result.shown = result.text.substr(0, std::min(result.text.find('?'), result.text.size()));
    result.origin = result.scheme + "://" + result.host + ":" + port;
    return result;
}

}  // namespace tatum::net::impl
