#include <tatum/net/impl/tls_tickets.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>

namespace tatum::net::impl {

namespace {

void wipe(TlsTicketKeys::Key& key) {
    OPENSSL_cleanse(key.cipher.data(), key.cipher.size());
    OPENSSL_cleanse(key.mac.data(), key.mac.size());
}

template <std::size_t size>
bool fill(std::array<unsigned char, size>& bytes) {
    return RAND_bytes(bytes.data(), static_cast<int>(size)) == 1;
}

}  // namespace

TlsTicketKeys::~TlsTicketKeys() { std::for_each(keys_.begin(), keys_.end(), wipe); }

void TlsTicketKeys::forget(Clock::time_point now) {
    const auto old = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Key& key) { return now < key.made + 2 * kLife; });
    std::for_each(keys_.begin(), old, wipe);
    keys_.erase(keys_.begin(), old);
}

std::optional<TlsTicketKeys::Key> TlsTicketKeys::current(Clock::time_point now) {
    const std::lock_guard lock(guard_);
    if (keys_.empty() || now >= keys_.back().made + kLife) {
        Key key{.name = {}, .cipher = {}, .mac = {}, .made = now};
        if (!fill(key.name) || !fill(key.cipher) || !fill(key.mac)) return std::nullopt;
        forget(now);
        keys_.push_back(key);
    }
    return keys_.back();
}

std::optional<TlsTicketKeys::Found> TlsTicketKeys::find(const unsigned char* name,
                                                        Clock::time_point now) {
    const std::lock_guard lock(guard_);
    forget(now);
    for (const Key& key : keys_) {
        if (!std::equal(key.name.begin(), key.name.end(), name)) continue;
        return Found{key, &key == &keys_.back() && now < key.made + kLife};
    }
    return std::nullopt;
}

}  // namespace tatum::net::impl
