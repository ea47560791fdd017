#include <tatum/http/wire.h>
#include <tatum/site/impl/site_impl.h>

#include <charconv>
#include <chrono>
#include <string>

namespace tatum::site {

namespace {

/// "GET /shop/?page=2 HTTP/1.1" 200 5120, as web servers have always logged it.
std::string access_line(const net::Exchange& exchange) {
    const net::RequestHead& head = exchange.request();
    std::string line;
    line.reserve(head.method.size() + head.target.size() + 40);
    line += '"';
    line += head.method;
    line += ' ';
    line += head.target;
    switch (head.version) {
        case net::HttpVersion::Http10:
            line += " HTTP/1.0\" ";
            break;
        case net::HttpVersion::Http11:
            line += " HTTP/1.1\" ";
            break;
        case net::HttpVersion::Http2:
            line += " HTTP/2\" ";
            break;
    }
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, exchange.status()).ptr;
    line.append(digits, end);
    line += ' ';
    end = std::to_chars(digits, digits + sizeof digits, exchange.bytes_out()).ptr;
    return line.append(digits, end);
}

/// RFC 9110 §9.3.7: "OPTIONS *" asks what the server can do at all.
void answer_for_server(net::Exchange& exchange) {
    const net::Header allow{"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"};
    exchange.respond({.status = 200, .headers = {&allow, 1}}, {});
}

class SiteHandler final : public net::Handler {
public:
    explicit SiteHandler(const Site& site) : site_(site) {}

    void handle(net::Exchange& exchange) override {
        if (exchange.request().path == "*") return answer_for_server(exchange);
        const SiteScope scope(site_);
        http::WireRequest wire(exchange, site_.http_settings());
        const LocalScope current(Slot::Request, &wire.request());
        // A stream's body is made while it is sent, so the request is current until the end.
        http::send_response(exchange, site_.handle(wire.request()));
    }

    void finished(const net::Exchange& exchange) noexcept override {
        try {
            const logging::Logger log("tatum.server", site_.log());
            if (!log.enabled(logging::Level::Info)) return;
            const auto duration = net::Clock::now() - exchange.started();
            const auto microseconds =
                std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
            log.info(access_line(exchange), {{"us", Value(microseconds)}});
        } catch (...) {  // a line of the log is not worth a request
        }
    }

    void refused(const Refusal& refusal) noexcept override {
        try {
            logging::Logger("tatum.server", site_.log())
                .warning("Refused with status " + std::to_string(refusal.status) + ": " +
                             std::string(refusal.reason),
                         {{"peer", refusal.peer.str()}});
        } catch (...) {
        }
    }

private:
    const Site& site_;
};

}  // namespace

std::unique_ptr<net::Handler> make_handler(const Site& site) {
    return std::make_unique<SiteHandler>(site);
}

}  // namespace tatum::site
