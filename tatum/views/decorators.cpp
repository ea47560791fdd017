#include <tatum/views/decorators.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/header_values.h>
#include <tatum/base/log.h>
#include <tatum/http/caching.h>
#include <tatum/http/conditional.h>

#include <algorithm>

namespace tatum::views::impl {

std::optional<http::Response> refuse_method(const http::Request& request,
                                            const std::vector<std::string>& allowed) {
    if (std::ranges::find(allowed, request.method_text()) != allowed.end()) return std::nullopt;
    logging::Logger("tatum.request")
        .warning("Method not allowed (" + std::string(request.method_text()) +
                 "): " + std::string(request.path()));
    const std::vector<std::string_view> names(allowed.begin(), allowed.end());
    return http::ResponseNotAllowed(names);
}

void add_cache_control(http::Response& response, const CacheControl& options) {
    std::vector<http::CacheDirective> directives;
    const auto number = [&](std::string_view name, const std::optional<std::int64_t>& seconds) {
        if (seconds) directives.emplace_back(name, *seconds);
    };
    const auto word = [&](std::string_view name, bool wanted) {
        if (wanted) directives.emplace_back(name);
    };
    number("max-age", options.max_age);
    number("s-maxage", options.s_maxage);
    number("stale-while-revalidate", options.stale_while_revalidate);
    word("public", options.public_);
    word("private", options.private_);
    word("no-cache", options.no_cache);
    word("no-store", options.no_store);
    word("no-transform", options.no_transform);
    word("must-revalidate", options.must_revalidate);
    word("proxy-revalidate", options.proxy_revalidate);
    word("must-understand", options.must_understand);
    word("immutable", options.immutable);
    http::patch_cache_control(response, directives);
}

void add_never_cache(http::Response& response) { http::add_never_cache_headers(response); }

http::Response run_condition(http::Request& request, const Condition& condition,
                             const Function<http::Response()>& next) {
    std::string etag;
    if (condition.etag) etag = condition.etag(request);
    if (!etag.empty()) etag = header_values::quote_etag(etag);
    std::optional<std::int64_t> modified;
    if (condition.last_modified) {
        if (const auto moment = condition.last_modified(request)) {
            modified = moment->utc_microseconds() / 1'000'000;
        }
    }
    auto instead =
        http::get_conditional_response(request, {.etag = etag, .last_modified = modified});
    http::Response response = instead ? *std::move(instead) : next();
    const bool is_safe =
        request.method() == http::Method::Get || request.method() == http::Method::Head;
    if (is_safe) {
        if (modified) response.headers.setdefault("Last-Modified", http_date(*modified));
        if (!etag.empty()) response.headers.setdefault("ETag", etag);
    }
    return response;
}

}  // namespace tatum::views::impl
