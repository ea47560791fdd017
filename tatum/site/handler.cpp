#include <tatum/http/wire.h>
#include <tatum/site/impl/operations.h>
#include <tatum/site/impl/site_impl.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace tatum::site {

namespace {

/// RFC 9110 §9.3.7: "OPTIONS *" asks what the server can do at all.
void answer_for_server(net::Exchange& exchange) {
    const net::Header allow{"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"};
    exchange.respond({.status = 200, .headers = {&allow, 1}}, {});
}

class SiteHandler final : public net::Handler {
public:
    SiteHandler(const Site& site, Operations& operations) : site_(site), operations_(operations) {}

    void handle(net::Exchange& exchange) override {
        RequestRecord& record = operations_.begin(exchange);
        exchange.attached = &record;
        if (exchange.request().path == "*") return answer_for_server(exchange);
        const SiteScope scope(site_);
        // Until finished(): the server logs what fails once this has been left.
        set_log_context(&record);
        const LocalScope queries(Slot::Queries, static_cast<db::QueryObserver*>(&record));
        if (operations_.answer_management(exchange)) {
            record.quiet = true;
            return;
        }
        const http::HttpSettings& settings = site_.http_settings();
        http::WireRequest wire(exchange, settings, record.request_id);
        http::Request& request = wire.request();
        const std::string_view peer = request.remote_address();
        record.peer = {record.peer_space.data(), std::min(peer.size(), record.peer_space.size())};
        std::memcpy(record.peer_space.data(), peer.data(), record.peer.size());
        const LocalScope current(Slot::Request, &request);
        const HttpsRedirect& redirect = operations_.redirect();
        http::Response response = redirect.is_at(exchange.local())
                                      ? redirect.answer(exchange.request(), request)
                                      : site_.handle(request);
        if (operations_.looks_for_slow_requests()) record.answered = net::Clock::now();
        if (const urls::ResolverMatch* match = request.resolver_match()) {
            record.route = match->view_name().empty() ? match->route() : match->view_name();
        }
        if (!settings.request_id_header.empty()) {
            response.headers.setdefault(settings.request_id_header, record.request_id);
        }
        // A stream's body is made while it is sent, so the request is current until the end.
        http::send_response(exchange, std::move(response));
    }

    void finished(const net::Exchange& exchange) noexcept override {
        if (exchange.attached == nullptr) return;
        operations_.finish(exchange, *static_cast<RequestRecord*>(exchange.attached));
        set_log_context(nullptr);
    }

    void refused(const Refusal& refusal) noexcept override {
        try {
            operations_.refused();
            logging::Logger("tatum.server", site_.log())
                .warning("Refused with status " + std::to_string(refusal.status) + ": " +
                             std::string(refusal.reason),
                         {{"peer", refusal.peer.str()}});
        } catch (...) {
        }
    }

    void tick(net::Tick tick) noexcept override { operations_.tick(tick); }

private:
    static void set_log_context(logging::Context* context) {
        current_locals()[static_cast<std::size_t>(Slot::LogContext)] = context;
    }

    const Site& site_;
    Operations& operations_;
};

}  // namespace

std::unique_ptr<net::Handler> make_handler(const Site& site, Operations& operations) {
    return std::make_unique<SiteHandler>(site, operations);
}

}  // namespace tatum::site
