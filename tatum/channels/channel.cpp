#include <tatum/channels/channel.h>

#include <tatum/base/json.h>

#include <new>

namespace tatum::channels {

Channel::Channel(Layer& layer)
    : capacity_(layer.options().capacity),
      overflow_(layer.options().overflow),
      memberships_(layer, *this) {}

Channel::~Channel() { memberships_.end(); }

void Channel::deliver(const MessagePtr& message) noexcept {
    const std::lock_guard lock(guard_);
    if (closed_) return;
    if (messages_.size() >= capacity_) {
        ++dropped_;
        if (overflow_ == Overflow::DropNewest || messages_.empty()) return;
        messages_.pop_front();
    }
    try {
        messages_.push_back(message);
    } catch (const std::bad_alloc&) {
        ++dropped_;
        return;
    }
    arrived_.set();
}

/// Null when there is none now.
MessagePtr Channel::take() {
    const std::lock_guard lock(guard_);
    if (messages_.empty()) return nullptr;
    MessagePtr message = std::move(messages_.front());
    messages_.pop_front();
    if (messages_.empty() && !closed_) arrived_.reset();
    return message;
}

MessagePtr Channel::receive() {
    for (;;) {
        if (auto message = take()) return message;
        if (is_closed()) return nullptr;
        arrived_.wait();
    }
}

MessagePtr Channel::receive_for(net::Duration timeout) {
    const net::TimePoint start = net::Clock::now();
    for (;;) {
        if (auto message = take()) return message;
        if (is_closed()) return nullptr;
        const net::Duration left = timeout - (net::Clock::now() - start);
        if (left <= net::Duration::zero() || !arrived_.wait_for(left)) return take();
    }
}

std::optional<Value> Channel::receive_json() {
    const auto message = receive();
    if (!message) return std::nullopt;
    return json::parse(message->payload()).value();
}

void Channel::close() {
    memberships_.end();
    const std::lock_guard lock(guard_);
    closed_ = true;
    arrived_.set();
}

bool Channel::is_closed() const {
    const std::lock_guard lock(guard_);
    return closed_;
}

std::uint64_t Channel::dropped() const {
    const std::lock_guard lock(guard_);
    return dropped_;
}

}  // namespace tatum::channels
