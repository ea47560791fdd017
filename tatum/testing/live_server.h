#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tatum::site {
class Site;
}

namespace tatum::testing {

/// A site on a real socket of a free port, for browsers and other programs. Serves until its end;
/// the calling thread's clock and randomness are the server's too.
class LiveServer {
public:
    /// Throws Exception when no port can be had.
    explicit LiveServer(site::Site& site, unsigned threads = 1);
    ~LiveServer();
    LiveServer(const LiveServer&) = delete;
    LiveServer& operator=(const LiveServer&) = delete;

    std::uint16_t port() const;
    /// "http://127.0.0.1:49152", followed by `path`.
    std::string url(std::string_view path = {}) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Sends bytes to a port of this machine and returns all that comes back until the other side
/// closes. Throws Exception.
std::string exchange_bytes(std::uint16_t port, std::string_view bytes);

}  // namespace tatum::testing
