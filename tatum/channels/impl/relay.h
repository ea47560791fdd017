#pragma once

#include <tatum/channels/layer.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace tatum::logging {
class Sink;
}

namespace tatum::channels::impl {

/// What carries messages between processes. Thread-safe; nothing in it waits.
class Relay {
public:
    virtual ~Relay() = default;
    virtual void publish(std::string_view group, const MessagePtr& message) = 0;
    /// Messages of that group are wanted, or are not any more.
    virtual void subscribe(std::string_view group) = 0;
    virtual void unsubscribe(std::string_view group) = 0;

    struct Counts {
        std::uint64_t lost = 0;
        bool connected = true;
    };
    virtual Counts counts() const = 0;
};

/// Takes a message that another process has sent; on any thread.
using Arrival = std::function<void(std::string_view group, const MessagePtr& message)>;

/// Through Redis' publish and subscribe. Throws ImproperlyConfigured for a location that is none.
std::unique_ptr<Relay> make_redis_relay(const LayerOptions& options, logging::Sink& sink,
                                        Arrival arrival);

}  // namespace tatum::channels::impl
