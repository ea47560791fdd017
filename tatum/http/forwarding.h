#pragma once

#include <tatum/http/request.h>
#include <tatum/net/address.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::http {

/// Names FORWARDED_HEADERS may have, set from its entries. Error http.E010 for another name.
Result<ForwardedHeaders> parse_forwarded_headers(const std::vector<std::string>& names);

/// What proxies say about a client. Texts view into the headers.
struct ForwardedClient {
    net::Address address;  ///< of the client; port 0 when not told
    std::string_view scheme, host;
    std::optional<std::uint16_t> port;
};

/// The client as the trusted ones of its proxies tell, beginning with `peer`, which is trusted.
/// Lists are read from the right, where each proxy adds its own: an entry counts only if who added
/// it is trusted, so nothing that the client itself has sent does (RFC 7239 §8.1).
ForwardedClient forwarded_client(const net::Address& peer, const Headers& headers,
                                 const HttpSettings& settings);

/// Makes the head of a request say what the client's proxies say, and nothing that others say.
/// Where there are no trusted proxies, it stays as it is: Django's rules. Owns what it has to make
/// anew; outlives the Request made from the head.
///
/// From a trusted peer: address and scheme, and host and port where FORWARDED_HEADERS has them, are
/// the client's. From any other: the headers that speak for clients are taken out, so that neither
/// USE_X_FORWARDED_HOST and its like nor a view can believe them.
class Forwarding {
public:
    void apply(const net::Address& peer, const HttpSettings& settings, RequestHead& head);

private:
    void remove_claims(const HttpSettings& settings, RequestHead& head);
    void set_host(std::string_view host, RequestHead& head);

    std::string address_;
    std::vector<HeaderField> headers_;
};

/// The request id that a trusted proxy has given; empty when there is none, or it is longer than
/// kRequestIdMax or has other characters than letters, digits and "-_.:/+=@".
inline constexpr std::size_t kRequestIdMax = 128;
std::string_view trusted_request_id(const net::Address& peer, std::span<const HeaderField> headers,
                                    const HttpSettings& settings);

}  // namespace tatum::http
