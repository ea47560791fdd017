#pragma once

#include <tatum/net/http_client.h>
#include <tatum/net/impl/curl_session.h>
#include <tatum/net/impl/http_url.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::net {

/// Where a reply's body comes from.
class HttpReplyStream::Source {
public:
    virtual ~Source() = default;
    virtual std::size_t read(std::span<char> buffer) = 0;
};

}  // namespace tatum::net

namespace tatum::net::impl {

/// One request to one address: no redirects, no second attempt.
struct HttpHop {
    std::string method;
    HttpUrl url;
    HttpFields headers;
    bool has_body = false;
    std::string body;
    const HttpBodyReader* reader = nullptr;  ///< in the place of `body`
    std::optional<std::uint64_t> reader_size;
    bool may_repeat = false;  ///< by libcurl itself, when a kept connection turns out to be dead
    TimePoint deadline = TimePoint::max();
    std::uint64_t reply_bytes_max = 0;  ///< 0: no limit
};

/// A hop on its way, by libcurl. The pool and the options outlive it.
class CurlTransfer final : public HttpReplyStream::Source {
public:
    /// So much of a body that nobody has read yet is kept in memory, and a piece more.
    static constexpr std::size_t kUnreadBytesMax = 1024 * 1024;

    CurlTransfer(CurlPool& pool, const HttpClientOptions& options, HttpHop hop);
    ~CurlTransfer() override;
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    /// Until the final head is there.
    Result<void> wait_for_head();
    int status() const { return status_; }
    HttpFields& headers() { return headers_; }
    /// Did any of the request reach a server?
    bool sent() const { return sent_; }
    /// No deadline from now on.
    void release_deadline() { hop_.deadline = TimePoint::max(); }
    /// More of the body; 0 at the end. Throws HttpError.
    std::size_t read(std::span<char> buffer) override;
    /// All of it, when nothing was read before.
    Result<std::string> read_all();

private:
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_read(char* bytes, std::size_t size, std::size_t count, void* self);
    static int on_request(void* self, char* to, char* from, int to_port, int from_port);
    static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

    void set_options();
    void set_tls();
    void set_body();
    void set_headers();
    Result<void> resolve();
    Result<void> unpause();
    bool take_header(std::string_view line);
    std::string_view unread() const { return std::string_view(buffer_).substr(buffer_read_); }
    template <class Reached>
    Result<void> drive(Reached reached);
    Result<void> check_pace(Duration waited);
    bool is_uploading() const;
    std::uint64_t bytes_moved() const;
    Error fault(std::string_view code, std::string_view what) const;
    Error fault_of(CURLcode code);

    CurlPool& pool_;
    const HttpClientOptions& options_;
    HttpHop hop_;
    std::unique_ptr<CurlSession> session_;
    curl_slist* header_list_ = nullptr;
    curl_slist* resolved_ = nullptr;
    std::string error_text_;
    std::exception_ptr thrown_;  ///< by a callback, out of which nothing may be thrown

    int status_ = 0;
    HttpFields headers_;
    std::size_t head_bytes_ = 0;
    bool head_done_ = false;
    bool done_ = false;
    bool sent_ = false;
    bool reader_done_ = false;
    bool requested_ = false, repeated_ = false;
    bool paused_ = false;
    bool wants_all_ = false;
    bool head_too_large_ = false, body_too_large_ = false;
    std::string refused_;  ///< the address that is not public
    std::string buffer_;
    std::size_t buffer_read_ = 0;
    std::uint64_t body_bytes_ = 0;
    Duration window_waited_{};
    std::uint64_t window_bytes_ = 0;
};

}  // namespace tatum::net::impl
