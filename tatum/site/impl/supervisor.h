#pragma once

#include <tatum/net/listeners.h>
#include <tatum/site/impl/serve_options.h>
#include <tatum/site/output.h>

#include <optional>
#include <string>
#include <vector>

namespace tatum::site {

/// What a worker process is told by its supervisor, by one variable of its environment.
struct WorkerRole {
    static constexpr const char* kVariable = "SITE_WORKER";

    int control = -1;  ///< a byte written here says that it is ready; ends with the supervisor
    int board = -1;    ///< shared memory for metrics; -1: none
    unsigned slot = 0;
    unsigned slots = 1;
    bool first = false;  ///< of the first generation's, the one that says what is odd
    std::vector<std::string> listen, listen_tls;

    std::string str() const;
    /// Takes the variable out of the environment. nullopt when this process is no worker.
    static std::optional<WorkerRole> from_environment();
};

/// Runs worker processes of this site and takes their place when they end. Holds the listening
/// sockets, so that nothing in their queues is lost while workers come and go.
///
/// SIGTERM and SIGINT stop it: requests in flight finish; a second one cuts them off. SIGUSR2
/// starts new workers, from the executable as it is now, and stops the old ones when all of the
/// new ones are ready; if one fails, the old ones stay. SIGHUP makes workers read their
/// certificates again, SIGUSR1 makes all open their log files anew.
///
/// Returns the exit code: 0 after a stop, that of a worker that could not start in the beginning.
int supervise(const ServeOptions& options, ServiceManager& manager, Output& out);

}  // namespace tatum::site
