#include <tatum/net/server.h>

#include <tatum/base/settings.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/process.h>
#include <tatum/site/impl/process_signals.h>
#include <tatum/site/impl/serve_options.h>
#include <tatum/site/impl/source_watch.h>
#include <tatum/site/impl/startup.h>
#include <tatum/site/site.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

namespace tatum::site::commands {

namespace {

/// Editors write several files at once; the build starts when they have been quiet for so long.
constexpr int kQuietMilliseconds = 80;

std::unique_ptr<net::Server> bind(Site& site, net::ServerOptions options) {
    auto server = net::Server::bind(std::move(options), site.handler());
    if (!server) {
        const Error& error = server.error();
        throw CommandError(error.message + (error.hint.empty() ? "" : ". " + error.hint));
    }
    return *std::move(server);
}

bool is_source(std::string_view name) {
    for (const std::string_view end : {".cpp", ".h", ".hpp", ".cc", ".cmake", ".toml", ".po"}) {
        if (name.ends_with(end)) return true;
    }
    return name == "CMakeLists.txt";
}

/// Rebuilds and restarts a site when its sources change, while the old one goes on serving.
class Reloader {
public:
    Reloader(const Site& site, Output& out) : site_(site), out_(out), watch_(is_source) {
        std::set<std::string> folders;
        if (const SiteBuild* build = site.build()) folders.emplace(build->files->folder());
        for (const App& app : site.apps()) {
            if (app.files != nullptr) folders.emplace(app.files->folder());
        }
        for (const std::string& folder : folders) {
            if (!folder.empty()) watch_.add(folder);
        }
    }

    int descriptor() const { return watch_.descriptor(); }

    /// Call when descriptor() is readable. True: a new executable is ready.
    bool rebuilt() {
        std::vector<std::string> changed = watch_.changes();
        if (changed.empty()) return false;
        pollfd more{watch_.descriptor(), POLLIN, 0};
        while (::poll(&more, 1, kQuietMilliseconds) > 0) watch_.changes();
        out_.line(changed.front() + " has changed, building ...", Style::Notice);
        const SiteBuild& build = *site_.build();
        const ProcessResult result =
            run_process({"cmake", "--build", std::string(build.build_folder), "--target",
                         std::string(build.target)});
        if (result.exit_code == 0) return true;
        out_.write(result.output);
        out_.line("The build failed; the site goes on as it was.", Style::Error);
        return false;
    }

private:
    const Site& site_;
    Output& out_;
    SourceWatch watch_;
};

bool can_rebuild(const Site& site) {
    const SiteBuild* build = site.build();
    return build != nullptr && !build->build_folder.empty() && build->files->is_live() &&
           ::access((std::string(build->build_folder) + "/CMakeCache.txt").c_str(), R_OK) == 0 &&
           program_path("cmake").has_value();
}

enum class Ending : std::uint8_t { Stop, Restart };

/// Waits for a signal, or for a new executable.
Ending wait_for_end(const ProcessSignals& signals, Reloader* reloader) {
    for (;;) {
        std::array<pollfd, 2> events{
            {{signals.descriptor(), POLLIN, 0},
             {reloader != nullptr ? reloader->descriptor() : -1, POLLIN, 0}}};
        if (::poll(events.data(), events.size(), -1) < 0) continue;
        if (events[0].revents != 0) return Ending::Stop;
        if (events[1].revents != 0 && reloader->rebuilt()) return Ending::Restart;
    }
}

/// Keeps the path of this executable, which a rebuild replaces, and the arguments.
struct Restart {
    std::string path = own_executable();
    std::vector<std::string> arguments = own_arguments();

    [[noreturn]] void operator()() const {
        replace_process(path, arguments);
        throw CommandError("The new executable " + path + " could not be started");
    }
};

/// What a developer should know: warnings of the checks, migrations that wait.
void tell_findings(const Site& site, Output& err) {
    for (const CheckMessage& message : site.check()) {
        if (message.level < CheckLevel::Warning) continue;
        err.line(std::string(to_string(message.level)) + " " + message.str(), Style::Warning);
    }
    warn_of_migrations(site, err);
}

int run_server(CommandCall& call) {
    Site& site = *call.site;
    check_hosts(site);
    net::ServerOptions options;
    options.listen = {listen_address(call.arguments)};
    options.threads =
        static_cast<unsigned>(call.arguments.integer("--threads", 0, ServeOptions::kThreadsMax));
    const ProcessSignals signals{SIGINT, SIGTERM};
    const Restart restart;
    bool restarting = false;
    {
        const auto server = bind(site, std::move(options));
        std::unique_ptr<Reloader> reloader;
        if (site.debug() && !call.arguments.has("--noreload") && can_rebuild(site)) {
            reloader = std::make_unique<Reloader>(site, call.err);
        }
        server->start();
        std::string line =
            std::string(call.site->build() != nullptr ? site.build()->target : "The site") +
            " is at " + url_of(server->addresses().front());
        if (site.debug()) line += reloader ? " (debug, reloads on changes)" : " (debug)";
        call.out.line(line + " - Ctrl+C stops it.", Style::Success);
        tell_findings(site, call.err);  // now, when the first page need not wait for it
        restarting = wait_for_end(signals, reloader.get()) == Ending::Restart;
        server->stop();
        server->join();
    }
    if (restarting) restart();
    return 0;
}

}  // namespace

std::vector<Command> server() {
    const Argument address = optional(
        "address", "Where to listen: 8000, 0.0.0.0:8000, [::1]:8000, unix:/run/site.sock.");
    const Argument port =
        option("--port", "N", "The port; 0 lets the system choose. Default: 8000.");
    const Argument threads =
        option("--threads", "N", "Reactor threads; 0: one for each core.", "0");
    return {
        {.name = "runserver",
         .help =
             "Serves the site for development.\n"
             "In debug mode templates and static files are read anew when they change, and when "
             "a source\nchanges the site is rebuilt and restarted.",
         .arguments = {address, port, threads, flag("--noreload", "Does not rebuild and restart.")},
         .run = run_server},
    };
}

}  // namespace tatum::site::commands
