#include "kinds.h"

#include <tatum/base/passwords.h>

#include <algorithm>

namespace tatum::conformance {

namespace {

/// Django's default hashers, with MD5 added for the cases, at the cost of the target version.
passwords::Policy policy_of(const Case& c) {
    passwords::Policy policy;
    policy.algorithms = {"pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256",
                         "bcrypt",        "scrypt",      "md5"};
    policy.pbkdf2_iterations = c.since("6.1") ? 1'500'000 : c.since("6.0") ? 1'200'000 : 1'000'000;
    policy.harden_runtime = false;
    const auto number = [&](std::string_view key, std::uint32_t& out) {
        if (c.has(key)) out = static_cast<std::uint32_t>(to_integer(c.get(key)));
    };
    number("iterations", policy.pbkdf2_iterations);
    number("work_factor", policy.scrypt_work_factor);
    return policy;
}

Outcome run_make_password(const Case& c) {
    const std::string salt = c.text("salt");
    const auto encoded = passwords::make_password(
        c.text("password"), policy_of(c), c.text("algorithm"),
        c.has("salt") ? std::optional<std::string_view>(salt) : std::nullopt);
    return encoded ? Outcome::value(*encoded) : Outcome::failure("ValueError", encoded.error());
}

Outcome run_check_password(const Case& c) {
    const passwords::Policy policy = policy_of(c);
    const std::string encoded = c.text("encoded");
    const auto check = passwords::check_password(c.text("password"), encoded, policy);
    if (!check) return Outcome::failure("ValueError", check.error());
    const auto algorithm = passwords::identify(encoded, policy);
    Dict result{{"correct", check->correct},
                {"usable", passwords::is_password_usable(encoded)},
                {"must_update", check->correct ? Value(check->must_update) : Value()},
                {"algorithm", algorithm}};
    if (algorithm) {
        List parts;
        for (const auto& [name, value] : passwords::summary(encoded, policy).value()) {
            parts.emplace_back(List{name, value});
        }
        result.set("summary", parts);
    }
    return Outcome::value(result);
}

std::optional<passwords::Fault> check_similarity(const Case& c, const Dict& options) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {{"username", "username"},
                                                                       {"first_name", "first name"},
                                                                       {"last_name", "last name"},
                                                                       {"email", "email address"}};
    const Value chosen = options.get("user_attributes");
    std::vector<std::pair<std::string, std::string>> attributes;
    for (const auto& [name, title] : names) {
        const Value text = c.dict("user").get(name);
        const bool wanted =
            chosen.is_none() || std::count(chosen.as_list().begin(), chosen.as_list().end(), name);
        if (wanted && text.is_string()) attributes.emplace_back(title, text.str());
    }
    const Value limit = options.get("max_similarity");
    return passwords::check_similarity(c.text("password"), attributes,
                                       limit.is_none() ? 0.7 : limit.as_float());
}

Outcome run_validate_password(const Case& c) {
    Outcome outcome;
    for (const Value& validator : c.list("validators")) {
        const std::string name = validator.at(0)->str();
        const Value options_value = validator.at(1).value();
        const Dict& options = options_value.as_dict();
        const std::string password = c.text("password");
        std::optional<passwords::Fault> fault;
        if (name == "MinimumLengthValidator") {
            const Value minimum = options.get("min_length");
            fault = passwords::check_length(
                password, minimum.is_none() ? 8 : static_cast<std::size_t>(to_integer(minimum)));
        } else if (name == "NumericPasswordValidator") {
            fault = passwords::check_numeric(password);
        } else if (name == "UserAttributeSimilarityValidator") {
            fault = check_similarity(c, options);
        }
        if (fault) outcome.errors.emplace_back(fault->code, fault->message);
    }
    if (outcome.errors.empty()) return Outcome::value(Value());
    outcome.error = "ValidationError";
    return outcome;
}

constexpr CaseKind kPasswordKinds[] = {
    {"make_password", run_make_password},
    {"check_password", run_check_password},
    {"validate_password", run_validate_password},
};

}  // namespace

std::span<const CaseKind> password_kinds() { return kPasswordKinds; }

}  // namespace tatum::conformance
