#include <tatum/net/listeners.h>

#include <tatum/net/impl/listening.h>
#include <tatum/net/impl/socket_address.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

namespace tatum::net {

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
    return impl::system_error("net.E005", "cannot listen at " + where, error);
}

Result<int> open_socket(const Address& address, const ListenerOptions& options, Sharing sharing) {
    const impl::SocketAddress where(address);
    File file(::socket(where.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (file.get() < 0) return cannot_listen(address, errno);
    const int on = 1;
    if (address.is_ip()) {
        setsockopt(file.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (sharing == Sharing::WithOtherSockets) {
            setsockopt(file.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        }
    } else {
        // The file is born with these permissions, so that it is never open to more.
        ::fchmod(file.get(), options.unix_socket_mode);
    }
    if (::bind(file.get(), where.get(), where.length) != 0) return cannot_listen(address, errno);
    if (::listen(file.get(), options.backlog) != 0) return cannot_listen(address, errno);
    return file.release();
}

/// A socket file that a dead process has left behind is removed; one that answers is not.
void remove_stale_socket_file(const Address& address) {
    struct stat status{};
    if (::lstat(address.path().c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
    const impl::SocketAddress where(address);
    const File probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), where.get(), where.length) != 0 && errno == ECONNREFUSED) {
        ::unlink(address.path().c_str());
    }
}

Result<Listeners::Entry> open_unix_socket(const Address& address, const ListenerOptions& options) {
    const bool has_file = !address.path().starts_with('@');
    if (has_file) remove_stale_socket_file(address);
    TATUM_TRY(const int socket, open_socket(address, options, Sharing::Alone));
    File file(socket);
    Listeners::Entry entry{.address = address};
    if (has_file) {
        // The process's umask has narrowed the permissions.
        struct stat status{};
        if (::chmod(address.path().c_str(), options.unix_socket_mode) != 0 ||
            ::lstat(address.path().c_str(), &status) != 0) {
            return cannot_listen(address, errno);
        }
        entry.socket_file = address.path();
        entry.device = status.st_dev;
        entry.inode = status.st_ino;
    }
    entry.files = {file.release()};
    return entry;
}

bool is_listening(int file) {
    int listening = 0;
    socklen_t length = sizeof listening;
    return getsockopt(file, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening != 0;
}

/// "3" or "3,4": descriptors that this process was started with.
Result<Listeners::Entry> inherited_sockets(std::string_view text, std::string_view numbers) {
    Listeners::Entry entry;
    while (!numbers.empty()) {
        int file = -1;
        const char* const last = numbers.data() + numbers.size();
        const auto [end, fault] = std::from_chars(numbers.data(), last, file);
        const bool well_formed = fault == std::errc() && (end == last || *end == ',');
        if (!well_formed || !is_listening(file)) {
            return Error{.code = "net.E001",
                         .message = "\"" + std::string(text) + "\" is not a listening socket"};
        }
        ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) | O_NONBLOCK);
        ::fcntl(file, F_SETFD, FD_CLOEXEC);
        entry.files.push_back(file);
        numbers.remove_prefix(static_cast<std::size_t>(end - numbers.data()) + (end != last));
    }
    if (entry.files.empty()) {
        return Error{.code = "net.E001",
                     .message = "\"" + std::string(text) + "\" names no descriptor"};
    }
    entry.address = impl::local_address(entry.files.front());
    return entry;
}

/// The first is opened without sharing, because a port that another program shares would seem to
/// be free.
Result<Listeners::Entry> open_ip(Address address, const ListenerOptions& options) {
    Listeners::Entry entry;
    if (!options.reuse_port) {
        TATUM_TRY(const int file, open_socket(address, options, Sharing::Alone));
        address = impl::local_address(file);
        if (options.sockets_per_address <= 1) {
            entry.files.push_back(file);
            entry.address = address;
            return entry;
        }
        ::close(file);
    }
    for (unsigned i = 0; i < std::max(options.sockets_per_address, 1u); ++i) {
        const auto file = open_socket(address, options, Sharing::WithOtherSockets);
        if (!file) {
            for (const int opened : entry.files) ::close(opened);
            return file.error();
        }
        entry.files.push_back(*file);
        address = impl::local_address(*file);
    }
    entry.address = address;
    return entry;
}

Result<Listeners::Entry> open_entry(std::string_view text, std::string_view place,
                                    const ListenerOptions& options) {
    if (place.starts_with(kDescriptorPrefix)) {
        return inherited_sockets(text, place.substr(kDescriptorPrefix.size()));
    }
    TATUM_TRY(const Address address, Address::parse(place));
    if (address.family() == Address::Family::Unix) return open_unix_socket(address, options);
    return open_ip(address, options);
}

}  // namespace

Listeners::Listeners(Listeners&& other) noexcept : entries_(other.release()) {}

Listeners& Listeners::operator=(Listeners&& other) noexcept {
    if (this != &other) {
        close();
        entries_ = other.release();
    }
    return *this;
}

Listeners::~Listeners() { close(); }

Result<void> Listeners::open(std::string_view text, const ListenerOptions& options) {
    std::string_view place = text;
    const bool proxy = place.ends_with(kProxySuffix);
    if (proxy) place.remove_suffix(kProxySuffix.size());
    TATUM_TRY(Entry entry, open_entry(text, place, options));
    entry.proxy = proxy;
    entries_.push_back(std::move(entry));
    return {};
}

void Listeners::close() {
    for (const Entry& entry : entries_) {
        for (const int file : entry.files) ::close(file);
        impl::remove_socket_file(entry);
    }
    entries_.clear();
}

std::vector<Listeners::Entry> Listeners::release() { return std::exchange(entries_, {}); }

std::string Listeners::Entry::inherited() const {
    std::string text(kDescriptorPrefix);
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i > 0) text += ',';
        text += std::to_string(files[i]);
    }
    if (proxy) text += kProxySuffix;
    return text;
}

namespace impl {

Error system_error(std::string_view code, std::string_view what, int error) {
    return Error{.code = std::string(code),
                 .message = std::string(what) + ": " + std::generic_category().message(error)};
}

void remove_socket_file(const Listeners::Entry& entry) {
    struct stat status{};
    if (entry.socket_file.empty() || ::lstat(entry.socket_file.c_str(), &status) != 0) return;
    if (status.st_dev != entry.device || status.st_ino != entry.inode) return;
    ::unlink(entry.socket_file.c_str());
}

}  // namespace impl

}  // namespace tatum::net
