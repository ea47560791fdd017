#pragma once

#include <tatum/base/result.h>
#include <tatum/net/address.h>
#include <tatum/net/exchange.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::net {

/// Suffix of an address to listen at: every connection begins with a PROXY header (version 1 or 2)
/// that says who the client is. "127.0.0.1:8000+proxy".
inline constexpr std::string_view kProxySuffix = "+proxy";

struct ListenerOptions {
    /// Sockets for each IP address, which the kernel gives a share of the connections each; the
    /// threads of a server take one each. Unix and inherited sockets are one for all.
    unsigned sockets_per_address = 1;
    int backlog = 4096;
    /// Other processes may listen at the same addresses.
    bool reuse_port = false;
    unsigned unix_socket_mode = 0666;  ///< permissions of a Unix socket's file
};

/// Sockets that listen, opened ahead of the server that accepts: by a supervisor, which hands them
/// to the processes that serve. What is in their queues survives all of those. Neither copied nor
/// shared; closes the sockets and removes the files of Unix sockets at its end.
class Listeners {
public:
    Listeners() = default;
    Listeners(Listeners&& other) noexcept;
    Listeners& operator=(Listeners&& other) noexcept;
    ~Listeners();

    /// Opens one more address, given as in ServerOptions::listen. Errors as Server::bind().
    Result<void> open(std::string_view text, const ListenerOptions& options);
    /// Closes them now; what waits in their queues is refused unless another process has them too.
    void close();

    struct Entry {
        Address address;
        std::vector<int> files;
        bool proxy = false;
        std::string socket_file;  ///< to be removed in the end; empty: none
        std::uint64_t device = 0, inode = 0;

        /// For ServerOptions::listen of a process that inherits the descriptors under the same
        /// numbers: "fd:5,6+proxy".
        std::string inherited() const;
    };
    const std::vector<Entry>& entries() const { return entries_; }
    /// The caller has taken over the sockets and files.
    std::vector<Entry> release();

private:
    std::vector<Entry> entries_;
};

}  // namespace tatum::net
