#include "passwords.h"

#include "models.h"
#include "site_state.h"

#include <tatum/base/error.h>
#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>
#include <tatum/db/meta.h>
#include <tatum/net/offload.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace tatum::auth {

namespace {

/// The class names of Django's PASSWORD_HASHERS.
constexpr std::pair<std::string_view, std::string_view> kHasherClasses[] = {
    {"PBKDF2PasswordHasher", "pbkdf2_sha256"},
    {"PBKDF2SHA1PasswordHasher", "pbkdf2_sha1"},
    {"Argon2PasswordHasher", "argon2"},
    {"ScryptPasswordHasher", "scrypt"},
    {"BCryptSHA256PasswordHasher", "bcrypt_sha256"},
    {"BCryptPasswordHasher", "bcrypt"},
    {"MD5PasswordHasher", "md5"},
};

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('.') + 1); }

std::string algorithm_named(const std::string& hasher) {
    for (const auto& [name, algorithm] : kHasherClasses) {
        if (last_name(hasher) == name || hasher == algorithm) return std::string(algorithm);
    }
    throw ImproperlyConfigured("PASSWORD_HASHERS: there is no hasher \"" + hasher + "\"");
}

passwords::Policy current_policy() {
    const impl::SiteState* state = impl::find_site_state();
    return state != nullptr && state->options.password_policy ? *state->options.password_policy
                                                              : password_policy(current_settings());
}

}  // namespace

passwords::Policy password_policy(const Settings& settings) {
    passwords::Policy policy;
    if (settings.password_hashers.empty()) return policy;
    policy.algorithms.clear();
    for (const std::string& hasher : settings.password_hashers) {
        policy.algorithms.push_back(algorithm_named(hasher));
    }
    return policy;
}

passwords::Policy password_policy() { return current_policy(); }

std::string make_password(std::string_view password) {
    const passwords::Policy policy = current_policy();
    auto made = net::offload([&] { return passwords::make_password(password, policy); });
    if (!made) throw ValueError(made.error().message);
    return *std::move(made);
}

bool check_password(std::string_view password, std::string_view encoded,
                    const Function<void(std::string_view password)>& upgrade) {
    const passwords::Policy policy = current_policy();
    const auto check =
        net::offload([&] { return passwords::check_password(password, encoded, policy); });
    if (!check) {
        logging::Logger("tatum.contrib.auth").error(check.error().message);
        spend_time_on(password);
        return false;
    }
    if (check->must_update && upgrade) upgrade(password);
    return check->correct;
}

void spend_time_on(std::string_view password) {
    const passwords::Policy policy = current_policy();
    // An unusable hash is checked by making one.
    static_cast<void>(
        net::offload([&] { return passwords::check_password(password, "!", policy); }));
}

namespace {

[[noreturn]] void refuse(const passwords::Fault& fault) {
    throw ValidationError(gettext(fault.message), fault.code);
}

/// A walk along one of these, either way, is as common as the words in common_words.inc.
constexpr std::string_view kWalks[] = {"abcdefghijklmnopqrstuvwxyz",
                                       "01234567890123456789",
                                       "qwertyuiop",
                                       "asdfghjkl",
                                       "zxcvbnm",
                                       "qwertzuiop",
                                       "azertyuiop",
                                       "qsdfghjklm",
                                       "yxcvbnm",
                                       "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
                                       "1q2w3e4r5t6y7u8i9o0p",
                                       "q1w2e3r4t5y6u7i8o9p0"};

bool is_walk(std::string_view lower) {
    if (lower.empty()) return false;
    if (lower.find_first_not_of(lower.front()) == std::string_view::npos) return true;
    const std::string back(lower.rbegin(), lower.rend());
    return std::ranges::any_of(kWalks, [&](std::string_view walk) {
        return walk.find(lower) != std::string_view::npos ||
               walk.find(back) != std::string_view::npos;
    });
}

/// The passwords that stand at the top of every list that was ever published.
constexpr std::string_view kWords[] = {
#include "common_words.inc"
};
static_assert(std::ranges::is_sorted(kWords));

/// "abcabc", "123123": a common half twice, or a short piece over and over.
bool is_repetition(std::string_view lower) {
    constexpr std::size_t kPieceMax = 4;
    for (std::size_t piece = 1; piece <= std::min(kPieceMax, lower.size() / 2); ++piece) {
        if (lower.size() % piece == 0 &&
            lower.substr(piece) == lower.substr(0, lower.size() - piece)) {
            return true;
        }
    }
    return false;
}

}  // namespace

void MinimumLengthValidator::validate(std::string_view password, const User*) const {
    const auto fault = passwords::check_length(password, length_);
    if (!fault) return;
    const auto count = static_cast<std::int64_t>(length_);
    throw ValidationError(
        strings::replace(
            ngettext("This password is too short. It must contain at least %d character.",
                     "This password is too short. It must contain at least %d characters.", count),
            "%d", std::to_string(count)),
        fault->code);
}

std::string MinimumLengthValidator::get_help_text() const {
    const auto count = static_cast<std::int64_t>(length_);
    return format_message(
        ngettext("Your password must contain at least %(min_length)d character.",
                 "Your password must contain at least %(min_length)d characters.", count),
        {{"min_length", count}});
}

UserAttributeSimilarityValidator::UserAttributeSimilarityValidator(Options options)
    : options_(std::move(options)) {
    constexpr double kSimilarityMin = 0.1;
    if (options_.max_similarity < kSimilarityMin) {
        throw ValueError("max_similarity must be at least 0.1");
    }
}

void UserAttributeSimilarityValidator::validate(std::string_view password, const User* user) const {
    if (user == nullptr) return;
    const db::ModelMeta& model = db::meta_of<User>();
    for (const std::string& name : options_.user_attributes) {
        const db::FieldMeta* field = model.find_field(name);
        if (field == nullptr) continue;
        const Value value = field->get(user);
        if (!value.is_string()) continue;
        const std::pair<std::string, std::string> attribute(name, value.as_string());
        const auto fault =
            passwords::check_similarity(password, {&attribute, 1}, options_.max_similarity);
        if (!fault) continue;
        throw ValidationError(gettext("The password is too similar to the %(verbose_name)s."),
                              fault->code,
                              {{"verbose_name", gettext(std::string_view(field->verbose_name))}});
    }
}

std::string UserAttributeSimilarityValidator::get_help_text() const {
    return std::string(
        gettext("Your password can’t be too similar to your other personal information."));
}

CommonPasswordValidator::CommonPasswordValidator(const std::string& password_list_path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen(password_list_path.c_str(), "rb"), &std::fclose);
    const auto fail = [&](std::string_view why) {
        throw ImproperlyConfigured("AUTH_PASSWORD_VALIDATORS: " + password_list_path + ": " +
                                   std::string(why));
    };
    if (!file) fail("there is no such file, or it may not be read");
    constexpr std::size_t kPiece = 1u << 16;
    std::string text;
    for (std::size_t count = 1; count != 0;) {
        const std::size_t before = text.size();
        text.resize(before + kPiece);
        count = std::fread(text.data() + before, 1, kPiece, file.get());
        text.resize(before + count);
        if (text.size() > kListBytesMax) fail("the list is too long");
    }
    constexpr std::string_view kGzip = "\x1f\x8b";
    if (std::string_view(text).starts_with(kGzip)) fail("unpack it first (gunzip)");
    text_ = strings::lower(text);
    std::string_view rest = text_;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (const auto word = strings::strip(rest.substr(0, end)); !word.empty()) {
            words_.push_back(word);
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::ranges::sort(words_);
}

void CommonPasswordValidator::validate(std::string_view password, const User*) const {
    const std::string lower = strings::lower(strings::strip(password));
    const bool common = words_.empty() ? std::ranges::binary_search(kWords, lower) ||
                                             is_walk(lower) || is_repetition(lower)
                                       : std::ranges::binary_search(words_, lower);
    if (common) refuse({"password_too_common", "This password is too common."});
}

std::string CommonPasswordValidator::get_help_text() const {
    return std::string(gettext("Your password can’t be a commonly used password."));
}

void NumericPasswordValidator::validate(std::string_view password, const User*) const {
    if (const auto fault = passwords::check_numeric(password)) refuse(*fault);
}

std::string NumericPasswordValidator::get_help_text() const {
    return std::string(gettext("Your password can’t be entirely numeric."));
}

namespace {

constexpr std::string_view kValidatorNames[] = {"UserAttributeSimilarityValidator",
                                                "MinimumLengthValidator", "CommonPasswordValidator",
                                                "NumericPasswordValidator"};

[[noreturn]] void misconfigured(const std::string& why) {
    throw ImproperlyConfigured("AUTH_PASSWORD_VALIDATORS: " + why);
}

/// The number of an option; a wrong one is named.
double number_option(const Value& value, const std::string& name) {
    if (value.kind() == Kind::Int) return static_cast<double>(value.as_int());
    if (value.kind() == Kind::Float) return value.as_float();
    misconfigured(name + " is a number");
}

void check_options(const Dict& options, std::string_view name,
                   std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : options) {
        if (std::ranges::find(known, key.str()) == known.end()) {
            misconfigured(std::string(name) + " has no option \"" + key.str() + "\"");
        }
    }
}

Shared<const PasswordValidator> similarity_validator(const Dict& options) {
    UserAttributeSimilarityValidator::Options wanted;
    if (const Value* names = options.find("user_attributes")) {
        if (!names->is_list()) misconfigured("user_attributes is a list");
        wanted.user_attributes.clear();
        for (const Value& name : names->as_list()) wanted.user_attributes.push_back(name.str());
    }
    if (const Value* limit = options.find("max_similarity")) {
        wanted.max_similarity = number_option(*limit, "max_similarity");
    }
    return shared<const UserAttributeSimilarityValidator>(std::move(wanted));
}

Shared<const PasswordValidator> make_validator(std::string_view path, const Dict& options) {
    const std::string_view name = last_name(path);
    if (name == kValidatorNames[0]) {
        check_options(options, name, {"user_attributes", "max_similarity"});
        return similarity_validator(options);
    }
    if (name == kValidatorNames[1]) {
        check_options(options, name, {"min_length"});
        const Value* length = options.find("min_length");
        if (length == nullptr) return shared<const MinimumLengthValidator>();
        const double number = number_option(*length, "min_length");
        if (number < 0 || number > passwords::kPasswordBytesMax) {
            misconfigured("min_length is too large or too small");
        }
        return shared<const MinimumLengthValidator>(static_cast<std::size_t>(number));
    }
    if (name == kValidatorNames[2]) {
        check_options(options, name, {"password_list_path"});
        const Value* path_option = options.find("password_list_path");
        if (path_option == nullptr) return shared<const CommonPasswordValidator>();
        return shared<const CommonPasswordValidator>(path_option->str());
    }
    if (name == kValidatorNames[3]) {
        check_options(options, name, {});
        return shared<const NumericPasswordValidator>();
    }
    misconfigured("there is no validator \"" + std::string(path) + "\"");
}

}  // namespace

PasswordValidators password_validators(const Settings& settings) {
    PasswordValidators validators;
    const Value setting = settings.get("AUTH_PASSWORD_VALIDATORS");
    if (setting.is_none()) {
        for (const std::string_view name : kValidatorNames) {
            validators.push_back(make_validator(name, {}));
        }
        return validators;
    }
    if (!setting.is_list()) misconfigured("a list of tables expected");
    for (const Value& entry : setting.as_list()) {
        if (entry.is_string()) {
            validators.push_back(make_validator(entry.as_string(), {}));
            continue;
        }
        const Value* name = entry.is_dict() ? entry.as_dict().find("NAME") : nullptr;
        if (name == nullptr) misconfigured("each entry has a NAME");
        const Value options = entry.as_dict().get("OPTIONS");
        validators.push_back(
            make_validator(name->str(), options.is_dict() ? options.as_dict() : Dict{}));
    }
    return validators;
}

const PasswordValidators& get_password_validators() {
    static const PasswordValidators none;
    const impl::SiteState* state = impl::find_site_state();
    return state != nullptr ? state->validators : none;
}

void validate_password(std::string_view password, const User* user,
                       const PasswordValidators& validators) {
    std::vector<ValidationFault> faults;
    if (password.size() > passwords::kPasswordBytesMax) {
        const auto limit = static_cast<std::int64_t>(passwords::kPasswordBytesMax);
        faults.push_back(
            {.code = "password_too_long",
             .message = format_message(gettext("This password is too long. It must contain at most "
                                               "%(max_length)d bytes."),
                                       {{"max_length", limit}})});
        throw ValidationError(std::move(faults));  // comparing it would take long
    }
    for (const auto& validator : validators) {
        try {
            validator->validate(password, user);
        } catch (const ValidationError& error) {
            faults.insert(faults.end(), error.faults().begin(), error.faults().end());
        }
    }
    if (!faults.empty()) throw ValidationError(std::move(faults));
}

void validate_password(std::string_view password, const User* user) {
    validate_password(password, user, get_password_validators());
}

void password_changed(std::string_view password, const User& user) {
    for (const auto& validator : get_password_validators()) {
        validator->password_changed(password, user);
    }
}

std::vector<std::string> password_validators_help_texts() {
    std::vector<std::string> texts;
    for (const auto& validator : get_password_validators()) {
        texts.push_back(validator->get_help_text());
    }
    return texts;
}

std::string password_validators_help_text_html() {
    std::string items;
    for (const std::string& text : password_validators_help_texts()) {
        items += "<li>";
        html::append_escaped(items, text);
        items += "</li>";
    }
    return items.empty() ? items : "<ul>" + items + "</ul>";
}

}  // namespace tatum::auth
