#pragma once

#include <tatum/base/function.h>

#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>
#include <vector>

namespace tatum {

/// Calls all receivers that were connected, in that order. `Args` are what the sender tells them,
/// usually const references: Signal<const Order&>. A Site owns its signals, and apps connect to
/// them when they are installed; after that it is only read, so that any thread may send.
///
/// Unlike Django: an exception of a receiver is the sender's in send(); there are no weak
/// references, and a receiver filters by sender itself.
template <class... Args>
class Signal {
public:
    using Receiver = Function<void(Args...)>;

    /// Names one connection; 0 names none.
    struct Connection {
        std::size_t id = 0;
    };

    /// Not while the signal is being sent.
    Connection connect(Receiver receiver) {
        receivers_.push_back({++last_id_, std::move(receiver)});
        return {last_id_};
    }
    /// False when there is no such connection.
    bool disconnect(Connection connection) {
        return std::erase_if(receivers_, [&](const Entry& e) { return e.id == connection.id; }) > 0;
    }

    bool has_receivers() const { return !receivers_.empty(); }

    /// The first exception ends the round and reaches the caller.
    void send(Args... args) const {
        for (const Entry& entry : receivers_) entry.receiver(args...);
    }

    /// Every receiver is called; `on_error` is given each exception. Django's send_robust().
    template <class OnError>
    void send_robust(OnError&& on_error, Args... args) const {
        for (const Entry& entry : receivers_) {
            try {
                entry.receiver(args...);
            } catch (const std::exception& error) {
                on_error(error);
            }
        }
    }

private:
    static_assert((!std::is_rvalue_reference_v<Args> && ...),
                  "several receivers cannot each take what is moved");
    struct Entry {
        std::size_t id;
        Receiver receiver;
    };

    std::vector<Entry> receivers_;
    std::size_t last_id_ = 0;
};

}  // namespace tatum
