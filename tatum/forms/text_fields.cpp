#include <tatum/forms/text_fields.h>

#include <tatum/base/error.h>
#include <tatum/base/i18n.h>
#include <tatum/base/ip_address.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/forms/inputs.h>

#include <algorithm>

namespace tatum::forms {

namespace {

/// What was sent where it is no JSON, to be shown again as it is.
class NoJson final : public Object {
public:
    explicit NoJson(std::string_view sent) : text(sent) {}
    std::string_view type_name(Self) const override { return "InvalidJSONInput"; }
    void append_str(Self, std::string& out) const override { out += text; }

    const std::string text;
};

FieldOptions checked(FieldOptions options, std::string_view field,
                     std::initializer_list<std::string_view> more,
                     void (*check)(const FieldOptions&, std::string_view,
                                   std::initializer_list<std::string_view>)) {
    check(options, field, more);
    return options;
}

FieldOptions with_max_length(FieldOptions options, int length) {
    if (!options.max_length) options.max_length = length;
    return options;
}

FieldOptions with_strip(FieldOptions options, bool strip) {
    if (!options.strip) options.strip = strip;
    return options;
}

/// Python's urlsplit() and urlunsplit().
struct UrlParts {
    std::string scheme, netloc, path, query, fragment;

    static std::optional<UrlParts> of(std::string_view text) {
        while (!text.empty() && static_cast<unsigned char>(text.front()) <= 0x20)
            text.remove_prefix(1);
        std::string plain;
        for (const char c : text)
            if (c != '\t' && c != '\r' && c != '\n') plain += c;
        const Result<uri::Split> split = uri::split(plain);
        if (!split) return std::nullopt;
        return UrlParts{std::string(split->scheme), std::string(split->netloc),
                        std::string(split->path), std::string(split->query),
                        std::string(split->fragment)};
    }
    std::string str() const {
        std::string url = path;
        if (!netloc.empty() ||
            (uses_netloc(strings::ascii_lower(scheme)) && !url.starts_with("//"))) {
            if (!url.empty() && !url.starts_with('/')) url.insert(0, "/");
            url.insert(0, "//" + netloc);
        }
        if (!scheme.empty()) url.insert(0, scheme + ":");
        if (!query.empty()) url += "?" + query;
        if (!fragment.empty()) url += "#" + fragment;
        return url;
    }

private:
    static bool uses_netloc(std::string_view scheme) {
        constexpr std::string_view kSchemes[] = {
            "ftp",   "http",  "gopher", "nntp", "telnet",  "imap",  "wais",    "file", "mms",
            "https", "shttp", "snews",  "rtsp", "rtsps",   "rtspu", "rsync",   "svn",  "svn+ssh",
            "sftp",  "nfs",   "git",    "ws",   "git+ssh", "wss",   "prospero"};
        return std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
    }
};

}  // namespace

#define TATUM_CLONE(NAME) \
    Owned<Field> NAME::clone() const { return owned<NAME>(*this); }
TATUM_CLONE(CharField)
TATUM_CLONE(RegexField)
TATUM_CLONE(EmailField)
TATUM_CLONE(URLField)
TATUM_CLONE(SlugField)
TATUM_CLONE(GenericIPAddressField)
TATUM_CLONE(UUIDField)
TATUM_CLONE(JSONField)
#undef TATUM_CLONE

CharField::CharField(Options options)
    : CharField(checked(std::move(options), "CharField",
                        {"max_length", "min_length", "strip", "empty_value"}, &only_options),
                TextInput()) {}

CharField::CharField(Options options, const Widget& default_widget,
                     std::vector<Validator> default_validators)
    : Field(options, default_widget),
      max_length(options.max_length),
      min_length(options.min_length),
      strip(options.strip.value_or(true)),
      empty_value(options.empty_value ? *options.empty_value : Value("")) {
    validators.insert(validators.begin(), default_validators.begin(), default_validators.end());
    if (min_length) validators.push_back(validators::MinLengthValidator{*min_length});
    if (max_length) validators.push_back(validators::MaxLengthValidator{*max_length});
    validators.push_back(validators::ProhibitNullCharactersValidator{});
    apply_widget_attrs();
}

Value CharField::to_python(const Value& value) const {
    if (is_empty_value(value)) return empty_value;
    Value text = value.is_string() ? value : Value(value.str());
    if (strip) {
        const std::string_view stripped = strings::strip(text.as_string());
        if (stripped.size() != text.as_string().size()) text = Value(stripped);
    }
    return text.as_string().empty() ? empty_value : text;
}

Attributes CharField::widget_attrs(const Widget& widget) const {
    Attributes made;
    if (widget.is_hidden()) return made;
    if (max_length) made.set("maxlength", std::to_string(*max_length));
    if (min_length) made.set("minlength", std::to_string(*min_length));
    return made;
}

RegexField::RegexField(std::string_view regex, Options options)
    : CharField(
          with_strip(checked(std::move(options), "RegexField",
                             {"max_length", "min_length", "strip", "empty_value"}, &only_options),
                     false),
          TextInput()),
      regex_(regex),
      position_(validators.size()) {
    validators.push_back(validators::RegexValidator(regex));
}

void RegexField::set_regex(std::string_view regex) {
    regex_ = regex;
    validators.at(position_) = validators::RegexValidator(regex);
}

EmailField::EmailField(Options options)
    : CharField(with_max_length(checked(std::move(options), "EmailField",
                                        {"max_length", "min_length", "empty_value"}, &only_options),
                                320),
                EmailInput(), {&validators::validate_email}) {}

URLField::URLField(Options options)
    : CharField(
          checked(options, "URLField", {"max_length", "min_length", "empty_value", "assume_scheme"},
                  &only_options),
          URLInput(), {validators::URLValidator{}}) {
    if (!options.assume_scheme.empty()) assume_scheme = options.assume_scheme;
}

std::string_view URLField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a valid URL." : CharField::default_error_message(code);
}

Value URLField::to_python(const Value& value) const {
    Value text = CharField::to_python(value);
    if (!text.is_string() || text.as_string().empty()) return text;
    std::optional<UrlParts> parts = UrlParts::of(text.as_string());
    if (!parts) fail("invalid");
    if (parts->scheme.empty()) parts->scheme = assume_scheme;
    if (parts->netloc.empty()) {
        // Without a host, what stands first in the path is meant to be one.
        parts->netloc = std::exchange(parts->path, {});
        parts = UrlParts::of(parts->str());
        if (!parts) fail("invalid");
    }
    return parts->str();
}

SlugField::SlugField(Options options)
    : CharField(checked(options, "SlugField",
                        {"max_length", "min_length", "strip", "empty_value", "allow_unicode"},
                        &only_options),
                TextInput(),
                {options.allow_unicode.value_or(false) ? &validators::validate_unicode_slug
                                                       : &validators::validate_slug}),
      allow_unicode(options.allow_unicode.value_or(false)) {}

GenericIPAddressField::GenericIPAddressField(Options options)
    : CharField(
          with_max_length(checked(options, "GenericIPAddressField",
                                  {"max_length", "min_length", "strip", "empty_value", "protocol",
                                   "unpack_ipv4"},
                                  &only_options),
                          ip::kIpv6LengthMax),
          TextInput(),
          {validators::ip_address_validator(options.protocol.empty() ? "both" : options.protocol)}),
      unpack_ipv4(options.unpack_ipv4.value_or(false)) {
    if (unpack_ipv4 && !options.protocol.empty() &&
        strings::ascii_lower(options.protocol) != "both")
        throw ValueError("unpack_ipv4 goes with the protocol 'both' only");
}

Value GenericIPAddressField::to_python(const Value& value) const {
    if (is_empty_value(value)) return "";
    const std::string text(strings::strip(value.str()));
    if (text.find(':') == std::string::npos) return text;
    const std::size_t characters_max =
        max_length ? static_cast<std::size_t>(*max_length) : ip::kIpv6LengthMax;
    std::optional<std::string> cleaned;
    if (strings::length(text) <= characters_max) {
        cleaned = ip::clean_ipv6(text, unpack_ipv4 ? ip::UnpackIpv4::Yes : ip::UnpackIpv4::No);
    }
    if (cleaned) return *cleaned;
    throw ValidationError(gettext("This is not a valid IPv6 address."), "invalid");
}

UUIDField::UUIDField(Options options)
    : CharField(checked(std::move(options), "UUIDField",
                        {"max_length", "min_length", "strip", "empty_value"}, &only_options),
                TextInput()) {}

std::string_view UUIDField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a valid UUID." : CharField::default_error_message(code);
}

Value UUIDField::prepare_value(const Value& value) const {
    return value.kind() == Kind::Uuid ? Value(value.str()) : value;
}

Value UUIDField::to_python(const Value& value) const {
    const Value text = CharField::to_python(value);
    if (is_empty_value(text)) return {};
    const Result<Uuid> uuid = Uuid::parse(text.str());
    if (!uuid) fail("invalid");
    return *uuid;
}

JSONField::JSONField(Options options)
    : CharField(
          checked(options, "JSONField",
                  {"max_length", "min_length", "strip", "empty_value", "encoder"}, &only_options),
          Textarea()),
      encoder(options.encoder.value_or(json::Encoder::Plain)) {}

std::string_view JSONField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a valid JSON." : CharField::default_error_message(code);
}

Value JSONField::to_python(const Value& value) const {
    if (disabled) return value;
    if (is_empty_value(value)) return {};
    if (!value.is_string()) return value;
    Result<Value> read =
        json::parse(value.as_string(), {.bytes_max = kBytesMax, .depth_max = kDepthMax});
    if (!read) fail("invalid", {{"value", value}});
    return *std::move(read);
}

Value JSONField::bound_data(const Value& data, const Value& initial_value) const {
    if (disabled) return initial_value;
    if (!data.is_string()) return data;
    Result<Value> read =
        json::parse(data.as_string(), {.bytes_max = kBytesMax, .depth_max = kDepthMax});
    return read ? *std::move(read) : Value::adopt(new NoJson(data.as_string()));
}

Value JSONField::prepare_value(const Value& value) const {
    if (value.is_object()) {
        if (const auto* sent = dynamic_cast<const NoJson*>(&value.as_object())) return sent->text;
    }
    return json::dump(value, {.encoder = encoder, .ensure_ascii = false}).value();
}

bool JSONField::has_changed(const Value& initial_value, const Value& data) const {
    if (CharField::has_changed(initial_value, data)) return true;
    // True is not 1 here, and the order of keys does not count.
    const auto sorted = [&](const Value& value) {
        return json::dump(value, {.encoder = encoder, .sort_keys = true}).value();
    };
    return sorted(initial_value) != sorted(to_python(data));
}

}  // namespace tatum::forms
