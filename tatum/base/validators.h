#pragma once

#include <tatum/base/function.h>
#include <tatum/base/shared.h>
#include <tatum/base/validation.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tatum {
class Regex;
}

/// Django's validators. A `message` is looked up in the language that is current when a value is
/// refused, a site's own texts included; where it is left out it is Django's. Its places, as in
/// "%(value)s is odd.", are filled with what each validator says. Codes and messages are Django's.
namespace tatum::validators {

/// Finds fault with a value by throwing ValidationError; returns when there is none. A function or
/// one of the objects below, called by many threads at once.
using Validator = Function<void(const Value& value)>;

/// What a value is measured by: a value, or a function that gives one whenever a value is checked.
class Limit {
public:
    template <class V>
        requires(!std::same_as<std::remove_cvref_t<V>, Limit> && std::convertible_to<V, Value>)
    Limit(const V& value) : value_(value) {}
    template <class F>
        requires(!std::convertible_to<F, Value> && std::is_invocable_r_v<Value, const F&>)
    Limit(const F& make) : make_([make]() -> Value { return make(); }) {}

    Value get() const { return make_ ? make_() : value_; }
    /// Equal values, or the same function.
    friend bool operator==(const Limit&, const Limit&) = default;

private:
    Value value_;
    Function<Value()> make_;
};

struct RegexOptions {
    std::string message = {};  ///< "Enter a valid value."; %(value)s
    std::string code = "invalid";
    bool inverse_match = false;  ///< a value that matches is the fault
    bool ignore_case = false;
    bool multi_line = false;  ///< ^ and $ match at every line
    bool dot_all = false;     ///< . matches a line's end too
    friend bool operator==(const RegexOptions&, const RegexOptions&) = default;
};

/// Searches in the text of a value for a regular expression in Python's spelling, in a time that is
/// linear in the text, whatever the expression: so there is no look-around and no back-reference.
class RegexValidator {
public:
    /// Throws ValueError for what is no regular expression.
    explicit RegexValidator(std::string_view regex, RegexOptions options = {});

    void operator()(const Value& value) const;
    const std::string& regex() const { return regex_; }
    const RegexOptions& options() const { return options_; }
    friend bool operator==(const RegexValidator& a, const RegexValidator& b) {
        return a.regex_ == b.regex_ && a.options_ == b.options_;
    }

private:
    std::string regex_;
    RegexOptions options_;
    Shared<const Regex> compiled_;
};

/// A host name with a top-level domain, in any script unless `accept_idna` is off: of at most 255
/// characters, each label of at most 63. Unlike Django: no line feed at the end. %(value)s.
struct DomainNameValidator {
    static constexpr std::size_t kLengthMax = 255;
    bool accept_idna = true;
    std::string message = {};  ///< "Enter a valid domain name."
    std::string code = "invalid";
    void operator()(const Value& value) const;
    friend bool operator==(const DomainNameValidator&, const DomainNameValidator&) = default;
};

/// An address of at most 320 characters; the domain has a dot, is an IP address in brackets, or
/// stands in `allowlist`. Not that there is such a mailbox. Unlike Django: the mailbox is ASCII
/// without the four letters that match an ASCII one when case does not count (K, ſ, ı, İ), and
/// which so pass for another's. %(value)s.
struct EmailValidator {
    static constexpr std::size_t kLengthMax = 320;
    std::string message = {};  ///< "Enter a valid email address."
    std::string code = "invalid";
    std::vector<std::string> allowlist = {"localhost"};
    void operator()(const Value& value) const;
    /// The order of the allowlist does not count.
    friend bool operator==(const EmailValidator& a, const EmailValidator& b);
};

/// A URL with host, of at most 2048 characters. %(value)s.
struct URLValidator {
    static constexpr std::size_t kLengthMax = 2048, kHostLengthMax = 253;
    std::vector<std::string> schemes = {"http", "https", "ftp", "ftps"};  ///< in lower case
    std::string message = {};                                             ///< "Enter a valid URL."
    std::string code = "invalid";
    void operator()(const Value& value) const;
    friend bool operator==(const URLValidator&, const URLValidator&) = default;
};

// These compare as Python does and throw ValueError where it raises TypeError: text with a number.
// Their messages may say %(limit_value)s, %(show_value)s (what was compared: a length) and
// %(value)s.

struct MaxValueValidator {
    Limit limit_value;
    std::string message = {};  ///< "Ensure this value is less than or equal to 5."
    std::string code = "max_value";
    void operator()(const Value& value) const;
    friend bool operator==(const MaxValueValidator&, const MaxValueValidator&) = default;
};
struct MinValueValidator {
    Limit limit_value;
    std::string message = {};  ///< "Ensure this value is greater than or equal to 5."
    std::string code = "min_value";
    void operator()(const Value& value) const;
    friend bool operator==(const MinValueValidator&, const MinValueValidator&) = default;
};
/// Code points of a text, items of a list.
struct MaxLengthValidator {
    Limit limit_value;
    std::string message = {};  ///< "Ensure this value has at most 5 characters (it has 6)."
    std::string code = "max_length";
    void operator()(const Value& value) const;
    friend bool operator==(const MaxLengthValidator&, const MaxLengthValidator&) = default;
};
struct MinLengthValidator {
    Limit limit_value;
    std::string message = {};  ///< "Ensure this value has at least 5 characters (it has 4)."
    std::string code = "min_length";
    void operator()(const Value& value) const;
    friend bool operator==(const MinLengthValidator&, const MinLengthValidator&) = default;
};
/// A multiple of the limit, counted from `offset`, within 1e-9.
struct StepValueValidator {
    Limit limit_value;
    /// "Ensure this value is a multiple of step size 5."; with an offset, always one that names it
    /// and two values that are right.
    std::string message = {};
    Value offset = {};  ///< None: 0
    std::string code = "step_size";
    void operator()(const Value& value) const;
    friend bool operator==(const StepValueValidator&, const StepValueValidator&) = default;
};

/// Of a Decimal, or a number that becomes one. Codes: invalid, max_digits, max_decimal_places,
/// max_whole_digits. %(max)s and %(value)s.
struct DecimalValidator {
    std::optional<int> max_digits = {}, decimal_places = {};
    void operator()(const Value& value) const;
    friend bool operator==(const DecimalValidator&, const DecimalValidator&) = default;
};

/// Of a file (an object with a `name`) or a path. Says nothing of what is in the file. None of the
/// extensions: no file at all. %(extension)s, %(allowed_extensions)s, %(value)s.
struct FileExtensionValidator {
    std::vector<std::string> allowed_extensions;  ///< "pdf", in any case
    std::string message = {};  ///< "File extension “x” is not allowed. Allowed extensions are: ..."
    std::string code = "invalid_extension";
    void operator()(const Value& value) const;
    /// Neither order nor case of the extensions counts.
    friend bool operator==(const FileExtensionValidator& a, const FileExtensionValidator& b);
};

struct ProhibitNullCharactersValidator {
    std::string message = {};  ///< "Null characters are not allowed."
    std::string code = "null_characters_not_allowed";
    void operator()(const Value& value) const;
    friend bool operator==(const ProhibitNullCharactersValidator&,
                           const ProhibitNullCharactersValidator&) = default;
};

void validate_email(const Value& value);
void validate_slug(const Value& value);
void validate_unicode_slug(const Value& value);
void validate_ipv4_address(const Value& value);
void validate_ipv6_address(const Value& value);
void validate_ipv46_address(const Value& value);
void validate_comma_separated_integer_list(const Value& value);
void validate_integer(const Value& value);
void validate_domain_name(const Value& value);
/// By its extension, one of those that browsers show. Unlike Django: not what Pillow can read, nor
/// SVG, which may hold scripts.
void validate_image_file_extension(const Value& value);

struct IntListOptions {
    std::string message = {};
    std::string code = "invalid";
    bool allow_negative = false;
};
/// Whole numbers between `separator`s.
RegexValidator int_list_validator(std::string_view separator = ",", IntListOptions options = {});

/// What GenericIPAddressField of a protocol checks: "both", "ipv4" or "ipv6", in any case. Throws
/// ValueError for others.
Validator ip_address_validator(std::string_view protocol);

}  // namespace tatum::validators
