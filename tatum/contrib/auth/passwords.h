#pragma once

#include <tatum/base/function.h>
#include <tatum/base/passwords.h>
#include <tatum/base/shared.h>
#include <tatum/base/validation.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum {
struct Settings;
}

/// Passwords by the rules of the current site. Hashes and algorithms are those of
/// tatum/base/passwords.h; here hashing waits on the pool, not on the reactor.
namespace tatum::auth {

struct User;

/// What the site says of algorithms: Options::password_policy, else PASSWORD_HASHERS with Django's
/// costs. Throws ImproperlyConfigured for a hasher that there is not.
passwords::Policy password_policy();
passwords::Policy password_policy(const Settings& settings);

/// The hash to store. Throws ValueError for a password of more than kPasswordBytesMax bytes.
std::string make_password(std::string_view password);
/// Whether `encoded` is of this password. `upgrade` is called where it is, but a hash made now
/// would be stronger: with the password, to store a new one. A hash that cannot be read is nobody's
/// password. Takes as long for a wrong password, for no usable one and for a broken one.
bool check_password(std::string_view password, std::string_view encoded,
                    const Function<void(std::string_view password)>& upgrade = {});
/// As long as check_password() of a user there is: for one that there is not.
void spend_time_on(std::string_view password);

/// A rule for new passwords. Immutable, used by many threads.
class PasswordValidator {
public:
    virtual ~PasswordValidator() = default;
    /// Throws ValidationError. `user` may be null, and may be unsaved.
    virtual void validate(std::string_view password, const User* user) const = 0;
    /// A sentence for the form, in the current language.
    virtual std::string get_help_text() const = 0;
    /// Told of each password that forms and commands have set.
    virtual void password_changed(std::string_view, const User&) const {}
};

/// As Django's, with its codes and messages.
class MinimumLengthValidator final : public PasswordValidator {
public:
    static constexpr std::size_t kLengthMin = 8;
    explicit MinimumLengthValidator(std::size_t min_length = kLengthMin) : length_(min_length) {}
    void validate(std::string_view password, const User* user) const override;
    std::string get_help_text() const override;

private:
    std::size_t length_;
};

class UserAttributeSimilarityValidator final : public PasswordValidator {
public:
    struct Options {
        /// Fields of the user; those that are no text are left out.
        std::vector<std::string> user_attributes = {"username", "first_name", "last_name", "email"};
        double max_similarity = 0.7;  ///< 0.1 to 1
    };
    UserAttributeSimilarityValidator() : UserAttributeSimilarityValidator(Options{}) {}
    /// Throws ValueError for a similarity below 0.1.
    explicit UserAttributeSimilarityValidator(Options options);
    void validate(std::string_view password, const User* user) const override;
    std::string get_help_text() const override;

private:
    Options options_;
};

/// Refuses what stands in a list, whatever its case. Unlike Django: without a list of one's own the
/// best known few hundred, one character over and over, and walks along the alphabet, the digits or
/// the keyboard; not a list of 20,000.
class CommonPasswordValidator final : public PasswordValidator {
public:
    CommonPasswordValidator() = default;
    /// A password a line, as text. Throws ImproperlyConfigured when it cannot be read or is longer
    /// than kListBytesMax.
    static constexpr std::size_t kListBytesMax = 64u << 20;
    explicit CommonPasswordValidator(const std::string& password_list_path);
    void validate(std::string_view password, const User* user) const override;
    std::string get_help_text() const override;

private:
    std::string text_;                     ///< of the file, in lower case
    std::vector<std::string_view> words_;  ///< into text_, sorted
};

class NumericPasswordValidator final : public PasswordValidator {
public:
    void validate(std::string_view password, const User* user) const override;
    std::string get_help_text() const override;
};

using PasswordValidators = std::vector<Shared<const PasswordValidator>>;

/// Those of AUTH_PASSWORD_VALIDATORS and of Options::password_validators. Unlike Django: where the
/// setting is missing, all four of the above.
const PasswordValidators& get_password_validators();
/// From a setting's tables, {NAME = "...", OPTIONS = {...}}. Throws ImproperlyConfigured.
PasswordValidators password_validators(const Settings& settings);

/// Throws ValidationError with the faults that all validators find, or that the password is too
/// long to be hashed ("password_too_long").
void validate_password(std::string_view password, const User* user = nullptr);
void validate_password(std::string_view password, const User* user,
                       const PasswordValidators& validators);
void password_changed(std::string_view password, const User& user);
/// For forms: each validator's sentence, and all as an HTML list ("" when there are none).
std::vector<std::string> password_validators_help_texts();
std::string password_validators_help_text_html();

}  // namespace tatum::auth
