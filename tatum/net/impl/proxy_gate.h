#pragma once

#include <tatum/net/impl/reactor.h>
#include <tatum/net/impl/worker.h>

namespace tatum::net::impl {

/// A connection from a proxy before it has said for whom it comes. Reads the PROXY header and not a
/// byte more, since TLS may follow; then the connection is the worker's. One that says nothing, or
/// something else, is closed.
class ProxyGate final : public EventSource {
public:
    /// `plain` and `told` (for clients that came to the proxy by TLS) outlive it. Closes `file`
    /// unless it hands it on.
    ProxyGate(Worker& worker, int file, const Address& proxy, const Worker::ListeningSocket& plain,
              const Worker::ListeningSocket& told);
    ~ProxyGate();
    ProxyGate(const ProxyGate&) = delete;
    ProxyGate& operator=(const ProxyGate&) = delete;

    /// False when the kernel refuses to watch it.
    [[nodiscard]] bool open();
    void on_events(std::uint32_t events) override;
    /// Closes it without a word.
    void give_up() { end({}); }
    std::size_t index = 0;  ///< among the worker's gates

private:
    struct Patience : Timer {
        explicit Patience(ProxyGate& owner) : Timer(&Patience::on_fire), gate(owner) {}
        static void on_fire(Timer& timer);
        ProxyGate& gate;
    };

    void end(std::string_view fault);

    Worker& worker_;
    int file_;  // -1 once handed on or closed
    const Address proxy_;
    const Worker::ListeningSocket& plain_;
    const Worker::ListeningSocket& told_;
    Patience patience_{*this};
    bool over_ = false;
};

}  // namespace tatum::net::impl
