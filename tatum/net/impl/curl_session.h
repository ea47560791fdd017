#pragma once

#include <tatum/net/http_client.h>

#include <curl/curl.h>

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::net::impl {

/// One transfer at a time on libcurl's multi interface, with the connections that stay open
/// afterwards. Whoever waits drives it: its sockets are in an epoll set of its own, which is one
/// descriptor to wait_for(), so that the same code suspends a fiber or blocks a thread, and nothing
/// is registered anywhere while nobody waits. May move between threads from transfer to transfer.
class CurlSession {
public:
    CurlSession();
    ~CurlSession();
    CurlSession(const CurlSession&) = delete;
    CurlSession& operator=(const CurlSession&) = delete;

    CURL* easy() { return easy_; }

    /// The handle's options are set. Followed by step() until it says Done, and finish().
    void start();
    enum class Step { Working, Done, TimedOut };
    /// Waits for whatever comes first, and lets libcurl work on it. Throws Cancelled and TimedOut.
    Step step(TimePoint until);
    /// After Done.
    CURLcode result() const { return result_; }
    /// Ends the transfer, complete or not, and forgets all options.
    void finish();

    std::string origin;  ///< of the last transfer
    TimePoint idle_since{};

private:
    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* unused);
    static int on_timer(CURLM* multi, long milliseconds, void* self);
    void act(curl_socket_t socket, int events);

    CURLM* multi_;
    CURL* easy_;
    int epoll_;
    TimePoint timer_ = TimePoint::max();
    bool running_ = false;
    bool done_ = false;
    CURLcode result_ = CURLE_OK;
};

/// The idle sessions of a client. Safe for use by any thread.
class CurlPool {
public:
    /// Longer idle ones are closed.
    static constexpr std::chrono::seconds kIdleMax{90};

    CurlPool(std::size_t kept_max, bool cookies);
    ~CurlPool();
    CurlPool(const CurlPool&) = delete;
    CurlPool& operator=(const CurlPool&) = delete;

    /// One that may have a connection to `origin`, else any, else a new one.
    std::unique_ptr<CurlSession> take(const std::string& origin);
    void give_back(std::unique_ptr<CurlSession> session);
    /// The cookies; null when they are off.
    CURLSH* share() { return share_; }

private:
    static void on_lock(CURL* easy, curl_lock_data data, curl_lock_access access, void* self);
    static void on_unlock(CURL* easy, curl_lock_data data, void* self);

    const std::size_t kept_max_;
    CURLSH* share_ = nullptr;
    std::array<std::mutex, CURL_LOCK_DATA_LAST> share_guards_;
    std::mutex guard_;
    std::vector<std::unique_ptr<CurlSession>> idle_;  ///< the longest idle first
};

}  // namespace tatum::net::impl
