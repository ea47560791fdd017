#include <tatum/net/impl/tls.h>

#include <tatum/net/impl/http2_client.h>
#include <tatum/net/impl/raw_client.h>
#include <tatum/net/impl/test_certificates.h>
#include <tatum/net/server.h>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

namespace tatum::net {
namespace {

using impl::Certificate;
using impl::Freeing;
using impl::make_certificate;
using impl::RawClient;

/// A blocking client.
class TlsClient {
public:
    struct Options {
        std::string name = {};
        int version = 0;
        std::string alpn = {};
        SSL_SESSION* session = nullptr;  ///< to resume
        bool wants_status = false;
    };

    TlsClient(const Address& address, const Options& options) : socket_(address) {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        if (options.version != 0) {
            SSL_CTX_set_min_proto_version(context_.get(), options.version);
            SSL_CTX_set_max_proto_version(context_.get(), options.version);
            SSL_CTX_set_security_level(context_.get(), 0);
        }
        ssl_.reset(SSL_new(context_.get()));
        if (!options.name.empty()) SSL_set_tlsext_host_name(ssl_.get(), options.name.c_str());
        if (!options.alpn.empty()) {
            SSL_set_alpn_protos(ssl_.get(),
                                reinterpret_cast<const unsigned char*>(options.alpn.data()),
                                static_cast<unsigned>(options.alpn.size()));
        }
        if (options.session) SSL_set_session(ssl_.get(), options.session);
        if (options.wants_status) SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp);
        SSL_set_fd(ssl_.get(), socket_.file());
        connected_ = SSL_connect(ssl_.get()) == 1;
        ERR_clear_error();
    }

    bool connected() const { return connected_; }
    std::string version() const { return SSL_get_version(ssl_.get()); }
    std::string server_name() const {
        const Certificate certificate(SSL_get1_peer_certificate(ssl_.get()));
        char name[100] = {};
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                                  sizeof name);
        return name;
    }
    std::string alpn() const {
        const unsigned char* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
        return {reinterpret_cast<const char*>(chosen), size};
    }
    bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
    /// After something was read: with TLS 1.3 tickets follow the handshake.
    std::unique_ptr<SSL_SESSION, Freeing<SSL_SESSION_free>> session() const {
        return std::unique_ptr<SSL_SESSION, Freeing<SSL_SESSION_free>>(
            SSL_get1_session(ssl_.get()));
    }
    std::string status() const {
        unsigned char* bytes = nullptr;
        const long size = SSL_get_tlsext_status_ocsp_resp(ssl_.get(), &bytes);
        return size > 0 ? std::string(reinterpret_cast<char*>(bytes), static_cast<size_t>(size))
                        : std::string();
    }
    void send(std::string_view bytes) {
        std::size_t count = 0;
        EXPECT_EQ(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count), 1);
    }
    /// Up to the end of the stream. `complete` tells whether the server has said that it is the
    /// end.
    std::string read_all(bool& complete) {
        std::string text;
        char piece[16384];
        int count = 0;
        while ((count = SSL_read(ssl_.get(), piece, sizeof piece)) > 0) {
            text.append(piece, static_cast<std::size_t>(count));
        }
        complete = SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN;
        return text;
    }

private:
    RawClient socket_;
    std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>> context_;
    std::unique_ptr<SSL, Freeing<SSL_free>> ssl_;
    bool connected_ = false;
};

class Echo final : public Handler {
public:
    explicit Echo(std::string path) : path_(std::move(path)) {}
    void handle(Exchange& exchange) override {
        if (exchange.can_upgrade() && exchange.request().header("Upgrade")) {
            const Header upgrade{"Upgrade", "echo"};
            ByteStream& stream = exchange.upgrade({.status = 101, .headers = {&upgrade, 1}});
            char bytes[4096];
            while (const std::size_t count = stream.read_some(bytes, std::chrono::seconds(5))) {
                stream.write({bytes, count});
                if (bytes[count - 1] == '.') return;
            }
            return;
        }
        if (exchange.request().path == "/file") {
            std::FILE* const file = std::fopen(path_.c_str(), "rb");
            exchange.begin({}, 200'000);
            exchange.send_file(fileno(file), 0, 200'000);
            exchange.finish();
            std::fclose(file);
            return;
        }
        std::string body(exchange.scheme() == Scheme::Https ? "https " : "http ");
        char piece[4096];
        while (const std::size_t count = exchange.read(piece)) body.append(piece, count);
        exchange.respond({}, body);
    }

private:
    std::string path_;
};

class Tls : public testing::Test {
protected:
    Tls() {
        std::ofstream(path_, std::ios::binary) << std::string(200'000, 'f');
        options_.listen = {};
        options_.listen_tls = {"127.0.0.1:0"};
        options_.threads = 1;
        options_.timeouts.linger = std::chrono::milliseconds(50);
        options_.certificates = {make_certificate("tatum_tls_a", "a.example"),
                                 make_certificate("tatum_tls_b", "*.b.example")};
    }
    void start() {
        server_ = Server::bind(options_, echo_).value();
        server_->start();
    }
    const Address& address() const { return server_->addresses()[0]; }

    std::string path_ = testing::TempDir() + "tatum_tls_test.bin";
    Echo echo_{path_};
    ServerOptions options_;
    std::unique_ptr<Server> server_;
};

constexpr std::string_view kGetAndClose = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST_F(Tls, ServesWithModernVersionsOnly) {
    start();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient client(address(), {.version = version});
        ASSERT_TRUE(client.connected());
        client.send(kGetAndClose);
        bool complete = false;
        EXPECT_TRUE(client.read_all(complete).ends_with("\r\n\r\nhttps "));
        EXPECT_TRUE(complete) << "the end was not announced";
    }
    EXPECT_FALSE(TlsClient(address(), {.version = TLS1_1_VERSION}).connected());
}

TEST_F(Tls, ChoosesTheCertificateByName) {
    start();
    const auto asked = [&](std::string name) {
        return TlsClient(address(), {.name = std::move(name)}).server_name();
    };
    EXPECT_EQ(asked("a.example"), "a.example");
    EXPECT_EQ(asked("WWW.b.example"), "*.b.example");
    EXPECT_EQ(asked("unknown.example"), "a.example");
    EXPECT_EQ(asked(""), "a.example");
}

TEST_F(Tls, ChoosesANameBeforeAWildcardAndTakesACommonNameForOne) {
    options_.certificates.push_back(make_certificate("tatum_tls_c", "www.b.example"));
    options_.certificates.push_back(make_certificate("tatum_tls_d", "d.example", false));
    start();
    const auto asked = [&](std::string name) {
        return TlsClient(address(), {.name = std::move(name)}).server_name();
    };
    EXPECT_EQ(asked("www.b.example"), "www.b.example");
    EXPECT_EQ(asked("shop.b.example"), "*.b.example");
    EXPECT_EQ(asked("d.example"), "d.example");
}

TEST_F(Tls, AgreesOnAProtocol) {
    start();
    EXPECT_EQ(TlsClient(address(), {.alpn = "\x08http/1.1\x02h2"}).alpn(), "h2");
    EXPECT_EQ(TlsClient(address(), {.alpn = "\x08http/1.1"}).alpn(), "http/1.1");
    EXPECT_EQ(TlsClient(address(), {}).alpn(), "");
    EXPECT_FALSE(TlsClient(address(), {.alpn = "\x03xyz"}).connected());
}

TEST_F(Tls, AgreesOnHttp11WhereHttp2IsOff) {
    options_.http2 = false;
    start();
    EXPECT_EQ(TlsClient(address(), {.alpn = "\x02h2\x08http/1.1"}).alpn(), "http/1.1");
    EXPECT_FALSE(TlsClient(address(), {.alpn = "\x02h2"}).connected());
}

TEST_F(Tls, SpeaksHttp2) {
    start();
    TlsClient client(address(), {.alpn = "\x02h2"});
    const std::string block = impl::http2_block(impl::http2_fields("GET", "/"));
    client.send(std::string(impl::Http2RawClient::kPreface) +
                impl::http2_frame(NGHTTP2_SETTINGS, 0, 0, "") +
                impl::http2_frame(NGHTTP2_HEADERS,
                                  NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, block) +
                impl::http2_frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0')));
    bool complete = false;
    const std::string answer = client.read_all(complete);
    EXPECT_NE(answer.find(impl::http2_frame(NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, 1, "https ")),
              std::string::npos);
    EXPECT_TRUE(complete) << "the end was not announced";
}

TEST_F(Tls, MovesLargeBodiesOverHttp2) {
    start();
    TlsClient client(address(), {.alpn = "\x02h2"});
    const std::string window = impl::http2_number(1'000'000);
    client.send(std::string(impl::Http2RawClient::kPreface) +
                impl::http2_frame(NGHTTP2_SETTINGS, 0, 0, std::string("\0\4", 2) + window) +
                impl::http2_frame(NGHTTP2_WINDOW_UPDATE, 0, 0, window) +
                impl::http2_frame(NGHTTP2_HEADERS,
                                  NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1,
                                  impl::http2_block(impl::http2_fields("GET", "/file"))) +
                impl::http2_frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0')));
    bool complete = false;
    const std::string answer = client.read_all(complete);
    EXPECT_GE(std::count(answer.begin(), answer.end(), 'f'), 200'000);
    EXPECT_TRUE(complete) << "the end was not announced";
}

TEST_F(Tls, ResumesSessionsAcrossAReload) {
    start();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClient first(address(), {.version = version});
        first.send(kGetAndClose);
        bool complete = false;
        first.read_all(complete);
        EXPECT_FALSE(first.resumed());
        ASSERT_TRUE(server_->reload_certificates());
        const auto session = first.session();
        TlsClient second(address(), {.version = version, .session = session.get()});
        EXPECT_TRUE(second.resumed()) << second.version();
    }
}

TEST_F(Tls, StaplesWhatTheIssuerSays) {
    impl::TestAuthority authority;
    TlsCertificate certificate = authority.issue("tatum_tls_stapled", "stapled.example", "");
    certificate.ocsp_file = testing::TempDir() + "tatum_tls_stapled.ocsp";
    const std::string response = authority.say(impl::TestAuthority::State::Good);
    std::ofstream(certificate.ocsp_file, std::ios::binary) << response;
    options_.certificates.push_back(certificate);
    start();
    std::string status;
    for (int i = 0; i < 500 && status.empty(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        status = TlsClient(address(), {.name = "stapled.example", .wants_status = true}).status();
    }
    EXPECT_EQ(status, response);
    EXPECT_EQ(TlsClient(address(), {.name = "stapled.example"}).status(), "");
    EXPECT_EQ(TlsClient(address(), {.name = "a.example", .wants_status = true}).status(), "");
}

TEST_F(Tls, MovesLargeBodiesAndFiles) {
    start();
    const std::string body(1'000'000, 'b');
    TlsClient client(address(), {});
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    client.send(body);
    client.send("GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    bool complete = false;
    const std::string text = client.read_all(complete);
    EXPECT_NE(text.find("\r\n\r\nhttps " + body), std::string::npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\n" + std::string(200'000, 'f')));
    EXPECT_TRUE(complete);
}

TEST_F(Tls, CarriesAnotherProtocol) {
    start();
    TlsClient client(address(), {});
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst ");
    const std::string large(300'000, 'l');
    client.send(large);
    client.send(".");
    bool complete = false;
    const std::string text = client.read_all(complete);
    EXPECT_TRUE(text.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\nfirst " + large + "."));
    EXPECT_TRUE(complete);
}

TEST_F(Tls, ReloadsCertificatesForNewConnections) {
    start();
    TlsClient before(address(), {});
    options_.certificates[0] = make_certificate("tatum_tls_a", "new.example");
    ASSERT_TRUE(server_->reload_certificates());
    TlsClient after(address(), {});
    EXPECT_EQ(after.server_name(), "new.example");
    for (TlsClient* client : {&before, &after}) {
        client->send(kGetAndClose);
        bool complete = false;
        EXPECT_TRUE(client->read_all(complete).ends_with("https "));
    }
    std::ofstream(options_.certificates[0].chain_file) << "nonsense";
    EXPECT_EQ(server_->reload_certificates().error().code, "net.E006");
    EXPECT_EQ(TlsClient(address(), {}).server_name(), "new.example");
}

TEST_F(Tls, TellsAClientThatSpeaksPlainHttp) {
    start();
    RawClient client(address());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto response = client.read();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 400);
    EXPECT_NE(response->body.find("HTTPS"), std::string::npos);
    EXPECT_TRUE(client.at_end());
}

TEST_F(Tls, GivesUpOnClientsThatDoNotShakeHands) {
    options_.timeouts.head = std::chrono::milliseconds(50);
    start();
    RawClient silent(address());
    RawClient slow(address());
    slow.send("\x16\x03\x01");
    RawClient garbage(address());
    garbage.send(std::string(300, '\x80'));
    EXPECT_TRUE(silent.at_end());
    EXPECT_TRUE(slow.at_end());
    while (garbage.receive()) {
    }  // an alert
    EXPECT_FALSE(garbage.timed_out());
}

TEST_F(Tls, SaysWhatIsWrongWithACertificate) {
    const auto code_of = [&](TlsCertificate certificate) {
        options_.certificates = {std::move(certificate)};
        const auto server = Server::bind(options_, echo_);
        return server ? std::string() : server.error().code;
    };
    const TlsCertificate a = options_.certificates[0];
    const TlsCertificate b = options_.certificates[1];
    EXPECT_EQ(code_of({"/nonexistent.crt", a.key_file}), "net.E006");
    EXPECT_EQ(code_of({a.chain_file, "/nonexistent.key"}), "net.E006");
    EXPECT_EQ(code_of({a.key_file, a.key_file}), "net.E006");
    EXPECT_EQ(code_of({a.chain_file, b.key_file}), "net.E007");
    EXPECT_EQ(code_of(a), "");
    // Nobody vouches for it but itself.
    EXPECT_EQ(code_of({a.chain_file, a.key_file, "any.ocsp"}), "net.E006");
    options_.certificates.clear();
    EXPECT_EQ(Server::bind(options_, echo_).error().code, "net.E006");
}

TEST(TlsNames, MatchAsCertificatesMeanThem) {
    using impl::matches_certificate_name;
    EXPECT_TRUE(matches_certificate_name("example.org", "EXAMPLE.org"));
    EXPECT_TRUE(matches_certificate_name("*.example.org", "www.example.org"));
    EXPECT_FALSE(matches_certificate_name("example.org", "www.example.org"));
    EXPECT_FALSE(matches_certificate_name("*.example.org", "example.org"));
    EXPECT_FALSE(matches_certificate_name("*.example.org", ".example.org"));
    EXPECT_FALSE(matches_certificate_name("*.example.org", "a.b.example.org"));
    EXPECT_FALSE(matches_certificate_name("*", "localhost"));
}

}  // namespace
}  // namespace tatum::net
