#include <tatum/net/impl/curl_transfer.h>

#include <tatum/base/text.h>
#include <tatum/net/impl/ascii.h>
#include <tatum/net/network.h>
#include <tatum/net/public_address.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tatum::net::impl {

namespace {

/// What libcurl takes from a socket at once; unpacked it may be a thousand times as much.
constexpr long kBufferBytes = 32 * 1024;

long milliseconds(Duration duration) {
    return static_cast<long>(
        std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

Address to_address(const curl_sockaddr& from) {
    if (from.family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &from.addr, sizeof in);
        std::array<std::uint8_t, 4> bytes;
        std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
        return Address::ipv4(bytes, ntohs(in.sin_port));
    }
    if (from.family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &from.addr, std::min<std::size_t>(sizeof in, from.addrlen));
        std::array<std::uint8_t, 16> bytes;
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return Address::ipv6(bytes, ntohs(in.sin6_port));
    }
    return {};
}

std::string_view code_of(CURLcode code) {
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return "http_client.E001";
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return "http_client.E002";
        case CURLE_COULDNT_CONNECT:
            return "http_client.E003";
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_ENGINE_NOTFOUND:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return "http_client.E004";
        case CURLE_OPERATION_TIMEDOUT:
            return "http_client.E005";
        default:
            return "http_client.E009";
    }
}

}  // namespace

CurlTransfer::CurlTransfer(CurlPool& pool, const HttpClientOptions& options, HttpHop hop)
    : pool_(pool),
      options_(options),
      hop_(std::move(hop)),
      session_(pool.take(hop_.url.origin)),
      error_text_(CURL_ERROR_SIZE, '\0') {}

CurlTransfer::~CurlTransfer() {
    pool_.give_back(std::move(session_));
    ::curl_slist_free_all(header_list_);
    ::curl_slist_free_all(resolved_);
}

// --- what libcurl is told ------------------------------------------------------------------------

void CurlTransfer::set_options() {
    CURL* const easy = session_->easy();
    ::curl_easy_setopt(easy, CURLOPT_URL, hop_.url.text.c_str());
    ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    ::curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    ::curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    ::curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    ::curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kBufferBytes);
    ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    ::curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    ::curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    // "" is no proxy, whatever the environment says.
    ::curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy.c_str());
    if (options_.timeout_connect > Duration::zero()) {
        ::curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options_.timeout_connect));
    }
    if (options_.decompress) ::curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate, br");
    if (pool_.share() != nullptr) {
        ::curl_easy_setopt(easy, CURLOPT_SHARE, pool_.share());
        ::curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
    }
    ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
    ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
    ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    if (!hop_.may_repeat) {
        ::curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &CurlTransfer::on_request);
        ::curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
    }
    if (options_.private_networks == PrivateNetworks::Refuse) {
        ::curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_open_socket);
        ::curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    }
    set_tls();
    set_body();
    set_headers();
}

void CurlTransfer::set_tls() {
    CURL* const easy = session_->easy();
    ::curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    ::curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options_.verify_tls ? 1L : 0L);
    ::curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options_.verify_tls ? 2L : 0L);
    if (!options_.ca_file.empty()) {
        ::curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
        ::curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    if (!options_.certificate_file.empty()) {
        ::curl_easy_setopt(easy, CURLOPT_SSLCERT, options_.certificate_file.c_str());
        ::curl_easy_setopt(easy, CURLOPT_SSLKEY, options_.key_file.c_str());
    }
}

void CurlTransfer::set_body() {
    CURL* const easy = session_->easy();
    if (hop_.reader != nullptr) {
        ::curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        ::curl_easy_setopt(easy, CURLOPT_READFUNCTION, &CurlTransfer::on_read);
        ::curl_easy_setopt(easy, CURLOPT_READDATA, this);
        if (hop_.reader_size) {
            ::curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                               static_cast<curl_off_t>(*hop_.reader_size));
        }
    } else if (hop_.has_body) {
        ::curl_easy_setopt(easy, CURLOPT_POST, 1L);
        ::curl_easy_setopt(easy, CURLOPT_POSTFIELDS, hop_.body.data());
        ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                           static_cast<curl_off_t>(hop_.body.size()));
    } else if (hop_.method == "HEAD") {
        ::curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, hop_.method.c_str());
}

void CurlTransfer::set_headers() {
    const auto add = [&](const std::string& line) {
        curl_slist* const longer = ::curl_slist_append(header_list_, line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        header_list_ = longer;
    };
    bool typed = false;
    for (const auto& [name, value] : hop_.headers) {
        typed = typed || ascii::equals_ignoring_case(name, "content-type");
        // libcurl's form of a header without a value ends with a semicolon.
        add(value.empty() ? name + ";" : name + ": " + value);
    }
    // What libcurl would add by itself.
    if (hop_.has_body && !typed) add("Content-Type:");
    if (hop_.reader == nullptr) add("Expect:");
    ::curl_easy_setopt(session_->easy(), CURLOPT_HTTPHEADER, header_list_);
}

/// Asks the resolver of the options, where there is one, and pins what it says.
Result<void> CurlTransfer::resolve() {
    if (!options_.resolver) return {};
    const bool bracketed = hop_.url.host.starts_with('[');
    const std::vector<std::string> found = options_.resolver(
        bracketed ? hop_.url.host.substr(1, hop_.url.host.size() - 2) : hop_.url.host);
    std::string line = hop_.url.host + ":" + std::to_string(hop_.url.port) + ":";
    bool first = true;
    for (const std::string& text : found) {
        const auto address = parse_ip(text);
        if (!address) return address.error();
        if (options_.private_networks == PrivateNetworks::Refuse && !is_public(*address)) {
            refused_ = text;
            return fault("http_client.E006", text + " is not a public address");
        }
        if (!std::exchange(first, false)) line += ',';
        line +=
            address->family() == Address::Family::Ipv6 ? "[" + address->ip() + "]" : address->ip();
    }
    if (first) return fault("http_client.E002", "the host has no address");
    resolved_ = ::curl_slist_append(nullptr, line.c_str());
    ::curl_easy_setopt(session_->easy(), CURLOPT_RESOLVE, resolved_);
    return {};
}

// --- what libcurl tells --------------------------------------------------------------------------

curl_socket_t CurlTransfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const Address target = to_address(*address);
    if (!is_public(target)) {
        transfer.refused_ = target.ip();
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    address->protocol);
}

/// libcurl sends a request again when a kept connection is closed before the reply begins. The
/// server may have acted on it by then (RFC 9110 §9.2.2).
int CurlTransfer::on_request(void* self, char*, char*, int, int) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    transfer.repeated_ = std::exchange(transfer.requested_, true);
    return transfer.repeated_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t CurlTransfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    try {
        return transfer.take_header({bytes, size * count}) ? size * count : 0;
    } catch (...) {
        transfer.thrown_ = std::current_exception();
        return 0;
    }
}

/// False when there are too many.
bool CurlTransfer::take_header(std::string_view line) {
    head_bytes_ += line.size();
    if (head_bytes_ > options_.head_bytes_max) {
        head_too_large_ = true;
        return false;
    }
    if (head_done_) return true;  // a trailer
    if (line.starts_with("HTTP/")) {
        const std::size_t blank = line.find(' ');
        status_ = 0;
        for (std::size_t i = 1; i <= 3 && blank != std::string_view::npos; ++i) {
            const char digit = blank + i < line.size() ? line[blank + i] : '0';
            status_ = status_ * 10 + (digit - '0');
        }
        headers_.clear();
        return true;
    }
    line = strings::strip(line, " \t\r\n");
    if (line.empty()) {
        head_done_ = status_ >= 200 || status_ == 101;
        return true;
    }
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view value = colon < line.size() ? line.substr(colon + 1) : "";
    headers_.emplace_back(line.substr(0, colon), strings::strip(value, " \t"));
    return true;
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    const std::string_view piece(bytes, size * count);
    if (!transfer.wants_all_ && transfer.unread().size() >= kUnreadBytesMax) {
        transfer.paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer.body_bytes_ += piece.size();
    if (transfer.hop_.reply_bytes_max > 0 && transfer.body_bytes_ > transfer.hop_.reply_bytes_max) {
        transfer.body_too_large_ = true;
        return 0;
    }
    try {
        transfer.buffer_ += piece;
    } catch (...) {
        transfer.thrown_ = std::current_exception();
        return 0;
    }
    return piece.size();
}

std::size_t CurlTransfer::on_read(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<CurlTransfer*>(self);
    try {
        // It may suspend the fiber: nobody else touches this session.
        const std::size_t read = (*transfer.hop_.reader)({bytes, size * count});
        transfer.reader_done_ = read == 0;
        return read;
    } catch (...) {
        transfer.thrown_ = std::current_exception();
        return CURL_READFUNC_ABORT;
    }
}

// --- on the way ----------------------------------------------------------------------------------

Error CurlTransfer::fault(std::string_view code, std::string_view what) const {
    Error error;
    error.code = code;
    error.message = hop_.method + " " + hop_.url.shown + ": " + std::string(what);
    return error;
}

Error CurlTransfer::fault_of(CURLcode code) {
    if (!refused_.empty()) {
        return fault("http_client.E006", refused_ + " is not a public address");
    }
    if (head_too_large_) {
        return fault("http_client.E007", "the head of the reply is larger than " +
                                             std::to_string(options_.head_bytes_max) + " bytes");
    }
    if (body_too_large_) {
        return fault("http_client.E007",
                     "the reply is larger than " + std::to_string(hop_.reply_bytes_max) + " bytes");
    }
    if (repeated_) {
        return fault("http_client.E009", "the connection was closed before the reply");
    }
    const std::string_view text = error_text_.c_str();
    return fault(code_of(code), text.empty() ? ::curl_easy_strerror(code) : text);
}

bool CurlTransfer::is_uploading() const {
    if (hop_.reader != nullptr) return !reader_done_;
    curl_off_t sent = 0;
    ::curl_easy_getinfo(session_->easy(), CURLINFO_SIZE_UPLOAD_T, &sent);
    return static_cast<std::uint64_t>(sent) < hop_.body.size();
}

std::uint64_t CurlTransfer::bytes_moved() const {
    curl_off_t sent = 0, received = 0;
    ::curl_easy_getinfo(session_->easy(), CURLINFO_SIZE_UPLOAD_T, &sent);
    ::curl_easy_getinfo(session_->easy(), CURLINFO_SIZE_DOWNLOAD_T, &received);
    return static_cast<std::uint64_t>(sent) + static_cast<std::uint64_t>(received) + head_bytes_;
}

/// Counts waiting while a body is on its way, in windows of timeout_stall.
Result<void> CurlTransfer::check_pace(Duration waited) {
    if (options_.timeout_stall <= Duration::zero() || !(head_done_ || is_uploading())) return {};
    window_waited_ += waited;
    if (window_waited_ < options_.timeout_stall) return {};
    const std::uint64_t moved = bytes_moved() - window_bytes_;
    const double seconds = std::chrono::duration<double>(window_waited_).count();
    if (static_cast<double>(moved) <
        std::max(1.0, static_cast<double>(options_.bytes_per_second_min) * seconds)) {
        return fault("http_client.E005", "the other side moves " + std::to_string(moved) +
                                             " bytes in " + std::to_string(seconds) + " seconds");
    }
    window_waited_ = {};
    window_bytes_ += moved;
    return {};
}

template <class Reached>
Result<void> CurlTransfer::drive(Reached reached) {
    while (!reached() && !done_) {
        const TimePoint before = Clock::now();
        TimePoint until = hop_.deadline;
        if (options_.timeout_stall > Duration::zero()) {
            until = std::min(until, before + (options_.timeout_stall - window_waited_));
        }
        const CurlSession::Step step = session_->step(until);
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
        if (!sent_) {
            long request_bytes = 0;
            ::curl_easy_getinfo(session_->easy(), CURLINFO_REQUEST_SIZE, &request_bytes);
            sent_ = request_bytes > 0;
        }
        if (!refused_.empty()) return fault_of(CURLE_COULDNT_CONNECT);
        if (step == CurlSession::Step::Done) {
            done_ = true;
            if (session_->result() != CURLE_OK) return fault_of(session_->result());
            if (!head_done_) return fault("http_client.E009", "the reply has no head");
            break;
        }
        const TimePoint now = Clock::now();
        if (now >= hop_.deadline) return fault("http_client.E005", "it took too long");
        if (auto pace = check_pace(now - before); !pace) return pace;
    }
    return {};
}

Result<void> CurlTransfer::wait_for_head() {
    set_options();
    if (auto resolved = resolve(); !resolved) return resolved;
    session_->start();
    if (auto driven = drive([&] { return head_done_; }); !driven) return driven;
    curl_off_t length = -1;
    ::curl_easy_getinfo(session_->easy(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (hop_.method != "HEAD" && hop_.reply_bytes_max > 0 && length > 0 &&
        static_cast<std::uint64_t>(length) > hop_.reply_bytes_max) {
        body_too_large_ = true;
        return fault_of(CURLE_WRITE_ERROR);
    }
    return {};
}

/// Lets the rest of a body come after there was too much of it unread.
Result<void> CurlTransfer::unpause() {
    if (!std::exchange(paused_, false) || done_) return {};
    const CURLcode code = ::curl_easy_pause(session_->easy(), CURLPAUSE_CONT);
    if (code != CURLE_OK) return fault_of(code);
    return {};
}

std::size_t CurlTransfer::read(std::span<char> buffer) {
    if (unread().empty()) {
        buffer_.clear();
        buffer_read_ = 0;
        if (auto going = unpause(); !going) throw HttpError(std::move(going).error());
        auto driven = drive([&] { return !unread().empty(); });
        if (!driven) throw HttpError(std::move(driven).error());
    }
    const std::size_t count = unread().copy(buffer.data(), buffer.size());
    buffer_read_ += count;
    return count;
}

Result<std::string> CurlTransfer::read_all() {
    wants_all_ = true;
    if (auto going = unpause(); !going) return std::move(going).error();
    if (auto driven = drive([] { return false; }); !driven) return std::move(driven).error();
    return std::move(buffer_);
}

}  // namespace tatum::net::impl
