#include <tatum/views/csrf.h>

#include <tatum/base/crypto.h>

#include <array>

namespace tatum::views {

namespace {

constexpr std::string_view kAlphabet =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::size_t kLetters = kAlphabet.size();
constexpr unsigned char kNoLetter = 0xff;

constexpr auto kIndexOfLetter = [] {
    std::array<unsigned char, 256> index{};
    index.fill(kNoLetter);
    for (std::size_t i = 0; i < kLetters; ++i) {
        index[static_cast<unsigned char>(kAlphabet[i])] = static_cast<unsigned char>(i);
    }
    return index;
}();

std::size_t index_of(char letter) { return kIndexOfLetter[static_cast<unsigned char>(letter)]; }

std::string unmask(std::string_view token) {
    std::string secret(kCsrfSecretLength, '\0');
    for (std::size_t i = 0; i < kCsrfSecretLength; ++i) {
        const std::size_t mask = index_of(token[i]);
        const std::size_t cipher = index_of(token[i + kCsrfSecretLength]);
        secret[i] = kAlphabet[(cipher + kLetters - mask) % kLetters];
    }
    return secret;
}

/// Becomes the token when it is printed or tested.
class LazyToken final : public Object {
public:
    explicit LazyToken(http::Request& request) : request_(request) {}
    std::string_view type_name(Self) const override { return "CsrfToken"; }
    void append_str(Self, std::string& out) const override { out += csrf_token(request_); }
    bool truth(Self) const override { return true; }

private:
    http::Request& request_;
};

}  // namespace

std::string new_csrf_secret() { return crypto::get_random_string(kCsrfSecretLength, kAlphabet); }

std::string mask_csrf_secret(std::string_view secret, std::string_view mask) {
    std::string token(mask);
    token.reserve(kCsrfTokenLength);
    for (std::size_t i = 0; i < kCsrfSecretLength; ++i) {
        token += kAlphabet[(index_of(secret[i]) + index_of(mask[i])) % kLetters];
    }
    return token;
}

std::string mask_csrf_secret(std::string_view secret) {
    return mask_csrf_secret(secret, new_csrf_secret());
}

std::string plain_csrf_secret(std::string_view token) {
    return token.size() == kCsrfTokenLength ? unmask(token) : std::string(token);
}

std::optional<std::string_view> csrf_token_fault(std::string_view token) {
    if (token.size() != kCsrfTokenLength && token.size() != kCsrfSecretLength) {
        return "has incorrect length";
    }
    for (const char c : token) {
        if (index_of(c) == kNoLetter) return "has invalid characters";
    }
    return std::nullopt;
}

bool csrf_token_matches(std::string_view token, std::string_view secret) {
    return crypto::constant_time_compare(plain_csrf_secret(token), secret);
}

std::string csrf_token(http::Request& request) {
    CsrfState& state = request.extensions.ensure<CsrfState>();
    if (state.secret.empty()) state.secret = new_csrf_secret();
    state.needs_update = true;
    return mask_csrf_secret(state.secret);
}

void rotate_csrf_token(http::Request& request) {
    CsrfState& state = request.extensions.ensure<CsrfState>();
    state.secret = new_csrf_secret();
    state.needs_update = true;
}

Value lazy_csrf_token(http::Request& request) { return Value::adopt(new LazyToken(request)); }

}  // namespace tatum::views
