#include <tatum/channels/impl/redis_connection.h>

#include <tatum/net/descriptor.h>
#include <tatum/net/offload.h>

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/socket.h>

#include <cerrno>

namespace tatum::channels::impl {

namespace {

/// For connecting, and for each of the commands that open a connection.
constexpr timeval kOpenTimeout{.tv_sec = 2, .tv_usec = 0};
constexpr auto kFlushAgain = std::chrono::milliseconds(1);
/// For the server to take what is sent.
constexpr auto kFlushTimeout = std::chrono::seconds(10);

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, FreeReply>;

/// Blocks.
void command(redisContext* context, const std::vector<std::string>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    const ReplyPtr reply(static_cast<redisReply*>(
        redisCommandArgv(context, static_cast<int>(words.size()), texts.data(), sizes.data())));
    if (!reply) throw RedisFault(context->errstr);
    if (reply->type == REDIS_REPLY_ERROR) throw RedisFault(std::string(reply->str, reply->len));
}

redisContext* connect(const RedisLocation& location) {
    return location.path.empty()
               ? redisConnectWithTimeout(location.host.c_str(), location.port, kOpenTimeout)
               : redisConnectUnixWithTimeout(location.path.c_str(), kOpenTimeout);
}

void introduce(redisContext* context, const RedisLocation& location) {
    redisSetTimeout(context, kOpenTimeout);
    if (location.path.empty()) redisEnableKeepAlive(context);  // a fault for Unix sockets
    if (!location.password.empty()) {
        std::vector<std::string> words{"AUTH"};
        if (!location.user.empty()) words.push_back(location.user);
        words.push_back(location.password);
        command(context, words);
    }
    if (location.database != 0) command(context, {"SELECT", std::to_string(location.database)});
    // Whoever is one client too many hears that now, and so does one without the password it takes.
    command(context, {"PING"});
    const int flags = fcntl(context->fd, F_GETFL);
    if (fcntl(context->fd, F_SETFL, flags | O_NONBLOCK) != 0) throw RedisFault("fcntl failed");
    context->flags &= ~REDIS_BLOCK;
}

void collect(const redisReply& reply, RedisConnection::Reply& texts) {
    switch (reply.type) {
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            texts.emplace_back(reply.str, reply.len);
            break;
        case REDIS_REPLY_ARRAY:
            for (std::size_t i = 0; i < reply.elements; ++i) collect(*reply.element[i], texts);
            break;
        default:
            texts.emplace_back();
            break;
    }
}

}  // namespace

void RedisConnection::Free::operator()(redisContext* context) const { redisFree(context); }

RedisConnection::RedisConnection(const RedisLocation& location) {
    net::offload([&] {
        context_.reset(connect(location));
        if (!context_) throw RedisFault("out of memory");
        if (context_->err != 0) throw RedisFault(context_->errstr);
        introduce(context_.get(), location);
    });
}

RedisConnection::~RedisConnection() = default;

void RedisConnection::fail() const {
    throw RedisFault(context_->errstr[0] != '\0' ? context_->errstr : "the connection broke");
}

void RedisConnection::append(std::span<const std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    if (redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(),
                               sizes.data()) != REDIS_OK) {
        fail();
    }
}

void RedisConnection::flush() {
    const net::TimePoint until = net::Clock::now() + kFlushTimeout;
    for (;;) {
        int done = 0;
        if (redisBufferWrite(context_.get(), &done) != REDIS_OK) fail();
        if (done != 0) return;
        if (net::Clock::now() >= until) throw RedisFault("it takes nothing any more");
        // Another fiber may be waiting for this descriptor, which one at a time may do.
        net::sleep_for(kFlushAgain);
    }
}

bool RedisConnection::read(net::Duration timeout, const std::function<void(const Reply&)>& take) {
    if (!net::wait_for(context_->fd, net::Readiness::Readable, timeout)) return false;
    if (redisBufferRead(context_.get()) != REDIS_OK) fail();
    for (;;) {
        void* raw = nullptr;
        if (redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK) fail();
        const ReplyPtr reply(static_cast<redisReply*>(raw));
        if (!reply) return true;
        if (reply->type == REDIS_REPLY_ERROR) {
            throw RedisFault(std::string(reply->str, reply->len));
        }
        Reply texts;
        collect(*reply, texts);
        take(texts);
    }
}

bool RedisConnection::is_closed() const {
    char byte;
    const ssize_t count = ::recv(context_->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void RedisConnection::break_off() { ::shutdown(context_->fd, SHUT_RDWR); }

}  // namespace tatum::channels::impl
