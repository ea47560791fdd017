#pragma once

#include <tatum/base/value.h>
#include <tatum/net/websocket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tatum {
struct Settings;
}

/// Messages between the fibers, threads, processes and machines of a site, in the vocabulary of
/// Django Channels: who wants messages joins groups, and whoever has one sends it to a group.
namespace tatum::channels {

/// A text or bytes, made once however many get it.
using Message = net::SharedMessage;
using MessagePtr = std::shared_ptr<const Message>;

/// Somebody who gets messages.
class Receiver {
public:
    /// On any thread, several at once; it must not wait, nor call the layer.
    virtual void deliver(const MessagePtr& message) noexcept = 0;

protected:
    ~Receiver() = default;
};

/// What a full Channel does with one more message.
enum class Overflow : std::uint8_t { DropOldest, DropNewest };

/// CHANNEL_LAYERS["default"].
struct LayerOptions {
    enum class Backend : std::uint8_t {
        Memory,  ///< this process only
        Redis,   ///< all processes that use the same server and prefix
    };
    Backend backend = Backend::Memory;
    /// "redis://user:password@host:6379/0", "redis:///0" for this machine,
    /// "unix://:password@/run/redis.sock?db=0".
    std::string location = "redis://127.0.0.1:6379/0";
    std::string prefix = "tatum";  ///< before the names of channels in Redis
    /// Messages that wait in a Channel, beyond which it does as `overflow` says.
    std::size_t capacity = 100;
    Overflow overflow = Overflow::DropOldest;
    /// Messages that wait while the Redis server cannot be reached; the oldest are lost first.
    std::size_t outgoing_max = 10'000;

    /// Throws ImproperlyConfigured.
    static LayerOptions from(const Settings& settings);
};

/// The groups of a site. Thread-safe; nothing in it waits for anything.
///
/// Messages of one sender to one group reach everybody in their order. Receivers of this process
/// get them at once, others by way of Redis; where Redis fails, messages to other processes are
/// lost, and the layer connects again by itself, which the log tells.
class Layer {
public:
    /// A group's name is 1 to kNameBytesMax bytes, any.
    static constexpr std::size_t kNameBytesMax = 200;

    /// Connects when first needed. Throws ImproperlyConfigured. What it logs goes to the sink that
    /// is current now.
    explicit Layer(LayerOptions options = {});
    ~Layer();
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;

    const LayerOptions& options() const { return options_; }

    /// Joins and leaves; a second time changes nothing. The receiver is in no group when it dies.
    /// Throws std::invalid_argument for a name that is none.
    void group_add(std::string_view group, Receiver& receiver);
    void group_discard(std::string_view group, Receiver& receiver);

    /// To all that are in the group, the sender too if it is. Cost: for each receiver of this
    /// process about a tenth of a microsecond. Throws std::invalid_argument.
    void group_send(std::string_view group, const MessagePtr& message);
    void group_send(std::string_view group, std::string_view text);
    void group_send_json(std::string_view group, const Value& value);

    /// A name that nobody else has, for a group of one: Channels' channel name.
    static std::string new_channel_name();
    /// To the one who has this channel name.
    void send(std::string_view channel_name, const MessagePtr& message) {
        group_send(channel_name, message);
    }

    struct Counts {
        std::size_t groups = 0;  ///< with receivers in this process
        std::uint64_t sent = 0;
        std::uint64_t received = 0;  ///< from other processes
        std::uint64_t lost = 0;      ///< on the way to Redis
        bool connected = true;       ///< to Redis, when that is the backend and in use
    };
    Counts counts() const;

private:
    struct Impl;
    LayerOptions options_;
    std::unique_ptr<Impl> impl_;
};

/// The groups that one receiver is in. Thread-safe.
class Memberships {
public:
    /// Both outlive it, or end() was called.
    Memberships(Layer& layer, Receiver& receiver) : layer_(layer), receiver_(receiver) {}
    ~Memberships() { end(); }
    Memberships(const Memberships&) = delete;
    Memberships& operator=(const Memberships&) = delete;

    void join(std::string_view group);
    void leave(std::string_view group);
    /// The name of a group that it joins when first asked.
    std::string channel_name();
    /// Leaves all groups; joins none from now on.
    void end();

private:
    Layer& layer_;
    Receiver& receiver_;
    std::mutex guard_;
    std::vector<std::string> groups_;
    std::string channel_name_;
    bool ended_ = false;
};

}  // namespace tatum::channels
