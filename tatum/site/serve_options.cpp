#include <tatum/site/impl/serve_options.h>

#include <tatum/base/settings.h>
#include <tatum/base/text.h>
#include <tatum/site/impl/startup.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <variant>

namespace tatum::site {

namespace {

constexpr std::int64_t kPortMax = 65'535;
constexpr std::size_t kDaySeconds = 86'400;

CommandError wrong(std::string_view key, std::string_view expected, const Value& value) {
    return start_error(StartFault::Settings, "SERVER." + std::string(key) + ": " +
                                                 std::string(expected) + " expected, not " +
                                                 value.repr());
}

double number_of(std::string_view key, const Value& value) {
    if (value.kind() == Kind::Int) return static_cast<double>(value.as_int());
    if (value.kind() == Kind::Float) return value.as_float();
    if (value.is_string()) {  // of the environment
        const std::string_view text = value.as_string();
        double number = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (fault == std::errc() && end == text.data() + text.size()) return number;
    }
    throw wrong(key, "a number", value);
}

std::uint64_t count_of(std::string_view key, const Value& value, std::uint64_t most) {
    const double number = number_of(key, value);
    if (number < 0 || number != std::floor(number) || number > static_cast<double>(most)) {
        throw wrong(key, "a whole number from 0 to " + std::to_string(most), value);
    }
    return static_cast<std::uint64_t>(number);
}

net::Duration seconds_of(std::string_view key, const Value& value) {
    const double number = number_of(key, value);
    if (number < 0 || number > static_cast<double>(kDaySeconds)) {
        throw wrong(key, "seconds from 0 to " + std::to_string(kDaySeconds), value);
    }
    return std::chrono::duration_cast<net::Duration>(std::chrono::duration<double>(number));
}

bool flag_of(std::string_view key, const Value& value) {
    if (value.kind() == Kind::Bool) return value.as_bool();
    if (value.is_string()) {
        const std::string text = strings::ascii_lower(value.as_string());
        if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
        if (text == "false" || text == "0" || text == "no" || text == "off") return false;
    }
    throw wrong(key, "true or false", value);
}

std::string text_of(std::string_view key, const Value& value) {
    if (!value.is_string()) throw wrong(key, "a text", value);
    return std::string(value.as_string());
}

/// A list, or a text with commas as the environment has it.
Strings texts_of(std::string_view key, const Value& value) {
    Strings texts;
    if (value.is_string()) {
        for (const std::string_view piece : strings::split(value.as_string(), ",")) {
            if (const auto text = strings::strip(piece); !text.empty()) texts.emplace_back(text);
        }
        return texts;
    }
    if (!value.is_list()) throw wrong(key, "a list of texts", value);
    for (const Value& item : value.as_list()) texts.push_back(text_of(key, item));
    return texts;
}

unsigned mode_of(std::string_view key, const Value& value) {
    const std::string text = value.str();
    unsigned mode = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (fault != std::errc() || end != text.data() + text.size() || mode > 0777) {
        throw wrong(key, "permissions such as \"0660\"", value);
    }
    return mode;
}

/// What a setting of [SERVER] is put into.
using Place = std::variant<bool*, std::uint16_t*, unsigned*, int*, std::size_t*, net::Duration*,
                           std::string*>;

struct NamedPlace {
    std::string_view name;
    Place place;
    bool is_path = false;
};

std::vector<NamedPlace> places(ServeOptions& options) {
    net::ServerOptions& server = options.server;
    net::ServerLimits& limits = server.limits;
    net::ServerTimeouts& timeouts = server.timeouts;
    static_assert(std::is_same_v<std::size_t, std::uint64_t>);
    return {
        {"threads", &server.threads},
        {"workers", &options.workers},
        {"offload_threads", &server.offload_threads},
        {"backlog", &server.backlog},
        {"server_header", &server.server_header},
        {"pid_file", &options.pid_file, true},
        {"redirect_port", &options.redirect_port},
        {"acme_folder", &options.acme_folder, true},
        {"stop_delay", &options.stop_delay},
        {"start_patience", &options.start_patience},
        {"live_path", &options.health.live_path},
        {"ready_path", &options.health.ready_path},
        {"metrics_path", &options.health.metrics_path},
        {"health_on_site", &options.health.on_site},
        {"target_bytes_max", &limits.target_bytes_max},
        {"head_bytes_max", &limits.head_bytes_max},
        {"headers_max", &limits.headers_max},
        {"body_bytes_max", &limits.body_bytes_max},
        {"trailer_bytes_max", &limits.trailer_bytes_max},
        {"skip_bytes_max", &limits.skip_bytes_max},
        {"connections_max", &limits.connections_max},
        {"connections_per_ip_max", &limits.connections_per_ip_max},
        {"requests_per_connection_max", &limits.requests_per_connection_max},
        {"http2", &server.http2},
        {"ocsp_stapling", &server.ocsp_stapling},
        {"http2_streams_max", &limits.http2_streams_max},
        {"http2_stream_window_bytes", &limits.http2_stream_window_bytes},
        {"http2_connection_window_bytes", &limits.http2_connection_window_bytes},
        {"http2_frame_bytes_max", &limits.http2_frame_bytes_max},
        {"http2_table_bytes", &limits.http2_table_bytes},
        {"http2_resets_max", &limits.http2_resets_max},
        {"http2_control_frames_max", &limits.http2_control_frames_max},
        {"timeout_head", &timeouts.head},
        {"timeout_body", &timeouts.body},
        {"timeout_keep_alive", &timeouts.keep_alive},
        {"timeout_write", &timeouts.write},
        {"timeout_proxy_header", &timeouts.proxy_header},
        {"timeout_handler", &timeouts.handler},
        {"timeout_linger", &timeouts.linger},
        {"timeout_stop", &timeouts.stop},
        {"bytes_per_second_min", &timeouts.bytes_per_second_min},
        {"rate_grace", &timeouts.rate_grace},
    };
}

void put(const NamedPlace& named, const Value& value, const std::string& base_dir) {
    constexpr std::uint64_t kCountMax = 1ull << 53;
    const std::string_view key = named.name;
    std::visit(
        [&](auto* place) {
            using Type = std::remove_pointer_t<decltype(place)>;
            if constexpr (std::is_same_v<Type, bool>) {
                *place = flag_of(key, value);
            } else if constexpr (std::is_same_v<Type, net::Duration>) {
                *place = seconds_of(key, value);
            } else if constexpr (std::is_same_v<Type, std::string>) {
                *place = text_of(key, value);
                const bool relative = !place->empty() && !place->starts_with('/');
                if (named.is_path && relative) *place = base_dir + "/" + *place;
            } else {
                const std::uint64_t most = sizeof(Type) == sizeof(std::uint16_t) ? kPortMax
                                           : sizeof(Type) < sizeof(std::size_t)  ? 1u << 30
                                                                                 : kCountMax;
                *place = static_cast<Type>(count_of(key, value, most));
            }
        },
        named.place);
}

/// Lists of [SERVER], which options of the command line replace.
struct Lists {
    Strings listen, listen_tls, redirect_http, management, certificate, key, ocsp_file;

    Strings* find(std::string_view name) {
        if (name == "listen") return &listen;
        if (name == "listen_tls") return &listen_tls;
        if (name == "redirect_http") return &redirect_http;
        if (name == "management") return &management;
        if (name == "certificate") return &certificate;
        if (name == "key") return &key;
        if (name == "ocsp_file") return &ocsp_file;
        return nullptr;
    }
};

void read_table(const Settings& settings, ServeOptions& options, Lists& lists) {
    const std::vector<NamedPlace> all = places(options);
    for (const auto& [name, value] : settings.server) {
        const std::string_view key = name.as_string();
        const auto place = std::ranges::find(all, key, &NamedPlace::name);
        if (place != all.end()) {
            put(*place, value, settings.base_dir);
        } else if (Strings* list = lists.find(key)) {
            *list = texts_of(key, value);
            const bool are_files = key == "certificate" || key == "key" || key == "ocsp_file";
            for (std::string& file : *list) {
                if (are_files && !file.empty() && !file.starts_with('/'))
                    file = settings.base_dir + "/" + file;
            }
        } else if (key == "unix_socket_mode") {
            options.server.unix_socket_mode = mode_of(key, value);
        } else {
            throw start_error(StartFault::Settings,
                              "SERVER." + std::string(key) + ": there is no such setting");
        }
    }
}

void read_arguments(const Arguments& arguments, ServeOptions& options, Lists& lists) {
    const auto replace = [&](Strings& list, std::string_view option) {
        if (auto given = arguments.all(option); !given.empty()) list = std::move(given);
    };
    replace(lists.listen, "--listen");
    replace(lists.listen_tls, "--listen-tls");
    replace(lists.redirect_http, "--redirect-http");
    replace(lists.management, "--management");
    if (arguments.has("--certificate")) {
        lists.key.clear();
        lists.ocsp_file.clear();
    }
    replace(lists.certificate, "--certificate");
    replace(lists.key, "--key");
    replace(lists.ocsp_file, "--ocsp-file");
    const auto number = [&](std::string_view option, unsigned most, unsigned& into) {
        if (arguments.has(option)) {
            into = static_cast<unsigned>(arguments.integer(option, 0, most));
        }
    };
    number("--threads", ServeOptions::kThreadsMax, options.server.threads);
    number("--workers", ServeOptions::kWorkersMax, options.workers);
    if (arguments.has("--pid-file")) options.pid_file = arguments.get("--pid-file");
    if (arguments.has("--acme-folder")) options.acme_folder = arguments.get("--acme-folder");
    if (arguments.has("--redirect-port")) {
        options.redirect_port =
            static_cast<std::uint16_t>(arguments.integer("--redirect-port", 0, kPortMax));
    }
    const bool address_given = !arguments.get("address").empty() || arguments.has("--port");
    if (address_given) {
        if (!arguments.has("--listen")) lists.listen.clear();
        lists.listen.insert(lists.listen.begin(), listen_address(arguments));
    }
}

/// By their names: "management", "redirect", "tls" or "https", anything else for the site;
/// "...proxy" for connections that begin with a PROXY header.
void take_activated(std::span<const ActivatedSocket> activated, Lists& lists) {
    for (const ActivatedSocket& socket : activated) {
        std::string text = "fd:" + std::to_string(socket.file);
        if (socket.name.ends_with("proxy")) text += net::kProxySuffix;
        const bool tls = socket.name.starts_with("tls") || socket.name.starts_with("https");
        const bool redirect = socket.name.starts_with("redirect");
        const bool management = socket.name == "management";
        (management ? lists.management
         : redirect ? lists.redirect_http
         : tls      ? lists.listen_tls
                    : lists.listen)
            .push_back(std::move(text));
    }
}

/// Each certificate goes with the key at the same place; a file that holds both needs no key.
void read_certificates(const Lists& lists, net::ServerOptions& server) {
    const Strings& chains = lists.certificate;
    if (server.listen_tls.empty()) {
        if (!chains.empty()) throw CommandError("--certificate is of use with --listen-tls only");
        return;
    }
    if (chains.empty()) throw CommandError("--listen-tls needs --certificate FILE and --key FILE");
    if (!lists.key.empty() && lists.key.size() != chains.size()) {
        throw CommandError("There must be one --key for each --certificate, in the same order");
    }
    if (!lists.ocsp_file.empty() && lists.ocsp_file.size() != chains.size()) {
        throw CommandError(
            "There must be one --ocsp-file for each --certificate, in the same order; it may be "
            "empty");
    }
    for (std::size_t i = 0; i < chains.size(); ++i) {
        server.certificates.push_back({chains[i], lists.key.empty() ? chains[i] : lists.key[i],
                                       lists.ocsp_file.empty() ? "" : lists.ocsp_file[i]});
    }
}

/// The addresses that are not for the site go behind those that are.
void take_other_addresses(Lists& lists, ServeOptions& options) {
    if (!lists.redirect_http.empty() && options.server.listen_tls.empty()) {
        throw CommandError("--redirect-http needs --listen-tls");
    }
    if (!options.acme_folder.empty() && lists.redirect_http.empty()) {
        throw CommandError("--acme-folder is of use with --redirect-http only");
    }
    options.redirect = lists.redirect_http.size();
    options.management = lists.management.size();
    for (Strings* list : {&lists.redirect_http, &lists.management}) {
        for (std::string& address : *list) options.server.listen.push_back(std::move(address));
    }
}

}  // namespace

ServeOptions read_serve_options(const Settings& settings, const Arguments& arguments,
                                std::span<const ActivatedSocket> activated) {
    ServeOptions options;
    Lists lists;
    read_table(settings, options, lists);
    read_arguments(arguments, options, lists);
    if (options.workers > ServeOptions::kWorkersMax) {
        throw start_error(StartFault::Settings,
                          "SERVER.workers: at most " + std::to_string(ServeOptions::kWorkersMax));
    }
    if (lists.listen.empty() && lists.listen_tls.empty()) take_activated(activated, lists);
    if (lists.listen.empty() && lists.listen_tls.empty()) lists.listen = {"127.0.0.1:8000"};
    options.server.listen = std::move(lists.listen);
    options.server.listen_tls = std::move(lists.listen_tls);
    take_other_addresses(lists, options);
    read_certificates(lists, options.server);
    for (const std::string& text : settings.trusted_proxies) {
        const auto network = net::Network::parse(text);
        if (!network) {
            throw start_error(StartFault::Settings, "TRUSTED_PROXIES: " + network.error().message +
                                                        ". " + network.error().hint);
        }
        options.server.proxy_networks.push_back(*network);
    }
    if (options.server.threads == 0) options.server.threads = net::cores_allowed();
    return options;
}

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

std::string url_of(const net::Address& address, std::string_view scheme) {
    if (!address.is_ip()) return address.str();
    std::string text = address.str();
    if (text.starts_with("0.0.0.0:")) text.replace(0, 7, "127.0.0.1");
    if (text.starts_with("[::]:")) text.replace(0, 4, "[::1]");
    return std::string(scheme) + "://" + text + "/";
}

ServeOptions::Purpose ServeOptions::purpose(std::size_t index) const {
    const std::size_t plain = server.listen.size();
    if (index >= plain || index < plain - management - redirect) return Purpose::Site;
    return index < plain - management ? Purpose::Redirect : Purpose::Management;
}

void announce(const ServeOptions& options, std::span<const net::Address> addresses, Output& out) {
    const auto verb = [](ServeOptions::Purpose purpose) -> std::string {
        switch (purpose) {
            case ServeOptions::Purpose::Site:
                return "Serving ";
            case ServeOptions::Purpose::Redirect:
                return "Redirecting from ";
            case ServeOptions::Purpose::Management:
                return "Management at ";
        }
        return {};
    };
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const bool tls = i >= options.server.listen.size();
        out.line(verb(options.purpose(i)) + url_of(addresses[i], tls ? "https" : "http"),
                 Style::Success);
    }
}

std::vector<Argument> serve_arguments() {
    return {
        optional("address",
                 "Where to listen: 8000, 0.0.0.0:8000, [::1]:8000, unix:/run/site.sock; with "
                 "+proxy behind it, connections begin with a PROXY header."),
        option("--port", "N", "The port; 0 lets the system choose. Default: 8000."),
        option("--threads", "N", "Reactor threads of a worker; 0: one for each core.", "0"),
        option("--workers", "N", "Worker processes; 0: this process serves by itself.", "1"),
        list_option("--listen", "ADDRESS", "Where to listen; may be repeated."),
        list_option("--listen-tls", "ADDRESS", "Where to listen for HTTPS; may be repeated."),
        list_option("--certificate", "FILE",
                    "A certificate and those that vouch for it, as PEM; a client gets the one that "
                    "has the name it asks for, else the first."),
        list_option("--key", "FILE",
                    "Its key, as PEM and unencrypted, in the order of the certificates."),
        list_option("--ocsp-file", "FILE",
                    "What the issuer says of a certificate (OCSP, in DER), which something else "
                    "keeps fresh; in the order of the certificates. Without it, the responder "
                    "that a certificate names is asked."),
        list_option("--redirect-http", "ADDRESS",
                    "Where to listen for HTTP and answer with the address by HTTPS; may be "
                    "repeated."),
        option("--redirect-port", "N",
               "The port of HTTPS as clients see it; 0: that of the first --listen-tls.", "0"),
        option("--acme-folder", "FOLDER",
               "Its .well-known/acme-challenge/ is served at --redirect-http, for the issuer of "
               "certificates."),
        list_option("--management", "ADDRESS",
                    "Where to answer /-/live, /-/ready and /-/metrics; may be repeated."),
        option("--pid-file", "FILE", "Is written with the number of this process."),
    };
}

}  // namespace tatum::site
