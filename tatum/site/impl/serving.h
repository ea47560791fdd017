#pragma once

#include <tatum/site/impl/serve_options.h>
#include <tatum/site/impl/supervisor.h>
#include <tatum/site/output.h>

namespace tatum::site {

class Site;

/// Serves in this process until it is told to stop: a worker of a supervisor, or with a null
/// `role` on its own. Returns the exit code; throws CommandError when it cannot start.
///
/// SIGTERM (and SIGINT, on its own) lets requests in flight finish, a second one cuts them off.
/// SIGHUP reads the certificates again, SIGUSR1 opens the log files anew.
int serve_here(Site& site, ServeOptions options, const WorkerRole* role, ServiceManager& manager,
               Output& out, Output& err);

}  // namespace tatum::site
