#include <tatum/testing/client.h>

#include <tatum/base/json.h>
#include <tatum/base/locals.h>
#include <tatum/base/uri.h>
#include <tatum/db/database.h>
#include <tatum/site/site.h>
#include <tatum/testing/impl/form_body.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/csrf.h>
#include <tatum/views/error_pages.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>

namespace tatum::testing {

namespace {

constexpr std::string_view kUrlencoded = "application/x-www-form-urlencoded";
constexpr std::string_view kJson = "application/json";
constexpr std::uint16_t kHttpPort = 80, kHttpsPort = 443;

http::RequestText make_text(std::string_view method, std::string_view target, std::string body,
                            std::string_view content_type, const RequestOptions& options,
                            std::string_view host) {
    http::RequestText text;
    text.method = method;
    // A fragment stays in the browser.
    text.target = uri::iri_to_uri(target.substr(0, target.find('#')));
    text.body = std::move(body);
    text.scheme = options.secure ? "https" : "http";
    text.server_name = host;
    text.server_port = options.secure ? kHttpsPort : kHttpPort;
    const bool has_host = std::ranges::any_of(options.headers, [](const auto& header) {
        return http::equals_ignoring_case(header.first, "Host");
    });
    if (!has_host) text.headers.emplace_back("Host", host);
    if (!content_type.empty()) text.headers.emplace_back("Content-Type", content_type);
    if (!text.body.empty()) {
        text.headers.emplace_back("Content-Length", std::to_string(text.body.size()));
    }
    for (const auto& header : options.headers) text.headers.push_back(header);
    return text;
}

/// The whole body of a response, whatever it is made of.
std::string body_of(http::Response& response) {
    if (response.is_streaming()) {
        std::string all, piece;
        const auto stream = response.take_stream();
        for (bool more = true; more;) {
            piece.clear();
            more = stream->next(piece);
            all += piece;
        }
        return all;
    }
    if (const http::BodyFile* part = response.file()) {
        std::string all(part->length, '\0');
        std::size_t read = 0;
        while (read < all.size()) {
            const std::size_t count =
                part->file.read_at(part->offset + read, std::span(all).subspan(read));
            if (count == 0) break;
            read += count;
        }
        all.resize(read);
        return all;
    }
    return response.take_content();
}

}  // namespace

std::string TestResponse::header(std::string_view name) const {
    return std::string(headers_.get(name, {}));
}

Value TestResponse::json() const { return json::parse(content_).value(); }

Value TestResponse::context(const Name& name) const {
    for (auto context = contexts_.rbegin(); context != contexts_.rend(); ++context) {
        if (const Value* value = context->find(name)) return *value;
    }
    return {};
}

http::Request RequestFactory::request(std::string_view method, std::string_view target,
                                      std::string body, std::string_view content_type,
                                      const RequestOptions& options) const {
    return http::Request(
        make_text(method, target, std::move(body), content_type, options, "testserver"), settings_);
}

http::Request RequestFactory::get(std::string_view target, const RequestOptions& options) const {
    return request("GET", target, {}, {}, options);
}

http::Request RequestFactory::post(std::string_view target, const Form& form,
                                   const RequestOptions& options) const {
    return request("POST", target, impl::multipart_body(form), impl::kMultipartType, options);
}

http::Request RequestFactory::json(std::string_view method, std::string_view target,
                                   const Value& value, const RequestOptions& options) const {
    return request(method, target, json::dump(value).value(), kJson, options);
}

Client::Client(const site::Site& site, Options options)
    : site_(site), options_(std::move(options)) {}

http::RequestText Client::text_of(std::string_view method, std::string_view target,
                                  std::string body, std::string_view content_type,
                                  const RequestOptions& options) const {
    http::RequestText text =
        make_text(method, target, std::move(body), content_type, options, options_.host);
    text.headers.insert(text.headers.end(), options_.headers.begin(), options_.headers.end());
    std::string cookies;
    for (const auto& [name, value] : cookies_) {
        if (!cookies.empty()) cookies += "; ";
        cookies += name;
        cookies += '=';
        http::append_quoted_cookie(value, cookies);
    }
    if (!cookies.empty()) text.headers.emplace_back("Cookie", std::move(cookies));
    return text;
}

void Client::keep_cookies(const TestResponse& response) {
    for (const http::Cookie& cookie : response.cookies_) {
        if (cookie.max_age_seconds && *cookie.max_age_seconds <= 0) {
            cookies_.erase(cookie.name);
        } else {
            cookies_.set(cookie.name, cookie.value);
        }
    }
}

TestResponse Client::send(http::RequestText text) {
    const bool is_head = text.method == "HEAD";
    TestResponse result;
    result.request_ = std::make_shared<http::Request>(std::move(text), site_.http_settings());
    http::Request& request = *result.request_;
    request.extensions.set(views::RenderRecord{});
    if (!options_.enforce_csrf_checks) {
        request.extensions.ensure<views::CsrfState>().exempt = true;
    }
    if (options_.raise_request_exception) request.extensions.set(views::RaisesExceptions{});
    const site::SiteScope scope(site_);
    const LocalScope current(Slot::Request, &request);
    const db::QueryLog queries;
    http::Response response = site_.handle(request);
    result.status_ = response.status();
    result.content_ = is_head ? std::string() : body_of(response);
    result.headers_ = response.headers;
    result.cookies_ = response.cookies();
    if (const auto* record = request.extensions.find<views::RenderRecord>()) {
        result.templates_ = record->templates;
        result.contexts_ = record->contexts;
    }
    if (const urls::ResolverMatch* match = request.resolver_match()) {
        result.view_name_ = match->view_name();
        result.route_ = match->route();
    }
    result.queries_ = queries.statements();
    keep_cookies(result);
    return result;
}

TestResponse Client::follow(TestResponse response, std::string method, http::RequestText sent) {
    std::vector<std::pair<std::string, int>> chain;
    while (response.status_ / 100 == 3 && response.has_header("Location")) {
        if (chain.size() == kRedirectsMax) {
            throw Exception("More than " + std::to_string(kRedirectsMax) +
                            " redirects, the last one to " + chain.back().first);
        }
        const std::string location = response.header("Location");
        chain.emplace_back(location, response.status_);
        const auto parts = uri::split(location).value();
        RequestOptions options;
        options.secure = parts.scheme.empty() ? sent.scheme == "https" : parts.scheme == "https";
        std::string target(parts.path);
        if (!target.starts_with('/')) {
            const std::string_view before = sent.target;
            const std::string_view path = before.substr(0, before.find('?'));
            target = target.empty() ? std::string(path)
                                    : std::string(path.substr(0, path.rfind('/') + 1)) + target;
        }
        if (!parts.query.empty()) target += '?' + std::string(parts.query);
        const bool preserves = response.status_ == 307 || response.status_ == 308;
        if (!preserves && method != "HEAD") method = "GET";
        std::string type;
        for (const auto& [name, value] : sent.headers) {
            if (name == "Content-Type") type = value;
        }
        sent = text_of(method, target, preserves ? sent.body : std::string(),
                       preserves ? type : std::string(), options);
        response = send(sent);
    }
    response.redirect_chain_ = std::move(chain);
    return response;
}

TestResponse Client::request(std::string_view method, std::string_view target, std::string body,
                             std::string_view content_type, const RequestOptions& options) {
    http::RequestText text = text_of(method, target, std::move(body), content_type, options);
    if (!options.follow) return send(std::move(text));
    TestResponse response = send(text);
    return follow(std::move(response), std::string(method), std::move(text));
}

TestResponse Client::get(std::string_view target, const RequestOptions& options) {
    return request("GET", target, {}, {}, options);
}
TestResponse Client::head(std::string_view target, const RequestOptions& options) {
    return request("HEAD", target, {}, {}, options);
}
TestResponse Client::options(std::string_view target, const RequestOptions& options) {
    return request("OPTIONS", target, {}, {}, options);
}
TestResponse Client::delete_(std::string_view target, const RequestOptions& options) {
    return request("DELETE", target, {}, {}, options);
}
TestResponse Client::post(std::string_view target, const Form& form,
                          const RequestOptions& options) {
    return request("POST", target, impl::multipart_body(form), impl::kMultipartType, options);
}
TestResponse Client::post_urlencoded(std::string_view target, const Form& form,
                                     const RequestOptions& options) {
    return request("POST", target, impl::urlencoded_body(form), kUrlencoded, options);
}
TestResponse Client::post_json(std::string_view target, const Value& value,
                               const RequestOptions& options) {
    return request("POST", target, json::dump(value).value(), kJson, options);
}
TestResponse Client::put_json(std::string_view target, const Value& value,
                              const RequestOptions& options) {
    return request("PUT", target, json::dump(value).value(), kJson, options);
}
TestResponse Client::patch_json(std::string_view target, const Value& value,
                                const RequestOptions& options) {
    return request("PATCH", target, json::dump(value).value(), kJson, options);
}

}  // namespace tatum::testing
