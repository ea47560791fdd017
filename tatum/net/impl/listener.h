#pragma once

#include <tatum/net/impl/reactor.h>
#include <tatum/net/impl/worker.h>

namespace tatum::net::impl {

/// Accepts connections for a worker. When the process has run out of descriptors it first gives up
/// the connection that has been idle for longest; if there is none, it looks away for a moment, so
/// that a full process does not spin.
class Listener final : public EventSource {
public:
    /// `socket` outlives it.
    Listener(Worker& worker, const Worker::ListeningSocket& socket);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void on_events(std::uint32_t events) override;
    /// Accepts what has been waiting, and then no more.
    void close();

private:
    struct Pause : Timer {
        explicit Pause(Listener& owner) : Timer(&Pause::on_fire), listener(owner) {}
        static void on_fire(Timer& timer) { static_cast<Pause&>(timer).listener.watch(); }
        Listener& listener;
    };

    void watch();
    void pause();
    bool accept_one();
    bool recover(int error);

    Worker& worker_;
    const int file_;
    const Worker::ListeningSocket& socket_;
    Worker::ListeningSocket told_;  // the same where the proxy has spoken TLS with the client
    bool watched_ = false;
    Pause pause_{*this};
};

}  // namespace tatum::net::impl
