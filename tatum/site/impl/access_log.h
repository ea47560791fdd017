#pragma once

#include <tatum/base/log_file.h>
#include <tatum/net/exchange.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tatum::site {

/// What a line of the access log tells beside what the exchange knows.
struct AccessFacts {
    std::string_view peer, request_id, route;
    std::uint64_t microseconds = 0;
    std::uint64_t queries = 0, query_microseconds = 0;
};

/// A line for each request. Every thread formats into a buffer of its own, and writes it when it
/// is full or flush() is called, without a lock or an allocation. Any thread may use it.
class AccessLog {
public:
    enum class Format : std::uint8_t {
        Log,       ///< the main log's text lines, with what was asked as message
        Combined,  ///< Apache's "combined", then key=value
        Json,
    };
    /// As nginx has it, for a client that left before there was a response.
    static constexpr int kClientLeft = 499;
    static int status_of(const net::Exchange& exchange) {
        return exchange.status() != 0 ? exchange.status() : kClientLeft;
    }

    /// Of a thread; then it writes by itself.
    static constexpr std::size_t kBufferBytesMax = 64 * 1024;

    AccessLog(std::unique_ptr<logging::LogFile> file, Format format)
        : file_(std::move(file)), format_(format) {}

    /// A thread's lines that wait. Written by that thread alone.
    struct Buffer {
        std::string lines;
        std::int64_t second = -1;  ///< that `time` tells
        std::string time;
    };
    void write(Buffer& buffer, const net::Exchange& exchange, const AccessFacts& facts) const;
    void flush(Buffer& buffer) const;
    /// As LogFile has it.
    Result<void> reopen() { return file_->reopen(); }

private:
    std::unique_ptr<logging::LogFile> file_;
    Format format_;
};

}  // namespace tatum::site
