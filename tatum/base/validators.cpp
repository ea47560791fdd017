#include <tatum/base/validators.h>

#include <tatum/base/i18n.h>
#include <tatum/base/impl/refuse.h>
#include <tatum/base/ip_address.h>
#include <tatum/base/regex.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <cmath>

namespace tatum {

void impl::refuse(std::string_view own, std::string_view otherwise, std::string_view code,
                  Dict params) {
    const std::string_view message = own.empty() ? otherwise : gettext(own);
    std::string text = format_message(message, params);
    throw ValidationError(
        ValidationFault{{}, std::string(code), std::move(text), std::move(params)});
}

namespace validators {

namespace {

using tatum::impl::refuse;

[[noreturn]] void refuse_format(std::string_view message, const Value& value) {
    refuse({}, message, "invalid", {{"value", value}});
}

/// How `value` stands to `limit`; ValueError where Python raises TypeError.
std::partial_ordering order_of(const Value& value, const Value& limit) {
    if (const auto order = Value::compare(value, limit)) return *order;
    throw ValueError(value.repr() + " does not compare with the limit " + limit.repr() + ".");
}

Dict limit_params(const Value& limit, const Value& shown, const Value& value) {
    return {{"limit_value", limit}, {"show_value", shown}, {"value", value}};
}

std::int64_t length_of(const Value& value) {
    if (const auto size = value.size()) return static_cast<std::int64_t>(*size);
    throw ValueError(value.repr() + " has no length.");
}

/// For the plural of a message; a limit that is no whole number is more than one.
std::int64_t count_of(const Value& limit) {
    return limit.kind() == Kind::Int || limit.kind() == Kind::Bool ? limit.as_int() : 2;
}

[[noreturn]] void not_a_number(const Value& value) {
    throw ValueError(value.repr() + " is no number.");
}

Decimal decimal_of(const Value& number) {
    switch (number.kind()) {
        case Kind::Bool:
        case Kind::Int:
            return Decimal(static_cast<long long>(number.as_int()));
        case Kind::BigInt:
            return Decimal::parse(number.as_string()).value_or(Decimal::infinity());
        case Kind::Float:
            return Decimal::from_double(number.as_float());
        case Kind::Decimal:
            return number.as_decimal();
        default:
            not_a_number(number);
    }
}

Value sum_of(const Value& a, const Value& b) {
    const bool whole = a.kind() <= Kind::Int && b.kind() <= Kind::Int;
    if (whole) {
        long long sum = 0;
        if (!__builtin_add_overflow(a.as_int(), b.as_int(), &sum)) return sum;
    }
    const Decimal sum = decimal_of(a) + decimal_of(b);
    const bool is_float = a.kind() == Kind::Float || b.kind() == Kind::Float;
    return is_float ? Value(sum.to_double()) : Value(sum);
}

/// `number` as the type of `model` would hold it.
Value number_like(const Value& model, const Value& number) {
    if (model.kind() == Kind::Float) return decimal_of(number).to_double();
    if (model.kind() == Kind::Decimal) return decimal_of(number);
    if (number.kind() != Kind::Float && number.kind() != Kind::Decimal) return number;
    const auto whole = decimal_of(number).to_int();
    return whole ? Value(*whole) : number;
}

/// Whether `value` lies a whole number of steps from `offset`, within what doubles get wrong.
bool is_on_step(const Value& value, const Value& offset, const Value& step) {
    constexpr double kTolerance = 1e-9;
    double distance = 0;
    if (value.kind() == Kind::Float || offset.kind() == Kind::Float) {
        distance = decimal_of(value).to_double() - decimal_of(offset).to_double();
    } else {
        const Decimal exact = decimal_of(value);
        if (!exact.is_finite()) return false;
        distance = (exact - decimal_of(offset)).to_double();
    }
    const double size = decimal_of(step).to_double();
    if (!std::isfinite(distance) || size == 0) return false;
    return std::fabs(std::remainder(distance, size)) <= kTolerance;
}

/// Python's Path(name).suffix without its dot, in lower case.
std::string extension_of(std::string_view name) {
    while (name.ends_with('/') || name.ends_with("/.")) name.remove_suffix(1);
    if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
        name.remove_prefix(slash + 1);
    }
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) return {};
    return strings::lower(name.substr(dot + 1));
}

std::string name_of_file(const Value& file) {
    if (file.is_string()) return std::string(file.as_string());
    if (file.is_object()) {
        if (const auto name = file.as_object().attribute(file.self(), Name("name"))) {
            return name->str();
        }
    }
    if (file.is_dict()) {
        if (const Value* name = file.as_dict().find("name")) return name->str();
    }
    throw ValueError(file.repr() + " has no name.");
}

std::vector<std::string> lowered(const std::vector<std::string>& names) {
    std::vector<std::string> lower;
    for (const std::string& name : names) lower.push_back(strings::lower(name));
    return lower;
}

std::vector<std::string> as_set(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

/// Python's \d+; `text` moves behind it.
bool skip_digits(std::string_view& text) {
    std::size_t at = 0;
    for (std::size_t next = at; next < text.size(); at = next) {
        if (strings::decimal_digit(strings::next_code_point(text, next)) < 0) break;
    }
    const bool any = at > 0;
    text.remove_prefix(at);
    return any;
}

}  // namespace

RegexValidator::RegexValidator(std::string_view regex, RegexOptions options)
    : regex_(regex), options_(std::move(options)) {
    auto compiled = Regex::compile(regex, {.ignore_case = options_.ignore_case,
                                           .multi_line = options_.multi_line,
                                           .dot_all = options_.dot_all,
                                           .lenient_end = true});
    if (!compiled) throw ValueError(compiled.error().str());
    compiled_ = *std::move(compiled);
}

void RegexValidator::operator()(const Value& value) const {
    const bool found =
        value.is_string() ? compiled_->search(value.as_string()) : compiled_->search(value.str());
    if (found != options_.inverse_match) return;
    refuse(options_.message, gettext("Enter a valid value."), options_.code, {{"value", value}});
}

void MaxValueValidator::operator()(const Value& value) const {
    const Value limit = limit_value.get();
    if (order_of(value, limit) != std::partial_ordering::greater) return;
    refuse(message, gettext("Ensure this value is less than or equal to %(limit_value)s."), code,
           limit_params(limit, value, value));
}

void MinValueValidator::operator()(const Value& value) const {
    const Value limit = limit_value.get();
    if (order_of(value, limit) != std::partial_ordering::less) return;
    refuse(message, gettext("Ensure this value is greater than or equal to %(limit_value)s."), code,
           limit_params(limit, value, value));
}

void MaxLengthValidator::operator()(const Value& value) const {
    const Value limit = limit_value.get(), length = length_of(value);
    if (order_of(length, limit) != std::partial_ordering::greater) return;
    refuse(message,
           ngettext("Ensure this value has at most %(limit_value)d character (it has "
                    "%(show_value)d).",
                    "Ensure this value has at most %(limit_value)d characters (it has "
                    "%(show_value)d).",
                    count_of(limit)),
           code, limit_params(limit, length, value));
}

void MinLengthValidator::operator()(const Value& value) const {
    const Value limit = limit_value.get(), length = length_of(value);
    if (order_of(length, limit) != std::partial_ordering::less) return;
    refuse(message,
           ngettext("Ensure this value has at least %(limit_value)d character (it has "
                    "%(show_value)d).",
                    "Ensure this value has at least %(limit_value)d characters (it has "
                    "%(show_value)d).",
                    count_of(limit)),
           code, limit_params(limit, length, value));
}

void StepValueValidator::operator()(const Value& value) const {
    const Value step = limit_value.get();
    if (is_on_step(value, offset.is_none() ? Value(0) : offset, step)) return;
    if (offset.is_none()) {
        refuse(message, gettext("Ensure this value is a multiple of step size %(limit_value)s."),
               code, limit_params(step, value, value));
    }
    const Value start = number_like(value, offset);
    const Value second = sum_of(start, step);
    refuse({},
           gettext("Ensure this value is a multiple of step size %(limit_value)s, starting from "
                   "%(offset)s, e.g. %(offset)s, %(valid_value1)s, %(valid_value2)s, and so on."),
           code,
           {{"limit_value", step},
            {"offset", start},
            {"valid_value1", second},
            {"valid_value2", sum_of(second, step)}});
}

void DecimalValidator::operator()(const Value& value) const {
    const Decimal number = decimal_of(value);
    if (!number.is_finite()) refuse_format(gettext("Enter a number."), value);
    const int exponent = number.exponent();
    const int decimals = std::max(0, -exponent);
    // Zeros after the digits count, as those between the point and the first digit do.
    const int zeros = number.is_zero() ? 0 : std::max(0, exponent);
    const int digits = std::max(number.digits() + zeros, decimals);
    const auto fail = [&](std::string_view code, std::string_view message, int max) {
        refuse({}, message, code, {{"max", max}, {"value", value}});
    };
    if (max_digits && digits > *max_digits) {
        fail("max_digits",
             ngettext("Ensure that there are no more than %(max)s digit in total.",
                      "Ensure that there are no more than %(max)s digits in total.", *max_digits),
             *max_digits);
    }
    if (decimal_places && decimals > *decimal_places) {
        fail(
            "max_decimal_places",
            ngettext("Ensure that there are no more than %(max)s decimal place.",
                     "Ensure that there are no more than %(max)s decimal places.", *decimal_places),
            *decimal_places);
    }
    if (max_digits && decimal_places && digits - decimals > *max_digits - *decimal_places) {
        const int max = *max_digits - *decimal_places;
        fail("max_whole_digits",
             ngettext("Ensure that there are no more than %(max)s digit before the decimal point.",
                      "Ensure that there are no more than %(max)s digits before the decimal point.",
                      max),
             max);
    }
}

void FileExtensionValidator::operator()(const Value& value) const {
    const std::string extension = extension_of(name_of_file(value));
    const std::vector<std::string> allowed = lowered(allowed_extensions);
    if (std::find(allowed.begin(), allowed.end(), extension) != allowed.end()) return;
    std::string list;
    for (const std::string& one : allowed) list.append(list.empty() ? "" : ", ").append(one);
    refuse(message,
           gettext("File extension “%(extension)s” is not allowed. Allowed extensions are: "
                   "%(allowed_extensions)s."),
           code, {{"extension", extension}, {"allowed_extensions", list}, {"value", value}});
}

bool operator==(const FileExtensionValidator& a, const FileExtensionValidator& b) {
    return a.message == b.message && a.code == b.code &&
           as_set(lowered(a.allowed_extensions)) == as_set(lowered(b.allowed_extensions));
}

void ProhibitNullCharactersValidator::operator()(const Value& value) const {
    const bool found = value.is_string() ? value.as_string().find('\0') != std::string_view::npos
                                         : value.str().find('\0') != std::string::npos;
    if (found) {
        refuse(message, gettext("Null characters are not allowed."), code, {{"value", value}});
    }
}

void validate_slug(const Value& value) {
    const std::string text = value.str();
    if (!text.empty() && text.find_first_not_of(
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
                             std::string::npos) {
        return;
    }
    refuse_format(
        gettext("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
        value);
}

void validate_unicode_slug(const Value& value) {
    const std::string text = value.str();
    bool ok = !text.empty();
    for (std::size_t at = 0; ok && at < text.size();) {
        const char32_t c = strings::next_code_point(text, at);
        ok = c == '-' || strings::is_word(c);
    }
    if (ok) return;
    refuse_format(gettext("Enter a valid “slug” consisting of Unicode letters, numbers, "
                          "underscores, or hyphens."),
                  value);
}

void validate_integer(const Value& value) {
    const std::string text = value.str();
    std::string_view rest = text;
    if (rest.starts_with('-')) rest.remove_prefix(1);
    if (!skip_digits(rest) || !rest.empty()) {
        refuse_format(gettext("Enter a valid integer."), value);
    }
}

void validate_comma_separated_integer_list(const Value& value) {
    const std::string text = value.str();
    std::string_view rest = text;
    while (skip_digits(rest) && rest.starts_with(',')) rest.remove_prefix(1);
    // A comma that nothing follows is the last thing then.
    if (text.empty() || !rest.empty() || text.ends_with(',')) {
        refuse_format(gettext("Enter only digits separated by commas."), value);
    }
}

RegexValidator int_list_validator(std::string_view separator, IntListOptions options) {
    const std::string number = options.allow_negative ? "-?\\d+" : "\\d+";
    return RegexValidator("^" + number + "(?:" + regex_escape(separator) + number + ")*\\Z",
                          {.message = std::move(options.message), .code = std::move(options.code)});
}

namespace {

[[noreturn]] void refuse_address(std::string_view protocol, const Value& value) {
    refuse({}, gettext("Enter a valid %(protocol)s address."), "invalid",
           {{"protocol", gettext(protocol)}, {"value", value}});
}

}  // namespace

void validate_ipv4_address(const Value& value) {
    if (!ip::is_ipv4(value.str())) refuse_address("IPv4", value);
}
void validate_ipv6_address(const Value& value) {
    if (!ip::is_ipv6(value.str())) refuse_address("IPv6", value);
}
void validate_ipv46_address(const Value& value) {
    const std::string text = value.str();
    if (!ip::is_ipv4(text) && !ip::is_ipv6(text)) {
        refuse_address("IPv4 or IPv6", value);
    }
}

Validator ip_address_validator(std::string_view protocol) {
    const std::string name = strings::ascii_lower(protocol);
    if (name == "both") return validate_ipv46_address;
    if (name == "ipv4") return validate_ipv4_address;
    if (name == "ipv6") return validate_ipv6_address;
    throw ValueError("The protocol '" + std::string(protocol) +
                     "' is unknown: it is both, ipv4 or ipv6.");
}

void validate_image_file_extension(const Value& value) {
    FileExtensionValidator{{"apng", "avif", "bmp", "gif", "ico", "jfif", "jpe", "jpeg", "jpg",
                            "png", "tif", "tiff", "webp"}}(value);
}

}  // namespace validators

}  // namespace tatum
