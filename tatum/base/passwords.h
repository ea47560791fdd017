#pragma once

#include <tatum/base/result.h>
#include <tatum/base/value.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Password hashes in Django's formats, and the validators of new passwords.
///
/// Hashing is slow by design (tens to hundreds of milliseconds): callers on a fiber offload() it.
namespace tatum::passwords {

/// What each algorithm costs, and which algorithms there are. The first of `algorithms` makes new
/// hashes; all of them are checked. The defaults are Django 6.1's, Argon2 first.
struct Policy {
    std::vector<std::string> algorithms = {"argon2", "pbkdf2_sha256", "pbkdf2_sha1",
                                           "scrypt", "bcrypt_sha256", "bcrypt"};
    std::uint32_t pbkdf2_iterations = 1'500'000;
    std::uint32_t argon2_time = 2;
    std::uint32_t argon2_memory = 102'400;  ///< KiB
    std::uint32_t argon2_parallelism = 8;
    std::uint32_t scrypt_work_factor = 1u << 14;
    std::uint32_t scrypt_block_size = 8;
    std::uint32_t scrypt_parallelism = 5;
    std::uint32_t bcrypt_rounds = 12;
    std::uint32_t salt_bits = 128;  ///< hashes with less random salt are to be renewed
    /// Spend on a wrong password, or where there is no usable hash, the time that a right one
    /// would take, so that nobody learns from it which users there are.
    bool harden_runtime = true;

    bool knows(std::string_view algorithm) const;
};

inline constexpr std::size_t kPasswordBytesMax = 4096;

/// The encoded hash, "algorithm$...". Errors: passwords.E001 unknown algorithm, passwords.E002 the
/// salt is empty or has a '$', passwords.E003 the password is longer than kPasswordBytesMax,
/// passwords.E004 the algorithm refused its parameters.
/// An empty `algorithm` is the policy's first, an empty optional `salt` a random one.
Result<std::string> make_password(std::string_view password, const Policy& policy = {},
                                  std::string_view algorithm = {},
                                  std::optional<std::string_view> salt = {});
/// A text that no password matches: "!" and random letters.
std::string make_unusable_password();
bool is_password_usable(std::string_view encoded);

struct Check {
    bool correct = false;
    /// It is correct, but a hash made now would be stronger or of the preferred algorithm: store
    /// a new one.
    bool must_update = false;
};
/// A hash of an unknown algorithm or an unusable one is not correct. Errors: passwords.E005 the
/// hash is damaged.
Result<Check> check_password(std::string_view password, std::string_view encoded,
                             const Policy& policy = {});

/// The algorithm of a hash, where the policy knows it; nullopt else, and for what is no hash.
std::optional<std::string> identify(std::string_view encoded, const Policy& policy = {});
/// Names and masked parts of a hash, for the admin. Errors: passwords.E001, passwords.E005.
using Summary = std::vector<std::pair<std::string, Value>>;
Result<Summary> summary(std::string_view encoded, const Policy& policy = {});

/// One fault of a new password, with Django's code and message.
struct Fault {
    std::string code, message;
};

/// The names and texts of a user's attributes, which a password must not resemble.
using Attributes = std::span<const std::pair<std::string, std::string>>;

std::optional<Fault> check_length(std::string_view password, std::size_t minimum = 8);
std::optional<Fault> check_numeric(std::string_view password);
/// `max_similarity` from 0.1 to 1.0. The attribute's name appears in the message.
std::optional<Fault> check_similarity(std::string_view password, Attributes attributes,
                                      double max_similarity = 0.7);
/// `common` is sorted and in lower case; Tatum brings no list of its own.
std::optional<Fault> check_common(std::string_view password,
                                  std::span<const std::string_view> common);

}  // namespace tatum::passwords
