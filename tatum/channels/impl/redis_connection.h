#pragma once

#include <tatum/base/error.h>
#include <tatum/channels/impl/redis_location.h>
#include <tatum/net/fiber.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisContext;

namespace tatum::channels::impl {

/// The server cannot be reached, has left, or has answered with an error.
struct RedisFault : Exception {
    using Exception::Exception;
};

/// A connection to a Redis server. Used by the fibers of one thread, of which one reads at a time.
class RedisConnection {
public:
    /// Connects, says who it is, chooses the database and has an answer. Throws RedisFault. The
    /// wait is not cancelled, but takes seconds at most.
    explicit RedisConnection(const RedisLocation& location);
    ~RedisConnection();
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    /// Puts a command into the buffer.
    void append(std::span<const std::string_view> words);
    /// Sends what is in the buffer. Suspends, for seconds at most: then it throws RedisFault.
    void flush();

    /// What a reply says: its text, or those of its elements. Views until the next reply is read.
    using Reply = std::vector<std::string_view>;
    /// Waits for bytes and calls `take` with each reply that is complete. False when nothing has
    /// come for `timeout`. Throws RedisFault, also for a reply that is an error.
    bool read(net::Duration timeout, const std::function<void(const Reply&)>& take);

    /// True when the server has closed its side, as far as is known.
    bool is_closed() const;
    /// Makes the fiber that reads fail.
    void break_off();

private:
    struct Free {
        void operator()(redisContext* context) const;
    };
    [[noreturn]] void fail() const;
    std::unique_ptr<redisContext, Free> context_;
};

}  // namespace tatum::channels::impl
