#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/net/address.h>
#include <tatum/net/exchange.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tatum::site {

/// Plain-HTTP addresses at which there is no site but the way to it: whoever comes is sent to the
/// same address by HTTPS. Immutable, so any thread may use it.
class HttpsRedirect {
public:
    static constexpr std::uint16_t kHttpsPort = 443;

    HttpsRedirect() = default;
    /// `port`: of the site by HTTPS, as clients see it. `acme_folder`: its
    /// .well-known/acme-challenge/ is answered from, for the issuer of a certificate; may be empty.
    HttpsRedirect(std::vector<net::Address> addresses, std::uint16_t port, std::string acme_folder)
        : addresses_(std::move(addresses)), port_(port), acme_folder_(std::move(acme_folder)) {}

    bool is_at(const net::Address& local) const;
    /// 301, and 308 where the method must stay; 400 for a host that is not allowed.
    http::Response answer(const net::RequestHead& head, http::Request& request) const;

private:
    http::Response redirect(const net::RequestHead& head, http::Request& request) const;

    std::vector<net::Address> addresses_;
    std::uint16_t port_ = kHttpsPort;
    std::string acme_folder_;
};

}  // namespace tatum::site
