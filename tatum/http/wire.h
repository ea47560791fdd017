#pragma once

#include <tatum/http/body.h>
#include <tatum/http/forwarding.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/net/exchange.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tatum::http {

/// The body of the request on the wire. A break of the protocol or of a limit surfaces as
/// net::RequestFault, a client that has left as UnreadablePostError.
class ExchangeBody final : public BodySource {
public:
    explicit ExchangeBody(net::Exchange& exchange) : exchange_(exchange) {}
    std::size_t read(std::span<char> buffer) override;
    std::optional<std::uint64_t> size() const override { return exchange_.content_length(); }

private:
    net::Exchange& exchange_;
};

/// The Request that an Exchange carries. It views into the exchange and into this object, so it
/// ends before either. Reads nothing of the body by itself.
class WireRequest {
public:
    /// `id`: the request's name, see Request::id(); outlives this.
    explicit WireRequest(net::Exchange& exchange,
                         const HttpSettings& settings = HttpSettings::defaults(),
                         std::string_view id = {});
    WireRequest(const WireRequest&) = delete;
    WireRequest& operator=(const WireRequest&) = delete;

    Request& request() { return *request_; }

private:
    RequestHead head_of(net::Exchange& exchange);
    void rewrite_absolute(const net::RequestHead& head, RequestHead& result);

    ExchangeBody body_;
    char remote_address_[48];
    char server_name_[48];
    std::string target_;  // of an absolute target
    Forwarding forwarding_;
    std::vector<HeaderField> headers_;  // of an absolute target, which overrides Host
    std::optional<Request> request_;
};

/// Writes a response: status, headers, cookies, and the body, be it a string, a stream or a file.
/// The server adds Date and what frames the message. With HEAD a stream is not asked for anything.
/// Throws net::Disconnected; what a stream throws cuts the connection.
void send_response(net::Exchange& exchange, Response&& response);

}  // namespace tatum::http
