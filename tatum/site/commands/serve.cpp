#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/serving.h>
#include <tatum/site/impl/startup.h>
#include <tatum/site/site.h>

namespace tatum::site::commands {

namespace {

/// The settings alone: a supervisor needs no more of the site, which its workers load.
void load_settings(Site& site) {
    try {
        site.load_settings();
    } catch (...) {
        throw start_error(std::current_exception());
    }
}

int serve(CommandCall& call) {
    Site& site = *call.site;
    const auto role = WorkerRole::from_environment();
    ServiceManager manager;
    const std::vector<ActivatedSocket> activated = take_activated_sockets();
    load_settings(site);
    const LocalScope log(Slot::Log, &site.log());
    ServeOptions options = read_serve_options(site.settings(), call.arguments, activated);
    if (!role && options.workers > 0) return supervise(options, manager, call.out);
    return serve_here(site, std::move(options), role ? &*role : nullptr, manager, call.out,
                      call.err);
}

}  // namespace

std::vector<Command> serving() {
    return {
        {.name = "serve",
         .help = "Serves the site in production, until SIGTERM or SIGINT; requests in flight are "
                 "finished.\n"
                 "A supervisor watches the workers, and replaces those that die. SIGUSR2 restarts "
                 "them with the\n"
                 "executable and settings as they are then, SIGHUP reads certificates again, "
                 "SIGUSR1 opens log files anew.",
         .arguments = serve_arguments(),
         .run = serve,
         .requires_setup = false},
    };
}

}  // namespace tatum::site::commands
