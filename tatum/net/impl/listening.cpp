#include <tatum/net/impl/listening.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tatum::net::impl {

namespace {

/// Every worker watches a socket of the entry, and every socket is watched. Where there are fewer
/// sockets than workers, several watch one.
Result<void> distribute(ListeningSockets& sockets, Listeners::Entry& entry, Scheme scheme) {
    const std::size_t workers = sockets.by_worker.size();
    const std::size_t files = entry.files.size();
    for (std::size_t i = 0; i < std::max(workers, files); ++i) {
        int file = entry.files[i % files];
        if (i >= files) file = ::fcntl(file, F_DUPFD_CLOEXEC, 0);
        if (file < 0) return system_error("net.E005", "cannot copy a listening socket", errno);
        const bool tls = scheme == Scheme::Https;
        sockets.by_worker[i % workers].push_back({.file = file,
                                                  .address = entry.address,
                                                  .scheme = scheme,
                                                  .tls = tls,
                                                  .proxy = entry.proxy,
                                                  .shared = workers > files});
    }
    sockets.addresses.push_back(entry.address);
    if (!entry.socket_file.empty()) sockets.socket_files.push_back(std::move(entry));
    return {};
}

}  // namespace

ListeningSockets::~ListeningSockets() {
    for (const auto& of_worker : by_worker) {
        for (const auto& socket : of_worker) ::close(socket.file);
    }
}

Result<ListeningSockets> open_listeners(const ServerOptions& options) {
    const ListenerOptions how{.sockets_per_address = options.threads,
                              .backlog = options.backlog,
                              .reuse_port = options.reuse_port,
                              .unix_socket_mode = options.unix_socket_mode};
    Listeners listeners;
    for (const auto* texts : {&options.listen, &options.listen_tls}) {
        for (const std::string& text : *texts) {
            const auto opened = listeners.open(text, how);
            if (!opened) return opened.error();
        }
    }
    ListeningSockets sockets;
    sockets.by_worker.resize(options.threads);
    std::vector<Listeners::Entry> entries = listeners.release();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Scheme scheme = i < options.listen.size() ? Scheme::Http : Scheme::Https;
        const auto done = distribute(sockets, entries[i], scheme);
        if (!done) return done.error();
    }
    return sockets;
}

}  // namespace tatum::net::impl
