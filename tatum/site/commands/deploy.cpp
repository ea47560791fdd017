#include <tatum/base/settings.h>
#include <tatum/net/address.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/process.h>
#include <tatum/site/site.h>
#include <tatum/template/engine.h>

#include <tatum_site_files.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tatum::site::commands {

namespace {

constexpr std::string_view kFolder = "scaffold/deploy/";

struct ConfigFile {
    std::string name;
    std::string text;
};

std::string rendered(std::string_view file, const Dict& variables) {
    const EmbeddedFile* source = tatum_site_files.find(std::string(kFolder) + std::string(file));
    TATUM_INVARIANT(source != nullptr, "the configurations are in the executable");
    const template_::Engine engine({.autoescape = false});
    std::string text;
    engine.render(*engine.from_string(source->content(), file), variables, {}, text);
    return text;
}

/// Goes into files of other programs, so nothing that means something to them.
void check_text(const Arguments& arguments, std::string_view option) {
    const std::string text = arguments.get(option);
    if (text.find_first_of(" \t\r\n;{}\"'\\$#") == std::string::npos) return;
    throw CommandUsageError(std::string(option) + ": \"" + text +
                            "\" holds characters that have a meaning in the file");
}

std::string site_name(const CommandCall& call) {
    std::string name = call.arguments.get("--name");
    if (name.empty() && call.site != nullptr && call.site->build() != nullptr) {
        name = call.site->build()->target;
    }
    if (name.empty()) name = "site";
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (!std::ranges::all_of(name, fits)) {
        throw CommandUsageError("--name: use lower-case letters, digits, '-' and '_'");
    }
    return name;
}

/// The settings of the site that the command belongs to; the defaults where they cannot be read,
/// since this may be another machine than that of the site.
Settings settings_of(const CommandCall& call) {
    if (call.site == nullptr) return {};
    try {
        call.site->load_settings();
        return call.site->settings();
    } catch (const std::exception&) {
        return {};
    }
}

std::string domain_of(const Arguments& arguments, const Settings& settings) {
    if (arguments.has("--domain")) return arguments.get("--domain");
    for (const std::string& host : settings.allowed_hosts) {
        const bool is_name = host.find_first_not_of("0123456789.:[]*") != std::string::npos;
        if (is_name && !host.starts_with('.') && host != "localhost") return host;
    }
    return "www.example.org";
}

std::string private_root_of(const Settings& settings) {
    const Value value = settings.get("sendfile_root");
    return value.is_string() ? value.str() : std::string();
}

/// "unix:/run/x.sock" or "127.0.0.1:8000" as each program writes it.
struct SiteAddress {
    explicit SiteAddress(const std::string& given) : text(given) {
        const auto parsed = net::Address::parse(given);
        if (!parsed) throw CommandUsageError("--address: " + parsed.error().message);
        address = *parsed;
        if (is_unix() && address.path().starts_with('@')) {
            throw CommandUsageError("--address: the other programs need a socket with a file");
        }
    }
    bool is_unix() const { return address.family() == net::Address::Family::Unix; }

    std::string text;
    net::Address address;
};

std::string port_suffix(const std::string& port) { return port == "443" ? "" : ":" + port; }

/// HAProxy's `bind` takes "*:80" where nginx's `listen` takes "80".
std::string bind_of(const std::string& place) {
    return place.find(':') == std::string::npos ? ":::" + place + " v4v6" : place;
}

Dict variables_of(const CommandCall& call) {
    const Arguments& arguments = call.arguments;
    for (const std::string_view option :
         {"--domain", "--http", "--https", "--certificate", "--key", "--static-root",
          "--private-root", "--user", "--program", "--environment-file", "--management"}) {
        check_text(arguments, option);
    }
    const Settings settings = settings_of(call);
    const std::string name = site_name(call);
    const std::string what = arguments.get("what");
    std::string given = arguments.get("--address");
    if (given.empty()) given = "unix:/run/" + name + "/" + name + ".sock";
    const SiteAddress site(given);
    const auto or_else = [&](std::string_view option, const std::string& otherwise) {
        return arguments.has(option) ? arguments.get(option) : otherwise;
    };
    const std::string domain = domain_of(arguments, settings);
    const std::string https = arguments.has("--no-https") ? "" : arguments.get("--https");
    const std::string http = arguments.get("--http");
    const bool haproxy = what == "haproxy";
    const std::string live = "/etc/letsencrypt/live/" + domain;
    std::string variable = name;
    std::ranges::replace(variable, '-', '_');
    const bool proxy = arguments.has("--proxy-protocol");
    std::string upstream = site.text;
    if (haproxy && site.is_unix()) upstream = "unix@" + site.address.path();
    const auto folder = [](std::string path) {
        while (path.size() > 1 && path.ends_with('/')) path.pop_back();
        return path;
    };
    return {
        {"name", name},
        {"variable", variable},
        {"domain", domain},
        {"upstream", upstream},
        {"trusted", site.is_unix() ? "unix:" : "127.0.0.1"},
        {"site_address", site.text},
        {"http", http},
        {"https", https},
        {"http_bind", bind_of(http)},
        {"https_bind", bind_of(https)},
        {"https_suffix", port_suffix(https.substr(https.rfind(':') + 1))},
        {"ipv6", http.find(':') == std::string::npos},
        {"certificate", or_else("--certificate", haproxy ? "/etc/haproxy/" + domain + ".pem"
                                                         : live + "/fullchain.pem")},
        {"key", or_else("--key", live + "/privkey.pem")},
        {"static_url", settings.static_url},
        {"static_root", folder(or_else("--static-root", settings.static_root))},
        {"private_root", folder(or_else("--private-root", private_root_of(settings)))},
        {"internal_url", "/-/files/"},
        {"run_as", !arguments.has("--unprivileged")},
        {"program", or_else("--program", "/srv/" + name + "/" + name)},
        {"user", or_else("--user", name)},
        {"proxy_group", haproxy || proxy ? "haproxy" : "www-data"},
        {"environment_file", or_else("--environment-file", "/etc/" + name + ".env")},
        {"workers", arguments.integer("--workers", 1, 256)},
        {"management", arguments.get("--management")},
        {"socket", site.is_unix() ? site.address.path() : site.text},
        {"socket_is_file", site.is_unix()},
        {"socket_name", proxy ? "site-proxy" : "site"},
        {"stop_seconds", 30},
        {"stop_limit", 40},
    };
}

std::vector<ConfigFile> files_of(const std::string& what, const Dict& variables) {
    const std::string name = variables.get("name").str();
    if (what == "nginx") return {{name + ".conf", rendered("nginx.conf.in", variables)}};
    if (what == "haproxy") return {{"haproxy.cfg", rendered("haproxy.cfg.in", variables)}};
    if (what == "systemd") {
        return {{name + ".socket", rendered("site.socket.in", variables)},
                {name + ".service", rendered("site.service.in", variables)}};
    }
    throw CommandUsageError("\"" + what + "\" is none of nginx, haproxy and systemd");
}

int deploy_config(CommandCall& call) {
    const std::vector<ConfigFile> files = files_of(call.arguments.get("what"), variables_of(call));
    const std::string folder = call.arguments.get("--output");
    for (const ConfigFile& file : files) {
        if (folder.empty()) {
            if (files.size() > 1) call.out.line("### " + file.name);
            call.out.write(file.text);
            continue;
        }
        const std::filesystem::path path = std::filesystem::path(folder) / file.name;
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out << file.text;
        out.close();
        if (!out) throw CommandError(path.string() + " cannot be written");
        call.out.line(path.string());
    }
    return 0;
}

}  // namespace

std::vector<Command> deployment() {
    return {
        {.name = "deploy-config",
         .help = "Writes the configuration of nginx, HAProxy or systemd for this site.",
         .arguments =
             {positional("what", "nginx, haproxy or systemd."),
              option("--output, -o", "FOLDER", "Where to write the files; else they are shown."),
              option("--name", "NAME", "Of the site, its user and its folders."),
              option("--domain", "HOST", "Default: the first name of ALLOWED_HOSTS."),
              option("--address", "ADDRESS",
                     "Where the site listens. Default: unix:/run/NAME/NAME.sock."),
              option("--http", "PORT", "Where the proxy listens.", "80"),
              option("--https", "PORT", "The same for HTTPS.", "443"),
              flag("--no-https", "The proxy speaks plain HTTP only."),
              option("--certificate", "FILE", "Default: where certbot puts it."),
              option("--key", "FILE", "The same for its key."),
              option("--static-root", "FOLDER", "nginx serves it. Default: STATIC_ROOT."),
              option("--private-root", "FOLDER",
                     "nginx serves its files where the site says so. Default: SENDFILE_ROOT."),
              option("--program", "FILE", "The site's executable. Default: /srv/NAME/NAME."),
              option("--user", "NAME", "Whom the site runs as. Default: its name."),
              option("--environment-file", "FILE", "Default: /etc/NAME.env."),
              option("--workers", "N", "Worker processes of the service.", "2"),
              option("--management", "ADDRESS", "Where the service answers for monitoring."),
              flag("--proxy-protocol", "systemd: HAProxy is in front, not nginx."),
              flag("--unprivileged", "haproxy: it runs as whoever starts it.")},
         .run = deploy_config,
         .requires_setup = false},
    };
}

}  // namespace tatum::site::commands
