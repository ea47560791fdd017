#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::site {

/// Tells systemd how the service is (sd_notify(3)), where it asked to be told by NOTIFY_SOCKET.
/// Without libsystemd: it is a datagram of lines. Neither copied nor moved.
class ServiceManager {
public:
    /// Reads the environment and takes the variables out of it, so that no child answers instead.
    ServiceManager();
    ~ServiceManager();
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    bool listens() const { return socket_ >= 0; }
    void ready(std::string_view status);
    void reloading();
    void stopping();
    void status(std::string_view text);
    void alive();
    /// How often it wants alive(); zero: never. Half of what WATCHDOG_USEC allows.
    std::chrono::milliseconds watchdog_interval() const { return watchdog_interval_; }

private:
    void send(std::string_view lines);

    int socket_ = -1;
    std::string address_;
    std::chrono::milliseconds watchdog_interval_{0};
};

/// A socket that systemd has opened for this process (sd_listen_fds(3)).
struct ActivatedSocket {
    int file;
    std::string name;  ///< FileDescriptorName= of the socket unit; "unknown" when not set
};

/// Those of LISTEN_FDS and LISTEN_FDNAMES, when they are for this process. Takes the variables out
/// of the environment.
std::vector<ActivatedSocket> take_activated_sockets();

}  // namespace tatum::site
