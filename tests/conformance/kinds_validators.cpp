#include "kinds.h"

#include <tatum/base/text.h>
#include <tatum/base/validators.h>
#include <tatum/http/uploads.h>

namespace tatum::conformance {

namespace {

using namespace validators;

/// The arguments of a validator by Django's names; those of `args` come first.
class ValidatorArguments {
public:
    ValidatorArguments(const Case& c, std::initializer_list<std::string_view> names)
        : values_(c.dict("kwargs")) {
        const List args = c.list("args");
        auto name = names.begin();
        for (const Value& value : args) values_.set(*name++, value);
    }
    Value get(std::string_view name) const { return values_.get(Name(name)); }
    bool has(std::string_view name) const { return values_.contains(Name(name)); }
    void text(std::string_view name, std::string& out) const {
        if (has(name)) out = get(name).str();
    }
    bool flag(std::string_view name, bool otherwise = false) const {
        return has(name) ? get(name).truth() : otherwise;
    }
    std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> list;
        for (const Value& item : get(name).as_list()) list.push_back(item.str());
        return list;
    }
    std::optional<int> number(std::string_view name) const {
        if (get(name).is_none()) return std::nullopt;
        return static_cast<int>(to_integer(get(name)));
    }

private:
    Dict values_;
};

template <class V>
Validator limited(const Case& c) {
    const ValidatorArguments a(c, {"limit_value", "message"});
    V validator{a.get("limit_value")};
    a.text("message", validator.message);
    return validator;
}

Validator make_step(const Case& c) {
    const ValidatorArguments a(c, {"limit_value", "message", "offset"});
    StepValueValidator validator{a.get("limit_value")};
    a.text("message", validator.message);
    validator.offset = a.get("offset");
    return validator;
}

Validator make_regex(const Case& c) {
    const ValidatorArguments a(c, {"regex", "message", "code", "inverse_match"});
    RegexOptions options;
    a.text("message", options.message);
    a.text("code", options.code);
    options.inverse_match = a.flag("inverse_match");
    return RegexValidator(a.get("regex").str(), options);
}

Validator make_email(const Case& c) {
    const ValidatorArguments a(c, {"message", "code", "allowlist"});
    EmailValidator validator;
    a.text("message", validator.message);
    a.text("code", validator.code);
    if (a.has("allowlist")) validator.allowlist = a.texts("allowlist");
    return validator;
}

Validator make_url(const Case& c) {
    const ValidatorArguments a(c, {"schemes"});
    URLValidator validator;
    if (a.has("schemes")) validator.schemes = a.texts("schemes");
    return validator;
}

Validator make_domain(const Case& c) {
    return DomainNameValidator{.accept_idna = ValidatorArguments(c, {}).flag("accept_idna", true)};
}

Validator make_decimal(const Case& c) {
    const ValidatorArguments a(c, {"max_digits", "decimal_places"});
    return DecimalValidator{a.number("max_digits"), a.number("decimal_places")};
}

Validator make_extension(const Case& c) {
    return FileExtensionValidator{
        ValidatorArguments(c, {"allowed_extensions"}).texts("allowed_extensions")};
}

Validator make_int_list(const Case& c) {
    const ValidatorArguments a(c, {"sep", "message", "code", "allow_negative"});
    IntListOptions options;
    a.text("message", options.message);
    a.text("code", options.code);
    options.allow_negative = a.flag("allow_negative");
    return int_list_validator(a.has("sep") ? a.get("sep").str() : ",", options);
}

template <void (*function)(const Value&)>
Validator plain(const Case&) {
    return function;
}

struct ValidatorMaker {
    std::string_view name;
    Validator (*make)(const Case&);
};
constexpr ValidatorMaker kValidatorMakers[] = {
    {"MaxValueValidator", limited<MaxValueValidator>},
    {"MinValueValidator", limited<MinValueValidator>},
    {"MaxLengthValidator", limited<MaxLengthValidator>},
    {"MinLengthValidator", limited<MinLengthValidator>},
    {"StepValueValidator", make_step},
    {"RegexValidator", make_regex},
    {"EmailValidator", make_email},
    {"URLValidator", make_url},
    {"DomainNameValidator", make_domain},
    {"DecimalValidator", make_decimal},
    {"FileExtensionValidator", make_extension},
    {"ProhibitNullCharactersValidator",
     [](const Case&) { return Validator(ProhibitNullCharactersValidator{}); }},
    {"int_list_validator", make_int_list},
    {"validate_email", plain<validate_email>},
    {"validate_slug", plain<validate_slug>},
    {"validate_unicode_slug", plain<validate_unicode_slug>},
    {"validate_ipv4_address", plain<validate_ipv4_address>},
    {"validate_ipv6_address", plain<validate_ipv6_address>},
    {"validate_ipv46_address", plain<validate_ipv46_address>},
    {"validate_integer", plain<validate_integer>},
    {"validate_domain_name", plain<validate_domain_name>},
    {"validate_comma_separated_integer_list", plain<validate_comma_separated_integer_list>},
};

Outcome run_validate(const Case& c) {
    const std::string name = c.text("validator");
    for (const ValidatorMaker& maker : kValidatorMakers) {
        if (maker.name != name) continue;
        Outcome outcome;
        try {
            maker.make(c)(c.get("value"));
            return Outcome::value(Value());
        } catch (const ValidationError& error) {
            outcome.error = "ValidationError";
            for (const ValidationFault& fault : error.faults()) {
                outcome.errors.emplace_back(fault.code, fault.message);
            }
        } catch (const ValueError& error) {
            outcome = Outcome::failure("TypeError", error.what());
        }
        return outcome;
    }
    throw Exception("no validator is called " + name);
}

constexpr CaseKind kValidatorKinds[] = {{"validate", run_validate}};

/// {"$file": {"name", "content", "content_type"}}
Value decode_file(const Value& form) {
    const Dict& file = form.as_dict();
    const Value given = file.get("content");
    std::string content = strings::replace(given.is_none() ? "" : given.str(), "+", "-");
    content = strings::urlsafe_base64_decode(strings::replace(content, "/", "_")).value();
    const Value type = file.get("content_type");
    return http::UploadedFile(file.get("name").str(), std::move(content),
                              type.is_none() ? "application/octet-stream" : type.str());
}

constexpr Tag kFileTags[] = {{"$file", decode_file}};

}  // namespace

std::span<const CaseKind> validator_kinds() { return kValidatorKinds; }
std::span<const Tag> file_tags() { return kFileTags; }

}  // namespace tatum::conformance
