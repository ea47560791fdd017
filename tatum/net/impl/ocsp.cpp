#include <tatum/net/impl/ocsp.h>

#include <tatum/base/log.h>

#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace tatum::net::impl {

namespace {

using WallClock = OcspStaple::Clock;

/// A response has a few hundred bytes, and a chain at most.
constexpr std::size_t kResponseBytesMax = 64 * 1024;
/// Clocks differ by so much.
constexpr long kSkewSeconds = 300;
/// After a failure, and between looks at a file.
constexpr std::chrono::minutes kRetryMin{1};
constexpr std::chrono::minutes kRetryMax{60};
/// However long a response is good for.
constexpr std::chrono::hours kRefreshMax{24};
/// One that does not say how long it is good for.
constexpr std::chrono::hours kUnsaidLife{24};

template <auto Free>
struct Freeing {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
void free_names(STACK_OF(OPENSSL_STRING) * names) { X509_email_free(names); }
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using CertificateId = std::unique_ptr<OCSP_CERTID, Freeing<OCSP_CERTID_free>>;
using OcspResponse = std::unique_ptr<OCSP_RESPONSE, Freeing<OCSP_RESPONSE_free>>;
using BasicResponse = std::unique_ptr<OCSP_BASICRESP, Freeing<OCSP_BASICRESP_free>>;
using OcspRequest = std::unique_ptr<OCSP_REQUEST, Freeing<OCSP_REQUEST_free>>;
using Store = std::unique_ptr<X509_STORE, Freeing<X509_STORE_free>>;
using Bio = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using Names = std::unique_ptr<STACK_OF(OPENSSL_STRING), Freeing<free_names>>;

Error fault(std::string_view code, std::string message) {
    ERR_clear_error();
    return Error{.code = std::string(code), .message = std::move(message)};
}

/// The first responder of RFC 5280 §4.2.2.1 that is asked without TLS, as all are.
std::string responder_of(X509* certificate) {
    const Names names(X509_get1_ocsp(certificate));
    for (int i = 0; i < sk_OPENSSL_STRING_num(names.get()); ++i) {
        const std::string url = sk_OPENSSL_STRING_value(names.get(), i);
        if (url.starts_with("http://")) return url;
    }
    return {};
}

std::optional<WallClock::time_point> time_of(const ASN1_GENERALIZEDTIME* time) {
    std::tm parts{};
    if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return WallClock::from_time_t(::timegm(&parts));
}

std::string to_der(OCSP_REQUEST* request) {
    unsigned char* bytes = nullptr;
    const int size = i2d_OCSP_REQUEST(request, &bytes);
    std::string der(reinterpret_cast<const char*>(bytes),
                    static_cast<std::size_t>(std::max(size, 0)));
    OPENSSL_free(bytes);
    return der;
}

/// Posts the request (RFC 6960 appendix A.1).
std::string fetch(const std::string& url, const std::string& request) {
    char* host = nullptr;
    char* port = nullptr;
    char* path = nullptr;
    int use_tls = 0;
    if (OSSL_HTTP_parse_url(url.c_str(), &use_tls, nullptr, &host, &port, nullptr, &path, nullptr,
                            nullptr) != 1) {
        return {};
    }
    const Bio body(BIO_new_mem_buf(request.data(), static_cast<int>(request.size())));
    const Bio response(OSSL_HTTP_transfer(
        nullptr, host, port, path, use_tls, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, 0,
        nullptr, "application/ocsp-request", body.get(), "application/ocsp-response", 1,
        kResponseBytesMax, static_cast<int>(OcspStaple::kFetchTime.count()), 0));
    OPENSSL_free(host);
    OPENSSL_free(port);
    OPENSSL_free(path);
    std::string der;
    char piece[4096];
    while (response && der.size() <= kResponseBytesMax) {
        const int count = BIO_read(response.get(), piece, sizeof piece);
        if (count <= 0) break;
        der.append(piece, static_cast<std::size_t>(count));
    }
    return der;
}

}  // namespace

// --- one certificate's response ------------------------------------------------------------------

struct OcspStaple::Impl {
    Certificate certificate, issuer;
    std::string file, url;

    mutable std::mutex guard;
    std::shared_ptr<const std::string> response;
    WallClock::time_point fresh_until{};
    WallClock::time_point next_refresh{};
    WallClock::duration retry_after = kRetryMin;
};

OcspStaple::OcspStaple(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OcspStaple::~OcspStaple() = default;

std::shared_ptr<OcspStaple> OcspStaple::make(x509_st* certificate, x509_st* issuer,
                                             const std::string& file) {
    const std::string url = responder_of(certificate);
    if (!issuer || (file.empty() && url.empty())) return nullptr;
    auto impl = std::make_unique<Impl>();
    X509_up_ref(certificate);
    X509_up_ref(issuer);
    impl->certificate.reset(certificate);
    impl->issuer.reset(issuer);
    impl->file = file;
    impl->url = url;
    return std::shared_ptr<OcspStaple>(new OcspStaple(std::move(impl)));
}

std::string OcspStaple::source() const { return impl_->file.empty() ? impl_->url : impl_->file; }

std::shared_ptr<const std::string> OcspStaple::response(WallClock::time_point now) const {
    const std::lock_guard lock(impl_->guard);
    return now < impl_->fresh_until ? impl_->response : nullptr;
}

void OcspStaple::adopt(const OcspStaple& other) {
    if (X509_cmp(impl_->certificate.get(), other.impl_->certificate.get()) != 0) return;
    const std::scoped_lock lock(impl_->guard, other.impl_->guard);
    impl_->response = other.impl_->response;
    impl_->fresh_until = other.impl_->fresh_until;
}

WallClock::time_point OcspStaple::next_refresh() const {
    const std::lock_guard lock(impl_->guard);
    return impl_->next_refresh;
}

Result<void> OcspStaple::refresh(WallClock::time_point now) {
    std::string der;
    if (impl_->file.empty()) {
        const OcspRequest request(OCSP_REQUEST_new());
        CertificateId id(OCSP_cert_to_id(nullptr, impl_->certificate.get(), impl_->issuer.get()));
        if (request && OCSP_request_add0_id(request.get(), id.get()))
            static_cast<void>(id.release());
        der = fetch(impl_->url, to_der(request.get()));
    } else {
        std::ifstream in(impl_->file, std::ios::binary);
        der.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto taken = take(der, now);
    const std::lock_guard lock(impl_->guard);
    if (!taken) {
        impl_->next_refresh = now + impl_->retry_after;
        impl_->retry_after = std::min<WallClock::duration>(2 * impl_->retry_after, kRetryMax);
    } else {
        impl_->retry_after = kRetryMin;
        // Whoever keeps the file fresh tells nobody.
        const WallClock::duration most =
            impl_->file.empty() ? WallClock::duration(kRefreshMax) : kRetryMax;
        impl_->next_refresh =
            now + std::clamp<WallClock::duration>((impl_->fresh_until - now) / 2, kRetryMin, most);
    }
    return taken;
}

Result<void> OcspStaple::take(const std::string& der, WallClock::time_point now) {
    if (der.empty()) return fault("net.E012", "no OCSP response at " + source());
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const OcspResponse response(d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(der.size())));
    if (!response || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        return fault("net.E012", source() + " gives no OCSP response");
    }
    const BasicResponse basic(OCSP_response_get1_basic(response.get()));
    const Store store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), impl_->issuer.get());
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    STACK_OF(X509)* const issuers = sk_X509_new_null();
    sk_X509_push(issuers, impl_->issuer.get());
    const bool genuine = basic && OCSP_basic_verify(basic.get(), issuers, store.get(), 0) == 1;
    sk_X509_free(issuers);
    if (!genuine)
        return fault("net.E013", "the OCSP response of " + source() + " is not its issuer's");

    const CertificateId id(OCSP_cert_to_id(nullptr, impl_->certificate.get(), impl_->issuer.get()));
    int status = V_OCSP_CERTSTATUS_UNKNOWN;
    ASN1_GENERALIZEDTIME* updated = nullptr;
    ASN1_GENERALIZEDTIME* next = nullptr;
    const bool found = OCSP_resp_find_status(basic.get(), id.get(), &status, nullptr, nullptr,
                                             &updated, &next) == 1;
    if (found && status == V_OCSP_CERTSTATUS_REVOKED) {
        return fault("net.E014", "the certificate has been revoked, says " + source());
    }
    if (!found || status != V_OCSP_CERTSTATUS_GOOD) {
        return fault("net.E013", source() + " does not know the certificate");
    }
    if (OCSP_check_validity(updated, next, kSkewSeconds, -1) != 1) {
        return fault("net.E013", "the OCSP response of " + source() + " is too old");
    }
    const std::lock_guard lock(impl_->guard);
    impl_->response = std::make_shared<const std::string>(der);
    impl_->fresh_until = time_of(next).value_or(now + kUnsaidLife);
    return {};
}

// --- all of them ---------------------------------------------------------------------------------

OcspRefresher::~OcspRefresher() {
    {
        const std::lock_guard lock(guard_);
        ending_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void OcspRefresher::watch(std::vector<std::shared_ptr<OcspStaple>> staples) {
    const std::lock_guard lock(guard_);
    for (const auto& staple : staples) {
        for (const auto& before : staples_) staple->adopt(*before);
    }
    staples_ = std::move(staples);
    ++generation_;
    if (!staples_.empty() && !thread_.joinable()) start_thread();
    changed_.notify_one();
}

/// Signals are not for it: neither those of the process, nor SIGPIPE from a responder that has
/// left.
void OcspRefresher::start_thread() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    try {
        thread_ = std::thread([this] { run(); });
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void OcspRefresher::run() {
    std::unique_lock lock(guard_);
    while (!ending_) {
        const std::uint64_t generation = generation_;
        auto next = WallClock::now() + kRefreshMax;
        for (std::size_t i = 0; i < staples_.size() && generation == generation_ && !ending_; ++i) {
            const std::shared_ptr<OcspStaple> staple = staples_[i];
            if (staple->next_refresh() <= WallClock::now()) {
                lock.unlock();
                const auto done = staple->refresh(WallClock::now());
                if (!done) logging::Logger("tatum.server").warning(done.error().message);
                lock.lock();
            }
            next = std::min(next, staple->next_refresh());
        }
        if (generation != generation_ || ending_) continue;
        changed_.wait_until(lock, next, [&] { return ending_ || generation != generation_; });
    }
}

}  // namespace tatum::net::impl
