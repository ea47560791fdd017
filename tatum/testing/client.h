#pragma once

#include <tatum/base/value.h>
#include <tatum/http/cookies.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/http/uploads.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::site {
class Site;
}

namespace tatum::testing {

/// Fields and files of a form, in order; a file is a UploadedFile.
struct FormField {
    std::string name;
    std::string value = {};
    std::optional<http::UploadedFile> file = {};

    FormField(std::string field, std::string text)
        : name(std::move(field)), value(std::move(text)) {}
    FormField(std::string field, http::UploadedFile upload)
        : name(std::move(field)), file(std::move(upload)) {}
};
using Form = std::vector<FormField>;

/// What a client may say beside method and address.
struct RequestOptions {
    std::vector<std::pair<std::string, std::string>> headers = {};
    bool secure = false;  ///< over https
    bool follow = false;  ///< goes after redirects, at most kRedirectsMax
};

/// What came back, with what the site did to make it. A value.
class TestResponse {
public:
    int status() const { return status_; }
    /// All of the body, streams and files included.
    const std::string& content() const { return content_; }
    /// The first header of that name, or "".
    std::string header(std::string_view name) const;
    bool has_header(std::string_view name) const { return headers_.contains(name); }
    const http::Headers& headers() const { return headers_; }
    const std::vector<http::Cookie>& cookies() const { return cookies_; }
    /// The body as JSON. Throws Exception when it is none.
    Value json() const;
    bool contains(std::string_view text) const { return content_.find(text) != std::string::npos; }

    /// The templates that render() was called with, in order.
    const std::vector<std::string>& templates() const { return templates_; }
    /// The variable that the last rendered template got from its view or a context processor; None
    /// when there is none.
    Value context(const Name& name) const;
    /// The name of the view and the route that answered; empty when none did.
    const std::string& view_name() const { return view_name_; }
    const std::string& route() const { return route_; }
    /// The addresses and statuses of the redirects that were followed.
    const std::vector<std::pair<std::string, int>>& redirect_chain() const {
        return redirect_chain_;
    }
    /// The request that was answered, after redirects the last one, with what middleware has
    /// attached to it.
    const http::Request* request() const { return request_.get(); }
    /// The statements that the request ran.
    const std::vector<std::string>& queries() const { return queries_; }

private:
    friend class Client;

    int status_ = 0;
    http::Headers headers_;
    std::vector<http::Cookie> cookies_;
    std::string content_;
    std::vector<std::string> templates_;
    std::vector<Dict> contexts_;
    std::string view_name_, route_;
    std::vector<std::pair<std::string, int>> redirect_chain_;
    std::vector<std::string> queries_;
    std::shared_ptr<http::Request> request_;  ///< contexts may look into it
};

/// Makes requests as a browser or the Client would, without sending them anywhere: for calling
/// views by themselves.
class RequestFactory {
public:
    /// `settings` outlives the requests.
    explicit RequestFactory(const http::HttpSettings& settings = http::HttpSettings::defaults())
        : settings_(settings) {}

    http::Request get(std::string_view target, const RequestOptions& options = {}) const;
    http::Request post(std::string_view target, const Form& form = {},
                       const RequestOptions& options = {}) const;
    http::Request json(std::string_view method, std::string_view target, const Value& value,
                       const RequestOptions& options = {}) const;
    http::Request request(std::string_view method, std::string_view target, std::string body,
                          std::string_view content_type, const RequestOptions& options = {}) const;

private:
    const http::HttpSettings& settings_;
};

/// A browser that talks to a site in the same process: all of its middleware, urls and views, no
/// sockets. Keeps cookies. An exception of a view becomes the site's error page, as for a visitor,
/// unless raise_request_exception.
class Client {
public:
    static constexpr int kRedirectsMax = 20;

    struct Options {
        /// CsrfViewMiddleware checks this client's requests.
        bool enforce_csrf_checks = false;
        /// What a view throws reaches the test.
        bool raise_request_exception = false;
        std::string host = "testserver";
        std::vector<std::pair<std::string, std::string>> headers = {};
    };

    /// `site` is ready (setup() has run) and outlives the client.
    explicit Client(const site::Site& site) : Client(site, Options{}) {}
    Client(const site::Site& site, Options options);

    TestResponse get(std::string_view target, const RequestOptions& options = {});
    TestResponse head(std::string_view target, const RequestOptions& options = {});
    TestResponse options(std::string_view target, const RequestOptions& options = {});
    TestResponse delete_(std::string_view target, const RequestOptions& options = {});
    /// A form: urlencoded where `urlencoded`, else multipart as Django's client sends it.
    TestResponse post(std::string_view target, const Form& form = {},
                      const RequestOptions& options = {});
    TestResponse post_urlencoded(std::string_view target, const Form& form,
                                 const RequestOptions& options = {});
    TestResponse post_json(std::string_view target, const Value& value,
                           const RequestOptions& options = {});
    TestResponse put_json(std::string_view target, const Value& value,
                          const RequestOptions& options = {});
    TestResponse patch_json(std::string_view target, const Value& value,
                            const RequestOptions& options = {});
    /// Anything.
    TestResponse request(std::string_view method, std::string_view target, std::string body = {},
                         std::string_view content_type = {}, const RequestOptions& options = {});

    http::Cookies& cookies() { return cookies_; }
    const site::Site& site() const { return site_; }

private:
    TestResponse send(http::RequestText text);
    TestResponse follow(TestResponse response, std::string method, http::RequestText sent);
    http::RequestText text_of(std::string_view method, std::string_view target, std::string body,
                              std::string_view content_type, const RequestOptions& options) const;
    void keep_cookies(const TestResponse& response);

    const site::Site& site_;
    Options options_;
    http::Cookies cookies_;
};

}  // namespace tatum::testing
