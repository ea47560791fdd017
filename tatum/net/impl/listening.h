#pragma once

#include <tatum/base/result.h>
#include <tatum/net/impl/worker.h>
#include <tatum/net/listeners.h>
#include <tatum/net/server.h>

#include <string>
#include <string_view>
#include <vector>

namespace tatum::net::impl {

/// The sockets of a server, before it serves.
struct ListeningSockets {
    std::vector<Address> addresses;
    std::vector<Listeners::Entry> socket_files;  ///< to be removed in the end
    std::vector<std::vector<Worker::ListeningSocket>> by_worker;

    ListeningSockets() = default;
    ListeningSockets(ListeningSockets&&) = default;
    ListeningSockets& operator=(ListeningSockets&&) = default;
    ~ListeningSockets();
};

/// Opens the sockets of all workers. Errors as Server::bind().
Result<ListeningSockets> open_listeners(const ServerOptions& options);

/// Removes the file of a Unix socket, unless another server has put its own there meanwhile.
void remove_socket_file(const Listeners::Entry& entry);

Error system_error(std::string_view code, std::string_view what, int error);

}  // namespace tatum::net::impl
