#pragma once

#include <tatum/channels/layer.h>
#include <tatum/net/sync.h>

#include <deque>
#include <optional>

namespace tatum::channels {

/// A mailbox for a fiber or thread: messages of the groups that it joins wait in it.
///
///     Channel channel(layer);
///     channel.join("orders");
///     while (auto message = channel.receive()) show(message->payload());
///
/// Any thread may use it.
class Channel : private Receiver {
public:
    explicit Channel(Layer& layer);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    void join(std::string_view group) { memberships_.join(group); }
    void leave(std::string_view group) { memberships_.leave(group); }
    /// By which Layer::send() reaches this channel.
    std::string name() { return memberships_.channel_name(); }

    /// The next message; null once the channel is closed and empty. Suspends. Throws Cancelled,
    /// TimedOut.
    MessagePtr receive();
    /// The same; null too when none has come in time.
    MessagePtr receive_for(net::Duration timeout);
    /// The next one as JSON. Throws its Error when it is none.
    std::optional<Value> receive_json();

    /// Leaves all groups and ends receive(), for whoever waits.
    void close();
    bool is_closed() const;
    /// Messages lost since it was full.
    std::uint64_t dropped() const;

private:
    void deliver(const MessagePtr& message) noexcept override;
    MessagePtr take();

    const std::size_t capacity_;
    const Overflow overflow_;
    mutable std::mutex guard_;
    net::Event arrived_;  // set while there is something to receive, or nothing ever will be
    std::deque<MessagePtr> messages_;
    std::uint64_t dropped_ = 0;
    bool closed_ = false;
    Memberships memberships_;  // last: it ends before what deliver() uses
};

}  // namespace tatum::channels
