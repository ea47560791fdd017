#include <tatum/base/back_off.h>
#include <tatum/base/crypto.h>
#include <tatum/base/log.h>
#include <tatum/channels/impl/redis_connection.h>
#include <tatum/channels/impl/relay.h>
#include <tatum/net/background.h>
#include <tatum/net/sync.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tatum::channels::impl {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Between attempts to connect.
constexpr auto kBackOffMin = milliseconds(100);
constexpr auto kBackOffMax = seconds(10);
/// A subscription that is silent for so long is asked for a sign of life.
constexpr auto kPingInterval = seconds(15);
constexpr auto kAnswerTimeout = seconds(10);
/// Commands sent before their answers are read.
constexpr std::size_t kBatchMax = 256;
constexpr std::size_t kBatchBytesMax = 1 << 20;
/// Nobody wants to hear any more what has waited for Redis for so long.
constexpr auto kOutgoingAgeMax = seconds(60);
constexpr std::size_t kOutgoingBytesMax = 64 << 20;
/// Of a process, at the front of each message: what it has sent itself it has delivered itself.
constexpr std::size_t kOriginBytes = 16;
constexpr char kText = 't', kBinary = 'b';

void wait_after(unsigned failures) {
    net::sleep_for(with_jitter(back_off(failures, kBackOffMin, kBackOffMax)));
}

/// Ends a fiber with a block.
class Companion {
public:
    explicit Companion(net::Task task) : fiber_(net::spawn(std::move(task))) {}
    ~Companion() {
        const net::NoCancelScope until_it_has_ended;
        fiber_.cancel("its connection has ended");
        try {
            fiber_.join();
        } catch (const net::Cancelled&) {
        }
    }
    Companion(const Companion&) = delete;
    Companion& operator=(const Companion&) = delete;

private:
    net::Fiber fiber_;
};

class RedisRelay final : public Relay {
public:
    RedisRelay(const LayerOptions& options, logging::Sink& sink, Arrival arrival)
        : location_(RedisLocation::parse(options.location)),
          prefix_(options.prefix + ":group:"),
          outgoing_max_(options.outgoing_max),
          origin_(crypto::get_random_string(kOriginBytes)),
          sink_(sink),
          arrival_(std::move(arrival)) {}

    void publish(std::string_view group, const MessagePtr& message) override;
    void subscribe(std::string_view group) override { want(group, Wish::Subscribe); }
    void unsubscribe(std::string_view group) override { want(group, Wish::Unsubscribe); }
    Counts counts() const override;

private:
    enum class Wish : bool { Unsubscribe, Subscribe };
    struct Change {
        Wish wish;
        std::string group;
    };
    struct Outgoing {
        std::string group;
        MessagePtr message;
        net::TimePoint since;
        std::size_t bytes() const { return group.size() + message->payload().size(); }
    };

    void want(std::string_view group, Wish wish);
    void ensure_thread();
    void drop_oldest();
    void drop_outdated();

    // On the background thread.
    void run();
    void subscribe_for_ever();
    void subscribe_while_connected(RedisConnection& connection, unsigned& failures);
    void send_changes(RedisConnection& connection);
    void ask(RedisConnection& connection, std::vector<Change> changes);
    void take(const RedisConnection::Reply& reply);
    void publish_for_ever();
    std::size_t publish_batch(RedisConnection& connection);
    std::vector<Outgoing> next_batch();
    void reached();
    void not_reached(const std::exception& fault);

    const RedisLocation location_;
    const std::string prefix_;
    const std::size_t outgoing_max_;
    const std::string origin_;
    logging::Sink& sink_;
    const Arrival arrival_;
    std::atomic<bool> connected_{true};

    mutable std::mutex guard_;
    std::set<std::string, std::less<>> wanted_;
    bool subscribed_ = false;      // while there is a subscription
    std::vector<Change> changes_;  // since it was last told
    net::Event changed_;
    std::deque<Outgoing> outgoing_;
    std::size_t outgoing_bytes_ = 0;
    net::Event has_outgoing_;
    std::uint64_t lost_ = 0;
    std::optional<net::BackgroundThread> thread_;  // last: it ends first
};

// --- on any thread -------------------------------------------------------------------------------

void RedisRelay::ensure_thread() {
    if (!thread_) thread_.emplace([this] { run(); });
}

void RedisRelay::want(std::string_view group, Wish wish) {
    const std::lock_guard lock(guard_);
    if (wish == Wish::Subscribe) {
        wanted_.emplace(group);
    } else if (const auto place = wanted_.find(group); place != wanted_.end()) {
        wanted_.erase(place);
    }
    if (subscribed_) changes_.push_back({wish, std::string(group)});
    changed_.set();
    ensure_thread();
}

void RedisRelay::publish(std::string_view group, const MessagePtr& message) {
    const std::lock_guard lock(guard_);
    Outgoing outgoing{std::string(group), message, net::Clock::now()};
    drop_outdated();
    while (!outgoing_.empty() && (outgoing_.size() >= outgoing_max_ ||
                                  outgoing_bytes_ + outgoing.bytes() > kOutgoingBytesMax)) {
        drop_oldest();
    }
    outgoing_bytes_ += outgoing.bytes();
    outgoing_.push_back(std::move(outgoing));
    has_outgoing_.set();
    ensure_thread();
}

void RedisRelay::drop_oldest() {
    outgoing_bytes_ -= outgoing_.front().bytes();
    outgoing_.pop_front();
    ++lost_;
}

void RedisRelay::drop_outdated() {
    const net::TimePoint oldest = net::Clock::now() - kOutgoingAgeMax;
    while (!outgoing_.empty() && outgoing_.front().since < oldest) drop_oldest();
}

Relay::Counts RedisRelay::counts() const {
    const std::lock_guard lock(guard_);
    return {.lost = lost_, .connected = connected_.load()};
}

// --- the two connections -------------------------------------------------------------------------

void RedisRelay::run() {
    const Companion publisher([this] { publish_for_ever(); });
    subscribe_for_ever();
}

void RedisRelay::reached() {
    if (connected_.exchange(true)) return;
    logging::Logger("tatum.channels", sink_).info("Redis is back: " + location_.str());
}

void RedisRelay::not_reached(const std::exception& fault) {
    if (!connected_.exchange(false)) return;
    logging::Logger("tatum.channels", sink_)
        .error("Redis cannot be reached, messages stay in this process: " + location_.str() + ": " +
               fault.what());
}

void RedisRelay::subscribe_for_ever() {
    unsigned failures = 0;
    for (;;) {
        changed_.wait();  // a process that only sends needs no subscription
        try {
            RedisConnection connection(location_);
            subscribe_while_connected(connection, failures);
        } catch (const net::Cancelled&) {
            throw;
        } catch (const std::exception& fault) {  // no memory or thread, besides Redis itself
            {
                const std::lock_guard lock(guard_);
                subscribed_ = false;  // the next subscription begins with all that is wanted
                changes_.clear();
            }
            not_reached(fault);
            wait_after(++failures);
        }
        const std::lock_guard lock(guard_);
        changed_.set();
    }
}

void RedisRelay::subscribe_while_connected(RedisConnection& connection, unsigned& failures) {
    std::vector<Change> all;
    {
        const std::lock_guard lock(guard_);
        subscribed_ = true;
        changed_.reset();
        for (const std::string& group : wanted_) all.push_back({Wish::Subscribe, group});
    }
    std::size_t due = all.size();
    ask(connection, std::move(all));
    const Companion writer([&] { send_changes(connection); });
    const auto on_reply = [&](const RedisConnection::Reply& reply) {
        due -= std::min<std::size_t>(due, 1);
        take(reply);
    };
    bool asked = false;
    bool stands = false;
    for (;;) {
        if (connection.read(asked ? kAnswerTimeout : kPingInterval, on_reply)) {
            asked = false;
            // Only now: it may be the commands that Redis refuses, not the client.
            if (due == 0 && !std::exchange(stands, true)) {
                reached();
                failures = 0;
            }
            continue;
        }
        if (asked) throw RedisFault("it does not answer any more");
        constexpr std::string_view kPing = "PING";
        connection.append({&kPing, 1});
        connection.flush();
        asked = true;
    }
}

void RedisRelay::send_changes(RedisConnection& connection) {
    for (;;) {
        changed_.wait();
        std::vector<Change> changes;
        {
            const std::lock_guard lock(guard_);
            changes.swap(changes_);
            changed_.reset();
        }
        try {
            ask(connection, std::move(changes));
        } catch (const net::Cancelled&) {
            throw;
        } catch (const std::exception&) {
            connection.break_off();  // and the reader says why
            return;
        }
    }
}

void RedisRelay::ask(RedisConnection& connection, std::vector<Change> changes) {
    for (const Change& change : changes) {
        const std::string channel = prefix_ + change.group;
        const std::string_view words[] = {
            change.wish == Wish::Subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE", channel};
        connection.append(words);
    }
    connection.flush();
}

void RedisRelay::take(const RedisConnection::Reply& reply) {
    if (reply.size() != 3 || reply[0] != "message" || !reply[1].starts_with(prefix_)) return;
    std::string_view bytes = reply[2];
    if (bytes.size() <= kOriginBytes || bytes.starts_with(origin_)) return;
    const char kind = bytes[kOriginBytes];
    bytes.remove_prefix(kOriginBytes + 1);
    MessagePtr message;
    try {
        message = std::make_shared<const Message>(
            bytes, kind == kText ? Message::Kind::Text : Message::Kind::Binary);
    } catch (const std::invalid_argument&) {
        return;  // somebody else's, in a channel of that name
    }
    arrival_(reply[1].substr(prefix_.size()), message);
}

void RedisRelay::publish_for_ever() {
    unsigned failures = 0;
    for (;;) {
        has_outgoing_.wait();
        try {
            RedisConnection connection(location_);
            bool stands = false;
            for (;;) {
                has_outgoing_.wait();
                if (connection.is_closed()) {
                    if (stands) break;  // it had nothing to do for so long
                    throw RedisFault("it has closed the connection");
                }
                if (publish_batch(connection) > 0 && !std::exchange(stands, true)) {
                    reached();
                    failures = 0;
                }
            }
        } catch (const net::Cancelled&) {
            throw;
        } catch (const std::exception& fault) {
            {
                const std::lock_guard lock(guard_);
                drop_outdated();
            }
            not_reached(fault);
            wait_after(++failures);
        }
    }
}

std::vector<RedisRelay::Outgoing> RedisRelay::next_batch() {
    std::vector<Outgoing> batch;
    std::size_t bytes = 0;
    const std::lock_guard lock(guard_);
    drop_outdated();
    while (!outgoing_.empty() && batch.size() < kBatchMax && bytes < kBatchBytesMax) {
        bytes += outgoing_.front().bytes();
        batch.push_back(std::move(outgoing_.front()));
        outgoing_.pop_front();
    }
    outgoing_bytes_ -= bytes;
    if (outgoing_.empty()) has_outgoing_.reset();
    return batch;
}

/// How many it has sent. A message is sent once: what is under way when the connection breaks is
/// lost.
std::size_t RedisRelay::publish_batch(RedisConnection& connection) {
    const std::vector<Outgoing> batch = next_batch();
    std::size_t answered = 0;
    try {
        for (const Outgoing& outgoing : batch) {
            const std::string channel = prefix_ + outgoing.group;
            std::string bytes = origin_;
            bytes += outgoing.message->is_text() ? kText : kBinary;
            bytes += outgoing.message->payload();
            const std::string_view words[] = {"PUBLISH", channel, bytes};
            connection.append(words);
        }
        connection.flush();
        while (answered < batch.size()) {
            if (!connection.read(kAnswerTimeout,
                                 [&](const RedisConnection::Reply&) { ++answered; })) {
                throw RedisFault("it does not answer any more");
            }
        }
    } catch (const std::exception&) {
        const std::lock_guard lock(guard_);
        lost_ += batch.size() - answered;
        throw;
    }
    return answered;
}

}  // namespace

std::unique_ptr<Relay> make_redis_relay(const LayerOptions& options, logging::Sink& sink,
                                        Arrival arrival) {
    return std::make_unique<RedisRelay>(options, sink, std::move(arrival));
}

}  // namespace tatum::channels::impl
