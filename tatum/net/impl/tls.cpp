#include <tatum/net/impl/tls.h>

#include <tatum/net/impl/ascii.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <new>
#include <optional>
#include <utility>

namespace tatum::net::impl {

namespace {

/// Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char kAlpn[] = "\x02h2\x08http/1.1";
constexpr std::size_t kAlpnHttp2Bytes = 3;

/// Of the key exchange. What is fastest and safest comes first.
constexpr const char* kGroups = "X25519:P-256:P-384";

struct ContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, ContextDeleter>;

std::string last_fault() {
    char text[256];
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    ERR_clear_error();
    return text;
}

Error unusable(std::string_view code, const std::string& file, std::string_view what) {
    return Error{.code = std::string(code),
                 .message = file + " " + std::string(what) + ": " + last_fault(),
                 .hint = "Give the certificate chain and its unencrypted key as PEM files."};
}

int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned in_size, void* options) {
    const bool http2 = static_cast<const ServerOptions*>(options)->http2;
    const std::size_t skip = http2 ? 0 : kAlpnHttp2Bytes;
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, kAlpn + skip,
                              static_cast<unsigned>(sizeof kAlpn - 1 - skip), in,
                              in_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/// Seals and opens what a client keeps of its session.
int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac, int sealing) {
    auto& keys = *static_cast<TlsTicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const auto now = TlsTicketKeys::Clock::now();
    std::optional<TlsTicketKeys::Key> key;
    bool seals = true;
    if (sealing) {
        key = keys.current(now);
        if (!key || RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
        std::copy(key->name.begin(), key->name.end(), name);
    } else if (const auto found = keys.find(name, now)) {
        key = found->key;
        seals = found->seals;
    } else {
        return 0;  // a full handshake
    }
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac.data(), key->mac.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    const bool ready = EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv,
                                         sealing) == 1 &&
                       EVP_MAC_CTX_set_params(mac, parameters) == 1;
    if (!ready) return -1;
    return seals ? 1 : 2;  // 2: a new ticket is due
}

int on_status_request(SSL* ssl, void* staple) {
    const auto response =
        static_cast<const OcspStaple*>(staple)->response(OcspStaple::Clock::now());
    if (!response) return SSL_TLSEXT_ERR_NOACK;
    void* const copy = OPENSSL_memdup(response->data(), response->size());
    if (!copy) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(response->size()));
    return SSL_TLSEXT_ERR_OK;
}

void set_policy(SSL_CTX* raw, const ServerOptions& options, TlsTicketKeys& tickets) {
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_cipher_list(raw, kCiphers12);
    SSL_CTX_set1_groups_list(raw, kGroups);
    SSL_CTX_set_alpn_select_cb(raw, choose_alpn, const_cast<ServerOptions*>(&options));
    // Clients keep their sessions, sealed; a cache here would only grow.
    constexpr unsigned char kSessions[] = "tatum";
    SSL_CTX_set_session_id_context(raw, kSessions, sizeof kSessions - 1);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(raw, std::chrono::seconds(TlsTicketKeys::kLife).count());
    SSL_CTX_set_app_data(raw, &tickets);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(raw, on_ticket);
    // Without this OpenSSL would ask for a passphrase at the terminal.
    SSL_CTX_set_default_passwd_cb(raw, [](char*, int, int, void*) { return 0; });
}

Result<Context> make_context(const TlsCertificate& certificate, const ServerOptions& options,
                             TlsTicketKeys& tickets) {
    Context context(SSL_CTX_new(TLS_server_method()));
    if (!context) return unusable("net.E006", certificate.chain_file, "cannot be used");
    SSL_CTX* const raw = context.get();
    set_policy(raw, options, tickets);
    if (SSL_CTX_use_certificate_chain_file(raw, certificate.chain_file.c_str()) != 1) {
        return unusable("net.E006", certificate.chain_file, "is not a certificate chain");
    }
    // A key of another certificate is noticed here already.
    if (SSL_CTX_use_PrivateKey_file(raw, certificate.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        const bool other = ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH;
        return other ? unusable("net.E007", certificate.key_file,
                                "is not the key of " + certificate.chain_file)
                     : unusable("net.E006", certificate.key_file, "is not a private key");
    }
    return context;
}

/// Null when the chain does not hold it.
X509* issuer_of(SSL_CTX* context) {
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(context, &chain);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        X509* const candidate = sk_X509_value(chain, i);
        if (X509_check_issued(candidate, SSL_CTX_get0_certificate(context)) == X509_V_OK) {
            return candidate;
        }
    }
    return nullptr;
}

std::string text_of(const ASN1_STRING* string) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(ASN1_STRING_length(string))};
}

/// What a certificate is for: its alternative names, and only without any the common name that
/// certificates of one's own often have alone (RFC 6125 §6.4.4).
std::vector<std::string> names_of(SSL_CTX* context) {
    std::vector<std::string> names;
    X509* const certificate = SSL_CTX_get0_certificate(context);
    auto* const list = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(list, i);
        if (name->type == GEN_DNS) names.push_back(text_of(name->d.dNSName));
    }
    GENERAL_NAMES_free(list);
    if (!names.empty()) return names;
    X509_NAME* const subject = X509_get_subject_name(certificate);
    for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;) {
        names.push_back(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i))));
    }
    return names;
}

}  // namespace

bool matches_certificate_name(std::string_view name, std::string_view host) {
    if (name.starts_with("*.")) {
        const std::size_t dot = host.find('.');
        if (dot == 0 || dot == std::string_view::npos) return false;
        name.remove_prefix(1);
        host.remove_prefix(dot);
    }
    return ascii::equals_ignoring_case(name, host);
}

// --- the certificates ----------------------------------------------------------------------------

struct TlsContext::Impl {
    struct Entry {
        Context context;
        std::vector<std::string> names;
        std::shared_ptr<OcspStaple> staple;
    };

    /// RFC 6066 §3: an unknown name gets the first certificate, and the client decides.
    static int choose_by_name(SSL* ssl, int*, void* argument) {
        const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        const auto* const self = static_cast<const Impl*>(argument);
        const Entry* const entry = name != nullptr ? self->find(name) : nullptr;
        if (entry != nullptr) SSL_set_SSL_CTX(ssl, entry->context.get());
        return SSL_TLSEXT_ERR_OK;
    }

    /// The one that names `host`; else the first with a wildcard that covers it, or nullptr.
    const Entry* find(std::string_view host) const {
        const Entry* covering = nullptr;
        for (const Entry& entry : entries) {
            for (const std::string& name : entry.names) {
                if (!matches_certificate_name(name, host)) continue;
                if (!name.starts_with("*.")) return &entry;
                if (covering == nullptr) covering = &entry;
            }
        }
        return covering;
    }

    std::vector<Entry> entries;
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const ServerOptions& options,
                                                           TlsTicketKeys& tickets) {
    if (options.certificates.empty()) {
        return Error{.code = "net.E006", .message = "TLS needs at least one certificate"};
    }
    auto impl = std::make_unique<Impl>();
    for (const TlsCertificate& certificate : options.certificates) {
        TATUM_TRY(Context context, make_context(certificate, options, tickets));
        auto names = names_of(context.get());
        std::shared_ptr<OcspStaple> staple;
        if (options.ocsp_stapling || !certificate.ocsp_file.empty()) {
            staple = OcspStaple::make(SSL_CTX_get0_certificate(context.get()),
                                      issuer_of(context.get()), certificate.ocsp_file);
        }
        if (!staple && !certificate.ocsp_file.empty()) {
            return Error{.code = "net.E006",
                         .message = certificate.chain_file +
                                    " does not hold the issuer's certificate, by which " +
                                    certificate.ocsp_file + " is checked"};
        }
        if (staple) {
            SSL_CTX_set_tlsext_status_cb(context.get(), on_status_request);
            SSL_CTX_set_tlsext_status_arg(context.get(), staple.get());
        }
        impl->entries.push_back({std::move(context), std::move(names), std::move(staple)});
    }
    SSL_CTX* const first = impl->entries[0].context.get();
    SSL_CTX_set_tlsext_servername_callback(first, &Impl::choose_by_name);
    SSL_CTX_set_tlsext_servername_arg(first, impl.get());
    return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

std::vector<std::shared_ptr<OcspStaple>> TlsContext::staples() const {
    std::vector<std::shared_ptr<OcspStaple>> staples;
    for (const Impl::Entry& entry : impl_->entries) {
        if (entry.staple) staples.push_back(entry.staple);
    }
    return staples;
}

// --- a connection --------------------------------------------------------------------------------

struct TlsStream::Impl {
    struct Deleter {
        void operator()(SSL* stream) const { SSL_free(stream); }
    };
    std::unique_ptr<SSL, Deleter> ssl;
    bool failed = false;  // nothing may be sent any more
};

TlsStream::TlsStream(std::shared_ptr<const TlsContext> context, int file)
    : context_(std::move(context)), impl_(std::make_unique<Impl>()) {
    impl_->ssl.reset(SSL_new(context_->impl_->entries[0].context.get()));
    if (!impl_->ssl || SSL_set_fd(impl_->ssl.get(), file) != 1) throw std::bad_alloc();
    SSL_set_accept_state(impl_->ssl.get());
}

TlsStream::~TlsStream() { ERR_clear_error(); }

TlsStream::Progress TlsStream::explain(int result) {
    switch (SSL_get_error(impl_->ssl.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return Progress::WantRead;
        case SSL_ERROR_WANT_WRITE:
            return Progress::WantWrite;
        case SSL_ERROR_ZERO_RETURN:
            return Progress::Closed;
        default:
            break;
    }
    impl_->failed = true;
    const bool plain = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
    return plain ? Progress::PlainHttp : Progress::Closed;
}

TlsStream::Progress TlsStream::handshake() {
    ERR_clear_error();
    const int result = SSL_do_handshake(impl_->ssl.get());
    return result == 1 ? Progress::Done : explain(result);
}

bool TlsStream::is_http2() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(impl_->ssl.get(), &chosen, &size);
    return std::string_view(reinterpret_cast<const char*>(chosen), size) == "h2";
}

TlsStream::Moved TlsStream::read(std::span<char> into) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(impl_->ssl.get(), into.data(), into.size(), &count);
    if (result == 1) return {Progress::Done, count};
    return {explain(result)};
}

TlsStream::Moved TlsStream::write(std::string_view bytes) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(impl_->ssl.get(), bytes.data(), bytes.size(), &count);
    if (result == 1) return {Progress::Done, count};
    return {explain(result)};
}

void TlsStream::close_notify() {
    ERR_clear_error();
    if (!impl_->failed && SSL_is_init_finished(impl_->ssl.get())) SSL_shutdown(impl_->ssl.get());
}

}  // namespace tatum::net::impl
