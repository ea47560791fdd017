#include <tatum/site/impl/https_redirect.h>

#include <tatum/base/uri.h>
#include <tatum/http/hosts.h>
#include <tatum/views/error_pages.h>
#include <tatum/views/static_files.h>

#include <algorithm>

namespace tatum::site {

namespace {

/// RFC 8555 §8.3.
constexpr std::string_view kChallenges = "/.well-known/acme-challenge/";

}  // namespace

bool HttpsRedirect::is_at(const net::Address& local) const {
    return std::ranges::find(addresses_, local) != addresses_.end();
}

http::Response HttpsRedirect::answer(const net::RequestHead& head, http::Request& request) const {
    try {
        return redirect(head, request);
    } catch (const std::exception&) {
        return views::rescue(request, {});
    }
}

http::Response HttpsRedirect::redirect(const net::RequestHead& head, http::Request& request) const {
    std::string location = "https://" + http::split_domain_port(request.get_host()).domain;
    if (!acme_folder_.empty() && request.path_info().starts_with(kChallenges)) {
        return views::serve_file(request, acme_folder_, request.path_info().substr(1));
    }
    if (port_ != kHttpsPort) location += ':' + std::to_string(port_);
    // As it came, "%2F" and all: the site decides what that means.
    std::string target(head.path);
    if (!head.query.empty()) target.append("?").append(head.query);
    location += uri::iri_to_uri(target);
    // RFC 9110 §15.4.2: clients turn POST into GET on a 301.
    const bool safe =
        request.method() == http::Method::Get || request.method() == http::Method::Head;
    http::Response response;
    response.set_status(safe ? 301 : 308);
    response.headers.set("Location", location);
    return response;
}

}  // namespace tatum::site
