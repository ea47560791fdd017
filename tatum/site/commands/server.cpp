#include <tatum/net/server.h>

#include <tatum/base/settings.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/process.h>
#include <tatum/site/impl/source_watch.h>
#include <tatum/site/site.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

namespace tatum::site::commands {

namespace {

constexpr std::int64_t kPortMax = 65'535;
constexpr std::int64_t kThreadsMax = 1'024;
/// Editors write several files at once; the build starts when they have been quiet for so long.
constexpr int kQuietMilliseconds = 80;

/// SIGINT and SIGTERM as a descriptor. They are blocked for the process from here on, so that no
/// thread is interrupted by them.
class StopSignals {
public:
    StopSignals() {
        ::sigemptyset(&set_);
        ::sigaddset(&set_, SIGINT);
        ::sigaddset(&set_, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &set_, &before_);
        descriptor_ = ::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    ~StopSignals() {
        // What has come is taken: unblocked, it would end the process after all.
        signalfd_siginfo taken;
        while (::read(descriptor_, &taken, sizeof taken) > 0) {
        }
        ::close(descriptor_);
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    int descriptor() const { return descriptor_; }

private:
    sigset_t set_, before_;
    int descriptor_;
};

/// "8000", "0.0.0.0:8000", ":8000", "[::1]:8000", "unix:/run/site.sock"; a port alone is on this
/// machine only.
std::string listen_address(const Arguments& arguments) {
    std::string address = arguments.get("address");
    const bool is_port =
        !address.empty() && address.find_first_not_of("0123456789") == std::string::npos;
    if (is_port) address = "127.0.0.1:" + address;
    if (arguments.has("--port")) {
        const std::string port = std::to_string(arguments.integer("--port", 0, kPortMax));
        if (address.empty() || is_port) return "127.0.0.1:" + port;
        const std::size_t colon = address.rfind(':');
        const bool has_port =
            colon != std::string::npos && address.find(']', colon) == std::string::npos;
        return (has_port ? address.substr(0, colon) : address) + ':' + port;
    }
    return address.empty() ? "127.0.0.1:8000" : address;
}

/// As a browser takes it.
std::string url_of(const net::Address& address, std::string_view scheme = "http") {
    if (!address.is_ip()) return address.str();
    std::string text = address.str();
    if (text.starts_with("0.0.0.0:")) text.replace(0, 7, "127.0.0.1");
    if (text.starts_with("[::]:")) text.replace(0, 4, "[::1]");
    return std::string(scheme) + "://" + text + "/";
}

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
Ending wait_for_end(const StopSignals& signals, Reloader* reloader) {
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

int run_server(CommandCall& call) {
    Site& site = *call.site;
    net::ServerOptions options;
    options.listen = {listen_address(call.arguments)};
    options.threads = static_cast<unsigned>(call.arguments.integer("--threads", 0, kThreadsMax));
    const StopSignals signals;
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
        restarting = wait_for_end(signals, reloader.get()) == Ending::Restart;
        server->stop();
        server->join();
    }
    if (restarting) restart();
    return 0;
}

/// What --listen-tls, --certificate and --key say. Each certificate goes with the key at
/// the same place; a file that holds both needs no --key.
void read_tls_options(const Arguments& arguments, net::ServerOptions& options) {
    options.listen_tls = arguments.all("--listen-tls");
    const auto chains = arguments.all("--certificate");
    const auto keys = arguments.all("--key");
    if (options.listen_tls.empty()) {
        if (!chains.empty()) throw CommandError("--certificate is of use with --listen-tls only");
        return;
    }
    if (chains.empty()) throw CommandError("--listen-tls needs --certificate FILE and --key FILE");
    if (!keys.empty() && keys.size() != chains.size()) {
        throw CommandError("There must be one --key for each --certificate, in the same order");
    }
    for (std::size_t i = 0; i < chains.size(); ++i) {
        options.certificates.push_back({chains[i], keys.empty() ? chains[i] : keys[i]});
    }
}

/// Without an address, plain HTTP is at the usual one unless TLS is wanted.
std::vector<std::string> plain_addresses(const Arguments& arguments) {
    auto addresses = arguments.all("--listen");
    const bool said = !arguments.get("address").empty() || arguments.has("--port");
    if (addresses.empty() && (said || arguments.all("--listen-tls").empty())) {
        addresses.push_back(listen_address(arguments));
    }
    return addresses;
}

int serve(CommandCall& call) {
    Site& site = *call.site;
    net::ServerOptions options;
    options.listen = plain_addresses(call.arguments);
    read_tls_options(call.arguments, options);
    const std::size_t plain = options.listen.size();
    options.threads = static_cast<unsigned>(call.arguments.integer("--threads", 0, kThreadsMax));
    if (site.debug()) {
        call.err.line("DEBUG is on: error pages tell visitors about the site's inside.",
                      Style::Warning);
    }
    const StopSignals signals;
    const auto server = bind(site, std::move(options));
    server->start();
    const auto& addresses = server->addresses();
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        call.out.line("Serving " + url_of(addresses[i], i < plain ? "http" : "https"),
                      Style::Success);
    }
    wait_for_end(signals, nullptr);
    server->stop();
    server->join();
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
        {.name = "serve",
         .help = "Serves the site in production, until SIGTERM or SIGINT; requests in flight are "
                 "finished.",
         .arguments = {address, port, threads,
                       list_option("--listen", "ADDRESS", "Where to listen; may be repeated."),
                       list_option("--listen-tls", "ADDRESS",
                                   "Where to listen for HTTPS; may be repeated."),
                       list_option("--certificate", "FILE",
                                   "A certificate and those that vouch for it, as PEM; a client "
                                   "gets the one that has the name it asks for, else the first."),
                       list_option("--key", "FILE",
                                   "Its key, as PEM and unencrypted, in the order of the "
                                   "certificates.")},
         .run = serve},
    };
}

}  // namespace tatum::site::commands
