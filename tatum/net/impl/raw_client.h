#pragma once

#include <tatum/net/impl/socket_address.h>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For tests only.
namespace tatum::net::impl {

/// A response as a client sees it.
struct RawResponse {
    int status = 0;
    std::string head;  ///< with its last empty line
    std::string body;  ///< decoded

    bool has(std::string_view header_line) const {
        return head.find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos;
    }
    std::string header(std::string_view name) const {
        const std::size_t start = head.find("\r\n" + std::string(name) + ": ");
        if (start == std::string::npos) return {};
        const std::size_t value = start + name.size() + 4;
        return head.substr(value, head.find("\r\n", value) - value);
    }
};

/// A client that sends any bytes and reads responses. Blocks, but no longer than kPatience.
class RawClient {
public:
    static constexpr int kPatienceMs = 10'000;

    explicit RawClient(const Address& address) {
        const SocketAddress where(address);
        file_ = ::socket(where.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        setsockopt(file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connected_ = ::connect(file_, where.get(), where.length) == 0;
    }
    ~RawClient() { close(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return connected_; }
    int file() const { return file_; }
    void close() {
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }
    void close_with_reset() {
        const struct linger at_once = {1, 0};
        setsockopt(file_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }
    void finish_sending() { ::shutdown(file_, SHUT_WR); }

    /// False when the server does not take them any more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count < 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    /// The next response; nullopt at the end of the stream. `to_head` is true if it answers HEAD.
    std::optional<RawResponse> read(bool to_head = false) {
        while (buffer_.find("\r\n\r\n") == std::string::npos) {
            if (!receive()) return std::nullopt;
        }
        RawResponse response;
        response.head = take(buffer_.find("\r\n\r\n") + 4);
        response.status = std::atoi(response.head.substr(9, 3).c_str());
        const std::string method = response.header("X-Method");
        const bool bodiless = to_head || method == "HEAD" || response.status < 200 ||
                              response.status == 204 || response.status == 304;
        if (bodiless) return response;
        const std::string length = response.header("Content-Length");
        if (response.has("Transfer-Encoding: chunked")) {
            if (!read_chunks(response.body)) return std::nullopt;
        } else if (!length.empty()) {
            const std::size_t size = std::strtoull(length.c_str(), nullptr, 10);
            while (buffer_.size() < size) {
                if (!receive()) return std::nullopt;
            }
            response.body = take(size);
        } else {
            while (receive()) {
            }
            response.body = take(buffer_.size());
        }
        return response;
    }

    /// True when the server has closed, and nothing more has come.
    bool at_end() { return buffer_.empty() && !receive() && !timed_out_; }
    bool timed_out() const { return timed_out_; }
    std::string& buffer() { return buffer_; }

    /// More bytes into buffer(); false at the end of the stream.
    bool receive() {
        pollfd wait{file_, POLLIN, 0};
        if (::poll(&wait, 1, kPatienceMs) <= 0) {
            timed_out_ = true;
            return false;
        }
        char bytes[16384];
        const ssize_t count = ::recv(file_, bytes, sizeof bytes, 0);
        if (count <= 0) return false;
        buffer_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }

private:
    std::string take(std::size_t count) {
        std::string taken = buffer_.substr(0, count);
        buffer_.erase(0, count);
        return taken;
    }

    bool read_chunks(std::string& body) {
        for (;;) {
            while (buffer_.find("\r\n") == std::string::npos) {
                if (!receive()) return false;
            }
            const std::size_t size = std::strtoull(buffer_.c_str(), nullptr, 16);
            take(buffer_.find("\r\n") + 2);
            while (buffer_.size() < size + 2) {
                if (!receive()) return false;
            }
            body += take(size);
            EXPECT_EQ(take(2), "\r\n");
            if (size == 0) return true;
        }
    }

    int file_ = -1;
    bool connected_ = false;
    bool timed_out_ = false;
    std::string buffer_;
};

}  // namespace tatum::net::impl
