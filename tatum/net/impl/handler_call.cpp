#include <tatum/net/impl/handler_call.h>

#include <tatum/net/impl/fiber_core.h>

#include <exception>

namespace tatum::net::impl {

HandlerEnd call_handler(Handler& handler, Exchange& exchange) {
    using Kind = HandlerEnd::Kind;
    try {
        handler.handle(exchange);
        if (!exchange.begun()) throw InternalError("the handler has not answered");
        exchange.finish();
        return {};
    } catch (const Disconnected&) {
        return {.kind = Kind::ClientLeft};
    } catch (const RequestFault& fault) {
        return {.kind = Kind::Failed, .status = fault.status, .text = fault.what()};
    } catch (const Cancelled& cancelled) {
        return {.kind = Kind::Cancelled, .status = 503, .text = cancelled.what()};
    } catch (const TimedOut& timed_out) {
        return {.kind = Kind::Failed, .status = 503, .text = timed_out.what()};
    } catch (...) {
        report_fault(std::current_exception(), "a request");
        return {.kind = Kind::Failed, .status = 500};
    }
}

}  // namespace tatum::net::impl
