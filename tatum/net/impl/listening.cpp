#include <tatum/net/impl/listening.h>

#include <tatum/net/impl/socket_address.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

namespace tatum::net::impl {

namespace {

constexpr std::string_view kDescriptorPrefix = "fd:";

class File {
public:
    explicit File(int file) : file_(file) {}
    File(File&& other) noexcept : file_(other.release()) {}
    File& operator=(File&&) = delete;
    ~File() {
        if (file_ >= 0) ::close(file_);
    }
    int get() const { return file_; }
    int release() { return std::exchange(file_, -1); }

private:
    int file_;
};

enum class Sharing { Alone, WithOtherSockets };

Error cannot_listen(const Address& address, int error) {
    const std::string where = address.str();
    if (error == EADDRINUSE) {
        return Error{.code = "net.E003",
                     .message = where + " is taken: another program listens there",
                     .hint = "Stop that program, or listen at another address."};
    }
    if (error == EACCES || error == EPERM) {
        return Error{.code = "net.E004",
                     .message = where + " may not be used by this user",
                     .hint =
                         "Ports below 1024 need the capability CAP_NET_BIND_SERVICE; the folder "
                         "of a socket must be writable."};
    }
    return system_error("net.E005", "cannot listen at " + where, error);
}

Result<int> open_socket(const Address& address, const ServerOptions& options, Sharing sharing) {
    const SocketAddress where(address);
    File file(::socket(where.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (file.get() < 0) return cannot_listen(address, errno);
    const int on = 1;
    if (address.is_ip()) {
        setsockopt(file.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (sharing == Sharing::WithOtherSockets) {
            setsockopt(file.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        }
    }
    if (::bind(file.get(), where.get(), where.length) != 0) return cannot_listen(address, errno);
    if (::listen(file.get(), options.backlog) != 0) return cannot_listen(address, errno);
    return file.release();
}

/// A socket file that a dead process has left behind is removed; one that answers is not.
void remove_stale_socket_file(const Address& address) {
    struct stat status{};
    if (::lstat(address.path().c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
    const SocketAddress where(address);
    const File probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), where.get(), where.length) != 0 && errno == ECONNREFUSED) {
        ::unlink(address.path().c_str());
    }
}

Result<int> open_unix_socket(const Address& address, const ServerOptions& options) {
    const bool has_file = !address.path().starts_with('@');
    if (has_file) remove_stale_socket_file(address);
    TATUM_TRY(const int file, open_socket(address, options, Sharing::Alone));
    if (has_file && ::chmod(address.path().c_str(), options.unix_socket_mode) != 0) {
        const int error = errno;
        ::close(file);
        return cannot_listen(address, error);
    }
    return file;
}

Result<int> inherited_socket(std::string_view text) {
    int file = -1;
    const std::string_view number = text.substr(kDescriptorPrefix.size());
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), file);
    int listening = 0;
    socklen_t length = sizeof listening;
    if (fault != std::errc() || end != number.data() + number.size() ||
        getsockopt(file, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || !listening) {
        return Error{.code = "net.E001",
                     .message = "\"" + std::string(text) + "\" is not a listening socket"};
    }
    ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) | O_NONBLOCK);
    ::fcntl(file, F_SETFD, FD_CLOEXEC);
    return file;
}

/// One socket that all workers watch.
Result<void> share(ListeningSockets& sockets, int file, const Address& address, Scheme scheme) {
    File owner(file);
    for (std::size_t i = 0; i < sockets.by_worker.size(); ++i) {
        const bool last = i + 1 == sockets.by_worker.size();
        const int copy = last ? owner.release() : ::fcntl(file, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) return cannot_listen(address, errno);
        sockets.by_worker[i].push_back({copy, address, scheme});
    }
    sockets.addresses.push_back(address);
    return {};
}

/// A socket for each worker. The first is opened without sharing, because a port that another
/// program shares would seem to be free.
Result<void> open_ip(ListeningSockets& sockets, Address address, Scheme scheme,
                     const ServerOptions& options) {
    const bool several = sockets.by_worker.size() > 1 || options.reuse_port;
    if (!options.reuse_port) {
        TATUM_TRY(const int file, open_socket(address, options, Sharing::Alone));
        address = local_address(file);
        if (!several) return share(sockets, file, address, scheme);
        ::close(file);
    }
    for (auto& of_worker : sockets.by_worker) {
        TATUM_TRY(const int file, open_socket(address, options, Sharing::WithOtherSockets));
        address = local_address(file);
        of_worker.push_back({file, address, scheme});
    }
    sockets.addresses.push_back(address);
    return {};
}

Result<void> open_one(ListeningSockets& sockets, const std::string& text, Scheme scheme,
                      const ServerOptions& options) {
    if (text.starts_with(kDescriptorPrefix)) {
        TATUM_TRY(const int file, inherited_socket(text));
        return share(sockets, file, local_address(file), scheme);
    }
    TATUM_TRY(const Address address, Address::parse(text));
    if (address.family() != Address::Family::Unix)
        return open_ip(sockets, address, scheme, options);
    TATUM_TRY(const int file, open_unix_socket(address, options));
    if (!address.path().starts_with('@')) sockets.socket_files.push_back(address.path());
    return share(sockets, file, address, scheme);
}

}  // namespace

Error system_error(std::string_view code, std::string_view what, int error) {
    return Error{.code = std::string(code),
                 .message = std::string(what) + ": " + std::generic_category().message(error)};
}

ListeningSockets::~ListeningSockets() {
    for (const auto& of_worker : by_worker) {
        for (const auto& socket : of_worker) ::close(socket.file);
    }
}

Result<ListeningSockets> open_listeners(const ServerOptions& options) {
    ListeningSockets sockets;
    sockets.by_worker.resize(options.threads);
    for (const std::string& text : options.listen) {
        const auto opened = open_one(sockets, text, Scheme::Http, options);
        if (!opened) return opened.error();
    }
    for (const std::string& text : options.listen_tls) {
        const auto opened = open_one(sockets, text, Scheme::Https, options);
        if (!opened) return opened.error();
    }
    return sockets;
}

}  // namespace tatum::net::impl
