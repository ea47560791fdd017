#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

namespace tatum::net::impl {

/// The keys that seal what a client needs to resume a session (RFC 5077 §4): whoever has one can
/// read the sessions sealed with it, so each seals for kLife only, and is forgotten kLife after
/// that. They live as long as the server, whatever happens to its certificates. Thread-safe.
class TlsTicketKeys {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::hours kLife{6};
    static constexpr std::size_t kNameBytes = 16;
    static constexpr std::size_t kSecretBytes = 32;

    struct Key {
        std::array<unsigned char, kNameBytes> name;
        std::array<unsigned char, kSecretBytes> cipher, mac;
        Clock::time_point made;
    };

    TlsTicketKeys() = default;
    ~TlsTicketKeys();
    TlsTicketKeys(const TlsTicketKeys&) = delete;
    TlsTicketKeys& operator=(const TlsTicketKeys&) = delete;

    /// The one that seals; nullopt when there is no randomness.
    std::optional<Key> current(Clock::time_point now);
    /// The one of that name; nullopt once it is forgotten.
    struct Found {
        Key key;
        bool seals;  ///< it is the current one
    };
    std::optional<Found> find(const unsigned char* name, Clock::time_point now);

private:
    void forget(Clock::time_point now);

    std::mutex guard_;
    std::vector<Key> keys_;  // the youngest last
};

}  // namespace tatum::net::impl
