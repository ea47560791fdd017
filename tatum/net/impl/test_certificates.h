#pragma once

#include <tatum/net/server.h>

#include <gtest/gtest.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

/// For tests only.
namespace tatum::net::impl {

template <auto Free>
struct Freeing {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;

inline void add_extension(X509* certificate, int kind, const std::string& value) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    X509_add_ext(certificate, extension.get(), -1);
}

/// Good for an hour, without extensions, and not signed yet.
inline Certificate unsigned_certificate(EVP_PKEY* key, const std::string& name, long serial) {
    Certificate certificate(X509_new());
    X509* const raw = certificate.get();
    X509_set_version(raw, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
    X509_gmtime_adj(X509_getm_notAfter(raw), 3600);
    X509_set_pubkey(raw, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(raw, X509_get_subject_name(raw));
    return certificate;
}

/// In two files of the tests' folder.
inline TlsCertificate write_certificate(const std::string& file, const std::vector<X509*>& chain,
                                        EVP_PKEY* key) {
    TlsCertificate result{testing::TempDir() + file + ".crt", testing::TempDir() + file + ".key"};
    std::FILE* out = std::fopen(result.chain_file.c_str(), "w");
    for (X509* const certificate : chain) PEM_write_X509(out, certificate);
    std::fclose(out);
    out = std::fopen(result.key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    return result;
}

/// A certificate for `name` that vouches for itself; `alternative` names it as browsers want it.
inline TlsCertificate make_certificate(const std::string& file, const std::string& name,
                                       bool alternative = true) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = unsigned_certificate(key.get(), name, 1);
    if (alternative) add_extension(certificate.get(), NID_subject_alt_name, "DNS:" + name);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    return write_certificate(file, {certificate.get()}, key.get());
}

/// Issues certificates, and tells their state.
class TestAuthority {
public:
    TestAuthority()
        : key_(EVP_EC_gen("P-256")), certificate_(unsigned_certificate(key_.get(), "Test CA", 1)) {
        add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
        add_extension(certificate_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
        X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    }

    X509* certificate() const { return certificate_.get(); }
    X509* leaf() const { return leaf_.get(); }

    /// `responder`: the address where OCSP is spoken; empty: none is named.
    TlsCertificate issue(const std::string& file, const std::string& name,
                         const std::string& responder) {
        const Key key(EVP_EC_gen("P-256"));
        leaf_ = unsigned_certificate(key.get(), name, 2);
        X509_set_issuer_name(leaf_.get(), X509_get_subject_name(certificate_.get()));
        add_extension(leaf_.get(), NID_subject_alt_name, "DNS:" + name);
        if (!responder.empty()) {
            add_extension(leaf_.get(), NID_info_access, "OCSP;URI:" + responder);
        }
        X509_sign(leaf_.get(), key_.get(), EVP_sha256());
        return write_certificate(file, {leaf_.get(), certificate_.get()}, key.get());
    }

    enum class State { Good, Revoked };
    /// What a responder answers about the last certificate issued, in DER, from `since` to `until`
    /// (seconds from now).
    std::string say(State state, long since = -60, long until = 3600) const {
        return sign(state, since, until, certificate_.get(), key_.get());
    }
    /// The same, by somebody who has no right to.
    std::string lie() const {
        const Key key(EVP_EC_gen("P-256"));
        const Certificate liar = unsigned_certificate(key.get(), "Test CA", 1);
        X509_sign(liar.get(), key.get(), EVP_sha256());
        return sign(State::Good, -60, 3600, liar.get(), key.get());
    }

private:
    std::string sign(State state, long since, long until, X509* signer, EVP_PKEY* key) const {
        using Time = std::unique_ptr<ASN1_TIME, Freeing<ASN1_TIME_free>>;
        const Time updated(X509_gmtime_adj(nullptr, since));
        const Time next(X509_gmtime_adj(nullptr, until));
        const std::unique_ptr<OCSP_BASICRESP, Freeing<OCSP_BASICRESP_free>> basic(
            OCSP_BASICRESP_new());
        const std::unique_ptr<OCSP_CERTID, Freeing<OCSP_CERTID_free>> id(
            OCSP_cert_to_id(nullptr, leaf_.get(), certificate_.get()));
        const bool good = state == State::Good;
        OCSP_basic_add1_status(basic.get(), id.get(),
                               good ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED, 0,
                               good ? nullptr : updated.get(), updated.get(), next.get());
        OCSP_basic_sign(basic.get(), signer, key, EVP_sha256(), nullptr, 0);
        const std::unique_ptr<OCSP_RESPONSE, Freeing<OCSP_RESPONSE_free>> response(
            OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
        unsigned char* bytes = nullptr;
        const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
        std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
        OPENSSL_free(bytes);
        return der;
    }

    Key key_;
    Certificate certificate_;
    Certificate leaf_;
};

}  // namespace tatum::net::impl
