#pragma once

#include <tatum/base/result.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct x509_st;

namespace tatum::net::impl {

/// What the issuer of a certificate says about its state (RFC 6960), to be handed to clients that
/// ask for it (RFC 6066 §8). One for each certificate that can have it. Thread-safe.
class OcspStaple {
public:
    using Clock = std::chrono::system_clock;

    /// `file`: a response in DER that somebody else keeps fresh; empty: it is asked for at the
    /// responder that the certificate names. Null when there is neither, or no issuer in the chain.
    static std::shared_ptr<OcspStaple> make(x509_st* certificate, x509_st* issuer,
                                            const std::string& file);
    ~OcspStaple();
    OcspStaple(const OcspStaple&) = delete;
    OcspStaple& operator=(const OcspStaple&) = delete;

    /// The response, while it is fresh; else null.
    std::shared_ptr<const std::string> response(Clock::time_point now) const;
    /// Reads or asks; blocks for at most kFetchTime. On failure what was there stays. Errors:
    /// net.E012 there is none to be had, net.E013 it is not the issuer's, or too old, net.E014 the
    /// certificate has been revoked.
    Result<void> refresh(Clock::time_point now);
    /// Has what `other` has, if that is for the same certificate.
    void adopt(const OcspStaple& other);
    /// When to refresh() next.
    Clock::time_point next_refresh() const;
    /// For the log: the file or the responder.
    std::string source() const;

    static constexpr std::chrono::seconds kFetchTime{10};

private:
    struct Impl;
    explicit OcspStaple(std::unique_ptr<Impl> impl);
    Result<void> take(const std::string& der, Clock::time_point now);

    std::unique_ptr<Impl> impl_;
};

/// Keeps staples fresh, on a thread of its own while there are any.
class OcspRefresher {
public:
    OcspRefresher() = default;
    ~OcspRefresher();
    OcspRefresher(const OcspRefresher&) = delete;
    OcspRefresher& operator=(const OcspRefresher&) = delete;

    /// These instead of those before, from which they take what is still of use: the responder may
    /// be away when certificates are read again.
    void watch(std::vector<std::shared_ptr<OcspStaple>> staples);

private:
    void start_thread();
    void run();

    std::mutex guard_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<OcspStaple>> staples_;
    std::uint64_t generation_ = 0;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace tatum::net::impl
