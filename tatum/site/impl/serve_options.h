#pragma once

#include <tatum/net/fiber.h>
#include <tatum/net/server.h>
#include <tatum/site/command.h>
#include <tatum/site/impl/systemd.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tatum {
struct Settings;
}

namespace tatum::site {

/// Where the server tells how it is. An empty path: nowhere.
struct HealthOptions {
    std::string live_path = "/-/live";
    std::string ready_path = "/-/ready";
    std::string metrics_path = "/-/metrics";  ///< at management addresses only
    /// The first two are also answered where the site is, ahead of it.
    bool on_site = false;
};

/// How `serve` runs: as its command line says, else [SERVER] of the settings, else as here.
struct ServeOptions {
    static constexpr unsigned kWorkersMax = 256;
    static constexpr unsigned kThreadsMax = 1024;

    /// `listen` and `listen_tls` as they were given. Of `listen`, the last `management` are those
    /// for management, and the `redirect` before them send visitors to HTTPS.
    net::ServerOptions server;
    std::size_t management = 0;
    std::size_t redirect = 0;
    std::uint16_t redirect_port = 0;  ///< where to; 0: the port of the first TLS address
    std::string acme_folder;          ///< see HttpsRedirect

    enum class Purpose : std::uint8_t { Site, Redirect, Management };
    /// Of an address, by its place in `listen` and then `listen_tls`.
    Purpose purpose(std::size_t index) const;
    unsigned workers = 1;  ///< processes; 0: this one serves by itself
    std::string pid_file;
    /// After SIGTERM: so long the server says that it is not ready, and goes on.
    net::Duration stop_delay{0};
    /// How long a new worker may take to be ready.
    net::Duration start_patience = std::chrono::seconds(60);
    HealthOptions health;
};

/// Throws CommandError; its exit code tells whose fault it is. `activated`: sockets from systemd,
/// which are listened at when no address is given; their names may be "tls", "management", and end
/// in "proxy".
ServeOptions read_serve_options(const Settings& settings, const Arguments& arguments,
                                std::span<const ActivatedSocket> activated = {});

/// "8000", "0.0.0.0:8000", ":8000", "[::1]:8000", "unix:/run/site.sock"; a port alone is on this
/// machine only.
std::string listen_address(const Arguments& arguments);

/// As a browser takes it.
std::string url_of(const net::Address& address, std::string_view scheme = "http");

/// Says where a server listens: a line for each of its addresses, which come in the order of
/// `listen` and then `listen_tls`.
void announce(const ServeOptions& options, std::span<const net::Address> addresses, Output& out);

/// What `serve` takes on its command line.
std::vector<Argument> serve_arguments();

}  // namespace tatum::site
