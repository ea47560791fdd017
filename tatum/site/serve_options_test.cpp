#include <tatum/site/impl/serve_options.h>

#include <tatum/base/settings.h>
#include <tatum/site/impl/startup.h>
#include <tatum/site/impl/supervisor.h>

#include <gtest/gtest.h>

namespace tatum::site {
namespace {

using std::chrono::milliseconds;
using Words = std::vector<std::string>;

ServeOptions options_of(const Words& words, const Dict& server = {},
                        const std::vector<ActivatedSocket>& activated = {}) {
    Settings settings;
    settings.base_dir = "/site";
    settings.server = server;
    const Command command{.name = "serve", .help = {}, .arguments = serve_arguments(), .run = {}};
    return read_serve_options(settings, CommandLine::parse(command, words), activated);
}

/// "3: text" of the error; empty when there is none.
std::string fault(const Words& words, const Dict& server = {}) {
    try {
        options_of(words, server);
        return {};
    } catch (const CommandError& error) {
        return std::to_string(error.exit_code) + ": " + error.what();
    }
}

TEST(ServeOptions, ListenAtTheUsualPort) {
    const ServeOptions options = options_of({});
    EXPECT_EQ(options.server.listen, Words{"127.0.0.1:8000"});
    EXPECT_EQ(options.workers, 1u);
    EXPECT_EQ(options.server.threads, net::cores_allowed());
    EXPECT_EQ(options.management, 0u);
}

TEST(ServeOptions, TakeAddressesFromTheCommandLine) {
    EXPECT_EQ(options_of({"8001"}).server.listen, Words{"127.0.0.1:8001"});
    EXPECT_EQ(options_of({"--port", "0"}).server.listen, Words{"127.0.0.1:0"});
    EXPECT_EQ(options_of({"0.0.0.0", "--port", "80"}).server.listen, Words{"0.0.0.0:80"});
    EXPECT_EQ(options_of({"unix:/run/x+proxy"}).server.listen, Words{"unix:/run/x+proxy"});
    const ServeOptions several =
        options_of({"--listen", ":1", "--listen", ":2", "--management", ":3"});
    EXPECT_EQ(several.server.listen, (Words{":1", ":2", ":3"}));
    EXPECT_EQ(several.management, 1u);
}

TEST(ServeOptions, TellAddressesApartByTheirPurpose) {
    using Purpose = ServeOptions::Purpose;
    const ServeOptions options =
        options_of({"--listen", ":1", "--listen-tls", ":443", "--certificate", "a", "--management",
                    ":3", "--redirect-http", ":80", "--redirect-http", ":81", "--acme-folder",
                    "/acme", "--redirect-port", "8443"});
    EXPECT_EQ(options.server.listen, (Words{":1", ":80", ":81", ":3"}));
    EXPECT_EQ(options.acme_folder, "/acme");
    EXPECT_EQ(options.redirect_port, 8443);
    const Purpose expected[] = {Purpose::Site, Purpose::Redirect, Purpose::Redirect,
                                Purpose::Management, Purpose::Site};
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        EXPECT_EQ(options.purpose(i), expected[i]) << i;
    }
    const Dict settings{{"listen_tls", ":443"},     {"certificate", "a"}, {"redirect_http", ":80"},
                        {"redirect_port", "65535"}, {"acme_folder", "x"}, {"management", ":3"}};
    const ServeOptions same = options_of({}, settings);
    EXPECT_EQ(same.server.listen, (Words{":80", ":3"})) << "the site is at :443 only";
    EXPECT_EQ(same.redirect_port, 65535);
    EXPECT_EQ(same.acme_folder, "/site/x");
    EXPECT_TRUE(fault({"--redirect-http", ":80"}).ends_with("--redirect-http needs --listen-tls"));
    EXPECT_NE(fault({"--acme-folder", "/acme"}).find("--redirect-http only"), std::string::npos);
    EXPECT_NE(fault({}, {{"redirect_port", 65536}}).find("0 to 65535"), std::string::npos);
}

TEST(ServeOptions, GiveEachCertificateItsOcspResponse) {
    const Dict settings{
        {"listen_tls", ":443"}, {"certificate", List{"a", "b"}}, {"ocsp_file", List{"x.der", ""}}};
    const ServeOptions options = options_of({}, settings);
    EXPECT_EQ(options.server.certificates.at(0).ocsp_file, "/site/x.der");
    EXPECT_EQ(options.server.certificates.at(1).ocsp_file, "");
    const ServeOptions other = options_of({"--certificate", "c", "--ocsp-file", "y"}, settings);
    EXPECT_EQ(other.server.certificates.at(0).ocsp_file, "y");
    EXPECT_EQ(options_of({"--certificate", "c"}, settings).server.certificates.at(0).ocsp_file, "")
        << "another certificate has another response";
    EXPECT_NE(
        fault({"--listen-tls", ":1", "--certificate", "a", "--ocsp-file", "x", "--ocsp-file", "y"})
            .find("one --ocsp-file for each --certificate"),
        std::string::npos);
}

TEST(ServeOptions, TakeTheRestFromTheSettings) {
    const Dict server{
        {"listen", List{":80"}},      {"threads", 3},           {"workers", "2"},
        {"timeout_head", 1.5},        {"connections_max", 10},  {"pid_file", "run/site.pid"},
        {"unix_socket_mode", "0660"}, {"health_on_site", true}, {"certificate", "tls/a.pem"},
        {"listen_tls", ":443,:8443"}};
    const ServeOptions options = options_of({}, server);
    EXPECT_EQ(options.server.listen, Words{":80"});
    EXPECT_EQ(options.server.listen_tls, (Words{":443", ":8443"}));
    EXPECT_EQ(options.server.certificates.at(0).chain_file, "/site/tls/a.pem");
    EXPECT_EQ(options.server.certificates.at(0).key_file, "/site/tls/a.pem");
    EXPECT_EQ(options.server.threads, 3u);
    EXPECT_EQ(options.workers, 2u);
    EXPECT_EQ(options.server.timeouts.head, milliseconds(1500));
    EXPECT_EQ(options.server.limits.connections_max, 10u);
    EXPECT_EQ(options.server.unix_socket_mode, 0660u);
    EXPECT_EQ(options.pid_file, "/site/run/site.pid");
    EXPECT_TRUE(options.health.on_site);
    EXPECT_EQ(options_of({"--threads", "1"}, server).server.threads, 1u) << "the line wins";
    EXPECT_EQ(options_of({"--port", "9"}, server).server.listen, Words{"127.0.0.1:9"});
}

TEST(ServeOptions, SayWhatIsWrong) {
    EXPECT_EQ(fault({}, {{"thraeds", 1}}), "3: SERVER.thraeds: there is no such setting");
    EXPECT_EQ(fault({}, {{"threads", "many"}}), "3: SERVER.threads: a number expected, not 'many'");
    EXPECT_NE(fault({}, {{"threads", 1.5}}).find("a whole number"), std::string::npos);
    EXPECT_NE(fault({}, {{"threads", -1}}).find("a whole number"), std::string::npos);
    EXPECT_NE(fault({}, {{"timeout_head", 86'401}}).find("seconds from 0"), std::string::npos);
    EXPECT_NE(fault({}, {{"unix_socket_mode", "rw"}}).find("permissions"), std::string::npos);
    EXPECT_NE(fault({}, {{"health_on_site", "maybe"}}).find("true or false"), std::string::npos);
    EXPECT_NE(fault({}, {{"workers", 257}}).find("at most 256"), std::string::npos);
    EXPECT_TRUE(fault({"--workers", "257"}).starts_with("2: "));
    EXPECT_EQ(fault({"--listen-tls", ":1"}),
              "1: --listen-tls needs --certificate FILE and --key FILE");
    EXPECT_TRUE(fault({"--certificate", "a"}).starts_with("1: --certificate is of use"));
    EXPECT_TRUE(
        fault({"--listen-tls", ":1", "--certificate", "a", "--certificate", "b", "--key", "c"})
            .starts_with("1: There must be one --key"));
}

TEST(ServeOptions, TakeSocketsFromSystemdByTheirNames) {
    const std::vector<ActivatedSocket> sockets = {
        {3, "unknown"}, {4, "site-proxy"}, {5, "management"}};
    const ServeOptions options = options_of({}, {}, sockets);
    EXPECT_EQ(options.server.listen, (Words{"fd:3", "fd:4+proxy", "fd:5"}));
    EXPECT_EQ(options.management, 1u);
    const std::vector<ActivatedSocket> both = {{3, "redirect"}, {4, "https"}};
    const ServeOptions redirecting = options_of({"--certificate", "a"}, {}, both);
    EXPECT_EQ(redirecting.server.listen, Words{"fd:3"});
    EXPECT_EQ(redirecting.redirect, 1u);
    EXPECT_EQ(options_of({"--port", "1"}, {}, sockets).server.listen, Words{"127.0.0.1:1"})
        << "an address that is given wins";
    const std::vector<ActivatedSocket> tls = {{3, "tls"}};
    EXPECT_EQ(options_of({"--certificate", "a"}, {}, tls).server.listen_tls, Words{"fd:3"});
}

TEST(WorkerRole, IsToldByOneVariable) {
    const WorkerRole role{.control = -1,
                          .board = -1,
                          .slot = 1,
                          .slots = 3,
                          .first = true,
                          .listen = {"fd:7,8", "fd:9+proxy"},
                          .listen_tls = {"fd:10"}};
    ::setenv(WorkerRole::kVariable, role.str().c_str(), 1);
    const auto read = WorkerRole::from_environment();
    ASSERT_TRUE(read);
    EXPECT_EQ(read->slot, 1u);
    EXPECT_EQ(read->slots, 3u);
    EXPECT_TRUE(read->first);
    EXPECT_EQ(read->listen, role.listen);
    EXPECT_EQ(read->listen_tls, role.listen_tls);
    EXPECT_FALSE(WorkerRole::from_environment()) << "no child is taken for a worker";
}

}  // namespace
}  // namespace tatum::site
