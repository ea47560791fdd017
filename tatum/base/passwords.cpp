#include <tatum/base/passwords.h>

#include <tatum/base/crypto.h>

#include <argon2.h>
#include <crypt.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>

namespace tatum::passwords {
namespace {

using crypto::Hash;

// Limits on what a stored hash may ask of the machine.
constexpr std::uint32_t kIterationsMax = 100'000'000;
constexpr std::uint32_t kArgon2MemoryMax = 4u << 20;  // KiB
constexpr std::uint64_t kScryptMemoryMax = std::uint64_t{1} << 32;
constexpr std::size_t kScryptLength = 64;
constexpr std::size_t kArgon2Length = 16;
constexpr std::size_t kBcryptSaltLength = 22;
constexpr std::size_t kUnusableSuffixLength = 40;

/// One hash taken apart. The fields that an algorithm has no use for stay empty.
struct Parts {
    std::string salt, hash;
    std::string variety;        ///< argon2: "argon2id"; bcrypt: "2b"
    std::uint32_t version = 0;  ///< argon2
    std::uint32_t cost = 0;     ///< iterations, rounds, time or work factor
    std::uint32_t memory = 0;   ///< argon2: KiB; scrypt: block size
    std::uint32_t parallelism = 0;
};

Error damaged(std::string_view why) {
    return {.code = "passwords.E005",
            .message = "the stored password hash is damaged: " + std::string(why)};
}

Error refused(std::string_view why) {
    return {.code = "passwords.E004",
            .message = "the password cannot be hashed: " + std::string(why)};
}

Error bad_salt() {
    return {.code = "passwords.E002", .message = "salt must be provided and cannot contain $."};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    while (true) {
        const std::size_t end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + 1);
    }
}

bool read_number(std::string_view text, std::uint32_t& out) {
    const auto end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, out);
    return fault == std::errc{} && stop == end && !text.empty();
}

/// "m=102400,t=2,p=8": the number of `name`.
bool read_parameter(std::string_view list, std::string_view name, std::uint32_t& out) {
    for (const std::string_view item : split(list, ',')) {
        if (item.size() > 2 && item.substr(0, 1) == name && item[1] == '=') {
            return read_number(item.substr(2), out);
        }
    }
    return false;
}

/// The first `shown` characters, stars for the rest.
std::string masked(std::string_view text, std::size_t shown = 6) {
    std::string result(text.substr(0, shown));
    result.append(text.size() - result.size(), '*');
    return result;
}

/// The salt's letters hold log2(62) bits each when they are random.
bool is_weak_salt(std::string_view salt, const Policy& policy) {
    return static_cast<double>(salt.size()) * std::log2(62.0) <
           static_cast<double>(policy.salt_bits);
}

std::string random_salt(const Policy& policy) {
    const double length = std::ceil(static_cast<double>(policy.salt_bits) / std::log2(62.0));
    return crypto::get_random_string(static_cast<std::size_t>(length));
}

/// An algorithm: how it hashes, what its texts look like.
class Hasher {
public:
    virtual ~Hasher() = default;
    virtual std::string_view name() const = 0;
    virtual Result<std::string> random_salt_text(const Policy& policy) const {
        return random_salt(policy);
    }
    virtual Result<std::string> encode(std::string_view password, std::string_view salt,
                                       const Policy& policy) const = 0;
    virtual Result<Parts> decode(std::string_view encoded) const = 0;
    virtual Result<bool> verify(std::string_view password, std::string_view encoded) const = 0;
    virtual bool must_update(const Parts& parts, const Policy& policy) const = 0;
    virtual Summary summary(const Parts& parts) const = 0;
    /// Spends what a hash of today's cost would take beyond verifying this one.
    virtual void harden(std::string_view, const Parts&, const Policy&) const {}
};

bool is_plain_salt(std::string_view salt) {
    return !salt.empty() && salt.find('$') == std::string_view::npos;
}

class Pbkdf2Hasher final : public Hasher {
public:
    Pbkdf2Hasher(std::string_view name, Hash hash, std::size_t length)
        : name_(name), hash_(hash), length_(length) {}
    std::string_view name() const override { return name_; }

    Result<std::string> encode(std::string_view password, std::string_view salt,
                               const Policy& policy) const override {
        return encode_with(password, salt, policy.pbkdf2_iterations);
    }

    Result<Parts> decode(std::string_view encoded) const override {
        const auto pieces = split(encoded, '$');
        Parts parts;
        if (pieces.size() != 4) return damaged("four parts expected");
        if (!read_number(pieces[1], parts.cost) || parts.cost == 0 || parts.cost > kIterationsMax ||
            pieces[2].empty()) {
            return damaged("iterations and a salt expected");
        }
        parts.salt = pieces[2];
        parts.hash = pieces[3];
        return parts;
    }

    Result<bool> verify(std::string_view password, std::string_view encoded) const override {
        TATUM_TRY(const Parts parts, decode(encoded));
        TATUM_TRY(const std::string again, encode_with(password, parts.salt, parts.cost));
        return crypto::constant_time_compare(again, encoded);
    }

    bool must_update(const Parts& parts, const Policy& policy) const override {
        return parts.cost != policy.pbkdf2_iterations || is_weak_salt(parts.salt, policy);
    }

    Summary summary(const Parts& parts) const override {
        return {{"algorithm", name_},
                {"iterations", parts.cost},
                {"salt", masked(parts.salt)},
                {"hash", masked(parts.hash)}};
    }

    void harden(std::string_view password, const Parts& parts,
                const Policy& policy) const override {
        if (policy.pbkdf2_iterations <= parts.cost) return;
        crypto::pbkdf2(hash_, password, parts.salt, policy.pbkdf2_iterations - parts.cost, length_);
    }

private:
    Result<std::string> encode_with(std::string_view password, std::string_view salt,
                                    std::uint32_t iterations) const {
        if (!is_plain_salt(salt)) return bad_salt();
        if (iterations == 0 || iterations > kIterationsMax) return refused("too many iterations");
        const std::string key = crypto::pbkdf2(hash_, password, salt, iterations, length_);
        return std::string(name_) + "$" + std::to_string(iterations) + "$" + std::string(salt) +
               "$" + crypto::base64_encode(key);
    }

    std::string_view name_;
    Hash hash_;
    std::size_t length_;
};

class Argon2Hasher final : public Hasher {
public:
    std::string_view name() const override { return "argon2"; }

    Result<std::string> encode(std::string_view password, std::string_view salt,
                               const Policy& policy) const override {
        std::string encoded(
            argon2_encodedlen(policy.argon2_time, policy.argon2_memory, policy.argon2_parallelism,
                              static_cast<std::uint32_t>(salt.size()), kArgon2Length, Argon2_id),
            '\0');
        const int state = argon2id_hash_encoded(policy.argon2_time, policy.argon2_memory,
                                                policy.argon2_parallelism, password.data(),
                                                password.size(), salt.data(), salt.size(),
                                                kArgon2Length, encoded.data(), encoded.size());
        if (state != ARGON2_OK) return refused(argon2_error_message(state));
        encoded.resize(encoded.find('\0'));
        return "argon2" + encoded;
    }

    Result<Parts> decode(std::string_view encoded) const override {
        // argon2$argon2id$v=19$m=102400,t=2,p=8$salt$hash; version 0x10 leaves v= out.
        auto pieces = split(encoded, '$');
        if (pieces.size() == 5) pieces.insert(pieces.begin() + 2, "v=16");
        Parts parts;
        if (pieces.size() != 6) return damaged("six parts expected");
        if (!read_parameter(pieces[2], "v", parts.version) ||
            !read_parameter(pieces[3], "m", parts.memory) ||
            !read_parameter(pieces[3], "t", parts.cost) ||
            !read_parameter(pieces[3], "p", parts.parallelism)) {
            return damaged("argon2's parameters expected");
        }
        if (parts.memory > kArgon2MemoryMax) return damaged("it asks for too much memory");
        const auto salt = crypto::base64_url_decode(url_alphabet(pieces[4]));
        if (!salt) return damaged(salt.error().message);
        parts.variety = pieces[1];
        parts.salt = *salt;
        parts.hash = pieces[5];
        return parts;
    }

    Result<bool> verify(std::string_view password, std::string_view encoded) const override {
        TATUM_TRY(const Parts parts, decode(encoded));
        argon2_type type = Argon2_id;
        if (parts.variety == "argon2i") {
            type = Argon2_i;
        } else if (parts.variety == "argon2d") {
            type = Argon2_d;
        } else if (parts.variety != "argon2id") {
            return damaged("no such variety of argon2");
        }
        const std::string text(encoded.substr(name().size()));
        const int state = argon2_verify(text.c_str(), password.data(), password.size(), type);
        if (state == ARGON2_OK) return true;
        if (state == ARGON2_VERIFY_MISMATCH) return false;
        return damaged(argon2_error_message(state));
    }

    bool must_update(const Parts& parts, const Policy& policy) const override {
        return parts.variety != "argon2id" || parts.version != ARGON2_VERSION_13 ||
               parts.cost != policy.argon2_time || parts.memory != policy.argon2_memory ||
               parts.parallelism != policy.argon2_parallelism ||
               parts.hash.size() != (kArgon2Length * 4 + 2) / 3 || is_weak_salt(parts.salt, policy);
    }

    Summary summary(const Parts& parts) const override {
        return {{"algorithm", name()},        {"variety", parts.variety},
                {"version", parts.version},   {"memory cost", parts.memory},
                {"time cost", parts.cost},    {"parallelism", parts.parallelism},
                {"salt", masked(parts.salt)}, {"hash", masked(parts.hash)}};
    }

private:
    static std::string url_alphabet(std::string_view text) {
        std::string changed(text);
        std::replace(changed.begin(), changed.end(), '+', '-');
        std::replace(changed.begin(), changed.end(), '/', '_');
        return changed;
    }
};

class BcryptHasher final : public Hasher {
public:
    enum class Prehash : std::uint8_t { None, Sha256 };
    BcryptHasher(std::string_view name, Prehash prehash) : name_(name), prehash_(prehash) {}
    std::string_view name() const override { return name_; }

    Result<std::string> random_salt_text(const Policy& policy) const override {
        const std::string random = crypto::random_bytes(16);
        std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting;
        if (crypt_gensalt_rn("$2b$", policy.bcrypt_rounds, random.data(),
                             static_cast<int>(random.size()), setting.data(),
                             static_cast<int>(setting.size())) == nullptr) {
            return refused("bcrypt takes 4 to 31 rounds");
        }
        return std::string(setting.data());
    }

    Result<std::string> encode(std::string_view password, std::string_view salt,
                               const Policy&) const override {
        const auto text = hash(password, salt);
        if (!text) return refused("bcrypt does not accept the password or the salt");
        return std::string(name_) + "$" + *text;
    }

    Result<Parts> decode(std::string_view encoded) const override {
        // bcrypt$$2b$12$ and then salt and checksum in one
        const auto pieces = split(encoded, '$');
        Parts parts;
        if (pieces.size() != 5 || !pieces[1].empty() || pieces[4].size() <= kBcryptSaltLength ||
            !read_number(pieces[3], parts.cost)) {
            return damaged("Invalid salt");
        }
        parts.variety = pieces[2];
        parts.salt = pieces[4].substr(0, kBcryptSaltLength);
        parts.hash = pieces[4].substr(kBcryptSaltLength);
        return parts;
    }

    Result<bool> verify(std::string_view password, std::string_view encoded) const override {
        if (const auto parts = decode(encoded); !parts) return parts.error();
        const std::string_view stored = encoded.substr(name_.size() + 1);
        if (prehash_ == Prehash::None && password.find('\0') != std::string_view::npos) {
            return false;  // it could not have been hashed
        }
        const auto again = hash(password, stored);
        if (!again) return damaged("Invalid salt");
        return crypto::constant_time_compare(*again, stored);
    }

    bool must_update(const Parts& parts, const Policy& policy) const override {
        return parts.cost != policy.bcrypt_rounds;
    }

    Summary summary(const Parts& parts) const override {
        return {{"algorithm", name_},
                {"work factor", parts.cost},
                {"salt", masked(parts.salt)},
                {"checksum", masked(parts.hash)}};
    }

    void harden(std::string_view password, const Parts& parts,
                const Policy& policy) const override {
        // Each round more doubles the time: the missing 2^n - 1 shares are 1 + 2 + 4 + ...
        for (std::uint32_t rounds = parts.cost; rounds < policy.bcrypt_rounds; ++rounds) {
            const std::string setting = "$" + parts.variety + "$" + (rounds < 10 ? "0" : "") +
                                        std::to_string(rounds) + "$" + parts.salt;
            hash(password, setting);
        }
    }

private:
    std::optional<std::string> hash(std::string_view password, std::string_view setting) const {
        const std::string phrase = prehash_ == Prehash::Sha256
                                       ? crypto::hex(crypto::digest(Hash::Sha256, password))
                                       : std::string(password);
        if (phrase.find('\0') != std::string::npos) return std::nullopt;
        if (!setting.starts_with("$2")) return std::nullopt;  // crypt() knows other algorithms too
        const auto scratch = std::make_unique<crypt_data>();
        const char* text = crypt_rn(phrase.c_str(), std::string(setting).c_str(), scratch.get(),
                                    sizeof(crypt_data));
        if (text == nullptr || text[0] == '*') return std::nullopt;
        return std::string(text);
    }

    std::string_view name_;
    Prehash prehash_;
};

class ScryptHasher final : public Hasher {
public:
    std::string_view name() const override { return "scrypt"; }

    Result<std::string> encode(std::string_view password, std::string_view salt,
                               const Policy& policy) const override {
        Parts parts;
        parts.salt = salt;
        parts.cost = policy.scrypt_work_factor;
        parts.memory = policy.scrypt_block_size;
        parts.parallelism = policy.scrypt_parallelism;
        return encode_with(password, parts);
    }

    Result<Parts> decode(std::string_view encoded) const override {
        const auto pieces = split(encoded, '$');
        Parts parts;
        if (pieces.size() != 6) return damaged("six parts expected");
        if (!read_number(pieces[1], parts.cost) || !read_number(pieces[3], parts.memory) ||
            !read_number(pieces[4], parts.parallelism)) {
            return damaged("scrypt's parameters expected");
        }
        parts.salt = pieces[2];
        parts.hash = pieces[5];
        return parts;
    }

    Result<bool> verify(std::string_view password, std::string_view encoded) const override {
        TATUM_TRY(const Parts parts, decode(encoded));
        const auto again = encode_with(password, parts);
        if (!again) return damaged(again.error().message);
        return crypto::constant_time_compare(*again, encoded);
    }

    bool must_update(const Parts& parts, const Policy& policy) const override {
        return parts.cost != policy.scrypt_work_factor ||
               parts.memory != policy.scrypt_block_size ||
               parts.parallelism != policy.scrypt_parallelism || is_weak_salt(parts.salt, policy);
    }

    Summary summary(const Parts& parts) const override {
        return {{"algorithm", name()},        {"work factor", parts.cost},
                {"block size", parts.memory}, {"parallelism", parts.parallelism},
                {"salt", masked(parts.salt)}, {"hash", masked(parts.hash)}};
    }

private:
    static Result<std::string> encode_with(std::string_view password, const Parts& parts) {
        if (!is_plain_salt(parts.salt)) return bad_salt();
        std::string key(kScryptLength, '\0');
        if (EVP_PBE_scrypt(password.data(), password.size(),
                           reinterpret_cast<const unsigned char*>(parts.salt.data()),
                           parts.salt.size(), parts.cost, parts.memory, parts.parallelism,
                           kScryptMemoryMax, reinterpret_cast<unsigned char*>(key.data()),
                           key.size()) != 1) {
            return refused("scrypt does not accept the parameters");
        }
        return "scrypt$" + std::to_string(parts.cost) + "$" + parts.salt + "$" +
               std::to_string(parts.memory) + "$" + std::to_string(parts.parallelism) + "$" +
               crypto::base64_encode(key);
    }
};

class Md5Hasher final : public Hasher {
public:
    std::string_view name() const override { return "md5"; }

    Result<std::string> encode(std::string_view password, std::string_view salt,
                               const Policy&) const override {
        if (!is_plain_salt(salt)) return bad_salt();
        const std::string salted = std::string(salt).append(password);
        return "md5$" + std::string(salt) + "$" + crypto::hex(crypto::digest(Hash::Md5, salted));
    }

    Result<Parts> decode(std::string_view encoded) const override {
        const auto pieces = split(encoded, '$');
        if (pieces.size() != 3) return damaged("three parts expected");
        Parts parts;
        parts.salt = pieces[1];
        parts.hash = pieces[2];
        return parts;
    }

    Result<bool> verify(std::string_view password, std::string_view encoded) const override {
        TATUM_TRY(const Parts parts, decode(encoded));
        TATUM_TRY(const std::string again, encode(password, parts.salt, {}));
        return crypto::constant_time_compare(again, encoded);
    }

    bool must_update(const Parts& parts, const Policy& policy) const override {
        return is_weak_salt(parts.salt, policy);
    }

    Summary summary(const Parts& parts) const override {
        return {
            {"algorithm", name()}, {"salt", masked(parts.salt, 2)}, {"hash", masked(parts.hash)}};
    }
};

const Hasher* find_hasher(std::string_view name) {
    static const Pbkdf2Hasher pbkdf2_sha256("pbkdf2_sha256", Hash::Sha256, 32);
    static const Pbkdf2Hasher pbkdf2_sha1("pbkdf2_sha1", Hash::Sha1, 20);
    static const Argon2Hasher argon2;
    static const BcryptHasher bcrypt("bcrypt", BcryptHasher::Prehash::None);
    static const BcryptHasher bcrypt_sha256("bcrypt_sha256", BcryptHasher::Prehash::Sha256);
    static const ScryptHasher scrypt;
    static const Md5Hasher md5;
    const Hasher* const all[] = {&pbkdf2_sha256, &pbkdf2_sha1, &argon2, &bcrypt,
                                 &bcrypt_sha256, &scrypt,      &md5};
    for (const Hasher* hasher : all) {
        if (hasher->name() == name) return hasher;
    }
    return nullptr;
}

Result<const Hasher*> hasher_named(std::string_view name, const Policy& policy) {
    const Hasher* hasher = policy.knows(name) ? find_hasher(name) : nullptr;
    if (hasher != nullptr) return hasher;
    return Error{.code = "passwords.E001",
                 .message = "Unknown password hashing algorithm '" + std::string(name) +
                            "'. Did you specify it in the PASSWORD_HASHERS setting?"};
}

/// The time of one hash, spent for nothing.
void spend_time(const Policy& policy) {
    if (policy.harden_runtime) static_cast<void>(make_password("nobody's", policy));
}

}  // namespace

bool Policy::knows(std::string_view algorithm) const {
    return std::find(algorithms.begin(), algorithms.end(), algorithm) != algorithms.end();
}

Result<std::string> make_password(std::string_view password, const Policy& policy,
                                  std::string_view algorithm,
                                  std::optional<std::string_view> salt) {
    if (algorithm.empty() && !policy.algorithms.empty()) algorithm = policy.algorithms.front();
    TATUM_TRY(const Hasher* hasher, hasher_named(algorithm, policy));
    if (password.size() > kPasswordBytesMax) {
        return Error{
            .code = "passwords.E003",
            .message = "a password has at most " + std::to_string(kPasswordBytesMax) + " bytes"};
    }
    if (salt) return hasher->encode(password, *salt, policy);
    TATUM_TRY(const std::string random, hasher->random_salt_text(policy));
    return hasher->encode(password, random, policy);
}

std::string make_unusable_password() {
    return "!" + crypto::get_random_string(kUnusableSuffixLength);
}

bool is_password_usable(std::string_view encoded) { return !encoded.starts_with('!'); }

std::optional<std::string> identify(std::string_view encoded, const Policy& policy) {
    // Unsalted MD5 and SHA-1 of very old versions are no longer read.
    if (encoded.size() == 37 && encoded.starts_with("md5$$")) return std::nullopt;
    const std::size_t end = encoded.find('$');
    if (end == std::string_view::npos) return std::nullopt;
    const auto hasher = hasher_named(encoded.substr(0, end), policy);
    if (!hasher) return std::nullopt;
    return std::string((*hasher)->name());
}

Result<Check> check_password(std::string_view password, std::string_view encoded,
                             const Policy& policy) {
    const auto algorithm = identify(encoded, policy);
    if (!algorithm || password.size() > kPasswordBytesMax) {
        spend_time(policy);
        return Check{};
    }
    const Hasher& hasher = *find_hasher(*algorithm);
    TATUM_TRY(const Parts parts, hasher.decode(encoded));
    TATUM_TRY(const bool correct, hasher.verify(password, encoded));
    const bool preferred = *algorithm == policy.algorithms.front();
    const bool must_update = !preferred || hasher.must_update(parts, policy);
    if (!correct && preferred && must_update && policy.harden_runtime) {
        hasher.harden(password, parts, policy);
    }
    return Check{.correct = correct, .must_update = correct && must_update};
}

Result<Summary> summary(std::string_view encoded, const Policy& policy) {
    const auto algorithm = identify(encoded, policy);
    if (!algorithm) return hasher_named(encoded.substr(0, encoded.find('$')), policy).error();
    const Hasher& hasher = *find_hasher(*algorithm);
    TATUM_TRY(const Parts parts, hasher.decode(encoded));
    return hasher.summary(parts);
}

}  // namespace tatum::passwords
